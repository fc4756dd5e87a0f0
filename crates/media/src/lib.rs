//! Uploaded bytes: blob storage, sniffing, limits, re-encoding

//! The upstream client that streams, and our own worker over a folder of audio

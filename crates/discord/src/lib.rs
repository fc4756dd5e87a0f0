//! Discord gateway frames to presence snapshots, and the sharing opt-in

//! Presence leases and fan-out, shared counters; in-process or Redis

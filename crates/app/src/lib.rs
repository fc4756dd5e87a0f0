//! Use cases: what is allowed, in which order, with which effects

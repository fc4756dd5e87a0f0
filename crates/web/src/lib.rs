//! HTTP in and out: authority to surface, routes, extractors, replies

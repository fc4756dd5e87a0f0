//! Durable data on SQLite or PostgreSQL

//! The binary as it is seen from outside: real processes, real sockets, one file for each part of the contract.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::type_complexity,
    reason = "tests may panic, print what they measured, and list their cases as they come"
)]

mod access;
mod account;
mod backends;
mod backup;
mod card;
mod commands;
mod crowd;
mod database;
mod demo;
mod deploy;
mod discord;
mod discord_gateway;
mod domains;
mod edits;
mod files;
mod hosts;
mod http2;
mod lifecycle;
mod music;
mod nodes;
mod operator;
mod page;
mod pictures;
mod presence;
mod proxy;
mod quota;
mod rates;
mod reports;
mod script;
mod secrets;
mod settings;
mod shares;
mod stream;
mod studio_account;
mod studio_confirmation;
mod studio_contact;
mod studio_discord;
mod studio_domains;
mod studio_first_run;
mod studio_numbers;
mod studio_operators;
mod studio_pages;
mod studio_presence;
mod studio_session;
mod transfer;
mod uploads;
mod views;
mod world;

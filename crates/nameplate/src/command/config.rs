//! `nameplate config`: the effective settings.

use std::process::ExitCode;

use crate::config::Settings;
use crate::terminal::dim;

pub(crate) fn print(settings: &Settings) -> anyhow::Result<ExitCode> {
    for (key, value) in settings.lines() {
        println!(
            "{}",
            if value.starts_with('#') {
                dim(&format!("# {key} is not set"))
            } else {
                format!("{key} = {value}")
            }
        );
    }
    for (plan, limits) in [
        ("free", settings.plans.free),
        ("plus", settings.plans.plus),
        ("enterprise", settings.plans.enterprise),
    ] {
        println!("\n[plans.{plan}]");
        match limits.max_file_size {
            Some(size) => println!("max_file_size = {size}"),
            None => println!("{}", dim("# max_file_size is not set")),
        }
        println!("quota = {}", limits.quota);
        println!("profiles = {}", limits.profiles);
    }
    Ok(ExitCode::SUCCESS)
}

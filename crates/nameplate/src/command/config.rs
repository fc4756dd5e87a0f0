//! `nameplate config`: the effective settings.

use std::process::ExitCode;

use crate::config::Settings;
use crate::terminal::{dim, say};

pub(crate) fn print(settings: &Settings) -> anyhow::Result<ExitCode> {
    for (key, value) in settings.lines() {
        say!(
            "{}",
            if value.starts_with('#') {
                dim(&format!("# {key} is not set"))
            } else {
                format!("{key} = {value}")
            }
        )?;
    }
    for (plan, limits) in [
        ("free", settings.plans.free),
        ("plus", settings.plans.plus),
        ("enterprise", settings.plans.enterprise),
    ] {
        say!("\n[plans.{plan}]")?;
        match limits.max_file_size {
            Some(size) => say!("max_file_size = {size}")?,
            None => say!("{}", dim("# max_file_size is not set"))?,
        }
        say!("quota = {}", limits.quota)?;
        say!("profiles = {}", limits.profiles)?;
    }
    Ok(ExitCode::SUCCESS)
}

//! `nameplate openapi` and `nameplate schema`: the documents that describe the wire, generated from the code.

use std::process::ExitCode;

use clap::ValueEnum;

use crate::terminal::say;

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Schema {
    Import,
    Content,
}

pub(crate) fn document() -> anyhow::Result<ExitCode> {
    say!("{}", nameplate_web::openapi::document().trim_end())?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn schema(of: Schema) -> anyhow::Result<ExitCode> {
    let schema = match of {
        Schema::Import => nameplate_core::transfer::schema(),
        Schema::Content => nameplate_core::content::schema(),
    };
    say!("{}", serde_json::to_string_pretty(&schema)?)?;
    Ok(ExitCode::SUCCESS)
}

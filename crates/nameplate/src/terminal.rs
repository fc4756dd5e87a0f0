//! What people see at the terminal. Colour only where there is one, and never when `NO_COLOR` is set.

use std::fmt::Arguments;
use std::io::{ErrorKind, IsTerminal, Write, stderr, stdout};

use anyhow::Context;

/// Writes a line on standard output; what follows is as for `println!`.
macro_rules! say {
    ($($text:tt)*) => { $crate::terminal::write_line(format_args!($($text)*)) };
}
pub(crate) use say;

/// A reader who has seen enough, such as `head`, is no failure, and whoever writes goes on.
pub(crate) fn write_line(line: Arguments<'_>) -> anyhow::Result<()> {
    match writeln!(stdout().lock(), "{line}") {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("standard output"),
    }
}

/// Text in bold, on a terminal.
pub(crate) fn bold(text: &str) -> String {
    styled("1", text, stdout().is_terminal())
}

/// Text that stands back, on a terminal.
pub(crate) fn dim(text: &str) -> String {
    styled("2", text, stdout().is_terminal())
}

/// A good result, on a terminal.
pub(crate) fn green(text: &str) -> String {
    styled("32", text, stdout().is_terminal())
}

/// A bad result, on a terminal.
pub(crate) fn red(text: &str) -> String {
    styled("31", text, stdout().is_terminal())
}

/// Says on standard error why a command failed, with all causes.
#[allow(clippy::print_stderr, reason = "a command line tool says what failed on standard error")]
pub(crate) fn fail(error: &anyhow::Error) {
    eprintln!("{} {error:#}", styled("1;31", "error:", stderr().is_terminal()));
}

/// Says on standard error what is worth knowing beside a command's answer.
#[allow(clippy::print_stderr, reason = "a command line tool's answer on standard output stands alone")]
pub(crate) fn note(text: &str) {
    eprintln!("{} {text}", styled("1", "note:", stderr().is_terminal()));
}

fn styled(code: &str, text: &str, is_terminal: bool) -> String {
    if is_terminal && allows_colour() { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
}

#[allow(clippy::disallowed_methods, reason = "NO_COLOR is a convention of terminals, not a setting")]
fn allows_colour() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

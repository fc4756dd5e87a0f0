//! The tables: one of comparisons and some of details for each work, on the terminal and in `bench/results.md`.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::Context;
use clap::ValueEnum;

use crate::machine;
use crate::options::{Options, Work};
use crate::series::{Series, Spread};

/// What a comparison should come to. Nothing depends on it but a word in the table.
#[derive(Clone, Copy)]
pub(crate) enum Goal {
    /// Ours over theirs.
    AtLeast(f64),
    /// Ours over theirs.
    AtMost(f64),
    /// Our own figure, with nobody beside it.
    Below(f64),
    /// A bound that does not grow with the work, however far below the peer.
    Capped,
}

/// Who stands beside us.
#[derive(Clone, Copy)]
pub(crate) enum Beside<'a> {
    Peer(&'a Series),
    /// What the machine can do at most at this work.
    Limit(&'a Series),
    Nobody,
}

/// The tables of one work.
pub(crate) struct Section {
    work: Work,
    rows: String,
    details: String,
    notes: String,
}

impl Section {
    pub(crate) fn new(work: Work) -> Self {
        Self { work, rows: String::new(), details: String::new(), notes: String::new() }
    }

    /// A line about what was measured.
    pub(crate) fn note(&mut self, text: &str) {
        let _ = writeln!(self.notes, "- {text}");
    }

    /// A row: how we compare in one figure.
    pub(crate) fn compare(
        &mut self,
        what: &str,
        figure: &str,
        ours: &Series,
        beside: Beside<'_>,
        goal: Goal,
    ) {
        let (peer, limit, other) = match beside {
            Beside::Peer(series) => (cell(series, figure), String::new(), Some(series)),
            Beside::Limit(series) => (String::new(), cell(series, figure), Some(series)),
            Beside::Nobody => (String::new(), String::new(), None),
        };
        let ratio = other.and_then(|other| ours.ratio(other, figure));
        let cpu = pair(ours, other, |name| name.starts_with("CPU"));
        let memory = pair(ours, other, |name| name.starts_with("PSS"));
        let _ = writeln!(
            self.rows,
            "| {what} | {figure} | {} | {peer} | {limit} | {} | {} | {cpu} | {memory} |",
            ours.spread(figure).map(|spread| number(spread.median)).unwrap_or_default(),
            ratio.map(times).unwrap_or_default(),
            verdict(goal, ratio, ours.spread(figure)),
        );
    }

    /// A table of every figure of some contestants.
    pub(crate) fn detail(&mut self, title: &str, series: &[&Series]) {
        let Some(figures) = series.first().map(|series| series.figures()) else { return };
        let _ = writeln!(self.details, "\n{title}; median, and the least and most of the rounds:\n");
        let _ = writeln!(self.details, "| | {} |", figures.join(" | "));
        let _ = writeln!(self.details, "|---|{}", "--:|".repeat(figures.len()));
        for one in series {
            let cells = figures.iter().map(|figure| one.spread(figure).map(range).unwrap_or_default());
            let _ = writeln!(self.details, "| {} | {} |", one.name, cells.collect::<Vec<_>>().join(" | "));
        }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        if !self.rows.is_empty() {
            text.push_str("| work | figure | ours | peer | limit | ratio (least to most) | target | CPU, ours : theirs | PSS MiB, ours : theirs |\n");
            text.push_str("|---|---|--:|--:|--:|--:|---|--:|--:|\n");
            text.push_str(&self.rows);
        }
        format!("{text}{}\n{}", self.details, self.notes).trim().to_owned() + "\n"
    }
}

/// Prints a section, and puts it in the place of the one of an earlier run.
pub(crate) fn publish(section: &Section, options: &Options) -> anyhow::Result<()> {
    let name = name(section.work);
    let text = section.text();
    eprintln!("\n== {name}\n\n{text}");
    let Some(path) = &options.results else { return Ok(()) };
    let old = fs::read_to_string(path).unwrap_or_default();
    let turn = format!("{} rounds of {} s", options.rounds, options.seconds);
    let new = format!("{}, {turn}, on {}.\n\n{text}", machine::moment(), machine::commit());
    fs::write(path, merge(&old, &name, &new)).with_context(|| path.display().to_string())
}

/// The file with one section replaced and the head written anew.
fn merge(old: &str, name: &str, new: &str) -> String {
    let mut text = machine::head();
    for work in Work::value_variants() {
        let title = self::name(*work);
        let kept = || old.split("\n## ").find_map(|part| part.strip_prefix(&format!("{title}\n\n")));
        let body = if title == name { Some(new) } else { kept() };
        if let Some(body) = body {
            let _ = write!(text, "\n## {title}\n\n{}\n", body.trim_end());
        }
    }
    text
}

fn name(work: Work) -> String {
    work.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

fn cell(series: &Series, figure: &str) -> String {
    let median = series.spread(figure).map(|spread| number(spread.median)).unwrap_or_default();
    format!("{}: {median}", series.name)
}

fn verdict(goal: Goal, ratio: Option<Spread>, own: Option<Spread>) -> String {
    let (text, is_met) = match goal {
        Goal::AtLeast(least) => (format!(">= {least}x"), ratio.map(|ratio| ratio.median >= least)),
        Goal::AtMost(most) => (format!("<= {most}x"), ratio.map(|ratio| ratio.median <= most)),
        Goal::Capped => ("capped".into(), None),
        Goal::Below(most) => (format!("< {most}"), own.map(|own| own.median < most)),
    };
    match is_met {
        Some(true) => format!("{text} met"),
        Some(false) => format!("{text} **missed**"),
        None => text,
    }
}

fn pair(ours: &Series, other: Option<&Series>, is_wanted: impl Fn(&str) -> bool) -> String {
    let value = |series: &Series| {
        let name = series.figures().into_iter().find(|name| is_wanted(name))?;
        Some(number(series.spread(name)?.median))
    };
    match (value(ours), other.and_then(value)) {
        (Some(ours), Some(theirs)) => format!("{ours} : {theirs}"),
        (Some(ours), None) => ours,
        _ => String::new(),
    }
}

fn times(ratio: Spread) -> String {
    format!("**{}x** ({} to {})", number(ratio.median), number(ratio.least), number(ratio.most))
}

fn range(spread: Spread) -> String {
    format!("{} ({} to {})", number(spread.median), number(spread.least), number(spread.most))
}

/// Three digits that count.
fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 1000.0 => {
            let digits = format!("{value:.0}");
            let groups: Vec<&str> = digits
                .as_bytes()
                .rchunks(3)
                .rev()
                .filter_map(|group| std::str::from_utf8(group).ok())
                .collect();
            groups.join(",")
        }
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 1.0 => format!("{value:.2}"),
        size if size >= 0.1 || size == 0.0 => format!("{value:.2}"),
        size if size >= 0.01 => format!("{value:.3}"),
        _ => format!("{value:.5}"),
    }
}

/// Makes the results' folder, so that a run does not fail at its end.
pub(crate) fn prepare(path: Option<&Path>) -> anyhow::Result<()> {
    match path.and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => Ok(fs::create_dir_all(folder)?),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_takes_the_place_of_its_older_self_and_leaves_the_others() {
        let old = "# Results\n\nOld machine.\n\n## page\n\nOld page.\n\n## music\n\nMusic.\n";
        let new = merge(old, "page", "New page.");
        assert!(new.contains("\n## page\n\nNew page.\n\n## music\n\nMusic.\n"), "{new}");
        assert!(!new.contains("Old"), "{new}");
        assert!(merge(&new, "start", "Start.").ends_with("\n## music\n\nMusic.\n\n## start\n\nStart.\n"));
    }

    #[test]
    fn numbers_have_three_digits_that_count() {
        let texts = [1_234_567.0, 999.4, 12.345, 1.234, 0.5, 0.0123, 0.000_44].map(number);
        assert_eq!(texts, ["1,234,567", "999", "12.3", "1.23", "0.50", "0.012", "0.00044"]);
    }
}

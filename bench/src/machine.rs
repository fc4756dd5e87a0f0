//! What the figures belong to: the machine, the versions, the moment.

use std::fmt::Write;
use std::fs;

use crate::peers::version;

/// The head of the results.
pub(crate) fn head() -> String {
    let mut text = String::from(
        "# Results\n\nWritten by `./scripts/bench`; [docs/performance.md](../docs/performance.md) says what each row means. \
         Ratios are medians of\nturns in the same run. Absolute figures belong to this machine:\n\n",
    );
    let _ = writeln!(text, "- {}, {} cores, {} GiB, Linux {}", processor(), cores(), memory(), kernel());
    let _ = writeln!(text, "- {}", version("rustc", &["--version"]));
    for (name, program, arguments) in PROGRAMS {
        let _ = writeln!(text, "- {name}: {}", version(program, arguments));
    }
    let _ = writeln!(text, "- npm: {}", packages());
    text
}

const PROGRAMS: [(&str, &str, &[&str]); 6] = [
    ("nginx", "/usr/sbin/nginx", &["-v"]),
    ("nchan", "dpkg-query", &["-W", "-f", "${Version}", "libnginx-mod-nchan"]),
    ("Redis", "redis-server", &["--version"]),
    ("PostgreSQL", "psql", &["--version"]),
    ("SQLite's shell", "sqlite3", &["--version"]),
    ("Node.js", "node", &["--version"]),
];

/// When it is, in UTC.
pub(crate) fn moment() -> String {
    version("date", &["-u", "+%Y-%m-%d %H:%M UTC"])
}

/// What was built.
pub(crate) fn commit() -> String {
    version("git", &["describe", "--always", "--dirty"])
}

fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("model name"));
    line.unwrap_or_default().trim_start_matches([' ', '\t', ':']).to_owned()
}

/// All of them: the client itself may use one only.
fn cores() -> usize {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    text.lines().filter(|line| line.starts_with("processor")).count()
}

fn memory() -> u64 {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) >> 20
}

fn kernel() -> String {
    fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim().to_owned()
}

/// The packages as `bench/peers/package.json` fixes them.
fn packages() -> String {
    let text = fs::read_to_string(crate::peers::file("package.json")).unwrap_or_default();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let all = json.get("dependencies").and_then(|all| all.as_object()).into_iter().flatten();
    let words = all.map(|(name, version)| format!("{name} {}", version.as_str().unwrap_or_default()));
    words.collect::<Vec<_>>().join(", ")
}

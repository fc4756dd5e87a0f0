//! What the kernel says about a process and its children: CPU time and memory.

use std::fs;

use anyhow::Context;

/// CPU seconds that a process and its children have used, in user space and in the kernel.
pub(crate) fn cpu_seconds(root: u32) -> anyhow::Result<f64> {
    Ok(family(root)?.into_iter().filter_map(cpu_time).sum())
}

/// The same without its children.
pub(crate) fn cpu_seconds_alone(process: u32) -> anyhow::Result<f64> {
    cpu_time(process).context("no such process")
}

/// Memory of a process and its children in bytes, shared pages split among those who share them (PSS).
pub(crate) fn memory(root: u32) -> anyhow::Result<u64> {
    Ok(family(root)?.into_iter().filter_map(proportional_set).sum())
}

/// Resident memory of one process in bytes (RSS).
pub(crate) fn resident(process: u32) -> anyhow::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    kilobytes(&status, "VmRSS:").context("no VmRSS")
}

/// Memory that the kernel uses for the buffers of all TCP sockets, in bytes.
pub(crate) fn tcp_buffers() -> anyhow::Result<u64> {
    let text = fs::read_to_string("/proc/net/sockstat")?;
    let line = text.lines().find_map(|line| line.strip_prefix("TCP:")).context("no TCP line")?;
    let pages = line.split_whitespace().skip_while(|word| *word != "mem").nth(1).context("no mem")?;
    Ok(pages.parse::<u64>()? * 4096)
}

/// A process and everything below it.
fn family(root: u32) -> anyhow::Result<Vec<u32>> {
    let mut parents = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let Some(process) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        // A process may end between the listing and the look.
        if let Some(parent) = field(process, 1) {
            parents.push((process, parent as u32));
        }
    }
    let mut family = vec![root];
    let mut seen = 0;
    while let Some(parent) = family.get(seen).copied() {
        family.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(process, _)| *process));
        seen += 1;
    }
    Ok(family)
}

fn cpu_time(process: u32) -> Option<f64> {
    let ticks = field(process, 11)? + field(process, 12)?;
    Some(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}

/// A field of `/proc/PID/stat`, counted from the state, which follows the name in parentheses.
fn field(process: u32, index: usize) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(index)?.parse().ok()
}

fn proportional_set(process: u32) -> Option<u64> {
    kilobytes(&fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?, "Pss:")
}

fn kilobytes(text: &str, name: &str) -> Option<u64> {
    let value = text.lines().find_map(|line| line.strip_prefix(name))?;
    Some(value.trim().trim_end_matches("kB").trim().parse::<u64>().ok()? * 1024)
}

//! Sizes as people read them: powers of 1024, two decimals, as in `2.37 MB`.

/// `bytes` in the largest unit of which there is at least one.
pub fn formatted(bytes: u64) -> String {
    let mut amount = bytes as f64;
    let mut unit = "B";
    for larger in ["KB", "MB", "GB", "TB"] {
        if amount < 1024.0 {
            break;
        }
        amount /= 1024.0;
        unit = larger;
    }
    if unit == "B" { format!("{bytes} B") } else { format!("{amount:.2} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A2
    #[test]
    fn a_size_is_read_in_powers_of_1024() {
        for (bytes, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.00 KB"),
            (2_487_312, "2.37 MB"),
            (2_621_440, "2.50 MB"),
            (21_474_836_480, "20.00 GB"),
        ] {
            assert_eq!(formatted(bytes), text);
        }
    }
}

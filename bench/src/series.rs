//! What was measured: samples of several figures, one for each turn, and how two series of them compare.

use anyhow::Context;

/// The figures of one turn.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sample(Vec<(&'static str, f64)>);

impl Sample {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn with(mut self, figure: &'static str, value: f64) -> Self {
        self.0.push((figure, value));
        self
    }

    fn get(&self, figure: &str) -> Option<f64> {
        self.0.iter().find(|(name, _)| *name == figure).map(|(_, value)| *value)
    }
}

/// The turns of one contestant.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    pub name: String,
    samples: Vec<Sample>,
}

/// The middle of several values, and how far they go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    pub median: f64,
    pub least: f64,
    pub most: f64,
}

impl Spread {
    pub(crate) fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_unstable_by(f64::total_cmp);
        let (least, most) = (*values.first()?, *values.last()?);
        let (low, high) = (values.get((values.len() - 1) / 2)?, values.get(values.len() / 2)?);
        Some(Self { median: f64::midpoint(*low, *high), least, most })
    }
}

impl Series {
    pub(crate) fn new(name: &str, samples: Vec<Sample>) -> Self {
        Self { name: name.into(), samples }
    }

    /// The names of the figures, in their order.
    pub(crate) fn figures(&self) -> Vec<&'static str> {
        self.samples
            .first()
            .map(|sample| sample.0.iter().map(|(name, _)| *name).collect())
            .unwrap_or_default()
    }

    pub(crate) fn spread(&self, figure: &str) -> Option<Spread> {
        Spread::of(self.samples.iter().filter_map(|sample| sample.get(figure)).collect())
    }

    /// This series over another, turn by turn.
    pub(crate) fn ratio(&self, other: &Self, figure: &str) -> Option<Spread> {
        let pairs = self.samples.iter().zip(&other.samples);
        Spread::of(pairs.filter_map(|(ours, theirs)| Some(ours.get(figure)? / theirs.get(figure)?)).collect())
    }
}

/// Somebody who is measured.
pub(crate) struct Contestant<'a> {
    pub name: &'a str,
    pub turn: Box<dyn FnMut() -> anyhow::Result<Sample> + 'a>,
}

impl<'a> Contestant<'a> {
    pub(crate) fn new(name: &'a str, turn: impl FnMut() -> anyhow::Result<Sample> + 'a) -> Self {
        Self { name, turn: Box::new(turn) }
    }
}

/// Gives each contestant its turn, round after round (A B A B), so that a busy minute of the machine meets all.
pub(crate) fn in_turn(rounds: u32, mut contestants: Vec<Contestant<'_>>) -> anyhow::Result<Vec<Series>> {
    let mut series: Vec<_> = contestants.iter().map(|one| Series::new(one.name, Vec::new())).collect();
    for round in 1..=rounds {
        for (contestant, series) in contestants.iter_mut().zip(&mut series) {
            eprintln!("  round {round} of {rounds}: {}", contestant.name);
            series.samples.push((contestant.turn)().with_context(|| contestant.name.to_owned())?);
        }
    }
    Ok(series)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(values: &[f64]) -> Series {
        Series::new("", values.iter().map(|value| Sample::new().with("x", *value)).collect())
    }

    #[test]
    fn a_median_lies_in_the_middle() {
        let spread = series(&[5.0, 1.0, 3.0]).spread("x").unwrap();
        assert_eq!(spread, Spread { median: 3.0, least: 1.0, most: 5.0 });
        assert_eq!(series(&[4.0, 2.0]).spread("x").unwrap().median, 3.0);
        assert!(series(&[4.0]).spread("y").is_none());
    }

    #[test]
    fn a_ratio_is_of_turns_of_the_same_round() {
        let ratio = series(&[2.0, 40.0, 9.0]).ratio(&series(&[1.0, 10.0, 3.0]), "x").unwrap();
        assert_eq!(ratio, Spread { median: 3.0, least: 2.0, most: 4.0 });
    }
}

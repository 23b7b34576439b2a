//! The statistics of a quantity over paths, and how they are written: `mean`, `p50`, `es5`, `probability`.

use std::fmt;
use std::str::FromStr;

/// A statistic of the distribution of one quantity over paths.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Statistic {
    /// Arithmetic mean, in the quantity's unit.
    Mean,
    /// Standard deviation with denominator n - 1, in the quantity's unit.
    Sd,
    /// Third standardised moment, without unit.
    Skewness,
    /// Quantile at a level in percent, strictly between 0 and 100, in the quantity's unit.
    Quantile(f64),
    /// Mean of the paths beyond the quantile at a level in percent, in the quantity's unit.
    Shortfall(f64),
    /// Share of the paths on which a condition holds, a fraction.
    Probability,
}

impl Statistic {
    /// The quantile at 50 %.
    pub const MEDIAN: Statistic = Statistic::Quantile(50.0);

    /// The name for people: `P50` and `ES5` with a capital letter, words as they are.
    pub fn label(self) -> String {
        match self {
            Statistic::Quantile(level) => percentile_label(level),
            Statistic::Shortfall(level) => format!("ES{level}"),
            word => word.to_string(),
        }
    }
}

/// A level in percent as people read it: `P5`, `P99.9`.
pub fn percentile_label(level: f64) -> String {
    format!("P{level}")
}

/// A level in percent as the names of columns have it: `5`, `99_9`.
pub fn level_key(level: f64) -> String {
    level.to_string().replace('.', "_")
}

/// Reads a level in percent.
///
/// # Errors
///
/// What is expected, where the text is not a number strictly between 0 and 100.
pub fn parse_level(text: &str) -> Result<f64, String> {
    let level = text.trim().parse::<f64>().ok().filter(|&level| level > 0.0 && level < 100.0);
    level.ok_or_else(|| format!("`{}` is not a level in percent, strictly between 0 and 100", text.trim()))
}

/// The name in tables and expressions: `mean`, `sd`, `p99_9`, `es5`, `probability`.
impl fmt::Display for Statistic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Statistic::Mean => f.write_str("mean"),
            Statistic::Sd => f.write_str("sd"),
            Statistic::Skewness => f.write_str("skewness"),
            Statistic::Quantile(level) => write!(f, "p{}", level_key(*level)),
            Statistic::Shortfall(level) => write!(f, "es{}", level_key(*level)),
            Statistic::Probability => f.write_str("probability"),
        }
    }
}

impl Statistic {
    /// The statistics without a level, by name; `median` is the quantile at 50 %.
    pub const NAMED: [(&str, Statistic); 5] = [
        ("mean", Statistic::Mean),
        ("sd", Statistic::Sd),
        ("skewness", Statistic::Skewness),
        ("median", Statistic::MEDIAN),
        ("probability", Statistic::Probability),
    ];
}

impl FromStr for Statistic {
    type Err = ();

    /// Reads a name as it is displayed, a level with a point too; `median` is the quantile at 50 %.
    fn from_str(name: &str) -> Result<Statistic, ()> {
        if let Some((_, statistic)) = Statistic::NAMED.iter().find(|(known, _)| *known == name) {
            return Ok(*statistic);
        }
        let level =
            |prefix: &str| name.strip_prefix(prefix).and_then(|level| parse_level(&level.replace('_', ".")).ok());
        level("p").map(Statistic::Quantile).or_else(|| level("es").map(Statistic::Shortfall)).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        use Statistic::{Mean, Probability, Quantile, Sd, Shortfall, Skewness};
        for statistic in [Mean, Sd, Skewness, Quantile(5.0), Quantile(99.9), Shortfall(2.5), Probability] {
            assert_eq!(statistic.to_string().parse(), Ok(statistic));
        }
        assert_eq!("median".parse(), Ok(Quantile(50.0)));
        assert_eq!(("p99_9".parse(), "p99.9".parse()), (Ok(Quantile(99.9)), Ok(Quantile(99.9))));
        for text in ["", "p", "p0", "p100", "px", "es", "maen"] {
            assert_eq!(text.parse::<Statistic>(), Err(()), "{text}");
        }
        assert_eq!(
            (Quantile(99.9).label(), Shortfall(5.0).label(), Mean.label()),
            ("P99.9".into(), "ES5".into(), "mean".into())
        );
    }
}

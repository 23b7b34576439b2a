//! What a number is about: an output or a segment of it, in a step; and how that is written, `market.region.europe[2031]`.

use super::{Date, Horizon, Output, PeriodName};
use std::fmt;
use std::str::FromStr;

/// A step of a horizon with its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// Number of the step; 0 is the start.
    pub step: usize,
    /// Label of the period: `2026`, `2026Q3`, `7`.
    pub period: String,
    /// Calendar year, where steps are calendar steps.
    pub year: Option<i32>,
}

impl When {
    /// A step of a horizon.
    pub fn at(horizon: &Horizon, step: usize) -> When {
        When { step, period: horizon.period(step), year: horizon.year(step) }
    }

    /// All steps together.
    pub fn total(horizon: &Horizon) -> When {
        When { step: horizon.last(), period: When::TOTAL.into(), year: None }
    }

    /// How the period is called where all steps are meant.
    pub const TOTAL: &str = "total";

    /// Whether all steps are meant.
    pub fn is_total(&self) -> bool {
        self.period == When::TOTAL
    }

    /// The first day of the period, where steps are calendar steps and its year is one from 1 to 9999.
    pub fn start(&self) -> Option<Date> {
        let month = match PeriodName::parse(&self.period)? {
            PeriodName::Whole(_) => 1,
            PeriodName::Quarter(_, quarter) => 3 * quarter - 2,
            PeriodName::Month(_, month) => month,
        };
        Date::first_of(self.year?, month)
    }
}

/// An output, or one segment of it, in a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Name of the output.
    pub output: String,
    /// Dimension of the segment; absent for the whole output, as `segment` is.
    pub dimension: Option<String>,
    /// Segment of the dimension.
    pub segment: Option<String>,
    /// The step.
    pub when: When,
}

impl Subject {
    /// An output of a model in a step.
    pub fn of(output: &Output, horizon: &Horizon, step: usize) -> Subject {
        let (dimension, segment) = output.part.clone().unzip();
        Subject { output: output.name.clone(), dimension, segment, when: When::at(horizon, step) }
    }

    /// The name without the step, as formulas have it: `market`, `market.region.europe`.
    pub fn name(&self) -> String {
        output_name(&self.output, self.dimension.as_deref().zip(self.segment.as_deref()))
    }

    /// Whether it is a whole output, not a segment.
    pub fn is_whole(&self) -> bool {
        self.segment.is_none()
    }

    /// Whether both are of one output or segment, in whatever steps.
    pub fn is_same_series(&self, other: &Subject) -> bool {
        self.output == other.output && self.dimension == other.dimension && self.segment == other.segment
    }
}

/// `market[2031]`, `market.region.europe[2031]`.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.name(), self.when.period)
    }
}

/// The name of an output, or of a segment of it: `market`, `market.region.europe`.
pub(super) fn output_name(output: &str, segment: Option<(&str, &str)>) -> String {
    segment.map_or_else(|| output.to_owned(), |(dimension, segment)| format!("{output}.{dimension}.{segment}"))
}

/// A subject as a user writes it, before it is looked up: `market`, `market.region.europe[2031]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectName {
    /// Name of the output or segment.
    pub name: String,
    /// Label of a period; absent where none is written.
    pub period: Option<String>,
}

/// `market`, `market.region.europe[2031]`: reads back as it was.
impl fmt::Display for SubjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.period {
            Some(period) => write!(f, "{}[{period}]", self.name),
            None => f.write_str(&self.name),
        }
    }
}

impl FromStr for SubjectName {
    type Err = ();

    /// Reads `NAME` or `NAME[PERIOD]`; blanks around either are left out.
    fn from_str(text: &str) -> Result<SubjectName, ()> {
        let (name, period) = match text.trim().split_once('[') {
            Some((name, rest)) => (name, Some(rest.strip_suffix(']').ok_or(())?.trim().to_owned())),
            None => (text, None),
        };
        Ok(SubjectName { name: name.trim().to_owned(), period })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_begin_with_the_first_day_of_their_first_month() {
        let start =
            |period: &str, year| When { step: 1, period: period.into(), year }.start().map(|date| date.to_string());
        assert_eq!(start("2026", Some(2026)).as_deref(), Some("2026-01-01"));
        assert_eq!(start("2026Q4", Some(2026)).as_deref(), Some("2026-10-01"));
        assert_eq!(start("2026-07", Some(2026)).as_deref(), Some("2026-07-01"));
        assert_eq!((start("7", None), start("12026", Some(12026))), (None, None), "a step without a calendar");
    }

    #[test]
    fn names_read_back() {
        let when = When { step: 6, period: "2031".into(), year: Some(2031) };
        let mut subject = Subject { output: "market".into(), dimension: None, segment: None, when };
        assert_eq!(subject.to_string(), "market[2031]");
        subject.dimension = Some("region".into());
        subject.segment = Some("europe".into());
        assert_eq!(subject.to_string(), "market.region.europe[2031]");
        let name = SubjectName { name: subject.name(), period: Some("2031".into()) };
        assert_eq!(subject.to_string().parse(), Ok(name));
        assert_eq!(" a ".parse(), Ok(SubjectName { name: "a".into(), period: None }));
        assert_eq!("a[1".parse::<SubjectName>(), Err(()));
    }
}

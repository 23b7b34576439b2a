//! The steps of a scenario: how many, how long, and how they are labelled.

use std::fmt;

/// How long a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StepLength {
    /// Calendar years.
    Year,
    /// Quarters of calendar years.
    Quarter,
    /// Calendar months.
    Month,
    /// Counted steps without a calendar.
    Counted,
    /// No time at all: one evaluation.
    Static,
}

impl StepLength {
    /// Steps a calendar year has, where steps are calendar steps.
    pub fn per_year(self) -> Option<i32> {
        match self {
            StepLength::Year => Some(1),
            StepLength::Quarter => Some(4),
            StepLength::Month => Some(12),
            StepLength::Counted | StepLength::Static => None,
        }
    }

    /// `year`, `quarter`, `month`, `counted` or `static`.
    pub fn name(self) -> &'static str {
        match self {
            StepLength::Year => "year",
            StepLength::Quarter => "quarter",
            StepLength::Month => "month",
            StepLength::Counted => "counted",
            StepLength::Static => "static",
        }
    }
}

/// The steps 0..=steps; step 0 is the base, given and not simulated. A static model has step 0 alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Horizon {
    /// Calendar period of step 0, where steps are calendar steps, counted in such steps since the year 0: the year
    /// itself, 4 * 2025 + 3 for 2025Q4, 12 * 2025 + 11 for 2025-12.
    pub start: Option<i32>,
    /// Steps after the base; 0 in a static model.
    pub steps: usize,
    /// The length of a step.
    pub length: StepLength,
}

impl Horizon {
    /// The last step.
    pub fn last(&self) -> usize {
        self.steps
    }

    /// The first step in which draws exist: 1, or 0 in a static model.
    pub fn first_draw(&self) -> usize {
        self.steps.min(1)
    }

    /// Whether steps are calendar steps.
    pub fn is_calendar(&self) -> bool {
        self.start.is_some()
    }

    /// The calendar year of a step, if steps are calendar steps.
    pub fn year(&self, step: usize) -> Option<i32> {
        Some((self.start? + step as i32).div_euclid(self.length.per_year()?))
    }

    /// The label of a step: `2026`, `2026Q1`, `2026-01`, or `7`.
    pub fn period(&self, step: usize) -> String {
        self.name_of(step).to_string()
    }

    fn name_of(&self, step: usize) -> PeriodName {
        match (self.start, self.length.per_year()) {
            (Some(start), Some(per_year)) => {
                let period = start + step as i32;
                let part = period.rem_euclid(per_year) as u8 + 1;
                let year = i64::from(period.div_euclid(per_year));
                match self.length {
                    StepLength::Quarter => PeriodName::Quarter(year, part),
                    StepLength::Month => PeriodName::Month(year, part),
                    _ => PeriodName::Whole(year),
                }
            }
            _ => PeriodName::Whole(step as i64),
        }
    }

    /// Length of a step in years: what turns a yearly rate into one of a step. 1 where steps are counted, because rates
    /// are per step there.
    pub fn step_years(&self) -> f64 {
        self.length.per_year().map_or(1.0, |per_year| 1.0 / f64::from(per_year))
    }

    /// Where a name lies: steps after the base, less than 0 before it. A year means its last step. `None` for a quarter or a
    /// month where steps are something else.
    pub fn position(&self, name: PeriodName) -> Option<i64> {
        let per_year = self.length.per_year().map_or(1, i64::from);
        let start = i64::from(self.start.unwrap_or(0));
        let period = match (name, self.length) {
            (PeriodName::Whole(year), _) => year.checked_mul(per_year)?.checked_add(per_year - 1)?,
            (PeriodName::Quarter(year, part), StepLength::Quarter)
            | (PeriodName::Month(year, part), StepLength::Month) => {
                year.checked_mul(per_year)?.checked_add(i64::from(part) - 1)?
            }
            _ => return None,
        };
        period.checked_sub(start)
    }

    /// The step of a label; that of a year is its last step.
    pub fn find(&self, label: &str) -> Option<usize> {
        let step = usize::try_from(self.position(PeriodName::parse(label)?)?).ok()?;
        (step <= self.last()).then_some(step)
    }
}

/// How a formula, a key or a user names a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodName {
    /// A year, or a step where steps are counted.
    Whole(i64),
    /// Year and quarter, 1 to 4.
    Quarter(i64, u8),
    /// Year and month, 1 to 12.
    Month(i64, u8),
}

impl PeriodName {
    /// Reads `2026`, `2026Q1` or `2026-01`, each as it is written by `to_string`.
    pub fn parse(text: &str) -> Option<PeriodName> {
        let name = if let Some((year, part)) = text.split_once('Q') {
            PeriodName::Quarter(year.parse().ok()?, part.parse().ok().filter(|part| (1..=4).contains(part))?)
        } else if let Some((year, part)) = text.rsplit_once('-').filter(|(year, _)| !year.is_empty()) {
            PeriodName::Month(year.parse().ok()?, part.parse().ok().filter(|part| (1..=12).contains(part))?)
        } else {
            PeriodName::Whole(text.parse().ok()?)
        };
        (name.to_string() == text).then_some(name)
    }
}

impl fmt::Display for PeriodName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PeriodName::Whole(year) => write!(f, "{year}"),
            PeriodName::Quarter(year, quarter) => write!(f, "{year}Q{quarter}"),
            PeriodName::Month(year, month) => write!(f, "{year}-{month:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quarters() -> Horizon {
        Horizon { start: Some(4 * 2025 + 3), steps: 24, length: StepLength::Quarter }
    }

    #[test]
    fn labels_and_years_follow_the_calendar() {
        let horizon = quarters();
        let labels: Vec<String> = [0, 1, 4, 5, 24].map(|step| horizon.period(step)).into();
        assert_eq!(labels, ["2025Q4", "2026Q1", "2026Q4", "2027Q1", "2031Q4"]);
        assert_eq!([0, 1, 4, 5].map(|step| horizon.year(step)), [2025, 2026, 2026, 2027].map(Some));
        let months = Horizon { start: Some(-1), steps: 14, length: StepLength::Month };
        assert_eq!([0, 1, 12, 13].map(|step| months.period(step)), ["-1-12", "0-01", "0-12", "1-01"]);
        let counted = Horizon { start: None, steps: 3, length: StepLength::Counted };
        assert_eq!((counted.period(3), counted.year(3), counted.find("3")), ("3".to_string(), None, Some(3)));
    }

    #[test]
    fn every_label_finds_its_step_and_a_year_its_last() {
        for horizon in [quarters(), Horizon { start: Some(12 * 2025 + 4), steps: 30, length: StepLength::Month }] {
            for step in 0..=horizon.last() {
                assert_eq!(horizon.find(&horizon.period(step)), Some(step));
            }
        }
        let horizon = quarters();
        assert_eq!((horizon.find("2025"), horizon.find("2031"), horizon.find("2024")), (Some(0), Some(24), None));
        assert_eq!(horizon.position(PeriodName::Month(2026, 1)), None);
        for text in ["2026Q0", "2026Q5", "2026-13", "2026-1", "02026", "+2026", "Q1", "-", "", "2026q1", "9e3"] {
            assert_eq!(PeriodName::parse(text), None, "{text}");
        }
    }
}

//! The steps of a scenario: how many, how long, and how they are labelled.

/// How long a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StepLength {
    /// Calendar years.
    Year,
    /// Counted steps without a calendar.
    Counted,
    /// No time at all: one evaluation.
    Static,
}

/// The steps 0..=steps; step 0 is the base, given and not simulated. A static model has step 0 alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Horizon {
    /// Calendar year of step 0, where steps are calendar steps.
    pub start: Option<i32>,
    /// Steps after the base; 0 in a static model.
    pub steps: usize,
    /// Their length.
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

    /// The calendar year of a step, if steps are calendar steps.
    pub fn year(&self, step: usize) -> Option<i32> {
        self.start.map(|start| start + step as i32)
    }

    /// The label of a step: `2026`, or `7`.
    pub fn period(&self, step: usize) -> String {
        match self.year(step) {
            Some(year) => year.to_string(),
            None => step.to_string(),
        }
    }
}

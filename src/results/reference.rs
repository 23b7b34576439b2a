//! What others have published, and where it lies among the paths.

use super::Results;
use crate::model::Subject;
use crate::stats::Share;

/// A published number of an output in a step, its growth up to that step, or both.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ReferenceRow {
    /// Name of the reference.
    pub reference: String,
    /// Where it was published, as far as that is known.
    pub source: Option<String>,
    /// The output and the step.
    pub subject: Subject,
    /// Unit of the output.
    pub unit: Option<String>,
    /// The value; none where growth alone is compared.
    pub value: Option<Placed>,
    /// Growth a year from its first value to this one, the last; over the horizon where growth alone is compared. A step where
    /// steps are counted.
    pub growth: Option<Placed>,
}

/// A number, and the paths on which the output is at or below it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    /// The number.
    pub value: f64,
    /// Paths on which the output, or its growth over the same steps, is at or below it. A path at the very number counts: an
    /// atom there is below in full.
    pub below: Share,
}

/// The values of a reference in time.
#[derive(Clone, Debug, PartialEq)]
pub struct ReferencePath<'r> {
    /// What it is called.
    pub title: &'r str,
    /// Steps and values, ascending.
    pub points: Vec<(usize, f64)>,
}

impl ReferencePath<'_> {
    /// The published value of a step; none where there is none.
    pub(crate) fn published(&self, step: usize) -> Option<f64> {
        self.points.iter().find(|(at, _)| *at == step).map(|(_, value)| *value)
    }

    /// The value in a step; between two steps with one the value on the straight line that is drawn, none outside of them.
    pub(crate) fn at(&self, step: usize) -> Option<f64> {
        let after = self.points.iter().position(|(at, _)| *at >= step)?;
        let (end, high) = self.points[after];
        if end == step {
            return Some(high);
        }
        let (begin, low) = self.points[after.checked_sub(1)?];
        Some(low + (high - low) * ((step - begin) as f64 / (end - begin) as f64))
    }
}

impl Results {
    /// What others have published of an output or of a part of it, each as a path; without those whose growth alone is
    /// compared.
    pub fn references_of<'r>(&'r self, subject: &Subject) -> Vec<ReferencePath<'r>> {
        let rows = self.references.chunk_by(|a, b| a.reference == b.reference);
        let path = |rows: &'r [ReferenceRow]| {
            let of = rows.iter().filter(|row| row.subject.is_same_series(subject));
            let points: Vec<(usize, f64)> =
                of.filter_map(|row| Some((row.subject.when.step, row.value?.value))).collect();
            (!points.is_empty()).then(|| ReferencePath { title: self.titles.reference(&rows[0].reference), points })
        };
        rows.filter_map(path).collect()
    }
}

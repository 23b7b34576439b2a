//! Limits on size: named in every message, raised by `--limit name=value`.

use crate::diagnostic::nearest_name;

/// The most that `nesting` can be raised to: deeper trees would overflow the stack of the code that walks them.
pub const MOST_NESTING: u64 = 512;

/// The names of all limits.
const NAMES: [&str; 9] = ["file", "nesting", "steps", "quantities", "memory", "extends", "parts", "tables", "solved"];

/// What a scenario may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one file: `file`.
    pub file: u64,
    /// Depth of nesting in JSON and in formulas: `nesting`.
    pub nesting: u64,
    /// Steps of the horizon: `steps`.
    pub steps: u64,
    /// Quantities of the model: `quantities`.
    pub quantities: u64,
    /// Estimated bytes of memory: `memory`.
    pub memory: u64,
    /// Texts that one `extends` names: `extends`.
    pub extends: u64,
    /// Distributions that are parts of one mixture: `parts`.
    pub parts: u64,
    /// Tables of laws whose parameters differ by step, all laws together: `tables`.
    pub tables: u64,
    /// Correlations that are worked out from their laws before the run: `solved`.
    pub solved: u64,
}

/// Why a limit could not be set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LimitError {
    /// It is not of the form `name=value`.
    #[error("`{text}` is not of the form name=value, e.g. file=128MiB")]
    Syntax {
        /// As typed.
        text: String,
    },
    /// There is no such limit.
    #[error("there is no limit `{name}`{}; the limits are {}",
        nearest.as_ref().map(|nearest| format!(" (did you mean `{nearest}`?)")).unwrap_or_default(), NAMES.join(", "))]
    Name {
        /// As typed.
        name: String,
        /// The nearest limit.
        nearest: Option<String>,
    },
    /// The value is not a positive whole number.
    #[error("`{value}` is not a whole number above 0; bytes may end in KiB, MiB or GiB")]
    Value {
        /// As typed.
        value: String,
    },
    /// The nesting would overflow the stack.
    #[error("nesting can be raised to {MOST_NESTING} at most")]
    Nesting,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            file: 64 << 20,
            nesting: 128,
            steps: 10_000,
            quantities: 100_000,
            memory: 2 << 30,
            extends: 1_000,
            parts: 1_000,
            // Each takes about 4 ms and 100 kB.
            tables: 2_000,
            // Each takes up to a tenth of a second.
            solved: 500,
        }
    }
}

impl Limits {
    /// Sets one limit from `name=value`. The value is a whole number above 0, with `KiB`, `MiB` or `GiB` behind it if wanted.
    ///
    /// # Errors
    ///
    /// When the text is not such an assignment, names no limit, or asks for more nesting than the stack bears.
    pub fn assign(&mut self, assignment: &str) -> Result<(), LimitError> {
        let (name, value) =
            assignment.split_once('=').ok_or_else(|| LimitError::Syntax { text: assignment.to_owned() })?;
        let (name, value) = (name.trim(), value.trim());
        let number = number(value).ok_or_else(|| LimitError::Value { value: value.to_owned() })?;
        let limit = match name {
            "file" => &mut self.file,
            "nesting" if number > MOST_NESTING => return Err(LimitError::Nesting),
            "nesting" => &mut self.nesting,
            "steps" => &mut self.steps,
            "quantities" => &mut self.quantities,
            "memory" => &mut self.memory,
            "extends" => &mut self.extends,
            "parts" => &mut self.parts,
            "tables" => &mut self.tables,
            "solved" => &mut self.solved,
            _ => {
                let nearest = nearest_name(name, NAMES);
                return Err(LimitError::Name { name: name.to_owned(), nearest });
            }
        };
        *limit = number;
        Ok(())
    }
}

/// A whole number above 0 with an optional binary unit.
fn number(text: &str) -> Option<u64> {
    let units = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];
    let unit = units.iter().find_map(|&(unit, bytes)| Some((text.strip_suffix(unit)?, bytes)));
    let (digits, factor) = unit.unwrap_or((text, 1));
    digits.trim_end().parse::<u64>().ok()?.checked_mul(factor).filter(|&number| number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignments_set_one_limit() {
        let mut limits = Limits::default();
        limits.assign("file=128MiB").expect("well formed");
        limits.assign("steps = 20000").expect("well formed");
        assert_eq!(limits, Limits { file: 128 << 20, steps: 20_000, ..Limits::default() });
    }

    #[test]
    fn bad_assignments_say_why_and_change_nothing() {
        let mut limits = Limits::default();
        let mut refuse = |text| limits.assign(text).expect_err("malformed").to_string();
        assert_eq!(refuse("file"), "`file` is not of the form name=value, e.g. file=128MiB");
        assert!(refuse("flie=1").contains("did you mean `file`?"));
        assert!(refuse("file=-1").contains("not a whole number above 0"));
        assert!(refuse("file=0").contains("not a whole number above 0"));
        assert!(refuse("memory=99999999999GiB").contains("not a whole number above 0"));
        assert!(refuse("nesting=100000").contains("512"));
        assert_eq!(limits, Limits::default());
    }
}

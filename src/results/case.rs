//! Cases: which member of a batch of what-ifs results are of.

/// What varies over a batch of what-ifs: a path, and a column of every table.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Varied {
    /// Path into the scenario as it was written, which is the name of the column: `events.downturn.hazard`.
    pub path: String,
    /// Whether all its values are numbers; else the column is text.
    pub is_number: bool,
}

/// One member of a batch of what-ifs.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Case {
    /// Name within the batch: what a file calls it, or what differs, as in `downturn.hazard=0.3`.
    pub name: String,
    /// A value for each path that varies, in their order.
    pub values: Vec<CaseValue>,
}

/// What stands at a path that varies.
#[derive(Clone, Debug, PartialEq)]
pub enum CaseValue {
    /// A finite number.
    Number(f64),
    /// Text; of a list, a law or any other value of several parts its JSON.
    Text(String),
    /// What the scenario has there itself, and that is no number and no text.
    Absent,
}

impl Varied {
    /// The path without its section, where it has one: `downturn.hazard`.
    pub(crate) fn label(&self) -> &str {
        let path = self.path.trim_start_matches('/');
        path.split_once(if self.path.starts_with('/') { '/' } else { '.' }).map_or(path, |(_, rest)| rest)
    }
}

impl Case {
    /// A case of this name with a value for each path that varies.
    pub fn new(name: impl Into<String>, values: Vec<CaseValue>) -> Case {
        Case { name: name.into(), values }
    }
}

impl CaseValue {
    /// The number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            CaseValue::Number(number) => Some(*number),
            CaseValue::Text(_) | CaseValue::Absent => None,
        }
    }
}

impl std::fmt::Display for CaseValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            CaseValue::Number(number) => write!(f, "{number}"),
            CaseValue::Text(text) => f.write_str(text),
            CaseValue::Absent => f.write_str("as it is"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_leave_the_section_out() {
        let label = |path: &str| Varied { path: path.into(), is_number: true }.label().to_owned();
        assert_eq!(label("events.downturn.hazard"), "downturn.hazard");
        assert_eq!(label("/drivers/x/discrete/1.5"), "x/discrete/1.5");
        assert_eq!(label("odd"), "odd");
    }
}

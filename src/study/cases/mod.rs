//! Cases: what-ifs of one scenario that differ in the values at some paths, from the shell, a file or a program.

mod file;
mod vary;

pub use vary::Variation;

use super::{LoadOptions, Rejected, Study};
use crate::diagnostic::{Problem, Severity};
use crate::results::{Case, CaseValue, Varied};
use crate::scenario::{FoundPath, Json, Node, find_path, to_json};
use std::collections::HashSet;
use std::io::{self, Read};

/// Most cases of a batch: more than that are a slip, as of one zero too many in a range.
const MOST_CASES: usize = 100_000;

/// A batch of what-ifs.
#[derive(Clone, Debug)]
pub struct Cases {
    /// What varies; at least one path, no two of them the same.
    pub varied: Vec<Varied>,
    /// Of every path that varies, whether its values stand in equal ratios.
    pub is_log: Vec<bool>,
    /// Whether a file or a program names the cases.
    pub are_named: bool,
    /// At least one, in their order.
    pub planned: Vec<PlannedCase>,
}

/// A case before it is run.
#[derive(Clone, Debug)]
pub struct PlannedCase {
    /// What its results will bear.
    pub case: Case,
    /// What it sets, `path=value` as `--set` takes it.
    pub set: Vec<String>,
    /// Its line in the file that names it.
    pub line: Option<u64>,
}

/// A path that varies, with a text for each case; none leaves what the scenario has.
#[derive(Debug)]
struct CaseColumn {
    path: String,
    is_log: bool,
    values: Vec<Option<String>>,
}

/// A case that a program has, as a row of a file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRow {
    /// Its name, which no other case has.
    pub name: String,
    /// Paths and their values, each a text as `--set` takes it; none, as an empty field, leaves what the scenario has, and so
    /// does a path that only other rows have.
    pub values: Vec<(String, Option<String>)>,
}

/// Why a file has no cases.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CasesError {
    /// It cannot be read.
    #[error(transparent)]
    Read(io::Error),
    /// What is wrong with it, with its line and column.
    #[error("{0}")]
    Refused(String),
}

/// How cases come from the values of several paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pairing {
    /// Every value of each path with every value of the others; those of the last path vary the fastest.
    Matrix,
    /// The first values together, the second ones, and so on.
    Zip,
}

impl Cases {
    /// The cases that paths with their values make of a scenario.
    ///
    /// # Errors
    ///
    /// A path that leads nowhere or stands there twice, lists to be paired that differ in length, too many cases.
    pub fn of_variations(variations: &[Variation], pairing: Pairing, base: &Study) -> Result<Cases, String> {
        let lengths: Vec<usize> = variations.iter().map(|variation| variation.values.len()).collect();
        let count = match pairing {
            Pairing::Zip => {
                let first = lengths.first().copied().unwrap_or(0);
                if let Some(place) = lengths.iter().position(|length| *length != first) {
                    return Err(format!(
                        "--zip pairs values, and `{}` has {first} where `{}` has {}",
                        variations[0].path, variations[place].path, lengths[place]
                    ));
                }
                first
            }
            Pairing::Matrix => {
                lengths.iter().try_fold(1usize, |product, length| product.checked_mul(*length)).unwrap_or(usize::MAX)
            }
        };
        check_count(count)?;
        let mut stride = count;
        let column = |(variation, length): (&Variation, usize)| {
            stride /= length.max(1);
            let values = (0..count).map(|case| match pairing {
                Pairing::Zip => variation.values[case].clone(),
                Pairing::Matrix => variation.values[case / stride % length].clone(),
            });
            CaseColumn { path: variation.path.clone(), is_log: variation.is_log, values: values.map(Some).collect() }
        };
        let columns: Vec<CaseColumn> = variations.iter().zip(lengths).map(column).collect();
        let found = found_paths(&columns, base, |_| "--vary: ".into())?;
        Ok(Cases::of_columns(columns, &found, Vec::new()))
    }

    /// The cases of a CSV file of at most `limit` bytes: a column a path and, where there is one, a column `case` of names.
    /// `file` is what messages call it.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or what is wrong with it, with its line and column.
    pub fn of_csv(file: &str, source: impl Read, limit: u64, base: &Study) -> Result<Cases, CasesError> {
        let text = file::text(file, source, limit)?;
        Cases::of_text(file, &text, base).map_err(CasesError::Refused)
    }

    fn of_text(file: &str, text: &str, base: &Study) -> Result<Cases, String> {
        let file::CaseFile { columns, places, names } = file::read(text).map_err(|error| format!("{file}, {error}"))?;
        check_count(names.len()).map_err(|error| format!("{file}: {error}"))?;
        let found = found_paths(&columns, base, |column| format!("{file}, line 1, column {}: ", places[column]))?;
        let names = names.into_iter().map(|(name, line)| (name, Some(line))).collect();
        Ok(Cases::of_columns(columns, &found, names))
    }

    /// The cases that a program has: those of a file with the same names and values. Columns stand in the order in which
    /// paths first appear.
    ///
    /// # Errors
    ///
    /// There is no case, or no path; too many cases, a name without letters, two cases of one name, a path that leads nowhere.
    pub fn of_rows(rows: Vec<CaseRow>, base: &Study) -> Result<Cases, String> {
        check_count(rows.len())?;
        let mut names = HashSet::new();
        for (number, row) in (1..).zip(&rows) {
            if row.name.trim().is_empty() {
                return Err(format!("case {number}: its name is empty"));
            }
            if !names.insert(&row.name) {
                return Err(format!("case {number}: an earlier case is called `{}` too", row.name));
            }
        }
        let mut columns: Vec<CaseColumn> = Vec::new();
        for (place, (path, value)) in
            rows.iter().enumerate().flat_map(|(place, row)| row.values.iter().map(move |value| (place, value)))
        {
            let known = columns.iter().position(|column| column.path == *path).unwrap_or_else(|| {
                columns.push(CaseColumn { path: path.clone(), is_log: false, values: vec![None; rows.len()] });
                columns.len() - 1
            });
            columns[known].values[place].clone_from(value);
        }
        if columns.is_empty() {
            return Err("no case varies anything; expected paths and their values".into());
        }
        let found = found_paths(&columns, base, |_| String::new())?;
        Ok(Cases::of_columns(columns, &found, rows.into_iter().map(|row| (row.name, None)).collect()))
    }

    /// `names` are those of all cases, with their lines in a file; empty where cases are called by their values.
    fn of_columns(columns: Vec<CaseColumn>, found: &[FoundPath<'_>], names: Vec<(String, Option<u64>)>) -> Cases {
        let count = columns.first().map_or(0, |column| column.values.len());
        let is_log = columns.iter().map(|column| column.is_log).collect();
        let values: Vec<Vec<CaseValue>> =
            columns.iter().zip(found).map(|(column, found)| values(&column.values, found.value)).collect();
        let varied: Vec<Varied> = columns
            .iter()
            .zip(&values)
            .map(|(column, values)| Varied {
                path: column.path.clone(),
                is_number: values.iter().all(|value| !matches!(value, CaseValue::Text(_))),
            })
            .collect();
        let planned = (0..count).map(|row| {
            let values: Vec<CaseValue> = values.iter().map(|column| column[row].clone()).collect();
            let set =
                columns.iter().filter_map(|column| Some(format!("{}={}", column.path, column.values[row].as_ref()?)));
            let (name, line) = match names.get(row) {
                Some((name, line)) => (name.clone(), *line),
                None => (name_of(&varied, &values), None),
            };
            PlannedCase { set: set.collect(), case: Case::new(name, values), line }
        });
        Cases { planned: planned.collect(), are_named: !names.is_empty(), varied, is_log }
    }

    /// Makes sure that the scenario knows each path, which without this would be told once a case.
    ///
    /// # Errors
    ///
    /// What the scenario says of the first path that it does not know.
    pub fn check(&self, base: &Study, options: &LoadOptions) -> Result<(), Box<Rejected>> {
        for varied in &self.varied {
            if find_path(&varied.path, &base.document).is_ok_and(|found| found.value.is_some()) {
                continue;
            }
            let start = format!("{}=", varied.path);
            let Some(set) =
                self.planned.iter().find_map(|planned| planned.set.iter().find(|set| set.starts_with(&start)))
            else {
                continue;
            };
            if let Err(mut rejected) = base.what_if(std::slice::from_ref(set), options) {
                let is_unknown =
                    |problem: &Problem| problem.code == "unknown-key" && problem.severity == Severity::Error;
                rejected.problems.retain(is_unknown);
                if !rejected.problems.is_empty() {
                    return Err(rejected);
                }
            }
        }
        Ok(())
    }
}

/// Makes sure that paths lead to what the scenario has, each to another place.
///
/// # Errors
///
/// The first path that does not, and why.
pub fn known_paths(paths: &[&str], base: &Study) -> Result<(), String> {
    let column = |path: &&str| CaseColumn { path: (*path).to_owned(), is_log: false, values: Vec::new() };
    let columns: Vec<CaseColumn> = paths.iter().map(column).collect();
    found_paths(&columns, base, |_| String::new()).map(drop)
}

fn check_count(count: usize) -> Result<(), String> {
    match count {
        0 => Err("there are no cases".into()),
        1..=MOST_CASES => Ok(()),
        _ => Err(format!("these are more than {MOST_CASES} cases; vary fewer values, or pair them with --zip")),
    }
}

/// Where the paths of columns lead; `place` says where a column was written.
fn found_paths<'d>(
    columns: &[CaseColumn],
    base: &'d Study,
    place: impl Fn(usize) -> String,
) -> Result<Vec<FoundPath<'d>>, String> {
    let mut found: Vec<FoundPath<'_>> = Vec::new();
    for (index, column) in columns.iter().enumerate() {
        let path =
            find_path(&column.path, &base.document).map_err(|problem| format!("{}{}", place(index), told(&problem)))?;
        if let Some(earlier) = found.iter().position(|earlier| earlier.pointer == path.pointer) {
            let (this, other) = (&column.path, &columns[earlier].path);
            return Err(format!("{}`{this}` varies already, as `{other}`: a path stands there once", place(index)));
        }
        found.push(path);
    }
    Ok(found)
}

/// A problem in a line.
fn told(problem: &Problem) -> String {
    let nearest = problem.nearest.as_ref().map_or_else(String::new, |nearest| format!("; did you mean `{nearest}`?"));
    let expected = problem.expected.as_ref().map_or_else(String::new, |text| format!("; expected {text}"));
    let help = problem.help.as_ref().map_or_else(String::new, |text| format!("; {text}"));
    format!("{}{expected}{nearest}{help}", problem.message)
}

/// The values of a column: numbers if all are, else text as it was written. An empty one is what the scenario has.
fn values(written: &[Option<String>], base: Option<&Node>) -> Vec<CaseValue> {
    let own = base.map_or(CaseValue::Absent, plain);
    let read = |text: &Option<String>| text.as_ref().map_or_else(|| own.clone(), |text| value_of(text));
    let values: Vec<CaseValue> = written.iter().map(read).collect();
    let is_number = values.iter().all(|value| !matches!(value, CaseValue::Text(_)));
    let as_text = |(value, written): (CaseValue, &Option<String>)| match (value, written) {
        (CaseValue::Number(number), None) => CaseValue::Text(number.to_string()),
        (CaseValue::Number(_), Some(text)) => CaseValue::Text(text.clone()),
        (value, _) => value,
    };
    if is_number { values } else { values.into_iter().zip(written).map(as_text).collect() }
}

/// A value as `--set` would read it.
fn value_of(text: &str) -> CaseValue {
    match (text.parse::<f64>(), serde_json::from_str(text)) {
        (Ok(number), _) if number.is_finite() => CaseValue::Number(number),
        (_, Ok(serde_json::Value::String(inner))) => CaseValue::Text(inner),
        _ => CaseValue::Text(text.to_owned()),
    }
}

/// The number or text that a scenario has at a path, whichever way it is written.
fn plain(node: &Node) -> CaseValue {
    match &node.value {
        Json::Number(number) => CaseValue::Number(*number),
        Json::String(text) => CaseValue::Text(text.clone()),
        Json::Bool(_) => CaseValue::Text(to_json(node).to_string()),
        Json::Object(_) => node.get("value").or_else(|| node.get("formula")).map_or(CaseValue::Absent, plain),
        Json::Array(_) | Json::Null => CaseValue::Absent,
    }
}

/// What differs, in short: `downturn.hazard=0.3`.
fn name_of(varied: &[Varied], values: &[CaseValue]) -> String {
    let pairs = varied.iter().zip(values).map(|(varied, value)| format!("{}={value}", varied.label()));
    pairs.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::Origin;

    const MODEL: &str = r#"{"riskband": 1, "horizon": {"start": 2025, "end": 2027},
        "variables": {"a": {"value": 2, "source": "s"}, "b": {"normal": {"mean": 1, "sd": 0.5}, "over_time": "fresh"}},
        "outputs": {"c": "a * b"}}"#;

    fn base() -> Study {
        let origin = Origin::Text { name: "model".into(), bytes: MODEL.into() };
        Study::load(&origin, &LoadOptions::default()).expect("a valid model")
    }

    fn cases(variations: &[&str], pairing: Pairing) -> Result<Cases, String> {
        let variations: Vec<Variation> = variations.iter().map(|text| text.parse().expect("well formed")).collect();
        Cases::of_variations(&variations, pairing, &base())
    }

    fn sets(cases: &Cases) -> Vec<String> {
        cases.planned.iter().map(|planned| planned.set.join(" ")).collect()
    }

    #[test]
    fn a_matrix_has_every_pair_and_zip_one_of_each() {
        let two = ["variables.a=1,2", "variables.b.normal.sd=3,4,5"];
        let matrix = cases(&two, Pairing::Matrix).expect("well formed");
        assert_eq!(matrix.planned.len(), 6);
        assert_eq!(sets(&matrix)[3], "variables.a=2 variables.b.normal.sd=3");
        assert_eq!(
            matrix.planned[3].case,
            Case::new("a=2, b.normal.sd=3", vec![CaseValue::Number(2.0), CaseValue::Number(3.0)])
        );
        let zip = cases(&["variables.a=1,2", "variables.b.normal.sd=3,4"], Pairing::Zip).expect("well formed");
        assert_eq!(sets(&zip), ["variables.a=1 variables.b.normal.sd=3", "variables.a=2 variables.b.normal.sd=4"]);
        assert!(cases(&two, Pairing::Zip).expect_err("two and three").contains("has 2 where"));
    }

    #[test]
    fn columns_are_numbers_or_text_and_empty_fields_leave_the_base() {
        let of = |text: &str| Cases::of_text("cases.csv", text, &base()).expect("well formed");
        let numbers = of("case,variables.a,variables.b.normal.sd\nlow,1,\nhigh,,.25\n");
        assert!(numbers.are_named && numbers.varied.iter().all(|varied| varied.is_number));
        assert_eq!(sets(&numbers), ["variables.a=1", "variables.b.normal.sd=.25"]);
        assert_eq!(numbers.planned[1].case, Case::new("high", vec![CaseValue::Number(2.0), CaseValue::Number(0.25)]));
        assert_eq!(numbers.planned[1].line, Some(3));
        let mixed =
            of("variables.a,variables.b\n1.50,\"{\"\"uniform\"\": {\"\"low\"\": 0, \"\"high\"\": 1}}\"\nb + 1,\n");
        assert_eq!(mixed.planned[0].case.values[0], CaseValue::Text("1.50".into()));
        assert_eq!(mixed.planned[1].case.values, [CaseValue::Text("b + 1".into()), CaseValue::Absent]);
        assert_eq!(mixed.planned[0].set[1], r#"variables.b={"uniform": {"low": 0, "high": 1}}"#);
        assert_eq!(mixed.planned[1].case.name, "2", "without names, the number of the row");
    }

    #[test]
    fn rows_of_a_program_are_those_of_a_file() {
        let row = |name: &str, values: &[(&str, &str)]| {
            let value = |value: &str| Some(value.to_owned()).filter(|value| !value.is_empty());
            let values = values.iter().map(|(path, text)| ((*path).to_owned(), value(text))).collect();
            CaseRow { name: name.into(), values }
        };
        let (a, sd) = ("variables.a", "variables.b.normal.sd");
        let mean = "variables.b.normal.mean";
        let rows = vec![row("low", &[(a, "1"), (sd, ""), (mean, "")]), row("high", &[(sd, "0.25")])];
        let file = "case,variables.a,variables.b.normal.sd,variables.b.normal.mean\nlow,1,,\nhigh,,0.25,\n";
        let (of_rows, of_file) = (Cases::of_rows(rows, &base()), Cases::of_text("cases.csv", file, &base()));
        let (of_rows, of_file) = (of_rows.expect("well formed"), of_file.expect("well formed"));
        assert_eq!((of_rows.varied, of_rows.are_named), (of_file.varied, true));
        for (row, line) in of_rows.planned.iter().zip(&of_file.planned) {
            assert_eq!((&row.case, &row.set, row.line), (&line.case, &line.set, None));
        }
        let refused = |rows: &[CaseRow]| Cases::of_rows(rows.to_vec(), &base()).expect_err("refused");
        assert_eq!(refused(&[]), "there are no cases");
        assert!(refused(&[row("x", &[]), row("y", &[])]).contains("no case varies anything"));
        assert!(refused(&[row("x", &[(a, "1")]), row("x", &[])]).contains("case 2: an earlier case is called `x` too"));
        assert!(refused(&[row(" ", &[(a, "1")])]).contains("case 1: its name is empty"));
        assert!(refused(&[row("x", &[("variables.aa", "1")])]).contains("did you mean `a`?"));
        assert!(refused(&[row("x", &[(a, "1"), ("/variables/a", "2")])]).contains("varies already"));
    }

    #[test]
    fn files_that_are_too_long_or_no_text_are_refused() {
        let refused = |bytes: &[u8], limit: u64| match Cases::of_csv("x.csv", bytes, limit, &base()) {
            Err(CasesError::Refused(text)) => text,
            other => panic!("{other:?}"),
        };
        assert!(Cases::of_csv("x.csv", &b"variables.a\n1\n"[..], 14, &base()).is_ok());
        assert!(refused(b"variables.a\n1\n", 13).contains("the limit of 13 bytes"));
        assert!(refused(b"variables.a\n\xff\n", 99).starts_with("x.csv, line 2: this is not UTF-8"));
    }

    #[test]
    fn paths_that_lead_nowhere_or_twice_to_one_place_are_refused() {
        let refused = |variations: &[&str]| cases(variations, Pairing::Matrix).expect_err("refused");
        assert!(refused(&["variables.aa=1"]).contains("did you mean `a`?"));
        assert!(
            refused(&["variables.a=1", "/variables/a=2"]).contains("`/variables/a` varies already, as `variables.a`")
        );
        assert!(
            refused(&["variables.a=0..1/1000", "variables.b.normal.sd=1..2/1000"]).contains("more than 100000 cases")
        );
        let file = |text: &str| Cases::of_text("x.csv", text, &base()).expect_err("refused");
        assert!(
            file("case,variables.q\na,1\n").starts_with("x.csv, line 1, column 2: the scenario has no `q`"),
            "{}",
            file("case,variables.q\na,1\n")
        );
        assert!(file("variables.a, variables.a\n1,2\n").contains("column 2: `variables.a` varies already"));
        let misspelt = cases(&["variables.b.normal.sdd=1"], Pairing::Matrix).expect("only the scenario knows");
        let rejected = misspelt.check(&base(), &LoadOptions::default()).expect_err("no such parameter");
        assert_eq!(rejected.problems.len(), 1);
        assert!(
            cases(&["variables.b.over_time=fresh,once"], Pairing::Matrix)
                .expect("known")
                .check(&base(), &LoadOptions::default())
                .is_ok()
        );
    }
}

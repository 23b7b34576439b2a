//! The columns that every table of a batch of what-ifs has: which case a row is of, and the value at each path that varies.

use super::{Cell, Column, Columns, DataType};
use crate::results::{Case, CaseValue, Varied};

/// Which columns tell the cases of a batch of what-ifs apart.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseColumns {
    /// What varies, a column each.
    pub varied: Vec<Varied>,
    /// Whether a file names the cases, so that there is a column `case`.
    pub are_named: bool,
}

/// The labels of sources of which `case` says which case they are.
pub(super) fn case_labels<S: 'static>(columns: &CaseColumns, case: fn(&S) -> Option<&Case>) -> Columns<S> {
    let mut labels = Columns::new();
    if columns.are_named {
        labels = labels.text_or_null("case", "name of the case", move |source| Some(case(source)?.name.as_str()));
    }
    for (place, varied) in columns.varied.iter().enumerate() {
        let kind = if varied.is_number { DataType::Number } else { DataType::Text };
        let meaning = "what the case has at this path; null where that is the scenario's own and no plain value";
        let column = Column::new(varied.path.clone(), kind, None, meaning).or_null();
        labels = labels.column(column, move |source| match case(source).and_then(|case| case.values.get(place)) {
            Some(CaseValue::Number(number)) => Cell::number(Some(*number)),
            Some(CaseValue::Text(text)) => Cell::Text(text.into()),
            Some(CaseValue::Absent) | None => Cell::Absent,
        });
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::example::{comparison, layout, results};
    use crate::output::table::{Layout, comparison_tables, run_tables};
    use crate::results::Results;

    #[test]
    fn every_table_says_which_case_its_rows_are_of() {
        let varied = |path: &str, is_number| Varied { path: path.into(), is_number };
        let varied = vec![varied("events.slump.hazard", true), varied("drivers.x", false)];
        let layout = |are_named| Layout { cases: Some(CaseColumns { varied: varied.clone(), are_named }), ..layout() };
        let case = Case::new("low", vec![CaseValue::Number(0.25), CaseValue::Absent]);
        let run = Results { case: Some(case.clone()), ..results() };
        for table in run_tables(&layout(true)) {
            let names: Vec<&str> = table.columns()[..4].iter().map(|column| &*column.name).collect();
            assert_eq!(names, ["scenario", "case", "events.slump.hazard", "drivers.x"], "{}", table.name());
            if table.count(&run) > 0 {
                assert_eq!(table.cell(&run, 0, 1), Cell::Text("low".into()));
                assert_eq!(table.cell(&run, 0, 2), Cell::Number(0.25));
                assert_eq!(table.cell(&run, 0, 3), Cell::Absent);
            }
        }
        assert_eq!(run_tables(&layout(false))[2].columns()[1].name, "events.slump.hazard");
        let compared = crate::results::comparison::Comparison { case: Some(case), ..comparison("a", "low") };
        for table in comparison_tables(&layout(true)) {
            assert_eq!(table.columns()[2].name, "case", "{}", table.name());
            assert_eq!(table.columns()[3].kind, DataType::Number);
        }
        assert_eq!(comparison_tables(&layout(true))[0].cell(&compared, 0, 3), Cell::Number(0.25));
    }
}

//! Workbooks read back by another library.

use super::*;
use crate::model::Date;
use crate::output::example::{comparison, full_layout, full_results, layout, results, share, when};
use crate::output::table::{Cell, comparison_tables, run_tables};
use crate::results::{Band, ConstraintRow, Warning};
use calamine::{Data, Range, Reader, Xlsx};
use std::io::Cursor;

fn bytes(runs: &[Results], layout: &crate::output::table::Layout, rows: u32) -> Vec<u8> {
    let mut workbook = Workbook::with_rows(run_tables(layout), Vec::new(), rows).expect("few columns");
    runs.iter().for_each(|run| workbook.add_run(run).expect("no file is involved"));
    let mut out = Vec::new();
    workbook.finish(Overview::Runs(runs), &mut out).expect("writing to memory cannot fail");
    out
}

fn open(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).expect("a workbook")
}

/// The rows of a sheet from the top left cell on, header first.
fn rows(workbook: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str) -> Vec<Vec<Data>> {
    let range: Range<Data> = workbook.worksheet_range(sheet).expect("a sheet");
    let end = range.end().expect("a header");
    range.range((0, 0), end).rows().map(<[Data]>::to_vec).collect()
}

/// A cell as a workbook has it.
fn expected(cell: &Cell<'_>) -> Data {
    match cell {
        Cell::Absent => Data::Empty,
        Cell::Text(text) if text.is_empty() => Data::Empty,
        Cell::Text(text) => Data::String(text.to_string()),
        Cell::Integer(value) if value.abs() <= 1 << 53 => Data::Float(*value as f64),
        Cell::Integer(value) => Data::String(value.to_string()),
        Cell::Number(value) => Data::Float(*value),
        // Days since the last one of 1899.
        Cell::Date(date) => {
            let days = Date::first_of(1900, 3).expect("a date").days_since_1970();
            Data::Float(f64::from(date.days_since_1970() - days + 61))
        }
        Cell::Boolean(holds) => Data::Bool(*holds),
        Cell::Data(value) => Data::String(value.to_string()),
    }
}

/// What is read, dates as the numbers that they are.
fn plain(cell: &Data) -> Data {
    match cell {
        Data::DateTime(date) => Data::Float(date.as_f64()),
        Data::Int(value) => Data::Float(*value as f64),
        other => other.clone(),
    }
}

/// Control characters are written as spreadsheets do, `_x001B_`.
fn unescaped(cell: Data) -> Data {
    match cell {
        Data::String(text) => Data::String(text.replace("_x001B_", "\u{1b}")),
        other => other,
    }
}

fn assert_holds<S: 'static>(workbook: &mut Xlsx<Cursor<Vec<u8>>>, tables: &[Table<S>], sources: &[S]) {
    for table in tables.iter().filter(|table| table.is_wanted()) {
        let rows = rows(workbook, table.name());
        let header: Vec<Data> = table.columns().iter().map(|column| Data::String(column.name.to_string())).collect();
        assert_eq!(rows[0], header, "{}", table.name());
        let row = |source, row| (0..header.len()).map(|it| expected(&table.cell(source, row, it))).collect();
        let cells: Vec<Vec<Data>> =
            sources.iter().flat_map(|source| (0..table.count(source)).map(move |at| row(source, at))).collect();
        assert_eq!(rows.len() - 1, cells.len(), "{}", table.name());
        for (read, expected) in rows[1..].iter().zip(&cells) {
            let read: Vec<Data> = read.iter().map(plain).map(unescaped).collect();
            assert_eq!(read, *expected, "{}", table.name());
        }
    }
}

#[test]
fn holds_what_the_tables_hold() {
    let runs = [full_results(), full_results()];
    let mut workbook = open(bytes(&runs, &full_layout(), ROWS));
    assert_holds(&mut workbook, &run_tables(&full_layout()), &runs);
    let meanings = rows(&mut workbook, COLUMNS);
    assert!(
        meanings.contains(
            &["bands", "p99_9", "as in column `unit`", "99.9 % of the paths are at or below this value"]
                .map(|text| Data::String(text.into()))
                .to_vec()
        )
    );
}

#[test]
fn comparisons_follow_the_runs() {
    let compared = Compared { runs: vec![results()], comparisons: vec![comparison("small", "other")] };
    let mut workbook = Workbook::new(run_tables(&layout()), comparison_tables(&layout())).expect("few columns");
    workbook.add_run(&compared.runs[0]).expect("no file is involved");
    workbook.add_comparison(&compared.comparisons[0]).expect("no file is involved");
    let mut out = Vec::new();
    workbook.finish(Overview::Compared(&compared), &mut out).expect("writing to memory cannot fail");
    let mut workbook = open(out);
    assert_holds(&mut workbook, &run_tables(&layout()), &compared.runs);
    assert_holds(&mut workbook, &comparison_tables(&layout()), &compared.comparisons);
    let sheets = workbook.sheet_names();
    assert_eq!(sheets[0], SUMMARY);
    assert_eq!(sheets.last().map(String::as_str), Some(COLUMNS));
}

#[test]
fn the_same_results_give_the_same_bytes() {
    let write = || bytes(&[full_results(), results()], &full_layout(), ROWS);
    assert_eq!(write(), write());
}

/// Seven rows on sheets of three, of which the header is one.
#[test]
fn a_full_sheet_goes_on_in_another() {
    let mut many = results();
    many.bands = (0..7).map(|step| crate::output::example::constant("market", None, step, step as f64, 3)).collect();
    let mut workbook = open(bytes(&[many.clone()], &layout(), 3));
    let sheets = ["bands", "bands-2", "bands-3", "bands-4"].map(|sheet| rows(&mut workbook, sheet));
    assert_eq!(sheets.each_ref().map(Vec::len), [3, 3, 3, 2]);
    assert!(sheets.iter().all(|sheet| sheet[0] == sheets[0][0]), "each has the header");
    let mean = many.bands.len() + 2;
    let means: Vec<Data> = sheets.iter().flat_map(|sheet| sheet[1..].iter().map(|row| row[mean].clone())).collect();
    assert_eq!(sheets[0][0][mean], Data::String("mean".into()));
    assert_eq!(means, (0..7).map(|step| Data::Float(f64::from(step))).collect::<Vec<_>>());
    let exactly = open(bytes(&[Results { bands: many.bands[..2].to_vec(), ..many }], &layout(), 3));
    assert!(!exactly.sheet_names().contains(&"bands-2".to_owned()), "one that is just full does not");
}

/// Numbers and dates that a spreadsheet does not have, and text that it would run or does not take.
#[test]
fn what_a_spreadsheet_does_not_hold_is_text() {
    let mut run = results();
    run.warnings = vec![
        Warning { code: "x", pointer: "=HYPERLINK(1)".into(), text: "y".repeat(40_000), place: None },
        Warning { code: "x", pointer: String::new(), text: "_x0041_".into(), place: None },
    ];
    let early = |year: i32| crate::model::When { step: 0, period: year.to_string(), year: Some(year) };
    run.bands[0].subject.when = early(1900);
    run.bands[0].mean = crate::output::example::exactly(f64::MAX);
    run.bands[1].subject.when = early(1901);
    run.bands[1].mean = crate::output::example::exactly(-0.1 - 0.2);
    let mut workbook = open(bytes(&[run], &layout(), ROWS));
    let warnings = rows(&mut workbook, "warnings");
    assert_eq!(warnings[1][2], Data::String("=HYPERLINK(1)".into()));
    assert_eq!(warnings[1][3], Data::String(format!("{}…", "y".repeat(32_766))));
    assert_eq!(warnings[2][2], Data::Empty);
    assert_eq!(workbook.worksheet_formula("warnings").expect("a sheet").used_cells().count(), 0);
    let bands = rows(&mut workbook, "bands");
    assert_eq!(bands[1][8], Data::String("1900-01-01".into()));
    assert_eq!(bands[1][9], Data::String("1.7976931348623157e308".into()));
    assert_eq!((plain(&bands[2][8]), &bands[2][9]), (Data::Float(367.0), &Data::Float(-0.1 - 0.2)));
    let seed = &rows(&mut workbook, "runs")[1][3];
    assert_eq!(*seed, Data::String(u64::MAX.to_string()), "it has more digits than a number of a spreadsheet");
}

fn with_time(runs: usize) -> Vec<Results> {
    let one = |index: usize| {
        let mut run = Results { scenario: format!("s{index}"), ..results() };
        let bands = (0..4).map(|step| Band {
            quantiles: [-1.0, 1.0, 2.5].map(|it| crate::output::example::exactly(it * step as f64)).to_vec(),
            ..crate::output::example::constant("market", Some("USD bn"), step, 1.0, 3)
        });
        run.bands = bands.collect();
        let row = |step| ConstraintRow { when: when(step), binding: share(0.25), ..run.constraints[0].clone() };
        run.constraints = (1..4).map(row).collect();
        run
    };
    (0..runs).map(one).collect()
}

/// Bands are widths upon the lowest level, which may be negative; the chart refers to the cells beside it.
#[test]
fn charts_stand_beside_their_cells() {
    let mut workbook = open(bytes(&with_time(1), &layout(), ROWS));
    assert_eq!(workbook.sheet_names()[..3], [SUMMARY, "fan", "ceilings"]);
    let fan = rows(&mut workbook, "fan");
    let words = |row: &[Data]| row.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    assert_eq!(words(&fan[1]), "period P5 P95 P50 P5 to P95", "nothing is published");
    assert_eq!(words(&fan[5]), "2028 -3 7.5 3 10.5");
    let ceilings = rows(&mut workbook, "ceilings");
    assert_eq!(words(&ceilings[1]), "period power");
    assert_eq!(words(&ceilings[4]), "2028 0.25");
}

#[test]
fn a_dozen_scenarios_are_drawn_and_the_others_counted() {
    let mut workbook = open(bytes(&with_time(14), &layout(), ROWS));
    let fan = rows(&mut workbook, "fan");
    let headings = fan.iter().filter(|row| matches!(&row[0], Data::String(text) if text.starts_with('s'))).count();
    assert_eq!(headings, 12);
    assert_eq!(fan.last().map(|row| row[0].clone()), Some(Data::String("The first 12 of 14 are drawn.".into())));
    // The medians of those that are drawn stand together on the first sheet, however many there are.
    for count in [2, 8, 9, 12, 14] {
        assert_eq!(ChartSheets::of(&with_time(count)).expect("charts").of_summary.len(), 1, "{count}");
    }
    let mut still = results();
    still.bands.truncate(1);
    still.constraints.clear();
    let sheets = open(bytes(&[still], &layout(), ROWS)).sheet_names();
    assert!(!sheets.contains(&"fan".to_owned()) && !sheets.contains(&"ceilings".to_owned()), "{sheets:?}");
}

#[test]
fn the_first_sheet_tells_the_answer_and_lists_the_others() {
    let mut workbook = open(bytes(&with_time(1), &layout(), ROWS));
    let overview = rows(&mut workbook, SUMMARY);
    let told: Vec<String> = overview.iter().map(|row| row[0].to_string()).collect();
    assert!(told.iter().any(|text| text.contains("1,000 paths, seed")), "{told:?}");
    assert!(told.iter().any(|text| text.contains("The median of the market is 3.000 USD bn in 2028")), "{told:?}");
    let target = overview.iter().find(|row| row[0] == Data::String("report".into())).expect("the target");
    assert_eq!(target[1], Data::Float(0.547));
    let bands = overview.iter().find(|row| row[0] == Data::String("bands".into())).expect("a link");
    assert_eq!((&bands[1], bands[2].to_string()), (&Data::Float(4.0), "rows".to_owned()));
}

#[test]
fn a_full_disk_is_told_as_such() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let runs = [results()];
    let mut workbook = Workbook::new(run_tables(&layout()), Vec::new()).expect("few columns");
    workbook.add_run(&runs[0]).expect("no file is involved");
    let error = workbook.finish(Overview::Runs(&runs), &mut Full).expect_err("full");
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
}

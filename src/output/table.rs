//! The column contract: every table and its columns, stated once for every writer.

use super::digest::summary_row;
use crate::engine::RunOptions;
use crate::model::When;
use crate::results::{Band, CalibrationInfo, ConstraintRow, Results};
use crate::stats::{Estimate, Share, level_key, se, value};
use std::borrow::Cow;

/// A table of the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Table {
    /// How each scenario was run.
    Runs,
    /// Each scenario in a line: where it ends, how it grows, what holds it back.
    Summary,
    /// Distribution of each output at each step.
    Bands,
    /// Probability of each target.
    Targets,
    /// How often each ceiling binds.
    Constraints,
    /// Correlations asked for.
    Correlations,
    /// What higher ceilings are worth.
    Relief,
    /// What the reader should know.
    Warnings,
}

/// What a column holds in every row, apart from absent cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Free text.
    Text,
    /// Whole numbers of 64 bits with a sign.
    Integer,
    /// Whole numbers of 64 bits without a sign.
    Unsigned,
    /// Floating-point numbers.
    Number,
    /// Data of its own: an object in JSON, its JSON text elsewhere.
    Data,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name in every format.
    pub name: Cow<'static, str>,
    /// What it holds.
    pub kind: Kind,
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// The statistic does not exist, or the name does not apply.
    Absent,
    /// Free text.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i128),
    /// A number.
    Number(f64),
    /// Data of its own.
    Data(serde_json::Value),
}

/// Which statistics were asked for; the optional columns follow from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// Levels of the quantiles in percent.
    pub percentiles: Vec<f64>,
    /// Levels of the expected shortfalls in percent.
    pub shortfall: Vec<f64>,
    /// Whether skewness is reported.
    pub skewness: bool,
    /// Whether correlations are reported.
    pub correlations: bool,
    /// Whether it is reported what higher ceilings are worth.
    pub relief: bool,
}

impl Layout {
    /// The layout of the results of a run with these options, without relief.
    pub fn of(options: &RunOptions) -> Self {
        Layout {
            percentiles: options.percentiles.clone(),
            shortfall: options.shortfall.clone(),
            skewness: options.skewness,
            correlations: !options.correlate.is_empty(),
            relief: false,
        }
    }
}

impl Table {
    /// All tables, `runs` first.
    pub const ALL: [Table; 8] = [
        Table::Runs,
        Table::Summary,
        Table::Bands,
        Table::Targets,
        Table::Constraints,
        Table::Correlations,
        Table::Relief,
        Table::Warnings,
    ];

    /// The table of this name.
    pub fn named(name: &str) -> Option<Table> {
        Table::ALL.into_iter().find(|table| table.name() == name)
    }

    /// Its name: the stem of its file and its key in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Table::Runs => "runs",
            Table::Summary => "summary",
            Table::Bands => "bands",
            Table::Targets => "targets",
            Table::Constraints => "constraints",
            Table::Correlations => "correlations",
            Table::Relief => "relief",
            Table::Warnings => "warnings",
        }
    }

    /// Its columns.
    pub fn columns(self, layout: &Layout) -> Vec<Column> {
        use Kind::{Data, Integer, Number, Text, Unsigned};
        let mut columns = vec![column("scenario", Text)];
        let mut add = |names: &[&'static str], kind| columns.extend(names.iter().map(|name| column(*name, kind)));
        match self {
            Table::Runs => {
                add(&["title"], Text);
                add(&["paths"], Integer);
                add(&["seed"], Unsigned);
                add(&["sampler", "content_hash", "version"], Text);
                add(&["calibration"], Data);
            }
            Table::Summary => {
                add(&["output", "unit"], Text);
                add_when(&mut add);
                add(&["mean", "sd"], Number);
                columns.extend(level_columns(&layout.percentiles, "p", ""));
                columns.extend(level_columns(&layout.percentiles, "cagr_p", ""));
                columns.push(column("targets", Data));
                columns
                    .extend(["p_bound", "p_bound_se", "p_bound_low", "p_bound_high"].map(|name| column(name, Number)));
                columns.push(column("tightest", Text));
                columns.extend(["lost_total", "deferred_total"].map(|name| column(name, Number)));
            }
            Table::Bands => {
                add(&["output", "dimension", "segment", "unit"], Text);
                add_when(&mut add);
                columns.extend(band_columns(layout));
            }
            Table::Targets => {
                add(&["target", "condition"], Text);
                add(&["probability", "se", "low", "high"], Number);
                add(&["n", "excluded"], Integer);
            }
            Table::Constraints => {
                add(&["constraint"], Text);
                add_when(&mut add);
                add(&["p_binding", "p_binding_se", "p_short", "p_short_se", "unmet_mean", "unmet_mean_se"], Number);
                add(&["lost_mean", "lost_mean_se", "deferred_mean", "deferred_mean_se"], Number);
                add(&["utilisation_mean", "utilisation_mean_se", "p_first", "p_first_se"], Number);
                add(&["n", "excluded"], Integer);
            }
            Table::Correlations => {
                add(&["a", "b"], Text);
                add(&["pearson", "pearson_se", "spearman", "spearman_se", "covariance", "covariance_se"], Number);
                add(&["n"], Integer);
            }
            Table::Relief => {
                add(&["constraint", "of", "unit", "statistic"], Text);
                add_when(&mut add);
                add(&["gain", "se"], Number);
            }
            Table::Warnings => add(&["code", "pointer", "text"], Text),
        }
        columns
    }

    /// The rows of one scenario, each as long as the columns of `layout`.
    pub fn rows<'a>(self, results: &'a Results, layout: &'a Layout) -> Box<dyn Iterator<Item = Vec<Cell<'a>>> + 'a> {
        let scenario = word(&results.scenario);
        let with_scenario = move |cells: Vec<Cell<'a>>| {
            let mut row = Vec::with_capacity(cells.len() + 1);
            row.push(scenario.clone());
            row.extend(cells);
            row
        };
        match self {
            Table::Runs => Box::new(std::iter::once(run_row(results)).map(with_scenario)),
            Table::Summary => Box::new(std::iter::once(summary_row(results, layout)).map(with_scenario)),
            Table::Bands => Box::new(results.bands.iter().map(|band| band_row(band, layout)).map(with_scenario)),
            Table::Targets => Box::new(
                results
                    .targets
                    .iter()
                    .map(|row| {
                        let mut cells = vec![word(&row.target), word(&row.condition)];
                        cells.extend(share_cells(&row.share));
                        cells.extend(counts(&row.share));
                        cells
                    })
                    .map(with_scenario),
            ),
            Table::Constraints => Box::new(results.constraints.iter().map(constraint_row).map(with_scenario)),
            Table::Correlations => Box::new(
                results
                    .correlations
                    .iter()
                    .map(|row| {
                        let mut cells = vec![word(&row.a), word(&row.b)];
                        cells.extend([row.pearson, row.spearman, row.covariance].into_iter().flat_map(estimate));
                        cells.push(count(row.n));
                        cells
                    })
                    .map(with_scenario),
            ),
            Table::Relief => Box::new(
                results
                    .relief
                    .iter()
                    .map(|row| {
                        let mut cells = vec![word(&row.constraint), word(&row.of)];
                        cells.extend([text(row.unit.as_deref()), Cell::Text(Cow::Owned(row.statistic.to_string()))]);
                        cells.extend(when_cells(&row.when));
                        cells.extend(estimate(row.gain));
                        cells
                    })
                    .map(with_scenario),
            ),
            Table::Warnings => Box::new(
                results
                    .warnings
                    .iter()
                    .map(|row| vec![word(row.code), word(&row.pointer), word(&row.text)])
                    .map(with_scenario),
            ),
        }
    }
}

/// The columns of a distribution, from the mean on.
pub(super) fn band_columns(layout: &Layout) -> Vec<Column> {
    let mut columns = ["mean", "sd"].map(|name| column(name, Kind::Number)).to_vec();
    if layout.skewness {
        columns.push(column("skewness", Kind::Number));
    }
    columns.extend(level_columns(&layout.percentiles, "p", ""));
    columns.extend(level_columns(&layout.shortfall, "es", ""));
    columns.extend(["mean_se", "sd_se"].map(|name| column(name, Kind::Number)));
    columns.extend(level_columns(&layout.percentiles, "p", "_se"));
    columns.extend(level_columns(&layout.shortfall, "es", "_se"));
    columns.extend(["n", "excluded"].map(|name| column(name, Kind::Integer)));
    columns
}

pub(super) fn column(name: impl Into<Cow<'static, str>>, kind: Kind) -> Column {
    Column { name: name.into(), kind }
}

pub(super) fn add_when(add: &mut impl FnMut(&[&'static str], Kind)) {
    add(&["step"], Kind::Integer);
    add(&["period"], Kind::Text);
    add(&["year"], Kind::Integer);
}

fn level_columns<'a>(levels: &'a [f64], prefix: &'a str, suffix: &'a str) -> impl Iterator<Item = Column> + 'a {
    levels.iter().map(move |&level| column(format!("{prefix}{}{suffix}", level_key(level)), Kind::Number))
}

fn run_row(results: &Results) -> Vec<Cell<'_>> {
    let run = &results.run;
    vec![
        text(run.title.as_deref()),
        count(run.paths),
        count(run.seed),
        word(run.sampler),
        word(&run.content_hash),
        word(run.version),
        run.calibration.as_ref().map_or(Cell::Absent, |calibration| Cell::Data(calibration_data(calibration))),
    ]
}

fn calibration_data(calibration: &CalibrationInfo) -> serde_json::Value {
    let values: Vec<_> = calibration
        .values
        .iter()
        .map(|(period, value)| serde_json::json!({ "period": period, "value": value }))
        .collect();
    serde_json::json!({
        "parameter": calibration.parameter,
        "statistic": calibration.statistic,
        "own": calibration.own,
        "values": values,
    })
}

fn band_row<'a>(band: &'a Band, layout: &Layout) -> Vec<Cell<'a>> {
    let mut cells = vec![word(&band.subject.output)];
    cells.extend([&band.subject.dimension, &band.subject.segment, &band.unit].map(|name| text(name.as_deref())));
    cells.extend(when_cells(&band.subject.when));
    cells.extend(band_cells(band, layout));
    cells
}

/// The cells of `band_columns`.
pub(super) fn band_cells<'a>(band: &Band, layout: &Layout) -> Vec<Cell<'a>> {
    let mut cells: Vec<Cell<'a>> = [&band.mean, &band.sd].map(|estimate| number(value(estimate))).to_vec();
    if layout.skewness {
        cells.push(number(band.skewness));
    }
    cells.extend(band.quantiles.iter().chain(&band.shortfall).map(|estimate| number(value(estimate))));
    cells.extend([&band.mean, &band.sd].map(|estimate| number(se(estimate))));
    cells.extend(band.quantiles.iter().chain(&band.shortfall).map(|estimate| number(se(estimate))));
    cells.extend([band.n, band.excluded].map(count));
    cells
}

fn constraint_row(row: &ConstraintRow) -> Vec<Cell<'_>> {
    let mut cells = vec![word(&row.constraint)];
    cells.extend(when_cells(&row.when));
    let ConstraintRow { binding, short, unmet, lost, deferred, utilisation, first, .. } = row;
    let (shares, means) = ([binding.estimate(), short.estimate()], [*unmet, *lost, *deferred, *utilisation]);
    cells.extend(shares.into_iter().chain(means).chain([first.estimate()]).flat_map(estimate));
    cells.extend(counts(binding));
    cells
}

pub(super) fn when_cells(when: &When) -> [Cell<'_>; 3] {
    let year = when.year.map_or(Cell::Absent, |year| Cell::Integer(year.into()));
    [Cell::Integer(when.step as i128), word(&when.period), year]
}

pub(super) fn text(text: Option<&str>) -> Cell<'_> {
    text.map_or(Cell::Absent, word)
}

pub(super) fn word(text: &str) -> Cell<'_> {
    Cell::Text(Cow::Borrowed(text))
}

pub(super) fn count<'a>(count: u64) -> Cell<'a> {
    Cell::Integer(count.into())
}

/// An estimate and its standard error.
pub(super) fn estimate<'a>(estimate: Option<Estimate>) -> [Cell<'a>; 2] {
    [number(value(&estimate)), number(se(&estimate))]
}

/// A share, its standard error, and both ends of its interval.
pub(super) fn share_cells<'a>(share: &Share) -> [Cell<'a>; 4] {
    let (low, high) = share.wilson().unzip();
    [share.probability(), share.standard_error(), low, high].map(number)
}

/// The paths that a share counts, and those it leaves out.
pub(super) fn counts<'a>(share: &Share) -> [Cell<'a>; 2] {
    [share.n(), share.excluded()].map(count)
}

/// JSON has no word for NaN and infinity, so what is not finite is absent in every format alike.
pub(super) fn number<'a>(value: Option<f64>) -> Cell<'a> {
    value.filter(|value| value.is_finite()).map_or(Cell::Absent, Cell::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::example::{full_layout, full_results, layout, results};

    fn names(table: Table, layout: &Layout) -> Vec<String> {
        table.columns(layout).into_iter().map(|column| column.name.into_owned()).collect()
    }

    #[test]
    fn band_columns_follow_what_was_asked_for() {
        assert_eq!(
            names(Table::Bands, &layout()).join(" "),
            "scenario output dimension segment unit step period year mean sd p5 p50 p95 \
             mean_se sd_se p5_se p50_se p95_se n excluded"
        );
        assert_eq!(
            names(Table::Bands, &full_layout()).join(" "),
            "scenario output dimension segment unit step period year mean sd skewness p5 p50 p99_9 es5 es95 \
             mean_se sd_se p5_se p50_se p99_9_se es5_se es95_se n excluded"
        );
    }

    #[test]
    fn rows_are_as_long_as_their_columns_and_of_their_kind() {
        for (results, layout) in [(results(), layout()), (full_results(), full_layout())] {
            for table in Table::ALL {
                let columns = table.columns(&layout);
                assert_eq!(columns[0].name, "scenario");
                for row in table.rows(&results, &layout) {
                    assert_eq!(row.len(), columns.len(), "{}", table.name());
                    for (cell, column) in row.iter().zip(&columns) {
                        let kind = match cell {
                            Cell::Absent => continue,
                            Cell::Text(_) => Kind::Text,
                            Cell::Integer(0..) if column.kind == Kind::Unsigned => Kind::Unsigned,
                            Cell::Integer(_) => Kind::Integer,
                            Cell::Number(_) => Kind::Number,
                            Cell::Data(_) => Kind::Data,
                        };
                        assert_eq!(kind, column.kind, "{}.{}", table.name(), column.name);
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_not_finite_is_absent() {
        assert_eq!(number(Some(f64::NAN)), Cell::Absent);
        assert_eq!(number(Some(f64::INFINITY)), Cell::Absent);
        assert_eq!(number(None), Cell::Absent);
        assert_eq!(number(Some(0.0)), Cell::Number(0.0));
    }

    #[test]
    fn tables_are_found_by_name() {
        for table in Table::ALL {
            assert_eq!(Table::named(table.name()), Some(table));
        }
        assert_eq!(Table::named("comparison"), None);
    }
}

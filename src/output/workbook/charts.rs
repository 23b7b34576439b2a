//! Charts that the spreadsheet draws, each beside the cells that it shows: the fan of the main output, and how often each
//! ceiling binds.

use super::formats;
use super::sheet::write_text;
use crate::output::chart::{band_colour, band_levels, finite, on_white, range_name};
use crate::output::quantity::{band_format, largest, with_unit};
use crate::results::{Band, Binding, Results};
use crate::stats::percentile_label;
use rust_xlsxwriter::{
    Chart, ChartEmptyCells, ChartFont, ChartFormat, ChartLegendPosition, ChartLine, ChartLineDashType, ChartSeries,
    ChartSolidFill, ChartType, Worksheet, XlsxError,
};

const FAN: &str = "fan";
const CEILINGS: &str = "ceilings";
/// Scenarios whose charts are drawn.
const DRAWN: usize = 12;
/// Size of a chart in pixels, and rows of the usual height that it covers.
const SIZE: (u32, u32) = (680, 380);
const HEIGHT: u32 = 20;

/// The sheets of the charts, and the charts that stand on the first sheet too.
pub(super) struct ChartSheets {
    pub(super) sheets: Vec<Worksheet>,
    pub(super) of_summary: Vec<Chart>,
}

impl ChartSheets {
    /// The charts of the first scenarios, where they have any. Those of a scenario alone stand on the first sheet too, else
    /// the medians of those that are drawn.
    pub(super) fn of(runs: &[Results]) -> Result<ChartSheets, XlsxError> {
        let (mut fan, mut ceilings) = (ChartSheet::new(FAN)?, ChartSheet::new(CEILINGS)?);
        let mut medians = Vec::new();
        for results in &runs[..runs.len().min(DRAWN)] {
            medians.extend(fan.add_fan(results)?);
            ceilings.add_ceilings(results)?;
        }
        let of_summary = match runs {
            [_] => fan.charts.iter().chain(&ceilings.charts).cloned().collect(),
            runs if medians.len() == runs.len().min(DRAWN) && runs.len() > 1 => vec![together(runs, medians)],
            _ => Vec::new(),
        };
        if runs.len() > DRAWN {
            let left = format!("The first {DRAWN} of {} are drawn.", runs.len());
            [&mut fan, &mut ceilings].into_iter().try_for_each(|sheet| sheet.note(&left))?;
        }
        let sheets = [fan, ceilings].into_iter().filter(|sheet| !sheet.charts.is_empty()).map(|sheet| sheet.sheet);
        Ok(ChartSheets { sheets: sheets.collect(), of_summary })
    }

    /// Places the charts side by side on the first sheet; how many rows they cover.
    pub(super) fn place(&self, sheet: &mut Worksheet, row: u32) -> Result<u32, XlsxError> {
        for (index, chart) in self.of_summary.iter().enumerate() {
            sheet.insert_chart_with_offset(row, 0, chart, index as u32 * (SIZE.0 + 20), 0)?;
        }
        Ok(HEIGHT)
    }
}

/// A sheet of charts below each other, their cells at the left of each.
struct ChartSheet {
    name: &'static str,
    sheet: Worksheet,
    row: u32,
    charts: Vec<Chart>,
}

/// A column of cells beside the periods: its name, and a number a period.
type Column = (String, Vec<Option<f64>>);

/// Cells of a chart: a row a step, whose periods stand in the first column.
struct Cells {
    first: u32,
    last: u32,
}

impl ChartSheet {
    fn new(name: &'static str) -> Result<ChartSheet, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?;
        sheet.set_landscape().set_print_fit_to_pages(1, 0);
        Ok(ChartSheet { name, sheet, row: 0, charts: Vec::new() })
    }

    fn note(&mut self, text: &str) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(self.row, 0, text, &formats::soft()).map(drop)
    }

    /// Bands as areas upon each other and lines above them; the series of the median for a chart of several scenarios. Nothing
    /// where the main output does not move in time. Steps in which a quantile does not exist are left out.
    fn add_fan(&mut self, results: &Results) -> Result<Option<ChartSeries>, XlsxError> {
        let Some(levels) = band_levels(&results.percentiles) else { return Ok(None) };
        // From the lowest level to the highest, without the middle one.
        let ends: Vec<usize> =
            levels.pairs.iter().map(|pair| pair.0).chain(levels.pairs.iter().rev().map(|pair| pair.1)).collect();
        let is_drawn = |band: &&Band| ends.iter().chain([&levels.middle]).all(|&level| finite(band, level).is_some());
        let rows: Vec<&Band> = results.headline().into_iter().filter(is_drawn).collect();
        let Some(last) = rows.last().filter(|_| rows.len() > 1) else { return Ok(None) };
        let format = band_format(last, largest(rows.iter().flat_map(|band| band.quantile_values())));
        let published = results.published(&last.subject.output);

        let title = with_unit(&results.titles.subject(&last.subject), last.unit.as_deref());
        let heading = format!("{}: {title}", results.label());
        let of = |name: String, value: &dyn Fn(&Band) -> Option<f64>| {
            (name, rows.iter().map(|band| value(band)).collect::<Vec<_>>())
        };
        let quantile = |&level: &usize| of(percentile_label(results.percentiles[level]), &|band| finite(band, level));
        let at = |step: usize| published.iter().find(|row| row.when.step == step).map(|row| row.value);
        let mut columns: Vec<Column> = ends.iter().chain([&levels.middle]).map(quantile).collect();
        if !published.is_empty() {
            columns.push(of("published".into(), &|band| at(band.subject.when.step)));
        }
        let first_width = columns.len() as u16 + 1;
        columns.extend(ends.windows(2).map(|pair| {
            let width = |band: &Band| Some(finite(band, pair[1])? - finite(band, pair[0])?);
            of(range_name(&results.percentiles, (pair[0], pair[1])), &width)
        }));
        let references = results.references_of(&last.subject);
        let first_reference = columns.len() as u16 + 1;
        columns.extend(
            references.iter().map(|path| of(path.title.to_owned(), &|band| path.published(band.subject.when.step))),
        );
        let periods: Vec<&str> = rows.iter().map(|band| &*band.subject.when.period).collect();
        let code = format.spreadsheet_code();
        let cells = self.write(&heading, &periods, &columns, &code)?;

        let mut areas = chart(&heading, last.unit.as_deref().unwrap_or(""), &code, ChartType::AreaStacked);
        let mut lines = Chart::new(ChartType::Line);
        let base = [(1, None)].into_iter().filter(|_| !ends.is_empty());
        let bands = (0..ends.len().saturating_sub(1)).map(|index| {
            // The two at the same distance from the middle have one colour.
            let pair = index.min(ends.len() - 2 - index);
            (first_width + index as u16, Some(on_white(band_colour(pair, levels.pairs.len()))))
        });
        for (column, colour) in base.chain(bands) {
            let mut look = ChartFormat::new();
            match colour {
                None => look.set_no_fill().set_no_line(),
                Some(colour) => look.set_solid_fill(ChartSolidFill::new().set_color(colour)),
            };
            areas.push_series(self.series(&cells, column).set_format(&mut look));
        }
        let middle = ends.len() as u16 + 1;
        lines.push_series(self.series(&cells, middle).set_format(&mut line("median", 2.25)));
        if !published.is_empty() {
            let mut dashed = line("published", 1.75);
            dashed.set_dash_type(ChartLineDashType::Dash);
            lines.push_series(self.series(&cells, middle + 1).set_format(&mut dashed));
        }
        for (column, colour) in (first_reference..).zip(OF_REFERENCES.iter().cycle()).take(references.len()) {
            let mut dotted = line(colour, 1.75);
            dotted.set_dash_type(ChartLineDashType::RoundDot);
            lines.push_series(self.series(&cells, column).set_format(&mut dotted));
        }
        // A reference may have a value in some periods only.
        lines.show_empty_cells_as(ChartEmptyCells::Connected);
        if ends.is_empty() {
            areas = chart(&heading, last.unit.as_deref().unwrap_or(""), &code, ChartType::Line);
            areas.push_series(self.series(&cells, middle).set_format(&mut line("median", 2.25)));
        } else {
            areas.combine(&lines);
            areas.show_empty_cells_as(ChartEmptyCells::Connected);
            // What lies below the lowest band has no colour and needs no name.
            areas.legend().delete_entries(&[0]);
        }
        self.place(areas, columns.len() as u16 + 2, rows.len())?;
        Ok(Some(self.series(&cells, middle)))
    }

    /// The share of the paths on which each ceiling binds, a line each. Nothing without ceilings.
    fn add_ceilings(&mut self, results: &Results) -> Result<(), XlsxError> {
        let Binding { names, steps } = Binding::of(&results.constraints);
        if names.is_empty() || steps.len() < 2 {
            return Ok(());
        }
        let heading = format!("{}: share of paths on which each ceiling binds", results.label());
        let column = |name: &str| {
            let shares = steps.iter().map(|step| Binding::share(step, name)).collect();
            (results.titles.quantity(name).to_owned(), shares)
        };
        let columns: Vec<Column> = names.iter().map(|name| column(name)).collect();
        let periods: Vec<&str> = steps.iter().map(|step| &*step[0].when.period).collect();
        let cells = self.write(&heading, &periods, &columns, "0.0%")?;
        let mut chart = chart(&heading, "", "0%", ChartType::Line);
        chart.y_axis().set_min(0);
        for index in 0..columns.len() {
            chart.push_series(self.series(&cells, index as u16 + 1).set_format(&mut line_of(index)));
        }
        self.place(chart, columns.len() as u16 + 2, steps.len())
    }

    /// Writes a heading, the names of the columns, and a row a period.
    fn write(&mut self, heading: &str, periods: &[&str], columns: &[Column], code: &str) -> Result<Cells, XlsxError> {
        self.sheet.write_string_with_format(self.row, 0, heading, &formats::heading())?;
        let names = std::iter::once("period").chain(columns.iter().map(|(name, _)| name.as_str()));
        for (column, name) in names.enumerate() {
            self.sheet.write_string_with_format(self.row + 1, column as u16, name, &formats::header())?;
            self.sheet.set_column_width(column as u16, name.len().clamp(10, 24) as f64)?;
        }
        let first = self.row + 2;
        for (index, (row, period)) in (first..).zip(periods).enumerate() {
            write_text(&mut self.sheet, row, 0, period)?;
            for (column, (_, values)) in (1..).zip(columns) {
                if let Some(value) = values[index] {
                    self.sheet.write_number_with_format(row, column, value, &formats::code(code))?;
                }
            }
        }
        Ok(Cells { first, last: first + periods.len() as u32 - 1 })
    }

    /// A column of the cells as a series, called as its header.
    fn series(&self, cells: &Cells, column: u16) -> ChartSeries {
        let mut series = ChartSeries::new();
        series
            .set_name((self.name, cells.first - 1, column))
            .set_categories((self.name, cells.first, 0, cells.last, 0))
            .set_values((self.name, cells.first, column, cells.last, column));
        series
    }

    /// Places a chart beside its cells, and goes on below both.
    fn place(&mut self, chart: Chart, column: u16, steps: usize) -> Result<(), XlsxError> {
        self.sheet.insert_chart(self.row, column, &chart)?;
        self.charts.push(chart);
        self.row += HEIGHT.max(steps as u32 + 2) + 1;
        Ok(())
    }
}

/// Colours of lines in the palette.
const SERIES: [&str; 8] = ["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"];

/// Colours of references, which are told apart from the bands of a fan.
const OF_REFERENCES: [&str; 6] = ["s4", "s2", "s5", "s6", "s7", "s8"];

/// A line of many: beyond the colours of the palette they come again, dashed.
fn line_of(index: usize) -> ChartLine {
    let mut look = line(SERIES[index % SERIES.len()], 2.25);
    if index / SERIES.len() % 2 == 1 {
        look.set_dash_type(ChartLineDashType::Dash);
    }
    look
}

fn line(colour: &str, width: f64) -> ChartLine {
    let mut line = ChartLine::new();
    line.set_color(on_white(colour)).set_width(width);
    line
}

/// An empty chart with its titles and axes.
fn chart(title: &str, unit: &str, code: &str, kind: ChartType) -> Chart {
    let mut chart = Chart::new(kind);
    chart.set_width(SIZE.0).set_height(SIZE.1).set_alt_text(title);
    chart.title().set_name(title).set_font(ChartFont::new().set_size(12));
    chart.legend().set_position(ChartLegendPosition::Bottom);
    chart.y_axis().set_name(unit).set_num_format(code).set_major_gridlines_line(&line("rule", 0.75));
    chart.x_axis().set_position_between_ticks(false).set_text_axis(true);
    chart
}

/// The medians of the first scenarios, called by them.
fn together(runs: &[Results], medians: Vec<ChartSeries>) -> Chart {
    let last = runs[0].end();
    let format = last.map(|band| band_format(band, largest(band.quantile_values())).spreadsheet_code());
    let title = last.map_or_else(String::new, |band| runs[0].titles.subject(&band.subject));
    let unit = last.and_then(|band| band.unit.as_deref()).unwrap_or("");
    let title = match medians.len() < runs.len() {
        true => format!("Medians of the first {} of {} scenarios: {title}", medians.len(), runs.len()),
        false => format!("Medians: {title}"),
    };
    let mut chart = chart(&title, unit, &format.unwrap_or_default(), ChartType::Line);
    for (index, (mut series, run)) in medians.into_iter().zip(runs).enumerate() {
        chart.push_series(series.set_name(run.label()).set_format(&mut line_of(index)));
    }
    chart
}

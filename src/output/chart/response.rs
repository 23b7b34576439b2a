//! What an output does as one number of the scenario varies: a line with bands, or several lines.

use super::axis::{
    EDGE, FOOT, Plot, Sign, label_room, labels_at_right, legend, period_axis, right_room, tick_count, value_axis,
    value_axis_below,
};
use super::binding::fill_class;
use super::canvas::{Anchor, Canvas};
use super::labels::{self, SMALL};
use super::levels::band_class;
use super::overlay::line_class;
use super::scale::{Measure, Scale, near_zero};
use super::{Chart, Size};
use crate::output::number::{NumberFormat, short};

/// An output by the values of a number that varies.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// What varies.
    pub varied: String,
    /// Whether its values stand in equal ratios.
    pub is_log: bool,
    /// What is drawn, with its unit; a share of paths where `format` is in percent and nothing else is said.
    pub subject: String,
    /// How values are written.
    pub format: NumberFormat,
    /// What the lines are: `median`.
    pub middle: String,
    /// What the bands are, the widest first: `P5 to P95`; as many as each point has at most.
    pub bands: Vec<String>,
    /// A line each.
    pub series: Vec<ResponseSeries>,
    /// A value to be reached, drawn from side to side.
    pub goal: Option<f64>,
}

/// One line of several.
#[derive(Clone, Debug, PartialEq)]
pub struct ResponseSeries {
    /// What tells it from the others; empty where it is the only one.
    pub label: String,
    /// Its points, in ascending order of what varies.
    pub points: Vec<ResponsePoint>,
}

/// What an output is at one value of the number that varies.
#[derive(Clone, Debug, PartialEq)]
pub struct ResponsePoint {
    /// The number that varies.
    pub at: f64,
    /// The middle of the output; none where it does not exist, which leaves a gap.
    pub middle: Option<f64>,
    /// Its bands, the widest first.
    pub bands: Vec<Option<(f64, f64)>>,
}

/// Most lines whose bands are drawn.
const BANDS: usize = 3;

/// Where a number that varies stands from left to right.
enum Across {
    Linear(Scale),
    /// Its logarithm, for numbers of one sign.
    Ratio {
        low: f64,
        high: f64,
        from: f64,
        to: f64,
    },
}

impl Across {
    fn at(&self, value: f64) -> f64 {
        match self {
            Across::Linear(scale) => scale.at(value),
            Across::Ratio { low, high, from, to } => {
                let share = (value / low).ln() / (high / low).ln();
                from + if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.5 } * (to - from)
            }
        }
    }
}

/// Lines with their bands. None with fewer than two points that have a value.
pub(super) fn draw(title: &str, response: &Response, size: Size) -> Option<Chart> {
    let Response { varied, is_log, subject, format, middle, bands, series, goal } = response;
    let points = || series.iter().flat_map(|series| &series.points);
    if points().filter(|point| point.middle.is_some_and(f64::is_finite)).count() < 2 {
        return None;
    }
    let is_one = series.len() == 1;
    let shown_bands = if series.len() <= BANDS { bands.len() } else { 0 };
    let values: Vec<f64> = points()
        .flat_map(|point| {
            point.bands.iter().take(shown_bands).flatten().flat_map(|(low, high)| [*low, *high]).chain(point.middle)
        })
        .chain(*goal)
        .filter(|value| value.is_finite())
        .collect();
    let ends = series.iter().flat_map(|series| end_labels(response, series)).collect::<Vec<_>>();

    let mut canvas = Canvas::new(size, size.height() + 16.0);
    let mut entries: Vec<(Sign<'_>, String)> = match is_one {
        true => bands
            .iter()
            .enumerate()
            .map(|(index, name)| (Sign::Fill(band_class(index, bands.len())), name.clone()))
            .collect(),
        false => bands.iter().take(shown_bands.min(1)).map(|name| (Sign::Fill("b1"), name.clone())).collect(),
    };
    entries.extend(goal.map(|goal| (Sign::Stroke("mark"), format!("goal {}", format.format(goal)))));
    entries.push((Sign::Stroke(if is_one { "median" } else { "line l8" }), middle.clone()));
    let top = legend(&mut canvas, &entries, 4.0) + 28.0;
    let bottom = canvas.height - FOOT - 16.0;
    let measure = if format.is_percent() { Measure::Share } else { Measure::Plain };
    let near = near_zero(values.iter().copied());
    let y = Scale::new(values.iter().copied().chain(near), (bottom, top), tick_count(bottom - top, 48.0), measure);
    let right = canvas.width() - right_room(ends.iter().map(|(_, text, class)| (text.as_str(), *class)), size);
    let plot = Plot { left: label_room(&y), right: right.max(EDGE), top, bottom };
    value_axis(&mut canvas, plot, &y, subject);
    let across = axis_below(&mut canvas, plot, points().map(|point| point.at), varied, *is_log);

    for (index, series) in series.iter().enumerate() {
        let count = if is_one { shown_bands } else { shown_bands.min(1) };
        for band in 0..count {
            let class = match is_one {
                true => band_class(band, bands.len()).to_owned(),
                false => format!("{} veil", fill_class(index)),
            };
            let ends = |point: &ResponsePoint| point.bands.get(band).copied().flatten();
            for run in runs(&series.points, ends) {
                let lows = run.iter().map(|(at, (low, _))| (across.at(*at), y.at(*low)));
                let highs = run.iter().rev().map(|(at, (_, high))| (across.at(*at), y.at(*high)));
                canvas.polygon(&class, &lows.chain(highs).collect::<Vec<_>>());
            }
        }
    }
    for (index, series) in series.iter().enumerate() {
        let class = if is_one { "median".to_owned() } else { line_class(index) };
        let ends = |point: &ResponsePoint| point.middle.map(|middle| (middle, middle));
        for run in runs(&series.points, ends) {
            let line: Vec<(f64, f64)> = run.iter().map(|(at, (middle, _))| (across.at(*at), y.at(*middle))).collect();
            canvas.polyline(&class, &line);
            let dot = if is_one { "dot" } else { fill_class(index) };
            line.iter().for_each(|point| canvas.circle(dot, *point, 2.5));
        }
    }
    if let Some(goal) = goal {
        canvas.line("mark", (plot.left, y.at(*goal)), (plot.right, y.at(*goal)));
    }
    let labels: Vec<(f64, String, &str)> =
        ends.into_iter().map(|(value, text, class)| (y.at(value), text, class)).collect();
    labels_at_right(&mut canvas, plot, &labels);
    Some(canvas.finish(title, description(response)))
}

/// The axis of what varies: its own scale, or the values themselves where they stand in equal ratios.
fn axis_below(canvas: &mut Canvas, plot: Plot, at: impl Iterator<Item = f64>, varied: &str, is_log: bool) -> Across {
    let mut values: Vec<f64> = at.collect();
    values.sort_by(f64::total_cmp);
    values.dedup();
    let (low, high) = (values[0], values[values.len() - 1]);
    let pixels = (plot.left + 8.0, plot.right - 2.0);
    let name = labels::shortened(varied, canvas.width() - 2.0 * EDGE, SMALL);
    let right = plot.right.max(EDGE + labels::width(&name, SMALL));
    canvas.text("tick", (right, plot.bottom + 36.0), Anchor::End, &name);
    if is_log && low * high > 0.0 {
        let across = Across::Ratio { low, high, from: pixels.0, to: pixels.1 };
        let texts: Vec<(f64, String)> = values.iter().map(|value| (across.at(*value), short(*value))).collect();
        let labels: Vec<(f64, &str)> = texts.iter().map(|(x, text)| (*x, text.as_str())).collect();
        period_axis(canvas, plot, &labels);
        return across;
    }
    let scale = Scale::tight((low, high), pixels, tick_count(plot.right - plot.left, 72.0), Measure::Plain);
    value_axis_below(canvas, plot, &scale, "");
    Across::Linear(scale)
}

/// What stands at the end of a line: its levels where there is one line, its label and value where there are several.
fn end_labels(response: &Response, series: &ResponseSeries) -> Vec<(f64, String, &'static str)> {
    let Some(last) = series.points.iter().rfind(|point| point.middle.is_some()) else { return Vec::new() };
    let format = |value: f64| response.format.format(value);
    if response.series.len() > 1 {
        return last
            .middle
            .map(|middle| (middle, format!("{} {}", format(middle), series.label), ""))
            .into_iter()
            .collect();
    }
    let outer =
        response.bands.first().and_then(|name| name.split_once(" to ")).zip(last.bands.first().copied().flatten());
    let ends = outer.map(|((low_name, high_name), (low, high))| {
        [(high, format!("{high_name} {}", format(high)), ""), (low, format!("{low_name} {}", format(low)), "")]
    });
    // Between bounds without a name the legend and the axis have named the line.
    let name = if ends.is_some() { format!("{} ", response.middle) } else { String::new() };
    let middle = last.middle.map(|middle| (middle, format!("{name}{}", format(middle)), "strong"));
    let [high, low] = ends.map_or([None, None], |[high, low]| [Some(high), Some(low)]);
    [high, middle, low].into_iter().flatten().collect()
}

/// Points without a gap between them, each with the two ends of what is drawn there.
fn runs(points: &[ResponsePoint], ends: impl Fn(&ResponsePoint) -> Option<(f64, f64)>) -> Vec<Vec<(f64, (f64, f64))>> {
    let mut runs = vec![Vec::new()];
    for point in points {
        match ends(point).filter(|(low, high)| low.is_finite() && high.is_finite()) {
            Some(ends) => runs.last_mut().expect("never empty").push((point.at, ends)),
            None => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

fn description(response: &Response) -> String {
    let told = |series: &ResponseSeries| {
        let points: Vec<String> = series
            .points
            .iter()
            .map(|point| format!("{} at {}", response.format.format_or_dash(point.middle), short(point.at)))
            .collect();
        let label = if series.label.is_empty() { String::new() } else { format!("{}: ", series.label) };
        format!("{label}{}", points.join(", "))
    };
    let series: Vec<String> = response.series.iter().map(told).collect();
    format!("{} of {} by {}: {}.", response.middle, response.subject, response.varied, series.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) fn response(values: &[(f64, Option<f64>)], is_log: bool) -> Response {
        let point = |&(at, middle): &(f64, Option<f64>)| ResponsePoint {
            at,
            middle,
            bands: vec![middle.map(|middle| (middle - 1.0, middle + 1.0))],
        };
        Response {
            varied: "downturn.hazard".into(),
            is_log,
            subject: "market, USD bn".into(),
            format: NumberFormat::plain([10.0]),
            middle: "median".into(),
            bands: vec!["P5 to P95".into()],
            series: vec![ResponseSeries { label: String::new(), points: values.iter().map(point).collect() }],
            goal: None,
        }
    }

    #[test]
    fn a_line_has_its_values_in_its_description_and_a_gap_where_there_is_none() {
        let chart = draw(
            "x",
            &response(&[(0.0, Some(3.0)), (0.5, None), (1.0, Some(2.0)), (1.5, Some(1.0))], false),
            Size::Wide,
        );
        let chart = chart.expect("three points");
        assert_eq!(
            chart.description,
            "median of market, USD bn by downturn.hazard: 3.00 at 0, - at 0.5, 2.00 at 1, 1.00 at 1.5."
        );
        let svg = chart.to_svg();
        assert_eq!(svg.matches("<path class=\"median\"").count(), 1, "one run of two points");
        assert_eq!(svg.matches("class=\"dot\"").count(), 3);
        assert!(svg.contains(">P95 2.00<") && svg.contains(">downturn.hazard<"), "{svg}");
    }

    #[test]
    fn equal_ratios_stand_in_equal_steps() {
        let chart = draw("x", &response(&[(0.1, Some(3.0)), (1.0, Some(2.0)), (10.0, Some(1.0))], true), Size::Wide);
        let svg = chart.expect("three points").to_svg();
        let x: Vec<f64> = svg
            .split("<circle")
            .skip(1)
            .map(|dot| {
                dot.split("cx=\"")
                    .nth(1)
                    .and_then(|rest| rest.split('"').next())
                    .expect("a place")
                    .parse()
                    .expect("a number")
            })
            .collect();
        assert!((x[1] - x[0] - (x[2] - x[1])).abs() < 0.02, "{x:?}");
        assert!(svg.contains(">0.1<") && svg.contains(">10<"));
    }

    #[test]
    fn one_point_is_no_line() {
        assert_eq!(draw("x", &response(&[(0.1, Some(3.0)), (1.0, None)], false), Size::Narrow), None);
    }
}

//! Every chart on results that are kind and on results that are not.

use super::*;
use crate::output::content::{ChartChoice, Report, charts_of_run, charts_of_several, of_report, pictures};
use crate::output::example::{constant, exactly, full_results, results, when};
use crate::results::{Band, BaselineRow, Bin, Curve, Mark, Results, Side};
use crate::stats::{Estimate, Share};

/// All that a run can have: a baseline, a curve with a mark, parts.
fn complete() -> Results {
    let mut results = full_results();
    results.percentiles = vec![5.0, 50.0, 95.0];
    results.baseline = vec![(0, 6.32), (1, 8.43)]
        .into_iter()
        .map(|(step, value)| BaselineRow { when: when(step), value, p_reached: Some(0.547) })
        .collect();
    results.curves = vec![curve(&[(0.0, 7.0), (0.05, 7.47), (0.5, 8.51), (0.95, 9.56), (1.0, 10.0)])];
    results
}

fn curve(quantiles: &[(f64, f64)]) -> Curve {
    Curve {
        output: "market".into(),
        unit: Some("USD bn".into()),
        when: when(1),
        quantiles: quantiles.to_vec(),
        reached: quantiles.iter().map(|(p, _)| 1.0 - p).collect(),
        at_or_below: quantiles.iter().map(|(p, _)| *p).collect(),
        bins: vec![Bin { low: 7.0, high: 8.0, share: 0.25 }, Bin { low: 8.0, high: 10.0, share: 0.75 }],
        marks: vec![Mark { target: "report".into(), side: Side::AtLeast, value: 8.43, p_reached: Some(0.547) }],
    }
}

/// The charts of a run, whatever it is, and of it beside another, in both sizes, as files.
fn files(results: &Results) -> Vec<String> {
    let pair = [results.clone(), Results { scenario: "other".into(), ..results.clone() }];
    let report = |runs| Report { runs, ..Report::default() };
    let (alone, both) = (of_report(&report(&pair[..1])), of_report(&report(&pair)));
    let drawn = pictures(&alone.parts[0].blocks).into_iter().chain(pictures(&both.overview));
    drawn
        .flat_map(|picture| [Size::Wide, Size::Narrow].map(|size| picture.draw(size)))
        .flatten()
        .map(|chart| chart.to_svg())
        .collect()
}

fn names(results: &Results) -> Vec<String> {
    charts_of_run(results, &ChartChoice::default()).into_iter().map(|chart| chart.name).collect()
}

#[test]
fn a_full_run_has_every_chart() {
    assert_eq!(names(&complete()), ["fan", "histogram", "exceedance", "binding", "segments-region"]);
    assert_eq!(names(&results()), ["fan", "binding"], "without curves and parts");
    let pair = [complete(), complete()];
    assert_eq!(
        charts_of_several(&pair).iter().map(|chart| chart.name.as_str()).collect::<Vec<_>>(),
        ["overlay", "ends"]
    );
}

#[test]
fn pictures_say_their_numbers() {
    let charts = charts_of_run(&complete(), &ChartChoice::default());
    let said: Vec<&str> = charts.iter().map(|chart| chart.chart.description.as_str()).collect();
    assert_eq!(
        said[0],
        "market, USD bn, 2025 to 2026. At 2026: P5 7.470, P50 8.510, P95 9.560. The published path ends at 8.430. \
         Others have published 8.000 rival."
    );
    assert!(said[1].contains("P5 7.470, P50 8.510, P95 9.560. published is 8.430, reached on 54.7 % of the paths."));
    assert_eq!(said[3], "Share of paths on which each ceiling binds, 2026 to 2026. At 2026: power 21.0 %; any 21.0 %.");
    assert!(said[4].ends_with("north_america 8.510 (7.470 to 9.560)."), "{}", said[4]);
    for file in files(&complete()) {
        assert!(file.contains("role=\"img\"") && file.contains("<title id=\"title\">") && file.contains("<desc id="));
    }
}

#[test]
fn the_same_results_draw_the_same_bytes() {
    assert_eq!(files(&complete()), files(&complete()));
}

#[test]
fn no_name_leaves_its_place() {
    const EVIL: &str = "\"><script>alert(1)</script><a onload='x' href=\"javascript:1\">&\u{0}\u{1b}\u{202e}";
    let mut results = complete();
    results.scenario = EVIL.into();
    for band in &mut results.bands {
        band.unit = Some(EVIL.into());
        band.subject.when.period = EVIL.into();
        band.subject.dimension = band.subject.dimension.take().map(|_| EVIL.into());
        band.subject.segment = band.subject.segment.take().map(|_| EVIL.into());
    }
    for row in &mut results.constraints {
        row.constraint = EVIL.into();
    }
    for curve in &mut results.curves {
        curve.unit = Some(EVIL.into());
        curve.marks[0].target = EVIL.into();
    }
    let files = files(&results);
    assert_eq!(files.len(), 14);
    for file in files {
        assert!(!file.contains("<script") && !file.contains("<a ") && !file.contains('\u{1b}'), "{file}");
        assert!(!file.contains("onload='") && !file.contains("href=\""), "{file}");
        well_formed(&file);
    }
}

#[test]
fn nothing_is_drawn_where_nothing_is() {
    let chartless = Results { bands: vec![], constraints: vec![], ..results() };
    assert!(files(&chartless).is_empty());
    let mut blank = complete();
    for band in &mut blank.bands {
        band.quantiles = vec![None; 3];
    }
    blank.constraints[0].binding = Share::new();
    blank.curves[0].quantiles.clear();
    assert_eq!(names(&blank), ["binding"]);
}

#[test]
fn missing_huge_small_negative_and_constant_values_stay_in_the_picture() {
    let cases: [[Option<f64>; 3]; 8] = [
        [None, Some(8.0), None],
        [Some(-3.0), Some(-2.0), Some(-1.0)],
        [Some(0.0); 3],
        [Some(5.0); 3],
        [Some(-1.7e308), Some(0.0), Some(1.7e308)],
        [Some(5e-324), Some(1e-320), Some(2e-310)],
        [Some(1e17), Some(1e17 + 16.0), Some(1e17 + 32.0)],
        [Some(f64::NAN), Some(f64::INFINITY), Some(1.0)],
    ];
    for quantiles in cases {
        let mut results = complete();
        for band in &mut results.bands {
            band.quantiles = quantiles.map(|value| Estimate::of(value, None)).to_vec();
        }
        let [low, middle, high] = quantiles.map(|value| value.filter(|value| value.is_finite()).unwrap_or(0.0));
        results.curves[0].quantiles = vec![(0.05, low), (0.5, middle), (0.95, high)];
        results.curves[0].bins = vec![Bin { low, high, share: 1.0 }];
        results.curves[0].marks[0].value = middle;
        for file in files(&results) {
            assert!(!file.contains("NaN") && !file.contains("inf"), "{quantiles:?}\n{file}");
            well_formed(&file);
            inside(&file);
        }
    }
}

#[test]
fn one_step_and_ten_thousand_are_drawn() {
    let row = |step: usize| Band {
        quantiles: [1.0, 2.0, 3.0].map(exactly).to_vec(),
        ..constant("market", None, step, 2.0, 3)
    };
    let bands: Vec<Band> = (0..10_000).map(row).collect();
    let all: Vec<&Band> = bands.iter().collect();
    for (rows, most) in [(&all[..1], 6000), (&all[..], 60_000)] {
        for (against, size) in [(Against::Published(&[]), Size::Wide), (Against::Zero, Size::Narrow)] {
            let input = Fan {
                name: "market".into(),
                rows: rows.to_vec(),
                percentiles: &[5.0, 50.0, 95.0],
                against,
                references: Vec::new(),
            };
            let svg = fan::draw("x", &input, size).expect("rows").to_svg();
            assert!(svg.len() < most + style::of_file().len(), "{} bytes", svg.len());
            assert!(svg.contains("class=\"b2\"") && svg.contains("class=\"median\""));
            inside(&svg);
        }
    }
}

/// The median of the last step stands where the scale says: two thirds up between the ticks 0 and 3.
#[test]
fn the_median_ends_at_its_value() {
    let bands: Vec<Band> = [(0, 0.0), (1, 2.0)]
        .iter()
        .map(|&(step, middle)| Band {
            quantiles: [0.0, middle, 3.0].map(exactly).to_vec(),
            ..constant("x", None, step, 0.0, 3)
        })
        .collect();
    let rows: Vec<&Band> = bands.iter().collect();
    let input = Fan {
        name: "market".into(),
        rows,
        percentiles: &[5.0, 50.0, 95.0],
        against: Against::Published(&[]),
        references: Vec::new(),
    };
    let svg = fan::draw("x", &input, Size::Wide).expect("rows").to_svg();
    let path_of = |class: &str| -> Vec<f64> {
        let rest = svg.split(&format!("<path class=\"{class}\" d=\"")).nth(1).expect("a path");
        let path = rest.split('"').next().expect("closed");
        path.split(['M', 'L', 'Z', ' '])
            .filter(|text| !text.is_empty())
            .map(|text| text.parse().expect("a number"))
            .collect()
    };
    let (median, band) = (path_of("median"), path_of("b2"));
    // The band: both lows at 0, then both highs at 3.
    assert_eq!((band[1], band[3], band[5]), (band[1], band[1], band[7]));
    let (zero, three) = (band[1], band[5]);
    assert_eq!(median[1], zero);
    assert!((median[3] - (zero + (three - zero) * 2.0 / 3.0)).abs() < 0.011, "{median:?} {band:?}");
}

/// Tags close in order, attributes are quoted. Enough for what `Markup` can write.
fn well_formed(svg: &str) {
    let mut open = Vec::new();
    for tag in svg.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').expect("a tag ends");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().expect("a name"));
        }
        assert!(tag.matches('"').count() % 2 == 0, "{tag}");
    }
    assert!(open.is_empty(), "{open:?}");
}

/// Every coordinate lies in the picture.
fn inside(svg: &str) {
    for name in ["x", "y", "x1", "y1", "x2", "y2", "cx", "cy"] {
        for value in svg.split(&format!(" {name}=\"")).skip(1).filter_map(|rest| rest.split('"').next()) {
            let value: f64 = value.parse().expect("a number");
            assert!((-HEAD..=3000.0).contains(&value), "{name}={value}");
        }
    }
}

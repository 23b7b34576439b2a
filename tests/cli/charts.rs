//! `--charts-of` and `--curve`: charts of any output and period, as files and on the page.

use super::{folder_with_small, riskband_in};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Two outputs without time, and a budget that is met on about three paths in four.
const STATIC: &str = r#"{ "riskband": 1, "title": "Cost", "variables": {
    "cost": { "normal": { "mean": 90, "sd": 15 } }, "weeks": { "uniform": { "low": 10, "high": 20 } }, "fixed": 3 },
    "outputs": ["cost", "weeks", "fixed"], "targets": { "budget": "cost <= 100" } }"#;

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries.map(|entry| entry.expect("readable").file_name().into_string().expect("UTF-8")).collect()
}

#[test]
fn any_output_and_period_has_its_charts() {
    let folder = folder_with_small();
    let path = folder.path();
    let asked = ["--charts-of", "demand, market[2026]", "--charts-of", "growth"];
    let run = [&["run", "small.json", "--paths", "2000", "--charts", "charts", "-q"], &asked[..]].concat();
    riskband_in(path, &run, "").assert_code(0);
    let written = names(&path.join("charts"));
    for name in [
        "fan-demand",
        "histogram-demand",
        "exceedance-demand",
        "histogram-market-2026",
        "exceedance-market-2026",
        "fan-growth",
    ] {
        assert!(written.contains(&format!("small-{name}.svg")), "{name}: {written:?}");
    }
    assert!(!written.contains("small-fan-market-2026.svg"), "a period is no fan");
    let report = [&["report", "small.json", "--paths", "2000", "-o", "-"], &asked[..]].concat();
    let page = riskband_in(path, &report, "");
    page.assert_code(0);
    for title in ["small: demand, EUR m, 2025 to 2027", "small: market, EUR m in 2026, share of paths by value"] {
        assert_eq!(page.stdout.matches(&format!("<figcaption>{title}</figcaption>")).count(), 1, "{title}");
    }
}

#[test]
fn both_sides_of_a_comparison_have_the_charts_that_are_asked_for() {
    let folder = folder_with_small();
    let arguments =
        ["compare", "small.json", "--set-b", "drivers.trend=0.2", "--paths", "2000", "--charts", "charts", "-q"];
    riskband_in(folder.path(), &[&arguments[..], &["--charts-of", "market[2026]"]].concat(), "").assert_code(0);
    let written = names(&folder.path().join("charts"));
    for name in ["small-histogram-market-2026.svg", "what-if-exceedance-market-2026.svg", "what-if-difference.svg"] {
        assert!(written.contains(name), "{name}: {written:?}");
    }
}

#[test]
fn charts_are_files_of_lines_or_of_pixels() {
    let folder = folder_with_small();
    let path = folder.path();
    let run = ["run", "small.json", "--paths", "2000", "--charts", "charts", "-q"];
    riskband_in(path, &run, "").assert_code(0);
    let svg = names(&path.join("charts"));
    // The files of the run before are those of this folder, and go with it.
    riskband_in(path, &[&run[..], &["--charts-as", "png"]].concat(), "").assert_code(0);
    let png = names(&path.join("charts"));
    assert_eq!(svg.iter().map(|name| name.replace(".svg", ".png")).collect::<BTreeSet<_>>(), png);
    let read = || fs::read(path.join("charts/small-fan.png")).expect("written");
    let bytes = read();
    let side = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
    assert!(bytes.starts_with(b"\x89PNG\r\n") && (side(16), side(20)) == (1520, 880));
    riskband_in(path, &[&run[..], &["--charts-as", "png", "--threads", "1"]].concat(), "").assert_code(0);
    assert_eq!(read(), bytes);
    let alone = riskband_in(path, &["run", "small.json", "--charts-as", "png"], "");
    alone.assert_code(2);
    assert!(alone.stderr.contains("--charts <DIR>"), "{}", alone.stderr);
}

#[test]
fn slips_are_answered_with_what_there_is() {
    let folder = folder_with_small();
    let asked = |list: &str| {
        let arguments = ["run", "small.json", "--paths", "1e12", "--charts", "charts", "--charts-of", list];
        let run = riskband_in(folder.path(), &arguments, "");
        run.assert_code(2);
        run.stderr
    };
    assert!(asked("demnd").contains("there is no output `demnd` (did you mean `demand`?); there are market, "));
    let period = asked("growth[2025]");
    assert!(
        period.contains("`growth` has no period `2025`; it has those from 2026 to 2027, as in growth[2027]"),
        "{period}"
    );
    assert!(asked("market[2026").contains("`market[2026` is not OUTPUT or OUTPUT[PERIOD]"));
    assert!(asked("market,,").contains("is not OUTPUT or OUTPUT[PERIOD]"));
    let nowhere = riskband_in(folder.path(), &["run", "small.json", "--charts-of", "market"], "");
    nowhere.assert_code(2);
    assert!(nowhere.stderr.contains("--charts DIR"), "{}", nowhere.stderr);
}

#[test]
fn a_cumulative_curve_is_drawn_where_it_is_asked_for() {
    let folder = folder_with_small();
    let arguments = ["run", "small.json", "--paths", "2000", "--charts", "charts", "--curve", "cumulative", "-q"];
    riskband_in(folder.path(), &arguments, "").assert_code(0);
    let written = names(&folder.path().join("charts"));
    assert!(written.contains("small-cumulative.svg") && !written.contains("small-exceedance.svg"), "{written:?}");
    let svg = fs::read_to_string(folder.path().join("charts/small-cumulative.svg")).expect("readable");
    assert!(svg.contains(">share of paths at the value or below<"));
}

/// A model without time has a chart of every output that varies, no step in their words, and a budget that is met below
/// its number.
#[test]
fn models_without_time_have_charts_of_every_output() {
    let folder = folder_with_small();
    let path = folder.path();
    fs::write(path.join("static.json"), STATIC).expect("writable");
    let run = ["run", "static.json", "--paths", "4000", "--charts", "charts", "--out", "out", "-q"];
    riskband_in(path, &run, "").assert_code(0);
    let written = names(&path.join("charts"));
    let wanted = ["exceedance", "exceedance-weeks", "histogram", "histogram-weeks"];
    let mut wanted: BTreeSet<String> = wanted.map(|name| format!("static-{name}.svg")).into();
    wanted.insert("charts-manifest.json".into());
    assert_eq!(written, wanted);
    let results = fs::read_to_string(path.join("out/results.json")).expect("readable");
    let json: serde_json::Value = serde_json::from_str(&results).expect("JSON");
    let met = json["runs"][0]["targets"][0]["probability"].as_f64().expect("a share");
    // Phi((100 - 90) / 15) = 0.7475, within four standard errors of 4,000 paths.
    assert!((met - 0.7475).abs() < 0.028, "{met}");
    for name in &written {
        let svg = fs::read_to_string(path.join("charts").join(name)).expect("readable");
        assert!(!svg.contains("step 0") && !svg.contains(" at 0:"), "{name}");
    }
    let svg = fs::read_to_string(path.join("charts/static-histogram.svg")).expect("readable");
    let told = format!("budget is at most 100.0, met on {:.1} % of the paths.", met * 100.0);
    assert!(svg.contains(&told), "{told}\n{svg}");
}

//! `sensitivity` and `discover`: every format, refusals, exit codes.

use super::{folder, riskband};
use serde_json::Value;

const STREAMS: &str = "tests/data/sensitivity/growth-streams.json";

fn rows(run: &Value, table: &str) -> Vec<Value> {
    run["runs"][0][table].as_array().unwrap_or_else(|| panic!("no {table}")).clone()
}

#[test]
fn indices_stand_in_every_format() {
    let json = riskband(&["sensitivity", STREAMS, "--paths", "2048", "--format", "json", "--threads", "1"]);
    json.assert_code(0);
    let again = riskband(&["sensitivity", STREAMS, "--paths", "2048", "--format", "json", "--threads", "2"]);
    assert_eq!(json.stdout, again.stdout, "on any threads");
    let indices = rows(&json.json(), "sensitivity");
    let of = |input: &str, index: &str| {
        let is_it = |row: &&Value| {
            row["input"] == input && row["index"] == index && row["output"] == "log_level" && row["period"] == "2031"
        };
        indices.iter().find(is_it).unwrap_or_else(|| panic!("no {index} of {input}"))["value"].as_f64().expect("varies")
    };
    assert!((of("a", "first") - 0.568).abs() < 0.1 && of("a", "total") > of("b", "total"));
    assert_eq!(rows(&json.json(), "grades").len(), 14, "one grade, two outputs in seven steps");
    assert!(!rows(&json.json(), "swing").is_empty());
    let csv = riskband(&["sensitivity", STREAMS, "--paths", "64", "--format", "csv", "--of", "market[2028]"]);
    let header = "scenario,output,target,dimension,segment,step,period,year,period_start,input,other,members,index,value,se,low,high,n,excluded,needed\r\n";
    assert!(csv.stdout.starts_with(header), "{}", csv.stdout);
    assert_eq!(csv.stdout.lines().count(), 1 + 2 * 4, "first and total of four inputs");
    let table = riskband(&["sensitivity", STREAMS, "--paths", "2048", "--by", "quantity", "--quiet"]);
    assert!(table.stdout.contains("what drives market in 2031"), "{}", table.stdout);
    assert!(table.stdout.contains("slump ") && !table.stdout.contains("slump.start"), "{}", table.stdout);
}

#[test]
fn files_of_an_analysis() {
    let folder = folder();
    let out = folder.path().join("out");
    let out = out.to_str().expect("a plain name");
    riskband(&["sensitivity", STREAMS, "--paths", "64", "--quiet", "--out", out]).assert_code(0);
    for table in ["sensitivity.csv", "swing.csv", "grades.csv", "results.json"] {
        assert!(folder.path().join("out").join(table).is_file(), "{table}");
    }
    riskband(&["check", out]).assert_code(0);
}

#[test]
fn charts_of_an_analysis() {
    let folder = folder();
    let charts = folder.path().join("charts");
    let path = charts.to_str().expect("a plain name");
    let arguments = ["sensitivity", STREAMS, "--paths", "2048", "--of", "market,log_level", "--shapley"];
    let run = riskband(&[&arguments[..], &["--quiet", "--charts", path]].concat());
    run.assert_code(0);
    assert!(run.stdout.is_empty(), "{}", run.stdout);
    let svg = |name: &str| std::fs::read_to_string(charts.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let tornado = svg("growth-streams-drivers-market.svg");
    for text in ["first", "total", "shapley", "95 % interval", "slump.start", "share of the variance"] {
        assert!(tornado.contains(&format!(">{text}<")), "{text}");
    }
    assert!(tornado.contains("Shares of the variance of market in 2031 by input. a: first "), "{tornado}");
    let areas = svg("growth-streams-drivers-over-time-market.svg");
    assert!(areas.contains("by input (shapley), 2025 to 2031") || areas.contains("(shapley)"), "{areas}");
    // At a narrow window the header of the swings keeps its words together.
    let text = riskband(&[&arguments[..], &["--quiet"]].concat()).stdout;
    assert!(text.contains("of its variance.") && !text.contains("of it."), "{text}");
    let page = folder.path().join("page.html");
    let page = page.to_str().expect("a plain name");
    riskband(&["report", STREAMS, "--paths", "2048", "--sensitivity", "--quiet", "--output", page]).assert_code(0);
    let page = std::fs::read_to_string(page).expect("written");
    assert!(page.contains("Shares of the variance of market in 2031 by input.") && page.contains("by input (first)"));
}

#[test]
fn what_is_not_there_is_told() {
    for (arguments, expected) in [
        (&["--of", "markt"][..], "no output or target `markt`; did you mean `market`?"),
        (&["--of", "market[1999]"], "`1999` is no period of the horizon"),
        (&["--group", "g=a,slmp"], "--group g: there is no input `slmp`; did you mean `slump`?"),
        (&["--group", "g=a,b", "--group", "h=b", "--shapley"], "the groups `g` and `h` share an input"),
        (&["--at", "1999"], "`1999` is no period of the horizon"),
    ] {
        let run = riskband(&[&["sensitivity", STREAMS, "--paths", "64", "--quiet"], arguments].concat());
        run.assert_code(2);
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
    // Groups that overlap have first and total orders all the same.
    let overlap = ["sensitivity", STREAMS, "--paths", "64", "--quiet", "--group", "g=a,b", "--group", "h=b"];
    riskband(&overlap).assert_code(0);
}

#[test]
fn a_box_is_found_where_the_outcome_lives() {
    let found = riskband(&["discover", STREAMS, "market[2031] < 15", "--paths", "8192", "--format", "json"]);
    found.assert_code(0);
    let json = found.json();
    let first = &rows(&json, "boxes")[0];
    let share = |name: &str| first[name].as_f64().expect("a share");
    let happens =
        json["runs"][0]["targets"].as_array().expect("targets").iter().find_map(|row| row["probability"].as_f64());
    let happens = happens.expect("the condition is a target");
    assert!(share("coverage") > 0.4 && share("density") > 1.5 * happens, "{first}");
    assert!(share("mass") < 0.5, "{first}");
    // A market falls short by low growth and by slumps, deep ones, and never for want of them.
    let limits = rows(&json, "limits");
    for row in &limits {
        let side = if ["a", "b"].iter().any(|driver| row["input"] == *driver) { "high" } else { "low" };
        let other = if side == "high" { "low" } else { "high" };
        assert!(row[side].is_number() && row[other].is_null(), "{row}");
    }
    assert!(!limits.is_empty());
    assert!(rows(&json, "trade_off").iter().any(|row| row["chosen"] == 1));
    let text = riskband(&["discover", STREAMS, "market[2031] < 15", "--paths", "8192", "--quiet"]);
    assert!(text.stdout.contains("box 1, ") && text.stdout.contains("Where `"), "{}", text.stdout);
}

#[test]
fn a_condition_that_is_never_true_has_no_box() {
    let never = riskband(&["discover", STREAMS, "market[2031] < 0", "--paths", "1024", "--quiet"]);
    never.assert_code(1);
    assert!(never.stderr.contains("never true"), "{}", never.stderr);
    let wrong = riskband(&["discover", STREAMS, "markt[2031] < 0", "--paths", "1024", "--quiet"]);
    wrong.assert_code(2);
    assert!(wrong.stderr.contains("markt"), "{}", wrong.stderr);
}

#[test]
fn a_box_is_drawn_and_its_bounds_are_stable() {
    let folder = folder();
    let charts = folder.path().join("charts");
    let path = charts.to_str().expect("a plain name");
    let found = ["discover", STREAMS, "market[2031] < 15", "--paths", "8192", "--format", "json"];
    let json = riskband(&[&found[..], &["--charts", path]].concat()).json();
    let limits = rows(&json, "limits");
    assert!(limits.iter().all(|row| row["stability"].as_f64().expect("a share") >= 0.5), "{limits:?}");
    let plane = rows(&json, "plane");
    let of_first = || plane.iter().filter(|row| row["box"] == 1);
    let sum = |name: &str| of_first().map(|row| row[name].as_u64().expect("a count")).sum::<u64>();
    // A half percent at either end of a series is left out.
    assert!(sum("n") > 3_900 && sum("n") <= 4_096 && sum("hits") < sum("n"), "{} {}", sum("n"), sum("hits"));
    let density = |inside: u64| {
        let cells = || of_first().filter(move |row| row["inside"] == inside);
        let sum = |name: &str| cells().map(|row| row[name].as_f64().expect("a count")).sum::<f64>();
        sum("hits") / sum("n")
    };
    assert!(density(1) > 2.0 * density(0), "{} {}", density(1), density(0));
    let svg = std::fs::read_to_string(charts.join("growth-streams-box-1.svg")).expect("drawn");
    assert!(svg.contains("Paths on which market[2031] &lt; 15 holds, by "), "{svg}");
    // The words of long names stay whole at 80 columns.
    let long = ["discover", "market-fan", "market[2031] < 30", "--paths", "4096", "--quiet"];
    let text = riskband(&long).stdout;
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
}

#[test]
fn a_tolerance_is_met_or_what_it_takes_is_told() {
    let of = ["sensitivity", STREAMS, "--of", "market[2031]", "--quiet", "--format", "json"];
    let met = riskband(&[&of[..], &["--within", "3%"]].concat());
    met.assert_code(0);
    for row in rows(&met.json(), "sensitivity") {
        let end = |name: &str| row[name].as_f64().expect("an interval");
        assert!(end("high") - end("low") <= 0.06 && row["needed"].is_null(), "{row}");
    }
    let missed = riskband(&[&of[..], &["--within", "0.005", "--max-paths", "4096"]].concat());
    missed.assert_code(1);
    assert!(missed.stderr.contains("not within 0.005 after 4,096 base points"), "{}", missed.stderr);
    assert!(missed.stderr.contains("it would take about "), "{}", missed.stderr);
    assert!(rows(&missed.json(), "sensitivity").iter().any(|row| row["needed"].as_u64() > Some(4_096)));
    for (tolerance, expected) in [("0", "no share of a variance"), ("2", "no share"), ("x", "no share")] {
        let refused = riskband(&["sensitivity", STREAMS, "--within", tolerance]);
        refused.assert_code(2);
        assert!(refused.stderr.contains(expected), "{}", refused.stderr);
    }
}

#[test]
fn a_plain_run_says_what_its_band_hangs_on_at_least() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name).to_str().expect("a plain name").to_owned();
    let run = ["run", STREAMS, "--paths", "20000", "--quiet"];
    let text = riskband(&run).stdout;
    assert!(text.contains("Knowing `a` alone would take away at least "), "{text}");
    let json = riskband(&[&run[..], &["--format", "json"]].concat());
    let bounds = rows(&json.json(), "lower_bounds");
    assert!(
        bounds[0]["input"] == "a" && bounds[0]["low"].as_f64() > Some(0.4) && bounds[0]["n"] == 16_384,
        "{bounds:?}"
    );
    for shard in ["1/2", "2/2"] {
        riskband(&[&run[..], &["--shard", shard, "--part", &path(&shard.replace('/', "-"))]].concat()).assert_code(0);
    }
    let merged = riskband(&["merge", &path("1-2"), &path("2-2"), "--quiet", "--format", "json"]);
    assert_eq!(merged.stdout, json.stdout);
    riskband(&["report", STREAMS, "--paths", "20000", "--quiet", "--output", &path("page.html")]).assert_code(0);
    let page = std::fs::read_to_string(path("page.html")).expect("written");
    assert!(
        page.contains("alone would take away at least") && page.contains(">What drives it, at the least<"),
        "{}",
        page.len()
    );
    let swept =
        riskband(&["sweep", STREAMS, "--vary", "market.start=6,7", "--paths", "2000", "--quiet", "--format", "json"]);
    assert_eq!(rows(&swept.json(), "lower_bounds").len(), 0);
}

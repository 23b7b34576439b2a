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
    let header = "scenario,output,target,dimension,segment,step,period,year,period_start,input,other,members,index,value,se,low,high,n,excluded\r\n";
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

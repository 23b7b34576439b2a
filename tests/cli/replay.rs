//! `replay`: the story of a path at the shell.

use super::{folder_with_small, riskband, riskband_in};

#[test]
fn a_path_is_told_for_reading_and_as_tables() {
    let folder = folder_with_small();
    let replay = |more: &[&str]| riskband_in(folder.path(), &[&["replay", "small.json"], more].concat(), "");
    let text = replay(&["--path", "7"]);
    for part in ["Small market", "small, seed 1", "Path 7.", "what was drawn", "noise", "market, EUR m", "2027"] {
        assert!(text.assert_code(0).stdout.contains(part), "{part}\n{}", text.stdout);
    }
    let csv = replay(&["--path", "7", "--format", "csv"]);
    let header = "scenario,path,kind,name,step,period,year,period_start,unit,value,uniform,score,binds\r\n";
    assert!(csv.assert_code(0).stdout.starts_with(header), "{}", csv.stdout);
    assert!(csv.stdout.contains(",input,noise,") && csv.stdout.contains(",ceiling,power,"), "{}", csv.stdout);
    let json = replay(&["--path", "7", "--format", "json"]).json();
    assert_eq!(json["runs"][0]["replays"][0]["path"], 7);
    assert_eq!(json["runs"][0]["story"].as_array().map(Vec::len), Some(csv.stdout.lines().count() - 1));
    replay(&["--path", "7", "--out", "out", "--quiet"]).assert_code(0);
    assert!(folder.path().join("out/story.csv").is_file() && folder.path().join("out/replays.csv").is_file());
}

#[test]
fn the_nearest_path_is_found_and_told() {
    let folder = folder_with_small();
    let replay = |more: &[&str]| riskband_in(folder.path(), &[&["replay", "small.json"], more].concat(), "");
    let near = ["--near", "p2.5(market,2026)", "--paths", "5000"];
    let text = replay(&near);
    assert!(text.assert_code(0).stdout.contains("the nearest of 5,000 paths to p2_5(market,2026)"), "{}", text.stdout);
    let json = replay(&[&near[..], &["--format", "json"]].concat()).json();
    let found = &json["runs"][0]["replays"][0];
    let path = found["path"].as_u64().expect("a path").to_string();
    let story = replay(&["--path", &path, "--format", "json"]).json();
    let is_market = |row: &&serde_json::Value| row["name"] == "market" && row["period"] == "2026";
    let row = story["runs"][0]["story"].as_array().expect("rows").iter().find(is_market).expect("the market").clone();
    assert_eq!(row["value"], found["found"]);
    assert!((found["found"].as_f64().expect("a value") - found["wanted"].as_f64().expect("a value")).abs() < 0.01);
}

#[test]
fn what_cannot_be_told_is_refused_with_the_reason() {
    let folder = folder_with_small();
    for (more, says) in [
        (&["small.json"][..], "--path"),
        (&["small.json", "--path", "1", "--near", "p5(market)"], "--near"),
        (&["small.json", "--near", "p5(markt)"], "`markt`"),
        (&["small.json", "--near", "p5(market,1999)"], "no period `1999`"),
        (&["small.json", "--near", "probability(above_14)"], "is not about the value of an output"),
        (&["small.json", "small.json", "--path", "x"], "--path"),
        (&["small.json", "baseline", "--path", "1"], "one scenario"),
    ] {
        let run = riskband_in(folder.path(), &[&["replay"], more].concat(), "");
        assert_eq!(run.assert_code(2).stdout, "");
        assert!(run.stderr.contains(says), "{more:?}\n{}", run.stderr);
    }
}

#[test]
fn a_page_tells_three_futures() {
    let folder = folder_with_small();
    let page = riskband_in(folder.path(), &["report", "small.json", "--paths", "2000", "-o", "-"], "");
    for statistic in ["p5(market,2027)", "p50(market,2027)", "p95(market,2027)"] {
        assert!(page.assert_code(0).stdout.contains(&format!("near {statistic}: path ")), "{statistic}");
    }
}

#[test]
fn without_a_path_both_ways_to_name_one_are_told() {
    let run = riskband(&["replay"]);
    run.assert_code(2);
    assert!(run.stderr.contains("--path <N>") && run.stderr.contains("--near <STATISTIC>"), "{}", run.stderr);
}

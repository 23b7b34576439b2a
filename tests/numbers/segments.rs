//! The market in parts: they add up on every path, move as the closed form says, and cost nothing unasked.

use crate::common::{agrees, band, paths, quantile, results, share, study, value};
use riskband::results::{Band, Results};
use riskband::stats::Share;

/// A market with two levels of parts and the given noise.
fn market(noise: &str, rest: &str) -> String {
    format!(
        r#"{{
          "horizon": {{ "start": 2025, "end": 2031 }},
          "market": {{ "start": 6.32, "unit": "USD bn", "backlog": 0.5 }},
          "drivers": {{ "trend": {{ "normal": {{ "mean": 0.3, "sd": 0.1 }}, "over_time": "fresh" }} }},
          "constraints": {{ "power": {{ "start": 8, "growth": 0.3 }} }},
          "segments": {{
            "region": {{ "noise": {noise}, "parts": {{
              "america": {{ "title": "The Americas", "share": 0.5 }},
              "asia": {{ "share": 0.3, "growth": 0.02 }},
              "europe": {{ "share": 0.2, "growth": -0.05, "parts": {{
                "germany": {{ "share": 0.6, "growth": 0.1 }}, "rest": {{ "share": "1 - 0.6" }} }} }} }} }},
            "kind": {{ "parts": {{ "fast": {{ "share": 0.25, "growth": 0.2 }}, "slow": {{ "share": 0.75 }} }} }} }}
          {rest}
        }}"#
    )
}

fn part<'r>(results: &'r Results, output: &str, dimension: &str, segment: &str, period: &str) -> &'r Band {
    let name = format!("{output}.{dimension}.{segment}[{period}]");
    let found = results.bands.iter().find(|band| band.subject.to_string() == name);
    found.unwrap_or_else(|| panic!("no {name}"))
}

#[test]
fn shares_follow_the_closed_form_and_stand_at_the_base() {
    let text =
        market("0", r#", "outputs": ["market.kind", "share.region", "growth.kind.fast", "cagr.kind.fast", "market"]"#);
    let results = results(&text, &paths(2000, 1));
    // share_0 exp(n d) over the sum of siblings; both sides round a few times.
    let fast = |steps: f64| 0.25 * (0.2 * steps).exp() / (0.25 * (0.2 * steps).exp() + 0.75);
    for (step, period) in (2025..=2031).enumerate() {
        let period = period.to_string();
        let mean = value(part(&results, "market", "kind", "fast", &period).mean);
        let whole = value(band(&results, "market", &period).mean);
        assert!((mean / whole / fast(step as f64) - 1.0).abs() < 1e-12, "{period}");
    }
    let europe: f64 = 0.2 * (-0.3_f64).exp();
    let regions = 0.5 + 0.3 * 0.12_f64.exp() + europe;
    let germany = 0.6 * 0.6_f64.exp() / (0.6 * 0.6_f64.exp() + 0.4);
    for (segment, expected) in [("europe", europe / regions), ("europe.germany", germany * europe / regions)] {
        let share = part(&results, "share", "region", segment, "2031");
        assert!((value(share.mean) - expected).abs() < 1e-14, "{segment}");
        assert_eq!(value(share.sd), 0.0, "without noise a share is the same on every path");
    }
    assert_eq!(part(&results, "growth", "kind", "fast", "2026").unit, None);
    assert_eq!(part(&results, "market", "kind", "fast", "2026").unit.as_deref(), Some("USD bn"));
    assert!(value(part(&results, "cagr", "kind", "fast", "2031").mean) > 0.3);
}

#[test]
fn parts_add_up_on_every_path_and_in_every_year() {
    let targets = r#", "targets": {
      "regions": "always(abs(market.region.america + market.region.asia + market.region.europe - market) <= 1e-12 * market)",
      "countries": "always(abs(market.region.europe.germany + market.region.europe.rest - market.region.europe) <= 1e-12 * market)",
      "control": "always(market.region.america + market.region.asia == market)" }"#;
    let results = results(&market("0.3", targets), &paths(20_000, 1));
    for (target, hits) in [("regions", 20_000), ("countries", 20_000), ("control", 0)] {
        assert_eq!(share(&results, target), Share::of(hits, 20_000, 0), "{target}");
    }
}

#[test]
fn noise_is_a_fresh_normal_of_every_part() {
    // ln of the ratio of two siblings after n steps: its mean moves by the difference of growth, its variance is 2 n sd^2.
    let ask = r#", "outputs": { "ratio": "ln(market.region.asia / market.region.america)",
                               "inner": "ln(market.region.europe.germany / market.region.europe.rest)" }"#;
    let results = results(&market("0.03", ask), &paths(20_000, 1));
    for (name, base, drift) in [("ratio", 0.6_f64.ln(), 0.02), ("inner", 1.5_f64.ln(), 0.1)] {
        let band = band(&results, name, "2031");
        agrees(name, band.mean, base + 6.0 * drift);
        agrees(name, band.sd, (12.0_f64).sqrt() * 0.03);
    }
}

#[test]
fn a_level_may_have_its_own_noise() {
    let ask = r#", "outputs": { "ratio": "ln(market.region.europe.germany / market.region.europe.rest)" }"#;
    let text = market("0.03", ask).replace(r#""growth": -0.05, "parts""#, r#""growth": -0.05, "noise": 0, "parts""#);
    let sd = value(band(&results(&text, &paths(1000, 1)), "ratio", "2031").sd);
    assert!(sd < 1e-14, "{sd}");
}

#[test]
fn a_long_horizon_neither_overflows_nor_vanishes() {
    let targets = r#", "outputs": ["cagr"],
      "targets": { "sane": "always(abs(market.kind.fast + market.kind.slow - market) <= 1e-12 * market)" }"#;
    // exp(3 * 1000) is far beyond the largest double.
    let text = market("0.03", targets)
        .replace(r#""start": 2025, "end": 2031"#, r#""steps": 1000"#)
        .replace(r#""mean": 0.3"#, r#""mean": 0.0001"#)
        .replace(r#""growth": 0.2 "#, r#""growth": 3 "#);
    let results = results(&text, &paths(64, 1));
    assert_eq!(share(&results, "sane"), Share::of(64, 64, 0));
}

#[test]
fn parts_change_nothing_of_the_market_and_are_reported_by_default() {
    let with = results(&market("0.03", ""), &paths(5000, 7));
    let text = market("0.03", "");
    let cut = text.find("\"segments\"").expect("it is there");
    let without = results(&format!("{}}}", text[..cut].trim_end().trim_end_matches(',')), &paths(5000, 7));
    let whole: Vec<&Band> = with.bands.iter().filter(|band| band.subject.is_whole()).collect();
    assert_eq!(whole, without.bands.iter().collect::<Vec<_>>());
    // Seven parts; 7 rows of market, 6 of growth and 1 of cagr each.
    assert_eq!(with.bands.len() - whole.len(), 7 * 14);
    assert_eq!(quantile(&with, "market", "2031", 50.0), quantile(&without, "market", "2031", 50.0));
}

#[test]
fn parts_that_nothing_asks_for_are_not_compiled() {
    let model = |rest: &str| study(&market("0.03", rest)).model;
    let last = |rest: &str| {
        let model = model(rest);
        let market = model.market.as_ref().expect("a market").market;
        riskband::program::compile(&model, &[riskband::program::Request::Value(market, 6)], None).streams.len()
    };
    assert_eq!(last(""), 1, "the one driver");
    assert_eq!(model("").dimensions[0].segments[0].title.as_deref(), Some("The Americas"));
    assert_eq!(model("").dimensions[0].segments[3].depth(), 1);
}

/// The market of `market` with its cross table.
fn crossed(table: &str, ask: &str) -> String {
    market("0.2", &format!(r#", "cross_tables": {{ "region_by_kind": {{ "of": ["region", "kind"]{table} }} }}, {ask}"#))
}

const MARGINS: &str = r#""targets": {
  "asia": "always(abs(market.region_by_kind.asia.fast + market.region_by_kind.asia.slow - market.region.asia) <= 1e-12 * market)",
  "america": "always(abs(market.region_by_kind.america.fast + market.region_by_kind.america.slow - market.region.america) <= 1e-12 * market)",
  "europe": "always(abs(market.region_by_kind.europe.fast + market.region_by_kind.europe.slow - market.region.europe) <= 1e-12 * market)",
  "fast": "always(abs(market.region_by_kind.asia.fast + market.region_by_kind.europe.fast + market.region_by_kind.america.fast - market.kind.fast) <= 1e-12 * market)",
  "odds": "always(abs(market.region_by_kind.asia.fast * market.region_by_kind.america.slow / (market.region_by_kind.asia.slow * market.region_by_kind.america.fast) - 6) <= 1e-10)",
  "independent": "always(abs(market.region_by_kind.asia.fast - market.region.asia * share.kind.fast) <= 1e-12 * market)" }"#;

#[test]
fn cells_meet_both_margins_on_every_path() {
    for (table, odds, independent) in
        [("", 0, 10_000), (r#", "affinity": { "asia": { "fast": 3 }, "america": { "fast": 0.5 } }"#, 10_000, 0)]
    {
        let results = results(&crossed(table, MARGINS), &paths(10_000, 1));
        let margins = ["asia", "america", "europe", "fast"].map(|margin| (margin, 10_000));
        for (target, hits) in margins.into_iter().chain([("odds", odds), ("independent", independent)]) {
            assert_eq!(share(&results, target), Share::of(hits, 10_000, 0), "{target} {table}");
        }
    }
}

#[test]
fn cells_are_rows_of_the_market() {
    let text = crossed(
        r#", "nested": true, "title": "Where what sells""#,
        r#""outputs": ["market.region_by_kind", "share.region_by_kind.asia.slow"]"#,
    );
    let results = results(&text, &paths(500, 1));
    let cell = part(&results, "market", "region x kind", "europe.germany x fast", "2025");
    // 0.2 * 0.6 of the market are German at the base, and a quarter of these are fast.
    assert!((value(cell.mean) - 6.32 * 0.2 * 0.6 * 0.25).abs() < 1e-14);
    assert_eq!(cell.unit.as_deref(), Some("USD bn"));
    // Four innermost parts in two kinds, and one share.
    assert_eq!(results.bands.len(), (4 * 2 + 1) * 7);
    let model = study(&text).model;
    let table = model.dimensions.last().expect("a table");
    assert_eq!((table.key.as_str(), table.name.as_str()), ("region_by_kind", "region x kind"));
    assert_eq!(table.segments[0].title.as_deref(), Some("The Americas x fast"));
}

//! The shipped market: what holds on every path, how scenarios order, and what the inputs' field looks like.

use crate::common::{
    agrees, band, correlation, load_options, paths, probability, probability_within, quantile, results, study, value,
    within,
};
use riskband::engine::{Blocks, Recording, Runner};
use riskband::model::{Definition, Model, VarId};
use riskband::program::{Request, compile};
use riskband::stats::Share;
use riskband::study::{Origin, Study};
use std::sync::OnceLock;

/// Differences to the baseline, as the members of a file.
fn variant(members: &str) -> String {
    calibrated();
    format!(r#"{{ "extends": "baseline", {members} }}"#)
}

/// The baseline, solved once for all tests of this file.
fn calibrated() -> &'static Study {
    static BASELINE: OnceLock<Study> = OnceLock::new();
    BASELINE.get_or_init(|| shipped("baseline"))
}

fn shipped(name: &str) -> Study {
    Study::load(&Origin::Shipped(name.into()), &load_options())
        .unwrap_or_else(|rejected| panic!("{name}: {:#?}", rejected.problems))
}

fn find(model: &Model, name: &str) -> VarId {
    let at = model.variables.iter().position(|variable| variable.name == name);
    VarId(at.unwrap_or_else(|| panic!("no {name}")) as u32)
}

/// Values of these variables in the steps 1 to 6 on some paths: by variable, step and path.
fn values(model: &Model, names: &[&str]) -> Vec<Vec<Vec<f64>>> {
    let ids = names.iter().map(|name| find(model, name));
    let requests: Vec<Request> = ids.flat_map(|id| (1..=6).map(move |step| Request::Value(id, step))).collect();
    let program = compile(model, &requests, None);
    let recording = Recording::of(&Runner::new(&program, 1), Blocks::whole(8), &|_| {}).expect("nobody cancels");
    let rows: Vec<Vec<f64>> = (0..requests.len()).map(|row| recording.row(row).flatten().copied().collect()).collect();
    rows.chunks(6).map(<[Vec<f64>]>::to_vec).collect()
}

#[test]
fn without_noise_events_and_ceilings_demand_is_the_sum_of_its_drivers() {
    let still = |names: &[&str], value: &str| {
        names.iter().map(|name| format!(r#""{name}": {value}"#)).collect::<Vec<_>>().join(", ")
    };
    let growths =
        ["ai_workload_growth", "capex_growth", "edge_growth", "price_performance_growth", "efficiency_growth"];
    let text = variant(&format!(
        r#""constraints": {{ {} }}, "events": {{ {} }},
           "drivers": {{ "model_error": 0 }},
           "variables": {{ {}, "in_house_leak": 0.01, "cxl_ceiling": 0.22 }},
           "targets": null, "outputs": ["demand", "demand_growth"]"#,
        still(&["power", "cooling", "wafer", "packaging"], "1e9"),
        still(&["downturn", "export_tightening", "efficiency_jump"], r#"{ "hazard": 0 }"#),
        still(&growths, r#"{ "lognormal": { "sigma": 0 } }"#),
    ));
    let results = results(&text, &paths(64, 1));
    let mut sum = 0.0;
    for year in 2026..=2031 {
        let period = year.to_string();
        sum += value(band(&results, "demand_growth", &period).mean);
        let demand = band(&results, "demand", &period);
        assert_eq!(value(demand.sd), 0.0, "nothing is random");
        // Six exponentials and products.
        assert!((value(demand.mean) / (6.32 * sum.exp()) - 1.0).abs() < 1e-14, "{period}");
    }
    let published = r#"{ "horizon": { "start": 2025, "end": 2031 },
        "market": { "start": 6.32, "demand": { "by_year": { "2026": 8, "2031": 35.66 } } } }"#;
    let cagr = value(band(&crate::common::results(published, &paths(16, 1)), "cagr", "2031").mean);
    assert!((cagr - 0.33427).abs() < 5e-6, "{cagr}");
}

#[test]
fn invariants_hold_on_every_path() {
    for (name, n) in [("baseline", 20_000), ("physical-limits-stress", 10_000), ("ai-ml-surge", 10_000)] {
        calibrated();
        let text = format!(
            r#"{{ "extends": "{name}", "outputs": ["market"], "targets": {{
              "delivered": "always(market >= 0 and market <= wanted)",
              "below_ceilings": "always(market <= min(power, cooling, wafer, packaging))",
              "backlog": "always(backlog >= 0)",
              "stocks": "always(min(energised_power, liquid_power, legacy_power, slipped_power, occupied_power) >= 0)",
              "occupied": "always(occupied_power <= energised_power * (1 + 1e-12))",
              "liquid": "always(occupied_liquid <= liquid_power * (1 + 1e-12))",
              "control": "always(market == wanted)" }} }}"#
        );
        let results = results(&text, &paths(n, 1));
        for row in &results.targets {
            let invariant = ["delivered", "below_ceilings", "backlog", "stocks", "occupied", "liquid"]
                .contains(&row.target.as_str());
            if invariant {
                assert_eq!(row.share, Share::of(n, n, 0), "{name}: {}", row.target);
            }
        }
        let control = probability(&results, "control");
        assert!(control < 0.9, "{name}: {control}");
    }
}

#[test]
fn a_looser_ceiling_never_lowers_the_first_year_it_matters_in() {
    let asked = ["wanted", "market"];
    let base = values(&calibrated().model, &asked);
    for ceiling in ["power", "cooling", "wafer", "packaging"] {
        let written = calibrated()
            .document
            .get("constraints")
            .and_then(|node| node.get(ceiling))
            .and_then(|node| node.get("formula"));
        let Some(riskband::scenario::Json::String(formula)) = written.map(|node| &node.value) else {
            panic!("{ceiling}")
        };
        let looser =
            study(&variant(&format!(r#""constraints": {{ "{ceiling}": {{ "formula": "1.1 * ({formula})" }} }}"#)));
        let loose = values(&looser.model, &asked);
        let mut affected = 0;
        for path in 0..base[0][0].len() {
            let differs = |step: &usize| base[1][*step][path] != loose[1][*step][path];
            if let Some(step) = (0..6).find(differs) {
                affected += 1;
                assert!(loose[1][step][path] > base[1][step][path], "{ceiling}: path {path}, step {step}");
                assert!(loose[0][step][path] >= base[0][step][path], "{ceiling}: path {path}, step {step}");
            }
        }
        assert!(affected > 20, "{ceiling}: {affected} paths");
    }
}

#[test]
fn medians_of_2031_are_in_their_order() {
    // Each is below all that follow it by 2 USD bn or more; expected medians are those of the model's description.
    let expected = [
        ("supply-glut", 19.4),
        ("physical-limits-stress", 22.3),
        ("hyperscaler-capex-downturn", 24.1),
        ("power-limited-grid", 26.35),
        ("leading-edge-wafer-shortage", 26.7),
        ("custom-silicon-shift", 30.2),
        ("export-control-escalation", 30.9),
        ("efficiency-breakthrough", 31.8),
        ("cooling-retrofit-delay", 33.2),
        ("baseline", 35.66),
        ("cxl-memory-pooling", 39.1),
        ("edge-low-latency", 40.6),
        ("efficiency-rebound", 41.2),
        ("ai-ml-surge", 49.3),
    ];
    calibrated();
    let medians: Vec<f64> = expected
        .iter()
        .map(|(name, _)| {
            let text = format!(r#"{{ "extends": "{name}", "outputs": ["market"], "targets": null }}"#);
            quantile(&results(&text, &paths(20_000, 1)), "market", "2031", 50.0).0
        })
        .collect();
    for (i, (name, truth)) in expected.iter().enumerate() {
        // 1.5 % between implementations, and a Monte Carlo error of up to 0.9 % (two standard errors).
        assert!((medians[i] / truth - 1.0).abs() < 0.025, "{name}: {} against {truth}", medians[i]);
        for (j, (other, later)) in expected.iter().enumerate().skip(i + 1) {
            if later - truth > 2.0 {
                assert!(medians[i] < medians[j], "{name} {} and {other} {}", medians[i], medians[j]);
            }
        }
    }
}

#[test]
fn the_baseline_meets_the_study_and_is_bound_on_some_paths() {
    let n = 50_000;
    let results = calibrated().run(&paths(n, 1), &|_| {}).expect("it runs");
    let probability = |name: &str| probability(&results, name);
    assert!((0.15..0.35).contains(&probability("bound_ever")), "{}", probability("bound_ever"));
    probability_within("report_2031", probability("report_2031"), n, 0.5);
    assert!(probability("machine_learning_fastest") > 0.999);
    assert!((probability("north_america_largest") - 0.96).abs() < 0.01);
    for year in 2026..=2031 {
        let median = quantile(&results, "market", &year.to_string(), 50.0);
        within(&year.to_string(), median.0, median.1, 6.32 * (35.66_f64 / 6.32).powf((year - 2025) as f64 / 6.0));
        let of = |region: &str| {
            let part = results.bands.iter().find(|band| {
                band.subject.output == "market"
                    && band.subject.segment.as_deref() == Some(region)
                    && band.subject.when.year == Some(year)
            });
            value(part.unwrap_or_else(|| panic!("no {region}")).quantiles[3])
        };
        for region in ["asia_pacific", "europe", "middle_east_and_africa", "south_america"] {
            assert!(of("north_america") > of(region), "{region} in {year}");
        }
    }
    // A consistency check of scope: the market is a slice of what data centres draw, 945 TWh in 2030.
    let text = variant(r#""outputs": ["electricity", "occupied_power"], "targets": null"#);
    let power = crate::common::results(&text, &paths(10_000, 1));
    let (twh, gw) =
        (quantile(&power, "electricity", "2031", 50.0).0, quantile(&power, "occupied_power", "2031", 50.0).0);
    assert!((gw - 3.8).abs() < 0.2 && (twh - 27.0).abs() < 1.5, "{gw} GW, {twh} TWh");
}

#[test]
fn segments_of_the_market_add_up_on_every_path() {
    let model = &calibrated().model;
    let mut targets = Vec::new();
    for dimension in &model.dimensions {
        let wholes =
            std::iter::once(String::new()).chain(dimension.segments.iter().map(|segment| format!("{}.", segment.path)));
        for whole in wholes {
            let inside = |path: &str| path.strip_prefix(&whole).is_some_and(|rest| !rest.contains('.'));
            let parts: Vec<String> = dimension
                .segments
                .iter()
                .filter(|segment| inside(&segment.path))
                .map(|segment| format!("market.{}.{}", dimension.name, segment.path))
                .collect();
            if !parts.is_empty() {
                let of = format!("market.{}.{whole}", dimension.name);
                let of = if whole.is_empty() { "market" } else { of.trim_end_matches('.') };
                let name = format!("sum_{}", targets.len());
                targets.push(format!(r#""{name}": "always(abs({} - {of}) <= 1e-12 * {of})""#, parts.join(" + ")));
            }
        }
    }
    // Five dimensions, and the countries of five regions.
    assert_eq!(targets.len(), 10);
    let text = variant(&format!(r#""outputs": ["market"], "targets": {{ {} }}"#, targets.join(", ")));
    for row in results(&text, &paths(10_000, 1)).targets.iter().filter(|row| row.target.starts_with("sum_")) {
        assert_eq!(row.share, Share::of(10_000, 10_000, 0), "{}", row.condition);
    }
}

#[test]
fn the_unit_of_power_changes_no_dollar() {
    let doubled = study(&variant(r#""variables": { "watts_per_dollar": { "start": 0.12 } }"#));
    let asked = ["market", "occupied_power"];
    let (base, doubled) = (values(&calibrated().model, &asked), values(&doubled.model, &asked));
    // Doubling is exact in binary, so every bit is the same.
    assert!(base[0] == doubled[0], "the market depends on the unit of power");
    let twice = base[1].iter().zip(&doubled[1]).all(|(a, b)| a.iter().zip(b).all(|(a, b)| 2.0 * a == *b));
    assert!(twice, "occupied power does not scale with its unit");
}

#[test]
fn a_downturn_of_2027_changes_2026_through_its_hazard_alone() {
    let n = 40_000;
    let median = |name: &str| {
        calibrated();
        let text = format!(r#"{{ "extends": "{name}", "outputs": ["market", "downturn"], "targets": null }}"#);
        results(&text, &paths(n, 1))
    };
    let (base, down) = (median("baseline"), median("hyperscaler-capex-downturn"));
    let (a, b) = (quantile(&base, "market", "2026", 50.0).0, quantile(&down, "market", "2026", 50.0).0);
    // 8.52 against 8.43; 1 % is two standard errors of the level and many of the difference.
    assert!((a / 8.43 - 1.0).abs() < 0.01 && (b / 8.52 - 1.0).abs() < 0.01 && b > a, "{a} and {b}");
    let deep = value(band(&down, "downturn", "2027").mean);
    assert!((deep - 0.6).abs() < 0.01, "it is on in 2027 on every path, by 0.60 on average: {deep}");
}

#[test]
fn shocks_have_the_correlations_persistence_and_spread_of_the_file() {
    let model = &calibrated().model;
    let draws: Vec<(&str, &str)> = vec![
        ("ai", "ai_workload_growth"),
        ("capex", "capex_growth"),
        ("edge", "edge_growth"),
        ("price", "price_performance_growth"),
        ("efficiency", "efficiency_growth"),
        ("power", "power_plan_growth"),
        ("wafer", "wafer_growth"),
        ("packaging", "packaging_growth"),
    ];
    let outputs: Vec<String> = draws.iter().map(|(name, draw)| format!(r#""log_{name}": "ln({draw})""#)).collect();
    let text = variant(&format!(r#""outputs": {{ {} }}, "targets": null"#, outputs.join(", ")));
    let tied = [
        ("ai", "capex", 0.60),
        ("ai", "edge", 0.30),
        ("ai", "packaging", 0.25),
        ("ai", "wafer", 0.20),
        ("ai", "power", 0.20),
        ("ai", "efficiency", 0.10),
        ("ai", "price", 0.10),
        ("capex", "power", 0.35),
        ("capex", "wafer", 0.35),
        ("capex", "packaging", 0.40),
        ("capex", "edge", 0.15),
        ("wafer", "packaging", 0.45),
        ("price", "efficiency", 0.50),
        ("edge", "wafer", 0.0),
        ("power", "efficiency", 0.0),
    ];
    let name = |short: &str, year: i32| format!("log_{short}[{year}]");
    let mut options = paths(40_000, 1);
    options.correlate.extend(tied.iter().map(|(a, b, _)| (name(a, 2028), name(b, 2028))));
    options.correlate.extend(draws.iter().map(|(a, _)| (name(a, 2028), name(a, 2029))));
    let results = results(&text, &options);
    let over_time = |short: &str| {
        let draw = draws.iter().find(|(name, _)| *name == short).map(|(_, draw)| *draw).expect("it is listed");
        match model.variable(find(model, draw)).definition {
            Definition::Draw { input, .. } => model.input(input).over_time,
            _ => panic!("{draw} is no draw"),
        }
    };
    for (a, b, written) in tied {
        let (x, y) = (over_time(a), over_time(b));
        let same_step = ((1.0 - x.persistence.powi(2)) * (1.0 - y.persistence.powi(2))).sqrt()
            / (1.0 - x.persistence * y.persistence);
        let truth = written
            * ((x.permanent * y.permanent).sqrt() + ((1.0 - x.permanent) * (1.0 - y.permanent)).sqrt() * same_step);
        let row = correlation(&results, &name(a, 2028), &name(b, 2028));
        agrees(&format!("{a} and {b}"), row.pearson, truth);
    }
    let spread = [0.12_f64, 0.15, 0.10, 0.04, 0.04, 0.06, 0.05, 0.10];
    let path = [0.07_f64, 0.05, 0.06, 0.03, 0.03, 0.04, 0.03, 0.04];
    for (i, (short, _)) in draws.iter().enumerate() {
        let shock = over_time(short);
        let row = correlation(&results, &name(short, 2028), &name(short, 2029));
        let truth = shock.permanent + (1.0 - shock.permanent) * shock.persistence;
        agrees(short, row.pearson, truth);
        for year in ["2026", "2031"] {
            let band = band(&results, &format!("log_{short}"), year);
            agrees(short, band.sd, spread[i].hypot(path[i]));
        }
    }
}

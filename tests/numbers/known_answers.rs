//! The market fan against answers from three billion paths of two kernels that share neither normals nor streams.

use crate::common::{agrees, band, pair, paths, probability_within, quantile, results, study, within};

const MARKET_FAN: &str = include_str!("../../scenarios/examples/market-fan.json");

#[test]
fn market_fan_has_its_known_answers() {
    let n = 1_000_000;
    let mut options = paths(n, 1);
    options.percentiles = vec![5.0, 25.0, 50.0, 75.0, 95.0];
    let results = results(MARKET_FAN, &options);
    let known = [
        ("market", "2026", 8.51381, 0.6344, [7.47430, 8.08452, 8.51131, 8.94061, 9.56257]),
        ("market", "2028", 15.26932, 1.8074, [12.31868, 14.02512, 15.25545, 16.49535, 18.26767]),
        ("market", "2031", 35.33441, 5.1298, [26.99906, 31.81596, 35.27141, 38.76963, 43.88319]),
        ("cagr", "2031", 0.3302443, 0.0327, [0.273812, 0.309146, 0.331837, 0.352994, 0.381222]),
    ];
    for (output, period, mean, sd, quantiles) in known {
        let row = band(&results, output, period);
        agrees(&format!("mean of {output} {period}"), row.mean, mean);
        // The standard deviation is known to its last printed digit only.
        let digit = 5e-5;
        let (found, se) = pair(row.sd);
        let gap = ((found - sd).abs() - digit).max(0.0);
        within(&format!("sd of {output} {period}"), sd + gap, se, sd);
        for (level, truth) in [5.0, 25.0, 50.0, 75.0, 95.0].into_iter().zip(quantiles) {
            let (value, se) = quantile(&results, output, period, level);
            within(&format!("p{level} of {output} {period}"), value, se, truth);
        }
    }
    probability_within("report_2031", results.targets[0].share.probability().unwrap(), n, 0.469_994);
    let mut bound = 0.0;
    for (name, truth) in [("power", 0.208_527), ("cooling", 0.096_494), ("wafer", 0.083_261)] {
        let row = results.constraints.iter().find(|row| row.constraint == name && row.when.period == "2031").unwrap();
        probability_within(name, row.binding.probability().unwrap(), n, truth);
        bound += row.binding.probability().unwrap();
    }
    probability_within("wanted is the smallest", 1.0 - bound, n, 0.611_719);
}

#[test]
fn a_market_and_its_equations_written_out_give_the_same_bits() {
    let plain = r#"{ "riskband": 1, "horizon": { "start": 2025, "end": 2031 },
        "variables": {
            "ai_ml": { "normal": { "mean": 0.20, "sd": 0.06 }, "over_time": "fresh" },
            "hyperscale": { "normal": { "mean": 0.09, "sd": 0.05 }, "over_time": "fresh" },
            "edge": { "triangular": { "low": 0, "mode": 0.02, "high": 0.05 }, "over_time": "fresh" },
            "custom_silicon": { "lognormal": { "median": 0.03, "sigma": 0.5 }, "over_time": "fresh" },
            "power": { "start": 9.0, "growth": { "pert": { "low": 0.05, "mode": 0.30, "high": 0.60 }, "over_time": "fresh" } },
            "cooling": { "start": 8.5, "growth": { "normal": { "mean": 0.34, "sd": 0.10 }, "over_time": "fresh" } },
            "wafer": { "start": 12, "growth": { "triangular": { "low": 0.05, "mode": 0.25, "high": 0.50 }, "over_time": "fresh" } },
            "demand_growth": "ai_ml + hyperscale + edge + custom_silicon",
            "demand": { "start": 6.32, "next": "self * (1 + demand_growth)" },
            "wanted": "demand + prev(backlog)",
            "market": { "start": 6.32, "next": "min(min(min(wanted, power), cooling), wafer)" },
            "backlog": { "start": 0, "next": "0.5 * (wanted - market)" },
            "cagr": "(market[2031] / market[2025]) ^ (1 / 6) - 1" },
        "correlations": {
            "ai_and_hyperscale": { "between": ["ai_ml", "hyperscale"], "normal_score": 0.5 },
            "ai_and_custom": { "between": ["ai_ml", "custom_silicon"], "normal_score": 0.3 } },
        "outputs": ["market", "backlog", "cagr"],
        "targets": { "report_2031": "market[2031] >= 35.66" } }"#;
    let options = paths(20_000, 1);
    let market = results(MARKET_FAN, &options);
    let plain = study(plain).run(&options, &|_| {}).unwrap();
    for row in &plain.bands {
        let same = band(&market, &row.subject.output, &row.subject.when.period);
        assert_eq!((row.mean, row.sd, &row.quantiles), (same.mean, same.sd, &same.quantiles), "{}", row.subject);
    }
    assert_eq!(plain.targets[0].share, market.targets[0].share);
}

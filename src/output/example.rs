//! Hand-made results that the writers' tests share.

use super::table::Layout;
use crate::results::comparison::{
    Comparison, ComparisonBand, ConstraintComparison, DominanceRow, Measure, PairedRow, PartingRow, TargetComparison,
    Verdict, WhyRow,
};
use crate::results::{
    Band, BoundShare, CalibrationInfo, ConstraintRow, CorrelationRow, Results, RunInfo, TargetRow, Warning, When,
};

pub(crate) fn layout() -> Layout {
    Layout {
        percentiles: vec![5.0, 50.0, 95.0],
        shortfall: vec![],
        skewness: false,
        correlations: false,
        relief: false,
    }
}

pub(crate) fn full_layout() -> Layout {
    Layout {
        percentiles: vec![5.0, 50.0, 99.9],
        shortfall: vec![5.0, 95.0],
        skewness: true,
        correlations: true,
        relief: true,
    }
}

pub(crate) fn when(step: usize) -> When {
    When { step, period: (2025 + step).to_string(), year: Some(2025 + step as i32) }
}

/// A band that is a constant.
pub(crate) fn constant(output: &str, unit: Option<&str>, step: usize, value: f64, levels: usize) -> Band {
    Band {
        output: output.into(),
        dimension: None,
        segment: None,
        unit: unit.map(Into::into),
        when: when(step),
        mean: Some(value),
        sd: Some(0.0),
        skewness: None,
        quantiles: vec![Some(value); levels],
        shortfall: vec![],
        mean_se: Some(0.0),
        sd_se: Some(0.0),
        quantile_se: vec![Some(0.0); levels],
        shortfall_se: vec![],
        n: 1000,
        excluded: 0,
    }
}

/// Two steps of a market, its growth with absent statistics, a target and a ceiling.
pub(crate) fn results() -> Results {
    let market = |step, low: f64, middle: f64, high: f64| Band {
        quantiles: vec![Some(low), Some(middle), Some(high)],
        ..constant("market", Some("USD bn"), step, middle, 3)
    };
    let growth = Band {
        mean: Some(-0.25),
        sd: None,
        quantiles: vec![Some(-1e-7), Some(0.1), Some(1.0 / 3.0)],
        mean_se: None,
        sd_se: None,
        quantile_se: vec![None; 3],
        n: 999,
        excluded: 1,
        ..constant("growth", None, 1, 0.0, 3)
    };
    Results {
        scenario: "small".into(),
        run: RunInfo {
            title: None,
            paths: 1000,
            seed: u64::MAX,
            sampler: "random",
            content_hash: "c0ffee".into(),
            version: "0.1.0",
            calibration: None,
        },
        percentiles: vec![5.0, 50.0, 95.0],
        shortfall: vec![],
        bands: vec![market(0, 6.32, 6.32, 6.32), market(1, 7.47, 8.51, 9.56), growth],
        targets: vec![TargetRow {
            target: "report".into(),
            condition: "market[2026] >= 8.43".into(),
            probability: Some(0.547),
            se: Some(0.0157),
            low: Some(0.516),
            high: Some(0.5777),
            n: 1000,
            excluded: 0,
        }],
        constraints: vec![ConstraintRow {
            constraint: "power".into(),
            when: when(1),
            p_binding: Some(0.21),
            p_binding_se: Some(0.0129),
            p_short: Some(0.25),
            p_short_se: Some(0.0137),
            unmet_mean: Some(0.4),
            unmet_mean_se: Some(0.01),
            lost_mean: Some(0.3),
            lost_mean_se: Some(0.008),
            deferred_mean: Some(0.1),
            deferred_mean_se: Some(0.003),
            utilisation_mean: Some(0.6),
            utilisation_mean_se: Some(0.01),
            p_first: Some(0.12),
            p_first_se: Some(0.0103),
            n: 1000,
            excluded: 0,
        }],
        bound: Some(BoundShare {
            probability: Some(0.12),
            se: Some(0.0103),
            low: Some(0.101),
            high: Some(0.142),
            n: 1000,
            excluded: 0,
        }),
        correlations: vec![],
        relief: vec![],
        baseline: vec![],
        curves: vec![],
        warnings: vec![],
    }
}

/// Everything that can be asked for, and text that needs care.
pub(crate) fn full_results() -> Results {
    let mut results = results();
    results.scenario = "full".into();
    results.run.title = Some("=A \"title\", with care\u{1b}[31m".into());
    results.run.calibration = Some(CalibrationInfo {
        parameter: "trend".into(),
        statistic: "median".into(),
        values: vec![("2026".into(), -0.035), ("2027".into(), 0.083)],
        own: true,
    });
    results.percentiles = full_layout().percentiles;
    results.shortfall = full_layout().shortfall;
    for band in &mut results.bands {
        band.skewness = Some(0.5);
        band.shortfall = vec![Some(1.0), None];
        band.shortfall_se = vec![Some(0.1), None];
    }
    let part =
        Band { dimension: Some("region".into()), segment: Some("north_america".into()), ..results.bands[1].clone() };
    results.bands.push(part);
    results.correlations.push(CorrelationRow {
        a: "market[2026]".into(),
        b: "growth".into(),
        pearson: Some(0.9),
        pearson_se: Some(0.01),
        spearman: Some(0.88),
        spearman_se: Some(0.012),
        covariance: Some(0.3),
        covariance_se: None,
        n: 999,
    });
    results.warnings.push(Warning {
        code: "non-finite",
        pointer: "/variables/growth".into(),
        text: "`growth` has no finite value on 1 of 1000 paths,\nfirst on path 17".into(),
    });
    results
}

/// Another scenario against `results`, with everything that a comparison can have.
pub(crate) fn comparison(a: &str, b: &str) -> Comparison {
    let row = |measure, step, quantiles: [f64; 3], se: f64| ComparisonBand {
        measure,
        band: Band {
            quantiles: quantiles.map(Some).to_vec(),
            quantile_se: vec![Some(se); 3],
            ..constant("market", Some("USD bn"), step, quantiles[1], 3)
        },
    };
    let paired = |step, below: f64, above: f64, reduction| PairedRow {
        output: "market".into(),
        dimension: None,
        segment: None,
        when: when(step),
        p_below: Some(below),
        p_below_se: Some(0.01),
        p_below_low: Some(below),
        p_below_high: Some(below),
        p_above: Some(above),
        p_above_se: Some(0.01),
        variance_reduction: reduction,
        n: 1000,
        excluded: 0,
    };
    let dominance = |order, verdict| DominanceRow {
        output: "market".into(),
        unit: Some("USD bn".into()),
        when: when(1),
        order,
        verdict,
        max_gap: Some(0.2),
        max_gap_se: Some(0.01),
        max_gap_at: Some(8.0),
        min_gap: Some(0.0),
        min_gap_se: Some(0.0),
        min_gap_at: Some(9.0),
        thresholds: 46,
    };
    let why = |statistic, input: Option<&str>, effect: f64| WhyRow {
        of: "market".into(),
        unit: Some("USD bn".into()),
        when: when(1),
        statistic,
        input: input.map(Into::into),
        effect: Some(effect),
        se: Some(0.01),
        sampling_se: Some(0.0),
        first: Some(effect),
        last: Some(effect),
    };
    Comparison {
        a: a.into(),
        b: b.into(),
        bands: vec![
            row(Measure::Difference, 0, [0.0; 3], 0.0),
            row(Measure::Shift, 0, [0.0; 3], 0.0),
            row(Measure::Difference, 1, [-3.5, -1.25, 0.5], 0.02),
            row(Measure::Shift, 1, [-2.0, -1.4, -0.2], 0.03),
        ],
        paired: vec![paired(0, 0.0, 0.0, None), paired(1, 0.93, 0.06, Some(4.2))],
        partings: vec![PartingRow {
            output: "market".into(),
            dimension: None,
            segment: None,
            unit: Some("USD bn".into()),
            when: Some(when(1)),
            shift: Some(-1.4),
            se: Some(0.03),
        }],
        dominance: vec![dominance(1, Verdict::ADominates), dominance(2, Verdict::ADominates)],
        targets: vec![TargetComparison {
            target: "report".into(),
            probability_a: Some(0.547),
            probability_b: Some(0.447),
            difference: Some(-0.1),
            se: Some(0.0123),
            only_a: Some(0.11),
            only_b: Some(0.01),
            n: 1000,
            excluded: 0,
        }],
        constraints: vec![ConstraintComparison {
            constraint: "power".into(),
            when: when(1),
            p_binding_a: Some(0.21),
            p_binding_b: Some(0.375),
            difference: Some(0.165),
            se: Some(0.011),
            n: 1000,
            excluded: 0,
        }],
        why: vec![
            why("mean", Some("constraints.power"), -2.0),
            why("mean", Some("variables.demand"), 0.5),
            why("mean", None, -1.5),
            why("p50", Some("constraints.power"), -1.9),
            why("p50", Some("variables.demand"), 0.5),
            why("p50", None, -1.4),
        ],
        warnings: vec![Warning { code: "left-out", pointer: String::new(), text: "output of `other` alone".into() }],
    }
}

//! Hand-made results that the writers' tests share.

use super::table::Layout;
use crate::model::{Horizon, MarketMeasure, StepLength, Subject, When};
use crate::results::comparison::{
    Comparison, ComparisonBand, ConstraintComparison, DominanceRow, Gap, Measure, PairedRow, PartingRow,
    TargetComparison, Verdict, WhyRow,
};
use crate::results::{
    Band, CalibrationInfo, ConstraintRow, CorrelationRow, Discovery, Placed, ReferenceRow, Results, RunInfo,
    Sensitivity, Stories, TargetRow, Titles, Warning,
};
use crate::stats::{Estimate, Share, Statistic};

pub(crate) fn layout() -> Layout {
    Layout {
        percentiles: vec![5.0, 50.0, 95.0],
        shortfall: vec![],
        skewness: false,
        correlations: false,
        relief: false,
        until: false,
        sensitivity: false,
        discovery: false,
        stories: false,
        why: false,
        cases: None,
    }
}

pub(crate) fn full_layout() -> Layout {
    Layout {
        percentiles: vec![5.0, 50.0, 99.9],
        shortfall: vec![5.0, 95.0],
        skewness: true,
        correlations: true,
        relief: true,
        until: true,
        sensitivity: true,
        discovery: true,
        stories: true,
        why: true,
        cases: None,
    }
}

pub(crate) fn when(step: usize) -> When {
    When { step, period: (2025 + step).to_string(), year: Some(2025 + step as i32) }
}

/// A band that is a constant.
pub(crate) fn subject(output: &str, step: usize) -> Subject {
    Subject { output: output.into(), dimension: None, segment: None, when: when(step) }
}

pub(crate) fn estimate(value: f64, se: f64) -> Option<Estimate> {
    Some(Estimate { value, se: Some(se) })
}

/// An estimate without error.
pub(crate) fn exactly(value: f64) -> Option<Estimate> {
    estimate(value, 0.0)
}

/// A share of 1000 paths.
pub(crate) fn share(share: f64) -> Share {
    Share::of((1000.0 * share).round() as u64, 1000, 0)
}

pub(crate) fn constant(output: &str, unit: Option<&str>, step: usize, value: f64, levels: usize) -> Band {
    Band {
        subject: subject(output, step),
        unit: unit.map(Into::into),
        mean: exactly(value),
        sd: exactly(0.0),
        skewness: None,
        quantiles: vec![exactly(value); levels],
        shortfall: vec![],
        n: 1000,
        excluded: 0,
    }
}

/// A published value of the market, and its growth.
pub(crate) fn reference(step: usize, value: f64, below: f64) -> ReferenceRow {
    ReferenceRow {
        reference: "rival".into(),
        source: Some("a rival's page".into()),
        subject: subject("market", step),
        unit: Some("USD bn".into()),
        value: Some(Placed { value, below: share(below) }),
        growth: Some(Placed { value: 0.23, below: share(0.125) }),
    }
}

pub(crate) fn results() -> Results {
    let market = |step, low: f64, middle: f64, high: f64| Band {
        quantiles: [low, middle, high].map(exactly).to_vec(),
        ..constant("market", Some("USD bn"), step, middle, 3)
    };
    let growth = Band {
        mean: Estimate::of(Some(-0.25), None),
        sd: None,
        quantiles: [-1e-7, 0.1, 1.0 / 3.0].map(|value| Estimate::of(Some(value), None)).to_vec(),
        n: 999,
        excluded: 1,
        ..constant("growth", None, 1, 0.0, 3)
    };
    Results {
        scenario: "small".into(),
        folder: None,
        case: None,
        run: RunInfo {
            title: None,
            horizon: Horizon { start: Some(2025), steps: 1, length: StepLength::Year },
            paths: 1000,
            seed: u64::MAX,
            sampler: "random",
            replicates: 1,
            content_hash: "c0ffee".into(),
            version: "0.1.0",
            calibration: None,
            set: vec![],
            measure: Some(MarketMeasure::Flow),
        },
        titles: Titles::default(),
        percentiles: vec![5.0, 50.0, 95.0],
        shortfall: vec![],
        bands: vec![market(0, 6.32, 6.32, 6.32), market(1, 7.47, 8.51, 9.56), growth],
        targets: vec![TargetRow {
            target: "report".into(),
            condition: "market[2026] >= 8.43".into(),
            share: share(0.547),
        }],
        references: vec![],
        constraints: vec![ConstraintRow {
            constraint: "power".into(),
            when: when(1),
            binding: share(0.21),
            short: share(0.25),
            first: share(0.12),
            unmet: estimate(0.4, 0.01),
            lost: estimate(0.3, 0.008),
            deferred: estimate(0.1, 0.003),
            utilisation: estimate(0.6, 0.01),
        }],
        bound: Some(share(0.12)),
        correlations: vec![],
        relief: vec![],
        precision: vec![],
        lower_bounds: vec![],
        sensitivity: Sensitivity::default(),
        discovery: Discovery::default(),
        stories: Stories::default(),
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
        band.shortfall = vec![estimate(1.0, 0.1), None];
    }
    let mut part = results.bands[1].clone();
    part.subject.dimension = Some("region".into());
    part.subject.segment = Some("north_america".into());
    results.bands.push(part);
    results.references = vec![
        ReferenceRow { growth: None, ..reference(0, 6.5, 1.0) },
        reference(1, 8.0, 0.25),
        ReferenceRow { reference: "growth_alone".into(), source: None, value: None, ..reference(1, 0.0, 0.0) },
    ];
    results.correlations.push(CorrelationRow {
        a: "market[2026]".into(),
        b: "growth".into(),
        pearson: estimate(0.9, 0.01),
        spearman: estimate(0.88, 0.012),
        covariance: Estimate::of(Some(0.3), None),
        n: 999,
    });
    results.warnings.push(Warning {
        code: "non-finite",
        pointer: "/variables/growth".into(),
        text: "`growth` has no finite value on 1 of 1000 paths,\nfirst on path 17".into(),
        place: None,
    });
    results
}

/// Another scenario against `results`, with everything that a comparison can have.
pub(crate) fn comparison(a: &str, b: &str) -> Comparison {
    let row = |measure, step, quantiles: [f64; 3], se: f64| ComparisonBand {
        measure,
        band: Band {
            quantiles: quantiles.map(|value| estimate(value, se)).to_vec(),
            ..constant("market", Some("USD bn"), step, quantiles[1], 3)
        },
    };
    let paired = |step, below: f64, above: f64, reduction| PairedRow {
        subject: subject("market", step),
        below: share(below),
        above: share(above),
        variance_reduction: reduction,
    };
    let dominance = |order, verdict| DominanceRow {
        subject: subject("market", 1),
        unit: Some("USD bn".into()),
        order,
        verdict,
        max_gap: Some(Gap { at: 8.0, size: Estimate { value: 0.2, se: Some(0.01) } }),
        min_gap: Some(Gap { at: 9.0, size: Estimate { value: 0.0, se: Some(0.0) } }),
        thresholds: 46,
    };
    let why = |statistic: Statistic, input: Option<&str>, effect: f64| WhyRow {
        of: "market".into(),
        unit: Some("USD bn".into()),
        when: when(1),
        statistic,
        input: input.map(Into::into),
        effect: estimate(effect, 0.01),
        sampling_se: Some(0.0),
        first: Some(effect),
        last: Some(effect),
    };
    Comparison {
        a: a.into(),
        b: b.into(),
        case: None,
        bands: vec![
            row(Measure::Difference, 0, [0.0; 3], 0.0),
            row(Measure::Shift, 0, [0.0; 3], 0.0),
            row(Measure::Difference, 1, [-3.5, -1.25, 0.5], 0.02),
            row(Measure::Shift, 1, [-2.0, -1.4, -0.2], 0.03),
        ],
        paired: vec![paired(0, 0.0, 0.0, None), paired(1, 0.93, 0.06, Some(4.2))],
        partings: vec![PartingRow {
            subject: subject("market", 1),
            parted: true,
            unit: Some("USD bn".into()),
            shift: estimate(-1.4, 0.03),
        }],
        dominance: vec![dominance(1, Verdict::ADominates), dominance(2, Verdict::ADominates)],
        targets: vec![TargetComparison {
            target: "report".into(),
            a: share(0.547),
            b: share(0.447),
            difference: estimate(-0.1, 0.0123),
            only_a: share(0.11),
            only_b: share(0.01),
        }],
        constraints: vec![ConstraintComparison {
            constraint: "power".into(),
            when: when(1),
            a: share(0.21),
            b: share(0.375),
            difference: estimate(0.165, 0.011),
            only_a: share(0.02),
        }],
        why: vec![
            why(Statistic::Mean, Some("constraints.power"), -2.0),
            why(Statistic::Mean, Some("variables.demand"), 0.5),
            why(Statistic::Mean, None, -1.5),
            why(Statistic::MEDIAN, Some("constraints.power"), -1.9),
            why(Statistic::MEDIAN, Some("variables.demand"), 0.5),
            why(Statistic::MEDIAN, None, -1.4),
        ],
        warnings: vec![Warning {
            code: "left-out",
            pointer: String::new(),
            text: "output of `other` alone".into(),
            place: None,
        }],
    }
}

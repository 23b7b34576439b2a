//! Time of a draw of each law, fresh and alone or persistent and tied, by the program alone at the level of this machine
//! (`RISKBAND_SIMD` chooses another). The throughput line is in draws per second; a lognormal's is the one to compare with.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use riskband::engine::{self, RunOptions};
use riskband::kernel::{BLOCK, Column, Level};
use riskband::program::Workspace;
use riskband::sampling::Place;
use riskband::study::{LoadOptions, Origin, Study};

/// Inputs of one law, and steps in which they are drawn.
const INPUTS: usize = 4;
const STEPS: usize = 12;

const LAWS: [(&str, &str); 18] = [
    ("lognormal", r#""lognormal": { "median": 1, "sigma": 0.3 }"#),
    ("uniform", r#""uniform": { "low": 0, "high": 1 }"#),
    ("loguniform", r#""loguniform": { "low": 0.5, "high": 2 }"#),
    ("triangular", r#""triangular": { "low": 0, "mode": 0.3, "high": 1 }"#),
    ("pert", r#""pert": { "low": 0, "mode": 0.3, "high": 1 }"#),
    ("gamma", r#""gamma": { "shape": 2.5, "scale": 0.4 }"#),
    ("weibull", r#""weibull": { "shape": 1.7, "scale": 1 }"#),
    ("pareto", r#""pareto": { "scale": 1, "shape": 3 }"#),
    ("student_t", r#""student_t": { "location": 0, "scale": 1, "df": 5 }"#),
    ("gumbel", r#""gumbel": { "location": 1, "scale": 0.3 }"#),
    ("gev", r#""gev": { "location": 1, "scale": 0.3, "shape": 0.1 }"#),
    ("logistic", r#""logistic": { "location": 1, "scale": 0.3 }"#),
    ("exponential", r#""exponential": { "mean": 1 }"#),
    ("poisson", r#""poisson": { "mean": 400 }"#),
    ("geometric", r#""geometric": { "probability": 0.3 }"#),
    ("histogram", r#""histogram": { "edges": [0, 1, 2, 4], "weights": [1, 2, 1] }"#),
    (
        "mixture",
        r#""mixture": [{ "weight": 0.7, "value": { "normal": { "mean": 1, "sd": 0.3 } } },
                       { "weight": 0.3, "value": { "lognormal": { "median": 3, "sigma": 0.3 } } }]"#,
    ),
    // Cut off around a mean of its own on every path.
    (
        "normal, truncated, drawn mean",
        r#""normal": { "mean": "mean", "sd": 0.3 }, "truncate": { "low": 0.8, "high": 4 }"#,
    ),
];

fn laws(criterion: &mut Criterion) {
    for tied in [false, true] {
        let mut group = criterion.benchmark_group(if tied { "persistent and tied" } else { "fresh and alone" });
        group.throughput(Throughput::Elements((BLOCK * INPUTS * STEPS) as u64));
        for (name, law) in LAWS {
            let options = RunOptions::default();
            let program = engine::program(&study(law, tied).model, &options).expect("the scenario is a good one");
            let mut workspace = Workspace::new(&program, options.seed, Level::detect());
            let mut block = 0;
            group.bench_function(name, |bencher| {
                bencher.iter(|| {
                    program.run_block(&mut workspace, Place::alone(block), &[], &mut |_: usize, column: &Column| {
                        black_box(column);
                    });
                    block += 1;
                });
            });
        }
        group.finish();
    }
}

/// The sum of all inputs over all steps, each input of this law.
fn study(law: &str, tied: bool) -> Study {
    let over_time = if tied { r#"{ "persistence": 0.5 }"# } else { r#""fresh""# };
    let input = |k: usize| format!(r#""x{k}": {{ {law}, "over_time": {over_time} }}"#);
    let inputs: Vec<String> = (0..INPUTS).map(input).collect();
    let tie = |k: usize| format!(r#""with_{k}": {{ "between": ["x0", "x{k}"], "normal_score": 0.3 }}"#);
    let ties: Vec<String> = (1..INPUTS).filter(|_| tied).map(tie).collect();
    let text = format!(
        r#"{{ "riskband": 1, "horizon": {{ "steps": {STEPS} }},
              "variables": {{ "mean": {{ "uniform": {{ "low": 1, "high": 2 }}, "over_time": "constant" }}, {},
                              "sum": {{ "start": 0, "next": "self + x0 + x1 + x2 + x3" }} }},
              "correlations": {{ {} }}, "outputs": ["sum"] }}"#,
        inputs.join(", "),
        ties.join(", ")
    );
    let origin = Origin::Text { name: "laws".to_owned(), bytes: text.into_bytes() };
    Study::load(&origin, &LoadOptions::default()).expect("the scenario is a good one")
}

criterion_group!(benches, laws);
criterion_main!(benches);

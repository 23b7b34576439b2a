//! The reference engine as a process, for `scripts/performance`, which measures CPU time: `reference SCENARIO PATHS SET`.
//!
//! `market_fan` times it within one process; as a bench, this one only checks that it runs.

use riskband::reference::simulate;
use riskband::study::{LoadOptions, Origin, Study};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (origin, paths, set) = match arguments.as_slice() {
        [scenario, paths, set] => {
            (Origin::File(scenario.into()), paths.parse().expect("a number of paths"), vec![set.clone()])
        }
        // What cargo passes on, --bench or --test.
        _ => (Origin::Shipped("market-fan".to_owned()), 1000, Vec::new()),
    };
    let study = Study::load(&origin, &LoadOptions { set, ..LoadOptions::default() }).expect("a good scenario");
    // On this thread alone; the engines share nothing but the model.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread can be started");
    let results = pool.install(|| simulate(&study.model, paths, 1));
    for band in results.bands.iter().filter(|band| band.step == study.model.horizon.last()) {
        let median = band.sample.quantile(0.5).expect("every path has a value");
        println!("{} {median}", band.output);
    }
}

//! Loads a shipped scenario, changes one number, runs it and reads bands, targets and ceilings with their errors.
//!
//! `cargo run --release --example run`

use riskband::{Error, RunOptions, Scenario, ceilings};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let base = Scenario::load("baseline")?;
    let harder = base.set("events.downturn.hazard", 0.3)?;
    let run = harder.run(&RunOptions::new().paths(20_000).percentiles([5.0, 50.0, 95.0]))?;

    println!("{}: {} paths, seed {}", harder.title().unwrap_or(harder.name()), run.run.paths, run.run.seed);
    for band in run.series("market") {
        let level = |percent| run.quantile(band, percent).map_or(f64::NAN, |quantile| quantile.value);
        println!("  {}  {:6.2}  {:6.2}  {:6.2}", band.subject.when.period, level(5.0), level(50.0), level(95.0));
    }
    for row in &run.targets {
        if let Some((low, high)) = row.share.wilson() {
            println!("  {}: {:.1} to {:.1} % ({})", row.target, 100.0 * low, 100.0 * high, row.condition);
        }
    }
    for ceiling in ceilings(&run) {
        let share = ceiling.ever.probability().unwrap_or(f64::NAN);
        println!("  {} ever binds on {:.1} % of the paths", ceiling.constraint, 100.0 * share);
    }
    let median = run.value("p50(market,2031)")?;
    println!("  median of 2031: {:.2} ± {:.2}", median.value, median.se.unwrap_or(f64::NAN));

    // What is wrong is shown as at the shell, and is there as data.
    let error: Error = base.set("events.downturn.hazzard", 0.3).expect_err("there is no such number");
    println!("\n{error}\n");
    for problem in error.problems() {
        println!("  {}: perhaps {:?}", problem.code, problem.nearest);
    }
    Ok(())
}

//! Two scenarios on the same random numbers: how far the median moves, and on how many paths one is below the other.
//!
//! `cargo run --release --example compare`

use riskband::{Measure, RunOptions, Scenario, compare};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let base = Scenario::load("baseline")?;
    let grid = Scenario::load("power-limited-grid")?;
    let what_if = base.set("events.downturn.hazard", 0.3)?.named("more-downturns");

    let compared = compare(&base, &[grid, what_if], &RunOptions::new().paths(5_000))?;
    let levels = &compared.runs[0].percentiles;
    let median = levels.iter().position(|&level| level == 50.0).expect("asked for by default");
    for comparison in &compared.comparisons {
        println!("{} against {}", comparison.b, comparison.a);
        let moves = comparison.bands.iter().filter(|row| row.measure == Measure::Shift);
        for row in moves.filter(|row| row.band.subject.name() == "market") {
            if let Some(shift) = row.band.quantiles[median] {
                let se = shift.se.unwrap_or(f64::NAN);
                println!("  the median of {} moves by {:.2} ± {se:.2}", row.band.subject, shift.value);
            }
        }
        for row in comparison.paired.iter().filter(|row| row.subject.to_string() == "market[2031]") {
            let share = row.below.probability().unwrap_or(f64::NAN);
            println!("  it is below on {:.1} % of the paths in 2031", 100.0 * share);
        }
        for target in &comparison.targets {
            if let Some(difference) = target.difference {
                println!("  chance of {}: {:+.1} points", target.target, 100.0 * difference.value);
            }
        }
    }
    Ok(())
}

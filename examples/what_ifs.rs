//! As in a service: a scenario is loaded and calibrated once, then asked many what-ifs; and one `Simulation` runs in parts
//! that merge to the bits of a single run.
//!
//! `cargo run --release --example what_ifs`

use riskband::{Part, RunOptions, Scenario};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let base = Scenario::load("baseline")?;
    let options = RunOptions::new().paths(5_000);

    // The same seed makes the curve smooth: all points share their random numbers.
    println!("hazard of a downturn, median of 2031, chance of the published value");
    for hazard in [0.0, 0.1, 0.2, 0.3, 0.4] {
        let run = base.set("events.downturn.hazard", hazard)?.run(&options)?;
        let (median, chance) = (run.value("p50(market,2031)")?, run.value("probability(report_2031)")?);
        println!("  {hazard:.1}  {:6.2}  {:4.1} %", median.value, 100.0 * chance.value);
    }

    // Compiled once; any blocks run as often as wanted, on this machine or on others.
    let simulation = base.simulation(&options)?;
    let count = simulation.blocks().count();
    let mut whole = simulation.part(0..4)?;
    let from_elsewhere = simulation.part(4..count)?.to_bytes();
    whole.merge(&Part::from_bytes(&from_elsewhere)?)?;
    assert_eq!(whole.results()?, base.run(&options)?, "parts merge to the bits of one run");
    println!("two parts of {count} blocks give the results of one run");
    Ok(())
}

//! Single paths: the worst futures of a scenario, and the random inputs behind them.
//!
//! `cargo run --release --example paths`

use riskband::{PathKind, Scenario};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let scenario = Scenario::load("baseline")?;
    let paths = scenario.paths(4_096, 1, true);
    let place = |name: &str| paths.columns().iter().position(|column| column.name == name).ok_or("no such column");
    let market = place("market[2031]")?;

    // Groups of paths, one after the other: memory does not grow with the paths.
    let mut worst: Vec<(f64, u64, Vec<(String, f64)>)> = Vec::new();
    let mut groups = paths.groups();
    while let Some(group) = groups.next_group(&|_| {})? {
        for path in 0..group.count() {
            let value = group.value(market, path);
            if worst.len() < 5 || worst.iter().any(|(other, ..)| value < *other) {
                let uniforms =
                    paths.columns().iter().enumerate().filter(|(_, column)| column.kind == PathKind::Uniform);
                let mut inputs: Vec<(String, f64)> =
                    uniforms.map(|(index, column)| (column.name.clone(), group.value(index, path))).collect();
                // The draws furthest out in their tails.
                inputs.sort_by(|a, b| (b.1 - 0.5).abs().total_cmp(&(a.1 - 0.5).abs()));
                inputs.truncate(3);
                worst.push((value, group.first() + path as u64, inputs));
                worst.sort_by(|a, b| a.0.total_cmp(&b.0));
                worst.truncate(5);
            }
        }
    }
    for (value, path, inputs) in worst {
        println!("path {path}: {value:.2} in 2031");
        for (name, uniform) in inputs {
            println!("  {name} = {uniform:.5}");
        }
    }
    Ok(())
}

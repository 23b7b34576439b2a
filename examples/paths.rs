//! Single paths: the worst futures of a scenario, and the random inputs behind them.
//!
//! `cargo run --release --example paths`

use riskband::{PathKind, Scenario};

/// A path that ends low.
struct Low {
    value: f64,
    path: u64,
    /// The draws furthest out in their tails, by the names of their inputs.
    uniforms: Vec<(String, f64)>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let scenario = Scenario::load("baseline")?;
    let paths = scenario.paths(4_096, 1, true);
    let place = |name: &str| paths.columns().iter().position(|column| column.name == name).ok_or("no such column");
    let market = place("market[2031]")?;

    // Groups of paths, one after the other: memory does not grow with the paths.
    let mut worst: Vec<Low> = Vec::new();
    let mut groups = paths.groups();
    while let Some(group) = groups.next_group(&|_| {})? {
        for path in 0..group.count() {
            let value = group.value(market, path);
            if worst.len() < 5 || worst.iter().any(|low| value < low.value) {
                let columns = paths.columns().iter().enumerate();
                let mut uniforms: Vec<(String, f64)> = columns
                    .filter(|(_, column)| column.kind == PathKind::Uniform)
                    .map(|(index, column)| (column.name.clone(), group.value(index, path)))
                    .collect();
                uniforms.sort_by(|a, b| (b.1 - 0.5).abs().total_cmp(&(a.1 - 0.5).abs()));
                uniforms.truncate(3);
                worst.push(Low { value, path: group.first() + path as u64, uniforms });
                worst.sort_by(|a, b| a.value.total_cmp(&b.value));
                worst.truncate(5);
            }
        }
    }
    for low in worst {
        println!("path {}: {:.2} in 2031", low.path, low.value);
        for (name, uniform) in low.uniforms {
            println!("  {name} = {uniform:.5}");
        }
    }
    Ok(())
}

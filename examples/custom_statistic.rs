//! A statistic that no table has: the deepest fall of the market from an earlier peak, its mean and its 95 % quantile.
//!
//! `cargo run --release --example custom_statistic`

use riskband::{Estimate, Scenario};

const PATHS: u64 = 20_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let scenario = Scenario::load("baseline")?;
    let paths = scenario.paths(PATHS, 1, false);
    let named = |(index, column): (usize, &riskband::PathColumn)| column.name.starts_with("market[").then_some(index);
    let market: Vec<usize> = paths.columns().iter().enumerate().filter_map(named).collect();

    let mut falls = Vec::with_capacity(PATHS as usize);
    let mut groups = paths.groups();
    while let Some(group) = groups.next_group(&|_| {})? {
        for path in 0..group.count() {
            let (mut peak, mut fall) = (0.0f64, 0.0f64);
            for &column in &market {
                let value = group.value(column, path);
                peak = peak.max(value);
                fall = fall.max(1.0 - value / peak);
            }
            falls.push(fall);
        }
    }

    let n = falls.len() as f64;
    let mean = falls.iter().sum::<f64>() / n;
    let variance = falls.iter().map(|fall| (fall - mean) * (fall - mean)).sum::<f64>() / (n - 1.0);
    let mean = Estimate { value: mean, se: Some((variance / n).sqrt()) };
    falls.sort_by(f64::total_cmp);
    let tail = falls[(0.95 * n) as usize];
    println!("deepest fall of the market from a peak up to 2031, {PATHS} paths");
    println!("  mean {:.2} ± {:.2} %", 100.0 * mean.value, 100.0 * mean.se.unwrap_or(f64::NAN));
    println!("  on 5 % of the paths it is deeper than {:.1} %", 100.0 * tail);
    Ok(())
}

//! Small scenarios on which sentences go wrong: atoms, ties, ceilings that hold the median, constants, one path, no time.

use serde_json::{Map, Value, json};

/// A scenario whose outputs are all that is needed to count what is said of it.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) text: String,
    pub(super) paths: u64,
    /// Names of the ceilings, in the order of the file.
    pub(super) ceilings: Vec<String>,
    /// Name and condition of each target; the output `met_NAME` is 1 where it holds.
    pub(super) targets: Vec<String>,
    /// What the main output is called in a sentence, and its name.
    pub(super) main: (String, &'static str),
    /// The share of unmet demand that is asked for again.
    pub(super) backlog: f64,
    /// The published value at the end.
    pub(super) published: Option<f64>,
}

/// Choices from a number, the same on every machine (Steele, Lea and Flood 2014, SplitMix64).
struct Choices(u64);

impl Choices {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, count: u64) -> u64 {
        self.next() % count
    }

    fn of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize].clone()
    }

    fn yes(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// A quantity around `centre` of about this size: a number, a formula, or a law with or without atoms.
    fn quantity(&mut self, centre: f64, size: f64, in_time: bool) -> Value {
        let mut law = match self.below(8) {
            0 => return json!(centre),
            1 => return json!(format!("{centre} + 0")),
            2 => json!({ "normal": { "mean": centre, "sd": size } }),
            3 => json!({ "uniform": { "low": centre - size, "high": centre + size } }),
            4 => {
                json!({ "discrete": { (centre - size).to_string(): 0.2, centre.to_string(): 0.6, (centre + size).to_string(): 0.2 } })
            }
            5 => json!({ "normal": { "mean": centre, "sd": size }, "clip": { "high": centre } }),
            6 => {
                json!({ "mixture": [{ "weight": 0.94, "value": centre }, { "weight": 0.06, "value": centre + size }] })
            }
            _ => json!({ "empirical": { "values": [centre, centre, centre + size] } }),
        };
        if in_time {
            law["over_time"] = json!(self.of(&["fresh", "constant"]));
        }
        law
    }
}

/// The scenario of a number.
pub(super) fn case(number: u64) -> Case {
    let mut choices = Choices(number);
    let paths = choices.of(&[1, 2, 3, 40, 700, 3000]);
    match choices.below(5) {
        0 => without_time(&mut choices, paths),
        1 => without_market(&mut choices, paths),
        _ => market(&mut choices, paths),
    }
}

fn market(choices: &mut Choices, paths: u64) -> Case {
    let steps = choices.of(&[1, 3, 6]);
    let is_calendar = choices.yes(60);
    let horizon = if is_calendar { json!({ "start": 2025, "end": 2025 + steps }) } else { json!({ "steps": steps }) };
    let mut market = json!({ "start": 10, "unit": "MW" });
    let titled = choices.yes(30);
    if titled {
        market["title"] = json!("Load");
    }
    if choices.yes(25) {
        market["measure"] = json!("level");
    }
    let backlog = choices.of(&[0.0, 0.0, 0.5, 1.0]);
    if backlog > 0.0 {
        market["backlog"] = json!(backlog);
    }
    let published = choices.yes(50).then(|| choices.of(&[10.0, 11.0, 12.0]));
    if let Some(end) = published {
        market["baseline"] = json!({ "end": end });
    }
    let mut constraints = Map::new();
    for index in 0..choices.below(4) {
        let ceiling = match choices.below(5) {
            0 => json!("exp(1000 + 0 * step)"),
            1 => json!(11),
            _ => choices.quantity(11.0 + index as f64, 2.0, true),
        };
        constraints.insert(format!("c{index}"), ceiling);
    }
    let ceilings: Vec<String> = constraints.keys().cloned().collect();
    let last = if is_calendar { 2025 + steps } else { steps };
    let conditions = [
        format!("market[{last}] >= 11"),
        format!("market[{last}] <= 11"),
        "ever(market < wanted)".to_owned(),
        "always(market >= 10)".to_owned(),
    ];
    let mut outputs = Map::new();
    for name in ["market", "demand", "cagr", "wanted"] {
        outputs.insert(name.into(), json!(name));
    }
    for name in &ceilings {
        // An output must be finite somewhere.
        outputs.insert(format!("cap_{name}"), json!(format!("min({name}, 1e300)")));
    }
    let (targets, names) = targets(choices, &conditions, &mut outputs);
    let document = json!({
        "riskband": 1, "horizon": horizon, "market": market,
        "drivers": { "trend": choices.quantity(0.04, 0.03, true), "more": choices.quantity(0.0, 0.05, true) },
        "constraints": constraints, "targets": targets, "outputs": outputs,
    });
    let name = if titled { "Load" } else { "the market" };
    Case {
        text: document.to_string(),
        paths,
        ceilings,
        targets: names,
        main: (name.into(), "market"),
        backlog,
        published,
    }
}

fn without_market(choices: &mut Choices, paths: u64) -> Case {
    let mut outputs = Map::new();
    outputs.insert("reach".into(), json!("first_step(cumulative(done) >= 9)"));
    outputs.insert("late".into(), json!({ "formula": "first_step(cumulative(done) >= 14)", "title": "Late" }));
    let (targets, targets_named) = targets(choices, &["done <= 3".into(), "count(done > 2) >= 2".into()], &mut outputs);
    let document = json!({
        "riskband": 1, "horizon": { "steps": choices.of(&[1, 3, 5]) },
        "variables": { "done": choices.quantity(3.0, 1.5, true) },
        "targets": targets, "outputs": outputs,
    });
    plain(document, paths, targets_named, "reach")
}

fn without_time(choices: &mut Choices, paths: u64) -> Case {
    let mut outputs = Map::new();
    outputs.insert("cost".into(), json!({ "formula": "max(base, 4) + extra", "unit": "kUSD" }));
    outputs.insert("base".into(), json!("base"));
    let (targets, names) = targets(choices, &["max(base, 4) + extra <= 6".into(), "base >= 5".into()], &mut outputs);
    let document = json!({
        "riskband": 1,
        "variables": { "base": choices.quantity(4.5, 1.0, false), "extra": choices.quantity(1.0, 0.5, false) },
        "targets": targets, "outputs": outputs,
    });
    plain(document, paths, names, "cost")
}

fn plain(document: Value, paths: u64, targets: Vec<String>, main: &'static str) -> Case {
    let text = document.to_string();
    Case { text, paths, ceilings: vec![], targets, main: (main.into(), main), backlog: 0.0, published: None }
}

/// Targets of these conditions, each with an output that tells where it holds.
fn targets(choices: &mut Choices, conditions: &[String], outputs: &mut Map<String, Value>) -> (Value, Vec<String>) {
    let mut targets = Map::new();
    for (index, condition) in conditions.iter().enumerate() {
        let name = format!("t{index}");
        outputs.insert(format!("met_{name}"), json!(condition));
        let titled = json!({ "formula": condition, "title": format!("Question {index}") });
        targets.insert(name, if choices.yes(30) { titled } else { json!(condition) });
    }
    let names = targets.keys().cloned().collect();
    (Value::Object(targets), names)
}

//! Scenarios made up at random from the whole language.

use super::files::Files;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde_json::{Map, Value, json};

/// What the steps of a scenario are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Time {
    Static,
    Counted,
    Years,
    Quarters,
    Months,
}

const TIMES: [Time; 6] = [Time::Static, Time::Counted, Time::Years, Time::Years, Time::Quarters, Time::Months];

/// Writes one scenario after another. The same seed writes the same scenarios.
#[derive(Debug)]
pub(super) struct Grammar {
    rng: Xoshiro256PlusPlus,
    time: Time,
    steps: usize,
    /// Quantities that a formula may read by now.
    names: Vec<String>,
    /// Draws that may be correlated.
    draws: Vec<String>,
    pub(super) events: Vec<String>,
    pub(super) ceilings: Vec<String>,
}

impl Grammar {
    pub(super) fn new(seed: u64) -> Grammar {
        Grammar {
            rng: Xoshiro256PlusPlus::seed_from_u64(seed),
            time: Time::Static,
            steps: 0,
            names: Vec::new(),
            draws: Vec::new(),
            events: Vec::new(),
            ceilings: Vec::new(),
        }
    }

    /// The next scenario.
    pub(super) fn scenario(&mut self) -> Files {
        self.time = *TIMES.choose(&mut self.rng).expect("a choice");
        self.steps = if self.time == Time::Static { 0 } else { self.below(6) + 1 };
        for list in [&mut self.names, &mut self.draws, &mut self.events, &mut self.ceilings] {
            list.clear();
        }
        let mut file = Map::new();
        let mut put = |key: &str, value: Value| file.insert(key.into(), value);
        put("riskband", json!(1));
        if let Some(horizon) = self.horizon() {
            put("horizon", horizon);
        }
        if self.has_steps() && self.one_in(2) {
            put("events", self.events());
        }
        put("tables", self.table());
        put("variables", self.variables());
        if self.has_steps() && self.one_in(2) {
            let (market, drivers, constraints) = self.market();
            put("market", market);
            put("drivers", drivers);
            put("constraints", constraints);
            if self.one_in(3) {
                put("segments", segments());
                if self.one_in(2) {
                    put(
                        "cross_tables",
                        json!({ "both": { "of": ["region", "use"], "affinity": { "north": { "home": 1.5 } } } }),
                    );
                }
            }
        }
        if self.draws.len() > 1 && self.one_in(2) {
            put("correlations", self.correlations());
        }
        put("targets", self.targets());
        self.files(file)
    }

    pub(super) fn below(&mut self, n: usize) -> usize {
        self.rng.random_range(0..n)
    }

    pub(super) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub(super) fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from.choose(&mut self.rng).expect("something to choose from")
    }

    pub(super) fn pick_from(&mut self, from: &[String]) -> String {
        from.choose(&mut self.rng).expect("something to choose from").clone()
    }

    /// A number of three decimals, so that its text says exactly what it is.
    pub(super) fn number(&mut self, low: f64, high: f64) -> f64 {
        format!("{:.3}", self.rng.random_range(low..=high)).parse().expect("a number")
    }

    pub(super) fn has_steps(&self) -> bool {
        self.time != Time::Static
    }

    pub(super) fn steps(&self) -> usize {
        self.steps
    }

    /// A quantity that has been declared.
    pub(super) fn name(&mut self) -> Option<String> {
        self.names.choose(&mut self.rng).cloned()
    }

    fn horizon(&self) -> Option<Value> {
        let (first, last) = (self.period(0), self.period(self.steps));
        match self.time {
            Time::Static => None,
            Time::Counted => Some(json!({ "steps": self.steps })),
            Time::Years => Some(json!({ "start": 2025, "end": 2025 + self.steps })),
            Time::Quarters => Some(json!({ "start": first, "end": last, "step": "quarter" })),
            Time::Months => Some(json!({ "start": first, "end": last, "step": "month" })),
        }
    }

    /// The label of a step.
    pub(super) fn period(&self, step: usize) -> String {
        match self.time {
            Time::Static | Time::Counted => step.to_string(),
            Time::Years => (2025 + step).to_string(),
            Time::Quarters => format!("{}Q{}", 2026 + step / 4, step % 4 + 1),
            Time::Months => format!("2026-{:02}", step + 1),
        }
    }

    /// Values by step in a range.
    pub(super) fn by_period(&mut self, low: f64, high: f64) -> Value {
        let key = if self.time == Time::Counted { "by_step" } else { "by_year" };
        let values = [1, self.steps].map(|step| (self.period(step), json!(self.number(low, high))));
        json!({ key: Map::from_iter(values) })
    }

    /// How draws hang together over time; nothing where there is one draw a path.
    pub(super) fn over_time(&mut self) -> Option<Value> {
        let calendar = matches!(self.time, Time::Quarters | Time::Months);
        self.has_steps().then(|| match self.below(6) {
            0 | 1 => json!("fresh"),
            2 => json!("constant"),
            3 => json!({ "persistence": 0.6 }),
            4 => json!({ "permanent": 0.4 }),
            _ => json!({ "persistence": if calendar { 0.3 } else { -0.3 }, "permanent": 0.2 }),
        })
    }

    /// Whether steps have dates that formulas can name.
    pub(super) fn has_dates(&self) -> bool {
        matches!(self.time, Time::Quarters | Time::Months)
    }

    /// Any step.
    pub(super) fn below_steps(&mut self) -> usize {
        self.below(self.steps + 1)
    }

    /// A table to look up.
    fn table(&mut self) -> Value {
        let points = json!([[-1, self.number(-1.0, 1.0)], [0.5, self.number(-1.0, 1.0)], [2, self.number(-1.0, 1.0)]]);
        let outside = self.pick(&["hold", "extrapolate"]);
        json!({ "table": { "points": points, "outside": outside } })
    }

    fn events(&mut self) -> Value {
        let mut events = Map::new();
        for index in 0..self.below(2) + 1 {
            let name = format!("event_{index}");
            let size = match self.below(3) {
                0 => json!({ "triangular": { "low": 0, "mode": 0.2, "high": 0.7 } }),
                1 => json!({ "uniform": { "low": 0.1, "high": 0.2 } }),
                _ => json!(0.3),
            };
            let duration = match self.below(3) {
                0 => json!({ "discrete": { "1": 0.5, "2.5": 0.5 } }),
                1 => json!({ "uniform": { "low": 1, "high": 4 } }),
                _ => json!(self.below(3) + 1),
            };
            let hazard = self.number(0.0, 0.9);
            events.insert(name.clone(), json!({ "hazard": hazard, "size": size, "duration": duration }));
            self.events.push(name);
        }
        Value::Object(events)
    }

    fn variables(&mut self) -> Value {
        let mut variables = Map::new();
        for index in 0..self.below(6) + 2 {
            let name = format!("v{index}");
            let value = match self.below(10) {
                0..=2 => {
                    self.draws.push(name.clone());
                    self.distribution(1).0
                }
                3 => json!(self.number(-1.0, 2.0)),
                4 => json!({ "value": self.number(-1.0, 2.0), "unit": "GW", "note": "made up" }),
                5 if self.has_steps() => self.by_period(-1.0, 2.0),
                6 if self.has_steps() => json!({ "start": self.number(0.5, 2.0), "growth": self.distribution(0).0 }),
                7 if self.has_steps() => {
                    json!({ "start": self.number(0.5, 2.0), "next": format!("0.8 * self + tanh({})", self.formula(2)) })
                }
                8 => self.compound(),
                _ => json!(self.formula(3)),
            };
            variables.insert(name.clone(), value);
            self.names.push(name);
        }
        Value::Object(variables)
    }

    /// A market with its drivers and ceilings.
    fn market(&mut self) -> (Value, Value, Value) {
        let mut market = json!({ "start": self.number(1.0, 9.0), "unit": "EUR m" });
        match self.below(4) {
            0 => market["backlog"] = json!(self.number(0.0, 1.0)),
            1 => market["backlog"] = json!({ "share": self.number(0.1, 1.0), "start": self.number(0.0, 1.0) }),
            _ => {}
        }
        if self.one_in(5) {
            // Some ceilings are below the published path: such scenarios are refused, with how far they let it go.
            market["baseline"] = json!({ "cagr": self.number(-0.05, 0.1) });
            let statistic = self.pick(&["median", "mean", "p40"]);
            let at = self.pick(&["every step", "end"]);
            market["calibrate"] = json!({ "parameter": "trend", "statistic": statistic, "match": at });
        }
        let mut drivers = Map::new();
        drivers.insert("trend".into(), json!(self.number(-0.05, 0.3)));
        drivers.insert("mixed".into(), json!(format!("0.1 * tanh({})", self.formula(2))));
        let drift = self.distribution(0).0;
        drivers.insert("noise".into(), drift);
        self.draws.push("noise".into());
        let mut constraints = Map::new();
        for index in 0..self.below(3) + 1 {
            let name = format!("ceiling_{index}");
            let ceiling = match self.below(4) {
                0 => json!(self.number(2.0, 12.0)),
                1 => self.by_period(2.0, 12.0),
                2 => json!(format!("{} * (1 + 0.2 * tanh({}))", self.number(2.0, 12.0), self.formula(2))),
                _ => json!({ "start": self.number(2.0, 12.0), "growth": self.distribution(0).0 }),
            };
            constraints.insert(name.clone(), ceiling);
            self.ceilings.push(name);
        }
        self.names.extend(["market", "demand", "wanted", "backlog"].map(str::to_owned));
        (market, Value::Object(drivers), Value::Object(constraints))
    }

    fn correlations(&mut self) -> Value {
        let mut pairs = self.draws.clone();
        pairs.dedup();
        let (a, b) = (pairs[0].clone(), pairs[self.below(pairs.len() - 1) + 1].clone());
        let kind = self.pick(&["rank", "normal_score", "normal_score"]);
        let strength = self.number(-0.6, 0.6);
        json!({ "tie": { "between": [a, b], kind: strength } })
    }

    fn targets(&mut self) -> Value {
        let mut targets = Map::new();
        for index in 0..self.below(3) + 1 {
            let text = if !self.has_steps() {
                self.condition(1)
            } else {
                match self.below(4) {
                    0 => format!("{}({})", self.pick(&["ever", "always"]), self.condition(1)),
                    1 => format!("count({}) >= {}", self.condition(1), self.below(3)),
                    2 => {
                        let aggregate = self.pick(&["total", "average", "highest", "lowest"]);
                        format!("{aggregate}({}) > {}", self.formula(1), self.number(-1.0, 2.0))
                    }
                    _ => self.condition(2),
                }
            };
            targets.insert(format!("target_{index}"), json!(text));
        }
        Value::Object(targets)
    }
}

fn segments() -> Value {
    json!({
        "region": {
            "noise": 0.03,
            "parts": { "north": { "share": 0.6 }, "south": { "share": 0.4, "growth": 0.02, "parts": {
                "east": { "share": 0.5 }, "west": { "share": 0.5 } } } }
        },
        "use": { "parts": { "home": { "share": 0.3, "growth": "0.01" }, "work": { "share": 0.7 } } }
    })
}

//! Distributions made up at random: every law, its parameters numbers, formulas, values by step or draws of their own.

use super::grammar::Grammar;
use serde_json::{Map, Value, json};

/// A parameter and the range that it is taken from.
type Range = (&'static str, f64, f64);

/// Laws whose parameters are quantities. Any values of the ranges go together.
const LAWS: [(&str, &[Range]); 24] = [
    ("normal", &[("mean", -1.0, 1.0), ("sd", 0.01, 1.0)]),
    ("lognormal", &[("median", 0.1, 3.0), ("sigma", 0.05, 1.2)]),
    ("lognormal", &[("mean", 0.1, 3.0), ("sd", 0.05, 2.0)]),
    ("uniform", &[("low", -1.0, 0.0), ("high", 0.1, 2.0)]),
    ("triangular", &[("low", -1.0, 0.0), ("mode", 0.1, 0.5), ("high", 0.6, 3.0)]),
    ("pert", &[("low", -1.0, 0.0), ("mode", 0.1, 0.5), ("high", 0.6, 3.0)]),
    ("beta", &[("alpha", 0.3, 5.0), ("beta", 0.3, 5.0)]),
    ("gamma", &[("shape", 0.3, 6.0), ("scale", 0.05, 2.0)]),
    ("weibull", &[("shape", 0.7, 3.0), ("scale", 0.1, 2.0)]),
    ("exponential", &[("mean", 0.05, 2.0)]),
    ("student_t", &[("location", -1.0, 1.0), ("scale", 0.05, 1.0), ("df", 2.5, 30.0)]),
    ("gumbel", &[("location", -1.0, 1.0), ("scale", 0.05, 1.0)]),
    ("logistic", &[("location", -1.0, 1.0), ("scale", 0.05, 1.0)]),
    ("poisson", &[("mean", 0.05, 20.0)]),
    ("bernoulli", &[("probability", 0.0, 1.0)]),
    ("loguniform", &[("low", 0.01, 0.5), ("high", 0.6, 5.0)]),
    ("pareto", &[("scale", 0.1, 1.0), ("shape", 2.5, 6.0)]),
    ("gev", &[("location", -1.0, 1.0), ("scale", 0.05, 1.0), ("shape", -0.3, 0.3)]),
    ("binomial", &[("trials", 12.0, 12.0), ("probability", 0.05, 0.95)]),
    ("negative_binomial", &[("size", 0.5, 5.0), ("probability", 0.2, 0.9)]),
    ("geometric", &[("probability", 0.1, 0.9)]),
    ("gamma", &[("mean", 0.2, 3.0), ("sd", 0.1, 2.0)]),
    ("triangular", &[("p10", -0.5, 0.0), ("mode", 0.1, 0.2), ("p90", 0.4, 1.5)]),
    ("weibull", &[("mean", 0.2, 3.0), ("sd", 0.3, 0.5)]),
];

impl Grammar {
    /// A distribution, and whether it has a value in the base. Parameters are random themselves down to a depth.
    pub(super) fn distribution(&mut self, depth: usize) -> (Value, bool) {
        let mut object = self.law(depth);
        if self.one_in(8) {
            let (low, high) = (self.number(-2.0, 0.0), self.number(0.7, 4.0));
            let bounds = match self.below(3) {
                0 => json!({ "low": low }),
                1 => json!({ "high": high }),
                _ => json!({ "low": low, "high": high }),
            };
            object.insert("truncate".into(), bounds);
        }
        if self.one_in(8) {
            let high = self.number(0.3, 2.0);
            object.insert("clip".into(), json!({ "low": 0, "high": high }));
        }
        let over_time = self.over_time();
        let in_base = over_time.as_ref().is_none_or(|over_time| *over_time == json!("constant"));
        if let Some(over_time) = over_time {
            object.insert("over_time".into(), over_time);
        }
        (Value::Object(object), in_base)
    }

    /// A law with its parameters.
    fn law(&mut self, depth: usize) -> Map<String, Value> {
        let (name, parameters) = match self.below(LAWS.len() + 6) {
            0 => ("discrete", json!({ "-0.1": 1, "0.2": self.parameter(0.1, 3.0, depth), "0.5": 0.5 })),
            1 => ("empirical", json!({ "values": self.sample(), "interpolate": self.one_in(2) })),
            2 => ("quantiles", self.quantiles(depth)),
            3 => ("mixture", self.mixture(depth)),
            4 => ("histogram", json!({ "edges": [0, 1, 3], "weights": [self.parameter(0.1, 3.0, depth), 1] })),
            5 => ("bernoulli", json!(self.number(0.1, 0.9))),
            law => {
                let (name, ranges) = LAWS[law - 6];
                let parameter = |&(name, low, high): &Range| (name.to_owned(), self.parameter(low, high, depth));
                (name, Value::Object(ranges.iter().map(parameter).collect()))
            }
        };
        Map::from_iter([(name.to_owned(), parameters)])
    }

    /// A parameter in a range: a number, now and then one that differs by step or by path.
    fn parameter(&mut self, low: f64, high: f64, depth: usize) -> Value {
        if depth == 0 {
            return json!(self.number(low, high));
        }
        match self.below(12) {
            0 if self.has_steps() => self.by_period(low, high),
            1 => {
                let middle = self.number(low, high);
                let mut draw = json!({ "uniform": { "low": low, "high": middle } });
                if let Some(over_time) = self.over_time() {
                    draw["over_time"] = over_time;
                }
                draw
            }
            2 => json!(format!("({low} + {high}) / 2")),
            _ => json!(self.number(low, high)),
        }
    }

    /// A sum of a random number of draws.
    pub(super) fn compound(&mut self) -> Value {
        let mut count = json!({ "poisson": { "mean": self.number(0.2, 3.0) } });
        let mut size = json!({ "exponential": { "mean": self.number(0.1, 1.0) } });
        for part in [&mut count, &mut size] {
            if let Some(over_time) = self.over_time() {
                part["over_time"] = over_time;
            }
        }
        json!({ "compound": { "count": count, "size": size, "most": 6 } })
    }

    fn sample(&mut self) -> Vec<f64> {
        (0..self.below(20) + 2).map(|_| self.number(-1.0, 2.0)).collect()
    }

    fn quantiles(&mut self, depth: usize) -> Value {
        let p50 = self.parameter(0.4, 0.6, depth);
        let (p10, p90) = (self.parameter(0.05, 0.3, depth), self.number(0.7, 1.2));
        match self.below(3) {
            0 => json!({ "p10": p10, "p90": p90 }),
            1 => json!({ "p10": p10, "p50": p50, "p90": p90 }),
            _ => json!({ "p10": p10, "p50": p50, "p90": p90, "low": 0, "high": 3 }),
        }
    }

    /// An atom and one or two laws with constant parameters.
    fn mixture(&mut self, depth: usize) -> Value {
        let mut parts = vec![json!({ "weight": self.parameter(0.1, 1.0, depth), "value": self.number(-0.5, 0.5) })];
        for _ in 0..self.below(2) + 1 {
            let law = Value::Object(self.law(0));
            parts.push(json!({ "weight": self.number(0.1, 1.0), "value": law }));
        }
        json!(parts)
    }
}

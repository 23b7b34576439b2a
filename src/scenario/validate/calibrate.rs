//! The published baseline of the market, and what is calibrated to it.

use super::builder::{Builder, child, describe};
use super::over_time::Draws;
use super::quantity::names_a_kind;
use crate::diagnostic::{Problem, nearest_name};
use crate::kernel::scalar;
use crate::model::{Calibration, Definition, Expr, Market, Matching, OverTime, Statistic, VarId};
use crate::scenario::json::{Json, Member, Node};
use crate::scenario::{keys, laws};

/// What `baseline` and `calibrate` of a market say.
#[derive(Default)]
pub(super) struct Calibrated {
    pub(super) baseline: Option<Vec<f64>>,
    pub(super) calibration: Option<Calibration>,
}

/// The key of a baseline that is a geometric path; all others are quantities.
pub(super) fn geometric(baseline: &Node) -> Option<&Member> {
    match &baseline.value {
        Json::Object(members) => members.iter().find(|member| keys::BASELINE.contains(&member.key.as_str())),
        _ => None,
    }
}

impl Builder<'_> {
    /// Declares a baseline that is written as a quantity.
    pub(super) fn declare_baseline(&mut self, node: &Node) {
        let pointer = "/market/baseline";
        if geometric(node).is_some() {
            return;
        }
        if let Json::Object(members) = &node.value
            && !members.iter().any(|member| names_a_kind(&member.key))
        {
            self.known_keys(members, pointer, "`baseline`", &[keys::BASELINE, &["by_year", "by_step"], keys::PAPERS]);
            if members.iter().all(|member| keys::PAPERS.contains(&member.key.as_str())) {
                let problem = Problem::error("missing-key", node.span, pointer, "`baseline` has no values");
                self.push(problem.expected("{\"end\": 35.66}, {\"cagr\": 0.33}, or values by year"));
            }
            return;
        }
        // A random one is refused when its values are read, whatever it says of its shocks.
        let draws = Draws::One(OverTime::CONSTANT);
        self.baseline = Some(self.quantity(node, "market.baseline", pointer, draws));
    }

    /// Reads `market.baseline` and `market.calibrate`.
    pub(super) fn baseline_and_calibration(&mut self, node: Option<&Node>, market: Option<&Market>) -> Calibrated {
        let (Some(node), Some(market)) = (node, market) else { return Calibrated::default() };
        if self.full {
            return Calibrated::default();
        }
        let baseline = node.get("baseline").and_then(|baseline| self.baseline(baseline, market));
        let calibration = node.get("calibrate").and_then(|calibrate| self.calibrate(calibrate, node));
        Calibrated { baseline, calibration }
    }

    fn baseline(&mut self, node: &Node, market: &Market) -> Option<Vec<f64>> {
        let pointer = "/market/baseline";
        if !self.reserve_steps(node, pointer, size_of::<f64>()) {
            return None;
        }
        let values = match geometric(node) {
            Some(shape) => self.geometric_path(node, shape, market)?,
            None => self.path_without_randomness(node)?,
        };
        if let Some(step) = values.iter().position(|value| !(value.is_finite() && *value > 0.0)) {
            let when = self.when(step);
            let message = format!("the baseline must be above 0, and it is {} in {when}", values[step]);
            self.push(Problem::error("out-of-range", node.span, pointer, message).expected("values above 0"));
            return None;
        }
        Some(values)
    }

    /// start * factor^t; `end` is met exactly.
    fn geometric_path(&mut self, node: &Node, shape: &Member, market: &Market) -> Option<Vec<f64>> {
        let pointer = "/market/baseline";
        if let Json::Object(members) = &node.value {
            self.known_keys(members, pointer, "`baseline`", &[&[shape.key.as_str()], keys::PAPERS]);
            self.check_papers(members, pointer);
        }
        let value = self.number(&shape.node, &child(pointer, &shape.key), &format!("`{}`", shape.key))?;
        let least = if shape.key == "end" { 0.0 } else { -1.0 };
        if value <= least {
            let message = format!("the baseline must be above 0, so `{}` must be above {least}", shape.key);
            let problem = Problem::error("out-of-range", shape.node.span, child(pointer, &shape.key), message);
            self.push(problem.expected(format!("above {least}")).found(value.to_string()));
            return None;
        }
        let start = match self.variable(market.market).definition {
            Definition::Stock { start, .. } => self.values(start).first().copied(),
            _ => None,
        };
        let Some(start) = start else {
            let message = format!("a baseline by `{}` needs a `market.start` that is one number", shape.key);
            let problem = Problem::error("not-constant", node.span, pointer, message);
            self.push(problem.help("write the baseline's values under `by_year`"));
            return None;
        };
        if start.is_nan() || start <= 0.0 {
            // Reported where the start stands.
            return None;
        }
        let last = self.horizon.last();
        let by_end = shape.key == "end";
        let factor = if by_end { value / start } else { 1.0 + value };
        let years = |step: usize| step as f64 * self.horizon.step_years();
        let exponent = |step: usize| if by_end { step as f64 / last.max(1) as f64 } else { years(step) };
        let path = |step: usize| match step {
            _ if by_end && step == last => value,
            _ => start * libm::pow(factor, exponent(step)),
        };
        Some((0..=last).map(path).collect())
    }

    /// The values of a baseline that is written as a quantity.
    fn path_without_randomness(&mut self, node: &Node) -> Option<Vec<f64>> {
        let id = self.baseline?;
        if self.values(id).iter().any(|value| value.is_nan()) {
            // Reported where it is wrong.
            return None;
        }
        let mut values: Vec<f64> = Vec::new();
        for step in 0..=self.horizon.last() {
            let value = match &self.variable(id).definition {
                Definition::Formula(expr) => self.known(expr, step, None),
                Definition::Stock { start, .. } if step == 0 => self.values(*start).first().copied(),
                Definition::Stock { next, .. } => self.known(next, step, values.last().map(|own| (id, *own))),
                _ => self.known_variable(id, step),
            };
            let Some(value) = value else {
                let message = "a baseline is one path: no randomness in it, and nothing of other steps";
                let problem = Problem::error("not-constant", node.span, "/market/baseline", message);
                let expected =
                    "{\"end\": 35.66}, {\"cagr\": 0.33}, or constants, values by year, a formula or a stock of them";
                self.push(problem.expected(expected).found(describe(node)));
                return None;
            };
            values.push(value);
        }
        Some(values)
    }

    fn known_variable(&self, id: VarId, step: usize) -> Option<f64> {
        let values = self.values(id);
        values.get(step).or(values.first()).copied()
    }

    /// The value of an expression that reads the same step of constants only; `own` is what `self` reads.
    fn known(&self, expr: &Expr, step: usize, own: Option<(VarId, f64)>) -> Option<f64> {
        match expr {
            Expr::Constant(value) => Some(*value),
            Expr::Year => self.horizon.year(step).map(f64::from),
            Expr::Step => Some(step as f64),
            Expr::Variable(id) => self.known_variable(*id, step),
            Expr::Lag { variable, lag: 1, .. } => own.filter(|(id, _)| id == variable).map(|(_, value)| value),
            Expr::Unary(op, x) => Some(scalar::unary(*op, self.known(x, step, own)?)),
            Expr::Binary(op, a, b) => Some(scalar::binary(*op, self.known(a, step, own)?, self.known(b, step, own)?)),
            _ => None,
        }
    }

    fn calibrate(&mut self, node: &Node, market: &Node) -> Option<Calibration> {
        let pointer = "/market/calibrate";
        let members = self.object(node, pointer, "`calibrate`")?;
        self.known_keys(members, pointer, "`calibrate`", &[keys::CALIBRATE]);
        if market.get("baseline").is_none() {
            let problem =
                Problem::error("needs-baseline", node.span, pointer, "there is no `baseline` to calibrate to");
            self.push(problem.help("add `baseline` to the market: {\"end\": 35.66}"));
        }
        let mut missing = false;
        for key in keys::CALIBRATE {
            if node.get(key).is_none() {
                let problem = Problem::error("missing-key", node.span, pointer, format!("`calibrate` has no `{key}`"));
                self.push(problem.expected("`parameter`, `statistic` and `match`"));
                missing = true;
            }
        }
        if missing {
            return None;
        }
        let parameter = self.calibrated(node.get("parameter")?);
        let statistic = self.statistic(node.get("statistic")?);
        let matching = self.word(node.get("match")?, &child(pointer, "match"), "`match`", keys::MATCHES);
        let parameter = parameter?;
        Some(Calibration {
            parameter,
            pointer: self.variable(parameter).pointer.clone(),
            statistic: statistic?,
            matching: if matching? == 0 { Matching::EveryStep } else { Matching::End },
            span: node.span,
        })
    }

    /// The parameter: a number of the file, by its name or path.
    fn calibrated(&mut self, node: &Node) -> Option<VarId> {
        let pointer = "/market/calibrate/parameter";
        let name = self.text(node, pointer, "`parameter`")?;
        let written = |variable: &crate::model::Variable| !variable.pointer.is_empty();
        let found = self.variables.iter().position(|variable| variable.name == name && written(variable));
        let Some(index) = found else {
            let mut names: Vec<&str> = self.variables.iter().filter(|v| written(v)).map(|v| v.name.as_str()).collect();
            names.sort_unstable();
            let near = nearest_name(&name, names);
            let shown = name.escape_debug();
            let problem =
                Problem::error("unknown-name", node.span, pointer, format!("there is no parameter `{shown}`"));
            self.push(problem.found(&name).nearest(near));
            return None;
        };
        match self.variables[index] {
            crate::model::Variable { definition: Definition::Constant(value), text: None, .. } => {
                // NaN is what a wrong quantity left behind, and reported there.
                (!value.is_nan()).then_some(VarId(index as u32))
            }
            _ => {
                let place = self.places[index].clone();
                let message = format!("`{name}` is calibrated, so it must be written as one number");
                let problem = Problem::error("not-a-number", place.span, place.pointer, message);
                self.push(problem.expected("a number, where the search begins").help("0 will do for a trend"));
                None
            }
        }
    }

    fn statistic(&mut self, node: &Node) -> Option<Statistic> {
        let pointer = "/market/calibrate/statistic";
        match &node.value {
            Json::String(text) => match (text.as_str(), laws::probability(text)) {
                ("median", _) => Some(Statistic::Median),
                ("mean", _) => Some(Statistic::Mean),
                (_, Some(probability)) => Some(Statistic::Quantile(probability)),
                _ => {
                    let problem = Problem::error(
                        "unknown-value",
                        node.span,
                        pointer,
                        "`statistic` is not one that can be matched",
                    );
                    let near = nearest_name(text, ["median", "mean"]);
                    self.push(
                        problem
                            .expected("\"median\", \"mean\", or a quantile such as \"p40\"")
                            .found(text)
                            .nearest(near),
                    );
                    None
                }
            },
            _ => {
                self.wrong_type(node, pointer, "`statistic`", "\"median\", \"mean\", or a quantile such as \"p40\"");
                None
            }
        }
    }
}

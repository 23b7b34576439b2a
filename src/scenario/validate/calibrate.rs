//! The published baseline of the market, and what is calibrated to it.

use super::builder::ModelBuilder;
use super::events::parameters_of;
use super::item::Item;
use super::over_time::DrawSteps;
use super::quantity::names_a_kind;
use crate::diagnostic::nearest_name;
use crate::kernel::scalar;
use crate::model::{Calibration, Definition, Expr, Market, Matching, OverTime, VarId, Variable};
use crate::scenario::keys;
use crate::scenario::laws::probability;
use crate::stats::Statistic;

/// `baseline` and `calibrate` of a market as the model has them.
#[derive(Default)]
pub(super) struct Calibrated {
    pub(super) baseline: Option<Vec<f64>>,
    pub(super) calibration: Option<Calibration>,
}

/// The key of a baseline that is a geometric path; all others are quantities.
fn geometric<'n>(baseline: &Item<'n>) -> Option<Item<'n>> {
    baseline.members().find(|member| keys::BASELINE.contains(&member.key))
}

impl ModelBuilder<'_> {
    /// Declares a baseline that is written as a quantity.
    pub(super) fn declare_baseline(&mut self, item: &Item<'_>) {
        if geometric(item).is_some() {
            return;
        }
        if item.node.members().is_some() && !item.keys().any(names_a_kind) {
            self.known_keys(item, "`baseline`", &[keys::BASELINE, &["by_year", "by_step"], keys::PAPERS]);
            if item.keys().all(|key| keys::PAPERS.contains(&key)) {
                let problem = item.error("missing-key", "`baseline` has no values");
                self.push(problem.expected("{\"end\": 35.66}, {\"cagr\": 0.33}, or values by year"));
            }
            return;
        }
        // A random one is refused when its values are read, whatever it says of its shocks.
        let draws = DrawSteps::One(OverTime::CONSTANT);
        self.baseline = Some(self.quantity(item, "market.baseline", draws));
    }

    /// Reads `market.baseline` and `market.calibrate`.
    pub(super) fn baseline_and_calibration(&mut self, document: &Item<'_>, market: Option<&Market>) -> Calibrated {
        let (Some(item), Some(market)) = (document.get("market"), market.filter(|_| !self.full)) else {
            return Calibrated::default();
        };
        let baseline = item.get("baseline").and_then(|baseline| self.baseline(&baseline, market));
        let calibration = item.get("calibrate").and_then(|calibrate| self.calibrate(&calibrate, &item));
        Calibrated { baseline, calibration }
    }

    fn baseline(&mut self, item: &Item<'_>, market: &Market) -> Option<Vec<f64>> {
        if !self.reserve_steps(&item.place(), size_of::<f64>()) {
            return None;
        }
        let values = match geometric(item) {
            Some(shape) => self.geometric_path(item, &shape, market)?,
            None => self.path_without_randomness(item)?,
        };
        if let Some(step) = values.iter().position(|value| !(value.is_finite() && *value > 0.0)) {
            let message = format!("the baseline must be above 0, and it is {} in {}", values[step], self.when(step));
            self.push(item.error("out-of-range", message).expected("values above 0"));
            return None;
        }
        Some(values)
    }

    /// start * factor^t; `end` is met exactly.
    fn geometric_path(&mut self, item: &Item<'_>, shape: &Item<'_>, market: &Market) -> Option<Vec<f64>> {
        self.known_keys(item, "`baseline`", &[&[shape.key], keys::PAPERS]);
        self.check_texts(item, keys::PAPERS);
        let value = self.number(shape, &format!("`{}`", shape.key))?;
        let by_end = shape.key == "end";
        let least = if by_end { 0.0 } else { -1.0 };
        if value <= least {
            let message = format!("the baseline must be above 0, so `{}` must be above {least}", shape.key);
            let problem = shape.error("out-of-range", message);
            self.push(problem.expected(format!("above {least}")).found(value.to_string()));
            return None;
        }
        let start = match self.variable(market.market).definition {
            Definition::Stock { start, .. } => self.values(start).first().copied(),
            _ => None,
        };
        let Some(start) = start else {
            let message = format!("a baseline by `{}` needs a `market.start` that is one number", shape.key);
            self.push(item.error("not-constant", message).help("write the baseline's values under `by_year`"));
            return None;
        };
        if start == 0.0 {
            let message = format!("a baseline by `{}` grows from `market.start`, and that is 0", shape.key);
            self.push(item.error("out-of-range", message).help("write the baseline's values under `by_year`"));
            return None;
        }
        if start.is_nan() || start < 0.0 {
            // Reported where the start stands.
            return None;
        }
        let last = self.horizon.last();
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
    fn path_without_randomness(&mut self, item: &Item<'_>) -> Option<Vec<f64>> {
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
                let expected =
                    "{\"end\": 35.66}, {\"cagr\": 0.33}, or constants, values by year, a formula or a stock of them";
                self.push(item.error("not-constant", message).expected(expected).found(item.describe()));
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

    fn calibrate(&mut self, item: &Item<'_>, market: &Item<'_>) -> Option<Calibration> {
        if !self.is_object_with(item, "`calibrate`", &[keys::CALIBRATE]) {
            return None;
        }
        if !market.has("baseline") {
            let problem = item.error("needs-baseline", "there is no `baseline` to calibrate to");
            self.push(problem.help("add `baseline` to the market: {\"end\": 35.66}"));
        }
        for key in keys::CALIBRATE.iter().filter(|key| !item.has(key)) {
            let problem = item.error("missing-key", format!("`calibrate` has no `{key}`"));
            self.push(problem.expected("`parameter`, `statistic` and `match`"));
        }
        let (Some(parameter), Some(statistic), Some(matching)) =
            (item.get("parameter"), item.get("statistic"), item.get("match"))
        else {
            return None;
        };
        let parameter = self.calibrated(&parameter);
        let statistic = self.statistic(&statistic);
        let matching = self.word(&matching, "`match`", keys::MATCHES);
        let parameter = parameter?;
        Some(Calibration {
            parameter,
            pointer: self.variable(parameter).pointer.clone(),
            statistic: statistic?,
            matching: if matching? == 0 { Matching::EveryStep } else { Matching::End },
            span: item.node.span,
        })
    }

    /// The parameter: a number of the file, by its name or path.
    fn calibrated(&mut self, item: &Item<'_>) -> Option<VarId> {
        let name = self.text(item, "`parameter`")?;
        let is_written = |variable: &&Variable| !variable.pointer.is_empty();
        let found = self.variables.iter().position(|variable| variable.name == name && is_written(&variable));
        let Some(index) = found else {
            if self.is_broken_name(&name) {
                return None;
            }
            let mut names: Vec<&str> = self.variables.iter().filter(is_written).map(|v| v.name.as_str()).collect();
            names.sort_unstable();
            let problem = item.error("unknown-name", format!("there is no parameter `{}`", name.escape_debug()));
            let nearest = nearest_name(&name, names);
            self.push(problem.found(&name).nearest(nearest));
            return None;
        };
        match self.variables[index] {
            Variable { definition: Definition::Constant(value), text: None, .. } => {
                // NaN is what a wrong quantity left behind, and reported there.
                let known = (!value.is_nan()).then_some(VarId(index as u32));
                known.filter(|&parameter| self.may_be_chosen(parameter, item))
            }
            _ if self.is_broken(&self.variables[index].pointer) => None,
            _ => {
                let message = format!("`{name}` is calibrated, so it must be written as one number");
                let problem = self.places[index].error("not-a-number", message);
                self.push(problem.expected("a number, where the search begins").help("0 will do for a trend"));
                None
            }
        }
    }

    /// Whether a parameter may be chosen at run time; says why where it may not.
    fn may_be_chosen(&mut self, parameter: VarId, item: &Item<'_>) -> bool {
        let name = self.variable(parameter).name.clone();
        let reads = |draw: &&VarId| match &self.variable(**draw).definition {
            Definition::Draw { distribution, .. } => parameters_of(distribution).contains(&parameter),
            _ => false,
        };
        if let Some(draw) = self.pearson.iter().find(reads) {
            let draw = self.variable(*draw).name.clone();
            let message =
                format!("the `pearson` correlation of `{draw}` is worked out from `{name}` before it is solved");
            let problem = item
                .error("not-constant", message)
                .expected("a number that no correlation hangs on")
                .found(&name)
                .help(format!("correlate `{draw}` by `rank` or `normal_score`, which suit any law"));
            self.push(problem);
            return false;
        }
        true
    }

    fn statistic(&mut self, item: &Item<'_>) -> Option<Statistic> {
        const EXPECTED: &str = "\"median\", \"mean\", or a quantile such as \"p40\"";
        let Some(text) = item.node.text() else {
            self.wrong_type(item, "`statistic`", EXPECTED);
            return None;
        };
        match (text, probability(text)) {
            ("median" | "mean", _) | (_, Some(_)) => text.parse().ok(),
            _ => {
                let problem = item.error("unknown-value", "`statistic` is not one that can be matched");
                let nearest = nearest_name(text, ["median", "mean"]);
                self.push(problem.expected(EXPECTED).found(text).nearest(nearest));
                None
            }
        }
    }
}

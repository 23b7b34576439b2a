//! Small models, built by hand.

use riskband::dist::{Distribution, Law};
use riskband::kernel::{Binary, Unary};
use riskband::model::*;
use riskband::reference::{ReferenceResults, Sample};

/// A model in the making; variables are evaluated in the order in which they are added.
pub(crate) struct Builder(pub(crate) Model);

impl Builder {
    /// Counted steps; 0 is a static model.
    pub(crate) fn steps(steps: usize) -> Builder {
        let length = if steps == 0 { StepLength::Static } else { StepLength::Counted };
        Builder(Model {
            title: None,
            description: None,
            horizon: Horizon { start: None, steps, length },
            variables: Vec::new(),
            base_order: Vec::new(),
            step_order: Vec::new(),
            inputs: Vec::new(),
            correlations: Vec::new(),
            market: None,
            dimensions: Vec::new(),
            calibration: None,
            outputs: Vec::new(),
            targets: Vec::new(),
            references: Vec::new(),
        })
    }

    pub(crate) fn years(start: i32, end: i32) -> Builder {
        let mut builder = Builder::steps((end - start) as usize);
        builder.0.horizon.start = Some(start);
        builder.0.horizon.length = StepLength::Year;
        builder
    }

    /// Adds a variable and reports it.
    pub(crate) fn add(&mut self, name: &str, first: usize, definition: Definition) -> VarId {
        let id = VarId(self.0.variables.len() as u32);
        self.0.variables.push(Variable {
            name: name.into(),
            pointer: String::new(),
            unit: None,
            source: None,
            note: None,
            confidence: None,
            title: None,
            text: None,
            first,
            definition,
        });
        if first == 0 {
            self.0.base_order.push(id);
        }
        self.0.step_order.push(id);
        let output =
            Output { name: name.into(), part: None, unit: None, variable: id, may_be_absent: false, title: None };
        self.0.outputs.push(output);
        id
    }

    pub(crate) fn constant(&mut self, x: f64) -> VarId {
        let name = format!("constant {}", self.0.variables.len());
        self.add(&name, 0, Definition::Constant(x))
    }

    pub(crate) fn formula(&mut self, name: &str, first: usize, expr: Expr) -> VarId {
        self.add(name, first, Definition::Formula(expr))
    }

    pub(crate) fn input(&mut self, name: &str, over_time: OverTime) -> InputId {
        self.0.inputs.push(Input { name: name.into(), over_time });
        InputId(self.0.inputs.len() as u32 - 1)
    }

    /// A distribution with its bounds, parameters being constants.
    pub(crate) fn bounded(&mut self, name: &str, distribution: Distribution<VarId>, over_time: OverTime) -> VarId {
        let input = self.input(name, over_time);
        let first = if over_time.is_constant() { 0 } else { self.0.horizon.first_draw() };
        self.add(name, first, Definition::Draw { input, distribution })
    }

    pub(crate) fn draw(&mut self, name: &str, law: Law<VarId>, over_time: OverTime) -> VarId {
        self.bounded(name, Distribution { law, truncate: (None, None), clip: (None, None) }, over_time)
    }

    pub(crate) fn standard_normal(&mut self, name: &str, over_time: OverTime) -> VarId {
        let law = Law::Normal { mean: self.constant(0.0), sd: self.constant(1.0) };
        self.draw(name, law, over_time)
    }

    /// Correlates the inputs of draws.
    pub(crate) fn correlate(&mut self, draws: &[VarId], matrix: &[&[f64]]) {
        let members = draws.iter().map(|id| match &self.0.variable(*id).definition {
            Definition::Draw { input, .. } => *input,
            Definition::Event(event) => event.start,
            _ => panic!("not an input"),
        });
        let members = members.collect();
        self.0.correlations.push(CorrelationGroup { members, matrix: matrix.iter().map(|row| row.to_vec()).collect() });
    }
}

/// The only path of a model without randomness, by step and variable.
pub(crate) fn only_path(model: &Model) -> Vec<Vec<f64>> {
    let none = |_: VarId, _: usize| -> f64 { panic!("nothing to draw") };
    riskband::reference::replay(model, &none, &none).values
}

pub(crate) fn var(id: VarId) -> Expr {
    Expr::Variable(id)
}

pub(crate) fn number(x: f64) -> Expr {
    Expr::Constant(x)
}

pub(crate) fn lag(variable: VarId, lag: usize) -> Expr {
    Expr::Lag { variable, lag, default: None }
}

pub(crate) fn unary(op: Unary, x: Expr) -> Expr {
    Expr::Unary(op, Box::new(x))
}

pub(crate) fn binary(op: Binary, x: Expr, y: Expr) -> Expr {
    Expr::Binary(op, Box::new(x), Box::new(y))
}

pub(crate) fn sample<'r>(results: &'r ReferenceResults, output: &str, step: usize) -> &'r Sample {
    let band = results.bands.iter().find(|band| band.output == output && band.step == step);
    &band.unwrap_or_else(|| panic!("no row ({output}, {step})")).sample
}

/// Five standard errors: a right engine fails one in 1.7 million of such checks, and the seeds are fixed.
pub(crate) const Z: f64 = 5.0;

pub(crate) fn assert_mean(sample: &Sample, expected: f64, what: &str) {
    let (mean, se) = (sample.mean().unwrap(), sample.mean_se().unwrap());
    assert!((mean - expected).abs() <= Z * se, "{what}: mean {mean} +- {se}, expected {expected}");
}

pub(crate) fn assert_sd(sample: &Sample, expected: f64, what: &str) {
    let (sd, se) = (sample.sd().unwrap(), sample.sd_se().unwrap());
    assert!((sd - expected).abs() <= Z * se, "{what}: sd {sd} +- {se}, expected {expected}");
}

/// The share of a sample at or below x.
pub(crate) fn assert_share(sample: &Sample, x: f64, expected: f64, what: &str) {
    let n = sample.n() as f64;
    let share = sample.at_or_below(x) as f64 / n;
    let se = (expected * (1.0 - expected) / n).sqrt();
    assert!((share - expected).abs() <= Z * se + 1e-12, "{what}: F({x}) = {share} +- {se}, expected {expected}");
}

//! Raw formulas to expressions: names looked up, helpers hoisted, constants folded.

use super::builder::{ModelBuilder, Named, Pending, Role};
use super::constants;
use super::quantity::interpolate;
use crate::diagnostic::{Problem, Severity};
use crate::kernel::Binary;
use crate::model::{Blend, Definition, Expr, PeriodName, Running, StepLength, VarId};
use crate::scenario::formula::{self, Ast, Function, Syntax};
use crate::scenario::place::Place;
use std::ops::Range;

/// The formula that is being resolved.
pub(super) struct Scope<'p> {
    text: &'p str,
    place: &'p Place,
    role: Role,
    /// The stock whose `next` this is.
    own: Option<(VarId, String)>,
    /// The aggregate whose argument this is.
    within: Option<&'p str>,
}

impl Scope<'_> {
    /// A problem with some bytes of the formula.
    pub(super) fn error(&self, range: &Range<usize>, code: &'static str, message: impl Into<String>) -> Problem {
        Place { span: self.place.within(self.text, range), ..self.place.clone() }.error(code, message)
    }

    pub(super) fn written(&self, ast: &Ast) -> &str {
        &self.text[ast.span.clone()]
    }

    fn spelled(&self, ast: &Ast) -> String {
        ast.spelled(self.own.as_ref().map(|(_, name)| name.as_str()))
    }
}

impl ModelBuilder<'_> {
    /// Resolves every formula, then turns blends of constants into numbers.
    pub(super) fn resolve_pending(&mut self) {
        for pending in std::mem::take(&mut self.pending) {
            if !self.full {
                self.resolve_one(&pending);
            }
        }
        for index in 0..self.variables.len() {
            if let Definition::Blend(blends) = &self.variables[index].definition {
                let number = |id: VarId| match self.variable(id).definition {
                    Definition::Constant(value) => Some(value),
                    _ => None,
                };
                let value = |blend: &Blend| {
                    let right = if blend.weight == 0.0 { blend.left } else { blend.right };
                    Some(interpolate(number(blend.left)?, number(right)?, blend.weight))
                };
                if let Some(values) = blends.iter().map(value).collect() {
                    self.variables[index].definition = Definition::ByStep(values);
                }
            }
        }
    }

    fn resolve_one(&mut self, pending: &Pending) {
        if pending.role == Role::Value
            && let Some(value) = constants::evaluate(&pending.ast, &self.constants)
        {
            if !value.is_finite() {
                let message = format!("this formula of constants has no finite value: it gives {value}");
                self.push(pending.place.error("not-finite", message));
            }
            self.define(pending.variable, Definition::Constant(value));
            return;
        }
        if pending.role == Role::Demand && self.horizon.step_years() != 1.0 {
            self.remark_on_rates(pending);
        }
        let own = match pending.role {
            Role::Next => Some((pending.variable, self.variable(pending.variable).name.clone())),
            _ => None,
        };
        let scope = Scope { text: &pending.text, place: &pending.place, role: pending.role, own, within: None };
        let Some(expr) = self.resolve(&pending.ast, &scope) else { return };
        let definition = match (pending.role, &self.variable(pending.variable).definition) {
            (Role::Next | Role::Demand, Definition::Stock { start, .. }) => {
                Definition::Stock { start: *start, next: expr }
            }
            // A stock without a start: reported where it stands.
            (Role::Next | Role::Demand, _) => return,
            _ => Definition::Formula(expr),
        };
        self.define(pending.variable, definition);
    }

    /// Drivers are yearly rates, and a formula is taken as it is written.
    fn remark_on_rates(&mut self, pending: &Pending) {
        let mut names = Vec::new();
        constants::collect_names(&pending.ast, &mut names);
        if !names.contains(&"demand_growth") || names.contains(&"step_years") {
            return;
        }
        let length = self.horizon.length.name();
        let message = format!("`demand_growth` is growth of a year, and this formula makes a step of a {length}");
        let problem = pending.place.error("unconverted-rate", message).severity(Severity::Warning);
        self.push(problem.help("write `exp(demand_growth * step_years)`, or leave `demand` away"));
    }

    pub(super) fn resolve(&mut self, ast: &Ast, scope: &Scope<'_>) -> Option<Expr> {
        match &ast.kind {
            Syntax::Number(value) => Some(Expr::Constant(*value)),
            Syntax::Name(name) => self.name(name, &ast.span, scope),
            Syntax::At(name, index) => {
                let variable = self.lookup(name, &ast.span, scope)?;
                let step = self.fixed_step(*index, &ast.span, scope)?;
                Some(Expr::At { variable, step })
            }
            Syntax::Period(name) => self.time_of_period(*name, &ast.span, scope).map(Expr::Constant),
            Syntax::Prefix(op, operand) => Some(Expr::Unary(*op, Box::new(self.resolve(operand, scope)?))),
            Syntax::Infix(op, left, right) => {
                // Both sides are looked at, so that all problems come at once.
                let (left_expr, right_expr) = if is_comparison(*op) {
                    self.compared(left, right, scope)
                } else {
                    (self.resolve(left, scope), self.resolve(right, scope))
                };
                let expr = Expr::binary(*op, left_expr?, right_expr?);
                if is_comparison(*op) { self.where_it_happened(expr, [left, right], scope) } else { Some(expr) }
            }
            Syntax::Call(signature, arguments) => self.call(signature.function, signature.name, arguments, ast, scope),
        }
    }

    fn name(&mut self, name: &str, range: &Range<usize>, scope: &Scope<'_>) -> Option<Expr> {
        if self.lost.contains(name) {
            return None;
        }
        match name {
            "pi" => return Some(Expr::Constant(std::f64::consts::PI)),
            "step" => return Some(Expr::Step),
            "year" if self.horizon.is_calendar() => return Some(Expr::Year),
            "time" if self.horizon.is_calendar() => return Some(self.time()),
            "step_years" if self.horizon.is_calendar() => return Some(Expr::Constant(self.horizon.step_years())),
            "year" | "time" | "step_years" => {
                let message = format!("`{name}` has no meaning here: the steps of this file are no calendar steps");
                let problem = scope.error(range, "wrong-calendar", message);
                let problem = problem.expected("`step`").found(format!("`{name}`"));
                self.push(problem.help("write `step`, or a horizon with `start` and `end`"));
                return None;
            }
            "self" => {
                if let Some((own, _)) = &scope.own {
                    return Some(Expr::lag(*own, 1));
                }
                let message = "`self` is the stock's own value of the step before, and this is no stock";
                let problem = scope.error(range, "misplaced-self", message);
                self.push(problem.help("`self` may stand in the `next` of a stock; elsewhere write `prev(name)`"));
                return None;
            }
            _ => {}
        }
        self.lookup(name, range, scope).map(Expr::Variable)
    }

    /// The variable of a name.
    fn lookup(&mut self, name: &str, range: &Range<usize>, scope: &Scope<'_>) -> Option<VarId> {
        if let Some(named) = self.names.get(name) {
            let id = named.variable();
            self.used.insert(id);
            return Some(id);
        }
        if self.is_lost(name) {
            return None;
        }
        if self.tables.contains_key(name) {
            let problem = scope.error(range, "unknown-name", format!("`{name}` is a table, and a table is no value"));
            self.push(problem.expected(format!("`lookup(x, {name})`")).found(name));
            return None;
        }
        if let Some(usage) = formula::usage(name) {
            let message =
                format!("`{name}` is a function and needs its arguments, or a name that this file does not have");
            let problem = scope.error(range, "unknown-name", message).expected(usage);
            self.push(problem.nearest(self.nearest_name(name)));
            return None;
        }
        let problem = scope.error(range, "unknown-name", format!("there is no `{name}` in this file"));
        let problem = problem.found(name).nearest(self.nearest_name(name));
        let help = match name {
            "true" => Some("write 1".to_string()),
            "false" => Some("write 0".to_string()),
            "e" => Some("write exp(1)".to_string()),
            "t" => Some("the number of the step is `step`".to_string()),
            _ if name.contains('.') => Some(self.help_on_path(name)),
            _ => None,
        };
        self.push(match help {
            Some(help) => problem.help(help),
            None => problem,
        });
        None
    }

    /// The step of a year or step in brackets.
    fn fixed_step(&mut self, index: PeriodName, range: &Range<usize>, scope: &Scope<'_>) -> Option<usize> {
        if self.horizon.length == StepLength::Static {
            let message = "nothing has years or steps here: this file has no `horizon`";
            let problem = scope.error(range, "needs-horizon", message);
            self.push(problem.help("write the bare name, or add a `horizon`"));
            return None;
        }
        let Some(step) = self.horizon.position(index) else {
            let problem = scope.error(range, "wrong-calendar", self.no_such_period(&index.to_string()));
            self.push(problem.expected(self.range()).found(index.to_string()));
            return None;
        };
        match usize::try_from(step) {
            Ok(step) if step <= self.horizon.last() => Some(step),
            _ => {
                let message = format!("{index} is outside the horizon");
                let problem = scope.error(range, "outside-horizon", message);
                self.push(problem.expected(self.range()).found(index.to_string()));
                None
            }
        }
    }

    fn call(
        &mut self,
        function: Function,
        name: &str,
        arguments: &[Ast],
        ast: &Ast,
        scope: &Scope<'_>,
    ) -> Option<Expr> {
        match (function, arguments) {
            (Function::Unary(op), [x]) => Some(Expr::Unary(op, Box::new(self.resolve(x, scope)?))),
            (Function::Fold(op), _) => {
                let all: Vec<Option<Expr>> = arguments.iter().map(|argument| self.resolve(argument, scope)).collect();
                let mut all = all.into_iter().collect::<Option<Vec<Expr>>>()?.into_iter();
                let first = all.next()?;
                Some(all.fold(first, |a, b| Expr::binary(op, a, b)))
            }
            (Function::Clamp, [x, low, high]) => {
                let (x, low, high) = (self.resolve(x, scope), self.resolve(low, scope), self.resolve(high, scope));
                Some(Expr::binary(Binary::Min, Expr::binary(Binary::Max, x?, low?), high?))
            }
            (Function::If, [condition, yes, no]) => {
                let condition = self.resolve(condition, scope);
                let (yes, no) = (self.resolve(yes, scope), self.resolve(no, scope));
                Some(Expr::If(Box::new(condition?), Box::new(yes?), Box::new(no?)))
            }
            (Function::Prev, [x]) => self.lagged(x, 1, None, scope),
            (Function::Prev, [x, default]) => self.lagged(x, 1, Some(default), scope),
            (Function::Lag, [x, lag]) => self.lag(x, lag, None, scope),
            (Function::Lag, [x, lag, default]) => self.lag(x, lag, Some(default), scope),
            (Function::Lookup, [x, table]) => self.lookup_of(x, table, scope),
            (Function::Cumulative, [x]) => Some(Expr::Variable(self.running(Running::Sum, "cumulative", x, scope)?)),
            (Function::Aggregate(op), [x]) => self.aggregate(op, name, x, ast, scope),
            (Function::On | Function::Started | Function::Ended, [event]) => {
                let event = self.event_of(name, event, scope)?;
                Some(match function {
                    Function::On => Expr::On(event),
                    Function::Started => Expr::Started(event),
                    _ => Expr::Ended(event),
                })
            }
            (Function::Binds | Function::Short, [constraint]) => {
                let index = self.constraint_of(name, constraint, scope)?;
                Some(if function == Function::Binds { Expr::Binds(index) } else { Expr::Short(index) })
            }
            // The parser has counted the arguments.
            _ => None,
        }
    }

    pub(super) fn lagged(&mut self, x: &Ast, lag: usize, default: Option<&Ast>, scope: &Scope<'_>) -> Option<Expr> {
        let value = self.resolve(x, scope);
        let default = match default {
            Some(default) => Some(Box::new(self.resolve(default, scope)?)),
            None => None,
        };
        let (variable, inner) = match value? {
            Expr::Variable(variable) => (variable, 0),
            // prev(prev(x)) is lag(x, 2): the same steps have a value.
            Expr::Lag { variable, lag, default: None } => (variable, lag),
            Expr::Constant(_) => {
                let message = "a number is the same in every step";
                let problem = scope.error(&x.span, "needless-lag", message);
                self.push(problem.expected("a name or a formula that moves").help("write the number alone"));
                return None;
            }
            expr => (self.hoist(x, expr, scope), 0),
        };
        Some(Expr::Lag { variable, lag: (lag + inner).min(self.horizon.steps + 1), default })
    }

    /// A helper variable for an expression, named by its text; one for all formulas that write the same.
    pub(super) fn hoist(&mut self, ast: &Ast, expr: Expr, scope: &Scope<'_>) -> VarId {
        self.helper(scope.spelled(ast), Definition::Formula(expr), scope)
    }

    fn helper(&mut self, text: String, definition: Definition, scope: &Scope<'_>) -> VarId {
        if let Some(id) = self.helpers.get(&text) {
            return *id;
        }
        let id = self.add(&text, Place::default(), definition);
        // Problems of a helper belong to the formula that it was hoisted from.
        self.blame_on(id, scope.place.clone());
        if let Some(variable) = self.variable_mut(id) {
            variable.text = Some(text.clone());
            self.helpers.insert(text, id);
        }
        id
    }

    /// A running aggregate of an expression.
    fn running(&mut self, op: Running, name: &str, x: &Ast, scope: &Scope<'_>) -> Option<VarId> {
        let within = Scope { within: Some(name), own: scope.own.clone(), ..*scope };
        let of = match self.resolve(x, &within)? {
            Expr::Variable(variable) => variable,
            expr => self.hoist(x, expr, scope),
        };
        let text = format!("{name}({})", scope.spelled(x));
        Some(self.helper(text, Definition::Running { op, of }, scope))
    }

    fn aggregate(&mut self, op: Running, name: &str, x: &Ast, ast: &Ast, scope: &Scope<'_>) -> Option<Expr> {
        if scope.role != Role::Result {
            let message = format!("`{name}` looks at all steps, so it may stand in `targets` and `outputs` only");
            let problem = scope.error(&ast.span, "misplaced-aggregate", message);
            let help = "a formula of the model sees its own step and the ones before: `prev`, `lag`, `cumulative`";
            self.push(problem.help(help));
            return None;
        }
        if let Some(outer) = scope.within {
            let message = format!("`{name}` looks at all steps, and so does the `{outer}` around it");
            let problem = scope.error(&ast.span, "misplaced-aggregate", message);
            self.push(problem.help("combine them side by side, or use `cumulative` for a value of every step"));
            return None;
        }
        let right = if self.horizon.is_calendar() { "first_year" } else { "first_step" };
        if op == Running::First && name != right {
            let message = match right {
                "first_year" => format!("the horizon of this file is in {}s", self.horizon.length.name()),
                _ => "the steps of this file are no calendar years".to_string(),
            };
            let problem = scope.error(&ast.span, "wrong-calendar", message);
            self.push(problem.expected(format!("`{right}`")).found(format!("`{name}`")));
            return None;
        }
        let variable = self.running(op, name, x, scope)?;
        Some(Expr::At { variable, step: self.horizon.last() })
    }

    /// `first_year` of what never happens compares false: the comparison holds only where everything in it happened.
    fn where_it_happened(&mut self, comparison: Expr, sides: [&Ast; 2], scope: &Scope<'_>) -> Option<Expr> {
        let mut events = Vec::new();
        for side in sides {
            first_times(side, &mut events);
        }
        let mut happened: Option<Expr> = None;
        for event in events {
            let variable = self.running(Running::Ever, "ever", event, scope)?;
            let ever = Expr::At { variable, step: self.horizon.last() };
            happened = Some(match happened {
                Some(all) => Expr::binary(Binary::And, all, ever),
                None => ever,
            });
        }
        Some(match happened {
            Some(happened) => Expr::If(Box::new(happened), Box::new(comparison), Box::new(Expr::from(0.0))),
            None => comparison,
        })
    }

    /// What the name of an event or a constraint stands for; none for other names, which are not its kind, and for unknown
    /// ones, which are reported.
    fn named(&mut self, ast: &Ast, scope: &Scope<'_>) -> Result<Option<Named>, ()> {
        let Syntax::Name(name) = &ast.kind else { return Ok(None) };
        let named = self.names.get(name.as_str()).copied();
        if named.is_none() {
            self.lookup(name, &ast.span, scope);
        }
        named.map(Some).ok_or(())
    }

    fn event_of(&mut self, function: &str, ast: &Ast, scope: &Scope<'_>) -> Option<VarId> {
        if let Some(Named::Event(id)) = self.named(ast, scope).ok()? {
            self.used.insert(id);
            return Some(id);
        }
        let found = scope.written(ast);
        let message = format!("`{function}` takes the name of an event, and `{found}` is none");
        let problem = scope.error(&ast.span, "not-an-event", message).found(found);
        let events = self.list_names(|named| matches!(named, Named::Event(_)));
        self.push(problem.expected(events.unwrap_or_else(|| "an event; this file has none".into())));
        None
    }

    fn constraint_of(&mut self, function: &str, ast: &Ast, scope: &Scope<'_>) -> Option<usize> {
        if self.wanted.is_none() {
            let message = format!("`{function}` is about the ceilings of a market, and this file has no market");
            self.push(scope.error(&ast.span, "needs-market", message));
            return None;
        }
        if let Some(Named::Constraint(index, _)) = self.named(ast, scope).ok()? {
            return Some(index);
        }
        let found = scope.written(ast);
        let message = format!("`{function}` takes the name of a constraint, and `{found}` is none");
        let problem = scope.error(&ast.span, "not-a-constraint", message).found(found);
        let constraints = self.list_names(|named| matches!(named, Named::Constraint(..)));
        self.push(problem.expected(constraints.unwrap_or_else(|| "a constraint; this file has none".into())));
        None
    }

    /// The names of a kind, for messages; none if there are none.
    fn list_names(&self, keep: impl Fn(&Named) -> bool) -> Option<String> {
        let mut names: Vec<&str> =
            self.names.iter().filter(|(_, named)| keep(named)).map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        (!names.is_empty()).then(|| names.into_iter().take(20).collect::<Vec<_>>().join(", "))
    }
}

fn is_comparison(op: Binary) -> bool {
    matches!(
        op,
        Binary::Equal | Binary::NotEqual | Binary::Less | Binary::LessEqual | Binary::Greater | Binary::GreaterEqual
    )
}

/// The arguments of `first_year` and `first_step` whose value a formula may miss.
///
/// Comparisons inside are left out: they have a value whatever happens.
fn first_times<'a>(ast: &'a Ast, found: &mut Vec<&'a Ast>) {
    match &ast.kind {
        Syntax::Number(_) | Syntax::Name(_) | Syntax::At(..) | Syntax::Period(_) => {}
        Syntax::Infix(op, ..) if is_comparison(*op) => {}
        Syntax::Prefix(_, operand) => first_times(operand, found),
        Syntax::Infix(_, left, right) => {
            first_times(left, found);
            first_times(right, found);
        }
        Syntax::Call(signature, arguments) => match (signature.function, arguments.as_slice()) {
            (Function::Aggregate(Running::First), [argument]) => found.push(argument),
            _ => arguments.iter().for_each(|argument| first_times(argument, found)),
        },
    }
}

/// Whether a path may have no value of this formula: `first_year` of what never happens.
pub(super) fn may_be_absent(ast: &Ast) -> bool {
    let mut found = Vec::new();
    first_times(ast, &mut found);
    !found.is_empty()
}

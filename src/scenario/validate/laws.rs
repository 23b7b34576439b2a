//! Distributions: a law with its parameters, bounds and shock.

use super::builder::{Builder, Place, child, describe};
use super::csv;
use super::over_time::Draws;
use crate::diagnostic::{Problem, nearest_name};
use crate::dist::{Component, Distribution, Law};
use crate::model::{Definition, VarId};
use crate::scenario::json::{Json, Member, Node};
use crate::scenario::keys;
use crate::scenario::laws::{self, Form, LawForms};
use std::borrow::Cow;

/// Where the value of a parameter comes from.
enum Written<'n> {
    Here(&'n Node),
    Default(f64),
}

/// Reads one parameter: builder, where from, its path below the law's owner, its pointer.
type Read<'r, P> = &'r dyn Fn(&mut Builder<'_>, Written<'_>, &str, &str) -> P;

impl Builder<'_> {
    /// Defines a variable as a draw of the law in this object.
    pub(super) fn draw(&mut self, id: VarId, node: &Node, law: &Member, name: &str, pointer: &str, draws: Draws) {
        let over_time = self.over_time(node.get("over_time"), node, name, pointer, draws);
        let nested = draws.nested(&self.horizon);
        let read = |builder: &mut Builder<'_>, written: Written<'_>, path: &str, pointer: &str| {
            let name = format!("{name}.{path}");
            match written {
                Written::Here(node) => builder.quantity(node, &name, pointer, nested),
                Written::Default(value) => builder.add(&name, Place::default(), Definition::Constant(value)),
            }
        };
        let distribution = self.distribution(node, law, pointer, &read);
        if let (Some(over_time), Some(distribution)) = (over_time, distribution) {
            let input = self.add_input(name, over_time);
            self.define(id, Definition::Draw { input, distribution });
        }
    }

    fn distribution<P>(
        &mut self,
        node: &Node,
        law: &Member,
        pointer: &str,
        read: Read<'_, P>,
    ) -> Option<Distribution<P>> {
        let rule = laws::find(&law.key)?;
        let at = child(pointer, &law.key);
        let parsed = match rule.all[0] {
            Law::Discrete { .. } => self.discrete(&law.node, &at),
            Law::Empirical { .. } => self.empirical(&law.node, &at),
            Law::Metalog { .. } => self.metalog(&law.node, &at),
            Law::Mixture { .. } => self.mixture(&law.node, &at),
            _ => self.parametric(rule, &law.node, &at, read),
        };
        let truncate = self.bounds(node, "truncate", pointer, read);
        let clip = self.bounds(node, "clip", pointer, read);
        Some(Distribution { law: parsed?, truncate: truncate?, clip: clip? })
    }

    fn bounds<P>(
        &mut self,
        node: &Node,
        key: &str,
        pointer: &str,
        read: Read<'_, P>,
    ) -> Option<(Option<P>, Option<P>)> {
        let Some(bounds) = node.get(key) else { return Some((None, None)) };
        let at = child(pointer, key);
        let members = self.object(bounds, &at, &format!("`{key}`"))?;
        self.known_keys(members, &at, &format!("`{key}`"), &[keys::BOUNDS]);
        let mut bound = |side: &str| {
            let path = format!("{key}.{side}");
            bounds.get(side).map(|node| read(self, Written::Here(node), &path, &child(&at, side)))
        };
        let (low, high) = (bound("low"), bound("high"));
        if low.is_none() && high.is_none() {
            let problem = Problem::error("missing-key", bounds.span, at, format!("`{key}` has no bound"));
            self.push(problem.expected("`low`, `high` or both"));
            return None;
        }
        Some((low, high))
    }

    /// A law by its parameters, in whichever of its forms has the most of the keys that are written.
    fn parametric<P>(&mut self, law: LawForms, node: &Node, pointer: &str, read: Read<'_, P>) -> Option<Law<P>> {
        let what = format!("`{}`", law.name);
        let members = self.object(node, pointer, &what)?;
        let has = |key: &str| members.iter().any(|member| member.key == key);
        if let Some(form) = law.through_quantiles()
            && members.iter().any(|member| laws::probability(&member.key).is_some())
        {
            return self.two_quantiles(form, law, members, node, pointer, read);
        }
        let hits = |form: &&Form| form.parameters().iter().filter(|(name, _)| has(name)).count();
        // The first of equals: `max_by_key` would take the last.
        let form = law.named().rev().max_by_key(hits)?;
        let parameters = form.parameters();
        let names: Vec<&str> = parameters.iter().map(|(name, _)| &**name).collect();
        let all: Vec<Cow<'static, str>> = law.named().flat_map(Form::parameters).map(|(name, _)| name).collect();
        let all: Vec<&str> = all.iter().map(|name| &**name).collect();
        for member in members.iter().filter(|member| !names.contains(&member.key.as_str())) {
            if all.contains(&member.key.as_str()) {
                let message =
                    format!("{what} has `{}` beside {}", member.key, list(names.iter().filter(|name| has(name))));
                let span = member.key_span.or(member.node.span);
                let problem = Problem::error("mixed-parameters", span, child(pointer, &member.key), message);
                self.push(problem.expected(forms(law)).found(&member.key));
            } else {
                self.unknown_key(member, pointer, &what, &[&all]);
            }
        }
        let is_missing = |(name, default): &&(Cow<'_, str>, &Option<f64>)| default.is_none() && !has(name);
        let missing: Vec<&str> = parameters.iter().filter(is_missing).map(|(name, _)| &**name).collect();
        if !missing.is_empty() {
            let message = format!("{what} lacks {}", list(missing.iter()));
            let problem = Problem::error("missing-parameter", node.span, pointer, message);
            self.push(problem.expected(forms(law)));
            return None;
        }
        let filled = form.try_map(|name, default| {
            let written = node.get(&name).map(Written::Here).or(default.map(Written::Default)).ok_or(())?;
            Ok::<P, ()>(read(self, written, &name, &child(pointer, &name)))
        });
        filled.ok()
    }

    fn two_quantiles<P>(
        &mut self,
        form: &Form,
        law: LawForms,
        members: &[Member],
        node: &Node,
        pointer: &str,
        read: Read<'_, P>,
    ) -> Option<Law<P>> {
        let what = format!("`{}`", law.name);
        let mut at: Vec<(f64, P)> = Vec::new();
        let mut mixed = false;
        for member in members {
            match laws::probability(&member.key) {
                Some(probability) => {
                    let value = read(self, Written::Here(&member.node), &member.key, &child(pointer, &member.key));
                    at.push((probability, value));
                }
                None if mixed => {}
                None => {
                    let message = format!("{what} by two quantiles has no `{}`", member.key.escape_debug());
                    let span = member.key_span.or(member.node.span);
                    let problem = Problem::error("mixed-parameters", span, child(pointer, &member.key), message);
                    self.push(problem.expected(forms(law)).found(&member.key));
                    mixed = true;
                }
            }
        }
        if mixed {
            return None;
        }
        at.sort_by(|a, b| a.0.total_cmp(&b.0));
        let distinct = at.windows(2).all(|pair| pair[0].0 < pair[1].0);
        let count = at.len();
        match <[(f64, P); 2]>::try_from(at) {
            Ok(at) if distinct => Some(match form {
                Law::LogNormalQuantiles { .. } => Law::LogNormalQuantiles { at },
                _ => Law::NormalQuantiles { at },
            }),
            _ => {
                let message = format!("{what} is fixed by two quantiles, and {count} stand here");
                let problem = Problem::error("missing-parameter", node.span, pointer, message);
                self.push(problem.expected(forms(law)).help("more quantiles are fitted by the law `quantiles`"));
                None
            }
        }
    }

    fn discrete<P>(&mut self, node: &Node, pointer: &str) -> Option<Law<P>> {
        let members = self.object(node, pointer, "`discrete`")?;
        let mut values: Vec<(f64, f64)> = Vec::new();
        let mut good = true;
        for member in members {
            let at = child(pointer, &member.key);
            let value = member.key.parse::<f64>().ok().filter(|value| value.is_finite());
            if value.is_none() {
                let message =
                    format!("each key of `discrete` is a value, and `{}` is no number", member.key.escape_debug());
                self.push(
                    Problem::error("bad-value", member.key_span, &at, message).expected("a number").found(&member.key),
                );
            }
            let weight = self.weight(&member.node, &at);
            match (value, weight) {
                (Some(value), Some(weight)) => values.push((value, weight)),
                _ => good = false,
            }
        }
        values.sort_by(|a, b| a.0.total_cmp(&b.0));
        if let Some(pair) = values.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            let message = format!("the value {} stands twice in `discrete`", pair[0].0);
            self.push(Problem::error("bad-value", node.span, pointer, message).help("add its weights up"));
            good = false;
        }
        if members.is_empty() {
            let problem = Problem::error("missing-parameter", node.span, pointer, "`discrete` has no values");
            self.push(problem.expected("values and weights: {\"0\": 0.2, \"1.5\": 0.8}"));
            return None;
        }
        good.then(|| Law::Discrete { values: values.into() })
    }

    /// A weight: a constant above 0.
    fn weight(&mut self, node: &Node, pointer: &str) -> Option<f64> {
        let weight = self.number(node, pointer, "a weight")?;
        if weight > 0.0 {
            return Some(weight);
        }
        let problem = Problem::error("out-of-range", node.span, pointer, "a weight must be above 0");
        self.push(problem.expected("a number above 0").found(weight.to_string()).help("leave out what never happens"));
        None
    }

    fn empirical<P>(&mut self, node: &Node, pointer: &str) -> Option<Law<P>> {
        let members = self.object(node, pointer, "`empirical`")?;
        self.known_keys(members, pointer, "`empirical`", &[keys::EMPIRICAL]);
        let interpolate = match node.get("interpolate") {
            None => false,
            Some(Node { value: Json::Bool(yes), .. }) => *yes,
            Some(other) => {
                self.wrong_type(other, &child(pointer, "interpolate"), "`interpolate`", "true or false");
                false
            }
        };
        let mut values = match (node.get("values"), node.get("csv"), node.get("column")) {
            (Some(values), None, None) => self.sample(values, &child(pointer, "values"))?,
            (None, Some(file), Some(column)) => self.csv_column(file, column, pointer)?,
            _ => {
                let problem = Problem::error("missing-parameter", node.span, pointer, "`empirical` needs one sample");
                self.push(problem.expected("`values`, or `csv` and `column`"));
                return None;
            }
        };
        values.sort_by(f64::total_cmp);
        Some(Law::Empirical { values: values.into(), interpolate })
    }

    fn sample(&mut self, node: &Node, pointer: &str) -> Option<Vec<f64>> {
        let Json::Array(items) = &node.value else {
            self.wrong_type(node, pointer, "`values`", "a list of numbers");
            return None;
        };
        if items.is_empty() {
            let problem = Problem::error("missing-parameter", node.span, pointer, "the sample is empty");
            self.push(problem.expected("at least one number"));
            return None;
        }
        let mut values = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            values.push(self.number(item, &format!("{pointer}/{index}"), "a value of the sample"));
        }
        values.into_iter().collect()
    }

    fn csv_column(&mut self, file: &Node, column: &Node, pointer: &str) -> Option<Vec<f64>> {
        let at = child(pointer, "csv");
        let path = self.text(file, &at, "`csv`");
        let column_name = self.text(column, &child(pointer, "column"), "`column`");
        let (path, column_name) = (path?, column_name?);
        let content = match (self.context.read_csv)(&path, file) {
            Ok(content) => content,
            Err(mut problem) => {
                problem.span = problem.span.or(file.span);
                if problem.pointer.is_empty() {
                    problem.pointer = at;
                }
                self.push(*problem);
                return None;
            }
        };
        match csv::column(&content, &column_name) {
            Ok(values) => Some(values),
            Err(csv::CsvError::UnknownColumn { names }) => {
                let message = format!("{path} has no column `{}`", column_name.escape_debug());
                let near = nearest_name(&column_name, names.iter().map(String::as_str));
                let shown =
                    names.iter().take(20).map(|name| name.escape_debug().to_string()).collect::<Vec<_>>().join(", ");
                let problem = Problem::error("unknown-column", column.span, child(pointer, "column"), message);
                self.push(problem.expected(shown).found(column_name).nearest(near));
                None
            }
            Err(csv::CsvError::DuplicateColumn { places }) => {
                let places = places.iter().map(usize::to_string).collect::<Vec<_>>().join(" and ");
                let message = format!("{path} has the column `{}` more than once", column_name.escape_debug());
                let problem = Problem::error("duplicate-column", column.span, child(pointer, "column"), message);
                let problem = problem.found(format!("columns {places} of this name"));
                self.push(problem.help("give each column a name of its own"));
                None
            }
            Err(csv::CsvError::At { line, message }) => {
                self.push(Problem::error("bad-csv", file.span, at, format!("{path}, line {line}: {message}")));
                None
            }
        }
    }

    /// `quantiles`: a metalog through at least two quantiles, with optional bounds.
    fn metalog<P>(&mut self, node: &Node, pointer: &str) -> Option<Law<P>> {
        let members = self.object(node, pointer, "`quantiles`")?;
        let mut at: Vec<(f64, f64)> = Vec::new();
        let (mut low, mut high) = (None, None);
        let mut good = true;
        for member in members {
            let place = child(pointer, &member.key);
            let probability = laws::probability(&member.key);
            if probability.is_none() && !keys::BOUNDS.contains(&member.key.as_str()) {
                let message = format!("`quantiles` has no key `{}`", member.key.escape_debug());
                let problem = Problem::error("unknown-key", member.key_span.or(member.node.span), place, message);
                self.push(problem.expected("p1 to p99 (p2_5 is 2.5 %), low, high").found(&member.key));
                good = false;
                continue;
            }
            let value = self.number(&member.node, &place, &format!("`{}`", member.key));
            good &= value.is_some();
            match (probability, member.key.as_str(), value) {
                (Some(probability), _, Some(value)) => at.push((probability, value)),
                (None, "low", value) => low = value,
                (None, _, value) => high = value,
                _ => {}
            }
        }
        if good && at.len() < 2 {
            let problem =
                Problem::error("missing-parameter", node.span, pointer, "`quantiles` needs two quantiles or more");
            self.push(problem.expected("at least two of p1 to p99"));
            return None;
        }
        at.sort_by(|a, b| a.0.total_cmp(&b.0));
        if good && let Some(pair) = at.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            let message = format!("the quantile at {} stands twice", pair[0].0);
            self.push(Problem::error("bad-value", node.span, pointer, message));
            return None;
        }
        good.then(|| Law::Metalog { at: at.into(), low, high })
    }

    fn mixture<P>(&mut self, node: &Node, pointer: &str) -> Option<Law<P>> {
        let Json::Array(items) = &node.value else {
            self.wrong_type(node, pointer, "`mixture`", "a list of {\"weight\": ..., \"value\": ...}");
            return None;
        };
        if items.is_empty() {
            let problem = Problem::error("missing-parameter", node.span, pointer, "`mixture` has no components");
            self.push(problem.expected("a list of {\"weight\": ..., \"value\": ...}"));
            return None;
        }
        let mut components = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            components.push(self.component(item, &format!("{pointer}/{index}")));
        }
        let components: Option<Vec<_>> = components.into_iter().collect();
        Some(Law::Mixture { components: components?.into() })
    }

    fn component(&mut self, node: &Node, pointer: &str) -> Option<(f64, Component)> {
        let members = self.object(node, pointer, "a component of `mixture`")?;
        self.known_keys(members, pointer, "a component of `mixture`", &[keys::COMPONENT]);
        let (Some(weight), Some(value)) = (node.get("weight"), node.get("value")) else {
            let problem =
                Problem::error("missing-parameter", node.span, pointer, "a component of `mixture` is incomplete");
            self.push(problem.expected("{\"weight\": 0.7, \"value\": ...}"));
            return None;
        };
        let weight = self.weight(weight, &child(pointer, "weight"));
        let at = child(pointer, "value");
        let law = match &value.value {
            Json::Object(members) => members.iter().find(|member| laws::find(&member.key).is_some()),
            _ => None,
        };
        let component = match (law, &value.value) {
            (Some(law), Json::Object(members)) => {
                let keys: &[&[&str]] = &[&[law.key.as_str()], &["truncate", "clip"], keys::PAPERS];
                for member in members.iter().filter(|member| member.key == "over_time") {
                    let message = "a mixture is one draw: its `over_time` stands beside `mixture`, not inside";
                    let span = member.key_span.or(member.node.span);
                    self.push(
                        Problem::error("needless-over-time", span, child(&at, "over_time"), message)
                            .help("remove it here"),
                    );
                }
                for member in members.iter().filter(|member| member.key != "over_time") {
                    self.known_keys(std::slice::from_ref(member), &at, "a component of `mixture`", keys);
                }
                self.check_papers(members, &at);
                let read = |builder: &mut Builder<'_>, written: Written<'_>, path: &str, pointer: &str| match written {
                    Written::Here(node) => builder.number(node, pointer, &format!("`{path}`")).unwrap_or(f64::NAN),
                    Written::Default(value) => value,
                };
                let distribution = self.distribution(value, law, &at, &read)?;
                if distribution.parameters().iter().any(|(_, parameter)| parameter.is_nan()) {
                    // Reported where it stands.
                    return None;
                }
                Component::Distribution(Box::new(distribution))
            }
            (_, Json::Object(_)) if value.get("value").is_none() => {
                let problem = Problem::error(
                    "not-constant",
                    value.span,
                    at,
                    "a component of `mixture` is a number or a law with constant parameters",
                );
                self.push(problem.expected("a number or a law").found(describe(value)));
                return None;
            }
            _ => Component::Atom(self.number(value, &at, "an atom")?),
        };
        Some((weight?, component))
    }
}

/// The ways to write a law, for messages.
fn forms(law: LawForms) -> String {
    let parameter = |(name, default): (Cow<'static, str>, &Option<f64>)| match default {
        Some(default) => format!("{name} ({default})"),
        None => name.into_owned(),
    };
    let named = law.named().map(|form| form.parameters().into_iter().map(parameter).collect::<Vec<_>>().join(", "));
    named.chain(law.through_quantiles().map(|_| "two of p1 to p99".into())).collect::<Vec<_>>().join("; or ")
}

fn list<'n>(names: impl Iterator<Item = &'n &'n str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ")
}

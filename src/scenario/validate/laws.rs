//! Distributions: a law with its parameters, bounds and shock.

use super::builder::ModelBuilder;
use super::csv;
use super::item::Item;
use super::over_time::DrawSteps;
use super::spelling;
use crate::dist::{Component, Distribution, Entry, Law};
use crate::model::{Definition, VarId};
use crate::scenario::keys;
use crate::scenario::laws::{self, LawForm, LawForms, beside_quantiles, probability};
use std::borrow::Cow;

/// Where the value of a parameter comes from.
enum ParameterSource<'p, 'n> {
    Written(&'p Item<'n>),
    Default(f64),
}

/// Reads one parameter: builder, where from, its path below the law's owner.
type ReadParameter<'r, P> = &'r dyn Fn(&mut ModelBuilder<'_>, ParameterSource<'_, '_>, &str) -> P;

impl ModelBuilder<'_> {
    /// Defines a variable as a draw of the law that stands in an object under its name.
    pub(super) fn draw(&mut self, id: VarId, owner: &Item<'_>, law: &Item<'_>, name: &str, draws: DrawSteps) {
        let over_time = self.over_time(owner, name, draws);
        let nested = draws.nested(&self.horizon);
        let read = |builder: &mut ModelBuilder<'_>, parameter: ParameterSource<'_, '_>, path: &str| {
            let name = format!("{name}.{path}");
            match parameter {
                ParameterSource::Written(item) => builder.quantity(item, &name, nested),
                ParameterSource::Default(value) => builder.constant(&name, value),
            }
        };
        let distribution = self.distribution(owner, law, &read);
        if let (Some(over_time), Some(distribution)) = (over_time, distribution) {
            let input = self.add_input(name, over_time);
            self.define(id, Definition::Draw { input, distribution });
        }
    }

    fn distribution<P>(
        &mut self,
        owner: &Item<'_>,
        law: &Item<'_>,
        read: ReadParameter<'_, P>,
    ) -> Option<Distribution<P>> {
        let forms = laws::find(law.key)?;
        let parsed = match forms.all[0] {
            Law::Discrete { .. } => self.discrete(law, read),
            Law::Empirical { .. } => self.empirical(law),
            Law::Histogram { .. } => self.histogram(law, read),
            Law::Metalog { .. } => self.metalog(law, read),
            Law::Mixture { .. } => self.mixture(law, read),
            _ => self.parametric(forms, law, read),
        };
        let truncate = self.bounds(owner, "truncate", read);
        let clip = self.bounds(owner, "clip", read);
        Some(Distribution { law: parsed?, truncate: truncate?, clip: clip? })
    }

    fn bounds<P>(&mut self, owner: &Item<'_>, key: &str, read: ReadParameter<'_, P>) -> Option<(Option<P>, Option<P>)> {
        let Some(bounds) = owner.get(key) else { return Some((None, None)) };
        if !self.is_object_with(&bounds, &format!("`{key}`"), &[keys::BOUNDS]) {
            return None;
        }
        let mut bound = |side: &str| {
            let written = bounds.get(side)?;
            Some(read(self, ParameterSource::Written(&written), &format!("{key}.{side}")))
        };
        let (low, high) = (bound("low"), bound("high"));
        if low.is_none() && high.is_none() {
            let problem = bounds.error("missing-key", format!("`{key}` has no bound"));
            self.push(problem.expected("`low`, `high` or both"));
            return None;
        }
        Some((low, high))
    }

    /// A law by its parameters, in whichever of its forms has the most of the keys that are written.
    fn parametric<P>(&mut self, law: LawForms, item: &Item<'_>, read: ReadParameter<'_, P>) -> Option<Law<P>> {
        let what = format!("`{}`", law.name);
        if item.node.members().is_none()
            && let Some(form) = law.bare()
            && (item.node.number().is_some() || item.node.text().is_some())
        {
            return form.try_map(|name, _| Ok::<P, ()>(read(self, ParameterSource::Written(item), &name))).ok();
        }
        if !self.is_object_of_law(item, law) {
            return None;
        }
        if let Some(form) = law.through_quantiles()
            && item.keys().any(|key| probability(key).is_some())
        {
            return self.two_quantiles(form, law, item, read);
        }
        let hits = |form: &&LawForm| form.parameters().iter().filter(|(name, _)| item.has(name)).count();
        // The first of equals: `max_by_key` would take the last.
        let form = law.named().rev().max_by_key(hits)?;
        let parameters = form.parameters();
        let names: Vec<&str> = parameters.iter().map(|(name, _)| &**name).collect();
        let all: Vec<Cow<'_, str>> = law.named().flat_map(LawForm::parameters).map(|(name, _)| name).collect();
        let all: Vec<&str> = all.iter().map(|name| &**name).collect();
        let is_missing = |(name, default): &&(Cow<'_, str>, &Option<f64>)| default.is_none() && !item.has(name);
        let lacks = parameters.iter().any(|parameter| is_missing(&parameter));
        let unknown: Vec<Item<'_>> = item.members().filter(|member| !all.contains(&member.key)).collect();
        if let ([first, ..], true) = (&unknown[..], lacks)
            && let Some(line) = spelling::renamed(law, item)
        {
            // One slip, one problem: the names of another tool.
            let keys = list(unknown.iter().map(|member| &member.key));
            let problem = first.key_error("unknown-key", format!("{what} has no key {keys}"));
            self.push(problem.expected(spellings(law)).found(first.key).help(format!("write {line}")));
            return None;
        }
        for member in item.members().filter(|member| !names.contains(&member.key)) {
            if !all.contains(&member.key) {
                self.unknown_key(&member, &what, &[&all]);
                continue;
            }
            let written = list(names.iter().filter(|name| item.has(name)));
            let problem = member.key_error("mixed-parameters", format!("{what} has `{}` beside {written}", member.key));
            self.push(problem.expected(spellings(law)).found(member.key));
        }
        let missing: Vec<&str> = parameters.iter().filter(is_missing).map(|(name, _)| &**name).collect();
        if !missing.is_empty() {
            let problem = item.error("missing-parameter", format!("{what} lacks {}", list(missing.iter())));
            self.push(problem.expected(spellings(law)));
            return None;
        }
        let filled = form.try_map(|name, default| {
            let written = item.get(&name);
            let written =
                written.as_ref().map(ParameterSource::Written).or(default.map(ParameterSource::Default)).ok_or(())?;
            Ok::<P, ()>(read(self, written, &name))
        });
        filled.ok()
    }

    /// Whether the parameters of a law stand in an object; shows the line to write where they stand in a list.
    fn is_object_of_law(&mut self, item: &Item<'_>, law: LawForms) -> bool {
        if item.node.members().is_some() {
            return true;
        }
        let problem = item
            .error("wrong-type", format!("`{}` must be an object", law.name))
            .expected(spellings(law))
            .found(item.describe());
        let numbers: Option<Vec<f64>> =
            item.items().and_then(|items| items.iter().map(|item| item.node.number()).collect());
        let numbers = numbers.or(item.node.number().map(|number| vec![number])).unwrap_or_default();
        let line = spelling::law_line(law, &numbers);
        self.push(problem.help(format!("write {line}")));
        false
    }

    fn two_quantiles<P>(
        &mut self,
        form: &LawForm,
        law: LawForms,
        item: &Item<'_>,
        read: ReadParameter<'_, P>,
    ) -> Option<Law<P>> {
        let what = format!("`{}`", law.name);
        let beside = beside_quantiles(form);
        let mut at: Vec<(f64, P)> = Vec::new();
        let mut mixed = false;
        for member in item.members() {
            if let Some(probability) = probability(member.key) {
                at.push((probability, read(self, ParameterSource::Written(&member), member.key)));
            } else if beside.iter().any(|(name, _)| name == member.key) {
                // Read below.
            } else if !std::mem::replace(&mut mixed, true) {
                let message = format!("{what} by two quantiles has no `{}`", member.key.escape_debug());
                let problem = member.key_error("mixed-parameters", message);
                self.push(problem.expected(spellings(law)).found(member.key));
            }
        }
        if mixed {
            return None;
        }
        let mut others: Vec<P> = Vec::new();
        for (name, default) in &beside {
            let written = item.get(name);
            match written.as_ref().map(ParameterSource::Written).or(default.map(ParameterSource::Default)) {
                Some(source) => others.push(read(self, source, name)),
                None => {
                    let message = format!("{what} by two quantiles lacks `{name}`");
                    self.push(item.error("missing-parameter", message).expected(spellings(law)));
                    return None;
                }
            }
        }
        let mut others = others.into_iter();
        at.sort_by(|a, b| a.0.total_cmp(&b.0));
        let distinct = at.windows(2).all(|pair| pair[0].0 < pair[1].0);
        let count = at.len();
        match <[(f64, P); 2]>::try_from(at) {
            Ok(at) if distinct => Some(match form {
                Law::LogNormalQuantiles { .. } => Law::LogNormalQuantiles { at },
                Law::TriangularQuantiles { .. } => Law::TriangularQuantiles { at, mode: others.next()? },
                Law::PertQuantiles { .. } => Law::PertQuantiles { at, mode: others.next()?, shape: others.next()? },
                _ => Law::NormalQuantiles { at },
            }),
            _ => {
                let message = format!("{what} is fixed by two quantiles, and {count} stand here");
                let problem = item.error("missing-parameter", message).expected(spellings(law));
                self.push(problem.help("more quantiles are fitted by the law `quantiles`"));
                None
            }
        }
    }

    fn discrete<P>(&mut self, item: &Item<'_>, read: ReadParameter<'_, P>) -> Option<Law<P>> {
        if item.node.members().is_none() {
            let problem = item.error("wrong-type", "`discrete` must be an object").found(item.describe());
            let line =
                spelling::discrete_pairs(item).unwrap_or_else(|| "{\"discrete\": {\"0\": 0.2, \"1.5\": 0.8}}".into());
            self.push(problem.expected("values and weights").help(format!("write {line}")));
            return None;
        }
        let mut values: Vec<(f64, Entry<P>)> = Vec::new();
        let mut good = true;
        for member in item.members() {
            let value = member.key.parse::<f64>().ok().filter(|value| value.is_finite());
            if value.is_none() {
                let message =
                    format!("each key of `discrete` is a value, and `{}` is no number", member.key.escape_debug());
                self.push(member.key_error("bad-value", message).expected("a number").found(member.key));
            }
            let name = value.map_or_else(|| member.key.to_owned(), |value| value.to_string());
            match (value, self.weight(&member, &name, read)) {
                (Some(value), Some(weight)) => values.push((value, weight)),
                _ => good = false,
            }
        }
        values.sort_by(|a, b| a.0.total_cmp(&b.0));
        if let Some(pair) = values.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            let problem = item.error("bad-value", format!("the value {} stands twice in `discrete`", pair[0].0));
            self.push(problem.help("add its weights up"));
            good = false;
        }
        if item.keys().next().is_none() {
            let problem = item.error("missing-parameter", "`discrete` has no values");
            self.push(problem.expected("values and weights: {\"0\": 0.2, \"1.5\": 0.8}"));
            return None;
        }
        good.then(|| Law::Discrete { values: values.into() })
    }

    /// A weight: a number above 0, or a quantity.
    fn weight<P>(&mut self, item: &Item<'_>, path: &str, read: ReadParameter<'_, P>) -> Option<Entry<P>> {
        let weight = match self.entry(item, "a weight", path, read)? {
            Entry::Stated(weight) if weight <= 0.0 => weight,
            entry => return Some(entry),
        };
        let problem = item.error("out-of-range", "a weight must be above 0").expected("a number above 0");
        self.push(problem.found(weight.to_string()).help("leave out what never happens"));
        None
    }

    /// A number of a law made of data: stated where it is a number or a formula of constants, else a quantity.
    fn entry<P>(&mut self, item: &Item<'_>, what: &str, path: &str, read: ReadParameter<'_, P>) -> Option<Entry<P>> {
        if self.is_number(item)? {
            return self.number(item, what).map(Entry::Stated);
        }
        Some(Entry::Parameter(read(self, ParameterSource::Written(item), path)))
    }

    fn empirical<P>(&mut self, item: &Item<'_>) -> Option<Law<P>> {
        if !self.is_object_with(item, "`empirical`", &[keys::EMPIRICAL]) {
            return None;
        }
        let interpolate = self.flag(item, "interpolate").unwrap_or(false);
        let mut values = match (item.get("values"), item.get("csv"), item.get("column")) {
            (Some(values), None, None) => self.sample(&values)?,
            (None, Some(file), Some(column)) => self.csv_column(&file, &column)?,
            _ => {
                let problem = item.error("missing-parameter", "`empirical` needs one sample");
                self.push(problem.expected("`values`, or `csv` and `column`"));
                return None;
            }
        };
        values.sort_by(f64::total_cmp);
        Some(Law::Empirical { values: values.into(), interpolate })
    }

    /// `histogram`: classes between edges, with weights.
    fn histogram<P>(&mut self, item: &Item<'_>, read: ReadParameter<'_, P>) -> Option<Law<P>> {
        const EXPECTED: &str = "{\"edges\": [0, 1, 3], \"weights\": [2, 1]}: one weight fewer than edges";
        if !self.is_object_with(item, "`histogram`", &[keys::HISTOGRAM]) {
            return None;
        }
        let (Some(edges), Some(weights)) = (item.get("edges"), item.get("weights")) else {
            self.push(item.error("missing-parameter", "`histogram` is incomplete").expected(EXPECTED));
            return None;
        };
        let edges = self.items_of(&edges, "`edges`", |builder, item, _| builder.number(item, "a number of `edges`"));
        let weights = self.items_of(&weights, "`weights`", |builder, item, index| {
            builder.entry(item, "a number of `weights`", &format!("weights.{index}"), read)
        });
        Some(Law::Histogram { edges: edges?.into(), weights: weights?.into() })
    }

    /// What is read from each item of a list; none where one cannot be.
    fn items_of<T>(
        &mut self,
        list: &Item<'_>,
        what: &str,
        mut read: impl FnMut(&mut Self, &Item<'_>, usize) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Some(items) = list.items() else {
            self.wrong_type(list, what, "a list of numbers");
            return None;
        };
        let values: Vec<_> = items.iter().enumerate().map(|(index, item)| read(self, item, index)).collect();
        values.into_iter().collect()
    }

    fn sample(&mut self, item: &Item<'_>) -> Option<Vec<f64>> {
        let Some(items) = item.items() else {
            self.wrong_type(item, "`values`", "a list of numbers");
            return None;
        };
        if items.is_empty() {
            let problem = item.error("missing-parameter", "the sample is empty");
            self.push(problem.expected("at least one number"));
            return None;
        }
        let values: Vec<_> = items.iter().map(|item| self.number(item, "a value of the sample")).collect();
        values.into_iter().collect()
    }

    fn csv_column(&mut self, file: &Item<'_>, column: &Item<'_>) -> Option<Vec<f64>> {
        let name = self.text(column, "`column`");
        let (content, path) = self.csv_text(file)?;
        match csv::column(&content, &name?) {
            Ok(values) => Some(values),
            Err(error) => {
                self.csv_problem(error, &path, file, column);
                None
            }
        }
    }

    /// `quantiles`: a metalog through at least two quantiles, with optional bounds.
    fn metalog<P>(&mut self, item: &Item<'_>, read: ReadParameter<'_, P>) -> Option<Law<P>> {
        if !self.is_object(item, "`quantiles`") {
            return None;
        }
        let mut at: Vec<(f64, Entry<P>)> = Vec::new();
        let (mut low, mut high) = (None, None);
        let mut good = true;
        for member in item.members() {
            let probability = probability(member.key);
            if probability.is_none() && !keys::BOUNDS.contains(&member.key) {
                let message = format!("`quantiles` has no key `{}`", member.key.escape_debug());
                let problem = member.key_error("unknown-key", message);
                self.push(problem.expected("p1 to p99 (p2_5 is 2.5 %), low, high").found(member.key));
                good = false;
                continue;
            }
            let value = self.entry(&member, &format!("`{}`", member.key), member.key, read);
            good &= value.is_some();
            match (probability, member.key, value) {
                (Some(probability), _, Some(value)) => at.push((probability, value)),
                (None, "low", value) => low = value,
                (None, _, value) => high = value,
                _ => {}
            }
        }
        if good && at.len() < 2 {
            let problem = item.error("missing-parameter", "`quantiles` needs two quantiles or more");
            self.push(problem.expected("at least two of p1 to p99"));
            return None;
        }
        at.sort_by(|a, b| a.0.total_cmp(&b.0));
        if good && let Some(pair) = at.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            self.push(item.error("bad-value", format!("the quantile at {} stands twice", pair[0].0)));
            return None;
        }
        good.then(|| Law::Metalog { at: at.into(), low, high })
    }

    fn mixture<P>(&mut self, item: &Item<'_>, read: ReadParameter<'_, P>) -> Option<Law<P>> {
        const EXPECTED: &str = "a list of {\"weight\": ..., \"value\": ...}";
        let Some(items) = item.items() else {
            self.wrong_type(item, "`mixture`", EXPECTED);
            return None;
        };
        if items.is_empty() {
            self.push(item.error("missing-parameter", "`mixture` has no components").expected(EXPECTED));
            return None;
        }
        let (laws, limit) = (
            items.iter().filter(|item| item.get("value").is_some_and(|value| value.node.members().is_some())).count(),
            self.context.limits.parts,
        );
        if laws as u64 > limit {
            let message = format!("this mixture has {laws} distributions, more than the limit `parts` of {limit}");
            let problem = item.error("too-many-parts", message);
            self.push(problem.help("draw from an `empirical` sample instead, or raise the limit with --limit parts=N"));
            return None;
        }
        let components: Vec<_> =
            items.iter().enumerate().map(|(index, item)| self.component(item, index, read)).collect();
        Some(Law::Mixture { components: components.into_iter().collect::<Option<Vec<_>>>()?.into() })
    }

    fn component<P>(
        &mut self,
        item: &Item<'_>,
        index: usize,
        read: ReadParameter<'_, P>,
    ) -> Option<(Entry<P>, Component<P>)> {
        const WHAT: &str = "a component of `mixture`";
        if item.get("value").is_none()
            && let Some(law) = item.members().find(|member| laws::find(member.key).is_some())
        {
            let problem = law.key_error("missing-parameter", format!("the law of {WHAT} stands in its `value`"));
            self.push(problem.help(format!("write {{\"weight\": 0.7, \"value\": {{\"{}\": ...}}}}", law.key)));
            return None;
        }
        if !self.is_object_with(item, WHAT, &[keys::COMPONENT]) {
            return None;
        }
        let (Some(weight), Some(value)) = (item.get("weight"), item.get("value")) else {
            let problem = item.error("missing-parameter", format!("{WHAT} is incomplete"));
            self.push(problem.expected("{\"weight\": 0.7, \"value\": ...}"));
            return None;
        };
        let weight = self.weight(&weight, &format!("{index}.weight"), read);
        let component = if let Some(law) = value.members().find(|member| laws::find(member.key).is_some()) {
            self.component_law(&value, &law, WHAT, index, read)?
        } else {
            Component::Atom(read(self, ParameterSource::Written(&value), &format!("{index}.value")))
        };
        Some((weight?, component))
    }

    fn component_law<P>(
        &mut self,
        value: &Item<'_>,
        law: &Item<'_>,
        what: &str,
        index: usize,
        read: ReadParameter<'_, P>,
    ) -> Option<Component<P>> {
        if let Some(over_time) = value.get("over_time") {
            let message = "a mixture is one draw: its `over_time` stands beside `mixture`, not inside";
            self.push(over_time.key_error("needless-over-time", message).help("remove it here"));
        }
        let known: &[&[&str]] = &[&[law.key], &["truncate", "clip"], keys::PAPERS];
        let is_known = |key: &str| key == "over_time" || known.iter().any(|table| table.contains(&key));
        value
            .members()
            .filter(|member| !is_known(member.key))
            .for_each(|member| self.unknown_key(&member, what, known));
        self.check_texts(value, keys::PAPERS);
        let law_name = law.key;
        let read = |builder: &mut ModelBuilder<'_>, parameter: ParameterSource<'_, '_>, path: &str| {
            read(builder, parameter, &format!("{index}.value.{law_name}.{path}"))
        };
        Some(Component::Distribution(Box::new(self.distribution(value, law, &read)?)))
    }
}

/// The ways to write a law, for messages.
fn spellings(law: LawForms) -> String {
    let parameter = |(name, default): (Cow<'static, str>, &Option<f64>)| match default {
        Some(default) => format!("{name} ({default})"),
        None => name.into_owned(),
    };
    let named = law.named().map(|form| form.parameters().into_iter().map(parameter).collect::<Vec<_>>().join(", "));
    let through = law.through_quantiles().map(|form| {
        let beside = beside_quantiles(form).into_iter().map(|(name, default)| match default {
            Some(default) => format!(", {name} ({default})"),
            None => format!(", {name}"),
        });
        std::iter::once("two of p1 to p99".to_owned()).chain(beside).collect::<String>()
    });
    named.chain(through).collect::<Vec<_>>().join("; or ")
}

fn list<'n>(names: impl Iterator<Item = &'n &'n str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ")
}

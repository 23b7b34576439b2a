//! References: published paths that outputs are held against. Nothing that is simulated depends on them.

use super::builder::ModelBuilder;
use super::item::Item;
use crate::diagnostic::{Severity, nearest_name};
use crate::model::{Output, PeriodName, Reference, ReferenceGrowth, StepLength};
use crate::scenario::keys;

/// Values by step, ascending, and growth.
type PublishedPath = (Vec<(usize, f64)>, Option<ReferenceGrowth>);

impl ModelBuilder<'_> {
    /// Reads `references`, once the outputs are known.
    pub(super) fn references(&mut self, document: &Item<'_>, outputs: &[Output]) -> Vec<Reference> {
        let Some(references) = document.get("references") else { return Vec::new() };
        if !self.is_object(&references, "`references`") {
            return Vec::new();
        }
        if self.horizon.length == StepLength::Static {
            let problem = references.error("needs-horizon", "references are paths in time, and this file has none");
            self.push(problem.help("add a `horizon`"));
            return Vec::new();
        }
        let members: Vec<Item<'_>> = references.members().collect();
        members.iter().filter_map(|item| self.reference(item, outputs)).collect()
    }

    fn reference(&mut self, item: &Item<'_>, outputs: &[Output]) -> Option<Reference> {
        let what = format!("the reference `{}`", item.key);
        if !self.is_name(item) || !self.is_object_with(item, &what, &[keys::REFERENCE, keys::PROSE]) {
            return None;
        }
        self.check_texts(item, &["title"]);
        self.check_texts(item, keys::PROSE);
        let output = self.output_of_reference(item, outputs)?;
        let grows_alone = match item.get("compare") {
            Some(compare) => self.word(&compare, "`compare`", keys::COMPARE)? == 1,
            None => false,
        };
        let first = self.variable(outputs[output].variable).first;
        let (values, growth) = match (item.get("by_year"), item.get("growth")) {
            (Some(_), Some(growth)) => {
                let message = format!("{what} has values by year and `growth`");
                self.push(growth.key_error("several-kinds", message).expected("`by_year`, or `start` and `growth`"));
                return None;
            }
            (Some(by_year), None) => self.published_values(item, &by_year, first, grows_alone)?,
            (None, Some(growth)) => self.published_growth(item, &growth, first, grows_alone)?,
            (None, None) => {
                let problem = item.error("missing-key", format!("{what} has no values"));
                self.push(problem.expected("`by_year`: {\"2031\": 19.7}, or `start` and `growth`"));
                return None;
            }
        };
        let (name, title, source) = (item.key.to_owned(), item.text_of("title"), item.text_of("source"));
        let values = if grows_alone { Vec::new() } else { values };
        Some(Reference { name, title, source, output, values, growth })
    }

    /// The output that a reference is of: the one that it names, else the main one.
    fn output_of_reference(&mut self, item: &Item<'_>, outputs: &[Output]) -> Option<usize> {
        let moves = |output: &Output| self.variable(output.variable).first < self.horizon.last();
        let Some(of) = item.get("of") else {
            let whole = |output: &&Output| output.part.is_none();
            let main = outputs.iter().filter(whole).find(|output| output.name == "market");
            // Others mean the market where there is one; a file that extends theirs may report something else.
            if main.is_none() && self.wanted.is_some() {
                let message = format!("`{}` is not compared: it is of the market, which is no output here", item.key);
                let problem = item.error("reference-of-no-output", message).severity(Severity::Note);
                self.push(problem.help("add `market` to `outputs`, or name an output: \"of\""));
                return None;
            }
            let main = main.or_else(|| outputs.iter().filter(whole).find(|output| moves(output)));
            // Without outputs something else is wrong.
            let main = main.or_else(|| outputs.iter().find(whole))?.full_name();
            return outputs.iter().position(|output| output.full_name() == main);
        };
        let name = self.text(&of, "`of`")?;
        let found = outputs.iter().position(|output| output.full_name() == name);
        if found.is_none() && !self.is_lost(&name) {
            let names: Vec<String> = outputs.iter().map(Output::full_name).collect();
            let problem = of.error("unknown-name", format!("there is no output `{}`", name.escape_debug()));
            let problem = problem.expected("the name of an output").found(&name);
            self.push(problem.nearest(nearest_name(&name, names.iter().map(String::as_str))));
        }
        found
    }

    /// Values by period, and the growth from the first to the last of them.
    fn published_values(
        &mut self,
        item: &Item<'_>,
        by_year: &Item<'_>,
        first: usize,
        grows_alone: bool,
    ) -> Option<PublishedPath> {
        if !self.is_object(by_year, "`by_year`") {
            return None;
        }
        if let Some(start) = item.get("start") {
            let message = "a reference with values by year has no `start`";
            self.push(start.key_error("several-kinds", message).help("write the value under its year"));
            return None;
        }
        let last = self.horizon.last();
        let (from, to) = (self.horizon.period(first), self.horizon.period(last));
        let mut values: Vec<(i64, f64)> = Vec::new();
        for knot in by_year.members() {
            let position = PeriodName::parse(knot.key).and_then(|name| self.horizon.position(name));
            // Of growth alone the periods need not be those of this file: nothing is drawn.
            let is_known = |step: &i64| grows_alone || (first as i64..=last as i64).contains(step);
            let Some(step) = position.filter(is_known) else {
                let message = format!("`{}` is no period in which the output has a value", knot.key.escape_debug());
                let problem = knot.key_error("unknown-period", message).found(knot.key);
                self.push(problem.expected(format!("{from} to {to}")));
                return None;
            };
            let value = self.number(&knot, "a value of a reference")?;
            if values.iter().any(|(other, _)| *other == step) {
                let message = format!("`{}` names a step that another key names too", knot.key.escape_debug());
                self.push(knot.key_error("duplicate-name", message).help("remove one of them"));
                return None;
            }
            values.push((step, value));
        }
        values.sort_by_key(|(step, _)| *step);
        let (Some(&(begin, low)), Some(&(end, high))) = (values.first(), values.last()) else {
            let problem = by_year.error("missing-key", "`by_year` has no values");
            self.push(problem.expected("{\"2031\": 19.7}"));
            return None;
        };
        let has_growth = begin < end && low > 0.0 && high >= 0.0;
        if grows_alone && !has_growth {
            let problem = by_year.error("out-of-range", "growth is that from one value to a later one");
            self.push(problem.expected("two values, the first of them above 0"));
            return None;
        }
        let years = (end - begin) as f64 * self.horizon.step_years();
        let rate = |()| libm::pow(high / low, 1.0 / years) - 1.0;
        let growth = has_growth.then_some(()).map(rate).and_then(|rate| match grows_alone {
            true => self.growth_over(first, last, rate),
            false => Some(ReferenceGrowth { first: begin as usize, last: end as usize, rate, ratio: high / low }),
        });
        let inside = values.into_iter().filter_map(|(step, value)| Some((usize::try_from(step).ok()?, value)));
        Some((inside.collect(), growth))
    }

    /// A start in the base and growth a year from there.
    fn published_growth(
        &mut self,
        item: &Item<'_>,
        growth: &Item<'_>,
        first: usize,
        grows_alone: bool,
    ) -> Option<PublishedPath> {
        let rate = self.number(growth, "`growth` of a reference")?;
        if rate <= -1.0 {
            let problem = growth.error("out-of-range", "`growth` must be above -1");
            self.push(problem.expected("a fraction a year: 0.08 is 8 %").found(rate.to_string()));
            return None;
        }
        let start = match item.get("start") {
            Some(start) => Some(self.number(&start, "`start` of a reference")?),
            None => None,
        };
        if start.is_none() && !grows_alone {
            let problem = item.error("missing-key", format!("`{}` has `growth` and no `start`", item.key));
            let help = "add the value in the base, or \"compare\": \"growth\" to compare that alone";
            self.push(problem.expected("`start`").help(help));
            return None;
        }
        let last = self.horizon.last();
        let factor = |step: usize| libm::pow(1.0 + rate, step as f64 * self.horizon.step_years());
        if start.is_some_and(|start| !(start * factor(last)).is_finite()) || !factor(last).is_finite() {
            let problem = growth.error("out-of-range", format!("`{}` grows beyond every number", item.key));
            self.push(problem.expected("values that stay finite").found(rate.to_string()));
            return None;
        }
        let values = start
            .filter(|_| !grows_alone)
            .map_or_else(Vec::new, |start| (first..=last).map(|step| (step, start * factor(step))).collect());
        Some((values, self.growth_over(first, last, rate)))
    }

    /// The growth of an output between two steps against a rate; none between a step and itself.
    fn growth_over(&self, first: usize, last: usize, rate: f64) -> Option<ReferenceGrowth> {
        let years = last.checked_sub(first)? as f64 * self.horizon.step_years();
        (years > 0.0).then(|| ReferenceGrowth { first, last, rate, ratio: libm::pow(1.0 + rate, years) })
    }
}

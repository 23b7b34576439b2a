//! Correlations: pairs by name, made into groups with one positive definite matrix each.

use super::builder::{Builder, child, describe};
use super::matrix::{Matrix, guilty, is_positive_definite, nearest_correlation};
use crate::diagnostic::{Problem, Severity, Span};
use crate::dist::{Distribution, normal_score_for_pearson, normal_score_for_spearman, spearman_from_normal_score};
use crate::model::{CorrelationGroup, Definition, InputId, VarId};
use crate::scenario::json::{Json, Node};
use crate::scenario::keys;
use std::collections::{BTreeMap, HashMap};

/// Most inputs in one group: the check of a matrix takes the third power of it in time.
const LARGEST_GROUP: usize = 1000;

/// Most inputs in a group that is repaired, which takes an eigenvalue problem each round.
const LARGEST_REPAIR: usize = 100;

/// A gap between what is written and the same-step correlation that results, from which on it is worth a note.
const NOTED_GAP: f64 = 0.02;

/// How a correlation is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Measure {
    Rank,
    NormalScore,
    Pearson,
}

/// One pair of inputs.
#[derive(Clone, Debug)]
struct Pair {
    /// Correlation of the shocks.
    shocks: f64,
    written: f64,
    measure: Measure,
    repair: bool,
    span: Option<Span>,
    pointer: String,
}

impl Builder<'_> {
    /// Reads the correlations and makes groups of inputs, ordered by name.
    pub(super) fn correlations(&mut self, node: Option<&Node>) -> Vec<CorrelationGroup> {
        let Some(node) = node else { return Vec::new() };
        let Some(members) = self.object(node, "/correlations", "`correlations`") else { return Vec::new() };
        let inputs: HashMap<String, InputId> =
            self.inputs.iter().enumerate().map(|(i, input)| (input.name.clone(), InputId(i as u32))).collect();
        let mut pairs: BTreeMap<(InputId, InputId), Pair> = BTreeMap::new();
        for member in members {
            let pointer = child("/correlations", &member.key);
            if self.identifier(member, &pointer) {
                self.correlation(&member.node, &pointer, &inputs, &mut pairs);
            }
        }
        for ((a, b), pair) in &pairs {
            self.remark_on_pair(*a, *b, pair);
        }
        self.groups(&pairs)
    }

    fn correlation(
        &mut self,
        node: &Node,
        pointer: &str,
        inputs: &HashMap<String, InputId>,
        pairs: &mut BTreeMap<(InputId, InputId), Pair>,
    ) {
        let Some(members) = self.object(node, pointer, "a correlation") else { return };
        self.known_keys(members, pointer, "a correlation", &[keys::CORRELATION, keys::PROSE]);
        self.check_papers(members, pointer);
        let ids = self.tied(node, pointer, inputs);
        let measured = self.measure(node, pointer);
        let repair = match node.get("repair") {
            None => false,
            Some(Node { value: Json::Bool(yes), .. }) => *yes,
            Some(other) => {
                self.wrong_type(other, &child(pointer, "repair"), "`repair`", "true or false");
                false
            }
        };
        let (Some(ids), Some((measure, value, at))) = (ids, measured) else { return };
        let count = ids.len();
        let Some(values) = self.pair_values(value, &at, count) else { return };
        for i in 0..count {
            for j in 0..i {
                let (a, b) = (ids[i].min(ids[j]), ids[i].max(ids[j]));
                let written = values(i, j);
                let Some(shocks) = self.shocks(measure, written, (a, b), value, &at) else { continue };
                if let Some(other) = pairs.get(&(a, b)) {
                    let message = format!(
                        "the correlation of `{}` and `{}` stands here and in {}",
                        self.input_name(a),
                        self.input_name(b),
                        other.pointer
                    );
                    let problem = Problem::error("duplicate-correlation", node.span, pointer, message);
                    self.push(problem.related(other.span, "the first one").help("write it once"));
                    continue;
                }
                let pair = Pair { shocks, written, measure, repair, span: node.span, pointer: pointer.to_string() };
                pairs.insert((a, b), pair);
            }
        }
    }

    fn input_name(&self, id: InputId) -> &str {
        &self.inputs[id.0 as usize].name
    }

    /// The inputs that a correlation ties.
    fn tied(&mut self, node: &Node, pointer: &str, inputs: &HashMap<String, InputId>) -> Option<Vec<InputId>> {
        let (key, list) = match (node.get("between"), node.get("among")) {
            (Some(list), None) => ("between", list),
            (None, Some(list)) => ("among", list),
            _ => {
                let message = "a correlation ties two inputs or several";
                let problem = Problem::error("missing-key", node.span, pointer, message);
                self.push(problem.expected("`between`: [\"a\", \"b\"], or `among`: [\"a\", \"b\", \"c\"]"));
                return None;
            }
        };
        let at = child(pointer, key);
        let Json::Array(items) = &list.value else {
            self.wrong_type(list, &at, &format!("`{key}`"), "a list of inputs");
            return None;
        };
        let right_count = if key == "between" { items.len() == 2 } else { items.len() >= 2 };
        if !right_count {
            let expected = if key == "between" { "two inputs" } else { "two inputs or more" };
            let problem = Problem::error("wrong-count", list.span, &at, format!("`{key}` takes {expected}"));
            let problem = problem.expected(expected).found(items.len().to_string());
            self.push(if key == "between" { problem.help("more than two stand under `among`") } else { problem });
        }
        if items.len() > LARGEST_GROUP {
            self.too_many(items.len(), list.span, &at);
            return None;
        }
        let mut ids = Vec::with_capacity(items.len());
        let mut good = right_count;
        for (index, item) in items.iter().enumerate() {
            let at = format!("{at}/{index}");
            let Some(name) = self.text(item, &at, "an input") else {
                good = false;
                continue;
            };
            match inputs.get(&name) {
                Some(id) if ids.contains(id) => {
                    let problem = Problem::error("duplicate-name", item.span, at, format!("`{name}` stands twice"));
                    self.push(problem.help("an input is tied to others, not to itself"));
                    good = false;
                }
                Some(id) => ids.push(*id),
                None => {
                    self.unknown_input(&name, item, at);
                    good = false;
                }
            }
        }
        good.then_some(ids)
    }

    fn unknown_input(&mut self, name: &str, item: &Node, at: String) {
        let shown = name.escape_debug().to_string();
        let near = self.nearest_input(name);
        let message = match self.is_declared(name) {
            Some(_) => format!("`{shown}` is no random input: nothing is drawn under this name"),
            None => format!("there is no random input `{shown}`"),
        };
        let problem = Problem::error("unknown-input", item.span, at, message).found(name).nearest(near);
        self.push(
            problem
                .help("inputs are distributions, by name and parameter path: `ai`, `power.growth`, `downturn.start`"),
        );
    }

    fn too_many(&mut self, count: usize, span: Option<Span>, pointer: &str) {
        let message =
            format!("{count} inputs are tied to one another, more than the {LARGEST_GROUP} that are possible");
        let problem = Problem::error("too-many-correlated", span, pointer, message);
        self.push(problem.help("tie them through a common input instead: a formula such as `a * common + b * own`"));
    }

    fn measure<'n>(&mut self, node: &'n Node, pointer: &str) -> Option<(Measure, &'n Node, String)> {
        let mut found = keys::MEASURES.iter().filter_map(|key| node.get(key).map(|value| (*key, value)));
        match (found.next(), found.next()) {
            (Some((key, value)), None) => {
                let measure = match key {
                    "rank" => Measure::Rank,
                    "pearson" => Measure::Pearson,
                    _ => Measure::NormalScore,
                };
                Some((measure, value, child(pointer, key)))
            }
            (first, _) => {
                let message =
                    if first.is_none() { "a correlation has no value" } else { "a correlation has several values" };
                let code = if first.is_none() { "missing-key" } else { "ambiguous-quantity" };
                let problem = Problem::error(code, node.span, pointer, message);
                self.push(problem.expected("one of `rank`, `normal_score` and `pearson`"));
                None
            }
        }
    }

    /// The written value of each pair: one number for all, or a symmetric matrix.
    fn pair_values(&mut self, node: &Node, pointer: &str, count: usize) -> Option<Box<dyn Fn(usize, usize) -> f64>> {
        let Json::Array(rows) = &node.value else {
            let value = self.correlation_number(node, pointer)?;
            return Some(Box::new(move |_, _| value));
        };
        let mut matrix: Matrix = Vec::with_capacity(count);
        let mut shape = rows.len() == count;
        for (i, row) in rows.iter().enumerate() {
            let at = format!("{pointer}/{i}");
            let Json::Array(items) = &row.value else {
                self.wrong_type(row, &at, "a row of the matrix", "a list of numbers");
                return None;
            };
            shape &= items.len() == count;
            if shape {
                let values =
                    items.iter().enumerate().map(|(j, item)| self.correlation_number(item, &format!("{at}/{j}")));
                matrix.push(values.collect::<Option<Vec<f64>>>()?);
            }
        }
        if !shape {
            let problem = Problem::error(
                "wrong-count",
                node.span,
                pointer,
                "the matrix has another size than the list of inputs",
            );
            self.push(problem.expected(format!("{count} rows of {count} numbers")).found(describe(node)));
            return None;
        }
        for (i, row) in matrix.iter().enumerate() {
            for (j, found) in row[..=i].iter().enumerate() {
                let expected = if i == j { 1.0 } else { matrix[j][i] };
                if *found != expected {
                    let message =
                        if i == j { "the diagonal of the matrix is 1" } else { "the matrix is not symmetric" };
                    let at = format!("{pointer}/{i}/{j}");
                    let problem = Problem::error("bad-matrix", node.span, at, message);
                    self.push(problem.expected(expected.to_string()).found(found.to_string()));
                    return None;
                }
            }
        }
        Some(Box::new(move |i, j| matrix[i][j]))
    }

    fn correlation_number(&mut self, node: &Node, pointer: &str) -> Option<f64> {
        let value = self.number(node, pointer, "a correlation")?;
        if (-1.0..=1.0).contains(&value) {
            return Some(value);
        }
        let problem = Problem::error("out-of-range", node.span, pointer, "a correlation is from -1 to 1");
        self.push(problem.expected("from -1 to 1").found(value.to_string()));
        None
    }

    /// The correlation of the shocks that a written value means.
    fn shocks(
        &mut self,
        measure: Measure,
        written: f64,
        (a, b): (InputId, InputId),
        node: &Node,
        pointer: &str,
    ) -> Option<f64> {
        match measure {
            // Bivariate normal: K. Pearson (1907); rank r of the values is that of the shocks.
            Measure::Rank => Some(normal_score_for_spearman(written)),
            Measure::NormalScore => Some(written),
            Measure::Pearson => {
                let (law_a, law_b) = (self.constant_law(a, node, pointer), self.constant_law(b, node, pointer));
                let (law_a, law_b) = (law_a?, law_b?);
                match normal_score_for_pearson(&law_a, &law_b, written) {
                    Ok(shocks) => Some(shocks),
                    Err((low, high)) => {
                        let message = format!(
                            "`{}` and `{}` cannot have the correlation {written}",
                            self.input_name(a),
                            self.input_name(b)
                        );
                        let problem = Problem::error("unattainable-pearson", node.span, pointer, message);
                        let problem = problem.found(written.to_string());
                        self.push(if low.is_nan() {
                            problem.help("one of them is constant or has no variance, and correlates with nothing")
                        } else {
                            problem.expected(format!("from {low:.4} to {high:.4}"))
                        });
                        None
                    }
                }
            }
        }
    }

    /// The law of an input whose parameters are constants.
    fn constant_law(&mut self, id: InputId, node: &Node, pointer: &str) -> Option<Distribution<f64>> {
        let law = self.variables.iter().find_map(|variable| match &variable.definition {
            Definition::Draw { input, distribution } if *input == id => Some(distribution),
            _ => None,
        });
        let number = |parameter: &VarId| match self.variable(*parameter).definition {
            Definition::Constant(value) => Some(value),
            _ => None,
        };
        let constant = law.and_then(|law| law.try_map(|parameter| number(parameter).ok_or(())).ok());
        if constant.is_none() {
            let message =
                format!("`pearson` needs laws with constant parameters, and `{}` has none", self.input_name(id));
            let problem = Problem::error("not-constant", node.span, pointer, message);
            self.push(problem.help("write `rank` or `normal_score`, which suit any law"));
        }
        constant
    }

    /// What the way the shocks move makes of a correlation within one step.
    fn remark_on_pair(&mut self, a: InputId, b: InputId, pair: &Pair) {
        let over_time = |id: InputId| self.inputs[id.0 as usize].over_time;
        let kept = over_time(a).alignment(&over_time(b));
        let attained_shocks = pair.shocks * kept;
        let attained = match pair.measure {
            Measure::Rank => spearman_from_normal_score(attained_shocks),
            Measure::NormalScore => attained_shocks,
            // Close to linear: the note names it as about.
            Measure::Pearson => pair.written * kept,
        };
        if (attained - pair.written).abs() <= NOTED_GAP {
            return;
        }
        let (name_a, name_b) = (self.input_name(a), self.input_name(b));
        let problem = if kept == 0.0 {
            let message = format!(
                "`{name_a}` and `{name_b}` cannot be correlated: one is drawn once a path, the other anew in every step"
            );
            Problem::error("unattainable-correlation", pair.span, &pair.pointer, message)
                .severity(Severity::Warning)
                .help("give both the same kind of `over_time`, or leave the correlation out")
        } else {
            let message = format!(
                "`{name_a}` and `{name_b}` move differently over time: within one step their correlation is about {attained:.3}, not {}",
                pair.written
            );
            Problem::error("diluted-correlation", pair.span, &pair.pointer, message)
                .severity(Severity::Note)
                .help("the number ties the permanent parts and the innovations of the shocks")
        };
        self.push(problem);
    }

    /// Connected inputs with their matrices.
    fn groups(&mut self, pairs: &BTreeMap<(InputId, InputId), Pair>) -> Vec<CorrelationGroup> {
        let mut neighbours: BTreeMap<InputId, Vec<InputId>> = BTreeMap::new();
        for (a, b) in pairs.keys() {
            neighbours.entry(*a).or_default().push(*b);
            neighbours.entry(*b).or_default().push(*a);
        }
        let mut seen = std::collections::HashSet::new();
        let mut groups = Vec::new();
        for root in neighbours.keys() {
            if !seen.insert(*root) {
                continue;
            }
            let mut members = vec![*root];
            let mut at = 0;
            while at < members.len() {
                for next in &neighbours[&members[at]] {
                    if seen.insert(*next) {
                        members.push(*next);
                    }
                }
                at += 1;
            }
            members.sort_by(|a, b| self.input_name(*a).cmp(self.input_name(*b)));
            groups.extend(self.group(members, pairs));
        }
        groups.sort_by(|a, b| self.input_name(a.members[0]).cmp(self.input_name(b.members[0])));
        groups
    }

    fn group(&mut self, members: Vec<InputId>, pairs: &BTreeMap<(InputId, InputId), Pair>) -> Option<CorrelationGroup> {
        let pair = |a: InputId, b: InputId| pairs.get(&(a.min(b), a.max(b)));
        let first = members.iter().find_map(|b| pair(members[0], *b))?;
        if members.len() > LARGEST_GROUP {
            self.too_many(members.len(), first.span, &first.pointer);
            return None;
        }
        let shocks = |a: InputId, b: InputId| if a == b { 1.0 } else { pair(a, b).map_or(0.0, |pair| pair.shocks) };
        let matrix: Matrix = members.iter().map(|a| members.iter().map(|b| shocks(*a, *b)).collect()).collect();
        if is_positive_definite(&matrix) {
            return Some(CorrelationGroup { members, matrix });
        }
        let names: Vec<String> = members.iter().map(|id| self.input_name(*id).to_string()).collect();
        let mut wanted = false;
        for (i, a) in members.iter().enumerate() {
            wanted |= members[..i].iter().any(|b| pair(*a, *b).is_some_and(|pair| pair.repair));
        }
        if wanted && members.len() <= LARGEST_REPAIR {
            let repaired = nearest_correlation(&matrix);
            let table = before_and_after(&names, &matrix, &repaired);
            let message = format!("these correlations contradict one another and were repaired: {table}");
            let problem = Problem::error("correlation-repaired", first.span, &first.pointer, message);
            self.push(problem.severity(Severity::Note).help("normal-score correlations, before -> after"));
            return Some(CorrelationGroup { members, matrix: repaired });
        }
        let guilty = guilty(&matrix);
        let list = guilty.iter().map(|index| format!("`{}`", names[*index])).collect::<Vec<_>>().join(", ");
        let blamed = guilty
            .iter()
            .enumerate()
            .find_map(|(i, a)| guilty[..i].iter().find_map(|b| pair(members[*a], members[*b])));
        let at = blamed.unwrap_or(first);
        let message =
            format!("the correlations among {list} contradict one another: their matrix is not positive definite");
        let problem = Problem::error("not-positive-definite", at.span, &at.pointer, message);
        self.push(problem.help(if guilty.len() == 2 {
            "two inputs with correlation 1 or -1 are one input: write the other as a formula of it".to_string()
        } else if members.len() > LARGEST_REPAIR {
            format!("weaken them (more than {LARGEST_REPAIR} tied inputs cannot be repaired)")
        } else {
            "weaken one of them, or write `\"repair\": true` in one of them to take the nearest possible matrix"
                .to_string()
        }));
        None
    }
}

/// Every pair that the repair moved, largest moves first.
fn before_and_after(names: &[String], before: &Matrix, after: &Matrix) -> String {
    let mut moved: Vec<(f64, String)> = Vec::new();
    for i in 0..names.len() {
        for j in 0..i {
            let (b, a) = (before[i][j], after[i][j]);
            if (a - b).abs() >= 5e-5 {
                moved.push(((a - b).abs(), format!("{}, {}: {b:.4} -> {a:.4}", names[j], names[i])));
            }
        }
    }
    moved.sort_by(|x, y| y.0.total_cmp(&x.0));
    moved.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("; ")
}

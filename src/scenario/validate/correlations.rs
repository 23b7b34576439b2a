//! Correlations: pairs by name, made into groups with one positive semidefinite matrix each.

use super::builder::ModelBuilder;
use super::item::Item;
use super::matrix::{Matrix, guilty, is_positive_semidefinite, nearest_correlation};
use crate::diagnostic::Severity;
use crate::dist::{
    Distribution, normal_score_for_pearson, normal_score_for_spearman, normal_score_for_spearman_of,
    spearman_from_normal_score,
};
use crate::model::{CorrelationGroup, Definition, InputId, VarId};
use crate::scenario::keys;
use crate::scenario::place::Place;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Most inputs in one group: the check of a matrix takes the third power of it in time.
const LARGEST_GROUP: usize = 1000;

/// Most inputs in a group that is repaired, which takes an eigenvalue problem each round.
const LARGEST_REPAIR: usize = 100;

/// A gap between what is written and the same-step correlation that results, from which on it is worth a note.
const NOTED_GAP: f64 = 0.02;

/// How a correlation is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CorrelationMeasure {
    Rank,
    NormalScore,
    Pearson,
}

/// One pair of inputs.
#[derive(Clone, Debug)]
struct CorrelatedPair {
    /// Correlation of the shocks.
    shocks: f64,
    written: f64,
    measure: CorrelationMeasure,
    /// Whether the correlation of the shocks was solved for from the two laws.
    solved: bool,
    repair: bool,
    place: Place,
}

/// Correlated pairs, the smaller input first.
type Pairs = BTreeMap<(InputId, InputId), CorrelatedPair>;

impl ModelBuilder<'_> {
    /// Reads the correlations and makes groups of inputs, ordered by name.
    pub(super) fn correlations(&mut self, document: &Item<'_>) -> Vec<CorrelationGroup> {
        let Some(correlations) = document.get("correlations") else { return Vec::new() };
        self.is_object(&correlations, "`correlations`");
        let inputs: HashMap<String, InputId> =
            self.inputs.iter().enumerate().map(|(i, input)| (input.name.clone(), InputId(i as u32))).collect();
        let mut pairs = Pairs::new();
        for correlation in correlations.members() {
            if self.is_name(&correlation) {
                self.correlation(&correlation, &inputs, &mut pairs);
            }
        }
        for ((a, b), pair) in &pairs {
            self.remark_on_pair(*a, *b, pair);
        }
        self.groups(&pairs)
    }

    /// Adds the pairs of a correlation; none where it is wrong.
    fn correlation(&mut self, item: &Item<'_>, inputs: &HashMap<String, InputId>, pairs: &mut Pairs) -> Option<()> {
        if !self.is_object_with(item, "a correlation", &[keys::CORRELATION, keys::PROSE]) {
            return None;
        }
        self.check_texts(item, keys::PAPERS);
        let ids = self.tied(item, inputs);
        let measured = self.measure(item);
        let repair = self.flag(item, "repair").unwrap_or(false);
        let (ids, (measure, value)) = (ids?, measured?);
        let values = self.pair_values(&value, ids.len())?;
        for i in 0..ids.len() {
            for j in 0..i {
                let (a, b) = (ids[i].min(ids[j]), ids[i].max(ids[j]));
                let written = values(i, j);
                let Some((shocks, solved)) = self.shocks(measure, written, (a, b), &value) else { continue };
                if let Some(CorrelatedPair { place: other, .. }) = pairs.get(&(a, b)) {
                    let (a, b) = (self.input_name(a), self.input_name(b));
                    let message = format!("the correlation of `{a}` and `{b}` stands here and in {}", other.pointer);
                    let problem = item.error("duplicate-correlation", message).related(other.span, "the first one");
                    self.push(problem.help("write it once"));
                    continue;
                }
                pairs.insert((a, b), CorrelatedPair { shocks, written, measure, solved, repair, place: item.place() });
            }
        }
        Some(())
    }

    fn input_name(&self, id: InputId) -> &str {
        &self.inputs[id.0 as usize].name
    }

    /// The inputs that a correlation ties.
    fn tied(&mut self, item: &Item<'_>, inputs: &HashMap<String, InputId>) -> Option<Vec<InputId>> {
        let ((Some(list), None) | (None, Some(list))) = (item.get("between"), item.get("among")) else {
            let problem = item.error("missing-key", "a correlation ties two inputs or several");
            self.push(problem.expected("`between`: [\"a\", \"b\"], or `among`: [\"a\", \"b\", \"c\"]"));
            return None;
        };
        let Some(items) = list.items() else {
            self.wrong_type(&list, &format!("`{}`", list.key), "a list of inputs");
            return None;
        };
        let is_pair = list.key == "between";
        let right_count = if is_pair { items.len() == 2 } else { items.len() >= 2 };
        if !right_count {
            let expected = if is_pair { "two inputs" } else { "two inputs or more" };
            let problem = list.error("wrong-count", format!("`{}` takes {expected}", list.key));
            let problem = problem.expected(expected).found(items.len().to_string());
            self.push(if is_pair { problem.help("more than two stand under `among`") } else { problem });
        }
        if items.len() > LARGEST_GROUP {
            self.too_many(items.len(), &list.place());
            return None;
        }
        let mut ids = Vec::with_capacity(items.len());
        for item in &items {
            let Some(name) = self.text(item, "an input") else { continue };
            match inputs.get(&name) {
                Some(id) if ids.contains(id) => {
                    let problem = item.error("duplicate-name", format!("`{name}` stands twice"));
                    self.push(problem.help("an input is tied to others, not to itself"));
                }
                Some(id) => ids.push(*id),
                None => self.unknown_input(&name, item),
            }
        }
        (right_count && ids.len() == items.len()).then_some(ids)
    }

    fn unknown_input(&mut self, name: &str, item: &Item<'_>) {
        if self.is_broken_name(name) {
            return;
        }
        let shown = name.escape_debug();
        let message = match self.names.contains_key(name) {
            true => format!("`{shown}` is no random input: nothing is drawn under this name"),
            false => format!("there is no random input `{shown}`"),
        };
        let problem = item.error("unknown-input", message).found(name).nearest(self.nearest_input(name));
        let help = "inputs are distributions, by name and parameter path: `ai`, `power.growth`, `downturn.start`";
        self.push(problem.help(help));
    }

    fn too_many(&mut self, count: usize, place: &Place) {
        let message =
            format!("{count} inputs are tied to one another, more than the {LARGEST_GROUP} that are possible");
        let problem = place.error("too-many-correlated", message);
        self.push(problem.help("tie them through a common input instead: a formula such as `a * common + b * own`"));
    }

    fn measure<'n>(&mut self, item: &Item<'n>) -> Option<(CorrelationMeasure, Item<'n>)> {
        let mut found = keys::MEASURES.iter().filter_map(|key| item.get(key));
        let (code, message) = match (found.next(), found.next()) {
            (Some(value), None) => {
                let measure = match value.key {
                    "rank" => CorrelationMeasure::Rank,
                    "pearson" => CorrelationMeasure::Pearson,
                    _ => CorrelationMeasure::NormalScore,
                };
                return Some((measure, value));
            }
            (None, _) => ("missing-key", "a correlation has no value"),
            (Some(_), Some(_)) => ("ambiguous-quantity", "a correlation has several values"),
        };
        self.push(item.error(code, message).expected("one of `rank`, `normal_score` and `pearson`"));
        None
    }

    /// The written value of each pair: one number for all, or a symmetric matrix.
    fn pair_values(&mut self, item: &Item<'_>, count: usize) -> Option<Box<dyn Fn(usize, usize) -> f64>> {
        let Some(rows) = item.items() else {
            let value = self.correlation_number(item)?;
            return Some(Box::new(move |_, _| value));
        };
        let mut matrix: Matrix = Vec::with_capacity(count);
        let mut shape = rows.len() == count;
        for row in &rows {
            let Some(items) = row.items() else {
                self.wrong_type(row, "a row of the matrix", "a list of numbers");
                return None;
            };
            shape &= items.len() == count;
            if shape {
                matrix.push(items.iter().map(|item| self.correlation_number(item)).collect::<Option<Vec<f64>>>()?);
            }
        }
        if !shape {
            let problem = item.error("wrong-count", "the matrix has another size than the list of inputs");
            self.push(problem.expected(format!("{count} rows of {count} numbers")).found(item.describe()));
            return None;
        }
        for (i, row) in matrix.iter().enumerate() {
            for (j, found) in row[..=i].iter().enumerate() {
                let (expected, message) = match i == j {
                    true => (1.0, "the diagonal of the matrix is 1"),
                    false => (matrix[j][i], "the matrix is not symmetric"),
                };
                if *found != expected {
                    let place = Place { pointer: format!("{}/{i}/{j}", item.pointer), ..item.place() };
                    let problem = place.error("bad-matrix", message);
                    self.push(problem.expected(expected.to_string()).found(found.to_string()));
                    return None;
                }
            }
        }
        Some(Box::new(move |i, j| matrix[i][j]))
    }

    fn correlation_number(&mut self, item: &Item<'_>) -> Option<f64> {
        let value = self.number(item, "a correlation")?;
        if (-1.0..=1.0).contains(&value) {
            return Some(value);
        }
        let problem = item.error("out-of-range", "a correlation is from -1 to 1");
        self.push(problem.expected("from -1 to 1").found(value.to_string()));
        None
    }

    /// The correlation of the shocks that a written value means, and whether it was solved for from the laws.
    fn shocks(
        &mut self,
        measure: CorrelationMeasure,
        written: f64,
        pair: (InputId, InputId),
        item: &Item<'_>,
    ) -> Option<(f64, bool)> {
        let solved = match measure {
            CorrelationMeasure::NormalScore => return Some((written, false)),
            CorrelationMeasure::Rank => match self.graded(pair, item) {
                // Bivariate normal: K. Pearson (1907); rank r of values without ties is that of the shocks.
                None => return Some((normal_score_for_spearman(written), false)),
                Some(laws) => {
                    self.may_solve(item).then(|| normal_score_for_spearman_of(&laws[0], &laws[1], written))?
                }
            },
            CorrelationMeasure::Pearson => {
                let laws = (self.constant_law(pair.0), self.constant_law(pair.1));
                let laws = [self.needed_law(pair.0, laws.0, item), self.needed_law(pair.1, laws.1, item)];
                let [Some(law_a), Some(law_b)] = laws else { return None };
                self.may_solve(item).then(|| normal_score_for_pearson(&law_a, &law_b, written))?
            }
        };
        let attainable = match solved {
            Ok(shocks) => return Some((shocks, true)),
            Err(attainable) => attainable,
        };
        let (a, b) = (self.input_name(pair.0), self.input_name(pair.1));
        let (code, name) = match measure {
            CorrelationMeasure::Pearson => ("unattainable-pearson", "correlation"),
            _ => ("unattainable-rank", "rank correlation"),
        };
        let message = format!("`{a}` and `{b}` cannot have the {name} {written}");
        let problem = item.error(code, message).found(written.to_string());
        self.push(match attainable {
            (low, high) if !low.is_nan() => problem.expected(format!("from {low:.4} to {high:.4}")),
            _ => problem.help("one of them is constant or has no variance, and correlates with nothing"),
        });
        None
    }

    /// Counts a correlation that takes a search before the run; past the limit, says so once.
    fn may_solve(&mut self, item: &Item<'_>) -> bool {
        self.solved += 1;
        let limit = self.context.limits.solved;
        if self.solved == limit + 1 {
            let message = format!(
                "more than {limit} correlations would have to be worked out from their laws before the run: the limit \
                 `solved` is reached here"
            );
            let problem = item.error("too-many-solved", message);
            self.push(problem.help(
                "write `normal_score`, which needs no search, tie fewer inputs, or raise the limit with --limit solved=N",
            ));
        }
        self.solved <= limit
    }

    /// Both laws of a pair whose rank correlation must be solved for, because one of them has atoms; none where that of the
    /// shocks is that of the values, or the closest that can be said before the run, which a warning tells then.
    fn graded(&mut self, pair: (InputId, InputId), item: &Item<'_>) -> Option<[Distribution<f64>; 2]> {
        let laws = [pair.0, pair.1].map(|id| self.constant_law(id));
        let tied = [pair.0, pair.1].map(|id| self.law_of(id).is_some_and(|(_, law)| law.may_have_atoms()));
        if let [(draw_a, Some(law_a)), (draw_b, Some(law_b))] = &laws {
            // An invalid law is reported where it stands.
            let usable = law_a.check().is_ok() && law_b.check().is_ok();
            if !usable || (law_a.atoms().is_empty() && law_b.atoms().is_empty()) {
                return None;
            }
            self.pearson.extend([*draw_a, *draw_b].into_iter().flatten());
            return Some([law_a.clone(), law_b.clone()]);
        }
        if let Some(index) = tied.iter().position(|tied| *tied) {
            let name = self.input_name([pair.0, pair.1][index]);
            let message = format!(
                "`{name}` repeats values and its parameters, or those of the other input, are not the same throughout: this \
                 `rank` is that of the shocks, and that of the values is smaller"
            );
            let problem = item.error("rank-of-shocks", message).severity(Severity::Warning);
            self.push(problem.help("`normal_score` says the same without this warning"));
        }
        None
    }

    /// The draw behind an input and its law.
    fn law_of(&self, id: InputId) -> Option<(VarId, &Distribution<VarId>)> {
        self.variables.iter().enumerate().find_map(|(index, variable)| match &variable.definition {
            Definition::Draw { input, distribution } if *input == id => Some((VarId(index as u32), distribution)),
            _ => None,
        })
    }

    /// The draw behind an input, and its law where the parameters are constants.
    fn constant_law(&self, id: InputId) -> (Option<VarId>, Option<Distribution<f64>>) {
        let Some((draw, law)) = self.law_of(id) else { return (None, None) };
        let number = |parameter: &VarId| match self.variable(*parameter).definition {
            Definition::Constant(value) => Ok(value),
            _ => Err(()),
        };
        (Some(draw), law.try_map(number).ok())
    }

    /// The law that a `pearson` is worked out from; says so where it is not constant.
    fn needed_law(
        &mut self,
        id: InputId,
        (draw, law): (Option<VarId>, Option<Distribution<f64>>),
        item: &Item<'_>,
    ) -> Option<Distribution<f64>> {
        self.pearson.extend(draw);
        if law.is_none() {
            let message =
                format!("`pearson` needs laws with constant parameters, and `{}` has none", self.input_name(id));
            let problem = item.error("not-constant", message);
            self.push(problem.help("write `rank` or `normal_score`, which suit any law"));
        }
        law
    }

    /// What the way the shocks move makes of a correlation within one step.
    fn remark_on_pair(&mut self, a: InputId, b: InputId, pair: &CorrelatedPair) {
        let over_time = |id: InputId| self.inputs[id.0 as usize].over_time;
        let kept = over_time(a).alignment(&over_time(b));
        let attained_shocks = pair.shocks * kept;
        let attained = match pair.measure {
            CorrelationMeasure::Rank if !pair.solved => spearman_from_normal_score(attained_shocks),
            CorrelationMeasure::NormalScore => attained_shocks,
            // Close to linear: the note names it as about.
            CorrelationMeasure::Rank | CorrelationMeasure::Pearson => pair.written * kept,
        };
        if (attained - pair.written).abs() <= NOTED_GAP {
            return;
        }
        let (name_a, name_b) = (self.input_name(a), self.input_name(b));
        let problem = if kept == 0.0 {
            let message = format!(
                "`{name_a}` and `{name_b}` cannot be correlated: one is drawn once a path, the other anew in every step"
            );
            let problem = pair.place.error("unattainable-correlation", message).severity(Severity::Warning);
            problem.help("give both the same kind of `over_time`, or leave the correlation out")
        } else {
            let message = format!(
                "`{name_a}` and `{name_b}` move differently over time: within one step their correlation is about {attained:.3}, not {}",
                pair.written
            );
            let problem = pair.place.error("diluted-correlation", message).severity(Severity::Note);
            problem.help("the number ties the permanent parts and the innovations of the shocks")
        };
        self.push(problem);
    }

    /// Connected inputs with their matrices.
    fn groups(&mut self, pairs: &Pairs) -> Vec<CorrelationGroup> {
        let mut neighbours: BTreeMap<InputId, Vec<InputId>> = BTreeMap::new();
        for (a, b) in pairs.keys() {
            neighbours.entry(*a).or_default().push(*b);
            neighbours.entry(*b).or_default().push(*a);
        }
        let mut grouped = HashSet::new();
        let mut groups = Vec::new();
        for root in neighbours.keys() {
            if !grouped.insert(*root) {
                continue;
            }
            let mut members = vec![*root];
            let mut at = 0;
            while at < members.len() {
                let new = neighbours[&members[at]].iter().filter(|next| grouped.insert(**next));
                members.extend(new);
                at += 1;
            }
            members.sort_by(|a, b| self.input_name(*a).cmp(self.input_name(*b)));
            groups.extend(self.group(members, pairs));
        }
        groups.sort_by(|a, b| self.input_name(a.members[0]).cmp(self.input_name(b.members[0])));
        groups
    }

    fn group(&mut self, members: Vec<InputId>, pairs: &Pairs) -> Option<CorrelationGroup> {
        let pair = |a: InputId, b: InputId| pairs.get(&(a.min(b), a.max(b)));
        let first = members.iter().find_map(|b| pair(members[0], *b))?;
        if members.len() > LARGEST_GROUP {
            self.too_many(members.len(), &first.place);
            return None;
        }
        let shocks = |a: InputId, b: InputId| if a == b { 1.0 } else { pair(a, b).map_or(0.0, |pair| pair.shocks) };
        let matrix: Matrix = members.iter().map(|a| members.iter().map(|b| shocks(*a, *b)).collect()).collect();
        if is_positive_semidefinite(&matrix) {
            return Some(CorrelationGroup { members, matrix });
        }
        let names: Vec<String> = members.iter().map(|id| self.input_name(*id).to_string()).collect();
        let pairs_of = |a: InputId| members.iter().filter_map(move |b| pair(a, *b));
        let wanted = members.iter().any(|a| pairs_of(*a).any(|pair| pair.repair));
        if wanted && members.len() <= LARGEST_REPAIR {
            let repaired = nearest_correlation(&matrix);
            let table = before_and_after(&names, &matrix, &repaired);
            let message = format!("these correlations contradict one another and were repaired: {table}");
            let problem = first.place.error("correlation-repaired", message).severity(Severity::Note);
            self.push(problem.help("normal-score correlations, before -> after"));
            return Some(CorrelationGroup { members, matrix: repaired });
        }
        let guilty = guilty(&matrix);
        let list = guilty.iter().map(|index| format!("`{}`", names[*index])).collect::<Vec<_>>().join(", ");
        let blamed = guilty
            .iter()
            .enumerate()
            .find_map(|(i, a)| guilty[..i].iter().find_map(|b| pair(members[*a], members[*b])));
        let message =
            format!("the correlations among {list} contradict one another: their matrix is not positive semidefinite");
        let problem = blamed.unwrap_or(first).place.error("not-positive-definite", message);
        self.push(problem.help(if members.len() > LARGEST_REPAIR {
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

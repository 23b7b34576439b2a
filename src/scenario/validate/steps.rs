//! When each variable begins, and in which order a step is evaluated.
//!
//! No recursion: a file may chain a hundred thousand names.

use super::builder::ModelBuilder;
use crate::model::{Blend, Definition, Expr, Read, VarId};
use std::collections::HashMap;

/// A variable that never begins.
const NEVER: usize = usize::MAX;

/// What to do about variables that need each other.
const BREAK_THE_CIRCLE: &str = "break the circle with `prev(x)`, the value of the step before";

/// What to do about a circle through a lag that may be 0.
const MAY_BE_ZERO: &str = "a `lag` here may be 0 steps, and then reads the very step that needs it; one that is above 0 on \
                           every path may look back at what depends on it: `lag(x, max(1, lead), v)`";

impl ModelBuilder<'_> {
    /// Sets the first step of every variable and gives the order of the base and of every later step.
    pub(super) fn order_steps(&mut self) -> Option<(Vec<VarId>, Vec<VarId>)> {
        if self.full {
            return None;
        }
        let count = self.variables.len();
        let steps_edges: Vec<Vec<VarId>> = (0..count).map(|index| self.same_step(index)).collect();
        let (step_order, cycles) = topological(&steps_edges, |_| true);
        for cycle in &cycles {
            self.cycle(cycle);
        }
        if !cycles.is_empty() {
            return None;
        }
        let first = self.first_steps();
        for (variable, first) in self.variables.iter_mut().zip(&first) {
            variable.first = *first;
        }
        let complete = self.check_beginnings(&first);
        let base_edges: Vec<Vec<VarId>> = (0..count).map(|index| self.at_base(index)).collect();
        let (base_order, _) = topological(&base_edges, |index| first[index] == 0);
        complete.then_some((base_order, step_order))
    }

    /// What the variable reads of the same step in steps after the base.
    fn same_step(&self, index: usize) -> Vec<VarId> {
        let mut reads = Vec::new();
        self.reads(index, &mut |read| match read {
            Read::Same(id) => reads.push(id),
            // A fixed step may be the very step; the base is done before any.
            Read::At(id, step) if step > 0 => reads.push(id),
            _ => {}
        });
        reads
    }

    /// What the variable reads to have its value of step 0.
    fn at_base(&self, index: usize) -> Vec<VarId> {
        match &self.variables[index].definition {
            Definition::Stock { start, .. } => vec![*start],
            Definition::Event(_) => Vec::new(),
            Definition::Blend(blends) => blends.first().map_or(Vec::new(), |blend| {
                if blend.weight == 0.0 { vec![blend.left] } else { vec![blend.left, blend.right] }
            }),
            _ => {
                let mut reads = Vec::new();
                self.reads(index, &mut |read| match read {
                    Read::Same(id) | Read::At(id, 0) => reads.push(id),
                    _ => {}
                });
                reads
            }
        }
    }

    /// Calls `visit` with everything that a variable reads, ceilings as what they are.
    fn reads(&self, index: usize, visit: &mut dyn FnMut(Read)) {
        self.variables[index].definition.reads(&mut |read| self.each_ceiling(read, visit));
    }

    fn each_ceiling(&self, read: Read, visit: &mut dyn FnMut(Read)) {
        let ceilings = match read {
            Read::Ceiling(index) => self.ceilings.get(index..=index).unwrap_or_default(),
            Read::Ceilings => &self.ceilings,
            read => return visit(read),
        };
        self.wanted.iter().chain(ceilings).for_each(|id| visit(Read::Same(*id)));
    }

    /// The first step of every variable, or `NEVER`: steps are walked in order, and a variable begins as soon as all
    /// that it reads is there.
    fn first_steps(&self) -> Vec<usize> {
        let count = self.variables.len();
        let last = self.horizon.last();
        let mut first = vec![NEVER; count];
        // Who reads a variable: in the same step, some steps later, or at one fixed step.
        let mut readers: Vec<Vec<(usize, Read)>> = vec![Vec::new(); count];
        for index in 0..count {
            self.reads(index, &mut |read| readers[variable_of(read).0 as usize].push((index, read)));
        }
        let mut due: Vec<Vec<usize>> = vec![Vec::new(); last + 1];
        due[0] = (0..count).collect();
        if self.horizon.first_draw() == 1 {
            due[1] = (0..count).collect();
        }
        for step in 0..=last {
            let mut work = std::mem::take(&mut due[step]);
            while let Some(index) = work.pop() {
                if first[index] != NEVER || !self.begins(index, step, &first) {
                    continue;
                }
                first[index] = step;
                for (reader, read) in &readers[index] {
                    let when = match read {
                        Read::Before(_, lag) => step.saturating_add(*lag),
                        Read::At(_, at) => *at,
                        _ => step,
                    };
                    if when == step {
                        work.push(*reader);
                    } else if when > step && when <= last {
                        due[when].push(*reader);
                    }
                }
            }
        }
        first
    }

    /// Whether a variable has a value at a step, given the steps in which others began so far.
    fn begins(&self, index: usize, step: usize, first: &[usize]) -> bool {
        match &self.variables[index].definition {
            Definition::Constant(_) | Definition::ByStep(_) | Definition::Event(_) => true,
            Definition::Blend(blends) => blends.get(step).is_some_and(|blend| is_there(blend, step, first)),
            Definition::Draw { input, .. }
                if step < self.horizon.first_draw() && !self.inputs[input.0 as usize].over_time.is_constant() =>
            {
                false
            }
            Definition::Stock { .. } if step > 0 => false,
            _ => self.lacks(index, step, first).is_none(),
        }
    }

    /// The first read of an expression that has no value at a step.
    fn missing(&self, expr: &Expr, step: usize, first: &[usize]) -> Option<Read> {
        let there = |id: VarId, step: usize| first[id.0 as usize] <= step;
        match expr {
            Expr::Lag { variable, lag, .. } if *lag <= step && there(*variable, step - lag) => None,
            Expr::Lag { variable, lag, default } => match default {
                Some(default) => self.missing(default, step, first),
                None => Some(Read::Before(*variable, *lag)),
            },
            Expr::Delay(delay) => {
                [&delay.lag, &delay.default].into_iter().find_map(|part| self.missing(part, step, first))
            }
            Expr::Lookup(_, x) => self.missing(x, step, first),
            Expr::At { variable, step: at } if *at <= step && there(*variable, *at) => None,
            Expr::At { variable, step: at } => Some(Read::At(*variable, *at)),
            Expr::Unary(_, a) => self.missing(a, step, first),
            Expr::Binary(_, a, b) => [a, b].into_iter().find_map(|part| self.missing(part, step, first)),
            Expr::If(a, b, c) => [a, b, c].into_iter().find_map(|part| self.missing(part, step, first)),
            _ => self.first_missing(&mut |visit| expr.reads(visit), step, first),
        }
    }

    /// The first of some reads that is of the same step and has no value there.
    #[expect(clippy::type_complexity, reason = "a visitor of a visitor has no better name")]
    fn first_missing(&self, reads: &mut dyn FnMut(&mut dyn FnMut(Read)), step: usize, first: &[usize]) -> Option<Read> {
        let mut missing = None;
        let mut note = |read: Read| {
            if let Read::Same(id) = read
                && first[id.0 as usize] > step
            {
                missing.get_or_insert(read);
            }
        };
        reads(&mut |read| self.each_ceiling(read, &mut note));
        missing
    }

    /// The first read that a variable lacks at a step.
    fn lacks(&self, index: usize, step: usize, first: &[usize]) -> Option<Read> {
        match &self.variables[index].definition {
            Definition::Formula(expr) => self.missing(expr, step, first),
            Definition::Stock { start, .. } if step == 0 => {
                (first[start.0 as usize] > 0).then_some(Read::At(*start, 0))
            }
            Definition::Stock { next, .. } => self.missing(next, step, first),
            definition => self.first_missing(&mut |visit| definition.reads(visit), step, first),
        }
    }

    /// Reports variables that have no value where one is needed; true if there is none.
    fn check_beginnings(&mut self, first: &[usize]) -> bool {
        let before = self.problems.len();
        let last = self.horizon.last();
        // One missing value is reported once.
        let mut blamed = vec![false; self.variables.len()];
        for index in 0..self.variables.len() {
            let demanded =
                match &self.variables[index].definition {
                    _ if first[index] == NEVER => {
                        if matches!(self.variables[index].definition, Definition::Stock { .. }) { 0 } else { last }
                    }
                    Definition::Stock { next, .. } if last > 0 && self.missing(next, 1, first).is_some() => 1,
                    Definition::Event(event) if last > 0 => {
                        let late = |id: &VarId| first[id.0 as usize] > 1;
                        if [event.hazard, event.size, event.duration].iter().any(late) { 1 } else { continue }
                    }
                    Definition::Blend(blends) => {
                        match (first[index]..=last).find(|step| !is_there(&blends[*step], *step, first)) {
                            Some(step) => step,
                            None => continue,
                        }
                    }
                    _ => continue,
                };
            self.blame(index, demanded, first, &mut blamed);
        }
        self.problems.len() == before
    }

    /// Follows missing values to the one that causes them, and reports that.
    fn blame(&mut self, from: usize, step: usize, first: &[usize], blamed: &mut [bool]) {
        let (mut at, mut step) = (from, step);
        let mut trail: Vec<(usize, Option<Read>)> = Vec::new();
        let mut places: HashMap<usize, usize> = HashMap::new();
        // Whatever leads to a reported variable has its reason there.
        while !std::mem::replace(&mut blamed[at], true) {
            let read = self.lacks(at, step, first);
            places.insert(at, trail.len());
            trail.push((at, read));
            let next = match read {
                Some(Read::Same(id)) => Some((id, step)),
                Some(Read::Before(id, lag)) if lag <= step => Some((id, step - lag)),
                Some(Read::At(id, fixed)) if fixed <= step => Some((id, fixed)),
                _ => None,
            };
            match next {
                // A value that exists in other steps only: the reader asks for a step where there is none.
                Some((id, when))
                    if first[id.0 as usize] != NEVER && self.lacks(id.0 as usize, when, first).is_none() =>
                {
                    return self.too_early(at, id, when, first, from);
                }
                Some((id, when)) => {
                    (at, step) = (id.0 as usize, when);
                    if let Some(start) = places.get(&at) {
                        return self.never_begins(&trail[*start..]);
                    }
                }
                None => return self.reads_before_base(at, step, read, from),
            }
        }
    }

    fn reads_before_base(&mut self, index: usize, step: usize, read: Option<Read>, needed_by: usize) {
        let when = self.when(step);
        let name = self.variables[index].name.clone();
        let why = match read {
            Some(Read::Before(id, lag)) => {
                let target = &self.variable(id).name;
                format!("it reads `{target}` {lag} step{} earlier, before the base", if lag == 1 { "" } else { "s" })
            }
            Some(Read::At(id, at)) => {
                format!("it reads `{}` of {}, which is later", self.variable(id).name, self.when(at))
            }
            _ => "a fresh draw begins in the step after the base".to_string(),
        };
        let needed = self.needed(index, needed_by);
        let message = format!("`{name}` has no value in {when}{needed}: {why}");
        self.no_value(index, needed_by, message, "give a value for the missing steps: `prev(x, v)` or `lag(x, n, v)`");
    }

    fn too_early(&mut self, reader: usize, read: VarId, step: usize, first: &[usize], needed_by: usize) {
        let begins = self.when(first[read.0 as usize]);
        let (reader_name, name) = (self.variables[reader].name.clone(), self.variable(read).name.clone());
        let when = self.when(step);
        let needed = self.needed(reader, needed_by);
        let message = format!("`{reader_name}`{needed} reads `{name}` of {when}, and `{name}` begins in {begins}");
        self.no_value(
            reader,
            needed_by,
            message,
            "fresh draws and ceilings begin in the step after the base; `prev(x, v)` gives v where x has no value yet",
        );
    }

    fn needed(&self, index: usize, needed_by: usize) -> String {
        if index == needed_by { String::new() } else { format!(" (needed by `{}`)", self.variables[needed_by].name) }
    }

    fn never_begins(&mut self, circle: &[(usize, Option<Read>)]) {
        let names: Vec<&str> = circle.iter().map(|(index, _)| self.variables[*index].name.as_str()).collect();
        let chain = circular(&names);
        let lagged = circle.iter().any(|(_, read)| matches!(read, Some(Read::Before(..))));
        let index = circle
            .iter()
            .map(|(index, _)| *index)
            .find(|index| self.places[*index].span.is_some())
            .unwrap_or(circle[0].0);
        let (code, message, help) = match lagged {
            true => (
                "no-value-yet",
                format!("`{}` never has a first value: {chain}", names[0]),
                "say where it begins: `prev(x, v)` gives v before the first step, and a stock has a `start`",
            ),
            false => ("cyclic-formula", format!("these need each other at one step: {chain}"), BREAK_THE_CIRCLE),
        };
        let problem = self.places[index].error(code, message);
        self.push(problem.help(help));
    }

    fn no_value(&mut self, index: usize, needed_by: usize, message: String, help: &str) {
        let place = if self.places[index].pointer.is_empty() { &self.places[needed_by] } else { &self.places[index] };
        let problem = place.error("no-value-yet", message);
        self.push(problem.help(help));
    }

    fn cycle(&mut self, cycle: &[VarId]) {
        let names: Vec<&str> = cycle.iter().map(|id| self.variable(*id).name.as_str()).collect();
        let message = format!("these need each other in the same step: {}", circular(&names));
        let place =
            cycle.iter().map(|id| self.place(*id)).find(|place| place.span.is_some()).unwrap_or(self.place(cycle[0]));
        let problem = place.error("cyclic-formula", message);
        self.push(problem.help(match self.may_lag_by_zero(cycle) {
            true => MAY_BE_ZERO,
            false => BREAK_THE_CIRCLE,
        }));
    }
}

fn variable_of(read: Read) -> VarId {
    match read {
        Read::Same(id) | Read::Before(id, _) | Read::At(id, _) => id,
        Read::Ceiling(_) | Read::Ceilings => unreachable!("ceilings are visited one by one"),
    }
}

/// Whether both knots of a blend have begun, given the first step of every variable.
fn is_there(blend: &Blend, step: usize, first: &[usize]) -> bool {
    first[blend.left.0 as usize] <= step && (blend.weight == 0.0 || first[blend.right.0 as usize] <= step)
}

/// A circle of names as `a -> b -> a`; long ones are cut in the middle.
fn circular(names: &[&str]) -> String {
    const SHOWN: usize = 12;
    let mut shown: Vec<&str> = names.iter().take(SHOWN).copied().collect();
    if names.len() > SHOWN {
        shown.push("...");
    }
    shown.extend(names.first());
    shown.join(" -> ")
}

/// Cycles that are collected: every file has at most a few that are worth reading.
const MOST_CYCLES: usize = 20;

/// Dependencies first, by depth-first search in the order of the variables; and cycles, if there are
/// any. Variables that are not kept are left out with their edges.
fn topological(edges: &[Vec<VarId>], keep: impl Fn(usize) -> bool) -> (Vec<VarId>, Vec<Vec<VarId>>) {
    #[derive(Clone, Copy, PartialEq)]
    enum Visit {
        New,
        Open,
        Done,
    }
    let mut marks = vec![Visit::New; edges.len()];
    let mut order = Vec::with_capacity(edges.len());
    let mut cycles = Vec::new();
    // The way from the root to where the search is: variable and its next edge.
    let mut way: Vec<(usize, usize)> = Vec::new();
    for root in 0..edges.len() {
        if marks[root] != Visit::New || !keep(root) {
            continue;
        }
        marks[root] = Visit::Open;
        way.push((root, 0));
        while let Some((index, edge)) = way.last_mut() {
            let index = *index;
            let Some(next) = edges[index].get(*edge) else {
                marks[index] = Visit::Done;
                order.push(VarId(index as u32));
                way.pop();
                continue;
            };
            *edge += 1;
            let next = next.0 as usize;
            match marks[next] {
                Visit::New if keep(next) => {
                    marks[next] = Visit::Open;
                    way.push((next, 0));
                }
                Visit::Open if cycles.len() < MOST_CYCLES => {
                    let start = way.iter().position(|(index, _)| *index == next).unwrap_or(0);
                    cycles.push(way[start..].iter().map(|(index, _)| VarId(*index as u32)).collect());
                }
                Visit::New | Visit::Open | Visit::Done => {}
            }
        }
    }
    (order, cycles)
}

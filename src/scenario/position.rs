//! What stands where in a scenario, as far as merging must know: a driver may be named like a law, so position decides.

use super::json::{Json, Member, Node};
use super::laws;

/// A place in a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Position {
    /// The document.
    Root,
    /// `market`.
    Market,
    /// An object whose keys are names that the author chose, each of them leading to the same.
    Names(NamedKind),
    /// One named thing.
    One(NamedKind),
    /// `market.backlog`: a share with its start, or a stock.
    Backlog,
    /// `market.baseline`: a quantity, or an end, or a growth rate.
    Baseline,
    /// The parameters of a law, by its name.
    Law(&'static str),
    /// Bounds of a law: quantities by name.
    Bounds,
    /// A map whose keys are data: replaced whole.
    Data,
    /// One component of a mixture.
    Component,
    /// A sum of draws: its count and the size of each are quantities.
    Compound,
    /// Anything else: plain RFC 7396.
    Plain,
}

/// What the author's names stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NamedKind {
    /// A driver, constraint, variable or output; also any quantity that is not named.
    Quantity,
    /// An event.
    Event,
    /// A correlation.
    Correlation,
    /// A dimension of segments.
    Dimension,
    /// A segment.
    Part,
    /// A target.
    Target,
    /// A published path.
    Reference,
}

use NamedKind::{Correlation, Dimension, Event, Part, Quantity, Reference, Target};
use Position::{Backlog, Baseline, Bounds, Component, Compound, Data, Law, Market, Names, One, Plain, Root};

impl Position {
    /// What a member of an object at this position is.
    pub(super) fn member(self, key: &str) -> Position {
        match (self, key) {
            (Root, "market") => Market,
            (Root, "drivers" | "constraints" | "variables" | "outputs") => Names(Quantity),
            (Root, "events") => Names(Event),
            (Root, "correlations") => Names(Correlation),
            (Root, "segments") => Names(Dimension),
            (Root, "targets") => Names(Target),
            (Root, "references") => Names(Reference),
            (One(Reference), "by_year") => Data,
            (Market, "start" | "demand") => One(Quantity),
            (Market, "backlog") => Backlog,
            (Market, "baseline") => Baseline,
            (Names(named), _) => One(named),
            (One(Event), "hazard" | "size" | "duration") => One(Quantity),
            (One(Dimension), "noise") | (One(Part), "share" | "growth" | "noise") => One(Quantity),
            (One(Dimension | Part), "parts") => Names(Part),
            (Backlog, "share") | (Component, "value") | (Compound, "count" | "size") => One(Quantity),
            (One(Quantity) | Backlog | Baseline, _) => quantity_member(key),
            (Law("empirical"), _) | (Data, "csv" | "column" | "index") => Plain,
            (Law(_) | Bounds | Data, _) => One(Quantity),
            _ => Plain,
        }
    }

    /// What an item of a list at this position is.
    pub(super) fn item(self) -> Position {
        if self == Law("mixture") { Component } else { Plain }
    }

    /// The kind that a value at this position names: `value`, `formula`, `by_year`, `stock`, a law ...; `None` where it names
    /// none, as a patch of papers does, and where the position has no kinds.
    pub(super) fn kind(self, value: &Node) -> Option<&'static str> {
        match &value.value {
            Json::Object(members) => {
                let named = |member: &Member| self.kind_of_key(&member.key).filter(|_| member.node.value != Json::Null);
                members.iter().find_map(named)
            }
            _ => self.shorthand(value),
        }
    }

    /// The kind that a member of an object at this position belongs to.
    pub(super) fn kind_of_key(self, key: &str) -> Option<&'static str> {
        match (self, key) {
            (One(Event), "hazard" | "size" | "duration") => Some("event"),
            (One(Reference), "by_year") => Some("by_year"),
            (One(Reference), "start" | "growth") => Some("growth"),
            (Backlog, "share") => Some("share"),
            // Both forms of a backlog have a start, so it names neither.
            (Backlog, "start") => None,
            (Baseline, "end") => Some("end"),
            (Baseline, "cagr") => Some("cagr"),
            (One(Quantity) | Backlog | Baseline, _) => match key {
                "value" => Some("value"),
                "formula" => Some("formula"),
                "by_year" => Some("by_year"),
                "by_step" => Some("by_step"),
                "start" | "growth" | "next" => Some("stock"),
                "compound" => Some("compound"),
                _ => law(key),
            },
            _ => None,
        }
    }

    /// The member that a number or a text at this position is short for; it is the kind as well.
    pub(super) fn shorthand(self, value: &Node) -> Option<&'static str> {
        match (self, &value.value) {
            (Backlog, Json::Number(_) | Json::String(_)) => Some("share"),
            (One(Quantity) | Baseline, Json::Number(_)) => Some("value"),
            (One(Quantity) | Baseline, Json::String(_)) => Some("formula"),
            _ => None,
        }
    }

    /// Members that exclude each other share the first number and differ in the second: the parametrisations of a law, the
    /// two ways a stock goes on, the measures of a correlation.
    pub(super) fn alternative(self, key: &str) -> Option<(u8, usize)> {
        match (self, key) {
            (One(Quantity) | Backlog, "growth") => Some((0, 0)),
            (One(Quantity) | Backlog, "next") => Some((0, 1)),
            (One(Correlation), "between") => Some((0, 0)),
            (One(Correlation), "among") => Some((0, 1)),
            (One(Correlation), "rank") => Some((1, 0)),
            (One(Correlation), "normal_score") => Some((1, 1)),
            (One(Correlation), "pearson") => Some((1, 2)),
            (Law("empirical"), "values") => Some((0, 0)),
            (Law("empirical"), "csv" | "column") => Some((0, 1)),
            (Law(name), _) => {
                let law = laws::find(name)?;
                let form = law.form_of(key).or(self.is_one_of_two_percentiles(key).then_some(law.all.len()))?;
                Some((0, form))
            }
            _ => None,
        }
    }

    /// Whether a law is fixed here by exactly two of many percentiles, so that a new pair replaces the old one, and the key
    /// is one: `p5`, `p99_9`.
    pub(super) fn is_one_of_two_percentiles(self, key: &str) -> bool {
        let is_percentile = key.strip_prefix('p').is_some_and(|level| level.starts_with(|c: char| c.is_ascii_digit()));
        let Law(name) = self else { return false };
        is_percentile && laws::find(name).is_some_and(|law| law.through_quantiles().is_some())
    }
}

fn law(key: &str) -> Option<&'static str> {
    laws::find(key).map(|law| law.name)
}

fn quantity_member(key: &str) -> Position {
    match key {
        "start" | "growth" | "next" => One(Quantity),
        "by_year" | "by_step" | "discrete" => Data,
        "truncate" | "clip" => Bounds,
        "compound" => Compound,
        _ => law(key).map_or(Plain, Law),
    }
}

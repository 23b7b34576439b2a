//! One scenario on top of another: JSON merge patch (RFC 7396) with two rules of our own for quantities.
//!
//! In RFC 7396 members are merged object by object, `null` removes, and lists are replaced. On top of it, by position:
//!
//! - A patch that names another kind or law replaces the quantity: `{"pert": ...}` over `{"normal": ...}` leaves one law.
//!   Likewise one parametrisation, one way a stock goes on and one measure of a correlation replace the other.
//! - Maps whose keys are data (`by_year`, `by_step`, `discrete`) are replaced whole.
//!
//! A new value keeps `unit` and drops `source`, `confidence` and `note`, which spoke about the old one. A number or a formula
//! is short for its object form, so `{"source": ...}` over `9` gives `{"value": 9, "source": ...}`.

use super::json::{At, Json, Member, Node};
use super::keys::{LASTING, PROSE};
use super::position::Position;
use crate::diagnostic::{Problem, Severity, Span, nearest_name};
use std::collections::HashMap;

/// Objects with more members are looked up through an index.
const FEW_MEMBERS: usize = 16;

/// Merges a patch into a document; start from `Node::empty()`. Members keep their places, new ones go last.
///
/// Returns the problems with nulls: an error for each in a first patch, which inherits nothing that they could remove; after it
/// a warning for names that were to be removed and are not there.
pub fn merge(document: &mut Node, patch: Node) -> Vec<Problem> {
    let span = patch.span.or(document.span);
    let is_first = document.members().is_none_or(<[Member]>::is_empty);
    let mut merge = Merge { is_first, remarks: Vec::new() };
    merge.node(document, patch, Position::Root, At::Root);
    document.span = span;
    merge.remarks
}

/// Merges a patch into a part of a document.
pub(super) fn merge_at(target: &mut Node, patch: Node, position: Position) {
    Merge { is_first: false, remarks: Vec::new() }.node(target, patch, position, At::Root);
}

struct Merge {
    is_first: bool,
    remarks: Vec<Problem>,
}

impl Merge {
    /// Merges a patch other than null.
    fn node(&mut self, target: &mut Node, patch: Node, position: Position, at: At<'_>) {
        let kind = position.kind(&patch);
        let is_new_value = names_value(&patch, position);
        let Node { value: Json::Object(members), span } = patch else {
            *target = with_lasting_of(target, patch, position);
            return;
        };

        if !matches!(target.value, Json::Object(_)) || position == Position::Data {
            let written = std::mem::replace(target, Node { value: Json::Object(Vec::new()), span });
            if let (Some(key), Json::Object(members)) = (position.shorthand(&written), &mut target.value) {
                target.span = written.span;
                members.push(Member { key: key.to_owned(), key_span: written.span, node: written });
            }
        }
        let is_other_kind = kind.is_some() && kind != position.kind(target);
        if is_other_kind {
            target.span = span;
        }
        let Json::Object(old) = &mut target.value else { unreachable!("the target was made an object above") };
        if is_other_kind {
            old.retain(|member| LASTING.contains(&member.key.as_str()));
        } else if is_new_value {
            old.retain(|member| !PROSE.contains(&member.key.as_str()));
        }
        drop_alternatives(old, &members, position);
        self.members(old, members, position, at);
    }

    fn members(&mut self, old: &mut Vec<Member>, new: Vec<Member>, position: Position, at: At<'_>) {
        let index: Option<HashMap<String, usize>> = (old.len() > FEW_MEMBERS && new.len() > 1)
            .then(|| old.iter().enumerate().map(|(place, member)| (member.key.clone(), place)).collect());
        let count = old.len();
        let mut is_removed = vec![false; count];
        for Member { key, key_span, node } in new {
            let place = match &index {
                Some(index) => index.get(&key).copied(),
                None => old[..count].iter().position(|member| member.key == key),
            };
            let is_null = node.value == Json::Null;
            let child = position.member(&key);
            match place {
                Some(place) if is_null => is_removed[place] = true,
                Some(place) => {
                    let span = node.span;
                    let member = &mut old[place];
                    self.node(&mut member.node, node, child, At::Member(&at, &key));
                    // The key is where the value is, so that a problem with either points at one file.
                    if member.node.span == span {
                        member.key_span = key_span;
                    }
                }
                None if is_null => self.nothing_to_remove(old, &key, key_span, position, at),
                None => {
                    let mut member = Node { value: Json::Null, span: node.span };
                    self.node(&mut member, node, child, At::Member(&at, &key));
                    old.push(Member { key, key_span, node: member });
                }
            }
        }
        let mut place = 0;
        old.retain(|_| {
            place += 1;
            !is_removed.get(place - 1).copied().unwrap_or(false)
        });
    }

    /// Among the author's names a null that removes nothing is probably misspelt; elsewhere it only makes sure.
    fn nothing_to_remove(&mut self, members: &[Member], key: &str, span: Option<Span>, position: Position, at: At<'_>) {
        let problem = |message| Problem::error("nothing-to-remove", span, At::Member(&at, key).pointer(), message);
        if self.is_first {
            let message = format!("null removes what is inherited, and `{key}` is not");
            self.remarks.push(problem(message).help("write a value, or remove this member"));
        } else if matches!(position, Position::Names(_)) {
            let message = format!("null removes an inherited name, and there is no `{key}`");
            let nearest = nearest_name(key, members.iter().map(|member| member.key.as_str()));
            let problem = problem(message).severity(Severity::Warning).nearest(nearest);
            self.remarks.push(problem.help("remove this member, or correct its name"));
        }
    }
}

/// A patch that is no object replaces; where it is short for a quantity, it keeps the title and the unit of the one
/// before.
fn with_lasting_of(target: &mut Node, patch: Node, position: Position) -> Node {
    let Json::Object(members) = &mut target.value else { return patch };
    let Some(key) = position.shorthand(&patch) else { return patch };
    let kept = members.extract_if(.., |member| LASTING.contains(&member.key.as_str()));
    let (kept, span): (Vec<Member>, _) = (kept.collect(), patch.span);
    if kept.is_empty() {
        return patch;
    }
    let value = Member { key: key.to_owned(), key_span: span, node: patch };
    Node { value: Json::Object(std::iter::once(value).chain(kept).collect()), span }
}

/// Whether a patch says what the value is, and not only what is said about it.
fn names_value(patch: &Node, position: Position) -> bool {
    let Json::Object(members) = &patch.value else { return true };
    if matches!(position, Position::Plain | Position::Data) {
        return true;
    }
    let is_parameter =
        |key: &str| position.kind_of_key(key).is_some() || matches!(position, Position::Law(_) | Position::Bounds);
    members.iter().any(|member| {
        member.node.value != Json::Null
            && is_parameter(&member.key)
            && names_value(&member.node, position.member(&member.key))
    })
}

/// Removes the members that the patch's own exclude.
fn drop_alternatives(old: &mut Vec<Member>, new: &[Member], position: Position) {
    let given = || new.iter().filter(|member| member.node.value != Json::Null).map(|member| member.key.as_str());
    let chosen: Vec<(u8, usize)> = given().filter_map(|key| position.alternative(key)).collect();
    if chosen.is_empty() {
        return;
    }
    let is_percentile = |key: &str| position.is_one_of_two_percentiles(key);
    let is_new_pair = given().filter(|key| is_percentile(key)).count() >= 2;
    old.retain(|member| {
        let excluded = position.alternative(&member.key).is_some_and(|(group, own)| {
            chosen.iter().any(|&(other_group, other)| group == other_group && own != other)
        });
        !(excluded || (is_new_pair && is_percentile(&member.key)))
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::scenario::{parse, to_json};
    use serde_json::{Value, json};

    fn node(source: u32, value: &Value) -> Node {
        parse(source, value.to_string().as_bytes(), &Limits::default()).expect("a JSON value is JSON")
    }

    /// Merges below `outside`, e.g. `/drivers/x`, and returns what stands there afterwards.
    fn merged(outside: &str, target: Value, patch: Value) -> Value {
        let wrap = |value: Value| {
            outside.rsplit('/').filter(|key| !key.is_empty()).fold(value, |value, key| json!({ key: value }))
        };
        let mut document = node(0, &wrap(target));
        merge(&mut document, node(1, &wrap(patch)));
        to_json(&document).pointer(outside).cloned().unwrap_or(Value::Null)
    }

    fn quantity(target: Value, patch: Value) -> String {
        merged("/drivers/x", target, patch).to_string()
    }

    #[test]
    fn plain_positions_follow_the_appendix_of_rfc_7396() {
        let cases = [
            (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#),
            (r#"{"a":"b"}"#, r#"{"a":null}"#, r#"{}"#),
            (r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#),
            (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":"c"}"#, r#"{"a":["b"]}"#, r#"{"a":["b"]}"#),
            (r#"{"a":{"b":"c"}}"#, r#"{"a":{"b":"d","c":null}}"#, r#"{"a":{"b":"d"}}"#),
            (r#"{"a":[{"b":"c"}]}"#, r#"{"a":[1]}"#, r#"{"a":[1]}"#),
            (r#"["a","b"]"#, r#"["c","d"]"#, r#"["c","d"]"#),
            (r#"{"a":"b"}"#, r#"["c"]"#, r#"["c"]"#),
            (r#"{"a":"foo"}"#, r#""bar""#, r#""bar""#),
            (r#"{"e":null}"#, r#"{"a":1}"#, r#"{"e":null,"a":1}"#),
            (r#"[1,2]"#, r#"{"a":"b","c":null}"#, r#"{"a":"b"}"#),
            (r#"{}"#, r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#),
        ];
        for (target, patch, expected) in cases {
            let read = |text: &str| node(0, &serde_json::from_str(text).expect("the appendix is JSON"));
            let mut document = read(target);
            merge_at(&mut document, read(patch), Position::Plain);
            assert_eq!(to_json(&document).to_string(), expected, "{target} + {patch}");
        }
    }

    #[test]
    fn members_keep_their_places_and_new_ones_go_last() {
        let base = json!({"drivers": {"a": 1, "b": 2, "c": 3}});
        let mut document = node(0, &base);
        merge(&mut document, node(1, &json!({"drivers": {"d": 4, "c": 5, "a": null}})));
        assert_eq!(to_json(&document).to_string(), r#"{"drivers":{"b":2,"c":5,"d":4}}"#);
    }

    #[test]
    fn many_members_are_merged_like_few() {
        let names = |range: std::ops::Range<i32>| -> Value {
            Value::Object(range.map(|n| (format!("n{n}"), json!(n))).collect())
        };
        let mut document = node(0, &json!({"drivers": names(0..1000)}));
        let mut patch = names(500..1500);
        patch["n700"] = Value::Null;
        merge(&mut document, node(1, &json!({"drivers": patch})));
        let drivers = document.get("drivers").and_then(Node::members).expect("an object");
        assert_eq!(drivers.len(), 1499);
        assert_eq!(drivers[700].key, "n701");
    }

    #[test]
    fn another_kind_or_law_replaces_the_quantity_but_its_unit() {
        let normal = json!({"normal": {"mean": 1, "sd": 2}, "over_time": "fresh", "unit": "GW", "source": "s"});
        for (patch, expected) in [
            (json!({"pert": {"low": 0, "mode": 1, "high": 2}}), r#"{"unit":"GW","pert":{"low":0,"mode":1,"high":2}}"#),
            (json!({"by_year": {"2026": 1}}), r#"{"unit":"GW","by_year":{"2026":1}}"#),
            (json!({"value": 3, "source": "t"}), r#"{"unit":"GW","value":3,"source":"t"}"#),
            (json!({"formula": "a", "unit": null}), r#"{"formula":"a"}"#),
            (json!({"start": 9}), r#"{"unit":"GW","start":9}"#),
            (json!(3), r#"{"value":3,"unit":"GW"}"#),
            (json!("a + b"), r#"{"formula":"a + b","unit":"GW"}"#),
        ] {
            assert_eq!(quantity(normal.clone(), patch), expected);
        }
        assert_eq!(quantity(json!(3), json!({"uniform": {"low": 1, "high": 2}})), r#"{"uniform":{"low":1,"high":2}}"#);
        assert_eq!(quantity(json!("a"), json!({"value": 2})), r#"{"value":2}"#);
    }

    #[test]
    fn a_title_stays_with_the_quantity_whatever_its_value_is() {
        let normal = json!({"normal": {"mean": 1, "sd": 2}, "title": "Power", "note": "n"});
        assert_eq!(quantity(normal.clone(), json!(3)), r#"{"value":3,"title":"Power"}"#);
        assert_eq!(quantity(normal.clone(), json!({"formula": "a"})), r#"{"title":"Power","formula":"a"}"#);
        assert_eq!(quantity(normal, json!({"title": "Grid", "value": 1})), r#"{"title":"Grid","value":1}"#);
    }

    #[test]
    fn the_same_law_is_merged_and_its_papers_go_with_the_old_value() {
        let pert = json!({"pert": {"low": 0, "mode": 1, "high": 2}, "over_time": "fresh", "unit": "GW", "source": "s",
                          "confidence": "low", "note": "n"});
        let kept = r#""over_time":"fresh","unit":"GW""#;
        assert_eq!(
            quantity(pert.clone(), json!({"pert": {"mode": 0.2}})),
            format!(r#"{{"pert":{{"low":0,"mode":0.2,"high":2}},{kept}}}"#)
        );
        assert_eq!(
            quantity(pert.clone(), json!({"pert": {"mode": 0.2}, "source": "t"})),
            format!(r#"{{"pert":{{"low":0,"mode":0.2,"high":2}},{kept},"source":"t"}}"#)
        );
    }

    #[test]
    fn what_is_not_a_value_leaves_the_papers_alone() {
        let pert = json!({"pert": {"low": 0, "mode": {"value": 1}, "high": 2}, "over_time": "fresh", "source": "s"});
        let parameters = r#""pert":{"low":0,"mode":{"value":1},"high":2}"#;
        assert_eq!(
            quantity(pert.clone(), json!({"over_time": {"persistence": 0.5}})),
            format!(r#"{{{parameters},"over_time":{{"persistence":0.5}},"source":"s"}}"#)
        );
        assert_eq!(
            quantity(pert.clone(), json!({"unit": "GW"})),
            format!(r#"{{{parameters},"over_time":"fresh","source":"s","unit":"GW"}}"#)
        );
        let patch = json!({"pert": {"mode": {"note": "n"}, "low": {"source": "t"}}});
        assert_eq!(
            quantity(pert, patch),
            r#"{"pert":{"low":{"value":0,"source":"t"},"mode":{"value":1,"note":"n"},"high":2},"over_time":"fresh","source":"s"}"#
        );
    }

    #[test]
    fn a_number_or_a_formula_is_short_for_its_object() {
        assert_eq!(quantity(json!(9), json!({"source": "s"})), r#"{"value":9,"source":"s"}"#);
        assert_eq!(quantity(json!("a"), json!({"unit": "GW"})), r#"{"formula":"a","unit":"GW"}"#);
        assert_eq!(quantity(json!({"value": 1, "source": "s"}), json!(2)), "2");
        assert_eq!(quantity(json!({"value": 1, "unit": "W", "note": "n"}), json!(2)), r#"{"value":2,"unit":"W"}"#);
        assert_eq!(merged("/market/backlog", json!(0.5), json!({"start": 1})), json!({"share": 0.5, "start": 1}));
        assert_eq!(
            merged("/market/backlog", json!({"share": 0.5, "start": 1}), json!({"start": 2})),
            json!({"share": 0.5, "start": 2})
        );
        assert_eq!(merged("/market/backlog", json!({"share": 0.5, "start": 1}), json!(0.2)), json!(0.2));
        assert_eq!(merged("/market/baseline", json!({"end": 35.66}), json!({"cagr": 0.3})), json!({"cagr": 0.3}));
    }

    #[test]
    fn maps_of_data_are_replaced_whole() {
        let years = json!({"by_year": {"2026": 1, "2031": 2}, "unit": "W"});
        assert_eq!(
            quantity(years, json!({"by_year": {"2030": 3, "2031": null}})),
            r#"{"by_year":{"2030":3},"unit":"W"}"#
        );
        let values = json!({"discrete": {"0": 0.2, "1.5": 0.8}, "over_time": "fresh"});
        assert_eq!(quantity(values, json!({"discrete": {"2": 1}})), r#"{"discrete":{"2":1},"over_time":"fresh"}"#);
        let quantiles = json!({"quantiles": {"p10": 1, "p50": 3, "p90": 8}});
        assert_eq!(quantity(quantiles, json!({"quantiles": {"p50": 4}})), r#"{"quantiles":{"p10":1,"p50":4,"p90":8}}"#);
    }

    #[test]
    fn stocks_are_merged_and_go_on_in_one_way() {
        let stock = json!({"start": 9, "growth": {"normal": {"mean": 1, "sd": 2}, "over_time": "fresh"}, "unit": "GW"});
        let growth = r#""growth":{"normal":{"mean":1,"sd":2},"over_time":"fresh"}"#;
        assert_eq!(quantity(stock.clone(), json!({"start": 5})), format!(r#"{{"start":5,{growth},"unit":"GW"}}"#));
        assert_eq!(quantity(stock.clone(), json!({"next": "self"})), r#"{"start":9,"unit":"GW","next":"self"}"#);
        assert_eq!(quantity(stock.clone(), json!({"growth": 0.1})), r#"{"start":9,"growth":0.1,"unit":"GW"}"#);
        assert_eq!(
            quantity(stock, json!({"growth": {"normal": {"sd": 3}}})),
            r#"{"start":9,"growth":{"normal":{"mean":1,"sd":3},"over_time":"fresh"},"unit":"GW"}"#
        );
    }

    #[test]
    fn one_parametrisation_replaces_another() {
        let law = |target, patch| merged("/drivers/x/normal", target, patch).to_string();
        assert_eq!(law(json!({"mean": 1, "sd": 2}), json!({"p5": 0, "p95": 3})), r#"{"p5":0,"p95":3}"#);
        assert_eq!(law(json!({"p5": 0, "p95": 3}), json!({"p10": 1, "p90": 2})), r#"{"p10":1,"p90":2}"#);
        assert_eq!(law(json!({"p5": 0, "p95": 3}), json!({"p95": 4})), r#"{"p5":0,"p95":4}"#);
        let log = merged("/drivers/x/lognormal", json!({"median": 1, "sigma": 2}), json!({"log_mean": 0, "log_sd": 1}));
        assert_eq!(log, json!({"log_mean": 0, "log_sd": 1}));
        let tie = merged("/correlations/x", json!({"between": ["a", "b"], "rank": 0.5}), json!({"pearson": 0.4}));
        assert_eq!(tie, json!({"between": ["a", "b"], "pearson": 0.4}));
    }

    #[test]
    fn position_decides_what_a_name_means() {
        // A driver called `normal`, beside one called `pert`, is no law; nor is a driver called `start`.
        let drivers = json!({"normal": {"value": 1, "source": "s"}, "start": 2});
        let result = merged("/drivers", drivers, json!({"pert": 2, "growth": 3}));
        assert_eq!(result.to_string(), r#"{"normal":{"value":1,"source":"s"},"start":2,"pert":2,"growth":3}"#);
        let events = merged("/events/normal", json!({"hazard": 0.1, "size": 2, "source": "s"}), json!({"hazard": 0.2}));
        assert_eq!(events.to_string(), r#"{"hazard":0.2,"size":2}"#);
    }

    #[test]
    fn segments_are_merged_at_every_level() {
        let base = json!({"noise": 0.03, "parts": {"europe": {"share": 0.18, "growth": {"value": 1, "unit": "1/year"}, "parts": {"de": {"share": 1}}}}});
        let patch = json!({"parts": {"europe": {"growth": 2, "parts": {"de": {"growth": "g"}}}}});
        let expected = json!({"noise": 0.03, "parts": {"europe": {"share": 0.18, "growth": {"value": 2, "unit": "1/year"},
                              "parts": {"de": {"share": 1, "growth": "g"}}}}});
        assert_eq!(merged("/segments/region", base, patch), expected);
    }

    #[test]
    fn removing_what_is_not_there_is_remarked_with_the_nearest_name() {
        let mut document = node(0, &json!({"drivers": {"ai_ml": 0.2}}));
        let remarks = merge(&mut document, node(1, &json!({"drivers": {"ai_mll": null}, "title": null})));
        let [remark] = &remarks[..] else { panic!("one remark: {remarks:?}") };
        assert_eq!((remark.code, remark.severity), ("nothing-to-remove", Severity::Warning));
        assert_eq!((remark.pointer.as_str(), remark.nearest.as_deref()), ("/drivers/ai_mll", Some("ai_ml")));
    }

    #[test]
    fn a_first_patch_has_nothing_to_remove() {
        let first = json!({"drivers": {"ai": null, "b": {"normal": {"mean": null, "sd": 1}}}});
        let problems = merge(&mut Node::empty(), node(0, &first));
        let facts: Vec<_> = problems.iter().map(|problem| (problem.severity, problem.pointer.as_str())).collect();
        assert_eq!(facts, [(Severity::Error, "/drivers/ai"), (Severity::Error, "/drivers/b/normal/mean")]);
    }

    #[test]
    fn what_a_patch_replaces_points_at_the_patch() {
        let mut document = node(0, &json!({"drivers": {"a": {"value": 1}, "b": {"normal": {"mean": 1, "sd": 2}}}}));
        merge(&mut document, node(1, &json!({"drivers": {"a": 2, "b": {"normal": {"sd": 3}}}})));
        let drivers = document.get("drivers").and_then(Node::members).expect("an object");
        let sources = |member: &Member| [member.key_span, member.node.span].map(|span| span.map(|span| span.source));
        assert_eq!(sources(&drivers[0]), [Some(1); 2]);
        assert_eq!(sources(&drivers[1]), [Some(0); 2]);
        let sd = drivers[1].node.get("normal").and_then(|law| law.get("sd")).expect("merged");
        assert_eq!(sd.span.map(|span| span.source), Some(1));
    }
}

//! The JSON Schema of scenario files, from the tables that the parser reads.

use super::keys;
use super::laws::{LAWS, LawForm, LawForms, beside_quantiles};
use crate::dist::Law;
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// What a name looks like.
const NAME: &str = "^[A-Za-z_][A-Za-z0-9_]*$";
/// What the name of a period looks like: `2031`, `2031Q4`, `2031-12`.
const PERIOD: &str = "^-?[0-9]+(Q[1-4]|-(0[1-9]|1[0-2]))?$";
/// What a quantile's key looks like: `p5`, `p99_9`.
const QUANTILE: &str = "^p[0-9]{1,2}(_[0-9]+)?$";

/// The JSON Schema (draft 2020-12) of scenario files, ending in a line break.
///
/// A file that `extends` another is a patch: nothing is required in it, and `null` removes.
pub fn json_schema() -> String {
    let mut definitions = Map::new();
    definitions.insert("constant".into(), constant_with(&json!({})));
    for form in [SchemaForm { patch: false }, SchemaForm { patch: true }] {
        form.definitions(&mut definitions);
    }
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "riskband scenario",
        "description": "A market that grows into physical limits, or a plain model of variables, with uncertain numbers.",
        "type": "object",
        "if": { "required": ["extends"] },
        "then": { "$ref": "#/$defs/patch_file" },
        "else": { "$ref": "#/$defs/file" },
        "$defs": definitions,
    });
    // Only maps with other than text keys cannot be written.
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// Whether the schema is for a whole file or for a patch of another.
#[derive(Clone, Copy)]
struct SchemaForm {
    patch: bool,
}

impl SchemaForm {
    fn name(self, definition: &str) -> String {
        if self.patch { format!("patch_{definition}") } else { definition.to_string() }
    }

    fn see(self, definition: &str) -> Value {
        json!({ "$ref": format!("#/$defs/{}", self.name(definition)) })
    }

    /// In a patch, `null` removes what an ancestor wrote.
    fn or_null(self, schema: Value) -> Value {
        if self.patch { json!({ "anyOf": [schema, { "type": "null" }] }) } else { schema }
    }

    fn any_of(self, mut schemas: Vec<Value>) -> Value {
        if self.patch {
            schemas.push(json!({ "type": "null" }));
        }
        json!({ "anyOf": schemas })
    }

    /// An object with the keys of these tables and no others; a key without a schema of its own is a text.
    fn object(self, tables: &[&[&str]], required: &[&str], schema: impl Fn(&str) -> Option<Value>) -> Value {
        let properties = tables.concat().into_iter().map(|key| {
            let schema = schema(key).unwrap_or_else(text);
            (key.to_string(), self.or_null(schema))
        });
        let properties: Map<String, Value> = properties.collect();
        let mut object = json!({ "type": "object", "properties": properties, "additionalProperties": false });
        if !required.is_empty() && !self.patch {
            object["required"] = json!(required);
        }
        object
    }

    /// An object that is one key with papers.
    fn with_papers(self, key: &str, schema: Value) -> Value {
        self.object(&[&[key], keys::PAPERS], &[key], |other| (other == key).then(|| schema.clone()))
    }

    /// An object from names to values.
    fn names(self, value: Value) -> Value {
        json!({
            "type": "object",
            "propertyNames": { "pattern": NAME },
            "additionalProperties": self.or_null(value),
        })
    }

    fn definitions(self, definitions: &mut Map<String, Value>) {
        let mut define = |name: &str, schema: Value| definitions.insert(self.name(name), schema);
        define("file", self.file());
        define("quantity", self.quantity());
        define("horizon", self.horizon());
        define("market", self.market());
        define("event", self.event());
        define("correlation", self.correlation());
        define("dimension", self.part(keys::DIMENSION, "parts"));
        define("part", self.part(keys::PART, "share"));
        define("condition", self.formula_or_object());
        define("over_time", self.over_time());
        define("bounds", self.object(&[keys::BOUNDS], &[], |_| Some(self.see("quantity"))));
    }

    fn file(self) -> Value {
        self.object(&[keys::TOP], &[], |key| {
            Some(match key {
                "riskband" => json!({ "const": keys::VERSION as u64 }),
                "extends" => json!({ "anyOf": [text(), { "type": "array", "items": text() }] }),
                "horizon" => self.see("horizon"),
                "market" => self.see("market"),
                "drivers" | "constraints" | "variables" => self.names(self.see("quantity")),
                "events" => self.names(self.see("event")),
                "tables" => self.names(self.table()),
                "correlations" => self.names(self.see("correlation")),
                "segments" => self.names(self.see("dimension")),
                "cross_tables" => self.names(self.cross_table()),
                "targets" => self.names(self.see("condition")),
                "references" => self.names(self.reference()),
                "outputs" => json!({ "anyOf": [
                    { "type": "array", "items": text(), "minItems": 1, "uniqueItems": true },
                    self.names(self.see("condition")),
                ]}),
                _ => return None,
            })
        })
    }

    fn reference(self) -> Value {
        let values = json!({
            "type": "object",
            "propertyNames": { "pattern": PERIOD },
            "additionalProperties": { "$ref": "#/$defs/constant" },
            "minProperties": 1,
        });
        self.object(&[keys::REFERENCE, keys::PROSE], &[], |key| {
            Some(match key {
                "by_year" => values.clone(),
                "start" | "growth" => json!({ "$ref": "#/$defs/constant" }),
                "compare" => json!({ "enum": keys::COMPARE }),
                _ => return None,
            })
        })
    }

    fn quantity(self) -> Value {
        let quantity = self.see("quantity");
        let knots = json!({
            "type": "object",
            "propertyNames": { "pattern": PERIOD },
            "additionalProperties": quantity,
            "minProperties": 1,
        });
        let knots = json!({ "anyOf": [knots, self.series()] });
        let stock = |on: &str, schema: Value| {
            self.object(&[&["start", on], keys::PAPERS], &["start", on], |key| match key {
                "start" => Some(quantity.clone()),
                key => (key == on).then(|| schema.clone()),
            })
        };
        let mut kinds = vec![
            json!({ "type": "number" }),
            formula(),
            self.with_papers("value", json!({ "type": "number" })),
            self.with_papers("formula", formula()),
            self.with_papers("by_year", knots.clone()),
            self.with_papers("by_step", knots),
            self.with_papers(
                "compound",
                self.object(&[keys::COMPOUND], keys::COMPOUND, |key| {
                    Some(if key == "most" { constant() } else { quantity.clone() })
                }),
            ),
            stock("growth", quantity.clone()),
            stock("next", self.formula_or_object()),
        ];
        kinds.extend(LAWS.iter().map(|law| {
            self.object(&[&[law.name], keys::BESIDE_LAW, keys::PAPERS], &[law.name], |key| match key {
                key if key == law.name => Some(self.law(*law)),
                "over_time" => Some(self.see("over_time")),
                "truncate" | "clip" => Some(self.see("bounds")),
                _ => None,
            })
        }));
        self.any_of(kinds)
    }

    /// A series from a CSV file.
    fn series(self) -> Value {
        self.object(&[keys::SERIES], keys::SERIES, |_| None)
    }

    fn table(self) -> Value {
        self.object(&[keys::TABLE, keys::PAPERS], &["points"], |key| {
            Some(match key {
                "outside" => json!({ "enum": keys::OUTSIDE, "default": keys::OUTSIDE[0] }),
                "points" => {
                    let point = json!({ "type": "array", "items": constant(), "minItems": 2, "maxItems": 2 });
                    let points = json!({ "type": "array", "items": point, "minItems": 2 });
                    json!({ "anyOf": [points, self.series()] })
                }
                _ => return None,
            })
        })
    }

    fn formula_or_object(self) -> Value {
        json!({ "anyOf": [formula(), self.with_papers("formula", formula())] })
    }

    fn law(self, law: LawForms) -> Value {
        match law.all[0] {
            Law::Discrete { .. } => {
                json!({ "type": "object", "additionalProperties": self.see("quantity"), "minProperties": 1 })
            }
            Law::Empirical { .. } => self.empirical(),
            Law::Histogram { .. } => self.object(&[keys::HISTOGRAM], keys::HISTOGRAM, |key| {
                let (item, least) = if key == "edges" { (constant(), 2) } else { (self.see("quantity"), 1) };
                Some(json!({ "type": "array", "items": item, "minItems": least }))
            }),
            Law::Metalog { .. } => self.quantiles(&self.see("quantity"), keys::BOUNDS),
            Law::Mixture { .. } => {
                let component = self.object(&[keys::COMPONENT], keys::COMPONENT, |_| Some(self.see("quantity")));
                json!({ "type": "array", "items": component, "minItems": 1 })
            }
            _ => {
                let mut forms: Vec<Value> = law.named().map(|form| self.parameters(form)).collect();
                if let Some(form) = law.through_quantiles() {
                    let beside = beside_quantiles(form);
                    let names: Vec<&str> = beside.iter().map(|(name, _)| &**name).collect();
                    let required: Vec<&str> =
                        beside.iter().filter(|(_, default)| default.is_none()).map(|(name, _)| &**name).collect();
                    let mut two = self.quantiles(&self.see("quantity"), &names);
                    if !self.patch {
                        two["minProperties"] = json!(2 + required.len());
                        two["maxProperties"] = json!(2 + names.len());
                        if !required.is_empty() {
                            two["required"] = json!(required);
                        }
                    }
                    forms.push(two);
                }
                if law.bare().is_some() {
                    forms.push(json!({ "type": "number" }));
                    forms.push(formula());
                }
                if forms.len() == 1 { forms.remove(0) } else { json!({ "anyOf": forms }) }
            }
        }
    }

    /// Two quantiles or more by name, beside other members with values of the same kind.
    fn quantiles(self, value: &Value, beside: &[&str]) -> Value {
        let value = self.or_null(value.clone());
        let mut schema = json!({ "type": "object" });
        if !beside.is_empty() {
            schema["properties"] = beside.iter().map(|key| ((*key).to_string(), value.clone())).collect();
        }
        schema["patternProperties"] = json!({ QUANTILE: value });
        schema["additionalProperties"] = json!(false);
        if !self.patch {
            schema["minProperties"] = json!(2);
        }
        schema
    }

    fn parameters(self, form: &LawForm) -> Value {
        let parameters = form.parameters();
        let names: Vec<&str> = parameters.iter().map(|(name, _)| &**name).collect();
        let is_required = |(_, default): &&(Cow<'_, str>, &Option<f64>)| default.is_none();
        let required: Vec<&str> = parameters.iter().filter(is_required).map(|(name, _)| &**name).collect();
        self.object(&[&names], &required, |key| {
            let mut schema = self.see("quantity");
            let default = parameters.iter().find(|(name, _)| name == key).and_then(|(_, default)| **default);
            if let Some(default) = default {
                schema["default"] = json!(default);
            }
            Some(schema)
        })
    }

    fn empirical(self) -> Value {
        let form = |keys: &[&str]| {
            self.object(&[keys, &["interpolate"]], keys, |key| match key {
                "values" => Some(json!({ "type": "array", "items": constant(), "minItems": 1 })),
                "interpolate" => Some(flag()),
                _ => None,
            })
        };
        json!({ "anyOf": [form(&["values"]), form(&["csv", "column"])] })
    }

    fn over_time(self) -> Value {
        let mut object = self.object(&[keys::OVER_TIME], &[], |key| {
            Some(constant_with(&match key {
                "persistence" => json!({ "exclusiveMinimum": -1, "exclusiveMaximum": 1 }),
                _ => json!({ "minimum": 0, "maximum": 1 }),
            }))
        });
        if !self.patch {
            object["minProperties"] = json!(1);
        }
        json!({ "anyOf": [{ "enum": keys::OVER_TIME_WORDS }, object] })
    }

    fn horizon(self) -> Value {
        let form = |keys: &[&str], required: &[&str]| {
            self.object(&[keys], required, |key| {
                Some(match key {
                    "step" => json!({ "enum": keys::STEP_LENGTHS, "default": keys::STEP_LENGTHS[0] }),
                    _ => constant(),
                })
            })
        };
        self.any_of(vec![form(&["start", "end", "step"], &["start", "end"]), form(&["steps"], &["steps"])])
    }

    fn market(self) -> Value {
        let quantity = self.see("quantity");
        let backlog = self.object(&[keys::BACKLOG, keys::PAPERS], &[], |key| match key {
            "next" => Some(self.formula_or_object()),
            key => keys::BACKLOG.contains(&key).then(|| quantity.clone()),
        });
        let calibrate = self.object(&[keys::CALIBRATE], keys::CALIBRATE, |key| match key {
            "match" => Some(json!({ "enum": keys::MATCHES })),
            "statistic" => {
                Some(json!({ "anyOf": [{ "enum": ["median", "mean"] }, { "type": "string", "pattern": QUANTILE }] }))
            }
            _ => None,
        });
        let geometric = keys::BASELINE.iter().map(|key| self.with_papers(key, constant()));
        let baseline: Vec<Value> = geometric.chain([quantity.clone()]).collect();
        let market = self.object(&[keys::MARKET], &["start"], |key| {
            Some(match key {
                "start" | "demand" => quantity.clone(),
                "backlog" => json!({ "anyOf": [backlog, quantity] }),
                "baseline" => json!({ "anyOf": baseline }),
                "calibrate" => calibrate.clone(),
                "measure" => json!({ "enum": keys::MARKET_MEASURES, "default": keys::MARKET_MEASURES[0] }),
                _ => return None,
            })
        });
        self.or_null(market)
    }

    fn event(self) -> Value {
        self.object(&[keys::EVENT, keys::PAPERS], &["hazard"], |key| {
            keys::EVENT.contains(&key).then(|| self.see("quantity"))
        })
    }

    fn correlation(self) -> Value {
        let number = constant_with(&json!({ "minimum": -1, "maximum": 1 }));
        let matrix = json!({ "type": "array", "items": { "type": "array", "items": number } });
        let mut schema = self.object(&[keys::CORRELATION, keys::PROSE], &[], |key| {
            Some(match key {
                "between" => json!({ "type": "array", "items": text(), "minItems": 2, "maxItems": 2 }),
                "among" => json!({ "type": "array", "items": text(), "minItems": 2, "uniqueItems": true }),
                "repair" => flag(),
                key if keys::MEASURES.contains(&key) => json!({ "anyOf": [number, matrix] }),
                _ => return None,
            })
        });
        if !self.patch {
            let one_of = |keys: &[&str]| -> Value {
                json!({ "oneOf": keys.iter().map(|key| json!({ "required": [key] })).collect::<Vec<_>>() })
            };
            schema["allOf"] = json!([one_of(&["between", "among"]), one_of(keys::MEASURES)]);
        }
        schema
    }

    fn cross_table(self) -> Value {
        self.object(&[keys::CROSS_TABLE, keys::PAPERS], &["of"], |key| {
            Some(match key {
                "of" => json!({ "type": "array", "items": text(), "minItems": 2, "maxItems": 2, "uniqueItems": true }),
                "nested" => flag(),
                "affinity" => {
                    let row = json!({ "type": "object", "additionalProperties": self.or_null(constant()) });
                    json!({ "type": "object", "additionalProperties": self.or_null(row) })
                }
                _ => return None,
            })
        })
    }

    /// A dimension or a part, which is described by its own table of keys.
    fn part(self, table: &[&str], required: &str) -> Value {
        self.object(&[table, keys::PAPERS], &[required], |key| {
            Some(match key {
                "parts" => {
                    let mut parts = self.names(self.see("part"));
                    if !self.patch {
                        parts["minProperties"] = json!(1);
                    }
                    parts
                }
                "share" => json!({ "anyOf": [constant(), self.with_papers("value", constant())] }),
                "growth" | "noise" => self.see("quantity"),
                _ => return None,
            })
        })
    }
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn flag() -> Value {
    json!({ "type": "boolean", "default": false })
}

fn formula() -> Value {
    json!({ "type": "string", "minLength": 1 })
}

/// A number, with papers or without, or a formula of constants.
fn constant() -> Value {
    json!({ "$ref": "#/$defs/constant" })
}

/// A constant whose number, where it is written as one, obeys these rules.
fn constant_with(rules: &Value) -> Value {
    let with_rules = |types: Value| {
        let mut schema = json!({ "type": types });
        for (key, value) in rules.as_object().into_iter().flatten() {
            schema[key] = value.clone();
        }
        schema
    };
    let papers = keys::PAPERS.iter().map(|key| ((*key).to_string(), text()));
    let value = [("value".to_string(), with_rules(json!("number")))];
    let with_papers = json!({
        "type": "object",
        "properties": value.into_iter().chain(papers).collect::<Map<_, _>>(),
        "required": ["value"],
        "additionalProperties": false,
    });
    json!({ "anyOf": [with_rules(json!(["number", "string"])), with_papers] })
}

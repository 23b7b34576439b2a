//! The JSON Schema of scenario files, from the tables that the parser reads.

use super::keys;
use super::laws::{LAWS, LawForm, LawForms};
use crate::dist::Law;
use serde_json::{Map, Value, json};

/// What a name looks like.
const NAME: &str = "^[A-Za-z_][A-Za-z0-9_]*$";
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

    /// An object with these keys and no others.
    fn object(self, keys: &[(&str, Value)], required: &[&str]) -> Value {
        let mut properties = Map::new();
        for (key, schema) in keys {
            properties.insert((*key).to_string(), self.or_null(schema.clone()));
        }
        let mut object = json!({ "type": "object", "properties": properties, "additionalProperties": false });
        if !required.is_empty() && !self.patch {
            object["required"] = json!(required);
        }
        object
    }

    /// An object with these keys and the papers of a quantity.
    fn with_papers(self, keys: &[(&str, Value)], required: &[&str]) -> Value {
        let papers = keys::PAPERS.iter().map(|key| (*key, text()));
        let keys: Vec<(&str, Value)> = keys.iter().cloned().chain(papers).collect();
        self.object(&keys, required)
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
        define("dimension", self.dimension());
        define("part", self.part());
        define("condition", self.condition());
        define("over_time", self.over_time());
        let bound = self.see("quantity");
        define("bounds", self.object(&[("low", bound.clone()), ("high", bound)], &[]));
    }

    fn file(self) -> Value {
        let keys = keys::TOP.iter().map(|key| {
            let schema = match *key {
                "riskband" => json!({ "const": keys::VERSION as u64 }),
                "extends" => json!({ "anyOf": [text(), { "type": "array", "items": text() }] }),
                "horizon" => self.see("horizon"),
                "market" => self.see("market"),
                "drivers" | "constraints" | "variables" => self.names(self.see("quantity")),
                "events" => self.names(self.see("event")),
                "correlations" => self.names(self.see("correlation")),
                "segments" => self.names(self.see("dimension")),
                "cross_tables" => self.names(self.cross_table()),
                "targets" => self.names(self.see("condition")),
                "outputs" => json!({ "anyOf": [
                    { "type": "array", "items": text(), "minItems": 1, "uniqueItems": true },
                    self.names(self.see("condition")),
                ]}),
                _ => text(),
            };
            (*key, schema)
        });
        self.object(&keys.collect::<Vec<_>>(), &[])
    }

    fn quantity(self) -> Value {
        let quantity = self.see("quantity");
        let knots = json!({
            "type": "object",
            "propertyNames": { "pattern": "^-?[0-9]+(Q[1-4]|-(0[1-9]|1[0-2]))?$" },
            "additionalProperties": quantity,
            "minProperties": 1,
        });
        let mut kinds = vec![
            json!({ "type": "number" }),
            formula(),
            self.with_papers(&[("value", json!({ "type": "number" }))], &["value"]),
            self.with_papers(&[("formula", formula())], &["formula"]),
            self.with_papers(&[("by_year", knots.clone())], &["by_year"]),
            self.with_papers(&[("by_step", knots)], &["by_step"]),
            self.with_papers(&[("start", quantity.clone()), ("growth", quantity.clone())], &["start", "growth"]),
            self.with_papers(&[("start", quantity), ("next", self.formula_or_object())], &["start", "next"]),
        ];
        kinds.extend(LAWS.iter().map(|law| {
            let mut keys = vec![(law.name, self.law(*law))];
            keys.extend(keys::BESIDE_LAW.iter().map(|key| match *key {
                "over_time" => (*key, self.see("over_time")),
                _ => (*key, self.see("bounds")),
            }));
            self.with_papers(&keys, &[law.name])
        }));
        self.any_of(kinds)
    }

    fn formula_or_object(self) -> Value {
        json!({ "anyOf": [formula(), self.with_papers(&[("formula", formula())], &["formula"])] })
    }

    fn law(self, law: LawForms) -> Value {
        match law.all[0] {
            Law::Discrete { .. } => json!({ "type": "object", "additionalProperties": constant(), "minProperties": 1 }),
            Law::Empirical { .. } => self.empirical(),
            Law::Metalog { .. } => self.quantiles(&constant(), keys::BOUNDS),
            Law::Mixture { .. } => {
                let component =
                    self.object(&[("weight", constant()), ("value", self.see("quantity"))], keys::COMPONENT);
                json!({ "type": "array", "items": component, "minItems": 1 })
            }
            _ => {
                let mut forms: Vec<Value> = law.named().map(|form| self.parameters(form)).collect();
                if law.through_quantiles().is_some() {
                    let mut two = self.quantiles(&self.see("quantity"), &[]);
                    if !self.patch {
                        two["maxProperties"] = json!(2);
                    }
                    forms.push(two);
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
        let quantity = |default: &Option<f64>| {
            let mut schema = self.see("quantity");
            if let Some(default) = default {
                schema["default"] = json!(default);
            }
            schema
        };
        let keys: Vec<(&str, Value)> = parameters.iter().map(|(name, default)| (&**name, quantity(default))).collect();
        let required: Vec<&str> =
            parameters.iter().filter(|(_, default)| default.is_none()).map(|(name, _)| &**name).collect();
        self.object(&keys, &required)
    }

    fn empirical(self) -> Value {
        let interpolate = json!({ "type": "boolean", "default": false });
        let values = json!({ "type": "array", "items": constant(), "minItems": 1 });
        let here = [("values", values), ("interpolate", interpolate.clone())];
        let file = [("csv", text()), ("column", text()), ("interpolate", interpolate)];
        json!({ "anyOf": [self.object(&here, &["values"]), self.object(&file, &["csv", "column"])] })
    }

    fn over_time(self) -> Value {
        let mut object = self.object(
            &[
                ("persistence", constant_with(&json!({ "exclusiveMinimum": -1, "exclusiveMaximum": 1 }))),
                ("permanent", constant_with(&json!({ "minimum": 0, "maximum": 1 }))),
            ],
            &[],
        );
        if !self.patch {
            object["minProperties"] = json!(1);
        }
        json!({ "anyOf": [{ "enum": keys::OVER_TIME_WORDS }, object] })
    }

    fn horizon(self) -> Value {
        let step = json!({ "enum": keys::STEP_LENGTHS, "default": keys::STEP_LENGTHS[0] });
        let calendar = [("start", constant()), ("end", constant()), ("step", step)];
        self.any_of(vec![self.object(&calendar, &["start", "end"]), self.object(&[("steps", constant())], &["steps"])])
    }

    fn market(self) -> Value {
        let quantity = self.see("quantity");
        let backlog: Vec<(&str, Value)> = keys::BACKLOG
            .iter()
            .map(|key| (*key, if *key == "next" { self.formula_or_object() } else { quantity.clone() }))
            .collect();
        let calibrate: Vec<(&str, Value)> = keys::CALIBRATE
            .iter()
            .map(|key| {
                let schema = match *key {
                    "match" => json!({ "enum": keys::MATCHES }),
                    "statistic" => {
                        json!({ "anyOf": [{ "enum": ["median", "mean"] }, { "type": "string", "pattern": QUANTILE }] })
                    }
                    _ => text(),
                };
                (*key, schema)
            })
            .collect();
        let geometric = keys::BASELINE.iter().map(|key| self.with_papers(&[(*key, constant())], &[*key]));
        let baseline: Vec<Value> = geometric.chain([quantity.clone()]).collect();
        let keys = keys::MARKET.iter().map(|key| {
            let schema = match *key {
                "start" | "demand" => quantity.clone(),
                "backlog" => json!({ "anyOf": [self.with_papers(&backlog, &[]), quantity] }),
                "baseline" => json!({ "anyOf": baseline }),
                "calibrate" => self.object(&calibrate, keys::CALIBRATE),
                _ => text(),
            };
            (*key, schema)
        });
        let market = self.object(&keys.collect::<Vec<_>>(), &["start"]);
        self.or_null(market)
    }

    fn event(self) -> Value {
        let keys = keys::EVENT.iter().map(|key| (*key, self.see("quantity")));
        self.with_papers(&keys.collect::<Vec<_>>(), &["hazard"])
    }

    fn correlation(self) -> Value {
        let number = constant_with(&json!({ "minimum": -1, "maximum": 1 }));
        let matrix = json!({ "type": "array", "items": { "type": "array", "items": number } });
        let keys = keys::CORRELATION.iter().chain(keys::PROSE).map(|key| {
            let schema = match *key {
                "between" => json!({ "type": "array", "items": text(), "minItems": 2, "maxItems": 2 }),
                "among" => json!({ "type": "array", "items": text(), "minItems": 2, "uniqueItems": true }),
                "repair" => json!({ "type": "boolean", "default": false }),
                key if keys::MEASURES.contains(&key) => json!({ "anyOf": [number, matrix] }),
                _ => text(),
            };
            (*key, schema)
        });
        let mut schema = self.object(&keys.collect::<Vec<_>>(), &[]);
        if !self.patch {
            let one_of = |keys: &[&str]| -> Value {
                json!({ "oneOf": keys.iter().map(|key| json!({ "required": [key] })).collect::<Vec<_>>() })
            };
            schema["allOf"] = json!([one_of(&["between", "among"]), one_of(keys::MEASURES)]);
        }
        schema
    }

    fn cross_table(self) -> Value {
        let keys = keys::CROSS_TABLE.iter().map(|key| {
            let schema = match *key {
                "of" => json!({ "type": "array", "items": text(), "minItems": 2, "maxItems": 2, "uniqueItems": true }),
                "nested" => json!({ "type": "boolean", "default": false }),
                "affinity" => {
                    let row = json!({ "type": "object", "additionalProperties": self.or_null(constant()) });
                    json!({ "type": "object", "additionalProperties": self.or_null(row) })
                }
                _ => text(),
            };
            (*key, schema)
        });
        self.with_papers(&keys.collect::<Vec<_>>(), &["of"])
    }

    fn dimension(self) -> Value {
        let keys = keys::DIMENSION.iter().map(|key| (*key, self.part_key(key)));
        self.with_papers(&keys.collect::<Vec<_>>(), &["parts"])
    }

    fn part(self) -> Value {
        let keys = keys::PART.iter().map(|key| (*key, self.part_key(key)));
        self.with_papers(&keys.collect::<Vec<_>>(), &["share"])
    }

    fn part_key(self, key: &str) -> Value {
        match key {
            "parts" => {
                let mut parts = self.names(self.see("part"));
                if !self.patch {
                    parts["minProperties"] = json!(1);
                }
                parts
            }
            "share" => json!({ "anyOf": [constant(), self.with_papers(&[("value", constant())], &["value"])] }),
            "title" => text(),
            _ => self.see("quantity"),
        }
    }

    fn condition(self) -> Value {
        json!({ "anyOf": [formula(), self.with_papers(&[("formula", formula())], &["formula"])] })
    }
}

fn text() -> Value {
    json!({ "type": "string" })
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
    let number = with_rules(json!("number"));
    let papers = keys::PAPERS.iter().map(|key| ((*key).to_string(), text()));
    let properties: Map<String, Value> = [("value".to_string(), number)].into_iter().chain(papers).collect();
    let with_papers = json!({
        "type": "object",
        "properties": properties,
        "required": ["value"],
        "additionalProperties": false,
    });
    json!({ "anyOf": [with_rules(json!(["number", "string"])), with_papers] })
}

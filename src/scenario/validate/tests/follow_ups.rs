//! One slip is one error.

use super::*;

/// A file that uses the whole language, without a problem.
const WHOLE: &str = r#"{
  "riskband": 1, "title": "t", "horizon": {"start": 2025, "end": 2031},
  "market": {"start": 10, "unit": "MW", "backlog": {"share": 0.5, "start": 1}, "baseline": {"end": 20}},
  "drivers": {
    "churn": {"normal": {"mean": 0.1, "sd": 0.02}, "over_time": {"persistence": "rho"}},
    "load": {"pert": {"low": 0.1, "mode": 0.2, "high": 0.4}, "over_time": "fresh"},
    "cycle": "-slump + recovery * ended(slump)"
  },
  "constraints": {"power": {"start": 12, "growth": {"uniform": {"low": 0, "high": 0.3}, "over_time": "fresh"}}},
  "events": {"slump": {"hazard": 0.1, "size": {"triangular": {"low": 0.1, "mode": 0.2, "high": 0.4}}, "duration": 2}},
  "variables": {
    "rho": 0.4, "recovery": "rho / 2", "lead": {"discrete": {"1": 0.5, "2": 0.5}, "over_time": "constant"},
    "price": {"by_year": {"2026": 1, "2031": 2}}, "stock": {"start": 1, "next": "self + lag(price, lead, 0)"},
    "cost": "lookup(stock, curve) * price"
  },
  "tables": {"curve": {"points": [[0, 1], [10, 3]]}},
  "correlations": {"tied": {"among": ["churn", "load", "power.growth"], "rank": 0.3}},
  "segments": {"region": {"parts": {"east": {"share": 0.4}, "west": {"share": 0.6, "growth": 0.01}}}},
  "targets": {"enough": "always(market >= wanted)", "cheap": "cost[2031] <= 9", "east": "market.region.east[2031] > 3"},
  "outputs": ["market", "cost", "market.region", "stock"]
}"#;

fn errors(text: &str) -> Vec<Problem> {
    run(text).problems.into_iter().filter(|problem| problem.severity == Severity::Error).collect()
}

#[test]
fn one_slip_is_one_error() {
    assert!(errors(WHOLE).is_empty(), "{:#?}", errors(WHOLE));
    let mut wrongly = Vec::new();
    for (right, wrong, code) in [
        // A parameter, a law, a kind: what reads the quantity does not complain.
        (r#""mean": 0.1"#, r#""meen": 0.1"#, "unknown-key"),
        (r#"{"normal": {"mean": 0.1"#, r#"{"nrmal": {"mean": 0.1"#, "unknown-law"),
        (r#""over_time": {"persistence": "rho"}"#, r#""over_tme": {"persistence": "rho"}"#, "unknown-key"),
        (r#""persistence": "rho""#, r#""persistence": "roh""#, "not-constant"),
        (r#""sd": 0.02"#, r#""sd": -0.02"#, "parameter-out-of-domain"),
        (r#""rho": 0.4"#, r#""rho": "0.4 +""#, "formula-syntax"),
        (r#""rho": 0.4"#, r#""rho": [0.4]"#, "wrong-type"),
        (r#""rho": 0.4"#, r#""rho": "rhi""#, "unknown-name"),
        (r#"{"discrete": {"1": 0.5, "2": 0.5}"#, r#"{"discrete": {"one": 0.5, "2": 0.5}"#, "bad-value"),
        (r#"{"by_year": {"2026": 1"#, r#"{"by_year": {"26a": 1"#, "bad-knot"),
        // Names.
        (r#""lead": {"disc"#, r#""lead time": {"disc"#, "bad-name"),
        (r#""lead": {"disc"#, r#""lead-time": {"disc"#, "bad-name"),
        // Sections and their keys.
        (r#""variables""#, r#""variabels""#, "unknown-key"),
        (r#""events""#, r#""event""#, "unknown-key"),
        (r#""segments""#, r#""segmets""#, "unknown-key"),
        (r#""tables""#, r#""table""#, "unknown-key"),
        (r#""points""#, r#""point""#, "unknown-key"),
        (r#"[10, 3]"#, r#"[10, "x"]"#, "not-constant"),
        (r#""market": {"start": 10"#, r#""market": {"strat": 10"#, "unknown-key"),
        (r#""hazard": 0.1"#, r#""hazrd": 0.1"#, "unknown-key"),
        (r#""among""#, r#""amnog""#, "unknown-key"),
        (r#""rank""#, r#""rnk""#, "unknown-key"),
        (r#""share": 0.4"#, r#""shar": 0.4"#, "unknown-key"),
        (r#""parts""#, r#""part""#, "unknown-key"),
        (r#"{"start": 12, "gr"#, r#"{"strat": 12, "gr"#, "unknown-key"),
        (r#""next": "self"#, r#""nxt": "self"#, "unknown-key"),
        (r#"{"start": 2025, "end": 2031}"#, r#"{"start": 2025, "ende": 2031}"#, "unknown-key"),
        (r#"{"start": 2025, "end": 2031}"#, r#"{"start": 2031, "end": 2025}"#, "empty-horizon"),
        (r#""market": {"start": 10"#, r#""markt": {"start": 10"#, "unknown-key"),
        // Formulas.
        (r#""-slump + "#, r#""-slump +* "#, "formula-syntax"),
        (r#""-slump + "#, r#""-slmp + "#, "unknown-name"),
        (r#"lag(price, lead, 0)"#, r#"lag(price, leed, 0)"#, "unknown-name"),
        (r#"lag(price, lead, 0)"#, r#"lag(price, leed)"#, "unknown-name"),
        (r#"lag(price, lead, 0)"#, r#"lag(price, lead)"#, "bad-lag"),
        (r#"lookup(stock, curve)"#, r#"lookup(stock, curv)"#, "not-a-table"),
        (r#"cost[2031] <= 9"#, r#"cost[2041] <= 9"#, "outside-horizon"),
    ] {
        let text = WHOLE.replacen(right, wrong, 1);
        assert_ne!(text, WHOLE, "{right}");
        let problems = errors(&text);
        let found: Vec<String> = problems.iter().map(|p| format!("{}: {} {}", p.code, p.pointer, p.message)).collect();
        if problems.len() != 1 || problems[0].code != code {
            wrongly.push(format!("{wrong}: {found:#?}"));
        }
    }
    assert!(wrongly.is_empty(), "{}", wrongly.join("\n"));
}

#[test]
fn a_wrong_horizon_hides_nothing_else() {
    let text = WHOLE.replace(r#""end": 2031}"#, r#""end": 2020}"#).replace(r#""sd": 0.02"#, r#""sd": -0.02"#);
    let codes: Vec<&str> = errors(&text).iter().map(|problem| problem.code).collect();
    assert_eq!(codes, ["empty-horizon", "parameter-out-of-domain"]);
}

#[test]
fn names_of_functions_are_free() {
    let file = |name: &str| years(&format!(r#""{name}": 2, "b": "{name} + max({name}, 1)", "c": "{name}[2026]""#));
    for name in ["total", "short", "min", "count", "lag", "on", "ever", "prev", "if", "lookup", "exp", "first_year"] {
        assert!(codes(&file(name)).is_empty(), "{name}: {:#?}", run(&file(name)).problems);
    }
    let event = r#"{"horizon": {"steps": 3}, "events": {"on": {"hazard": 0.1}}, "variables": {"x": "on * on(on)"}}"#;
    assert!(codes(event).is_empty());
    let problem = only(&years(r#""a": "1 + max""#));
    assert_eq!((problem.code, problem.expected.as_deref()), ("unknown-name", Some("max(a, b, ...)")));
}

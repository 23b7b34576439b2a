//! Puts solved numbers into a quantity of a document.

use super::json::{Json, Member, Node};

/// The quantity with a number in the place of its own; unit, source and note stay.
pub fn put_number(written: &Node, x: f64) -> Node {
    put(written, "value", number(x))
}

/// The quantity with a number for each period in the place of its own; unit, source and note stay. Periods are those of a
/// calendar or counted steps.
pub fn put_by_period(written: &Node, calendar: bool, values: &[(String, f64)]) -> Node {
    let values = values.iter().map(|(period, x)| member(period, number(*x))).collect();
    let kind = if calendar { "by_year" } else { "by_step" };
    put(written, kind, Node { value: Json::Object(values), span: None })
}

fn put(written: &Node, kind: &str, value: Node) -> Node {
    let mut members = vec![member(kind, value)];
    if let Json::Object(written) = &written.value {
        members.extend(written.iter().filter(|member| member.key != "value").cloned());
    }
    Node { value: Json::Object(members), span: written.span }
}

fn number(x: f64) -> Node {
    Node { value: Json::Number(x), span: None }
}

fn member(key: &str, node: Node) -> Member {
    Member { key: key.to_owned(), key_span: None, node }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::scenario::{canonical, parse};

    fn parsed(text: &str) -> Node {
        parse(0, text.as_bytes(), &Limits::default()).expect("good JSON")
    }

    #[test]
    fn what_is_said_of_the_number_stays() {
        let written = parsed(r#"{"unit": "x a year", "value": 0, "note": "solved"}"#);
        let expected = parsed(r#"{"value": 0.5, "unit": "x a year", "note": "solved"}"#);
        assert_eq!(canonical(&put_number(&written, 0.5)), canonical(&expected));
        let values = [("2026".to_owned(), 0.25), ("2027".to_owned(), 1.0)];
        let by_year = put_by_period(&parsed("0"), true, &values);
        assert_eq!(canonical(&by_year), r#"{"by_year":{"2026":0.25,"2027":1}}"#);
        let by_step = put_by_period(&written, false, &[("1".to_owned(), 0.25)]);
        assert_eq!(canonical(&by_step), r#"{"by_step":{"1":0.25},"note":"solved","unit":"x a year"}"#);
    }
}

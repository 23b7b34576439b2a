//! `--vary PATH=a,b,c` and `--vary PATH=lo..hi/n`: a path and the values that it takes.

use std::str::FromStr;

/// Most values that one range stands for.
const MOST_VALUES: usize = 100_000;

/// A path and its values, as texts that `--set PATH=VALUE` takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variation {
    /// As typed, without blanks around it.
    pub path: String,
    /// At least one; no two of them the same, unless those of other paths tell their cases apart.
    pub values: Vec<String>,
    /// Whether they stand in equal ratios, and so on a logarithmic axis.
    pub is_log: bool,
}

impl FromStr for Variation {
    type Err = String;

    fn from_str(text: &str) -> Result<Variation, String> {
        const FORM: &str = "PATH=a,b,c or PATH=lo..hi/n is expected, such as events.downturn.hazard=0..0.5/6";
        let (path, values) = text.split_once('=').filter(|(path, _)| !path.trim().is_empty()).ok_or(FORM)?;
        let is_log = values.trim_end().ends_with("/log");
        let values = match range(values)? {
            Some(values) => values,
            None => list(values)?,
        };
        let is_log = is_log && values.len() > 1;
        Ok(Variation { is_log, ..Variation::of_values(path.trim().to_owned(), values)? })
    }
}

impl Variation {
    /// Values in the order given, each a text as `--set` takes it.
    ///
    /// # Errors
    ///
    /// Which value stands there twice.
    pub fn of_values(path: String, values: Vec<String>) -> Result<Variation, String> {
        let mut earlier = values.iter().enumerate();
        let twice = earlier.find(|(place, value)| values[..*place].iter().any(|it| is_same(it, value)));
        match twice {
            Some((_, value)) => Err(format!("`{value}` stands there twice")),
            None => Ok(Variation { path, is_log: false, values }),
        }
    }
}

/// Whether two texts stand for one value: `0.1` and `.10` do.
fn is_same(a: &str, b: &str) -> bool {
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
    a == b || number(a).is_some_and(|a| Some(a) == number(b))
}

/// The values of `lo..hi/n` or `lo..hi/n/log`; none where the text is no range.
fn range(text: &str) -> Result<Option<Vec<String>>, String> {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    let Some((low, rest)) = text.split_once("..").and_then(|(low, rest)| Some((number(low)?, rest))) else {
        return Ok(None);
    };
    let mut parts = rest.split('/');
    let Some(high) = parts.next().and_then(number) else { return Ok(None) };
    let whole = text.trim();
    let count = parts.next().ok_or_else(|| format!("`{whole}` does not say how many values; write {whole}/5"))?;
    let is_log = match (parts.next().map(str::trim), parts.next()) {
        (None, _) => false,
        (Some("log"), None) => true,
        _ => return Err(format!("`{whole}` is no range; lo..hi/n has equal steps, lo..hi/n/log equal ratios")),
    };
    let count = count.trim().parse::<usize>().ok().filter(|count| (2..=MOST_VALUES).contains(count));
    let count =
        count.ok_or_else(|| format!("a range has 2 to {MOST_VALUES} values, both ends among them: {low}..{high}/5"))?;
    if low == high {
        return Err(format!("both ends of `{whole}` are {low}"));
    }
    if is_log && (low == 0.0 || high == 0.0 || (low < 0.0) != (high < 0.0)) {
        return Err(format!("equal ratios do not lead from {low} to {high}; both ends must be above 0, or both below"));
    }
    let values = (0..count).map(|place| {
        let share = place as f64 / (count - 1) as f64;
        let value = match place {
            0 => low,
            _ if place + 1 == count => high,
            _ if is_log => low * (high / low).powf(share),
            // Not `low + share * (high - low)`, which overflows where the ends are far apart.
            _ => low * (1.0 - share) + high * share,
        };
        rounded(value).to_string()
    });
    Ok(Some(values.collect()))
}

/// To 15 significant digits, so that a tenth of the way is 0.1 and not a neighbour of it.
fn rounded(value: f64) -> f64 {
    format!("{value:.14e}").parse().unwrap_or(value)
}

/// The values between commas that stand outside of quotes and brackets.
fn list(text: &str) -> Result<Vec<String>, String> {
    let mut values = vec![String::new()];
    let mut open: Vec<char> = Vec::new();
    let (mut is_quoted, mut is_escaped) = (false, false);
    for character in text.chars() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '[' => open.push(']'),
            '{' => open.push('}'),
            '(' => open.push(')'),
            ']' | '}' | ')' if open.pop() != Some(character) => {
                return Err(format!("`{character}` closes nothing in `{}`", text.trim()));
            }
            ',' if open.is_empty() => {
                values.push(String::new());
                continue;
            }
            _ => {}
        }
        values.last_mut().expect("never empty").push(character);
    }
    if is_quoted || !open.is_empty() {
        let missing = if is_quoted { '"' } else { open[open.len() - 1] };
        return Err(format!("`{missing}` is missing at the end of `{}`", text.trim()));
    }
    let values: Vec<String> = values.iter().map(|value| value.trim().to_owned()).collect();
    match values.iter().any(String::is_empty) {
        true => Err("a value is missing; write null to remove what is there, \"\" for an empty text".into()),
        false => Ok(values),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<String> {
        text.parse::<Variation>().unwrap_or_else(|error| panic!("{text}: {error}")).values
    }

    #[test]
    fn lists_are_split_outside_of_quotes_and_brackets() {
        assert_eq!(values("a.b=0.1, 0.2 ,3e-1"), ["0.1", "0.2", "3e-1"]);
        assert_eq!(values("a.b=prev(x),max(1, 2),\"a, \\\"b\""), ["prev(x)", "max(1, 2)", "\"a, \\\"b\""]);
        let law = r#"{"normal": {"mean": 1, "sd": 2}}"#;
        assert_eq!(values(&format!("a.b={law}, [1, 2], null")), [law, "[1, 2]", "null"]);
        assert_eq!(values("a.b=x >= 1"), ["x >= 1"], "the first sign ends the path");
    }

    #[test]
    fn ranges_hold_both_ends_and_round_values() {
        assert_eq!(values("a.b=0..0.5/6"), ["0", "0.1", "0.2", "0.3", "0.4", "0.5"]);
        assert_eq!(values("a.b=1..-1/3"), ["1", "0", "-1"]);
        assert_eq!(values("a.b=0.01..100/5/log"), ["0.01", "0.1", "1", "10", "100"]);
        assert_eq!(values("a.b=-8..-1/4/log"), ["-8", "-4", "-2", "-1"]);
        let far = values("a.b=-1e308..1e308/3").iter().map(|it| it.parse()).collect::<Result<Vec<f64>, _>>();
        assert_eq!(far, Ok(vec![-1e308, 0.0, 1e308]));
        assert!("a=1..8/4/log".parse::<Variation>().is_ok_and(|it| it.is_log));
    }

    #[test]
    fn the_rest_is_refused_with_a_reason() {
        for (text, reason) in [
            ("a.b", "PATH=a,b,c"),
            ("=1", "PATH=a,b,c"),
            ("a.b=", "a value is missing"),
            ("a.b=1,,2", "a value is missing"),
            ("a.b=1,1.0", "`1.0` stands there twice"),
            ("a.b=[1,2", "`]` is missing"),
            ("a.b=\"x", "`\"` is missing"),
            ("a.b=1)", "`)` closes nothing"),
            ("a.b=0..1", "0..1/5"),
            ("a.b=0..1/1", "2 to 100000 values"),
            ("a.b=0..1/x", "2 to 100000 values"),
            ("a.b=0..1/5/lin", "is no range"),
            ("a.b=0..1/5/log/2", "is no range"),
            ("a.b=0..1/5/log", "equal ratios"),
            ("a.b=-1..1/5/log", "equal ratios"),
            ("a.b=2..2/5", "both ends"),
        ] {
            let error = text.parse::<Variation>().expect_err(text);
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}

//! Values as typed: counts with suffixes, lists of levels, pairs, assignments.

use crate::analysis::query::Query;
use crate::limits::Limits;
use crate::model::SubjectName;
use crate::stats::parse_level;
use std::ops::Range;
use std::time::Duration;

/// A share above 0, and at most 1: 0.01 or 1%.
pub(super) fn tolerance(text: &str) -> Result<f64, String> {
    let (digits, part) = match text.strip_suffix('%') {
        Some(digits) => (digits.trim_end(), 100.0),
        None => (text, 1.0),
    };
    let share = digits.parse::<f64>().ok().map(|number| number / part).filter(|share| *share > 0.0 && *share <= 1.0);
    share.ok_or_else(|| {
        format!("`{text}` is no share of a variance; a number above 0 and up to 1 is expected, or one with %")
    })
}

/// A whole number: `100000`, `1_000_000`, `1e6`, `2.5M`; the suffixes k, M and G stand for 3, 6 and 9 zeros.
pub(super) fn count(text: &str) -> Result<u64, String> {
    let error = || format!("`{text}` is not a whole number of 1 or more, such as 100000, 1e6 or 100k");
    let (rest, suffix) = match text.char_indices().last() {
        Some((end, 'k' | 'K')) => (&text[..end], 3),
        Some((end, 'M')) => (&text[..end], 6),
        Some((end, 'G')) => (&text[..end], 9),
        _ => (text, 0),
    };
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<u32>().map_err(|_| error())?),
        None => (rest, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: String = format!("{whole}{fraction}").replace('_', "");
    if !whole.starts_with(|first: char| first.is_ascii_digit()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(error());
    }
    // Trailing zeros of the fraction say nothing, and 1.50k is a whole number.
    let decimals = fraction.replace('_', "").trim_end_matches('0').len();
    let digits = &digits[..whole.replace('_', "").len() + decimals];
    let zeros = exponent.saturating_add(suffix).checked_sub(decimals as u32).ok_or_else(error)?;
    let number = digits.parse::<u64>().ok().zip(10u64.checked_pow(zeros));
    let too_large = || format!("`{text}` is above the largest count, {}", u64::MAX);
    match number.and_then(|(digits, power)| digits.checked_mul(power)).ok_or_else(too_large)? {
        0 => Err(error()),
        count => Ok(count),
    }
}

/// A name and what it stands for: `grid=events.grid_restriction,variables.slip`.
pub(super) fn group(text: &str) -> Result<(String, Vec<String>), String> {
    let error = || format!("`{text}` is not NAME=CHANGE,CHANGE, such as grid=events.grid_restriction,variables.slip");
    let (name, changes) = text.split_once('=').ok_or_else(error)?;
    let changes: Vec<String> = changes.split(',').map(|change| change.trim().to_owned()).collect();
    match name.trim().is_empty() || changes.iter().any(String::is_empty) {
        true => Err(error()),
        false => Ok((name.trim().to_owned(), changes)),
    }
}

/// How many paths to save.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PathCount {
    All,
    First(u64),
}

/// One of several equal shares of a run: the `index`th of `count`, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shard {
    pub(super) index: u64,
    pub(super) count: u64,
}

impl Shard {
    /// The blocks of the share, of so many.
    pub(super) fn blocks(self, of: u64) -> Range<u64> {
        let end = |index: u64| (u128::from(of) * u128::from(index) / u128::from(self.count)) as u64;
        end(self.index - 1)..end(self.index)
    }
}

/// `I/N`, from `1/N` to `N/N`.
pub(super) fn shard(text: &str) -> Result<Shard, String> {
    let error = || format!("`{text}` is not I/N, such as 3/64: the third of 64 shares; they count from 1/64 to 64/64");
    let (index, count) = text.split_once('/').ok_or_else(error)?;
    let [index, count] = [index, count].map(|number| number.trim().parse::<u64>());
    let (index, count) = index.ok().zip(count.ok()).ok_or_else(error)?;
    if index >= 1 && index <= count { Ok(Shard { index, count }) } else { Err(error()) }
}

/// Blocks from one on and below another; without the other, to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BlockRange {
    pub(super) start: u64,
    pub(super) end: Option<u64>,
}

/// `A..B`, `A..` or `..B`.
pub(super) fn block_range(text: &str) -> Result<BlockRange, String> {
    let error = || format!("`{text}` is not A..B, such as 0..1000: the blocks from 0 on and below 1000");
    let (start, end) = text.split_once("..").ok_or_else(error)?;
    let number = |text: &str, absent: Option<u64>| match text.trim() {
        "" => Ok(absent),
        number => number.parse().map(Some).map_err(|_| error()),
    };
    let (start, end) = (number(start, Some(0))?.unwrap_or(0), number(end, None)?);
    match end {
        Some(end) if end <= start => Err(format!("`{text}` is empty: blocks from {start} on, and below {end}")),
        _ => Ok(BlockRange { start, end }),
    }
}

/// Seconds above 0, parts of them too.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let error = || format!("`{text}` is not a number of seconds above 0, such as 60 or 0.5");
    let seconds: f64 = text.parse().map_err(|_| error())?;
    Duration::try_from_secs_f64(seconds).ok().filter(|duration| !duration.is_zero()).ok_or_else(error)
}

/// `all` or a count.
pub(super) fn path_count(text: &str) -> Result<PathCount, String> {
    match text {
        "all" => Ok(PathCount::All),
        _ => count(text).map(PathCount::First).map_err(|error| format!("{error}, or `all`")),
    }
}

/// Levels in percent, ascending.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Levels(pub(super) Vec<f64>);

/// A list of levels in percent, strictly between 0 and 100, in any order.
pub(super) fn levels(text: &str) -> Result<Levels, String> {
    let mut levels = text.split(',').map(parse_level).collect::<Result<Vec<f64>, String>>()?;
    levels.sort_by(f64::total_cmp);
    match levels.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(format!("{} stands there twice", pair[0])),
        None => Ok(Levels(levels)),
    }
}

/// Two names with a comma between them.
pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split(',').map(str::trim).collect::<Vec<_>>()[..] {
        [a, b] if !a.is_empty() && !b.is_empty() => Ok((a.to_owned(), b.to_owned())),
        _ => Err("two outputs with a comma between them are expected, such as market[2031],demand[2031]".into()),
    }
}

/// An output or a part of one, and a period of it: `cost`, `market.region.europe[2028]`.
pub(super) fn subject(text: &str) -> Result<SubjectName, String> {
    let error = || format!("`{text}` is not OUTPUT or OUTPUT[PERIOD], such as cost or market[2028]");
    let subject: SubjectName = text.parse().map_err(|()| error())?;
    let is_empty = subject.name.is_empty() || subject.period.as_deref() == Some("");
    if is_empty { Err(error()) } else { Ok(subject) }
}

/// What lines are sorted by.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SortKey {
    pub(super) query: Query,
    /// Whether the largest comes first.
    pub(super) is_descending: bool,
}

impl SortKey {
    /// Sorts items by a value of each; those without one come last, and equal ones keep their order.
    pub(super) fn apply<T>(&self, items: &mut [T], value: impl Fn(&T) -> Option<f64>) {
        items.sort_by(|a, b| match (value(a), value(b)) {
            (Some(a), Some(b)) if self.is_descending => b.total_cmp(&a),
            (Some(a), Some(b)) => a.total_cmp(&b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        });
    }
}

/// A statistic, and a `-` before it where the largest is to come first: `-p50(market,2031)`.
pub(super) fn sort_key(text: &str) -> Result<SortKey, String> {
    let text = text.trim();
    let (query, is_descending) = text.strip_prefix('-').map_or((text, false), |rest| (rest, true));
    Ok(SortKey { query: query.parse()?, is_descending })
}

/// `path=value`.
pub(super) fn assignment(text: &str) -> Result<String, String> {
    match text.split_once('=') {
        Some((path, _)) if !path.trim().is_empty() => Ok(text.to_owned()),
        _ => Err("path=value is expected, such as constraints.power.growth.pert.mode=0.2".into()),
    }
}

/// `name=value` of a limit; tried here, so that a mistake is told before anything is read.
pub(super) fn limit(text: &str) -> Result<String, String> {
    Limits::default().assign(text).map(|()| text.to_owned()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_in_every_notation() {
        for (text, expected) in [
            ("1", 1),
            ("100000", 100_000),
            ("1_000_000", 1_000_000),
            ("1e6", 1_000_000),
            ("1.5e3", 1_500),
            ("100k", 100_000),
            ("2.5M", 2_500_000),
            ("1.50k", 1_500),
            ("1G", 1_000_000_000),
            ("1.0", 1),
            ("18446744073709551615", u64::MAX),
        ] {
            assert_eq!(count(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_count_is_refused() {
        for text in [
            "",
            "0",
            "0k",
            "-1",
            "+1",
            "1.5",
            "1e-3",
            "1.55e1",
            "k",
            "_1",
            ".5k",
            "1e",
            "ten",
            "1 000",
            "0x10",
            "inf",
            "NaN",
            "1e99",
            "1e4294967295k",
            "18446744073709551616",
            "１",
        ] {
            assert!(count(text).is_err(), "{text}");
        }
    }

    #[test]
    fn levels_are_sorted_and_single() {
        assert_eq!(levels("95, 5,50"), Ok(Levels(vec![5.0, 50.0, 95.0])));
        assert_eq!(levels("99.9"), Ok(Levels(vec![99.9])));
        assert_eq!(levels("5,50,5.0"), Err("5 stands there twice".into()));
        for text in ["", "0", "100", "-5", "5,,10", "NaN", "inf", "p5", "5;10"] {
            assert!(levels(text).is_err(), "{text}");
        }
    }

    #[test]
    fn lines_are_sorted_by_a_statistic_either_way() {
        let sorted = |key: &str| {
            let mut values = [Some(2.0), None, Some(3.0), Some(1.0)];
            sort_key(key).expect("well formed").apply(&mut values, |value| *value);
            values
        };
        assert_eq!(sorted("p50(x)"), [Some(1.0), Some(2.0), Some(3.0), None]);
        assert_eq!(sorted(" -p50(x)"), [Some(3.0), Some(2.0), Some(1.0), None]);
        assert!(sort_key("p50").is_err());
    }

    #[test]
    fn shards_cover_a_run_once() {
        for (blocks, count) in [(196, 64), (3, 7), (0, 2), (1, 1), (u64::MAX / 512, 1000)] {
            let mut next = 0;
            for index in 1..=count {
                let range = shard(&format!("{index}/{count}")).expect("a shard").blocks(blocks);
                assert_eq!(range.start, next);
                next = range.end;
            }
            assert_eq!(next, blocks);
        }
        for text in ["", "1", "0/4", "5/4", "1/0", "1/-1", "a/b", "1/2/3"] {
            assert!(shard(text).is_err(), "{text}");
        }
    }

    #[test]
    fn ranges_of_blocks_and_seconds() {
        assert_eq!(block_range("3..10"), Ok(BlockRange { start: 3, end: Some(10) }));
        assert_eq!(block_range("3.."), Ok(BlockRange { start: 3, end: None }));
        assert_eq!(block_range("..10"), Ok(BlockRange { start: 0, end: Some(10) }));
        for text in ["", "3", "3..3", "10..3", "a..b", "3...4", "-1..4"] {
            assert!(block_range(text).is_err(), "{text}");
        }
        assert_eq!(seconds("0.2"), Ok(Duration::from_millis(200)));
        for text in ["", "0", "-1", "NaN", "inf", "1e99", "ten"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }

    #[test]
    fn pairs_and_assignments() {
        assert_eq!(pair("market[2031], growth"), Ok(("market[2031]".into(), "growth".into())));
        for text in ["market", "a,b,c", "a,", ",b", ""] {
            assert!(pair(text).is_err(), "{text}");
        }
        assert!(assignment("a.b=1=2").is_ok());
        assert!(assignment("a.b").is_err());
        assert!(assignment("=1").is_err());
        assert!(limit("file=1GiB").is_ok());
        assert!(limit("fiel=1GiB").expect_err("a typo").contains("did you mean `file`?"));
    }
}

//! "Did you mean": the valid name nearest to a mistyped one.

use strsim::osa_distance;

/// Longer words are not names that someone mistyped, and the distance is quadratic in them.
const LONGEST: usize = 64;

/// The candidate nearest to `word`, if one is near enough to be what was meant; the first of equals.
///
/// Nearness is the number of edits (insert, delete, replace, swap neighbours; no substring is edited twice) after case
/// and `-`, `_`, `.`, space are levelled; one edit is allowed for every three characters of the longer one, and at least one.
///
/// ```
/// use riskband::diagnostic::nearest_name;
/// assert_eq!(nearest_name("trianglar", ["triangular", "uniform"]).as_deref(), Some("triangular"));
/// assert_eq!(nearest_name("zebra", ["triangular", "uniform"]), None);
/// ```
pub fn nearest_name<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let (word, length) = levelled(word)?;
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let Some((letters, other)) = levelled(candidate) else { continue };
        let allowed = (length.max(other) / 3).max(1);
        if other.abs_diff(length) > allowed {
            continue;
        }
        let distance = osa_distance(&word, &letters);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, name)| name.to_owned())
}

/// The word in lower case with one kind of separator, and its characters, or `None` where there are none or too many.
fn levelled(word: &str) -> Option<(String, usize)> {
    if word.len() > 4 * LONGEST {
        return None;
    }
    let level = |letter| if matches!(letter, '-' | ' ' | '.') { '_' } else { letter };
    let letters: String = word.chars().flat_map(char::to_lowercase).map(level).collect();
    let length = letters.chars().count();
    (1..=LONGEST).contains(&length).then_some((letters, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_of_several_and_first_of_equals() {
        let names = ["drivers", "driver", "constraints"];
        assert_eq!(nearest_name("drivres", names).as_deref(), Some("drivers"));
        assert_eq!(nearest_name("cat", ["bat", "hat"]).as_deref(), Some("bat"));
    }

    #[test]
    fn case_and_separators_do_not_count() {
        assert_eq!(nearest_name("Over-Time", ["over_time"]).as_deref(), Some("over_time"));
        assert_eq!(nearest_name("SD", ["df", "sd"]).as_deref(), Some("sd"));
    }

    #[test]
    fn what_is_far_or_huge_has_no_neighbour() {
        assert_eq!(nearest_name("sd", ["df"]), None);
        assert_eq!(nearest_name("power", ["growth"]), None);
        assert_eq!(nearest_name(&"x".repeat(1_000_000), ["x"]), None);
    }
}

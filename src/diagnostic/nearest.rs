//! "Did you mean": the valid name nearest to a mistyped one.

/// Longer words are not names that someone mistyped, and the distance is quadratic in them.
const LONGEST: usize = 64;

/// The candidate nearest to `word`, if one is near enough to be what was meant; the first of equals.
///
/// Nearness is the number of edits (insert, delete, replace, swap neighbours) after case and `-`, `_`, space are levelled;
/// one edit is allowed for every three characters of the word, and at least one. A word of one or two letters matches
/// only by case: with one edit, every short name would be near.
///
/// ```
/// use riskband::diagnostic::nearest_name;
/// assert_eq!(nearest_name("trianglar", ["triangular", "uniform"]).as_deref(), Some("triangular"));
/// assert_eq!(nearest_name("zebra", ["triangular", "uniform"]), None);
/// ```
pub fn nearest_name<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let word = levelled(word)?;
    let allowed = if word.len() <= 2 { 0 } else { (word.len() / 3).max(1) };
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let Some(letters) = levelled(candidate) else { continue };
        if letters.len().abs_diff(word.len()) > allowed {
            continue;
        }
        let distance = edits(&word, &letters);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, name)| name.to_owned())
}

/// The characters in lower case with one kind of separator, or `None` where there are too many.
fn levelled(word: &str) -> Option<Vec<char>> {
    if word.len() > 4 * LONGEST {
        return None;
    }
    let level = |letter| if matches!(letter, '-' | ' ' | '.') { '_' } else { letter };
    let letters: Vec<char> = word.chars().flat_map(char::to_lowercase).map(level).collect();
    (letters.len() <= LONGEST).then_some(letters)
}

/// Damerau-Levenshtein distance in its restricted form (optimal string alignment): no substring is edited twice.
fn edits(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distance(a: &str, b: &str) -> usize {
        edits(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>())
    }

    #[test]
    fn distances_of_known_pairs() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("mean", "maen"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
        // The restricted form counts 3 here, the unrestricted one 2.
        assert_eq!(distance("ca", "abc"), 3);
    }

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

//! The nearest valid name to a misspelt one.

/// The candidate with the fewest edits (insert, delete, replace, swap neighbours; capitals count as equal), when these
/// are at most a third of its letters; the first one of equals.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    // Longer names are not typing errors of anything, and would take time and memory.
    let name: Vec<char> = name.chars().flat_map(char::to_lowercase).take(65).collect();
    if name.is_empty() || name.len() > 64 {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let letters: Vec<char> = candidate.chars().flat_map(char::to_lowercase).take(65).collect();
        let allowed = (name.len().max(letters.len()) / 3).max(1);
        if name.len().abs_diff(letters.len()) > allowed {
            continue;
        }
        let edits = edits(&name, &letters);
        if edits <= allowed && best.is_none_or(|(fewest, _)| edits < fewest) {
            best = Some((edits, candidate));
        }
    }
    best.map(|(_, candidate)| candidate.to_string())
}

/// Optimal string alignment distance.
fn edits(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replace = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replace.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = last;
        last = row;
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_typing_errors_and_nothing_else() {
        let names = ["market", "demand", "backlog", "ai_ml"];
        assert_eq!(nearest("markte", names), Some("market".into()));
        assert_eq!(nearest("Demnad", names), Some("demand".into()));
        assert_eq!(nearest("aiml", names), Some("ai_ml".into()));
        assert_eq!(nearest("cooling", names), None);
        assert_eq!(nearest("x", ["y"]), Some("y".into()));
        assert_eq!(nearest("", names), None);
    }
}

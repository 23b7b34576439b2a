//! Texts beside marks: how wide they are, and how they keep out of each other's way.

use unicode_width::UnicodeWidthStr;

/// Sizes of type in pixels, as the style sheet has them.
pub(super) const TEXT: f64 = 13.0;
pub(super) const SMALL: f64 = 12.0;
pub(super) const TITLE: f64 = 16.0;

/// Width of a text in pixels, a little on the wide side: the reader's font is not known here.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.width() as f64 * size * 0.58
}

/// How much wider a text of this class is than plain text: the style sheet writes `strong` in semibold, which fonts that
/// have none draw in bold.
pub(super) fn weight(class: &str) -> f64 {
    if class == "strong" { 1.15 } else { 1.0 }
}

/// A text that fits, with an ellipsis where it had to be cut.
pub(super) fn shortened(text: &str, room: f64, size: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    for character in text.chars() {
        kept.push(character);
        if width(&kept, size) + width("…", size) > room {
            kept.pop();
            break;
        }
    }
    format!("{}…", kept.trim_end())
}

/// Moves positions apart so that neighbours keep `gap`, within `range` where there is room, and each stays near its own.
/// The order of the answer is that of `wanted`.
pub(super) fn spread(wanted: &[f64], gap: f64, (low, high): (f64, f64)) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
    // Groups of touching labels stand centred on their wish; joining them until none touch is the least total move.
    let mut groups: Vec<(f64, usize)> = Vec::new();
    let clamp = |centre: f64, count: usize| {
        let half = gap * (count - 1) as f64 / 2.0;
        centre.min(high - half).max(low + half)
    };
    for &index in &order {
        let mut group = (clamp(wanted[index], 1), 1);
        while let Some(&(centre, count)) = groups.last() {
            let reach = gap * (count + group.1) as f64 / 2.0;
            if group.0 - centre >= reach {
                break;
            }
            groups.pop();
            let joined = count + group.1;
            let mean = (centre * count as f64 + group.0 * group.1 as f64) / joined as f64;
            group = (clamp(mean, joined), joined);
        }
        groups.push(group);
    }
    let mut placed = vec![0.0; wanted.len()];
    let mut next = order.into_iter();
    for (centre, count) in groups {
        for (offset, index) in next.by_ref().take(count).enumerate() {
            placed[index] = centre + gap * (offset as f64 - (count - 1) as f64 / 2.0);
        }
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_that_touch_are_moved_apart_and_others_stay() {
        assert_eq!(spread(&[10.0, 50.0], 15.0, (0.0, 100.0)), [10.0, 50.0]);
        assert_eq!(spread(&[50.0, 50.0], 10.0, (0.0, 100.0)), [45.0, 55.0]);
        assert_eq!(spread(&[98.0, 97.0], 10.0, (0.0, 100.0)), [100.0, 90.0]);
        assert!(spread(&[], 10.0, (0.0, 100.0)).is_empty());
    }

    #[test]
    fn neighbours_keep_their_gap() {
        let wanted = [3.0, 80.0, 79.0, 78.0, 5.0, 4.0, 60.0, 66.0];
        let mut placed = spread(&wanted, 10.0, (0.0, 100.0));
        placed.sort_by(f64::total_cmp);
        assert!(placed.windows(2).all(|pair| pair[1] - pair[0] >= 10.0 - 1e-9), "{placed:?}");
        assert!(placed[0] >= 0.0 && placed[7] <= 100.0, "{placed:?}");
    }

    #[test]
    fn long_texts_are_cut_with_an_ellipsis() {
        assert_eq!(shortened("short", 100.0, TEXT), "short");
        let cut = shortened("a rather long name of a scenario", 100.0, TEXT);
        assert!(cut.ends_with('…') && width(&cut, TEXT) <= 100.0, "{cut}");
        assert_eq!(shortened("long", 1.0, TEXT), "…");
    }
}

//! Colours and type of the charts, for light and dark.
//!
//! The colours of lines and pieces keep apart for readers who see fewer of them: blue, bluish green, reddish purple, ochre
//! and so on after Okabe and Ito (2008), "Color universal design", darkened for white and lightened for black until each
//! stands out by 3 : 1 at least. Vermilion is kept for what is published or asked for.

/// Rules with `var(name)` where a colour of the palette stands.
const RULES: &str = include_str!("chart.css");

/// Name, on white, on black.
const PALETTE: [(&str, &str, &str); 20] = [
    ("page", "#ffffff", "#14181d"),
    ("ink", "#1c2127", "#e8ecf0"),
    ("soft", "#56606b", "#a6b0ba"),
    ("rule", "#e2e6ea", "#2a3138"),
    ("axis", "#8a949e", "#6d7883"),
    ("band-1", "#d6e6f5", "#1d364d"),
    ("band-2", "#abcdea", "#27577f"),
    ("band-3", "#72abd9", "#3a80b8"),
    ("median", "#0a4a80", "#d9ecfb"),
    ("published", "#a33f06", "#ff9d5c"),
    ("s1", "#0a67a8", "#58aef0"),
    ("s2", "#0b7f61", "#45c49f"),
    ("s3", "#9a3f80", "#e08fca"),
    ("s4", "#8a6500", "#d9b040"),
    ("s5", "#4c5fc4", "#98a6ff"),
    ("s6", "#237587", "#5cc4d6"),
    ("s7", "#b02a3a", "#ff8591"),
    ("s8", "#5b6570", "#a6b0ba"),
    ("up", "#0b7f61", "#45c49f"),
    ("down", "#c04a00", "#ff9d5c"),
];

const DARK: &str = "@media screen and (prefers-color-scheme: dark)";

/// A colour of the palette on white, as `#0a4a80`.
///
/// # Panics
///
/// When the palette has no colour of this name.
#[cfg(feature = "workbook")]
pub(crate) fn on_white(name: &str) -> &'static str {
    PALETTE.iter().find(|colour| colour.0 == name).expect("a colour of the palette").1
}

/// The style sheet of a page: the palette as properties, which scripts can read too.
pub(crate) fn of_page() -> String {
    let properties = |dark: bool| -> String {
        PALETTE.iter().map(|(name, light, black)| format!("--{name}:{};", if dark { black } else { light })).collect()
    };
    let rules = RULES.replace("var(", "var(--");
    format!(":root{{{}}}\n{DARK}{{:root{{{}}}}}\n{rules}", properties(false), properties(true))
}

/// The style sheet of a file of its own: colours written out, since few programs but browsers know properties.
pub(super) fn of_file() -> String {
    let written = |dark: bool| {
        PALETTE.iter().fold(RULES.to_owned(), |rules, (name, light, black)| {
            rules.replace(&format!("var({name})"), if dark { black } else { light })
        })
    };
    format!("{}{DARK} {{\n{}}}\n", written(false), written(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_of_the_rules_is_in_the_palette() {
        assert!(!of_file().contains("var("), "{}", of_file());
        for name in RULES.split("var(").skip(1).filter_map(|rest| rest.split(')').next()) {
            assert!(PALETTE.iter().any(|(known, ..)| *known == name), "{name}");
        }
    }

    /// WCAG 2.2: 4.5 : 1 for text, 3 : 1 for lines and pieces.
    #[test]
    fn colours_stand_out_from_their_page() {
        for (name, light, dark) in PALETTE {
            let least = match name {
                "ink" | "soft" | "published" => 4.5,
                "median" | "axis" | "up" | "down" | "s1" | "s2" | "s3" | "s4" | "s5" | "s6" | "s7" | "s8" => 3.0,
                _ => continue,
            };
            for (colour, page) in [(light, PALETTE[0].1), (dark, PALETTE[0].2)] {
                let contrast = contrast(colour, page);
                assert!(contrast >= least, "{name}: {colour} on {page} is {contrast:.2} : 1");
            }
        }
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn luminance(colour: &str) -> f64 {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).expect("two hexadecimal digits")) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }
}

//! The frame of a page: head, style sheet, script, and the policy that allows these two and nothing else.

use crate::output::chart::page_style;
use crate::output::markup::Markup;
use base64::prelude::{BASE64_STANDARD as STANDARD, Engine};
use sha2::{Digest, Sha256};
use std::io::{self, Write};

const UPLOT: &str = include_str!("../../../assets/uplot/uPlot.iife.min.js");
const UPLOT_STYLE: &str = include_str!("../../../assets/uplot/uPlot.min.css");
const UPLOT_LICENSE: &str = include_str!("../../../assets/uplot/LICENSE");
const SCRIPT: &str = include_str!("report.js");
const STYLE: &str = include_str!("report.css");

/// Writes the page around its body.
pub(super) fn write(out: &mut dyn Write, title: &str, body: &Markup) -> io::Result<()> {
    // Within a sheet the later rule wins, so the page's own come last.
    let style = format!("{}\n{UPLOT_STYLE}\n{STYLE}", page_style());
    let script = format!("/*! uPlot\n{UPLOT_LICENSE}\n*/\n{UPLOT}\n{SCRIPT}");
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
        hash(&style),
        hash(&script)
    );
    let mut page = Markup::new();
    page.trusted("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.open("meta", &[("http-equiv", &"Content-Security-Policy"), ("content", &policy)]);
    page.trusted("\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.trusted(
        "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n",
    );
    page.open("meta", &[("name", &"generator"), ("content", &concat!("riskband ", env!("CARGO_PKG_VERSION")))]);
    page.element("title", &[], format!("{title} - riskband"));
    page.trusted(&format!("<style>{style}</style>\n</head>\n<body>\n"));
    page.trusted(body.as_str());
    page.trusted(&format!("<script>{script}</script>\n</body>\n</html>\n"));
    out.write_all(page.as_str().as_bytes())
}

/// The source expression of inline text: its SHA-256 in base 64.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_parts_end_where_they_should() {
        for (part, end) in [(UPLOT, "</script"), (SCRIPT, "</script"), (UPLOT_STYLE, "</style"), (STYLE, "</style")] {
            assert!(!part.to_lowercase().contains(end));
        }
        // What a page must do without, under its policy.
        for part in ["innerHTML", "eval(", "new Function", "setAttribute(\"style\"", "cssText"] {
            assert!(!SCRIPT.contains(part) && !UPLOT.contains(part), "{part}");
        }
        assert!(!UPLOT_LICENSE.contains("*/"));
    }
}

//! Charts as SVG text: the same results give the same bytes, and they read well without a script, in light and dark.
//!
//! Each chart takes plain rows and gives a [`Chart`], which knows its own text alternative.

mod axis;
mod binding;
mod canvas;
mod difference;
mod fan;
mod histogram;
mod intervals;
mod labels;
mod levels;
mod overlay;
mod scale;
mod set;
mod style;
mod waterfall;

#[cfg(test)]
mod tests;

pub use binding::binding;
pub use difference::difference_charts;
pub use fan::{Fan, difference_fan, fan};
pub use histogram::{Threshold, exceedance, histogram};
pub use intervals::{Interval, intervals, scenario_intervals, segment_intervals};
pub use levels::{BandLevels, band_levels};
pub use overlay::{Line, overlay};
pub use set::{NamedChart, chart_set, comparison_charts, headline_curve, thresholds};
pub use waterfall::{Part, Waterfall, waterfall};

pub(crate) use histogram::marks;
pub(crate) use levels::band_colour;
pub(crate) use set::{baseline_of, comparison_baseline};
pub(crate) use style::of_page as page_style;

use super::markup::Markup;

/// Room that a title takes in a file of its own.
const HEAD: f64 = 40.0;

/// How much room a chart has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// A page or a slide.
    Wide,
    /// A phone, on which a wide chart would shrink its text until nobody can read it.
    Narrow,
}

impl Size {
    /// Width in pixels.
    pub fn width(self) -> f64 {
        match self {
            Size::Wide => 760.0,
            Size::Narrow => 360.0,
        }
    }

    /// Height in pixels of a chart whose rows do not decide it.
    pub fn height(self) -> f64 {
        match self {
            Size::Wide => 400.0,
            Size::Narrow => 320.0,
        }
    }
}

/// A picture and what it says.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// What is shown.
    pub title: String,
    /// What it says, with its numbers, for those who do not see it.
    pub description: String,
    width: f64,
    height: f64,
    body: Markup,
}

impl Chart {
    /// The text of an SVG file.
    pub fn to_svg(&self) -> String {
        let mut svg = Markup::new();
        let (width, height) = (canvas::px(self.width), canvas::px(self.height + HEAD));
        let view = format!("0 -{} {width} {height}", canvas::px(HEAD));
        svg.open(
            "svg",
            &[
                ("xmlns", &"http://www.w3.org/2000/svg"),
                ("class", &"chart"),
                ("viewBox", &view),
                ("width", &width),
                ("height", &height),
                ("role", &"img"),
                ("aria-labelledby", &"title desc"),
            ],
        );
        svg.element("title", &[("id", &"title")], &self.title);
        svg.element("desc", &[("id", &"desc")], &self.description);
        svg.open("style", &[]);
        svg.trusted(&style::of_file());
        svg.close("style");
        let top = canvas::px(-HEAD);
        svg.leaf("rect", &[("class", &"page"), ("y", &top), ("width", &width), ("height", &height)]);
        let title = labels::shortened(&self.title, self.width - 32.0, labels::TITLE);
        svg.element("text", &[("class", &"title"), ("x", &16), ("y", &-14)], title);
        svg.trusted(self.body.as_str());
        svg.close("svg");
        svg.as_str().to_owned()
    }

    /// The picture inside a page that has the style sheet; `id` must be the page's only one.
    pub(crate) fn write_inline(&self, page: &mut Markup, id: &str, class: &str) {
        let (title, description) = (format!("{id}-title"), format!("{id}-desc"));
        let view = format!("0 0 {} {}", canvas::px(self.width), canvas::px(self.height));
        page.open(
            "svg",
            &[
                ("class", &format!("chart {class}")),
                ("viewBox", &view),
                ("role", &"img"),
                ("aria-labelledby", &format!("{title} {description}")),
            ],
        );
        page.element("title", &[("id", &title)], &self.title);
        page.element("desc", &[("id", &description)], &self.description);
        page.trusted(self.body.as_str());
        page.close("svg");
    }
}

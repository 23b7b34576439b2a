//! Charts as SVG text: the same results give the same bytes, and they read well without a script, in light and dark.
//!
//! A [`Picture`] names plain rows; drawn in a size it is a [`Chart`], which knows its own text alternative.

mod areas;
mod axis;
mod binding;
mod canvas;
mod fan;
mod heat;
mod histogram;
mod intervals;
mod labels;
mod levels;
mod overlay;
mod plane;
#[cfg(feature = "png")]
mod png;
mod response;
mod scale;
mod style;
mod timeline;
mod tornado;
mod waterfall;

#[cfg(test)]
mod tests;

pub use areas::{Areas, Layer};
pub use binding::Ceilings;
pub use fan::{Against, Fan};
pub use heat::HeatMap;
pub use histogram::{CurveForm, Distribution, Threshold};
pub use intervals::{Interval, Intervals};
pub use levels::{BandLevels, band_levels};
pub use overlay::{Line, Overlay};
pub use plane::Plane;
#[cfg(feature = "png")]
pub use png::png_of_svg;
pub use response::{Response, ResponsePoint, ResponseSeries};
pub use tornado::{Tornado, TornadoRow};
pub use waterfall::{Part, Waterfall};

pub(crate) use axis::Sign;
pub(crate) use histogram::{marks, seen};
pub(crate) use levels::{band_colour, finite, range_name};
pub(crate) use style::of_page as page_style;
#[cfg(feature = "workbook")]
pub(crate) use style::on_white;
pub(crate) use timeline::EndLabel;

use super::markup::Markup;
use crate::model::When;
#[cfg(feature = "png")]
use std::io;

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

/// A chart before it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture<'a> {
    /// Short name, as in the name of a file: `fan`, `segments-region`.
    pub name: String,
    /// What it is called.
    pub title: String,
    /// What is drawn.
    pub marks: Marks<'a>,
}

/// The rows that a chart draws, and how.
#[derive(Clone, Debug, PartialEq)]
pub enum Marks<'a> {
    /// Bands of an output over time, its median, and a published path or no difference.
    Fan(Fan<'a>),
    /// Shares of paths by value.
    Histogram(Distribution<'a>),
    /// Share of the paths that reach each value, or stay at or below it.
    Curve(Distribution<'a>, CurveForm),
    /// Share of paths on which each ceiling binds, by period.
    Binding(Ceilings<'a>),
    /// Ranges, one a row.
    Intervals(Intervals<'a>),
    /// Several scenarios over time.
    Overlay(Overlay<'a>),
    /// From one value to another in labelled parts.
    Waterfall(Waterfall),
    /// An output by a number that varies.
    Response(Box<Response>),
    /// A number by two things that vary.
    HeatMap(Box<HeatMap>),
    /// Shares of a variance by input.
    Tornado(Tornado<'a>),
    /// Shares of a variance over time.
    Areas(Areas<'a>),
    /// Where an outcome is frequent, by two inputs.
    Plane(Plane<'a>),
}

impl Picture<'_> {
    /// The chart; none where there is nothing to see.
    pub fn draw(&self, size: Size) -> Option<Chart> {
        match &self.marks {
            Marks::Fan(data) => fan::draw(&self.title, data, size),
            Marks::Histogram(data) => histogram::histogram(&self.title, data, size),
            Marks::Curve(data, form) => histogram::curve(&self.title, data, *form, size),
            Marks::Binding(data) => binding::draw(&self.title, data, size),
            Marks::Intervals(data) => intervals::draw(&self.title, data, size),
            Marks::Overlay(data) => overlay::draw(&self.title, data, size),
            Marks::Waterfall(data) => waterfall::draw(&self.title, data, size),
            Marks::Response(data) => response::draw(&self.title, data, size),
            Marks::HeatMap(data) => heat::draw(&self.title, data, size),
            Marks::Tornado(data) => tornado::draw(&self.title, data, size),
            Marks::Areas(data) => areas::draw(&self.title, data, size),
            Marks::Plane(data) => plane::draw(&self.title, data, size),
        }
    }
}

/// When something is, as a text alternative says it: ` at 2031`; nothing where there is no time at all.
fn moment(when: &When) -> String {
    match has_time(when) {
        _ if when.is_total() => " in total".to_owned(),
        true => format!(" at {}", when.period),
        false => String::new(),
    }
}

/// Whether a step is one of several: a model without time has step 0 alone, and no name for it.
pub(crate) fn has_time(when: &When) -> bool {
    when.year.is_some() || when.step > 0
}

/// A drawn picture and what it says.
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

    /// The bytes of a PNG file, on white: see [`png_of_svg`].
    ///
    /// # Errors
    ///
    /// When the chart is too high for a picture.
    #[cfg(feature = "png")]
    pub fn to_png(&self) -> io::Result<Vec<u8>> {
        png_of_svg(&self.to_svg())
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

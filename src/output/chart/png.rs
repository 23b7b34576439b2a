//! Charts as PNG: the same bytes for the same chart, whatever fonts a machine has.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::{Database, Family, Query, Source, Weight};
use resvg::usvg::{FontResolver, Options, Tree};
use std::io;
use std::sync::{Arc, LazyLock};

/// Pixels a unit of a chart: 1,520 across, which is sharp on a slide and in print at half the width of a page.
const SCALE: f32 = 2.0;
/// Pixels of a picture at most, 256 MiB of memory: a higher chart has fewer a unit.
const MOST_PIXELS: f32 = (1 << 26) as f32;

/// The family of the fonts that come along, one of those that the style sheet names.
const FAMILY: &str = "Roboto";
const REGULAR: &[u8] = include_bytes!("../../../assets/roboto/Roboto-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../../assets/roboto/Roboto-Bold.ttf");

static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    for font in [REGULAR, BOLD] {
        fonts.load_font_source(Source::Binary(Arc::new(font)));
    }
    Arc::new(fonts)
});

/// The bytes of a PNG file for the text of a chart's SVG file: on white, two pixels for each of its units.
///
/// Its text is set in a font that comes along: Latin, Greek and Cyrillic letters look the same everywhere. Signs that it lacks
/// are taken from the machine's fonts, and left out where no font has them.
///
/// # Errors
///
/// When the chart is too high for a picture, or the text is no SVG.
pub fn png_of_svg(svg: &str) -> io::Result<Vec<u8>> {
    let options = Options { fontdb: Arc::clone(&FONTS), font_resolver: fonts(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(io::Error::other)?;
    let (width, height) = (tree.size().width(), tree.size().height());
    let scale = scale(width, height);
    let pixels = Pixmap::new((width * scale).round() as u32, (height * scale).round() as u32);
    let mut pixels = pixels.ok_or_else(|| io::Error::other("the chart is too high for a PNG; take SVG"))?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(io::Error::other)
}

/// Pixels a unit of a chart of this size.
fn scale(width: f32, height: f32) -> f32 {
    SCALE.min((MOST_PIXELS / width / height).sqrt())
}

/// The fonts that come along, and those of the machine once a sign is in none of them.
fn fonts() -> FontResolver<'static> {
    let beyond = FontResolver::default_fallback_selector();
    FontResolver {
        select_font: Box::new(|font, fonts| {
            fonts.query(&Query { families: &[Family::Name(FAMILY)], weight: Weight(font.weight()), ..Query::default() })
        }),
        select_fallback: Box::new(move |sign, used, fonts| {
            if fonts.len() == FONTS.len() {
                Arc::make_mut(fonts).load_system_fonts();
            }
            beyond(sign, used, fonts)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::chart::canvas::{Anchor, Canvas};
    use crate::output::chart::{Chart, Size};

    fn chart(text: &str, height: f64) -> Chart {
        let mut canvas = Canvas::new(Size::Wide, height);
        canvas.rect("up", (10.0, 20.0), (50.0, 60.0), "");
        canvas.text("strong", (100.0, 50.0), Anchor::Start, text);
        canvas.finish("A title", String::new())
    }

    fn decoded(chart: &Chart) -> Pixmap {
        Pixmap::decode_png(&chart.to_png().expect("drawn")).expect("a PNG")
    }

    /// Colours by their places in units of the chart, whose head is 40 high.
    fn colour(pixels: &Pixmap, x: u32, y: u32) -> [u8; 4] {
        let colour = pixels.pixel(2 * x, 2 * (y + 40)).expect("within the picture").demultiply();
        [colour.red(), colour.green(), colour.blue(), colour.alpha()]
    }

    fn ink(pixels: &Pixmap, (left, right): (u32, u32)) -> usize {
        let rows = (20..60).flat_map(|y| (left..right).map(move |x| (x, y)));
        rows.filter(|&(x, y)| colour(pixels, x, y)[0] < 128).count()
    }

    #[test]
    fn a_picture_has_the_colours_and_the_text_of_the_chart() {
        let pixels = decoded(&chart("P50 ≥ 35,66 €", 100.0));
        assert_eq!((pixels.width(), pixels.height()), (1520, 280));
        assert_eq!(colour(&pixels, 30, 40), [0x0b, 0x7f, 0x61, 255], "`up` on white");
        assert_eq!(colour(&pixels, 700, 80), [255, 255, 255, 255]);
        assert!(ink(&pixels, (100, 200)) > 100, "{}", ink(&pixels, (100, 200)));
        assert_eq!(ink(&decoded(&chart("", 100.0)), (100, 200)), 0);
    }

    #[test]
    fn the_fonts_that_come_along_have_the_letters_of_europe() {
        let alone = FontResolver { select_fallback: Box::new(|_, _, _| None), ..fonts() };
        let options = Options { fontdb: Arc::clone(&FONTS), font_resolver: alone, ..Options::default() };
        let is_drawn = |sign: char| {
            let svg = chart(&sign.to_string(), 100.0).to_svg();
            let tree = Tree::from_str(&svg, &options).expect("well formed");
            let mut pixels = Pixmap::new(760, 140).expect("small");
            resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
            (100..120).any(|x| (75..100).any(|y| pixels.pixel(x, y).is_some_and(|pixel| pixel.red() < 128)))
        };
        for sign in "aÅżłőñßΩσЖщ€≥≤−±×·".chars() {
            assert!(is_drawn(sign), "{sign}");
        }
        assert!(!is_drawn(' '));
    }

    #[test]
    fn what_is_too_high_has_fewer_pixels() {
        assert_eq!(scale(760.0, 22_000.0), SCALE);
        let (width, height) = (760.0, 60_000.0);
        let pixels = scale(width, height) * width * scale(width, height) * height;
        assert!((pixels / MOST_PIXELS - 1.0).abs() < 1e-5, "{pixels}");
        assert!(chart("x", 1e12).to_png().is_err());
    }
}

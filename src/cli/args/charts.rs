//! Options of charts.

use crate::cli::values;
use crate::model::SubjectName;
use crate::output::chart::CurveForm;
use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct ChartArgs {
    /// Charts of further outputs and periods, e.g. 'cost, market[2028]'
    #[arg(
        long,
        value_name = "LIST",
        value_parser = values::subject,
        value_delimiter = ',',
        help_heading = "Output",
        long_help = "Charts of further outputs and periods, e.g. 'cost, market[2028], market.region.europe'; may be repeated\n\n\
            An output alone is drawn over time, and with a histogram and a curve of its last period; with a period, the \
            histogram and the curve of that one. On the page of `report`; as files, where --charts says the folder"
    )]
    pub(crate) charts_of: Vec<SubjectName>,
    /// The curve beside each histogram
    #[arg(long, value_enum, value_name = "FORM", default_value_t = CurveKind::default(), help_heading = "Output")]
    pub(crate) curve: CurveKind,
}

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct PictureArgs {
    /// Format of the files of --charts: svg for pages, png for slides and documents
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = PictureFormat::default(), requires = "charts", help_heading = "Output")]
    pub(crate) charts_as: PictureFormat,
}

/// A format of pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum PictureFormat {
    /// Lines and text, sharp in any size, light or dark as the page that shows it
    #[default]
    Svg,
    /// 1,520 pixels across, on white
    Png,
}

/// Which share of the paths a curve shows for each value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum CurveKind {
    /// The paths that reach the value or more.
    #[default]
    Exceedance,
    /// The paths at the value or below.
    Cumulative,
}

impl From<CurveKind> for CurveForm {
    fn from(kind: CurveKind) -> CurveForm {
        match kind {
            CurveKind::Exceedance => CurveForm::Exceedance,
            CurveKind::Cumulative => CurveForm::Cumulative,
        }
    }
}

//! Cross tables: two dimensions at once, every cell between the margins that they give.
//!
//! Cells start from the product of the margins times an affinity, and are fitted to both margins by iterative
//! proportional fitting (Deming and Stephan 1940, doi:10.1214/aoms/1177731829): cell = row factor * affinity * column
//! factor. From a product the fit is exact at once, so without affinities there is nothing to fit.

use super::builder::ModelBuilder;
use super::item::Item;
use super::segments::{new_dimension, path_in_formulas};
use crate::diagnostic::nearest_name;
use crate::kernel::Binary;
use crate::model::{Definition, Dimension, Expr, Market, Segment, VarId};
use crate::scenario::keys;
use crate::scenario::place::Place;

/// Residual of the margins at which the fit at the base is done, as a share of the market.
const CONVERGED: f64 = 1e-14;
/// Sweeps after which a fit at the base is given up: an affinity this strong leaves cells next to empty.
const MOST_SWEEPS: usize = 100;

/// One side of a table.
struct TableSide {
    dimension: Dimension,
    /// Places of its segments that take part.
    parts: Vec<usize>,
}

impl TableSide {
    fn segments(&self) -> impl Iterator<Item = &Segment> {
        self.parts.iter().map(|index| &self.dimension.segments[*index])
    }

    fn find(&self, path: &str) -> Option<usize> {
        self.segments().position(|segment| segment.path == path)
    }
}

impl ModelBuilder<'_> {
    /// Declares the cells of the tables that the file asks for; dimensions are declared before.
    pub(super) fn cross_tables(&mut self, document: &Item<'_>, market: Option<&Market>) {
        let Some(tables) = document.get("cross_tables") else { return };
        if !self.is_object(&tables, "`cross_tables`") {
            return;
        }
        if !document.has("segments") {
            let message = "a cross table is of two dimensions of `segments`, and this file has none";
            self.push(tables.error("needs-segments", message));
        }
        // A market or dimensions that are wrong are reported where they stand.
        let Some(market) = market else { return };
        for table in tables.members() {
            if self.is_name(&table) && !self.full {
                self.cross_table(&table, market);
            }
        }
    }

    /// Declares the cells of a table; nothing where it is wrong.
    fn cross_table(&mut self, item: &Item<'_>, market: &Market) -> Option<()> {
        let name = item.key;
        let what = format!("the cross table `{name}`");
        if !self.is_object_with(item, &what, &[keys::CROSS_TABLE, keys::PAPERS]) {
            return None;
        }
        self.check_texts(item, keys::PAPERS);
        if self.dimensions.iter().any(|dimension| dimension.key == name) {
            let problem = item.key_error("duplicate-name", format!("the name `{name}` is taken: a dimension has it"));
            self.push(problem.help("choose another name"));
            return None;
        }
        let nested = self.flag(item, "nested")?;
        let [rows, columns] = self.sides(item, nested)?;
        self.has_room(item, &rows, &columns)?;
        let affinity = self.affinity(item, &rows, &columns)?;
        let cells = match affinity.iter().flatten().all(|odds| *odds == 1.0) {
            true => products(&rows, &columns),
            false => {
                let sweeps = self.sweeps(&affinity, &rows, &columns, item)?;
                self.fitted(&affinity, &rows, &columns, sweeps)
            }
        };
        let mut table = new_dimension(item, format!("{} x {}", rows.dimension.name, columns.dimension.name));
        let pairs = rows.segments().flat_map(|row| columns.segments().map(move |column| (row, column)));
        for ((row, column), share) in pairs.zip(cells) {
            let label = |segment: &Segment| segment.title.clone().unwrap_or_else(|| segment.path.clone());
            let path = format!("{} x {}", row.path, column.path);
            let below = format!("{name}.{}", path_in_formulas(&path));
            let share = self.known_of_part("share", &below, Place::default(), share);
            let value = self.known_of_part("market", &below, item.place(), Expr::from(market.market) * share);
            if let Some(variable) = self.variable_mut(value) {
                variable.unit.clone_from(&market.unit);
            }
            let title = Some(format!("{} x {}", label(row), label(column)));
            table.segments.push(Segment { title, path, value, share });
        }
        self.dimensions.push(table);
        Some(())
    }

    /// Nothing, or None where the cells are more than the quantities that are left: they are counted before they are made.
    fn has_room(&mut self, item: &Item<'_>, rows: &TableSide, columns: &TableSide) -> Option<()> {
        let (height, width) = (rows.parts.len() as u64, columns.parts.len() as u64);
        // A cell has a value and a share.
        let needed = 2u64.saturating_mul(height).saturating_mul(width);
        let limit = self.context.limits.quantities;
        if needed.saturating_add(self.variables.len() as u64) <= limit {
            return Some(());
        }
        let message = format!(
            "the cross table `{}` has {height} x {width} cells of two quantities each, more than the limit `quantities` of \
             {limit} leaves room for",
            item.key
        );
        let problem = item.error("too-many-quantities", message);
        self.is_over(problem.help("cross dimensions with fewer parts, or raise the limit with --limit quantities=N"));
        None
    }

    /// The two dimensions of `of`.
    fn sides(&mut self, item: &Item<'_>, nested: bool) -> Option<[TableSide; 2]> {
        const EXPECTED: &str = "a list of two dimensions: [\"region\", \"processor\"]";
        let Some(of) = item.get("of") else {
            self.push(item.error("missing-key", "this cross table has no `of`").expected(EXPECTED));
            return None;
        };
        let Some(items) = of.items() else {
            self.wrong_type(&of, "`of`", EXPECTED);
            return None;
        };
        let sides: Vec<Option<TableSide>> = items.iter().map(|item| self.side(item, nested)).collect();
        match <[TableSide; 2]>::try_from(sides.into_iter().collect::<Option<Vec<TableSide>>>()?) {
            Ok([rows, columns]) if rows.dimension.name != columns.dimension.name => Some([rows, columns]),
            _ => {
                let problem = of.error("wrong-count", "a cross table is of two different dimensions");
                self.push(problem.expected(EXPECTED));
                None
            }
        }
    }

    fn side(&mut self, item: &Item<'_>, nested: bool) -> Option<TableSide> {
        let name = self.text(item, "a dimension")?;
        let plain = || self.dimensions.iter().filter(|dimension| dimension.key == dimension.name);
        let Some(dimension) = plain().find(|dimension| dimension.name == name) else {
            let near = nearest_name(&name, plain().map(|dimension| dimension.name.as_str()));
            let problem = item.error("unknown-name", format!("there is no dimension `{}`", name.escape_debug()));
            self.push(problem.found(&name).nearest(near));
            return None;
        };
        let segments = &dimension.segments;
        let is_cut = |path: &str| segments.iter().any(|other| other.path.starts_with(&format!("{path}.")));
        let takes_part = |segment: &Segment| if nested { !is_cut(&segment.path) } else { segment.depth() == 0 };
        let parts = (0..segments.len()).filter(|index| takes_part(&segments[*index])).collect();
        Some(TableSide { dimension: dimension.clone(), parts })
    }

    /// Odds multipliers by row and column, 1 unless written.
    fn affinity(&mut self, item: &Item<'_>, rows: &TableSide, columns: &TableSide) -> Option<Vec<Vec<f64>>> {
        let mut affinity = vec![vec![1.0; columns.parts.len()]; rows.parts.len()];
        let Some(written) = item.get("affinity") else { return Some(affinity) };
        let before = self.problems.len();
        self.is_object(&written, "`affinity`");
        for row in written.members() {
            let Some(i) = self.part_of(rows, &row) else { continue };
            self.is_object(&row, "an affinity");
            for column in row.members() {
                let Some(j) = self.part_of(columns, &column) else { continue };
                let Some(odds) = self.number(&column, "an affinity") else { continue };
                if !(1e-6..=1e6).contains(&odds) {
                    let message = "an affinity is a multiplier of odds: above 1 where the two go together";
                    let problem = column.error("out-of-range", message);
                    self.push(problem.expected("from 0.000001 to 1000000").found(odds.to_string()));
                    continue;
                }
                affinity[i][j] = odds;
            }
        }
        (self.problems.len() == before).then_some(affinity)
    }

    fn part_of(&mut self, side: &TableSide, member: &Item<'_>) -> Option<usize> {
        let found = side.find(member.key);
        if found.is_none() {
            let near = nearest_name(member.key, side.segments().map(|segment| segment.path.as_str()));
            let message = format!("`{}` has no part `{}` here", side.dimension.name, member.key.escape_debug());
            self.push(member.key_error("unknown-name", message).found(member.key).nearest(near));
        }
        found
    }

    /// Sweeps to make on every path: twice those that the base needs, because shares move.
    fn sweeps(
        &mut self,
        affinity: &[Vec<f64>],
        rows: &TableSide,
        columns: &TableSide,
        item: &Item<'_>,
    ) -> Option<usize> {
        let (a, b) = (self.base_shares(rows)?, self.base_shares(columns)?);
        let mut column_factors = b.clone();
        for sweep in 1..=MOST_SWEEPS {
            let row_sum =
                |i: usize, factors: &[f64]| -> f64 { affinity[i].iter().zip(factors).map(|(k, v)| k * v).sum() };
            let row_factors: Vec<f64> = (0..a.len()).map(|i| a[i] / row_sum(i, &column_factors)).collect();
            for (j, factor) in column_factors.iter_mut().enumerate() {
                *factor = b[j] / row_factors.iter().zip(affinity).map(|(u, row)| u * row[j]).sum::<f64>();
            }
            let residual = |i: usize| (row_factors[i] * row_sum(i, &column_factors) - a[i]).abs();
            if (0..a.len()).all(|i| residual(i) <= CONVERGED) {
                return Some(2 * sweep + 1);
            }
        }
        let message =
            format!("these affinities are too strong: the table does not meet its margins in {MOST_SWEEPS} sweeps");
        let place = Place { span: item.node.span, ..item.get("affinity")?.place() };
        self.push(place.error("no-fit", message).help("use multipliers nearer to 1"));
        None
    }

    /// Shares of the whole market at the base, if they are right.
    fn base_shares(&self, side: &TableSide) -> Option<Vec<f64>> {
        let base = |path: &str| -> Option<f64> {
            let name = format!("{}.{path}.share", side.dimension.name);
            let share = self.variables.iter().find(|variable| variable.name == name)?;
            match share.definition {
                Definition::Constant(value) if value >= 0.0 => Some(value),
                _ => None,
            }
        };
        let of = |segment: &Segment| -> Option<f64> {
            let ends = segment.path.match_indices('.').map(|(at, _)| at).chain([segment.path.len()]);
            ends.map(|end| base(&segment.path[..end])).product()
        };
        let shares = side.segments().map(of).collect::<Option<Vec<f64>>>()?;
        // As written they add up to 1 within a tolerance that is wider than the fit's.
        let sum: f64 = shares.iter().sum();
        Some(shares.into_iter().map(|share| share / sum).collect())
    }

    /// Shares of the cells, row by row, after these sweeps over rows and columns; columns come last.
    fn fitted(&mut self, affinity: &[Vec<f64>], rows: &TableSide, columns: &TableSide, sweeps: usize) -> Vec<Expr> {
        let margins = |side: &TableSide| side.segments().map(|segment| segment.share).collect::<Vec<VarId>>();
        let (row_margins, column_margins) = (margins(rows), margins(columns));
        let what = format!("{} x {}", rows.dimension.name, columns.dimension.name);
        let (mut row_factors, mut column_factors) = (Vec::new(), column_margins.clone());
        for _ in 0..sweeps {
            row_factors = self.scaled_to(&row_margins, &column_factors, &|i, j| affinity[i][j], &what);
            column_factors = self.scaled_to(&column_margins, &row_factors, &|j, i| affinity[i][j], &what);
        }
        let cell = |row: (&VarId, &Vec<f64>)| {
            let cells: Vec<Expr> = column_factors
                .iter()
                .zip(row.1)
                .map(|(column, odds)| times(*odds, Expr::from(*row.0) * *column))
                .collect();
            cells
        };
        row_factors.iter().zip(affinity).flat_map(cell).collect()
    }

    /// Half a sweep: factors of one side that meet its margins, given those of the other.
    fn scaled_to(
        &mut self,
        margins: &[VarId],
        others: &[VarId],
        odds: &dyn Fn(usize, usize) -> f64,
        what: &str,
    ) -> Vec<VarId> {
        let mut factors = Vec::with_capacity(margins.len());
        for (i, margin) in margins.iter().enumerate() {
            let terms = others.iter().enumerate().map(|(j, other)| times(odds(i, j), Expr::Variable(*other)));
            let Some(sum) = self.chain(Binary::Add, terms.collect(), what) else { continue };
            factors.push(self.implied(&format!("fit of {what}"), Expr::from(*margin) / sum));
        }
        factors
    }
}

/// Shares of the cells, row by row, where the two dimensions are independent.
fn products(rows: &TableSide, columns: &TableSide) -> Vec<Expr> {
    let product = |row: &Segment, column: &Segment| Expr::from(row.share) * column.share;
    rows.segments().flat_map(|row| columns.segments().map(move |column| product(row, column))).collect()
}

fn times(odds: f64, expr: Expr) -> Expr {
    if odds == 1.0 { expr } else { Expr::from(odds) * expr }
}

//! Cross tables: two dimensions at once, every cell between the margins that they give.
//!
//! Cells start from the product of the margins times an affinity, and are fitted to both margins by iterative
//! proportional fitting (Deming and Stephan 1940, doi:10.1214/aoms/1177731829): cell = row factor * affinity * column
//! factor. From a product the fit is exact at once, so without affinities there is nothing to fit.

use super::builder::{Builder, Place, child};
use super::quantity::binary;
use super::segments::{path_in_formulas, text};
use crate::diagnostic::{Problem, nearest_name};
use crate::kernel::Binary;
use crate::model::{Definition, Dimension, Expr, Market, Segment, VarId};
use crate::scenario::json::{Json, Member, Node};
use crate::scenario::keys;

/// Residual of the margins at which the fit at the base is done, as a share of the market.
const CONVERGED: f64 = 1e-14;
/// Sweeps after which a fit at the base is given up: an affinity this strong leaves cells next to empty.
const MOST_SWEEPS: usize = 100;

/// One side of a table.
struct Side {
    dimension: Dimension,
    /// Places of its segments that take part.
    parts: Vec<usize>,
}

impl Side {
    fn segments(&self) -> impl Iterator<Item = &Segment> {
        self.parts.iter().map(|index| &self.dimension.segments[*index])
    }

    fn find(&self, path: &str) -> Option<usize> {
        self.segments().position(|segment| segment.path == path)
    }
}

impl Builder<'_> {
    /// Declares the cells of the tables that the file asks for; dimensions are declared before.
    pub(super) fn cross_tables(&mut self, document: &Node, market: Option<&Market>) {
        let Some(node) = document.get("cross_tables") else { return };
        let Some(members) = self.object(node, "/cross_tables", "`cross_tables`") else { return };
        if document.get("segments").is_none() {
            let message = "a cross table is of two dimensions of `segments`, and this file has none";
            self.push(Problem::error("needs-segments", node.span, "/cross_tables", message));
        }
        // A market or dimensions that are wrong are reported where they stand.
        let Some(market) = market else { return };
        for member in members {
            let pointer = child("/cross_tables", &member.key);
            if self.identifier(member, &pointer) && !self.full {
                self.cross_table(member, &pointer, market);
            }
        }
    }

    fn cross_table(&mut self, member: &Member, pointer: &str, market: &Market) {
        let (name, node) = (member.key.as_str(), &member.node);
        let what = format!("the cross table `{name}`");
        let Some(members) = self.object(node, pointer, &what) else { return };
        self.known_keys(members, pointer, &what, &[keys::CROSS_TABLE, keys::PAPERS]);
        for key in keys::PAPERS.iter().chain(&["title"]) {
            if let Some(text) = node.get(key) {
                self.text(text, &child(pointer, key), &format!("`{key}`"));
            }
        }
        if self.dimensions.iter().any(|dimension| dimension.key == name) {
            let message = format!("the name `{name}` is taken: a dimension has it");
            let span = member.key_span.or(node.span);
            self.push(Problem::error("duplicate-name", span, pointer, message).help("choose another name"));
            return;
        }
        let nested = match node.get("nested") {
            None => false,
            Some(Node { value: Json::Bool(nested), .. }) => *nested,
            Some(other) => {
                self.wrong_type(other, &child(pointer, "nested"), "`nested`", "true or false");
                return;
            }
        };
        let Some([rows, columns]) = self.sides(node, pointer, nested) else { return };
        let Some(affinity) = self.affinity(node, pointer, &rows, &columns) else { return };
        let cells = match affinity.iter().flatten().all(|odds| *odds == 1.0) {
            true => self.products(&rows, &columns),
            false => {
                let Some(sweeps) = self.sweeps(&affinity, &rows, &columns, node, pointer) else { return };
                self.fitted(&affinity, &rows, &columns, sweeps)
            }
        };
        let written = |key: &str| text(node, key).map(str::to_owned);
        let mut table = Dimension {
            key: name.to_string(),
            name: format!("{} x {}", rows.dimension.name, columns.dimension.name),
            title: written("title"),
            source: written("source"),
            note: written("note"),
            confidence: written("confidence"),
            segments: Vec::new(),
        };
        let pairs = rows.segments().flat_map(|row| columns.segments().map(move |column| (row, column)));
        for ((row, column), share) in pairs.zip(cells) {
            let label = |segment: &Segment| segment.title.clone().unwrap_or_else(|| segment.path.clone());
            let path = format!("{} x {}", row.path, column.path);
            let below = format!("{name}.{}", path_in_formulas(&path));
            let share = self.known_of_part("share", &below, Place::default(), share);
            let value = binary(Binary::Multiply, Expr::Variable(market.market), Expr::Variable(share));
            let value = self.known_of_part("market", &below, Place::new(node, pointer), value);
            if !self.full {
                self.variable_mut(value).unit.clone_from(&market.unit);
            }
            table.segments.push(Segment {
                title: Some(format!("{} x {}", label(row), label(column))),
                path,
                value,
                share,
            });
        }
        self.dimensions.push(table);
    }

    /// The two dimensions of `of`.
    fn sides(&mut self, node: &Node, pointer: &str, nested: bool) -> Option<[Side; 2]> {
        let at = child(pointer, "of");
        let expected = "a list of two dimensions: [\"region\", \"processor\"]";
        let Some(of) = node.get("of") else {
            let problem = Problem::error("missing-key", node.span, pointer, "this cross table has no `of`");
            self.push(problem.expected(expected));
            return None;
        };
        let Json::Array(items) = &of.value else {
            self.wrong_type(of, &at, "`of`", expected);
            return None;
        };
        let sides: Vec<Option<Side>> =
            items.iter().enumerate().map(|(index, item)| self.side(item, &format!("{at}/{index}"), nested)).collect();
        let sides = sides.into_iter().collect::<Option<Vec<Side>>>()?;
        match <[Side; 2]>::try_from(sides) {
            Ok([rows, columns]) if rows.dimension.name != columns.dimension.name => Some([rows, columns]),
            _ => {
                let problem =
                    Problem::error("wrong-count", of.span, at, "a cross table is of two different dimensions");
                self.push(problem.expected(expected));
                None
            }
        }
    }

    fn side(&mut self, node: &Node, pointer: &str, nested: bool) -> Option<Side> {
        let name = self.text(node, pointer, "a dimension")?;
        let plain = |dimension: &&Dimension| dimension.key == dimension.name;
        let Some(dimension) = self.dimensions.iter().filter(plain).find(|dimension| dimension.name == name) else {
            let near =
                nearest_name(&name, self.dimensions.iter().filter(plain).map(|dimension| dimension.name.as_str()));
            let message = format!("there is no dimension `{}`", name.escape_debug());
            self.push(Problem::error("unknown-name", node.span, pointer, message).found(&name).nearest(near));
            return None;
        };
        let segments = &dimension.segments;
        let is_cut = |path: &str| segments.iter().any(|other| other.path.starts_with(&format!("{path}.")));
        let takes_part = |segment: &Segment| if nested { !is_cut(&segment.path) } else { segment.depth() == 0 };
        let parts = (0..segments.len()).filter(|index| takes_part(&segments[*index])).collect();
        Some(Side { dimension: dimension.clone(), parts })
    }

    /// Odds multipliers by row and column, 1 unless written.
    fn affinity(&mut self, node: &Node, pointer: &str, rows: &Side, columns: &Side) -> Option<Vec<Vec<f64>>> {
        let mut affinity = vec![vec![1.0; columns.parts.len()]; rows.parts.len()];
        let Some(written) = node.get("affinity") else { return Some(affinity) };
        let before = self.problems.len();
        let at = child(pointer, "affinity");
        for row in self.object(written, &at, "`affinity`")? {
            let at = child(&at, &row.key);
            let Some(i) = self.part_of(rows, row, &at) else { continue };
            for column in self.object(&row.node, &at, "an affinity").unwrap_or_default() {
                let at = child(&at, &column.key);
                let Some(j) = self.part_of(columns, column, &at) else { continue };
                let Some(odds) = self.number(&column.node, &at, "an affinity") else { continue };
                if !(1e-6..=1e6).contains(&odds) {
                    let message = "an affinity is a multiplier of odds: above 1 where the two go together";
                    let problem = Problem::error("out-of-range", column.node.span, at, message);
                    self.push(problem.expected("from 0.000001 to 1000000").found(odds.to_string()));
                    continue;
                }
                affinity[i][j] = odds;
            }
        }
        (self.problems.len() == before).then_some(affinity)
    }

    fn part_of(&mut self, side: &Side, member: &Member, pointer: &str) -> Option<usize> {
        let found = side.find(&member.key);
        if found.is_none() {
            let near = nearest_name(&member.key, side.segments().map(|segment| segment.path.as_str()));
            let message = format!("`{}` has no part `{}` here", side.dimension.name, member.key.escape_debug());
            let span = member.key_span.or(member.node.span);
            self.push(Problem::error("unknown-name", span, pointer, message).found(&member.key).nearest(near));
        }
        found
    }

    /// Shares of the cells, row by row, where the two dimensions are independent.
    fn products(&self, rows: &Side, columns: &Side) -> Vec<Expr> {
        let product = |row: &Segment, column: &Segment| {
            binary(Binary::Multiply, Expr::Variable(row.share), Expr::Variable(column.share))
        };
        rows.segments().flat_map(|row| columns.segments().map(move |column| product(row, column))).collect()
    }

    /// Sweeps to make on every path: twice those that the base needs, because shares move.
    fn sweeps(
        &mut self,
        affinity: &[Vec<f64>],
        rows: &Side,
        columns: &Side,
        node: &Node,
        pointer: &str,
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
        let problem = Problem::error("no-fit", node.span, child(pointer, "affinity"), message);
        self.push(problem.help("use multipliers nearer to 1"));
        None
    }

    /// Shares of the whole market at the base, if they are right.
    fn base_shares(&self, side: &Side) -> Option<Vec<f64>> {
        let base = |path: &str| -> Option<f64> {
            let name = format!("{}.{path}.share", side.dimension.name);
            let share = self.variables.iter().find(|variable| variable.name == name)?;
            match share.definition {
                Definition::Constant(value) if value > 0.0 => Some(value),
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
    fn fitted(&mut self, affinity: &[Vec<f64>], rows: &Side, columns: &Side, sweeps: usize) -> Vec<Expr> {
        let margins = |side: &Side| side.segments().map(|segment| segment.share).collect::<Vec<VarId>>();
        let (row_margins, column_margins) = (margins(rows), margins(columns));
        let what = format!("{} x {}", rows.dimension.name, columns.dimension.name);
        let (mut row_factors, mut column_factors) = (Vec::new(), column_margins.clone());
        for _ in 0..sweeps {
            let odds = |i: usize, j: usize| affinity[i][j];
            row_factors = self.scaled_to(&row_margins, &column_factors, &odds, &what);
            let odds = |j: usize, i: usize| affinity[i][j];
            column_factors = self.scaled_to(&column_margins, &row_factors, &odds, &what);
        }
        let cell = |i: usize, j: usize| {
            let factors = binary(Binary::Multiply, Expr::Variable(row_factors[i]), Expr::Variable(column_factors[j]));
            times(affinity[i][j], factors)
        };
        let count = column_margins.len();
        (0..row_margins.len()).flat_map(|i| (0..count).map(move |j| (i, j))).map(|(i, j)| cell(i, j)).collect()
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
            let terms: Vec<Expr> = terms.collect();
            let Some(sum) = self.chain(Binary::Add, terms, what) else { continue };
            factors.push(self.implied(&format!("fit of {what}"), binary(Binary::Divide, Expr::Variable(*margin), sum)));
        }
        factors
    }
}

fn times(odds: f64, expr: Expr) -> Expr {
    if odds == 1.0 { expr } else { binary(Binary::Multiply, Expr::Constant(odds), expr) }
}

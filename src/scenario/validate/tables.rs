//! `tables`: piecewise linear functions that formulas read by `lookup(x, table)`.

use super::builder::ModelBuilder;
use super::item::Item;
use super::resolve::Scope;
use crate::model::{Expr, LookupTable, Outside};
use crate::scenario::formula::{Ast, Syntax};
use crate::scenario::keys;
use std::sync::Arc;

impl ModelBuilder<'_> {
    /// Declares the tables of the file.
    pub(super) fn tables(&mut self, document: &Item<'_>, has_market: bool) {
        let Some(tables) = document.get("tables") else { return };
        if !self.is_object(&tables, "`tables`") {
            return;
        }
        for item in tables.members() {
            if !self.is_free_name(&item, has_market) {
                continue;
            }
            let table = self.table(&item).map(Arc::new);
            match table {
                Some(table) => drop(self.tables.insert(item.key.to_owned(), table)),
                None => drop(self.lost.insert(item.key.to_owned())),
            }
        }
    }

    fn table(&mut self, item: &Item<'_>) -> Option<LookupTable> {
        let what = format!("the table `{}`", item.key);
        if !self.is_object_with(item, &what, &[keys::TABLE, keys::PAPERS]) {
            return None;
        }
        self.check_texts(item, keys::PAPERS);
        let outside = match item.get("outside") {
            Some(word) => match self.word(&word, "`outside`", keys::OUTSIDE)? {
                0 => Outside::Held,
                _ => Outside::Extrapolated,
            },
            None => Outside::Held,
        };
        let Some(written) = item.get("points") else {
            let problem = item.error("missing-key", format!("{what} has no `points`"));
            self.push(problem.expected("`points`: [[0, 1.5], [10, 2], [50, 3]], pairs of x and y"));
            return None;
        };
        let points = match written.items() {
            Some(pairs) => {
                let points: Vec<_> = pairs.iter().map(|pair| self.point(pair)).collect();
                points.into_iter().collect::<Option<Vec<_>>>()?
            }
            None if written.has("csv") => self.points_of_file(&written)?,
            None => {
                self.wrong_type(&written, "`points`", "a list of pairs such as [0, 1.5], or a CSV file");
                return None;
            }
        };
        if points.len() < 2 {
            let problem = written.error("wrong-count", format!("{what} needs two points or more"));
            self.push(problem.expected("two points or more").found(points.len().to_string()));
            return None;
        }
        if let Some(pair) = points.windows(2).find(|pair| pair[1].0 <= pair[0].0) {
            let message = format!("the points of {what} must ascend in x, and {} follows {}", pair[1].0, pair[0].0);
            let problem = written.error("out-of-order", message).expected("x in ascending order, each once");
            self.push(problem.help("a jump is two points close to one another"));
            return None;
        }
        Some(LookupTable { name: item.key.to_owned(), points, outside })
    }

    fn points_of_file(&mut self, item: &Item<'_>) -> Option<Vec<(f64, f64)>> {
        let rows = self.csv_series(item)?;
        if let Some(row) = rows.iter().find(|row| row.index.is_none()) {
            let message =
                format!("line {} of the file: `{}` is not a finite number", row.line, row.label.escape_debug());
            self.push(item.error("bad-csv", message).expected("a number: the x of a point"));
            return None;
        }
        Some(rows.into_iter().filter_map(|row| Some((row.index?, row.value))).collect())
    }

    fn point(&mut self, pair: &Item<'_>) -> Option<(f64, f64)> {
        let items = pair.items().unwrap_or_default();
        let [x, y] = &items[..] else {
            self.wrong_type(pair, "a point", "a pair of numbers: [x, y]");
            return None;
        };
        let (x, y) = (self.number(x, "x of a point"), self.number(y, "y of a point"));
        x.zip(y)
    }

    /// `lookup(x, table)`.
    pub(super) fn lookup_of(&mut self, x: &Ast, table: &Ast, scope: &Scope<'_>) -> Option<Expr> {
        let x = self.resolve(x, scope);
        let written = scope.written(table);
        let known = match &table.kind {
            Syntax::Name(name) if self.is_lost(name) => return None,
            Syntax::Name(name) => self.tables.get(name.as_str()).cloned(),
            _ => None,
        };
        let Some(table) = known else {
            let message = format!("`lookup` takes the name of a table, and `{written}` is none");
            let problem = scope.error(&table.span, "not-a-table", message).found(written);
            let mut names: Vec<&str> = self.tables.keys().map(String::as_str).collect();
            names.sort_unstable();
            let problem = problem.nearest(crate::diagnostic::nearest_name(written, names.iter().copied()));
            self.push(match names[..] {
                [] => problem.help("write it under `tables`: {\"price\": {\"points\": [[0, 1.5], [10, 2]]}}"),
                _ => problem.expected(names.into_iter().take(20).collect::<Vec<_>>().join(", ")),
            });
            return None;
        };
        Some(Expr::Lookup(table, Box::new(x?)))
    }
}

//! Tables that formulas read by `lookup(x, table)`: piecewise linear functions of one value.

/// A piecewise linear function through given points.
#[derive(Clone, Debug, PartialEq)]
pub struct LookupTable {
    /// The name in formulas.
    pub name: String,
    /// Points (x, y), at least two, x strictly ascending, all finite.
    pub points: Vec<(f64, f64)>,
    /// What holds left of the first point and right of the last one.
    pub outside: Outside,
}

/// How a table goes on outside its points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outside {
    /// The first and the last y are held.
    Held,
    /// The first and the last line go on.
    Extrapolated,
}

/// A straight line: y at x, and the slope from there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinePiece {
    /// Where the line is anchored: at x, y is exact.
    pub x: f64,
    /// The value at x.
    pub y: f64,
    /// Rise of y for each 1 of x.
    pub slope: f64,
}

impl LookupTable {
    /// The lines of the table from left to right, one more than it has points: line k holds from point k - 1, that point
    /// included, to point k.
    pub fn pieces(&self) -> Vec<LinePiece> {
        let points = &self.points;
        let slope = |pair: &[(f64, f64)]| (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0);
        let inner: Vec<f64> = points.windows(2).map(slope).collect();
        let ends = match self.outside {
            Outside::Held => [0.0, 0.0],
            Outside::Extrapolated => [inner[0], inner[inner.len() - 1]],
        };
        let slopes = [&ends[..1], &inner, &ends[1..]].concat();
        let anchors = points[..1].iter().chain(points);
        anchors.zip(slopes).map(|(&(x, y), slope)| LinePiece { x, y, slope }).collect()
    }

    /// The first and the last x.
    pub fn ends(&self) -> (f64, f64) {
        (self.points[0].0, self.points[self.points.len() - 1].0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_meet_at_the_points() {
        let points = vec![(-1.0, 2.0), (0.0, 4.0), (4.0, 3.0)];
        let held = LookupTable { name: "t".into(), points: points.clone(), outside: Outside::Held };
        let slopes: Vec<f64> = held.pieces().iter().map(|piece| piece.slope).collect();
        assert_eq!(slopes, [0.0, 2.0, -0.25, 0.0]);
        let extrapolated = LookupTable { outside: Outside::Extrapolated, ..held.clone() };
        let slopes: Vec<f64> = extrapolated.pieces().iter().map(|piece| piece.slope).collect();
        assert_eq!(slopes, [2.0, 2.0, -0.25, -0.25]);
        let anchors: Vec<(f64, f64)> = held.pieces().iter().map(|piece| (piece.x, piece.y)).collect();
        assert_eq!(anchors, [points[0], points[0], points[1], points[2]]);
    }
}

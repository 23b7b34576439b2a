//! The vocabulary of column operations, shared by formulas, programs and the kernels.

/// A function of one value. Each passes NaN on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unary {
    /// -x
    Negate,
    /// 1 where x is 0, 0 where it is another number
    Not,
    /// |x|
    Abs,
    /// e^x
    Exp,
    /// Natural logarithm; NaN below 0, -infinity at 0
    Ln,
    /// Logarithm to base 10
    Log10,
    /// Square root
    Sqrt,
    /// Largest whole number not above x
    Floor,
    /// Smallest whole number not below x
    Ceil,
    /// Nearest whole number, halves away from 0
    Round,
    /// Sine of radians
    Sin,
    /// Cosine of radians
    Cos,
    /// Tangent of radians
    Tan,
    /// Inverse tangent
    Atan,
    /// Hyperbolic tangent
    Tanh,
    /// Degrees to radians
    Radians,
    /// 1 / (1 + e^-x)
    Logistic,
    /// P(Z <= x) of a standard normal
    NormalCdf,
    /// Quantile of a standard normal at the probability x; -infinity at 0, infinity at 1, NaN outside
    NormalQuantile,
}

impl Unary {
    /// Every one, in the order of declaration.
    pub const ALL: [Unary; 19] = {
        let mut all = [Unary::Negate; 19];
        let mut count = 1;
        while let Some(next) = all[count - 1].next() {
            all[count] = next;
            count += 1;
        }
        assert!(count == all.len(), "`next` leads through all");
        all
    };

    /// The one declared next. Without a wildcard, so that whoever adds one sees `ALL`.
    const fn next(self) -> Option<Unary> {
        Some(match self {
            Unary::Negate => Unary::Not,
            Unary::Not => Unary::Abs,
            Unary::Abs => Unary::Exp,
            Unary::Exp => Unary::Ln,
            Unary::Ln => Unary::Log10,
            Unary::Log10 => Unary::Sqrt,
            Unary::Sqrt => Unary::Floor,
            Unary::Floor => Unary::Ceil,
            Unary::Ceil => Unary::Round,
            Unary::Round => Unary::Sin,
            Unary::Sin => Unary::Cos,
            Unary::Cos => Unary::Tan,
            Unary::Tan => Unary::Atan,
            Unary::Atan => Unary::Tanh,
            Unary::Tanh => Unary::Radians,
            Unary::Radians => Unary::Logistic,
            Unary::Logistic => Unary::NormalCdf,
            Unary::NormalCdf => Unary::NormalQuantile,
            Unary::NormalQuantile => return None,
        })
    }

    /// Its name in formulas and listings.
    pub fn name(self) -> &'static str {
        match self {
            Unary::Negate => "negate",
            Unary::Not => "not",
            Unary::Abs => "abs",
            Unary::Exp => "exp",
            Unary::Ln => "ln",
            Unary::Log10 => "log10",
            Unary::Sqrt => "sqrt",
            Unary::Floor => "floor",
            Unary::Ceil => "ceil",
            Unary::Round => "round",
            Unary::Sin => "sin",
            Unary::Cos => "cos",
            Unary::Tan => "tan",
            Unary::Atan => "atan",
            Unary::Tanh => "tanh",
            Unary::Radians => "radians",
            Unary::Logistic => "logistic",
            Unary::NormalCdf => "normal_cdf",
            Unary::NormalQuantile => "normal_quantile",
        }
    }
}

/// A function of two values. Each passes NaN on: the result is NaN where either operand is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Binary {
    /// a + b
    Add,
    /// a - b
    Subtract,
    /// a * b
    Multiply,
    /// a / b
    Divide,
    /// a ^ b; whole powers up to 64 in size by multiplication
    Power,
    /// The smaller one
    Min,
    /// The larger one
    Max,
    /// 1 where a == b, else 0
    Equal,
    /// 1 where a != b, else 0
    NotEqual,
    /// 1 where a < b, else 0
    Less,
    /// 1 where a <= b, else 0
    LessEqual,
    /// 1 where a > b, else 0
    Greater,
    /// 1 where a >= b, else 0
    GreaterEqual,
    /// 1 where both are other than 0, else 0
    And,
    /// 1 where either is other than 0, else 0
    Or,
}

impl Binary {
    /// Every one, in the order of declaration.
    pub const ALL: [Binary; 15] = {
        let mut all = [Binary::Add; 15];
        let mut count = 1;
        while let Some(next) = all[count - 1].next() {
            all[count] = next;
            count += 1;
        }
        assert!(count == all.len(), "`next` leads through all");
        all
    };

    /// The one declared next. Without a wildcard, so that whoever adds one sees `ALL`.
    const fn next(self) -> Option<Binary> {
        Some(match self {
            Binary::Add => Binary::Subtract,
            Binary::Subtract => Binary::Multiply,
            Binary::Multiply => Binary::Divide,
            Binary::Divide => Binary::Power,
            Binary::Power => Binary::Min,
            Binary::Min => Binary::Max,
            Binary::Max => Binary::Equal,
            Binary::Equal => Binary::NotEqual,
            Binary::NotEqual => Binary::Less,
            Binary::Less => Binary::LessEqual,
            Binary::LessEqual => Binary::Greater,
            Binary::Greater => Binary::GreaterEqual,
            Binary::GreaterEqual => Binary::And,
            Binary::And => Binary::Or,
            Binary::Or => return None,
        })
    }

    /// Its name in listings; of what is written as a call, in formulas too.
    pub fn name(self) -> &'static str {
        match self {
            Binary::Add => "add",
            Binary::Subtract => "subtract",
            Binary::Multiply => "multiply",
            Binary::Divide => "divide",
            Binary::Power => "power",
            Binary::Min => "min",
            Binary::Max => "max",
            Binary::Equal => "equal",
            Binary::NotEqual => "not_equal",
            Binary::Less => "less",
            Binary::LessEqual => "less_equal",
            Binary::Greater => "greater",
            Binary::GreaterEqual => "greater_equal",
            Binary::And => "and",
            Binary::Or => "or",
        }
    }
}

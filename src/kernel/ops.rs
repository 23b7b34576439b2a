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

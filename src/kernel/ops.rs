//! The vocabulary of column operations, shared by formulas, programs and the kernels.

/// Declares operations, each with its name, in one list, so that `ALL` and `name` cannot miss one.
macro_rules! operations {
    ($(#[$doc:meta])* $type:ident { $($(#[$meaning:meta])* $operation:ident = $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $type {
            $($(#[$meaning])* $operation,)*
        }

        impl $type {
            /// Every operation, in the order of declaration.
            pub const ALL: &[$type] = &[$($type::$operation,)*];

            /// The name in listings and, where the operation is written as a call, in formulas.
            pub fn name(self) -> &'static str {
                match self {
                    $($type::$operation => $name,)*
                }
            }
        }
    };
}

operations! {
    /// A function of one value. Each passes NaN on.
    Unary {
        /// -x
        Negate = "negate",
        /// 1 where x is 0, 0 where it is another number
        Not = "not",
        /// |x|
        Abs = "abs",
        /// e^x
        Exp = "exp",
        /// Natural logarithm; NaN below 0, -infinity at 0
        Ln = "ln",
        /// Logarithm to base 10
        Log10 = "log10",
        /// Square root
        Sqrt = "sqrt",
        /// Largest whole number not above x
        Floor = "floor",
        /// Smallest whole number not below x
        Ceil = "ceil",
        /// Nearest whole number, halves away from 0
        Round = "round",
        /// Sine of radians
        Sin = "sin",
        /// Cosine of radians
        Cos = "cos",
        /// Tangent of radians
        Tan = "tan",
        /// Inverse tangent
        Atan = "atan",
        /// Hyperbolic tangent
        Tanh = "tanh",
        /// Degrees to radians
        Radians = "radians",
        /// 1 / (1 + e^-x)
        Logistic = "logistic",
        /// P(Z <= x) of a standard normal
        NormalCdf = "normal_cdf",
        /// Quantile of a standard normal at the probability x; -infinity at 0, infinity at 1, NaN outside
        NormalQuantile = "normal_quantile",
    }
}

operations! {
    /// A function of two values. Each passes NaN on: the result is NaN where either operand is.
    Binary {
        /// a + b
        Add = "add",
        /// a - b
        Subtract = "subtract",
        /// a * b
        Multiply = "multiply",
        /// a / b
        Divide = "divide",
        /// a ^ b; whole powers up to 64 in size by multiplication
        Power = "power",
        /// The smaller one
        Min = "min",
        /// The larger one
        Max = "max",
        /// 1 where a == b, else 0
        Equal = "equal",
        /// 1 where a != b, else 0
        NotEqual = "not_equal",
        /// 1 where a < b, else 0
        Less = "less",
        /// 1 where a <= b, else 0
        LessEqual = "less_equal",
        /// 1 where a > b, else 0
        Greater = "greater",
        /// 1 where a >= b, else 0
        GreaterEqual = "greater_equal",
        /// 1 where both are other than 0, else 0
        And = "and",
        /// 1 where either is other than 0, else 0
        Or = "or",
    }
}

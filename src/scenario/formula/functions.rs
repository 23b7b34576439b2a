//! The functions of formulas: names, arguments, meaning.

use crate::kernel::{Binary, Unary};
use crate::model::Running;

/// What a function does; the resolver turns it into expressions and helper variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    /// A function of one value at the same step.
    Unary(Unary),
    /// Two or more values, folded from the left.
    Fold(Binary),
    /// min(max(x, low), high).
    Clamp,
    /// The second argument where the first is other than 0, else the third.
    If,
    /// The step before.
    Prev,
    /// Some steps before.
    Lag,
    /// A table read at a value.
    Lookup,
    /// Sum of all steps so far.
    Cumulative,
    /// Aggregate over all steps, read at the last one.
    Aggregate(Running),
    /// Whether an event is on.
    On,
    /// Whether an event starts in this step.
    Started,
    /// Whether an event ended in the step before.
    Ended,
    /// Whether a constraint is the smallest ceiling and below what is wanted.
    Binds,
    /// Whether a constraint is below what is wanted.
    Short,
}

/// A function as formulas write it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Signature {
    /// The name in formulas.
    pub(crate) name: &'static str,
    /// A call as messages show it: `clamp(x, low, high)`.
    pub(crate) usage: &'static str,
    /// Fewest arguments.
    pub(crate) least: usize,
    /// Most arguments.
    pub(crate) most: usize,
    /// The meaning that the resolver gives to a call.
    pub(crate) function: Function,
}

const fn one(name: &'static str, usage: &'static str, function: Function) -> Signature {
    Signature { name, usage, least: 1, most: 1, function }
}

/// Every function of the language.
pub(crate) const FUNCTIONS: &[Signature] = &[
    Signature { name: "if", usage: "if(condition, then, else)", least: 3, most: 3, function: Function::If },
    Signature {
        name: "min",
        usage: "min(a, b, ...)",
        least: 2,
        most: usize::MAX,
        function: Function::Fold(Binary::Min),
    },
    Signature {
        name: "max",
        usage: "max(a, b, ...)",
        least: 2,
        most: usize::MAX,
        function: Function::Fold(Binary::Max),
    },
    Signature { name: "clamp", usage: "clamp(x, low, high)", least: 3, most: 3, function: Function::Clamp },
    one("exp", "exp(x)", Function::Unary(Unary::Exp)),
    one("ln", "ln(x)", Function::Unary(Unary::Ln)),
    one("log10", "log10(x)", Function::Unary(Unary::Log10)),
    one("sqrt", "sqrt(x)", Function::Unary(Unary::Sqrt)),
    one("abs", "abs(x)", Function::Unary(Unary::Abs)),
    one("floor", "floor(x)", Function::Unary(Unary::Floor)),
    one("ceil", "ceil(x)", Function::Unary(Unary::Ceil)),
    one("round", "round(x)", Function::Unary(Unary::Round)),
    one("sin", "sin(x)", Function::Unary(Unary::Sin)),
    one("cos", "cos(x)", Function::Unary(Unary::Cos)),
    one("tan", "tan(x)", Function::Unary(Unary::Tan)),
    one("atan", "atan(x)", Function::Unary(Unary::Atan)),
    one("tanh", "tanh(x)", Function::Unary(Unary::Tanh)),
    one("radians", "radians(x)", Function::Unary(Unary::Radians)),
    one("logistic", "logistic(x)", Function::Unary(Unary::Logistic)),
    Signature { name: "prev", usage: "prev(x) or prev(x, v)", least: 1, most: 2, function: Function::Prev },
    Signature { name: "lag", usage: "lag(x, n) or lag(x, n, v)", least: 2, most: 3, function: Function::Lag },
    Signature { name: "lookup", usage: "lookup(x, table)", least: 2, most: 2, function: Function::Lookup },
    one("cumulative", "cumulative(x)", Function::Cumulative),
    one("ever", "ever(condition)", Function::Aggregate(Running::Ever)),
    one("always", "always(condition)", Function::Aggregate(Running::Always)),
    one("count", "count(condition)", Function::Aggregate(Running::Count)),
    one("total", "total(x)", Function::Aggregate(Running::Sum)),
    one("average", "average(x)", Function::Aggregate(Running::Mean)),
    one("highest", "highest(x)", Function::Aggregate(Running::Highest)),
    one("lowest", "lowest(x)", Function::Aggregate(Running::Lowest)),
    one("first_year", "first_year(condition)", Function::Aggregate(Running::First)),
    one("first_step", "first_step(condition)", Function::Aggregate(Running::First)),
    one("on", "on(event)", Function::On),
    one("started", "started(event)", Function::Started),
    one("ended", "ended(event)", Function::Ended),
    one("binds", "binds(constraint)", Function::Binds),
    one("short", "short(constraint)", Function::Short),
];

/// The function of this name.
pub(crate) fn find(name: &str) -> Option<&'static Signature> {
    FUNCTIONS.iter().find(|signature| signature.name == name)
}

/// A call of the function of this name, as messages show it.
pub(crate) fn usage(name: &str) -> Option<&'static str> {
    find(name).map(|signature| signature.usage)
}

/// What users of other languages write, and what it is called here.
pub(crate) fn other_name(name: &str) -> Option<&'static str> {
    Some(match name {
        "log" | "loge" => "ln",
        "pow" | "power" => "a ^ b",
        "mean" | "avg" => "average",
        "sum" => "total",
        "cumsum" => "cumulative",
        "maximum" => "max",
        "minimum" => "min",
        "fabs" => "abs",
        "iif" | "ifelse" | "where" => "if",
        "previous" => "prev",
        "delay" | "shift" => "lag",
        "interpolate" | "interp" | "table" => "lookup",
        "any" => "ever",
        "all" => "always",
        "ceiling" => "ceil",
        "sigmoid" => "logistic",
        _ => return None,
    })
}

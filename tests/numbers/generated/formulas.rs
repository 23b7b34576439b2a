//! Formulas made up at random: every operator and function, over whatever has been declared before.

use super::grammar::Grammar;

const UNARY: [&str; 15] = [
    "exp", "ln", "log10", "sqrt", "abs", "floor", "ceil", "round", "sin", "cos", "tan", "atan", "tanh", "radians",
    "logistic",
];

const INFIX: [&str; 5] = ["+", "-", "*", "/", "^"];

const COMPARISONS: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];

impl Grammar {
    /// A formula of some depth. Some have no value on some paths.
    pub(super) fn formula(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.leaf();
        }
        if self.one_in(12) {
            return format!("lookup({}, table)", self.formula(depth - 1));
        }
        match self.below(12) {
            0..=3 => format!("({} {} {})", self.formula(depth - 1), self.pick(&INFIX), self.formula(depth - 1)),
            4 => format!("tanh({})", self.formula(depth - 1)),
            5 => format!("{}({})", self.pick(&UNARY), self.formula(depth - 1)),
            6 => format!("{}({}, {})", self.pick(&["min", "max"]), self.formula(depth - 1), self.formula(depth - 1)),
            7 => format!("clamp({}, -1, 1.5)", self.formula(depth - 1)),
            8 => format!("if({}, {}, {})", self.condition(depth - 1), self.formula(depth - 1), self.leaf()),
            9 if self.has_steps() => format!("cumulative({})", self.leaf()),
            _ => self.leaf(),
        }
    }

    /// A condition of some depth: 0 or 1 on every path.
    pub(super) fn condition(&mut self, depth: usize) -> String {
        let (a, op, b) = (self.formula(depth), self.pick(&COMPARISONS), self.leaf());
        match self.below(6) {
            0 if depth > 0 => format!("({a} {op} {b} and {})", self.condition(depth - 1)),
            1 if depth > 0 => format!("({a} {op} {b} or not {})", self.condition(depth - 1)),
            _ => format!("({a} {op} {b})"),
        }
    }

    /// A number, a name, or a name at another time.
    fn leaf(&mut self) -> String {
        if self.one_in(4) {
            return self.number(-1.0, 2.0).to_string();
        }
        if self.has_steps() && self.one_in(8) {
            return self.pick(&["step", "pi", "step * 0.1"]).to_owned();
        }
        if !self.events.is_empty() && self.one_in(6) {
            let event = self.pick_from(&self.events.clone());
            return match self.below(4) {
                0 => event,
                1 => format!("on({event})"),
                2 => format!("started({event})"),
                _ => format!("ended({event})"),
            };
        }
        if !self.ceilings.is_empty() && self.one_in(6) {
            let ceiling = self.pick_from(&self.ceilings.clone());
            return format!("{}({ceiling})", self.pick(&["binds", "short"]));
        }
        let Some(name) = self.name() else { return self.number(-1.0, 2.0).to_string() };
        if !self.has_steps() {
            return name;
        }
        match self.below(10) {
            0 => format!("prev({name}, 0.5)"),
            1 => format!("lag({name}, {}, 0.2)", self.below(4)),
            2 => format!("lag({name}, abs({}), 0.2)", self.name().unwrap_or_default()),
            3 if self.has_dates() => {
                let step = self.below_steps();
                format!("(time >= {})", self.period(step))
            }
            4 => format!("{name}[{}]", self.period(self.steps())),
            _ => name,
        }
    }
}

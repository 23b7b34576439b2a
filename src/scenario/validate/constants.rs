//! Constants: which names are plain numbers, and formulas of them evaluated once.

use crate::kernel::Binary;
use crate::kernel::scalar::{binary, unary};
use crate::scenario::formula::{self, Ast, Function, Syntax};
use crate::scenario::json::{Json, Node};
use std::collections::HashMap;

/// Every top-level name that is a number or a formula of such names.
///
/// What is calibrated is no constant: it changes after the model is built, and formulas must still read it.
pub(super) fn collect(document: &Node, nesting: u64) -> HashMap<String, f64> {
    let calibrated = document.get("market").and_then(|market| market.get("calibrate")?.get("parameter")?.text());
    let mut constants = HashMap::new();
    let mut formulas: Vec<(&str, Ast)> = Vec::new();
    for section in ["drivers", "constraints", "variables"] {
        let Some(Json::Object(members)) = document.get(section).map(|node| &node.value) else { continue };
        for member in members.iter().filter(|member| calibrated != Some(member.key.as_str())) {
            let value = member.node.get("value").or(member.node.get("formula")).unwrap_or(&member.node);
            match &value.value {
                Json::Number(number) => {
                    constants.insert(member.key.clone(), *number);
                }
                Json::String(text) => {
                    // What does not parse is reported where the quantity is read.
                    if let Ok(ast) = formula::parse(text, nesting) {
                        formulas.push((&member.key, ast));
                    }
                }
                _ => {}
            }
        }
    }
    fold(&mut constants, formulas);
    constants
}

/// Evaluates formulas as the names they read become known, each once.
fn fold(constants: &mut HashMap<String, f64>, formulas: Vec<(&str, Ast)>) {
    let mut readers: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut missing: Vec<usize> = Vec::with_capacity(formulas.len());
    for (index, (_, ast)) in formulas.iter().enumerate() {
        let mut names: Vec<&str> = Vec::new();
        collect_names(ast, &mut names);
        names.retain(|name| !constants.contains_key(*name) && *name != "pi");
        names.sort_unstable();
        names.dedup();
        missing.push(names.len());
        for name in names {
            readers.entry(name).or_default().push(index);
        }
    }
    let mut ready: Vec<usize> = (0..formulas.len()).filter(|index| missing[*index] == 0).collect();
    while let Some(index) = ready.pop() {
        let (name, ast) = &formulas[index];
        let Some(value) = evaluate(ast, constants) else { continue };
        constants.insert((*name).to_string(), value);
        for reader in readers.remove(name).unwrap_or_default() {
            missing[reader] -= 1;
            if missing[reader] == 0 {
                ready.push(reader);
            }
        }
    }
}

pub(super) fn collect_names<'a>(ast: &'a Ast, names: &mut Vec<&'a str>) {
    match &ast.kind {
        Syntax::Number(_) | Syntax::Period(_) => {}
        Syntax::Name(name) | Syntax::At(name, _) => names.push(name),
        Syntax::Prefix(_, operand) => collect_names(operand, names),
        Syntax::Infix(_, left, right) => {
            collect_names(left, names);
            collect_names(right, names);
        }
        Syntax::Call(_, arguments) => arguments.iter().for_each(|argument| collect_names(argument, names)),
    }
}

/// The value of a formula of constants; `None` if it reads anything else.
pub(super) fn evaluate(ast: &Ast, constants: &HashMap<String, f64>) -> Option<f64> {
    match &ast.kind {
        Syntax::Number(value) => Some(*value),
        Syntax::Name(name) if name == "pi" => Some(std::f64::consts::PI),
        Syntax::Name(name) => constants.get(name).copied(),
        Syntax::At(..) | Syntax::Period(_) => None,
        Syntax::Prefix(op, operand) => Some(unary(*op, evaluate(operand, constants)?)),
        Syntax::Infix(op, left, right) => Some(binary(*op, evaluate(left, constants)?, evaluate(right, constants)?)),
        Syntax::Call(signature, arguments) => {
            let mut values = Vec::with_capacity(arguments.len());
            for argument in arguments {
                values.push(evaluate(argument, constants)?);
            }
            match (signature.function, values.as_slice()) {
                (Function::Unary(op), [x]) => Some(unary(op, *x)),
                (Function::Fold(op), [first, rest @ ..]) => Some(rest.iter().fold(*first, |a, b| binary(op, a, *b))),
                (Function::Clamp, [x, low, high]) => Some(binary(Binary::Min, binary(Binary::Max, *x, *low), *high)),
                (Function::If, [condition, ..]) if condition.is_nan() => Some(f64::NAN),
                (Function::If, [condition, yes, no]) => Some(if *condition != 0.0 { *yes } else { *no }),
                _ => None,
            }
        }
    }
}

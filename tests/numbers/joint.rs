//! Models compiled together: each side's rows have the bits of its own program, whatever the sides share.

use crate::common::{load_options, study};
use riskband::engine::{Blocks, Recording, Runner};
use riskband::kernel::Binary;
use riskband::model::Model;
use riskband::program::{Program, Request, Term, compile, compile_joint};
use riskband::study::{Origin, Study};

/// Every output of a model in every step that it has.
fn requests(model: &Model) -> Vec<Request> {
    let mut requests = Vec::new();
    for output in &model.outputs {
        let first = model.variable(output.variable).first;
        requests.extend((first..=model.horizon.last()).map(|step| Request::Value(output.variable, step)));
    }
    requests
}

/// The bits of every row on the paths of some blocks.
fn columns(program: &Program) -> Vec<Vec<u64>> {
    let mut columns = vec![Vec::new(); program.rows.len()];
    for range in [0..2, 5..6] {
        let blocks = Blocks::whole(6).within(range);
        let recording = Recording::of(&Runner::new(program, 7), blocks, &|_| {}).expect("nobody cancels");
        for (row, column) in columns.iter_mut().enumerate() {
            column.extend(recording.row(row).flatten().map(|x| x.to_bits()));
        }
    }
    columns
}

fn assert_sides_are_their_own(models: &[&Model]) {
    let terms: Vec<Term> = models
        .iter()
        .enumerate()
        .flat_map(|(index, model)| requests(model).into_iter().map(move |request| Term::Row(index, request)))
        .collect();
    let programs: Vec<Program> = models.iter().map(|model| compile(model, &requests(model), None)).collect();
    assert!(programs.iter().any(|program| program.recorded() > 0), "something is random");
    let alone: Vec<_> = programs.iter().flat_map(columns).collect();
    assert_eq!(columns(&compile_joint(models, &terms, None)), alone);
}

#[test]
fn shocks_that_move_otherwise_or_are_tied_otherwise_keep_their_draws() {
    let file = |x: &str, more: &str| {
        let text = format!(
            r#"{{ "riskband": 1, "horizon": {{ "steps": 4 }},
                "variables": {{
                    "x": {{ "pert": {{ "low": 0, "mode": 1, "high": 4 }}, "over_time": {x} }},
                    "y": {{ "normal": {{ "mean": 0, "sd": 1 }}, "over_time": {{ "persistence": 0.6, "permanent": 0.3 }} }},
                    "late": {{ "formula": "x + prev(y)" }} }} {more} }}"#
        );
        study(&text).model
    };
    let tied = r#", "correlations": { "xy": { "between": ["x", "y"], "rank": 0.5 } }"#;
    let (fresh, constant) = (file(r#""fresh""#, ""), file(r#""constant""#, ""));
    let carried = file(r#"{ "persistence": 0.8, "permanent": 0 }"#, "");
    let correlated = file(r#"{ "persistence": 0.8, "permanent": 0.5 }"#, tied);
    assert_sides_are_their_own(&[&fresh, &constant, &carried, &correlated]);
    assert_sides_are_their_own(&[&correlated, &constant]);
}

#[test]
fn horizons_may_differ() {
    let file = |steps: usize| {
        let x = r#"{ "gamma": { "shape": 2, "scale": 1 }, "over_time": { "persistence": 0.5, "permanent": 0.2 } }"#;
        study(&format!(r#"{{ "riskband": 1, "horizon": {{ "steps": {steps} }}, "variables": {{ "x": {x} }} }}"#)).model
    };
    assert_sides_are_their_own(&[&file(5), &file(2), &file(7)]);
}

#[test]
fn shipped_scenarios_compute_once_what_they_share() {
    let shipped = |name: &str| Study::load(&Origin::Shipped(name.to_owned()), &load_options()).expect("it loads").model;
    let (a, b) = (shipped("baseline"), shipped("power-limited-grid"));
    assert_sides_are_their_own(&[&a, &b]);
    let alone = compile(&a, &requests(&a), None);
    let terms = |models: &[&Model]| -> Vec<Term> {
        let rows = |(index, model): (usize, &&Model)| -> Vec<Term> {
            requests(model).into_iter().map(|request| Term::Row(index, request)).collect()
        };
        models.iter().enumerate().flat_map(rows).collect()
    };
    let twice = compile_joint(&[&a, &a], &terms(&[&a, &a]), None);
    let expected = alone.instructions.len() + alone.recorded();
    assert_eq!(twice.instructions.len(), expected, "a model beside itself is recorded twice, and computed once");
}

#[test]
fn terms_combine_rows_of_several_models() {
    let file = |law: &str| study(&format!(r#"{{ "riskband": 1, "variables": {{ "x": {law} }} }}"#)).model;
    let a = file(r#"{ "normal": { "mean": 0, "sd": 1 } }"#);
    let b = file(r#"{ "normal": { "mean": 1, "sd": 1 } }"#);
    let row = |model: &Model, index| Term::Row(index, Request::Value(model.outputs[0].variable, 0));
    let (row_a, row_b) = (row(&a, 0), row(&b, 1));
    let terms = [
        row_a.clone(),
        row_b.clone(),
        Term::binary(Binary::Subtract, row_b.clone(), row_a.clone()),
        Term::binary(Binary::Less, row_a, Term::Number(0.0)).negation(),
        Term::binary(Binary::Add, Term::Number(2.0), Term::Number(3.0)),
    ];
    let columns = columns(&compile_joint(&[&a, &b], &terms, None));
    let x = |row: usize, path: usize| f64::from_bits(columns[row][path]);
    for path in 0..columns[0].len() {
        assert_eq!(x(2, path), x(1, path) - x(0, path));
        assert_eq!(x(3, path) == 1.0, x(0, path) >= 0.0);
    }
    assert_eq!(columns[4], vec![5f64.to_bits(); columns[0].len()], "a constant is the same on every path");
}

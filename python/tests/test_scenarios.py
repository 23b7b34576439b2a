"""Scenarios: loaded, changed, refused, pickled."""

import json
import pickle
import warnings

import pytest

import riskband as rb
from conftest import EXAMPLES, ROOT

SMALL = {"riskband": 1, "variables": {"a": {"uniform": {"low": 0, "high": 1}}}, "outputs": ["a"]}


def test_names_files_and_dictionaries_are_loaded(fan):
    file = rb.load(EXAMPLES / "market-fan.json")
    assert file == fan and hash(file) == hash(fan) and {fan: 1}[file] == 1
    assert rb.load(str(EXAMPLES / "market-fan.json")) == fan
    small = rb.load(SMALL, name="small")
    assert (small.name, small.outputs, small.targets, small.periods) == ("small", ("a",), (), ("0",))
    assert rb.load(fan.to_dict(), name="market-fan") == fan
    assert "baseline" in rb.scenarios() and len(rb.scenarios()) >= 14


def test_they_do_not_change(fan):
    with pytest.raises(AttributeError, match="does not change"):
        fan.name = "other"
    with pytest.raises(TypeError, match="riskband.load"):
        rb.Scenario()
    changed = fan.set({"market.start": 6.5})
    assert changed != fan and changed.changes == ("market.start=6.5",) and fan.changes == ()
    assert changed.run(2000).value("mean(market, 2025)").value == 6.5
    assert fan.run(2000).value("mean(market, 2025)").value == 6.32


def test_values_of_every_kind_are_set():
    numpy = pytest.importorskip("numpy")
    small = rb.load(SMALL, name="small")
    for high in [2, 2.0, numpy.float64(2), numpy.int64(2)]:
        assert small.set({"variables.a.uniform.high": high}).run(5000).value("p50(a)").value > 0.9
    law = small.set({"variables.a": {"normal": {"mean": 5, "sd": 1}}})
    assert abs(law.run(5000).value("mean(a)").value - 5) < 0.1
    with pytest.warns(rb.ScenarioWarning, match="adds `b`"):
        formula = small.set({"variables.b": {"formula": "a * 2"}, "outputs": ["b"]})
    assert formula.outputs == ("b",)
    moved = small.set({"variables.a.uniform.low": 2, "variables.a.uniform.high": 3})
    assert moved.run(5000).value("p50(a)").value > 2
    with pytest.raises(rb.ScenarioError):
        small.set({"variables.a.uniform.low": 2})
    with pytest.raises(rb.ScenarioError, match="no value of a scenario"):
        small.set({"variables.a.uniform.high": float("nan")})


def test_problems_are_text_and_data():
    with pytest.raises(rb.ScenarioError) as caught:
        rb.load({**SMALL, "variables": {"a": {"uniform": {"low": 0, "hihg": 1}}}}, name="small")
    error = caught.value
    problem = next(problem for problem in error.problems if problem.nearest == "high")
    assert (problem.code, problem.severity, problem.line) == ("unknown-key", "error", 1)
    assert problem.pointer.startswith("/variables/a/uniform")
    assert "did you mean `high`?" in str(error) and "--> small:1:" in str(error) and "\x1b" not in str(error)
    assert error.scenario == "small" and isinstance(error, ValueError)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.problems) == (str(error), error.problems)
    with pytest.raises(rb.ScenarioError) as caught:
        rb.load("basline")
    assert caught.value.problems[0].nearest == "baseline"


@pytest.mark.parametrize("path", sorted((ROOT / "scenarios" / "invalid").glob("*.json"))[::12], ids=lambda path: path.stem)
def test_bad_files_are_refused(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            rb.load(path)
        except rb.ScenarioError as error:
            assert error.problems and all(problem.message for problem in error.problems)


def test_options_that_mean_nothing_are_refused(fan):
    for options, message in [
        ({"paths": 0}, "whole number"),
        ({"paths": 1.5}, "whole number"),
        ({"seed": -1}, "seed"),
        ({"percentiles": [0]}, "no level"),
        ({"shortfall": [float("nan")]}, "no level"),
        ({"threads": 0}, "threads"),
        ({"sampler": "halton"}, "random, lhs or sobol"),
        ({"replicates": 2}, "take the sampler lhs or sobol"),
        ({"sampler": "lhs", "replicates": 10_001}, "no more than"),
        ({"tasks": 0, "executor": object()}, "tasks"),
    ]:
        with pytest.raises(ValueError, match=message):
            fan.run(**{"paths": 10_000, **options})
    with pytest.raises(rb.ScenarioError, match="no output"):
        fan.run(1000, correlate=[("market", "nothing")])


def test_numbers_that_are_not_there_are_refused(fan, run):
    for query, message in [
        ("p50", "STATISTIC"),
        ("p50(markte)", "did you mean `market`"),
        ("p50(market, 2050)", "no period"),
        ("es5(market)", "not gathered"),
        ("maen(market)", "did you mean `mean`"),
    ]:
        with pytest.raises(ValueError, match=message):
            run.value(query)
    assert fan.run(5000, shortfall=[5]).value("es5(market)").value > 0


def test_warnings_are_those_of_python():
    document = {**SMALL, "variables": {**SMALL["variables"], "b": {"formula": "ln(a - 0.5)"}}, "outputs": ["b"]}
    scenario = rb.load(document, name="small")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        run = scenario.run(5000)
    assert [warning.category for warning in caught] == [rb.ScenarioWarning]
    assert caught[0].filename == __file__ and str(caught[0].message) == run.warnings["text"][0]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        changed = scenario.set({"variables.c": {"value": 1}})
        changed.set({"variables.a.uniform.high": 2})
    assert len(caught) == 1 and "adds `c`" in str(caught[0].message) and caught[0].filename == __file__


def test_limits_are_raised_and_kept(fan):
    tight = rb.load("market-fan", limits={"memory": "1MiB"})
    with pytest.raises(rb.ScenarioError, match="memory"):
        tight.run(1000)
    with pytest.raises(rb.ScenarioError, match="memory"):
        pickle.loads(pickle.dumps(tight)).run(1000)
    with pytest.raises(ValueError, match="did you mean"):
        rb.load("market-fan", limits={"memroy": 1})


def test_they_are_pickled(fan, tmp_path, monkeypatch):
    (tmp_path / "child.json").write_text(json.dumps({"riskband": 1, "extends": str("market-fan"), "market": {"start": 6.4}}))
    child = rb.load(tmp_path / "child.json").set({"market.start": 6.6})
    data = pickle.dumps(child)
    (tmp_path / "child.json").unlink()
    again = pickle.loads(data)
    assert again == child and again.changes == child.changes
    assert again.run(5000) == child.run(5000)
    assert again.set({"market.start": 6.7}).run(2000) == child.set({"market.start": 6.7}).run(2000)


def test_runs_are_pickled_and_answer_at_any_level(run):
    again = pickle.loads(pickle.dumps(run))
    assert again == run and hash(again) == hash(run) and again.digest == run.digest
    assert again.value("p12.5(market, 2030)") == run.value("p12.5(market, 2030)")
    levels = [run.value(f"p{level}(market)").value for level in (10, 12.5, 25)]
    assert levels == sorted(levels) and levels[0] == run.bands["p10"][6]


def test_runs_of_comparisons_say_that_they_cannot_be_pickled(fan):
    compared = rb.compare(fan, fan.set({"market.start": 6.5}), paths=2000)
    assert compared.runs[0] == fan.run(2000)
    with pytest.raises(TypeError, match="by itself"):
        pickle.dumps(compared.runs[0])


def test_names_of_compared_scenarios_are_told_apart(fan):
    others = [fan.set({"market.start": start}) for start in (6.4, 6.5)]
    compared = rb.compare(fan, *others, paths=1000)
    assert [run.scenario for run in compared.runs] == ["market-fan", "what-if", "what-if-2"]
    assert set(compared.bands["b"]) == {"what-if", "what-if-2"}
    other = rb.compare(fan, others[0].named("early"), paths=1000)
    assert [run.scenario for run in other.runs] == ["market-fan", "early"]
    with pytest.raises(ValueError, match="two scenarios"):
        rb.compare(fan)
    with pytest.raises(rb.ScenarioError):
        rb.compare(fan, rb.load(SMALL))


def test_a_notebook_shows_them(fan, run):
    import base64
    import re

    page = run._repr_html_()
    svg = base64.b64decode(re.search(r"base64,([^\"]+)", page)[1]).decode()
    assert svg.startswith("<svg") and "prefers-color-scheme: dark" in svg and "<script" not in page
    assert set(run.charts) == {"fan", "histogram", "exceedance", "binding"} and run.fan().svg == svg


def test_charts_are_saved_as_lines_or_as_pixels(fan, tmp_path):
    chart = fan.run(paths=1000).fan()
    chart.save(tmp_path / "fan.svg")
    assert (tmp_path / "fan.svg").read_text(encoding="utf-8") == chart.svg
    chart.save(tmp_path / "fan.PNG")
    png = (tmp_path / "fan.PNG").read_bytes()
    assert png == chart.png and png.startswith(b"\x89PNG\r\n")
    width, height = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
    assert (width, height) == (1520, 880)
    assert "market-fan" in fan._repr_html_() and repr(fan).startswith("<Scenario market-fan: 2025 to 2031, ")
    assert "edge" in fan.inputs["name"] and len(fan.inputs) > 10
    compared = rb.compare(fan, fan.set({"market.start": 6.5}), paths=1000)
    assert compared.charts and "<img" in compared._repr_html_()

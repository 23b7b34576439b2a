"""What is asked for wrongly is told by the name of the argument, with what was expected, and before anything is simulated."""

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest

import riskband as rb


@pytest.mark.parametrize(
    "options, text",
    [
        ({"paths": "many"}, "paths='many': expected a whole number of 1 or more"),
        ({"paths": float("nan")}, "paths=nan: expected a whole number"),
        ({"paths": float("inf")}, "paths=inf: expected a whole number"),
        ({"paths": 1e20}, r"paths=1e\+20: expected a whole number"),
        ({"paths": True}, "paths=True: expected a whole number"),
        ({"seed": 1.5}, r"seed=1.5: expected a whole number from 0 to 2\*\*64 - 1"),
        ({"seed": 2**64}, "seed=18446744073709551616: expected"),
        ({"threads": "2"}, "threads='2': expected 1 or more"),
        ({"replicates": -1, "sampler": "lhs"}, "replicates=-1: expected"),
        ({"percentiles": "half"}, "percentiles='half': expected levels in percent"),
        ({"correlate": ("market", "demand")}, r"correlate=\['market', 'demand'\]: expected pairs of outputs"),
        ({"correlate": [("market",)]}, "expected pairs of outputs"),
        ({"tasks": 3}, "add executor="),
    ],
)
def test_arguments_of_a_run(fan, options, text):
    with pytest.raises(ValueError, match=text):
        fan.run(**{"paths": 1000, **options})


def test_what_is_of_another_kind(fan):
    for mistake, text in [
        (lambda: fan.run(1000, progress=3), "progress=3: expected None, True, False, or a function"),
        (lambda: fan.run(1000, executor=3), "3 is no executor: it has no submit"),
        (lambda: fan.run(1000, sampler=None), "sampler=None: expected random, lhs or sobol"),
        (lambda: rb.load(3), "a name, a path or a dictionary, and no int"),
        (lambda: rb.compare("baseline", "supply-glut"), r"as riskband.load\(name\) gives them, and no str"),
        (lambda: rb.compare([fan, fan]), "and no list"),
        (lambda: fan.solve("p50(market) = 34", "market.start=6..7"), "expected a path and its two ends"),
        (lambda: fan.sweep("market.start=6..7/3"), "expected paths and their values"),
        (lambda: iter(fan.run(1000).bands), "'Table' object is not iterable"),
    ]:
        with pytest.raises(TypeError, match=text):
            mistake()


def test_arguments_that_do_not_go_together(fan):
    for mistake, text in [
        (lambda: rb.compare(fan, fan.set({"market.start": 6.5}), at=2029), "add why=True"),
        (lambda: fan.replay(5, near="p5(market)"), "and not both"),
        (lambda: fan.replay(-1), "path=-1: expected the number of a path, from 0"),
        (lambda: fan.solve("p50(market) = 34", {"market.start": 6}), "market.start: 6 is no range; expected two numbers"),
        (lambda: fan.solve("p50(market) = 34", {"market.start": [6, 7, 8]}), "is no range"),
        (lambda: fan.sweep({"market.start": 6.5}), "market.start: 6.5 is one value; expected several"),
        (lambda: fan.run(1000).table("band"), "there is no table `band`; there are runs, summary, bands"),
        (lambda: fan.run(1000).to_csv("band"), "there is no table `band`"),
        (lambda: fan.paths(10, only="nothing"), "paths have no `nothing`; they have backlog, "),
    ]:
        with pytest.raises(ValueError, match=text):
            mistake()


def test_one_number_is_a_list_of_one_where_levels_are_asked_for(fan):
    assert fan.run(1000, percentiles=50, shortfall=5) == fan.run(1000, percentiles=[50], shortfall=[5])
    assert fan.run(np.int64(1000), seed=np.uint64(1)) == fan.run(1e3)


def test_ranges_of_solve_may_be_words_of_the_shell(fan):
    goal, path = "p50(market, 2031) = 34", "constraints.power.start"
    assert fan.solve(goal, {path: "6..14"}, paths=500).to_json() == fan.solve(goal, {path: (6, 14)}, paths=500).to_json()


def test_cases_may_be_a_data_frame(fan):
    rows = [{"case": "as it is", "market.start": None}, {"case": "high", "market.start": 6.5}]
    known = fan.sweep(cases=rows, paths=500).to_json()
    assert fan.sweep(cases=pl.DataFrame(rows), paths=500).to_json() == known
    assert fan.sweep(cases=pd.DataFrame(rows), paths=500).to_json() == known


def test_values_without_a_form_in_json_are_a_problem(fan):
    for value in [{1, 2}, object(), float("nan")]:
        with pytest.raises(rb.ScenarioError, match="is no value of a scenario: .*; expected a number, text") as caught:
            fan.set({"market.start": value})
        assert caught.value.problems[0].code == "not-json" and caught.value.problems[0].found == repr(value)


def test_a_condition_that_is_none_says_why(fan):
    with pytest.raises(rb.ScenarioError, match="did you mean `market`") as caught:
        fan.discover("markte[2031] < 30", paths=1000)
    assert caught.value.problems[0].nearest == "market" and "nor a condition" in str(caught.value)
    with pytest.raises(rb.ScenarioError, match="must be") as caught:
        fan.solve("p50(market) = 34", {"market.start": (-6, 7)}, paths=500)
    assert caught.value.problems[0].pointer == "/market/start"


def test_files_that_cannot_be_written_are_named(fan, tmp_path):
    run, start = fan.run(1000), {"market.start": [6, 6.5]}
    compared, swept = rb.compare(fan, fan.set({"market.start": 6.5}), paths=1000), fan.sweep(start, paths=500)
    solved = fan.solve("p50(market, 2031) = 34", {"constraints.power.start": (6, 14)}, paths=500)
    (tmp_path / "file").touch()
    nowhere = tmp_path / "none" / "page.html"
    for results in [run, compared, swept, solved]:
        with pytest.raises(FileNotFoundError) as caught:
            results.report(nowhere)
        assert caught.value.filename == str(nowhere)
        with pytest.raises(OSError) as caught:
            results.save(tmp_path / "file")
        assert str(tmp_path / "file") in str(caught.value)
    for results in [run, compared, swept]:
        with pytest.raises(FileNotFoundError) as caught:
            results.workbook(nowhere.with_suffix(".xlsx"))
        assert caught.value.filename == str(nowhere.with_suffix(".xlsx"))


def test_simulations_and_parts_are_equal_after_a_pickle(fan):
    simulation = fan.simulation(5000)
    part = simulation.part(0, 3)
    for kept in [simulation, part]:
        again = pickle.loads(pickle.dumps(kept))
        assert again == kept and hash(again) == hash(kept)
    assert simulation != fan.simulation(5000, seed=2) and part != simulation.part(0, 4) and part != part.to_bytes()


def test_what_cannot_be_pickled_says_what_can(fan):
    run = fan.run(1000)
    results = [rb.compare(fan, fan.set({"market.start": 6.5}), paths=1000), fan.sweep({"market.start": [6, 7]}, paths=500)]
    for kept in [run.bands, fan.paths(10), fan.replay(1), *results]:
        with pytest.raises(TypeError, match=r"cannot be pickled; .*\.to_polars\(\), \.to_pandas\(\)"):
            pickle.dumps(kept)
    assert pickle.loads(pickle.dumps(run.bands.to_polars())).equals(run.bands.to_polars())


def test_pandas_has_the_columns_of_polars(fan):
    paths = fan.paths(1000, only=["market", "input.edge", "uniform.edge"])
    frame, known = paths.to_pandas(), paths.to_polars()
    assert list(frame.columns) == known.columns
    assert all((frame[name].to_numpy() == known[name].to_numpy()).all() for name in known.columns)

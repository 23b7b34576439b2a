"""Results are those of the command line, byte for byte."""

import json
import os
import subprocess

import polars as pl
import pytest

import riskband as rb
from conftest import EXAMPLES, ROOT, shell

NAMES = sorted(path.stem for path in EXAMPLES.glob("*.json"))


def same_files(a, b):
    names = sorted(path.name for path in a.iterdir())
    assert names == sorted(path.name for path in b.iterdir())
    assert "results.json" in names and "bands.parquet" in names
    for name in names:
        assert (a / name).read_bytes() == (b / name).read_bytes(), name


@pytest.mark.filterwarnings("ignore::riskband.ScenarioWarning")
@pytest.mark.parametrize("name", [*NAMES, "baseline"])
def test_folders_are_the_same_bytes(name, tmp_path):
    shell("run", name, "--paths", 5000, "--seed", 3, "--out", tmp_path / "shell", "--quiet")
    run = rb.load(name).run(5000, seed=3)
    run.save(tmp_path / "python")
    same_files(tmp_path / "shell", tmp_path / "python")
    assert run.to_json() == (tmp_path / "shell" / "results.json").read_text()


def test_all_options_arrive(fan, tmp_path):
    statistics = ["--shortfall", "5,95", "--skewness", "--percentiles", "5,50,99.9", "--seed", 2**64 - 1]
    statistics += ["--correlate", "market[2031],demand[2031]", "--relief", "--set", "market.start=6.5"]
    shell("run", "market-fan", "--paths", 5000, *statistics, "--out", tmp_path / "shell", "--quiet")
    run = fan.set({"market.start": 6.5}).run(
        5000,
        2**64 - 1,
        percentiles=[5, 50, 99.9],
        shortfall=[5, 95],
        skewness=True,
        correlate=[("market[2031]", "demand[2031]")],
        relief=True,
    )
    run.save(tmp_path / "python")
    same_files(tmp_path / "shell", tmp_path / "python")
    assert len(run.relief) > 0 and len(run.correlations) == 1


@pytest.mark.parametrize("sampler", ["lhs", "sobol"])
def test_samplers_arrive(fan, tmp_path, sampler):
    options = ["--paths", 4096, "--seed", 5, "--sampler", sampler, "--replicates", 8]
    shell("run", "market-fan", *options, "--save-paths", 100, "--out", tmp_path / "run", "--quiet")
    run = fan.run(4096, 5, sampler=sampler, replicates=8)
    assert run.to_json() == (tmp_path / "run" / "results.json").read_text()
    paths = fan.paths(100, 5, sampler=sampler, replicates=8, of_run=4096)
    saved = pl.read_parquet(tmp_path / "run" / "paths.parquet").drop("scenario")
    assert pl.DataFrame(paths).equals(saved)
    changed = ["--set-b", "market.start=6.5", "--why"]
    compared = shell("compare", "market-fan", *options, *changed, "--format", "json", "--quiet")
    other = fan.set({"market.start": 6.5})
    assert rb.compare(fan, other, paths=4096, seed=5, sampler=sampler, replicates=8, why=True).to_json() == compared
    story = shell("replay", "market-fan", *options, "--path", 77, "--format", "json", "--quiet")
    assert fan.replay(77, paths=4096, seed=5, sampler=sampler, replicates=8).to_json() == story


@pytest.mark.parametrize("zip", [False, True])
def test_sweeps_are_the_same_bytes(fan, tmp_path, zip):
    vary = ["--vary", "market.start=6,6.5", "--vary", "drivers.edge.triangular.high=0.1,-1", *(["--zip"] if zip else [])]
    command = [os.environ["RISKBAND"], "sweep", "market-fan", *vary, "--paths", "1000", "--quiet"]
    done = subprocess.run([*command, "--out", tmp_path / "shell", "--report", tmp_path / "shell.html"], cwd=ROOT)
    assert done.returncode == 2, "one of the values is refused"
    sweep = fan.sweep({"market.start": [6, 6.5], "drivers.edge.triangular.high": [0.1, -1]}, paths=1000, zip=zip)
    sweep.save(tmp_path / "python")
    same_files(tmp_path / "shell", tmp_path / "python")
    assert sweep.to_json() == (tmp_path / "shell" / "results.json").read_text()
    assert len(sweep) == len(sweep.failed) == (1 if zip else 2)
    assert sweep.report() == (tmp_path / "shell.html").read_text()
    assert "market.start" in sweep.bands.columns and str(sweep)


def test_values_of_a_sweep_may_be_words_of_the_shell(fan):
    words = fan.sweep({"market.start": "6..7/3"}, paths=500)
    assert words.to_json() == fan.sweep({"market.start": [6, 6.5, 7]}, paths=500).to_json()
    together = fan.sweep({"market.start": [6, 6], "market.backlog": [0.2, 0.4]}, paths=500, zip=True)
    assert together.summary["market.backlog"] == [0.2, 0.4]
    for values, text in [("6..7", "6..7"), ([6, 6.0], "stands there twice"), ("6..7/0", "market.start: ")]:
        with pytest.raises(ValueError, match=text):
            fan.sweep({"market.start": values}, paths=500)


#: The last column is empty throughout, and stays a column.
CASES = """case,market.start,drivers.edge.triangular.high,market.backlog
as it is,,,
high,6.5,,
refused,,-1,
both,6.5,0.1,
"""
ROWS = [
    {"case": "as it is", "market.start": None},
    {"case": "high", "market.start": 6.5, "drivers.edge.triangular.high": float("nan"), "market.backlog": None},
    {"case": "refused", "drivers.edge.triangular.high": -1},
    {"case": "both", "drivers.edge.triangular.high": 0.1, "market.start": 6.5},
]


@pytest.mark.parametrize("compare", [False, True])
@pytest.mark.parametrize("form", ["file", "dictionaries"])
def test_cases_are_the_same_bytes(fan, tmp_path, monkeypatch, form, compare):
    monkeypatch.setenv("COLUMNS", "100")
    file = tmp_path / "cases.csv"
    file.write_text(CASES)
    files = ["--out", tmp_path / "shell", "--report", tmp_path / "shell.html", "--workbook", tmp_path / "shell.xlsx"]
    options = ["--paths", "1000", "--seed", "4", "--correlate", "market[2031],demand[2031]", "--quiet"]
    command = [os.environ["RISKBAND"], "sweep", "market-fan", "--cases", file, *options, *files]
    done = subprocess.run([*command, "--format", "table", *(["--compare"] if compare else [])], cwd=ROOT, capture_output=True)
    assert done.returncode == 2, "one of the cases is refused"
    cases = file if form == "file" else ROWS
    correlate = [("market[2031]", "demand[2031]")]
    sweep = fan.sweep(cases=cases, paths=1000, seed=4, compare=compare, correlate=correlate)
    sweep.save(tmp_path / "python")
    same_files(tmp_path / "shell", tmp_path / "python")
    assert sweep.to_json() == (tmp_path / "shell" / "results.json").read_text()
    sweep.workbook(tmp_path / "python.xlsx")
    assert (tmp_path / "python.xlsx").read_bytes() == (tmp_path / "shell.xlsx").read_bytes()
    assert sweep.report() == (tmp_path / "shell.html").read_text()
    assert str(sweep) == done.stdout.decode()
    assert list(sweep.failed) == ["refused"] and sweep.summary["case"] == ["as it is", "high", "both"]
    if compare:
        assert sweep.to_csv("comparison") == (tmp_path / "shell" / "comparison.csv").read_bytes().decode()
        assert set(sweep.comparison["case"]) == {"high", "both"}
    else:
        with pytest.raises(ValueError, match="`comparison` is one of comparisons; sweep with compare=True"):
            sweep.comparison


def test_cases_without_names_are_numbered_as_in_a_file(fan, tmp_path):
    file = tmp_path / "cases.csv"
    file.write_text("market.start\n6\n6.5\n")
    rows = fan.sweep(cases=[{"market.start": 6}, {"market.start": 6.5}], paths=500)
    assert rows.to_json() == fan.sweep(cases=str(file), paths=500).to_json() and rows.summary["case"] == ["1", "2"]


@pytest.mark.parametrize(
    "arguments, text",
    [
        ({}, "either the values of paths"),
        ({"vary": {}}, "either the values of paths"),
        ({"vary": {"market.start": [6]}, "cases": [{"market.start": 6}]}, "either the values of paths"),
        ({"cases": [{"market.start": 6}], "zip": True}, "zip=True pairs"),
        ({"cases": []}, "no cases"),
        ({"cases": [{"case": "a"}]}, "varies anything"),
        ({"cases": [{"case": "a", "market.start": 6}, {"market.start": 6.5}]}, "case 2: its name is empty"),
        ({"cases": [{"case": "a", "market.start": 6}, {"case": None}]}, "case 2: its name is empty"),
        ({"cases": [{"case": "a", "market.start": 6}, {"case": "a"}]}, "case 2: an earlier case is called `a`"),
        ({"cases": {"market.start": 6}}, "cases is one dictionary"),
        ({"cases": [6]}, "case 1 is no dictionary"),
        ({"cases": [{"market.strt": 6}]}, "did you mean `start`"),
        ({"cases": [{"market.start": {1}}]}, "is no value of a scenario"),
    ],
)
def test_cases_that_are_none_say_why(fan, arguments, text):
    with pytest.raises(ValueError, match=text):
        fan.sweep(**arguments, paths=500)


def test_files_of_cases_are_refused_with_their_place(fan, tmp_path):
    file = tmp_path / "cases.csv"
    file.write_bytes(b"case,market.start\na,6\na,7\n")
    with pytest.raises(ValueError, match="cases.csv, line 3, column 1: the case of line 2 is called `a` too"):
        fan.sweep(cases=file, paths=500)
    file.write_bytes(b"market.start\n\xff\n")
    with pytest.raises(ValueError, match="line 2: this is not UTF-8"):
        fan.sweep(cases=file, paths=500)
    with pytest.raises(FileNotFoundError) as caught:
        fan.sweep(cases=tmp_path / "none.csv", paths=500)
    assert caught.value.filename == str(tmp_path / "none.csv")
    with pytest.raises(IsADirectoryError):
        fan.sweep(cases=tmp_path, paths=500)


def test_comparisons_are_the_same_bytes(fan, tmp_path):
    options = ["--set-b", "market.start=6.5", "--why", "--paths", 4000, "--correlate", "market[2031],demand[2031]"]
    shell("compare", "market-fan", *options, "--out", tmp_path / "shell", "--quiet")
    correlate = [("market[2031]", "demand[2031]")]
    compared = rb.compare(fan, fan.set({"market.start": 6.5}), why=True, paths=4000, correlate=correlate)
    compared.save(tmp_path / "python")
    same_files(tmp_path / "shell", tmp_path / "python")
    assert compared.to_json() == (tmp_path / "shell" / "results.json").read_text()
    assert compared.to_csv("why") == (tmp_path / "shell" / "why.csv").read_bytes().decode()


def test_answers_are_the_same_bytes(fan, tmp_path):
    goal, path = "p50(market,2031) = 34", "constraints.power.start"
    options = ["--paths", 2000, "--seed", 3, "--format", "json", "--quiet"]
    files = ["--out", tmp_path / "shell", "--report", tmp_path / "shell.html"]
    answer = shell("solve", "market-fan", "--for", goal, "--vary", f"{path}=6..14", *options, *files)
    solved = fan.solve(goal, {path: (6, 14)}, paths=2000, seed=3)
    assert solved.to_json() == answer
    solved.save(tmp_path / "python")
    assert sorted(os.listdir(tmp_path / "python")) == sorted(os.listdir(tmp_path / "shell"))
    for file in (tmp_path / "shell").iterdir():
        assert file.read_bytes() == (tmp_path / "python" / file.name).read_bytes()
    assert solved.report() == (tmp_path / "shell.html").read_text()
    assert solved.low < solved.value < solved.high and solved.reason is None
    assert solved.attained[0] < 34 < solved.attained[1] and len(solved.curve) > 17
    assert abs(fan.set({path: solved.value}).run(2000, 3).value("p50(market,2031)").value - 34) < 0.01
    assert list(solved.charts) == ["curve"] and str(solved)

    command = ["solve", "market-fan", "--for", goal, "--vary", f"{path}=6..14", "--vary", "market.start=6..6.5", *options]
    frontier = fan.solve(goal, {path: (6, 14), "market.start": (6, 6.5)}, paths=2000, seed=3)
    assert frontier.to_json() == shell(*command) and len(frontier.frontier) == 9 and frontier.value is None


def test_what_cannot_be_solved_says_why(fan):
    path = "constraints.power.start"
    unreached = fan.solve("p50(market,2031) = 90", {path: (6, 14)}, paths=1000)
    assert (unreached.value, unreached.reason) == (None, "out_of_reach") and "out_of_reach" in repr(unreached)
    for goal, vary, text in [
        ("p50(market,2031)", {path: (6, 14)}, "a goal is expected"),
        ("p50(nothing) = 3", {path: (6, 14)}, "nothing"),
        ("p50(market) = 34", {path: (14, 6)}, "no range"),
        ("p50(market) = 34", {path: (6, float("inf"))}, "no range"),
        ("p50(market) = 34", {}, "0 paths"),
        ("p50(market) = 34", {"constraints.pwer.start": (6, 14)}, "pwer"),
    ]:
        with pytest.raises(ValueError, match=text):
            fan.solve(goal, vary, paths=1000)
    with pytest.raises(rb.ScenarioError, match="does not run with drivers.edge.triangular.high=-1") as caught:
        fan.solve("p50(market) = 34", {"drivers.edge.triangular.high": (-1, 0.1)}, paths=1000)
    assert caught.value.problems[0].code and caught.value.scenario == "market-fan"


def test_conditions_are_discovered_as_at_the_shell(fan):
    options = ["--paths", 4096, "--seed", 2, "--format", "json", "--quiet"]
    condition = "market[2031] < 30 and power_binds[2031]" if "power_binds" in fan.outputs else "market[2031] < 30"
    found = fan.discover(condition, 4096, 2)
    assert found.to_json() == shell("discover", "market-fan", condition, *options)
    assert len(found.boxes) >= 1 and len(found.limits) >= 1 and len(found.trade_off) > 1
    target = fan.targets[0]
    asked = ["--at", 2029, *options]
    assert fan.discover(target, 4096, 2, at=2029).to_json() == shell("discover", "market-fan", target, *asked)
    assert fan.targets == rb.load("market-fan").targets, "the scenario stays as it was"
    assert len(fan.discover("market[2031] < 0", 4096).boxes) == 0
    with pytest.raises(rb.ScenarioError, match="neither a target of `market-fan` nor a condition"):
        fan.discover("market[2031] <", 4096)


def test_precision_is_that_of_the_shell(fan, tmp_path):
    conditions = ["mean(market,2031) within 0.2%", "p95(market,2031) within 0.3"]
    asked = [part for text in conditions for part in ("--until", text)]
    text = shell("run", "market-fan", "--seed", 4, *asked, "--format", "json", "--quiet")
    run = fan.run(seed=4, until=conditions)
    assert run.to_json() == text and run.until["reached"] == [True, True] and run.paths > 4096
    assert run.bands.to_dict() == fan.run(run.paths, 4).bands.to_dict(), "of a run of as many paths"
    with pytest.warns(rb.ScenarioWarning, match="is not reached in 5,000 paths; it takes about"):
        few = fan.run(until="mean(market,2031) within 0.01%", max_paths=5000)
    assert few.paths == 5000 and few.until["reached"] == [False] and few.until["needed"][0] > 5000
    for text in ["mean(market,2031)", "mean(nothing) within 1%", "mean(market) within -1"]:
        with pytest.raises(ValueError, match="expected|nothing"):
            fan.run(until=text)
    with pytest.raises(ValueError, match="leave out relief"):
        fan.run(until=conditions, relief=True)


def test_workbooks_are_the_same_bytes(fan, tmp_path):
    vary, change = "market.start=6,6.5", "market.start=6.5"
    shell("run", "market-fan", "--paths", 2000, "--workbook", tmp_path / "run.xlsx", "--quiet")
    shell("compare", "market-fan", "--set-b", change, "--paths", 2000, "--workbook", tmp_path / "compare.xlsx", "--quiet")
    shell("sweep", "market-fan", "--vary", vary, "--paths", 2000, "--workbook", tmp_path / "sweep.xlsx", "--quiet")
    results = {
        "run": fan.run(2000),
        "compare": rb.compare(fan, fan.set({"market.start": 6.5}), paths=2000),
        "sweep": fan.sweep({"market.start": [6, 6.5]}, paths=2000),
    }
    for name, result in results.items():
        result.workbook(tmp_path / "python.xlsx")
        assert (tmp_path / "python.xlsx").read_bytes() == (tmp_path / f"{name}.xlsx").read_bytes(), name
    with pytest.raises(ValueError, match="does not end in .xlsx"):
        results["run"].workbook(tmp_path / "python.ods")


@pytest.mark.filterwarnings("ignore::riskband.ScenarioWarning")
def test_references_are_a_table():
    run = rb.load("baseline").run(1000)
    references = run.references.to_dict()
    assert {"ksi", "market_intelo", "cervicorn"} == set(references["reference"])
    assert all(value is None or 0 <= value <= 1 for value in references["percentile"])


def test_every_table_is_its_csv(run, tmp_path):
    run.save(tmp_path)
    for name in run.tables:
        assert run.to_csv(name) == (tmp_path / f"{name}.csv").read_bytes().decode()


def test_stories_and_drivers_are_those_of_the_shell(fan):
    story = shell("replay", "market-fan", "--path", 1234, "--format", "json", "--quiet")
    assert fan.replay(1234).to_json() == story
    near = shell("replay", "market-fan", "--near", "p5(market,2031)", "--paths", 4000, "--format", "json", "--quiet")
    assert fan.replay(near="p5(market, 2031)", paths=4000).to_json() == near
    options = ["--paths", 2048, "--of", "market", "--at", 2031, "--by", "quantity", "--shapley"]
    drivers = shell("sensitivity", "market-fan", *options, "--format", "json", "--quiet")
    assert fan.sensitivity(2048, of="market", at=2031, by="quantity", shapley=True).to_json() == drivers


def test_indices_go_on_until_they_are_as_narrow_as_asked(fan):
    asked = ["--within", "0.05", "--max-paths", "32768", "--of", "market", "--at", "2031"]
    drivers = fan.sensitivity(within=0.05, max_paths=32_768, of="market", at=2031)
    assert drivers.to_json() == shell("sensitivity", "market-fan", *asked, "--format", "json", "--quiet")
    with pytest.warns(rb.ScenarioWarning, match=r"not within 0.001: .*; it takes about [0-9,]+ base points \(max_paths\)"):
        fan.sensitivity(within=0.001, max_paths=4096)
    with pytest.raises(ValueError, match="within=5: expected a share"):
        fan.sensitivity(within=5)


def test_texts_are_those_of_the_terminal(fan, run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    assert str(fan.explain()) == shell("explain", "market-fan", "--quiet")
    assert shell("run", "market-fan", "--paths", 20_000, "--seed", 7, "--quiet") == str(run)


def test_a_report_is_a_page_of_its_own(fan, tmp_path):
    run = fan.run(4000)
    run.report(tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text()
    assert page == run.report() and page.startswith("<!DOCTYPE html>")
    assert 'aria-labelledby="' in page and "market-fan" in page
    compared = rb.compare(fan, fan.set({"market.start": 6.5}), paths=4000).report()
    assert "what-if" in compared


def test_expectations_are_judged_as_at_the_shell(fan, run):
    texts = ["p50(market,2031) in 30..40", "probability(report_2031) > 90%", "p99.9(market,2030) > 1", "p_ever(power) >= 0"]
    asked = [part for text in texts for part in ("--expect", text)]
    done = subprocess.run(
        [os.environ["RISKBAND"], "check", "market-fan", "--paths", "20000", "--seed", "7", "--format", "json", *asked],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    known = json.loads(done.stdout)["checked"][0]["expectations"]
    with pytest.raises(rb.CheckError, match="probability") as caught:
        run.check(*texts)
    assert [vars(outcome) for outcome in caught.value.outcomes] == known
    assert isinstance(caught.value, AssertionError)
    assert len(run.check(texts[0], texts[2], texts[3])) == 3
    assert fan.check(texts[0], paths=20_000, seed=7)[0].value == known[0]["value"]

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


def test_comparisons_are_the_same_bytes(fan, tmp_path):
    options = ["--set-b", "market.start=6.5", "--why", "--paths", 4000]
    shell("compare", "market-fan", *options, "--out", tmp_path / "shell", "--quiet")
    compared = rb.compare(fan, fan.set({"market.start": 6.5}), why=True, paths=4000)
    compared.save(tmp_path / "python")
    same_files(tmp_path / "shell", tmp_path / "python")
    assert compared.to_json() == (tmp_path / "shell" / "results.json").read_text()
    assert compared.to_csv("why") == (tmp_path / "shell" / "why.csv").read_bytes().decode()


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

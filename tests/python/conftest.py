"""Results made by the program under test; RISKBAND names it (scripts/notebooks builds it)."""

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def riskband(*arguments, cwd=ROOT):
    """Runs the program; its standard output."""
    done = subprocess.run([os.environ["RISKBAND"], *arguments], cwd=cwd, check=True, capture_output=True, text=True)
    return done.stdout


class Results:
    """A folder of results, and the rows of its tables as the JSON has them."""

    TABLES = ["summary", "bands", "targets", "references", "constraints", "correlations", "relief", "until", "lower_bounds"]
    TABLES += ["warnings"]

    def __init__(self, folder):
        self.folder = folder
        self.runs = json.loads((folder / "results.json").read_text())["runs"]

    def rows(self, table):
        if table == "runs":
            return [{name: value for name, value in run.items() if name not in self.TABLES} for run in self.runs]
        return [row for run in self.runs for row in run[table]]

    def band(self, scenario, output, year):
        rows = [
            row
            for row in self.rows("bands")
            if (row["scenario"], row["output"], row["segment"], row["year"]) == (scenario, output, None, year)
        ]
        assert len(rows) == 1
        return rows[0]


@pytest.fixture(scope="session")
def batch(tmp_path_factory):
    """What the notebook shows."""
    folder = tmp_path_factory.mktemp("batch")
    levels = "1,5,10,25,50,75,90,95,99"
    riskband("run", "scenarios/", "--percentiles", levels, "--save-paths", "500", "--out", folder, "--quiet")
    return Results(folder)


@pytest.fixture(scope="session")
def fan(tmp_path_factory):
    """A market and two models without years, with every path and input, and everything that can be asked for."""
    folder = tmp_path_factory.mktemp("fan")
    scenarios = ["scenarios/examples/market-fan.json", "ishigami", "lake"]
    statistics = ["--shortfall", "5,95", "--skewness", "--percentiles", "5,50,99.9", "--seed", str(2**64 - 1)]
    save = ["--save-paths", "all", "--save-inputs", "--out", folder, "--quiet"]
    riskband("run", *scenarios, "--paths", "20000", *statistics, *save)
    return Results(folder)

"""What README and the documentation show of results in Python runs as it stands, and gives the numbers of the results."""

import ast
import datetime
import re
import shlex

import pytest

from conftest import ROOT, Results, riskband


def blocks(document, heading, language):
    """The code blocks of a section."""
    section = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", (ROOT / document).read_text(), re.M | re.S)
    return re.findall(rf"^```{language}\n(.*?)^```", section[1], re.M | re.S)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder in which README's commands ran."""
    folder = tmp_path_factory.mktemp("readme")
    [commands] = blocks("README.md", "Into a notebook", "sh")
    for line in commands.splitlines():
        program, *arguments = shlex.split(line, comments=True)
        assert program == "riskband"
        riskband(*arguments, "--quiet", cwd=folder)
    return Results(folder / "out")


def run(code, folder, monkeypatch):
    """Runs a block; the value of its last line."""
    monkeypatch.chdir(folder)
    *statements, last = ast.parse(code).body
    variables = {}
    exec(compile(ast.Module(statements, []), "block", "exec"), variables)
    return eval(compile(ast.Expression(last.value), "block", "eval"), variables)


def readme_block(library):
    [block] = [block for block in blocks("README.md", "Into a notebook", "python") if f"import {library}" in block]
    assert len(block.splitlines()) == 3
    return block


def test_pandas(made, monkeypatch):
    medians = run(readme_block("pandas"), made.folder.parent, monkeypatch)
    assert medians.shape == (7, 2)
    for scenario in ["baseline", "power-limited-grid"]:
        for year in [2025, 2031]:
            assert medians.loc[datetime.date(year, 1, 1), scenario] == made.band(scenario, "market", year)["p50"]


def test_polars(made, monkeypatch):
    regions = run(readme_block("polars"), made.folder.parent, monkeypatch)
    known = [
        (row["scenario"], row["segment"], row["p50"])
        for row in made.rows("bands")
        if (row["output"], row["dimension"], row["year"]) == ("market", "region", 2031)
    ]
    assert len(known) > 10
    assert regions.rows() == known


def test_duckdb(made, monkeypatch):
    relation = run(readme_block("duckdb"), made.folder.parent, monkeypatch)
    [(share, n)] = relation.fetchall()
    [target] = [
        row for row in made.rows("targets") if (row["scenario"], row["target"]) == ("baseline", "report_2031")
    ]
    # The first 2,000 of the 100,000 paths that the target's probability is about.
    assert n == 2000
    assert abs(share - target["probability"]) < 4 * 50**0.5 * target["se"]


def test_the_documentation(made, monkeypatch):
    shown = blocks("docs/result-format.md", "Reading results", "python")
    assert len(shown) == 3
    fan, paths, columns = (run(block, made.folder.parent, monkeypatch) for block in shown)
    assert fan.loc["2031-01-01", ("p50", "baseline")] == made.band("baseline", "market", 2031)["p50"]
    assert len(paths) == 2 * 2000 * 7
    assert set(paths["period"]) == {"2025", "2026", "2027", "2028", "2029", "2030", "2031"}
    assert columns["p50"]["description"] == "50 % of the paths are at or below this value"

"""What the pages show runs as it stands, block after block."""

import ast
import os
import re
import shutil
import subprocess

import pytest

import riskband as rb
from conftest import ROOT


def blocks(page, language, section=""):
    text = (ROOT / page).read_text()
    if section:
        text = re.search(rf"^## {section}\n(.*?)(?=^## |\Z)", text, re.M | re.S)[1]
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.M | re.S)


def run_block(code, variables):
    """Runs a block, and shows as a notebook would what its expressions come to."""
    for statement in ast.parse(code).body:
        if isinstance(statement, ast.Expr):
            value = eval(compile(ast.Expression(statement.value), "block", "eval"), variables)
            getattr(value, "_repr_html_", lambda: None)()
        else:
            exec(compile(ast.Module([statement], []), "block", "exec"), variables)


@pytest.mark.parametrize(
    ("page", "section", "count"),
    [
        ("docs/python.md", "", 16),
        ("docs/executors.md", "", 4),
        ("python/README.md", "", 1),
        ("README.md", "In Python", 1),
    ],
)
def test_python_runs(page, section, count, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code = blocks(page, "python", section)
    assert len(code) == count
    variables = {"__name__": "page"}
    for block in code:
        run_block(block, variables)


RECIPES = [recipe for recipe in blocks("docs/executors.md", "sh") if "market-fan" in recipe]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.split()[0])
def test_recipes_give_the_run(recipe, fan, tmp_path):
    if recipe.startswith("parallel") and not shutil.which("parallel"):
        pytest.skip("GNU parallel is not installed; the recipe with xargs does the same")
    path = f"{os.path.dirname(os.environ['RISKBAND'])}:{os.environ['PATH']}"
    subprocess.run(["bash", "-euc", recipe], cwd=tmp_path, env={**os.environ, "PATH": path}, check=True, timeout=300)
    assert (tmp_path / "results" / "results.json").read_text() == fan.run(100_000).to_json()
    assert rb.merge(tmp_path.glob("part-*.rb")) == fan.run(100_000)

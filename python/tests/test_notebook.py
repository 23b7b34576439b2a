"""The notebook runs from top to bottom, and shows the numbers of the runs that it makes."""

import json

import nbformat
import numpy as np
import polars as pl
import pytest
from nbclient import NotebookClient

import riskband as rb
from conftest import ROOT

NOTEBOOK = ROOT / "notebooks" / "riskband_package.ipynb"

# Runs in the notebook's kernel after its last cell.
PROBE = """
import json
print(json.dumps({
    "median": [float(median), median.se], "reached": float(reached), "fan": fan.rows(), "regions": regions,
    "difference": difference["mean"].to_list(), "market": [float(market.mean()), float((market >= 35.66).mean())],
    "ceilings": ceilings.rows(), "falls": falls.row(0), "digest": run.digest, "same": same,
}))
"""


@pytest.fixture(scope="module")
def executed():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(PROBE, id="probe"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(NOTEBOOK.parent)}}).execute()
    return {cell["id"]: cell for cell in notebook.cells}


@pytest.fixture(scope="module")
def found(executed):
    [output] = executed["probe"].outputs
    return json.loads(output.text)


def shown(cell, kind):
    return [output["data"][kind] for output in cell.outputs if kind in output.get("data", {})]


def test_it_is_kept_without_outputs():
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        assert cell.cell_type == "markdown" or (cell.outputs == [] and cell.execution_count is None), cell["id"]


def test_cells_show_charts_and_tables(executed):
    assert "data:image/svg+xml;base64," in shown(executed["run"], "text/html")[0]
    assert "what-if" not in shown(executed["compare"], "text/html")[0]
    assert "<table>" in shown(executed["load"], "text/html")[0]
    assert len(shown(executed["exceedance"], "image/png")) == 1
    assert not [output for cell in executed.values() for output in cell.get("outputs", []) if output.output_type == "error"]


def test_numbers_are_those_of_the_runs(found):
    base = rb.load("baseline")
    run = base.run(20_000, seed=1)
    assert found["digest"] == run.digest and found["same"] is True
    assert found["median"] == [run.value("p50(market, 2031)").value, run.value("p50(market, 2031)").se]
    bands = pl.DataFrame(run.bands).filter(output="market")
    fan = bands.filter(pl.col("segment").is_null())
    assert [row[3] for row in found["fan"]] == fan["p50"].to_list() and len(fan) == 7
    regions = bands.filter(dimension="region", year=2031)
    assert [row[2] for row in found["regions"]] == sorted(regions["p50"].to_list(), reverse=True)
    assert len(regions) > 2
    # The same paths: means differ by rounding alone, shares not at all.
    mean, share = found["market"]
    assert mean == pytest.approx(run.value("mean(market, 2031)").value, rel=1e-12) and share == found["reached"]
    means = [a - b for a, b in zip(base.set({"events.downturn.hazard": 0.3}).run(20_000).bands["mean"], run.bands["mean"])]
    assert len(found["difference"]) == 7 and found["difference"][-1] < 0
    assert found["difference"] == pytest.approx(means[: len(found["difference"])], abs=1e-9)
    assert len(found["ceilings"]) == 6


def test_the_million_paths_are_those_of_the_market(found):
    paths = rb.load("market-fan").paths(50_000, only="market", seed=1).to_numpy("market")
    fall = 1 - paths[:, -1] / paths[:, -2]
    share, mean_fall, deepest = found["falls"]
    # The first 50,000 of the million: five standard errors of a share and of a mean.
    assert abs(share - (fall > 0).mean()) < 5 * np.sqrt(share * (1 - share) / 50_000)
    assert abs(mean_fall - fall[fall > 0].mean()) < 5 * fall[fall > 0].std() / np.sqrt((fall > 0).sum())
    assert fall.max() <= deepest < 1

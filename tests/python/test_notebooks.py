"""The notebook gives the numbers of the results that it reads, in its tables and in its variables."""

import io
import json

import nbformat
import numpy as np
import pandas as pd
import pytest
from nbclient import NotebookClient

from conftest import ROOT

NOTEBOOK = ROOT / "notebooks" / "risk_bands.ipynb"

# Read in the notebook's kernel after its last cell: each becomes data that a test can look at.
PROBE = """
import json
def frame(table):
    return table.reset_index().to_json(orient="split", double_precision=15)
print(json.dumps({
    "fan": frame(fan), "last": frame(last), "medians": frame(medians), "exceedance": frame(exceedance),
    "ledger": frame(ledger), "regions": frame(regions), "paths": frame(paths), "runs": frame(runs),
}))
"""


@pytest.fixture(scope="module")
def executed(batch):
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(PROBE, id="probe"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RISKBAND_RESULTS", str(batch.folder))
        patch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(NOTEBOOK.parent)}}).execute()
    return {cell["id"]: cell for cell in notebook.cells}


@pytest.fixture(scope="module")
def frames(executed):
    [output] = executed["probe"].outputs
    return {name: pd.read_json(io.StringIO(text), orient="split") for name, text in json.loads(output.text).items()}


def table(cell):
    """The text of the table that a cell ends with."""
    [result] = [output for output in cell.outputs if output.output_type == "execute_result"]
    return result.data["text/plain"]


def test_it_is_kept_without_outputs():
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        assert cell.cell_type == "markdown" or (cell.outputs == [] and cell.execution_count is None), cell["id"]


def test_every_figure_is_drawn_and_nothing_is_warned_of(executed):
    for id in ["fan", "overlay", "exceedance", "ledger", "segments"]:
        kinds = [kind for output in executed[id].outputs for kind in output.get("data", {})]
        assert kinds.count("image/png") == 1, id
    streams = [output for id, cell in executed.items() if id != "probe" for output in cell.get("outputs", [])]
    assert [output for output in streams if output.output_type in ("stream", "error")] == []


def test_all_scenarios_are_there(executed, frames):
    assert len(frames["runs"]) == 14
    assert (frames["runs"]["paths"] == 100_000).all()
    assert "physical-limits-stress" in table(executed["load"])


def test_the_baseline_runs_from_the_published_start_to_the_published_end(executed, frames, batch):
    fan = frames["fan"].set_index("year")
    assert fan.loc[2025, "p50"] == 6.32
    band = batch.band("baseline", "market", 2031)
    assert abs(fan.loc[2031, "p50"] - 35.66) < 4 * band["p50_se"] < 0.5
    assert fan.loc[2031, "p50"] == pytest.approx(band["p50"], rel=1e-14)
    last = table(executed["fan"]).splitlines()[-1].split()
    assert [float(cell) for cell in last] == [2031, *(round(band[level], 2) for level in ["p5", "p25", "p50", "p75", "p95"])]
    spread = fan["p95"] - fan["p5"]
    assert spread.is_monotonic_increasing


def test_saved_paths_lie_in_the_fan(frames):
    fan, paths = frames["fan"].set_index("year"), frames["paths"]["market[2031]"]
    inside = paths.between(fan.loc[2031, "p5"], fan.loc[2031, "p95"]).mean()
    # 500 paths, 90 % inside: four standard errors of a share.
    assert len(paths) == 500
    assert abs(inside - 0.9) < 4 * np.sqrt(0.9 * 0.1 / 500)


def test_medians_stand_in_the_order_of_their_stories(executed, frames):
    last = frames["last"].set_index("scenario")["p50"]
    assert list(last) == sorted(last)
    assert (last.index[0], last.index[-1]) == ("supply-glut", "ai-ml-surge")
    stress = last["physical-limits-stress"]
    for part in ["power-limited-grid", "cooling-retrofit-delay", "leading-edge-wafer-shortage"]:
        assert stress < last[part] < last["baseline"]
    medians = frames["medians"].set_index("year")
    assert medians.shape == (7, 14)
    assert medians.loc[2031].to_dict() == last.to_dict()
    rows = [line.split()[0] for line in table(executed["overlay"]).splitlines() if line[:1].isalpha()]
    assert [row for row in rows if row in last.index] == list(last.index)


def test_the_exceedance_curve_meets_the_target(frames, batch):
    for row in batch.rows("targets"):
        if row["target"] == "report_2031" and row["scenario"] in ("baseline", "power-limited-grid"):
            curve = frames["exceedance"].rename(columns={"index": "level"}).sort_values(row["scenario"])
            read_off = np.interp(35.66, curve[row["scenario"]], curve["level"])
            # A straight line between two points of a curve.
            assert abs(read_off - row["probability"]) < 0.02


def test_the_ledger_adds_up(executed, frames, batch):
    ledger = frames["ledger"].set_index(["scenario", "year"])
    assert list(ledger.columns) == ["power", "cooling", "wafer", "packaging"]
    assert len(ledger) == 14 * 6
    assert (ledger.sum(axis=1) <= 1 + 1e-12).all()
    for row in batch.rows("constraints"):
        assert ledger.loc[(row["scenario"], row["year"]), row["constraint"]] == pytest.approx(row["p_binding"], abs=1e-14)
    at_end = ledger.xs(2031, level="year").idxmax(axis=1)
    assert at_end["power-limited-grid"] == "power"
    assert at_end["leading-edge-wafer-shortage"] == "wafer"
    assert "baseline" in table(executed["ledger"])


def test_regions_add_up_to_the_market(frames, batch):
    regions = frames["regions"].set_index("year")
    assert regions.shape[1] >= 3
    for year, total in regions.sum(axis=1).items():
        assert total == pytest.approx(batch.band("baseline", "market", year)["mean"], rel=1e-12)

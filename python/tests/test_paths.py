"""Single paths: those of the run, seen where they lie."""

import gc
import io

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

import riskband as rb
from conftest import shell


def test_they_are_the_paths_that_the_shell_saves(fan, tmp_path):
    options = ["--paths", 3000, "--seed", 5, "--save-paths", "all", "--save-inputs", "--out", tmp_path, "--quiet"]
    shell("run", "market-fan", *options)
    saved = pl.read_parquet(tmp_path / "paths.parquet").drop("scenario")
    paths = fan.paths(3000, seed=5, inputs=True)
    assert pl.DataFrame(paths).equals(saved)
    assert paths.columns == tuple(saved.columns[1:])


def test_numpy_and_arrow_see_the_same_memory(fan):
    paths = fan.paths(2000)
    market = paths.to_numpy("market")
    assert market.shape == (2000, 7) and market.flags.f_contiguous and not market.flags.writeable
    table = pa.table(paths)
    for step, period in enumerate(paths.periods("market")):
        address = table.column(f"market[{period}]").chunk(0).buffers()[1].address
        offset = table.column(f"market[{period}]").chunk(0).offset
        assert address + 8 * offset == market[:, step].ctypes.data
    assert paths.to_numpy("market").ctypes.data == market.ctypes.data
    with pytest.raises(ValueError, match="read-only"):
        market[0, 0] = 1


def test_a_view_keeps_the_memory_alive(fan):
    market = fan.paths(50_000, only="market").to_numpy("market")
    before = market.sum()
    gc.collect()
    junk = [np.ones(50_000) for _ in range(50)]
    assert market.sum() == before and len(junk) == 50


def test_columns_can_be_chosen(fan):
    everything = fan.paths(1000, inputs=True)
    some = fan.paths(1000, only=["market", "input.edge", "uniform.edge[2030]"])
    assert some.series == ("market", "input.edge", "uniform.edge")
    assert some.periods("uniform.edge") == ("2030",)
    for series in ["market", "input.edge"]:
        assert np.array_equal(some.to_numpy(series), everything.to_numpy(series))
    assert some.units["market"] == "USD bn"
    with pytest.raises(ValueError, match="did you mean `market`"):
        fan.paths(10, only=["markte"])
    with pytest.raises(ValueError, match="no `input.edge`"):
        fan.paths(10).to_numpy("input.edge")


def test_their_statistics_are_those_of_the_run(fan):
    paths, run = fan.paths(20_000, seed=7), fan.run(20_000, seed=7)
    last = paths.to_numpy("market")[:, -1]
    assert np.isclose(last.mean(), run.value("mean(market, 2031)").value, rtol=1e-12)
    assert abs(np.mean(last >= 35.66) - run.value("probability(report_2031)").value) < 1e-12


def test_too_many_are_refused_before_they_are_simulated(fan):
    with pytest.raises(rb.ScenarioError, match="--limit memory=") as caught:
        fan.paths(1e12)
    assert caught.value.problems[0].code == "limit-memory"
    with pytest.raises(ValueError, match="whole number"):
        fan.paths(0.5)


def test_xarray_takes_them(fan):
    xarray = pytest.importorskip("xarray")
    data = fan.paths(100).to_xarray()
    assert isinstance(data, xarray.Dataset) and data["market"].dims == ("path", "period")
    assert data["market"].attrs == {"units": "USD bn"} and data["growth"].sel(period="2025").isnull().all()

"""Parquet files read alike in pandas, polars, pyarrow and DuckDB: the types of the contract, the numbers of the JSON."""

import csv
import json
import math

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

TABLES = ["runs", "summary", "bands", "targets", "constraints", "warnings"]
# Columns of JSON in the text.
OBJECTS = ["calibration", "targets"]
INTEGERS = {"replicates", "paths", "step", "year", "n", "excluded", "path"}
DATES = {"period_start"}
TEXTS = {"scenario", "title", "sampler", "content_hash", "version", "calibration", "output", "dimension", "segment"}
TEXTS |= {"set", "unit", "period", "target", "condition", "constraint", "code", "pointer", "text", "targets", "tightest"}


def kind(column):
    """The kind of a column, from its name."""
    if column == "seed":
        return "unsigned"
    if column in DATES:
        return "date"
    return "integer" if column in INTEGERS else "text" if column in TEXTS else "number"


def with_pandas(path):
    frame = pd.read_parquet(path)
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def with_duckdb(path):
    relation = duckdb.sql(f"SELECT * FROM '{path}'")
    return [dict(zip(relation.columns, row)) for row in relation.fetchall()]


READERS = {
    "pandas": with_pandas,
    "polars": lambda path: pl.read_parquet(path).to_dicts(),
    "pyarrow": lambda path: pq.read_table(path).to_pylist(),
    "duckdb": with_duckdb,
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("made", ["batch", "fan"])
def test_rows_are_those_of_the_json(made, table, reader, request):
    results = request.getfixturevalue(made)
    expected = results.rows(table)
    rows = READERS[reader](results.folder / f"{table}.parquet")
    assert len(rows) == len(expected)
    for row, known in zip(rows, expected):
        for name in OBJECTS:
            if row.get(name) is not None:
                row[name] = json.loads(row[name])
        for name in DATES:
            if row.get(name) is not None:
                row[name] = row[name].isoformat()[:10]
        assert row == known
    if table == "bands":
        assert {type(row["mean"]) for row in rows} == {float}


@pytest.mark.parametrize("table", TABLES)
def test_the_csv_holds_the_same(fan, table):
    with open(fan.folder / f"{table}.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    expected = fan.rows(table)
    assert len(rows) == len(expected)
    for row, known in zip(rows, expected):
        assert row.keys() == known.keys()
        for name, cell in row.items():
            value = known[name]
            if value is None:
                assert cell == ""
            elif name in OBJECTS:
                assert json.loads(cell) == value
            else:
                assert type(value)(cell) == value, (name, cell)


@pytest.mark.parametrize("table", [*TABLES, "paths"])
@pytest.mark.parametrize("made", ["batch", "fan"])
def test_types_are_those_of_the_contract_in_every_reader(made, table, request):
    path = request.getfixturevalue(made).folder / f"{table}.parquet"
    known = {
        "pyarrow": {"text": "string", "integer": "int64", "unsigned": "uint64", "number": "double", "date": "date32[day]"},
        "polars": {"text": "String", "integer": "Int64", "unsigned": "UInt64", "number": "Float64", "date": "Date"},
        "duckdb": {"text": "VARCHAR", "integer": "BIGINT", "unsigned": "UBIGINT", "number": "DOUBLE", "date": "DATE"},
    }
    relation = duckdb.sql(f"SELECT * FROM '{path}'")
    types = {
        "pyarrow": {field.name: str(field.type) for field in pq.read_schema(path)},
        "polars": {name: str(dtype) for name, dtype in pl.read_parquet_schema(path).items()},
        "duckdb": dict(zip(relation.columns, map(str, relation.types))),
    }
    for reader, columns in types.items():
        assert columns == {name: known[reader][kind(name)] for name in columns}, reader
    frame = pd.read_parquet(path)
    floats = {name for name in frame if frame[name].dtype == "float64"}
    numbers = {name for name in frame if kind(name) == "number"}
    # pandas has no null among integers.
    assert floats == numbers | {name for name in frame if kind(name) == "integer" and frame[name].isna().any()}


def test_files_describe_themselves(batch):
    for table in [*TABLES, "paths"]:
        path = batch.folder / f"{table}.parquet"
        metadata = {key.decode(): value.decode() for key, value in pq.read_metadata(path).metadata.items()}
        assert metadata["riskband.table"] == table
        assert metadata["riskband.version"] == batch.runs[0]["version"]
        assert json.loads(metadata["riskband.runs"]) == batch.rows("runs")
        columns = json.loads(metadata["riskband.columns"])
        assert list(columns) == pq.read_schema(path).names
        in_duckdb = duckdb.sql(f"SELECT key, value FROM parquet_kv_metadata('{path}')").fetchall()
        assert {bytes(key).decode(): bytes(value).decode() for key, value in in_duckdb} == metadata
        assert pl.read_parquet_metadata(path)["riskband.columns"] == metadata["riskband.columns"]
    assert columns["market[2031]"] == {"description": "value of the output", "unit": "USD bn"}


def test_saved_paths_have_the_mean_of_their_bands(fan):
    path = fan.folder / "paths.parquet"
    frame, polars = pd.read_parquet(path), pl.read_parquet(path)
    assert len(frame) == 3 * 20_000
    assert list(frame["path"]) == list(range(20_000)) * 3
    for band in fan.rows("bands"):
        name = f"{band['output']}[{band['period']}]"
        of_scenario = frame.loc[frame["scenario"] == band["scenario"], name]
        in_polars = polars.filter(pl.col("scenario") == band["scenario"])[name]
        query = f"""SELECT avg("{name}"), count("{name}") FROM '{path}' WHERE scenario = '{band["scenario"]}'"""
        [in_duckdb] = duckdb.sql(query).fetchall()
        assert of_scenario.count() == in_polars.count() == in_duckdb[1] == band["n"]
        for mean in [of_scenario.mean(), in_polars.mean(), in_duckdb[0]]:
            # Plain sums of n terms; the band's is exact.
            assert math.isclose(mean, band["mean"], rel_tol=1e-11, abs_tol=1e-11 * (band["sd"] + 1e-300)), name


def test_a_uniform_is_the_level_of_its_input(fan):
    names = ["input.edge[2031]", "uniform.edge[2031]"]
    x, u = pd.read_parquet(fan.folder / "paths.parquet", columns=names).dropna().to_numpy().T
    # The triangular law from 0 over 0.02 to 0.05.
    known = [x_ * x_ / 0.001 if x_ < 0.02 else 1 - (0.05 - x_) ** 2 / 0.0015 for x_ in x]
    assert len(x) == 20_000
    assert max(abs(known - u)) < 1e-14


def test_columns_with_points_in_their_names_can_be_chosen(batch):
    path, name = batch.folder / "paths.parquet", "market.region.europe[2031]"
    frame = pd.read_parquet(path, columns=["scenario", name])
    assert list(frame) == ["scenario", name]
    assert len(frame) == 500 * 14
    assert pl.scan_parquet(path).select(name).collect()[name].to_list() == frame[name].to_list()
    assert duckdb.sql(f"""SELECT "{name}" FROM '{path}'""").fetchall() == [(value,) for value in frame[name]]

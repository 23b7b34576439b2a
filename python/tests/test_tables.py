"""Tables in every library, with and without pyarrow."""

import csv
import datetime
import io
import subprocess
import sys
import textwrap

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest


def from_csv(run, name):
    return list(csv.reader(io.StringIO(run.to_csv(name))))


def written(cell):
    """A cell as its CSV file has it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    return cell


def assert_same(table, run):
    head, *rows = from_csv(run, table.name)
    assert list(table.columns) == head and len(table) == len(rows)
    for row, expected in zip(table.rows(), rows):
        for name, text in zip(head, expected):
            cell = written(row[name])
            if isinstance(cell, float):
                assert cell == float(text), name
            elif isinstance(cell, datetime.date):
                assert cell.isoformat() == text
            else:
                assert str(cell) == text, name


def test_lists_hold_what_the_csv_holds(run):
    for table in run.tables.values():
        assert_same(table, run)


LIBRARIES = {
    "polars": lambda table: pl.DataFrame(table).to_dict(as_series=False),
    "pyarrow": lambda table: pa.table(table).to_pydict(),
    "duckdb": lambda table: {
        name: list(cells)
        for relation in [duckdb.sql("select * from table_at_hand", connection=connected(table))]
        for name, cells in zip(relation.columns, zip(*relation.fetchall()))
    },
    "pandas": lambda table: table.to_pandas().astype(object).where(table.to_pandas().notna(), None).to_dict("list"),
}


def connected(table):
    connection = duckdb.connect()
    connection.register("table_at_hand", table)
    return connection


@pytest.mark.parametrize("library", LIBRARIES)
def test_libraries_see_the_same(run, library):
    for name in ["bands", "targets", "constraints", "runs", "summary"]:
        table = run.table(name)
        seen = LIBRARIES[library](table)
        known = table.to_dict()
        assert list(seen) == list(known)
        for column, cells in known.items():
            assert [day(cell) for cell in seen[column]] == cells, (name, column)


def day(cell):
    return cell.date() if isinstance(cell, datetime.datetime) else cell


def test_duckdb_finds_a_table_by_the_name_of_its_variable(run):
    bands = run.bands
    rows = duckdb.sql("select period, p50 from bands where output = 'market' and segment is null order by step").fetchall()
    assert rows[0] == ("2025", 6.32) and len(rows) == 7
    assert bands["p50"][:7] == [p50 for _, p50 in rows]


def test_types_units_and_meanings_are_stated(run):
    schema = pa.schema(run.bands)
    assert schema.field("n").type == pa.int64() and schema.field("p50").type == pa.float64()
    assert schema.field("period_start").type == pa.date32() and schema.field("output").type == pa.string()
    assert schema.field("n").metadata == {b"description": b"paths that entered the row", b"unit": b"paths"}
    assert run.bands.meanings["p50"] == "50 % of the paths are at or below this value"
    assert pa.schema(run.table("runs")).field("seed").type == pa.uint64()


def test_a_column_that_is_not_there_is_named(run):
    with pytest.raises(KeyError, match="no column 'p51'; it has scenario, output"):
        run.bands["p51"]
    with pytest.raises(ValueError, match="no table `band`"):
        run.table("band")


def test_nothing_is_copied(run):
    addresses = [pa.table(run.bands).column("p50").chunk(0).buffers()[1].address for _ in range(2)]
    assert addresses[0] != 0 and pl.DataFrame(run.bands)["p50"].to_list() == run.bands["p50"]
    bands = run.bands
    first, second = (pa.table(bands).column("p50").chunk(0).buffers()[1].address for _ in range(2))
    assert first == second


def test_polars_and_duckdb_need_no_pyarrow_and_nothing_is_imported_unasked():
    code = """
        import sys
        sys.modules["pyarrow"] = None
        import riskband as rb
        heavy = {"numpy", "pandas", "polars", "duckdb", "dask", "distributed", "joblib", "xarray", "IPython"}
        assert not heavy & set(sys.modules), heavy & set(sys.modules)
        run = rb.load("market-fan").run(1000)
        import polars, duckdb
        bands = run.bands
        assert polars.DataFrame(bands)["p50"][0] == 6.32
        assert duckdb.sql("select p50 from bands limit 1").fetchall() == [(6.32,)]
        assert bands.to_pandas()["p50"][0] == 6.32
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)


def test_a_notebook_shows_them(run):
    page = run.bands._repr_html_()
    assert page.count("<tr>") == 11 and "18 more rows" in page and "segment" not in page
    assert repr(run.bands) == "<Table bands: 28 rows, 29 columns>"


def test_pandas_is_given_missing_cells(run):
    frame = run.bands.to_pandas()
    assert isinstance(frame, pd.DataFrame) and frame["dimension"].isna().all()
    assert np.array_equal(frame["mean"], run.bands["mean"])

"""A workbook read with openpyxl and polars has, cell by cell, what the CSV has."""

import csv
import datetime

import openpyxl
import polars as pl
import pytest

from conftest import riskband

TABLES = ["runs", "summary", "bands", "targets", "references", "constraints", "lower_bounds", "warnings"]
# Numbers of a CSV that a workbook has as text: more digits than a spreadsheet's number.
SEED = 2**64 - 1


def of_csv(path):
    """Header and rows as they were before they became text."""
    with path.open(newline="") as file:
        header, *rows = csv.reader(file)
    return header, [[value(name, text) for name, text in zip(header, row)] for row in rows]


def value(name, text):
    if text == "":
        return None
    if name == "period_start":
        return datetime.date.fromisoformat(text)
    if name in {"period", "scenario", "title", "content_hash", "version"}:
        return text
    try:
        number = float(text)
    except ValueError:
        # The CSV keeps spreadsheets from running text; a workbook says that it is text.
        return text[1:] if text[:1] == "'" else text
    return text if number > 2**53 else number


def with_openpyxl(path, table):
    header, *rows = openpyxl.load_workbook(path, read_only=True)[table].iter_rows(values_only=True)
    date = lambda cell: cell.date() if isinstance(cell, datetime.datetime) else cell
    return list(header), [[date(cell) for cell in row] for row in rows]


def with_polars(path, table):
    frame = pl.read_excel(path, sheet_name=table, infer_schema_length=None)
    return frame.columns, [list(row) for row in frame.rows()]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("workbook")
    book = folder / "results.xlsx"
    scenarios = ["scenarios/examples/market-fan.json", "ishigami", "lake"]
    outputs = ["--out", folder, "--workbook", book, "--quiet"]
    riskband("run", *scenarios, "--paths", "2000", "--skewness", "--seed", str(SEED), *outputs)
    return folder, book


@pytest.mark.parametrize("reader", [with_openpyxl, with_polars])
@pytest.mark.parametrize("table", TABLES)
def test_cells_are_those_of_the_csv(made, table, reader):
    folder, book = made
    header, rows = of_csv(folder / f"{table}.csv")
    read_header, read_rows = reader(book, table)
    assert read_header == header
    assert len(read_rows) == len(rows)
    for row, known in zip(read_rows, rows):
        assert row == known


def test_a_reader_finds_filters_formats_and_charts(made):
    workbook = openpyxl.load_workbook(made[1])
    assert workbook.sheetnames[:3] == ["overview", "fan", "ceilings"]
    bands = workbook["bands"]
    assert bands.freeze_panes == "B2" and bands.auto_filter.ref == bands.dimensions
    formats = {cell.value: below.number_format for cell, below in zip(bands[1], bands[2])}
    assert formats["period_start"] == "yyyy\\-mm\\-dd" and formats["n"] == "#,##0"
    charts = {name: len(workbook[name]._charts) for name in ["fan", "ceilings"]}
    assert charts["fan"] >= 1 and charts["ceilings"] >= 1

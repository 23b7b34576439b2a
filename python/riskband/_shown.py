"""What everything that is found out has: tables, charts, texts and files, the same bytes as the shell's."""

from __future__ import annotations

import os
from collections.abc import Sequence
from os import PathLike
from typing import Any, Protocol, TypeVar, Union

from . import _riskband
from ._table import Table

FilePath = Union[str, "PathLike[str]"]

Kind = TypeVar("Kind", bound="Shown")

#: Columns of a text in a notebook, and where nobody knows how wide the terminal is.
WIDTH = 100


class Text(str):
    """Text for reading, which a notebook shows as it is."""

    def _repr_html_(self) -> str:
        from html import escape

        return f"<pre>{escape(self)}</pre>"


class Chart:
    """A chart as SVG, for light and dark pages."""

    def __init__(self, name: str, description: str, svg: str) -> None:
        self.name = name
        #: What it says, with its numbers, for those who do not see it.
        self.description = description
        #: The text of an SVG file.
        self.svg = svg

    @property
    def png(self) -> bytes:
        """The bytes of a PNG file, as ``--charts-as png`` writes it: on white, twice as large as the SVG."""
        return _riskband.png_of_svg(self.svg)

    def save(self, file: FilePath) -> None:
        """Writes an SVG file, or a PNG file where the name ends in ``.png``."""
        if os.fspath(file).lower().endswith(".png"):
            with open(file, "wb") as pixels:
                pixels.write(self.png)
        else:
            with open(file, "w", encoding="utf-8") as out:
                out.write(self.svg)

    def __repr__(self) -> str:
        return f"<Chart {self.name}: {self.description}>"

    def _repr_html_(self) -> str:
        import base64
        from html import escape

        # A picture of its own, since styles and names of an SVG within a page would be those of the whole notebook.
        data = base64.b64encode(self.svg.encode()).decode()
        return f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(self.description)}">'


class ShownCore(Protocol):
    """What the compiled half has of it."""

    def table_names(self) -> list[str]: ...
    def table(self, name: str) -> _riskband.Table: ...
    def csv(self, name: str) -> str: ...
    def to_json(self) -> str: ...
    def text(self, width: int) -> str: ...
    def charts(self) -> Sequence[tuple[str, str, str]]: ...


class SavedCore(ShownCore, Protocol):
    """What the compiled half has of what fills folders."""

    def save(self, folder: FilePath) -> None: ...
    def workbook(self, file: FilePath) -> None: ...


class Shown:
    """Tables, charts and texts of what was found out."""

    __slots__ = ("_core",)
    _core: Any
    #: What it comes from, for those who call its class.
    _made_by = ""

    @classmethod
    def _of(cls: type[Kind], core: ShownCore) -> Kind:
        shown = object.__new__(cls)
        shown._core = core
        return shown

    def __init__(self) -> None:
        raise TypeError(f"{type(self).__name__} is made by {self._made_by}")

    def __reduce__(self) -> tuple[Any, ...]:
        kept = "pickle the scenarios that it is made of, or a table as data frame: .to_polars(), .to_pandas()"
        raise TypeError(f"a {type(self).__name__} cannot be pickled; {kept}")

    @property
    def _shown(self) -> ShownCore:
        core: ShownCore = self._core
        return core

    @property
    def tables(self) -> dict[str, Table]:
        """Every table that was asked for, by name."""
        return {name: self.table(name) for name in self._shown.table_names()}

    def table(self, name: str) -> Table:
        """A table by its name, as the file of ``--out`` is called."""
        return Table._of(self._shown.table(name))

    @property
    def charts(self) -> dict[str, Chart]:
        """The charts that ``--charts`` draws, by name."""
        return {name: Chart(name, description, svg) for name, description, svg in self._shown.charts()}

    def to_json(self) -> str:
        """The text of ``results.json``, as the shell writes it."""
        return self._shown.to_json()

    def to_csv(self, table: str) -> str:
        """A table as the shell writes it into its CSV file."""
        return self._shown.csv(table)

    def __str__(self) -> str:
        return plain(self._shown.text(terminal_width()))

    def _repr_html_(self) -> str:
        return Text(plain(self._shown.text(WIDTH)))._repr_html_()


class Saved(Shown):
    """What fills folders and workbooks too."""

    __slots__ = ()

    @property
    def _saved(self) -> SavedCore:
        core: SavedCore = self._core
        return core

    def save(self, folder: FilePath) -> None:
        """Writes ``results.json``, every table as CSV and Parquet and the manifest, as ``--out`` does at the shell."""
        self._saved.save(folder)

    def workbook(self, file: FilePath) -> None:
        """Writes a workbook for spreadsheets, as ``--workbook`` does at the shell; a file that is there is replaced.

        Raises ``ValueError`` for a name that does not end in ``.xlsx``.
        """
        self._saved.workbook(file)


def terminal_width() -> int:
    """Columns of the terminal, within those that stay readable."""
    import shutil

    return min(max(40, shutil.get_terminal_size((WIDTH, 24)).columns), 160)


def plain(text: str) -> str:
    """Without the styles of a terminal."""
    import re

    return re.sub(r"\x1b\[[0-9;]*m", "", text)

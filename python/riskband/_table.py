"""Tables of results, for whatever library is at hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from . import _riskband

#: Rows that a table shows of itself.
SHOWN = 10


class Table:
    """A table with typed columns.

    Any library that speaks the Arrow PyCapsule interface takes it without a copy: ``polars.DataFrame(table)``,
    ``pandas.DataFrame.from_arrow(table)``, ``pyarrow.table(table)``, and DuckDB by the name of the variable.

    >>> import riskband as rb
    >>> bands = rb.load("market-fan").run(1_000).bands
    >>> bands.name, len(bands), bands.units["p50"]
    ('bands', 28, 'as in column `unit`')
    >>> bands["period"][:3]
    ['2025', '2026', '2027']
    """

    __slots__ = ("_core",)
    _core: _riskband.Table

    @classmethod
    def _of(cls, core: _riskband.Table) -> Table:
        table = object.__new__(cls)
        table._core = core
        return table

    def __init__(self) -> None:
        raise TypeError("tables come from runs: riskband.load(...).run().bands")

    @property
    def name(self) -> str:
        """Name, as of its file."""
        return self._core.name

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(name for name, *_ in self._core.about())

    @property
    def units(self) -> dict[str, str | None]:
        """Unit of the numbers of every column."""
        return {name: unit for name, _, unit, _ in self._core.about()}

    @property
    def meanings(self) -> dict[str, str]:
        """What every column means, in a line."""
        return {name: meaning for name, _, _, meaning in self._core.about()}

    def __len__(self) -> int:
        return len(self._core)

    def __getitem__(self, column: str) -> list[Any]:
        """The cells of a column, ``None`` where they are absent."""
        columns = self.to_dict()
        if column not in columns:
            raise KeyError(f"the table `{self.name}` has no column {column!r}; it has {', '.join(columns)}")
        return columns[column]

    #: Rows or columns? Both have names of their own: :meth:`rows`, :attr:`columns`.
    __iter__ = None

    def to_dict(self) -> dict[str, list[Any]]:
        """Columns as lists; absent cells are ``None``. Needs no library."""
        return self._core.to_dict()

    def rows(self) -> Iterator[dict[str, Any]]:
        """Rows as dictionaries."""
        columns = self.to_dict()
        for row in zip(*columns.values()):
            yield dict(zip(columns, row))

    def to_pandas(self) -> pandas.DataFrame:
        """A data frame of pandas; through Arrow where pyarrow is installed, else from lists."""
        import pandas

        try:
            return pandas.DataFrame.from_arrow(self)
        except (AttributeError, ImportError):
            return pandas.DataFrame(self.to_dict())

    def to_polars(self) -> polars.DataFrame:
        """A data frame of polars, without a copy."""
        import polars

        return polars.DataFrame(self)

    def to_arrow(self) -> pyarrow.Table:
        """A table of pyarrow, without a copy."""
        import pyarrow

        return pyarrow.table(self)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """A fresh Arrow stream of the rows; another schema than the table's own is not offered."""
        return self._core.stream()

    def __arrow_c_schema__(self) -> object:
        """The Arrow schema; fields have ``unit`` and ``description`` as metadata."""
        return self._core.schema()

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("a Table cannot be pickled; a data frame of it can: .to_polars(), .to_pandas()")

    def __repr__(self) -> str:
        return f"<Table {self.name}: {len(self):,} rows, {len(self.columns)} columns>"

    def _repr_html_(self) -> str:
        from html import escape

        columns = {name: cells for name, cells in self.to_dict().items() if any(cell is not None for cell in cells)}
        meanings = self.meanings
        head = "".join(f'<th title="{escape(meanings[name])}">{escape(name)}</th>' for name in columns)
        rows = list(zip(*columns.values()))
        shown = rows if len(rows) <= SHOWN + 1 else rows[:SHOWN]
        body = "".join(f"<tr>{''.join(f'<td>{escape(_cell(cell))}</td>' for cell in row)}</tr>" for row in shown)
        more = "" if len(shown) == len(rows) else f"<p>{len(rows) - len(shown):,} more rows</p>"
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _cell(cell: Any) -> str:
    if cell is None:
        return ""
    return f"{cell:.6g}" if isinstance(cell, float) else str(cell)

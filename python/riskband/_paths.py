"""Single paths, seen where they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy
    import pandas
    import polars
    import pyarrow
    import xarray

    from . import _riskband


class Paths:
    """The first paths of a run, one by one. NumPy and Arrow libraries see the columns without a copy.

    >>> import riskband as rb
    >>> paths = rb.load("market-fan").paths(1_000, only=["market", "input.edge"])
    >>> paths.series
    ('market', 'input.edge')
    >>> paths.to_numpy("market").shape
    (1000, 7)
    """

    __slots__ = ("_core",)
    _core: _riskband.Paths

    @classmethod
    def _of(cls, core: _riskband.Paths) -> Paths:
        paths = object.__new__(cls)
        paths._core = core
        return paths

    def __init__(self) -> None:
        raise TypeError("paths come from scenarios: riskband.load(...).paths(1_000)")

    def __len__(self) -> int:
        return len(self._core)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns: ``market[2031]``, ``input.edge[2031]``, ``uniform.edge[2031]``."""
        return tuple(name for name, *_ in self._core.columns())

    @property
    def series(self) -> tuple[str, ...]:
        """Names of the columns without their periods, each once."""
        return tuple(dict.fromkeys(series for _, series, *_ in self._core.columns()))

    @property
    def units(self) -> dict[str, str | None]:
        """Unit of every series."""
        return {series: unit for _, series, _, _, unit in self._core.columns()}

    def periods(self, series: str) -> tuple[str, ...]:
        """Labels of the steps in which a series has values."""
        return tuple(period for _, name, period, _, _ in self._core.columns() if name == series)

    def to_numpy(self, series: str) -> numpy.ndarray:
        """The values of a series, paths by periods: a view that is not to be written, and keeps the memory alive.

        Inputs, whose columns stand between those of their uniforms, are copied.
        """
        import numpy

        return numpy.asarray(self._core.matrix(series))

    def to_pandas(self) -> pandas.DataFrame:
        """A data frame of pandas with the number of each path and all columns."""
        import pandas

        columns: dict[str, Any] = {"path": range(len(self)), **dict.fromkeys(self.columns)}
        for series in self.series:
            values = self.to_numpy(series)
            for step, name in enumerate(name for name, of, *_ in self._core.columns() if of == series):
                columns[name] = values[:, step]
        return pandas.DataFrame(columns, copy=False)

    def to_polars(self) -> polars.DataFrame:
        """A data frame with the number of each path and all columns, without a copy."""
        import polars

        return polars.DataFrame(self)

    def to_arrow(self) -> pyarrow.Table:
        """A table of pyarrow, without a copy."""
        import pyarrow

        return pyarrow.table(self)

    def to_xarray(self) -> xarray.Dataset:
        """A dataset of xarray with a variable for every series, of path and period; units are attributes."""
        import xarray

        def variable(series: str) -> Any:
            coordinates = {"period": list(self.periods(series))}
            unit = self.units[series]
            attributes = {"units": unit} if unit else {}
            return xarray.DataArray(self.to_numpy(series), coordinates, ("path", "period"), series, attributes)

        dataset: xarray.Dataset = xarray.merge([variable(series) for series in self.series], join="outer")
        return dataset

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """A fresh Arrow stream of the number of each path and all columns."""
        return self._core.stream()

    def __arrow_c_schema__(self) -> object:
        """The Arrow schema; fields have ``unit`` and ``description`` as metadata."""
        return self._core.schema()

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("Paths cannot be pickled; a data frame of them can: .to_polars(), .to_pandas()")

    def __repr__(self) -> str:
        return f"<Paths: {len(self):,} of {', '.join(self.series[:5])}{', ...' if len(self.series) > 5 else ''}>"

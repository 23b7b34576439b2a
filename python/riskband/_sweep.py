"""Many what-ifs of one scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._errors import Problem
from ._results import Chart, FilePath, Text, _plain, terminal_width
from ._table import Table

if TYPE_CHECKING:
    from . import _riskband


class Sweep:
    """The cases of :meth:`Scenario.sweep`: tables of all of them, with a column for each path that varies."""

    __slots__ = ("_core",)
    _core: _riskband.Sweep

    @classmethod
    def _of(cls, core: _riskband.Sweep) -> Sweep:
        sweep = object.__new__(cls)
        sweep._core = core
        return sweep

    def __init__(self) -> None:
        raise TypeError("sweeps come from scenarios: riskband.load(...).sweep({path: values})")

    def __len__(self) -> int:
        """Number of the cases that ran."""
        return len(self._core)

    @property
    def failed(self) -> dict[str, tuple[Problem, ...]]:
        """Names of the cases that did not run, and what is wrong with them."""
        return {name: tuple(Problem(**problem) for problem in problems) for name, problems in self._core.failed()}

    @property
    def tables(self) -> dict[str, Table]:
        """Every table, by name."""
        return {name: self.table(name) for name in self._core.table_names()}

    def table(self, name: str) -> Table:
        """A table by its name, as the file of ``--out`` is called."""
        return Table._of(self._core.table(name))

    @property
    def summary(self) -> Table:
        """Each case in a line: where it ends, how it grows, what holds it back."""
        return self.table("summary")

    @property
    def bands(self) -> Table:
        """The distribution of each output in each step of every case."""
        return self.table("bands")

    @property
    def targets(self) -> Table:
        """How likely each target is in every case."""
        return self.table("targets")

    @property
    def constraints(self) -> Table:
        """What each ceiling does in each step of every case."""
        return self.table("constraints")

    @property
    def charts(self) -> dict[str, Chart]:
        """The charts that ``--charts`` draws, by name."""
        return {name: Chart(name, description, svg) for name, description, svg in self._core.charts()}

    def to_json(self) -> str:
        """The text of ``results.json``, as the shell writes it."""
        return self._core.to_json()

    def to_csv(self, table: str = "bands") -> str:
        """A table as the shell writes it into its CSV file."""
        return self._core.csv(table)

    def save(self, folder: FilePath) -> None:
        """Writes ``results.json``, every table as CSV and Parquet and the manifest, as ``--out`` does at the shell."""
        self._core.save(folder)

    def report(self, file: FilePath | None = None) -> str | None:
        """One page about all cases. Into a file, or as text where none is named."""
        return self._core.report(file)

    def __str__(self) -> str:
        return _plain(self._core.text(terminal_width()))

    def __repr__(self) -> str:
        failed = f", {len(self.failed)} failed" if self.failed else ""
        return f"<Sweep of {self._core.scenario}: {len(self)} cases{failed}>"

    def _repr_html_(self) -> str:
        return "".join(chart._repr_html_() for chart in self.charts.values()) + Text(str(self))._repr_html_()

"""Many what-ifs of one scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._errors import Problem
from ._shown import FilePath, Saved
from ._table import Table

if TYPE_CHECKING:
    from . import _riskband


class Sweep(Saved):
    """The cases of :meth:`Scenario.sweep`: tables of all of them, with a column for each path that varies."""

    __slots__ = ()
    _core: _riskband.Sweep
    _made_by = "scenarios: riskband.load(...).sweep({path: values})"

    def __len__(self) -> int:
        """Number of the cases that ran."""
        return len(self._core)

    @property
    def failed(self) -> dict[str, tuple[Problem, ...]]:
        """Names of the cases that did not run, and what is wrong with them."""
        return {name: tuple(Problem(**problem) for problem in problems) for name, problems in self._core.failed()}

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

    def to_csv(self, table: str = "bands") -> str:
        """A table as the shell writes it into its CSV file."""
        return super().to_csv(table)

    def report(self, file: FilePath | None = None) -> str | None:
        """One page about all cases. Into a file, or as text where none is named."""
        return self._core.report(file)

    def __repr__(self) -> str:
        failed = f", {len(self.failed)} failed" if self.failed else ""
        return f"<Sweep of {self._core.scenario}: {len(self)} cases{failed}>"

    def _repr_html_(self) -> str:
        return "".join(chart._repr_html_() for chart in self.charts.values()) + super()._repr_html_()

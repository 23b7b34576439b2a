"""What a number must be for a goal to be met."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._shown import FilePath, Shown
from ._table import Table

if TYPE_CHECKING:
    from . import _riskband


class Solution(Shown):
    """The answer of :meth:`Scenario.solve`, the curve that it was found on, and the frontier of two numbers."""

    __slots__ = ()
    _core: _riskband.Solution
    _made_by = "scenarios: riskband.load(...).solve(goal, {path: (low, high)})"

    @property
    def scenario(self) -> str:
        """Name of the scenario."""
        return self._core.scenario

    @property
    def goal(self) -> str:
        """The goal as asked."""
        return self._core.goal

    @property
    def path(self) -> str:
        """The path that is solved for."""
        return self._core.path

    @property
    def value(self) -> float | None:
        """What meets the goal; none of a frontier, where nothing does, and where the condition holds everywhere."""
        return self._core.solved[0]

    @property
    def low(self) -> float | None:
        """Lower end of the 95 % interval that the simulation's error leaves; none where the error is unknown."""
        return self._core.solved[1]

    @property
    def high(self) -> float | None:
        """Upper end."""
        return self._core.solved[2]

    @property
    def attained(self) -> tuple[float, float] | None:
        """The least and the greatest value that the statistic takes at the points of the first look."""
        return self._core.attained

    @property
    def reason(self) -> str | None:
        """Why there is no value: ``out_of_reach``, ``not_monotone`` or ``absent``; none where there is one."""
        return self._core.reason

    @property
    def curve(self) -> Table:
        """The statistic at every point that was simulated, in ascending order."""
        return self.table("curve")

    @property
    def frontier(self) -> Table:
        """The answer at each value of the second path."""
        return self.table("frontier")

    def save(self, folder: FilePath) -> None:
        """Writes ``results.json``, every table as CSV and Parquet and the manifest, as ``--out`` does at the shell."""
        self._core.save(folder)

    def report(self, file: FilePath | None = None) -> str | None:
        """One page with the answer and its curve or frontier. Into a file, or as text where none is named."""
        return self._core.report(file)

    def to_csv(self, table: str = "solve") -> str:
        """A table as the shell writes it."""
        return super().to_csv(table)

    def __repr__(self) -> str:
        answer = f"{self.path} = {self.value:.6g}" if self.value is not None else self.reason or "no single value"
        return f"<Solution of {self.scenario}: {self.goal}: {answer}>"

    def _repr_html_(self) -> str:
        return "".join(chart._repr_html_() for chart in self.charts.values()) + super()._repr_html_()

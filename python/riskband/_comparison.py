"""Scenarios against a base, on the same random numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from . import _asked, _riskband
from ._asked import Levels
from ._progress import Progress, watching
from ._results import Run
from ._scenario import Scenario
from ._shown import FilePath, Saved
from ._table import Table


#: Name of a scenario that is compared with one of the same name, as at the shell.
WHAT_IF = "what-if"


def compare(
    base: Scenario,
    *others: Scenario,
    paths: float = 100_000,
    seed: int = 1,
    sampler: str = "random",
    replicates: int | None = None,
    why: bool = False,
    groups: Mapping[str, Iterable[str]] | None = None,
    at: str | int | None = None,
    percentiles: Levels = None,
    shortfall: Levels = (),
    skewness: bool = False,
    correlate: Iterable[tuple[str, str]] = (),
    progress: Progress = None,
    threads: int | None = None,
) -> Comparison:
    """Compares scenarios with a base on the same random numbers: a difference has its own band, and a small error.

    ``why`` splits every move into what differs between the two; ``groups`` takes changes together, ``at`` names the
    period of the move, or is ``"total"`` for the sum of all. A scenario with the name of another, as
    :meth:`Scenario.set` leaves it, is called ``what-if``.

    >>> import riskband as rb
    >>> base = rb.load("market-fan")
    >>> compared = rb.compare(base, base.set({"market.start": 6.5}), paths=5_000)
    >>> compared
    <Comparison of market-fan with what-if: 5,000 paths, seed 1>
    >>> compared.bands["measure"][0]
    'difference'

    Raises :class:`ScenarioError` for the first scenario that cannot run, or has nothing in common with the base.
    """
    for scenario in (base, *others):
        if not isinstance(scenario, Scenario):
            kind = type(scenario).__name__
            raise TypeError(f"compare(base, other, ...) takes scenarios, as riskband.load(name) gives them, and no {kind}")
    if not others:
        raise ValueError("compare(base, other, ...) takes two scenarios or more")
    if not why and (groups is not None or at is not None):
        raise ValueError("groups and at say how a move is split; add why=True")
    scenarios = _told_apart([base, *others])
    asked = _asked.run(paths, seed, sampler, replicates, percentiles, shortfall, skewness, correlate)
    split = {"groups": _asked.groups(groups), "at": None if at is None else str(at)} if why else None
    with watching(progress, asked["paths"] * (2 * len(scenarios) - 1), threads) as watch:
        core = _riskband.compare([scenario._core for scenario in scenarios], asked, split, watch)
    return Comparison._of(core)


def _told_apart(scenarios: list[Scenario]) -> list[Scenario]:
    names: list[str] = []
    for scenario in scenarios:
        name, number = scenario.name, 1
        while name in names:
            name = WHAT_IF if number == 1 else f"{WHAT_IF}-{number}"
            number += 1
        names.append(name)
    return [scenario if scenario.name == name else scenario.named(name) for scenario, name in zip(scenarios, names)]


class Comparison(Saved):
    """What scenarios differ in from a base. Its tables are those of ``riskband compare``."""

    __slots__ = ()
    _core: _riskband.Comparison
    _made_by = "riskband.compare(base, other)"

    @property
    def runs(self) -> tuple[Run, ...]:
        """The run of every scenario, the base first."""
        return tuple(Run._of(core) for core in self._core.runs())

    @property
    def bands(self) -> Table:
        """Distributions of differences and ratios, and how far each statistic moves: the table ``comparison``."""
        return self.table("comparison")

    @property
    def paired(self) -> Table:
        """Which of the two is larger, and what pairing is worth."""
        return self.table("paired")

    @property
    def partings(self) -> Table:
        """When medians part."""
        return self.table("partings")

    @property
    def dominance(self) -> Table:
        """Stochastic dominance."""
        return self.table("dominance")

    @property
    def targets(self) -> Table:
        """Targets side by side: the table ``target_comparison``."""
        return self.table("target_comparison")

    @property
    def constraints(self) -> Table:
        """Ceilings side by side: the table ``constraint_comparison``."""
        return self.table("constraint_comparison")

    @property
    def why(self) -> Table:
        """What the move is made of; without rows unless ``why=True`` asked for it."""
        return self.table("why")

    def to_csv(self, table: str = "comparison") -> str:
        """A table as the shell writes it into its CSV file."""
        return super().to_csv(table)

    def report(self, file: FilePath | None = None) -> str | None:
        """One page about all scenarios and what they differ in. Into a file, or as text where none is named."""
        return self._core.report(file)

    def __repr__(self) -> str:
        base, *others = self.runs
        names = ", ".join(run.scenario for run in others)
        return f"<Comparison of {base.scenario} with {names}: {base.paths:,} paths, seed {base.seed}>"

    def _repr_html_(self) -> str:
        charts = (chart for chart in self.charts.values() if chart.name.startswith(("difference", "why")))
        return "".join(chart._repr_html_() for chart in charts) + super()._repr_html_()

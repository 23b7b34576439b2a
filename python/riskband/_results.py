"""What was found out about a scenario: runs, what drives it, the story of a path."""

from __future__ import annotations

import warnings as python_warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ._errors import CheckError, ScenarioWarning
from ._shown import Chart, FilePath, Saved
from ._table import Table

if TYPE_CHECKING:
    from . import _riskband


@dataclass(frozen=True)
class Estimate:
    """A number with its Monte Carlo standard error; ``float(estimate)`` is the number.

    >>> estimate = Estimate(35.70123, 0.0751)
    >>> estimate
    Estimate(35.7, se=0.075)
    >>> float(estimate)
    35.70123
    """

    value: float
    #: Standard error; none where there is none to state.
    se: float | None = None
    #: Ends of the 95 % interval, of a share.
    low: float | None = None
    high: float | None = None

    def __float__(self) -> float:
        return self.value

    def __repr__(self) -> str:
        if not self.se:
            return f"Estimate({self.value:.6g}, se={self.se})"
        digits = max(0, 1 - _exponent(self.se))
        rounded = round(self.value, digits - 1) if digits > 0 else self.value
        return f"Estimate({rounded:.15g}, se={self.se:.2g})"


def _exponent(number: float) -> int:
    return int(f"{number:e}".split("e")[1])


@dataclass(frozen=True)
class Outcome:
    """How an expectation came out."""

    expectation: str
    value: float | None
    se: float | None
    low: float | None
    high: float | None
    ok: bool

    def __str__(self) -> str:
        found = "it has no value" if self.value is None else f"{self.value:.6g}"
        error = f" ± {self.se:.2g}" if self.se else ""
        return f"{'ok' if self.ok else 'FAILED'} {self.expectation}: {found}{error}"



class Results(Saved):
    """Tables, texts and files of one scenario: the same bytes as the shell's."""

    __slots__ = ()
    _core: _riskband.Outcome
    _made_by = "scenarios: riskband.load(...).run()"

    @property
    def scenario(self) -> str:
        """Name of the scenario."""
        return self._core.scenario

    @property
    def title(self) -> str | None:
        """Title of the scenario."""
        return self._core.title

    @property
    def paths(self) -> int:
        """Paths simulated."""
        return self._core.paths

    @property
    def seed(self) -> int:
        """Seed of all randomness."""
        return self._core.seed

    @property
    def content_hash(self) -> str:
        """SHA-256 of the resolved scenario."""
        return self._core.content_hash

    @property
    def summary(self) -> Table:
        """The scenario in a line: where it ends, how it grows, what holds it back."""
        return self.table("summary")

    @property
    def bands(self) -> Table:
        """The distribution of each output in each step."""
        return self.table("bands")

    @property
    def targets(self) -> Table:
        """How likely each target is."""
        return self.table("targets")

    @property
    def constraints(self) -> Table:
        """What each ceiling does in each step."""
        return self.table("constraints")

    @property
    def warnings(self) -> Table:
        """What the reader should know."""
        return self.table("warnings")

    @property
    def references(self) -> Table:
        """What others have published, and at which percentile of the run it lies."""
        return self.table("references")

    def to_csv(self, table: str = "bands") -> str:
        """A table as the shell writes it into its CSV file."""
        return super().to_csv(table)

    @property
    def digest(self) -> str:
        """SHA-256 of :meth:`to_json`, in hexadecimal: the same for the same results."""
        import hashlib

        return hashlib.sha256(self.to_json().encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return self.to_json() == other.to_json() if isinstance(other, Results) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.digest)


class Run(Results):
    """The results of a run. It can be pickled, and answers at any percentile.

    >>> import riskband as rb
    >>> run = rb.load("market-fan").run(paths=10_000)
    >>> run
    <Run market-fan: 10,000 paths, seed 1>
    >>> run.value("p37.5(market, 2031)").value < run.value("p50(market, 2031)").value
    True
    """

    __slots__ = ()

    @property
    def correlations(self) -> Table:
        """Pairs of outputs against each other, as ``correlate`` asked for."""
        return self.table("correlations")

    @property
    def until(self) -> Table:
        """What ``until`` asked for: the value, half its interval, and whether that is narrow enough."""
        return self.table("until")

    @property
    def relief(self) -> Table:
        """What higher ceilings are worth, where ``relief=True`` asked for it."""
        return self.table("relief")

    def value(self, query: str) -> Estimate:
        """One number of the run with its error, in the words of ``check``.

        ``p50(market, 2031)``, ``mean(market.region.europe)``, ``probability(report_2031)``, ``p_binding(power, 2029)``.
        Without a period the last one is meant. Percentiles need not have been asked for.

        Raises ``ValueError`` where there is no such number.
        """
        value, se, interval = self._core.value(query)
        low, high = interval or (None, None)
        return Estimate(value, se, low, high)

    def check(self, *expectations: str) -> tuple[Outcome, ...]:
        """Compares the run with what is expected of it, as ``riskband check --expect`` does.

        >>> import riskband as rb
        >>> run = rb.load("market-fan").run(paths=10_000)
        >>> print(*run.check("p50(market, 2031) in 30..40"))
        ok p50(market, 2031) in 30..40: 35.1244 ± 0.069

        Raises :class:`CheckError`, an ``AssertionError``, where one is not met.
        """
        outcomes = tuple(Outcome(**row) for row in self._core.check(list(expectations)))
        if not all(outcome.ok for outcome in outcomes):
            raise CheckError("\n".join(str(outcome) for outcome in outcomes if not outcome.ok), outcomes)
        return outcomes

    def fan(self) -> Chart:
        """The fan of the main output; of a model without time, its first chart."""
        charts = self.charts
        if not charts:
            raise ValueError(f"there is nothing to draw of `{self.scenario}`")
        return charts.get("fan", next(iter(charts.values())))

    def report(self, file: FilePath | None = None) -> str | None:
        """One page about the run: answer, charts, tables, assumptions. Into a file, or as text where none is named."""
        return self._core.report(file)

    def __reduce__(self) -> tuple[Any, ...]:
        data = self._core.to_bytes()
        if data is None:
            raise TypeError("only plain runs can be pickled, none of a comparison, with relief or until; run the scenario by itself")
        return _run_from_bytes, (data,)

    def __repr__(self) -> str:
        return f"<Run {self.scenario}: {self.paths:,} paths, seed {self.seed}>"

    def _repr_html_(self) -> str:
        charts = self.charts
        fan = charts.get("fan", next(iter(charts.values()), None))
        return (fan._repr_html_() if fan else "") + super()._repr_html_()


class Drivers(Results):
    """What drives the outputs of a scenario."""

    __slots__ = ()

    @property
    def sensitivity(self) -> Table:
        """Shares of the variance by input: first order, total and what else was asked for."""
        return self.table("sensitivity")

    @property
    def swing(self) -> Table:
        """How far each input moves the outputs between its P10 and its P90."""
        return self.table("swing")

    @property
    def grades(self) -> Table:
        """Shares of the variance by the confidence that files state."""
        return self.table("grades")

    def __repr__(self) -> str:
        return f"<Drivers of {self.scenario}: {self.paths:,} base points, seed {self.seed}>"


class Discovery(Results):
    """Where among the inputs of a scenario a condition is true."""

    __slots__ = ()

    @property
    def boxes(self) -> Table:
        """Each box: how much of the outcome it covers, and how dense the outcome is in it."""
        return self.table("boxes")

    @property
    def limits(self) -> Table:
        """What the boxes are made of: an input and the values between which it lies."""
        return self.table("limits")

    @property
    def trade_off(self) -> Table:
        """Every step of the peeling: coverage given up for density."""
        return self.table("trade_off")

    def __repr__(self) -> str:
        boxes = "1 box" if len(self.boxes) == 1 else f"{len(self.boxes)} boxes"
        return f"<Discovery of {self.scenario}: {boxes}, {self.paths:,} paths, seed {self.seed}>"


class Story(Results):
    """One path, step by step."""

    __slots__ = ()

    @property
    def story(self) -> Table:
        """Every input, event, formula, ceiling, output and target of the path."""
        return self.table("story")

    @property
    def replays(self) -> Table:
        """Which path it is, and what it was chosen by."""
        return self.table("replays")

    def __repr__(self) -> str:
        return f"<Story of {self.scenario}: path {self.replays['path'][0]:,}, seed {self.seed}>"


def _run_from_bytes(data: bytes) -> Run:
    from . import _riskband

    return Run._of(_riskband.Outcome.from_bytes(data))


def warn(texts: Iterator[str] | list[str], stacklevel: int) -> None:
    """Warnings of a scenario or a run as those of Python."""
    for text in texts:
        python_warnings.warn(text, ScenarioWarning, stacklevel=stacklevel + 1)

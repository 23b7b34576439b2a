"""Scenarios: what is loaded, changed, run and asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from numbers import Real
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

from . import _asked, _riskband
from ._asked import Levels
from ._progress import Progress, watching
from ._results import Discovery, Drivers, Outcome, Run, Story, warn
from ._shown import WIDTH, FilePath, Text, plain
from ._table import Table
from ._values import as_json

if TYPE_CHECKING:
    from ._paths import Paths
    from ._parts import Simulation
    from ._solution import Solution
    from ._sweep import Sweep


def scenarios() -> dict[str, str]:
    """Names and titles of the scenarios that come with riskband.

    >>> import riskband as rb
    >>> rb.scenarios()["baseline"][:6]
    'Accele'
    """
    return dict(_riskband.shipped())


def load(
    scenario: str | PathLike[str] | Mapping[str, Any],
    *,
    name: str = "scenario",
    limits: Mapping[str, int | str] | None = None,
    progress: Progress = None,
    threads: int | None = None,
) -> Scenario:
    """Loads a shipped scenario by name, a file by its path, or a scenario that is a dictionary.

    A bare name that is shipped means the shipped scenario; ``./baseline`` is a file. A calibration is solved here.
    ``name`` is that of a dictionary in results; ``limits`` raises limits as ``--limit`` does: ``{"memory": "16GiB"}``.

    >>> import riskband as rb
    >>> rb.load("market-fan")
    <Scenario market-fan: 2025 to 2031, 5dd07cea>
    >>> rb.load({"riskband": 1, "variables": {"a": {"normal": {"mean": 0, "sd": 1}}}, "outputs": ["a"]}, name="one")
    <Scenario one: 1 step, d15828f2>

    Raises :class:`ScenarioError` with every problem of the file and of what it extends. What the file is warned of
    becomes a :class:`ScenarioWarning`.
    """
    raised = _limits(limits)
    with watching(progress, 0, threads) as watch:
        if isinstance(scenario, Mapping):
            core = _riskband.Scenario.from_json(name, as_json(scenario), raised, watch)
        elif not isinstance(scenario, (str, PathLike)):
            raise TypeError(f"load takes a name, a path or a dictionary, and no {type(scenario).__name__}")
        else:
            core = _riskband.Scenario.load(fspath(scenario), raised, watch)
    loaded = Scenario._of(core, raised)
    warn(_remarks(core), stacklevel=2)
    return loaded


class Scenario:
    """A scenario that is ready to run. It does not change: :meth:`set` makes another.

    Scenarios with the same name and content are equal, and can be keys of a dictionary; they can be pickled.
    """

    __slots__ = ("_core", "_limits")
    _core: _riskband.Scenario
    _limits: tuple[str, ...]

    @classmethod
    def _of(cls, core: _riskband.Scenario, limits: Iterable[str] = ()) -> Scenario:
        scenario = object.__new__(cls)
        object.__setattr__(scenario, "_core", core)
        object.__setattr__(scenario, "_limits", tuple(limits))
        return scenario

    def __init__(self) -> None:
        raise TypeError("scenarios are loaded: riskband.load(name)")

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a scenario does not change; set({path: value}) gives another")

    @property
    def name(self) -> str:
        """Name in results: the file's stem, or the shipped name."""
        return self._core.name

    @property
    def title(self) -> str | None:
        """Title that the file gives."""
        return self._core.title

    @property
    def description(self) -> str | None:
        """What the file says that it is about."""
        return self._core.description

    @property
    def content_hash(self) -> str:
        """SHA-256 of the resolved scenario, in hexadecimal."""
        return self._core.content_hash

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the outputs, segments among them: ``market``, ``market.region.europe``."""
        return tuple(self._core.outputs())

    @property
    def targets(self) -> tuple[str, ...]:
        """Names of the targets."""
        return tuple(self._core.targets())

    @property
    def periods(self) -> tuple[str, ...]:
        """Labels of the steps."""
        return tuple(self._core.periods())

    @property
    def changes(self) -> tuple[str, ...]:
        """What was set on top of the files, as ``path=value``."""
        return tuple(self._core.set_values)

    @property
    def inputs(self) -> Table:
        """The register of assumptions: each with its law or value, unit, source and confidence."""
        return Table._of(self._core.inputs())

    def explain(self) -> Text:
        """What the scenario resolves to, in words, as ``riskband explain`` prints it."""
        return Text(plain(self._core.explain(WIDTH)))

    def to_json(self) -> str:
        """The resolved scenario: everything that it extends merged in, changes made, its calibration solved."""
        return self._core.to_json()

    def to_dict(self) -> dict[str, Any]:
        """The resolved scenario as a dictionary, which :func:`load` takes."""
        import json

        document: dict[str, Any] = json.loads(self._core.to_json())
        return document

    def named(self, name: str) -> Scenario:
        """The same scenario under another name, as it stands in results."""
        return Scenario._of(self._core.named(name), self._limits)

    def set(
        self, changes: Mapping[str, Any], *, name: str | None = None, progress: Progress = None, threads: int | None = None
    ) -> Scenario:
        """Another scenario with other values at these paths, as ``--set PATH=VALUE`` does; this one stays.

        What is calibrated stays as it was solved, so a difference is the effect of the change alone. Only the outcome
        has to be valid.

        >>> import riskband as rb
        >>> base = rb.load("market-fan")
        >>> harder = base.set({"market.start": 6.5})
        >>> harder.changes, base.changes
        (('market.start=6.5',), ())

        Raises :class:`ScenarioError`: a path that names nothing, or a value that is refused there.
        """
        with watching(progress, 0, threads) as watch:
            core = self._core.set([(path, as_json(value)) for path, value in changes.items()], watch)
        changed = Scenario._of(core, self._limits)
        known = set(_remarks(self._core))
        warn([text for text in _remarks(core) if text not in known], stacklevel=2)
        return changed if name is None else changed.named(name)

    def run(
        self,
        paths: float = 100_000,
        seed: int = 1,
        *,
        sampler: str = "random",
        replicates: int | None = None,
        percentiles: Levels = None,
        shortfall: Levels = (),
        skewness: bool = False,
        correlate: Iterable[tuple[str, str]] = (),
        relief: bool = False,
        until: str | Iterable[str] = (),
        max_paths: float = 1e9,
        executor: Any = None,
        tasks: int | None = None,
        checkpoint: FilePath | None = None,
        checkpoint_every: float = 60.0,
        progress: Progress = None,
        threads: int | None = None,
    ) -> Run:
        """Simulates the scenario. The same paths and seed give the same results, bit for bit, wherever they run.

        ``sampler`` is ``random``, ``lhs`` or ``sobol``, the last two in ``replicates`` that their errors come from; 16 of them
        where nothing is said. ``percentiles`` and ``shortfall`` are levels in percent, ``correlate`` has pairs of outputs, as ``market[2031]``.
        ``relief`` adds what higher ceilings are worth. ``until`` has conditions such as ``mean(market, 2031) within 0.5%``: the
        run ends when all are met, at ``max_paths`` at the latest, and ``paths`` does not matter; :attr:`Run.until` says
        what was reached. ``executor`` is anything with ``submit`` that gives futures (a
        Dask client, a pool of ``concurrent.futures`` or loky) or a ``joblib.Parallel``; ``tasks`` is into how many pieces
        the run is cut for it. ``checkpoint`` is a file that the run is kept in while it goes on, and goes on from.
        ``threads`` are those of this process; by default one a core.

        >>> import riskband as rb
        >>> run = rb.load("market-fan").run(paths=1e4, percentiles=[10, 50, 90])
        >>> [name for name in run.bands.columns if name.startswith("p") and name[1:].isdigit()]
        ['p10', 'p50', 'p90']
        """
        if tasks is not None and executor is None:
            raise ValueError("tasks=... says into how many pieces a run is cut for an executor; add executor=...")
        conditions = _asked.names(until)
        if conditions:
            if relief or executor is not None or checkpoint is not None:
                raise ValueError("until=... simulates here and by itself; leave out relief, executor and checkpoint")
            most = _asked.count(max_paths, "max_paths")
            first = min(_asked.count(paths, "paths"), most)
            asked = _asked.run(first, seed, sampler, replicates, percentiles, shortfall, skewness, correlate)
            with watching(progress, most, threads) as watch:
                run = Run._of(self._core.run_until(asked, conditions, most, watch))
            warn(_unreached(run), stacklevel=2)
        elif executor is None and checkpoint is None:
            asked = _asked.run(paths, seed, sampler, replicates, percentiles, shortfall, skewness, correlate)
            with watching(progress, asked["paths"] * (3 if relief else 1), threads) as watch:
                run = Run._of(self._core.run(asked, relief, watch))
        else:
            if relief:
                raise ValueError("relief=True simulates here and in one piece; leave out executor and checkpoint")
            simulation = self.simulation(
                paths,
                seed,
                sampler=sampler,
                replicates=replicates,
                percentiles=percentiles,
                shortfall=shortfall,
                skewness=skewness,
                correlate=correlate,
                progress=progress,
                threads=threads,
            )
            gathering = simulation.gather() if checkpoint is None else simulation.go_on_from(checkpoint)
            gathering.complete(
                executor=executor,
                tasks=tasks,
                checkpoint=checkpoint,
                checkpoint_every=checkpoint_every,
                progress=progress,
                threads=threads,
            )
            run = gathering.results()
        known = {remark["message"] for remark in run._core.remarks()}
        warn([text for _, _, text, _ in run._core.warnings() if text not in known], stacklevel=2)
        return run

    def check(self, *expectations: str, **options: Any) -> tuple[Outcome, ...]:
        """Runs the scenario with these options of :meth:`run` and compares it with what is expected."""
        return self.run(**options).check(*expectations)

    def paths(
        self,
        count: float,
        seed: int = 1,
        *,
        inputs: bool = False,
        only: Iterable[str] | None = None,
        sampler: str = "random",
        replicates: int | None = None,
        of_run: float | None = None,
        progress: Progress = None,
        threads: int | None = None,
    ) -> Paths:
        """The first paths of a run with this seed, one by one: every output in every step and, on request, every input.

        ``only`` names series (``market``, ``input.edge``) or single columns (``market[2031]``), inputs among them. Columns
        are held in memory: 8 bytes for every path and column. Paths of ``sampler`` ``lhs`` or ``sobol`` are those of a run
        of ``of_run`` paths, by default of as many as are asked for.
        """
        from ._paths import Paths

        names = None if only is None else _asked.names(only)
        number = _asked.count(count, "count")
        asked = _asked.run(number if of_run is None else of_run, seed, sampler, replicates)
        if number > asked["paths"]:
            raise ValueError(f"count={number:,} is more than the {asked['paths']:,} paths of the run")
        with watching(progress, number, threads) as watch:
            return Paths._of(self._core.paths(number, asked, inputs, names, watch))

    def replay(
        self,
        path: int | None = None,
        *,
        near: str | None = None,
        paths: float = 100_000,
        seed: int = 1,
        sampler: str = "random",
        replicates: int | None = None,
        progress: Progress = None,
        threads: int | None = None,
    ) -> Story:
        """The story of one path: what was drawn, what followed from it, which ceilings bound.

        ``path`` is its number, from 0; without ``path`` and ``near`` it is the first. ``near`` takes the path that comes
        nearest to a statistic of the run, as ``p5(market, 2031)``, among its paths.

        >>> import riskband as rb
        >>> rb.load("market-fan").replay(path=123_456_789)
        <Story of market-fan: path 123,456,789, seed 1>
        """
        if path is not None and near is not None:
            raise ValueError("replay takes the number of a path, or near=..., and not both")
        number = _asked.whole(0 if path is None else path, "path", 0, "the number of a path, from 0")
        asked = _asked.run(paths, seed, sampler, replicates)
        with watching(progress, 2 * asked["paths"] if near else 0, threads) as watch:
            return Story._of(self._core.replay(number, near, asked, watch))

    def sensitivity(
        self,
        paths: float = 16_384,
        seed: int = 1,
        *,
        of: Iterable[str] = (),
        at: str | int | None = None,
        by: str = "input",
        groups: Mapping[str, Iterable[str]] | None = None,
        shapley: bool = False,
        second: bool = False,
        within: float | None = None,
        max_paths: float = 2**20,
        progress: Progress = None,
        threads: int | None = None,
    ) -> Drivers:
        """What drives the outputs: shares of the variance by input, and how far each input moves them.

        ``of`` names outputs, ``market`` or ``market[2028]``, and ``at`` a period; without them, what counts most is
        explained in its last period. ``by`` says what makes inputs one: ``input``, ``quantity``, ``confidence`` or
        ``source``; ``groups`` adds more. ``shapley`` shares everything out, ``second`` finds pairs that act together.
        ``paths`` are base points; with ``within=0.01`` the indices go on until half of each 95 % interval is as narrow, at
        ``max_paths`` at the latest, and a :class:`ScenarioWarning` tells where that was not enough.

        >>> import riskband as rb
        >>> drivers = rb.load("market-fan").sensitivity(paths=1_024, of="market", at=2031)
        >>> sorted(set(drivers.sensitivity["index"]))
        ['first', 'total']

        Raises :class:`ScenarioError` for a name that stands for nothing here.
        """
        number = _asked.count(paths, "paths")
        if within is not None and not (isinstance(within, Real) and 0 < within <= 1):
            raise ValueError(f"within={within!r}: expected a share of the variance above 0 and up to 1, such as 0.01")
        most = _asked.count(max_paths, "max_paths")
        asked = {
            "paths": number,
            "seed": _asked.seed(seed),
            "of": _asked.names(of),
            "at": None if at is None else str(at),
            "by": by,
            "groups": _asked.groups(groups),
            "shapley": shapley,
            "second": second,
            "within": within,
            "most": most,
        }
        total = number * (4 + shapley + second) + (0 if within is None else most)
        with watching(progress, total, threads) as watch:
            drivers = Drivers._of(self._core.sensitivity(asked, watch))
        warn(_too_wide(drivers, within), stacklevel=2)
        return drivers

    def discover(
        self,
        condition: str,
        paths: float = 32_768,
        seed: int = 1,
        *,
        at: str | int | None = None,
        progress: Progress = None,
        threads: int | None = None,
    ) -> Discovery:
        """Where among the inputs a condition is true: boxes of values, found on half of the paths, measured on the other.

        ``condition`` is a target's name or a formula as those of targets are. Series count by their averages up to the
        period ``at``. Without a path on which it is true there is no box.

        >>> import riskband as rb
        >>> found = rb.load("market-fan").discover("market[2031] < 30", paths=4_096)
        >>> found.limits["input"][0]
        'ai_ml'

        Raises :class:`ScenarioError` for what is neither a target nor a condition.
        """
        number = _asked.count(paths, "paths")
        with watching(progress, 2 * number, threads) as watch:
            core = self._core.discover(condition, number, _asked.seed(seed), None if at is None else str(at), watch)
            return Discovery._of(core)

    def solve(
        self,
        goal: str,
        vary: Mapping[str, tuple[float, float] | str],
        paths: float = 100_000,
        seed: int = 1,
        *,
        sampler: str = "random",
        replicates: int | None = None,
        progress: Progress = None,
        threads: int | None = None,
    ) -> Solution:
        """The value between two ends at which a goal is met, with the interval that the simulation's error leaves.

        ``goal`` is a statistic and the value it is to have, as ``probability(report_2031) = 60%``; with ``>=`` or ``<=`` the
        answer is where the condition begins to hold. With a second path, the frontier: an answer at each of nine values of
        that. All simulations share their random numbers, and what is calibrated stays as it was solved.

        >>> import riskband as rb
        >>> solved = rb.load("market-fan").solve("p50(market, 2031) = 34", {"constraints.power.start": (6, 14)}, paths=2_000)
        >>> solved
        <Solution of market-fan: p50(market, 2031) = 34: constraints.power.start = 8.09066>
        >>> solved.low < solved.value < solved.high
        True

        Raises :class:`ScenarioError` for a path that leads nowhere and a value that the scenario refuses, ``ValueError``
        for what is no goal or no range.
        """
        from ._solution import Solution

        if not isinstance(vary, Mapping):
            example = "{'constraints.power.start': (6, 14)}"
            raise TypeError(f"vary={vary!r}: expected a path and its two ends, such as {example}")
        if not 1 <= len(vary) <= 2:
            raise ValueError(f"vary has {len(vary)} paths; one path is solved for, by one other at most")
        ranges = [_asked.ends(path, ends) for path, ends in vary.items()]
        asked = _asked.run(paths, seed, sampler, replicates)
        runs = 35 * 9 ** (len(ranges) - 1)
        with watching(progress, asked["paths"] * runs, threads) as watch:
            return Solution._of(_riskband.solve(self._core, goal, ranges, asked, watch))

    def sweep(
        self,
        vary: Mapping[str, Iterable[Any] | str] | None = None,
        paths: float = 100_000,
        seed: int = 1,
        *,
        zip: bool = False,
        cases: FilePath | Iterable[Mapping[str, Any]] | None = None,
        compare: bool = False,
        sampler: str = "random",
        replicates: int | None = None,
        percentiles: Levels = None,
        shortfall: Levels = (),
        skewness: bool = False,
        correlate: Iterable[tuple[str, str]] = (),
        progress: Progress = None,
        threads: int | None = None,
    ) -> Sweep:
        """Runs a case for every combination of values, all on the same random numbers, so that curves are smooth.

        Values are anything that can be gone through, or a text in the words of ``--vary``: ``6..14/9``, ``0.1,0.3``.
        ``zip=True`` takes the first values together, then the second ones, and so on. Instead of ``vary``, ``cases`` is a CSV
        file as ``--cases`` takes it, or dictionaries of paths and values, one a case, or a data frame of polars or pandas with
        a row a case: ``case`` is its name, and a path that is left out, or has ``None`` or NaN, stays what it is here.
        ``compare=True`` sets each case beside the first, path by path: :attr:`Sweep.comparison`. A case that cannot run is
        in :attr:`Sweep.failed`, and the others run.

        >>> import riskband as rb
        >>> base = rb.load("market-fan")
        >>> sweep = base.sweep({"market.start": [6, 6.32, 6.5]}, paths=2_000)
        >>> sweep
        <Sweep of market-fan: 3 cases>
        >>> sweep.summary["market.start"]
        [6.0, 6.32, 6.5]
        >>> named = base.sweep(cases=[{"case": "as it is"}, {"case": "high", "market.start": 6.5}], paths=2_000)
        >>> named.summary["case"], named.summary["market.start"]
        (['as it is', 'high'], [6.32, 6.5])

        Raises :class:`ScenarioError` for a path that leads nowhere, ``ValueError`` for a file or cases that are none.
        """
        from ._sweep import Sweep, asked_cases

        planned = _riskband.plan(self._core, asked_cases(vary, cases, zip))
        asked = _asked.run(paths, seed, sampler, replicates, percentiles, shortfall, skewness, correlate)
        # To be compared, a case runs once more together with the first.
        with watching(progress, asked["paths"] * len(planned) * (2 if compare else 1), threads) as watch:
            return Sweep._of(_riskband.sweep(self._core, planned, compare, asked, watch))

    def simulation(
        self,
        paths: float = 100_000,
        seed: int = 1,
        *,
        sampler: str = "random",
        replicates: int | None = None,
        percentiles: Levels = None,
        shortfall: Levels = (),
        skewness: bool = False,
        correlate: Iterable[tuple[str, str]] = (),
        progress: Progress = None,
        threads: int | None = None,
    ) -> Simulation:
        """The scenario made ready for a run in parts, whatever simulates them."""
        from ._parts import Simulation

        asked = _asked.run(paths, seed, sampler, replicates, percentiles, shortfall, skewness, correlate)
        with watching(progress, 0, threads) as watch:
            return Simulation._of(self, asked, self._core.simulation(asked, watch))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Scenario):
            return NotImplemented
        return (self.name, self.content_hash) == (other.name, other.content_hash)

    def __hash__(self) -> int:
        return hash(self.content_hash)

    def __reduce__(self) -> tuple[Any, ...]:
        return _from_bytes, (self._core.to_bytes(), self._limits)

    def __repr__(self) -> str:
        periods = self.periods
        horizon = f"{periods[0]} to {periods[-1]}" if len(periods) > 1 else "1 step"
        calibrated = f", calibrated `{self._core.calibrated}`" if self._core.calibrated else ""
        return f"<Scenario {self.name}: {horizon}{calibrated}, {self.content_hash[:8]}>"

    def _repr_html_(self) -> str:
        return self.explain()._repr_html_()


def _from_bytes(data: bytes, limits: tuple[str, ...]) -> Scenario:
    return Scenario._of(_riskband.Scenario.from_bytes(data, list(limits)), limits)


def _limits(limits: Mapping[str, int | str] | None) -> list[str]:
    return [f"{name}={value}" for name, value in (limits or {}).items()]


def _remarks(core: _riskband.Scenario) -> list[str]:
    """What a file is warned of, with its place."""

    def text(problem: Mapping[str, Any]) -> str:
        place = f"{problem['file']}:{problem['line']}: " if problem["file"] else ""
        help = f"; {problem['help']}" if problem["help"] else ""
        return f"{place}{problem['message']}{help}"

    return [text(problem) for problem in core.remarks() if problem["severity"] == "warning"]


def _unreached(run: Run) -> list[str]:
    """What a run was asked to be as precise as, and is not."""

    def text(condition: str, needed: int | None) -> str:
        advice = f"; it takes about {needed:,} paths" if needed else ""
        return f"`{condition}` is not reached in {run.paths:,} paths{advice}"

    rows = run.until.to_dict()
    asked = zip(rows["condition"], rows["needed"], rows["reached"])
    return [text(condition, needed) for condition, needed, reached in asked if not reached]


def _too_wide(drivers: Drivers, within: float | None) -> list[str]:
    """Which inputs are not as sure as asked, and what that would take."""
    rows = drivers.sensitivity.to_dict()
    needed = {name: most for name, most in zip(rows["input"], rows["needed"]) if most is not None}
    if not needed:
        return []
    inputs = ", ".join(f"`{name}`" for name in needed)
    return [f"not within {within}: {inputs}; it takes about {max(needed.values()):,} base points (max_paths)"]

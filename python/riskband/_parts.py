"""Runs in parts: simulated anywhere, merged to the bits of one run."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Union

from . import _riskband
from ._progress import Progress, watching
from ._results import Run
from ._shown import FilePath

if TYPE_CHECKING:
    from ._scenario import Scenario

#: Paths of a block, the smallest piece of a run; only the last one may be shorter.
BLOCK = 512
#: Blocks that a run with a checkpoint begins with, to see how long they take.
FIRST_BLOCKS = 256

#: A part, its bytes, or the file that it is in.
AnyPart = Union["Part", bytes, FilePath]


class Simulation:
    """A scenario made ready for one run: compiled, its bins chosen. It can be pickled.

    Blocks of 512 paths are simulated in any ranges, here or elsewhere, and merge to the bits of one run:

    >>> import riskband as rb
    >>> base = rb.load("market-fan")
    >>> simulation = base.simulation(paths=20_000)
    >>> gathering = simulation.gather()
    >>> gathering.add(simulation.part(10, 40))
    >>> gathering.missing
    ((0, 10),)
    >>> gathering.add(simulation.part(0, 10).to_bytes())
    >>> gathering.results() == base.run(paths=20_000)
    True
    """

    __slots__ = ("_asked", "_core", "scenario")
    #: The scenario.
    scenario: Scenario
    _asked: dict[str, Any]
    _core: _riskband.Simulation

    @classmethod
    def _of(cls, scenario: Scenario, asked: dict[str, Any], core: _riskband.Simulation) -> Simulation:
        simulation = object.__new__(cls)
        simulation.scenario, simulation._asked, simulation._core = scenario, asked, core
        return simulation

    def __init__(self) -> None:
        raise TypeError("simulations come from scenarios: riskband.load(...).simulation(paths=...)")

    @property
    def blocks(self) -> int:
        """Number of blocks of the run; they count from 0."""
        return self._core.blocks

    @property
    def paths(self) -> int:
        """Paths of the run."""
        return self._core.paths

    def part(self, first: int, end: int, *, progress: Progress = None, threads: int | None = None) -> Part:
        """Simulates the blocks from ``first`` on and below ``end``."""
        if not 0 <= first < end:
            raise ValueError(f"blocks {first} to {end}: expected 0 <= first < end")
        with watching(progress, min((end - first) * BLOCK, self.paths), threads) as watch:
            return Part._of(self._core.part(first, end, watch))

    def gather(self) -> Gathering:
        """A gathering without any block."""
        return Gathering._of(self, self._core.empty())

    def go_on_from(self, file: FilePath) -> Gathering:
        """A gathering with the blocks of a file, which may be of a shorter run; without any where there is no file.

        Raises :class:`PartError` where the file is the part of another run.
        """
        try:
            data = read_whole(file)
        except FileNotFoundError:
            return self.gather()
        return Gathering._of(self, self._core.go_on_from(data))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Simulation):
            return NotImplemented
        return (self.scenario, self._asked) == (other.scenario, other._asked)

    def __hash__(self) -> int:
        return hash((self.scenario, self.paths))

    def __reduce__(self) -> tuple[Any, ...]:
        return _simulation, (self.scenario, self._asked)

    def __repr__(self) -> str:
        return f"<Simulation of {self.scenario.name}: {self.paths:,} paths in {self.blocks:,} blocks>"


class Part:
    """What ranges of blocks have shown. It carries its scenario, so a file of it needs nothing else; it can be pickled."""

    __slots__ = ("_core",)
    _core: _riskband.Part

    @classmethod
    def _of(cls, core: _riskband.Part) -> Part:
        part = object.__new__(cls)
        part._core = core
        return part

    def __init__(self) -> None:
        raise TypeError("parts come from simulations, Part.from_bytes(data) or Part.load(file)")

    @staticmethod
    def from_bytes(data: bytes) -> Part:
        """Reads a part; raises :class:`PartError` for anything else."""
        return Part._of(_riskband.Part.from_bytes(bytes(data)))

    @staticmethod
    def load(file: FilePath) -> Part:
        """Reads a file that :meth:`save` or ``riskband run --part`` has written."""
        return Part.from_bytes(read_whole(file))

    def to_bytes(self) -> bytes:
        """The bytes of a file; the same part gives the same bytes."""
        return self._core.to_bytes()

    def save(self, file: FilePath) -> None:
        """Writes a file, which appears whole or not at all; the command line reads it too."""
        write_whole(file, self.to_bytes())

    @property
    def scenario(self) -> str:
        """Name of the scenario."""
        return self._core.scenario

    @property
    def paths(self) -> int:
        """Paths that it has."""
        return self._core.paths

    @property
    def run_paths(self) -> int:
        """Paths of the whole run."""
        return self._core.run_paths

    @property
    def blocks(self) -> tuple[tuple[int, int], ...]:
        """Ranges of the blocks that it has, ends excluded."""
        return tuple(self._core.blocks)

    @property
    def missing(self) -> tuple[tuple[int, int], ...]:
        """Ranges of the blocks of its run that it has not, ends excluded."""
        return tuple(self._core.missing)

    def merge(self, other: Part) -> Part:
        """Both together; raises :class:`PartError` for a part of another run, or one with blocks that are here already."""
        return Part._of(self._core.merged(other._core))

    def results(self) -> Run:
        """The results, where all blocks are here; raises :class:`PartError` where some are missing."""
        return Run._of(self._core.results())

    def __eq__(self, other: object) -> bool:
        return self.to_bytes() == other.to_bytes() if isinstance(other, Part) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.to_bytes())

    def __reduce__(self) -> tuple[Any, ...]:
        return Part.from_bytes, (self.to_bytes(),)

    def __repr__(self) -> str:
        return f"<Part of {self.scenario}: {self.paths:,} of {self.run_paths:,} paths>"


class Gathering:
    """Parts of one run as they come in, in any order."""

    __slots__ = ("_core", "simulation")
    #: The simulation that gives more parts.
    simulation: Simulation
    _core: _riskband.Part

    @classmethod
    def _of(cls, simulation: Simulation, core: _riskband.Part) -> Gathering:
        gathering = object.__new__(cls)
        gathering.simulation, gathering._core = simulation, core
        return gathering

    def __init__(self) -> None:
        raise TypeError("gatherings come from simulations: simulation.gather()")

    def add(self, part: AnyPart) -> None:
        """Takes in a part, its bytes or its file.

        Raises :class:`PartError` for a part of another run, or one with blocks that are here already; nothing is lost.
        """
        self._core = self._core.merged(_read(part, self.simulation._core))

    @property
    def part(self) -> Part:
        """What was gathered so far."""
        return Part._of(self._core)

    @property
    def missing(self) -> tuple[tuple[int, int], ...]:
        """Ranges of the blocks that are not here yet, ends excluded."""
        return tuple(self._core.missing)

    def complete(
        self,
        *,
        executor: Any = None,
        tasks: int | None = None,
        checkpoint: FilePath | None = None,
        checkpoint_every: float = 60.0,
        progress: Progress = None,
        threads: int | None = None,
    ) -> None:
        """Simulates the blocks that are missing, as :meth:`Scenario.run` does with these options.

        Raises :class:`IncompleteError` where an executor breaks; what came back is here.
        """
        from ._executors import simulate

        keeper = _Keeper(self, checkpoint, checkpoint_every)
        total = self.simulation.paths
        try:
            if executor is None:
                with watching(progress, total, threads) as watch:
                    self._simulate_here(watch, keeper)
            else:
                with watching(progress, total) as watch:
                    for part in simulate(self, executor, tasks):
                        self.add(part)
                        keeper.keep_now_and_then()
                        if watch["progress"] is not None:
                            watch["progress"](self._core.paths)
        finally:
            keeper.keep()

    def _simulate_here(self, watch: dict[str, Any], keeper: _Keeper) -> None:
        """In pieces of about as long as the checkpoint is to be apart; in one piece where there is none."""
        size = FIRST_BLOCKS if keeper.is_wanted else self.simulation.blocks
        hear = watch["progress"]
        while self.missing:
            first, end = self.missing[0]
            end = min(end, first + size)
            had = self._core.paths
            begun = time.monotonic()
            heard = None if hear is None else lambda done: hear(had + done)
            piece = self.simulation._core.part(first, end, {**watch, "progress": heard})
            self._core = self._core.merged(piece)
            taken = max(time.monotonic() - begun, 1e-3)
            size = max(1, int((end - first) * min(4.0, keeper.every / taken)))
            keeper.keep_now_and_then()

    def results(self) -> Run:
        """The results, where all blocks are here; raises :class:`PartError` where some are missing."""
        return Run._of(self._core.results())

    def __reduce__(self) -> tuple[Any, ...]:
        return _gathering, (self.simulation, self._core.to_bytes())

    def __repr__(self) -> str:
        return f"<Gathering of {self._core.scenario}: {self._core.paths:,} of {self.simulation.paths:,} paths>"


class _Keeper:
    """Writes what was gathered into a file, now and then and at the end."""

    def __init__(self, gathering: Gathering, file: FilePath | None, every: float) -> None:
        if not every > 0:
            raise ValueError(f"checkpoint_every={every!r}: expected seconds above 0")
        self.gathering, self.file, self.every = gathering, file, every
        self.kept_at, self.kept_paths = time.monotonic(), gathering._core.paths

    @property
    def is_wanted(self) -> bool:
        return self.file is not None

    def keep_now_and_then(self) -> None:
        if time.monotonic() - self.kept_at >= self.every:
            self.keep()

    def keep(self) -> None:
        paths = self.gathering._core.paths
        if self.file is not None and paths != self.kept_paths:
            write_whole(self.file, self.gathering._core.to_bytes())
            self.kept_paths = paths
        self.kept_at = time.monotonic()


def merge(parts: AnyPart | Iterable[AnyPart]) -> Run:
    """The results of a run from its parts: parts, bytes, files, or a pattern of file names such as ``"part-*.rb"``.

    Raises :class:`PartError` where one is no part, or of another run, where blocks are there twice or missing.
    """
    if isinstance(parts, str) and not os.path.exists(parts):
        import glob

        files = sorted(glob.glob(parts))
        if not files:
            raise FileNotFoundError(f"no file is called {parts!r}")
        parts = list(files)
    several = [parts] if isinstance(parts, (str, bytes, os.PathLike, Part)) else list(parts)
    if not several:
        raise ValueError("merge takes one part or more")
    whole = _read(several[0], None)
    for part in several[1:]:
        whole = whole.merged(_read(part, whole.simulation()))
    return Run._of(whole.results())


def read_whole(file: FilePath) -> bytes:
    """The bytes of a file."""
    with open(file, "rb") as opened:
        return opened.read()


def write_whole(file: FilePath, data: bytes) -> None:
    """Writes a file beside its place, and gives it its name when all of it is on the disk."""
    import tempfile

    descriptor, beside = tempfile.mkstemp(prefix=".riskband-", dir=os.path.dirname(file) or os.curdir)
    try:
        with open(descriptor, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.replace(beside, file)
    except BaseException:
        os.unlink(beside)
        raise


def _read(part: AnyPart, simulation: _riskband.Simulation | None) -> _riskband.Part:
    if isinstance(part, Part):
        return part._core
    data = part if isinstance(part, bytes) else read_whole(part)
    return _riskband.Part.from_bytes(data) if simulation is None else simulation.read(data)


def _simulation(scenario: Scenario, asked: dict[str, Any]) -> Simulation:
    return Simulation._of(scenario, asked, scenario._core.simulation(asked, {"threads": 1, "progress": None}))


def _gathering(simulation: Simulation, data: bytes) -> Gathering:
    return Gathering._of(simulation, simulation._core.read(data))

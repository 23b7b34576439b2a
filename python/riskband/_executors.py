"""One loop for every executor: a Dask client, pools of ``concurrent.futures`` and loky, and joblib.

Ranges of blocks go out as tasks, parts come back as bytes. An executor that survives lost workers runs their tasks again; a
task is always the same bytes.
"""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from functools import lru_cache
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from ._errors import IncompleteError

if TYPE_CHECKING:
    from ._parts import Gathering, Simulation

#: Seconds that a task is to take: long against what it costs to hand it out, short against a run that is interrupted.
SECONDS_A_TASK = 10.0
#: Tasks for each worker at least, so that none waits long for the last.
TASKS_A_WORKER = 4
#: Blocks of the task that is timed.
TIMED_BLOCKS = 256

Range = tuple[int, int]


def simulate(gathering: Gathering, executor: Any, tasks: int | None) -> Iterator[bytes]:
    """The parts of the blocks that are missing, as they come back.

    Raises :class:`IncompleteError` where the executor broke; what is asked of it then is cancelled.
    """
    if tasks is not None and tasks < 1:
        raise ValueError(f"tasks={tasks}: expected 1 or more")
    if not _is_joblib(executor) and not callable(getattr(executor, "submit", None)):
        text = f"{executor!r} is no executor: it has no submit; expected a pool, a Dask client or a joblib.Parallel"
        raise TypeError(text)
    run = _mapped if _is_joblib(executor) else _submitted
    kept = pickle.dumps(gathering.simulation)
    blocks = sum(end - first for first, end in gathering.missing)
    if tasks is None:
        timed = cut(gathering.missing, TIMED_BLOCKS)[:1]
        seconds = 0.0
        for data, seconds in run(gathering, executor, kept, timed):
            yield data
        blocks -= sum(end - first for first, end in timed)
        size = blocks_a_task(blocks, seconds / TIMED_BLOCKS, _workers(executor))
    else:
        size = -(-blocks // tasks)
    for data, _ in run(gathering, executor, kept, cut(gathering.missing, size)):
        yield data


def cut(ranges: tuple[Range, ...], size: int) -> list[Range]:
    """Ranges of at most so many blocks.

    >>> cut(((0, 5), (7, 8)), 2)
    [(0, 2), (2, 4), (4, 5), (7, 8)]
    """
    size = max(1, size)
    return [(start, min(start + size, end)) for first, end in ranges for start in range(first, end, size)]


def blocks_a_task(blocks: int, seconds_a_block: float, workers: int) -> int:
    """Blocks of a task: of the seconds that it is to take, but so few that every worker has several.

    >>> blocks_a_task(1_000_000, seconds_a_block=0.001, workers=4)
    10000
    >>> blocks_a_task(1_000, seconds_a_block=0.001, workers=4)
    62
    """
    by_time = SECONDS_A_TASK / max(seconds_a_block, 1e-9)
    by_workers = blocks / (TASKS_A_WORKER * workers)
    return max(1, int(min(by_time, by_workers)))


def work(kept: bytes, first: int, end: int) -> tuple[bytes, float]:
    """What a worker does: the bytes of a part, and how many seconds it took. One thread, since workers are many."""
    simulation = _simulation(kept)
    begun = time.monotonic()
    part = simulation.part(first, end, threads=1, progress=False)
    return part.to_bytes(), time.monotonic() - begun


@lru_cache(maxsize=4)
def _simulation(kept: bytes) -> Simulation:
    simulation: Simulation = pickle.loads(kept)
    return simulation


def _submitted(
    gathering: Gathering, executor: Any, kept: bytes, ranges: list[Range]
) -> Iterator[tuple[bytes, float]]:
    """Through ``submit`` and futures."""
    # Dask takes equal calls for one result, and keeps it as long as somebody holds it.
    options = {"pure": False} if _is_dask(executor) else {}
    done: SimpleQueue[Any] = SimpleQueue()
    futures: set[Any] = set()
    try:
        for first, end in ranges:
            future = executor.submit(work, kept, first, end, **options)
            futures.add(future)
            future.add_done_callback(done.put)
        while futures:
            try:
                future = done.get(timeout=0.2)
            except Empty:
                continue
            futures.discard(future)
            yield future.result()
    except Exception as error:
        if not _is_broken(error):
            raise
        yield from _rest(done)
        raise IncompleteError(_advice(error), gathering) from error
    finally:
        for future in futures:
            future.cancel()


def _rest(done: SimpleQueue[Any]) -> Iterator[tuple[bytes, float]]:
    """What came back before the executor broke and was not looked at yet."""
    while not done.empty():
        future = done.get()
        if not future.cancelled() and future.exception() is None:
            yield future.result()


def _mapped(gathering: Gathering, executor: Any, kept: bytes, ranges: list[Range]) -> Iterator[tuple[bytes, float]]:
    """Through joblib: one by one where ``return_as="generator_unordered"``, else all at the end."""
    try:
        yield from executor((work, (kept, first, end), {}) for first, end in ranges)
    except Exception as error:
        if not _is_broken(error):
            raise
        raise IncompleteError(_advice(error), gathering) from error


def _advice(error: Exception) -> str:
    return (
        f"the executor broke ({type(error).__name__}: {error}); what came back is in the error's `gathering`: "
        "error.gathering.complete(executor=another) simulates what is missing"
    )


def _is_broken(error: Exception) -> bool:
    """Whether workers are gone and not the work is wrong."""
    return isinstance(error, BrokenExecutor) or type(error).__name__ in {"KilledWorker", "TerminatedWorkerError"}


def _is_joblib(executor: Any) -> bool:
    return type(executor).__module__.partition(".")[0] == "joblib"


def _is_dask(executor: Any) -> bool:
    return type(executor).__module__.partition(".")[0] == "distributed"


def _workers(executor: Any) -> int:
    """How many tasks run at a time, as far as the executor says so."""
    if _is_dask(executor):
        return max(1, int(sum(executor.nthreads().values())))
    if _is_joblib(executor):
        return max(1, int(executor._effective_n_jobs()))
    known = getattr(executor, "_max_workers", None)
    return known if isinstance(known, int) and known > 0 else os.cpu_count() or 1

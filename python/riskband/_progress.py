"""Progress of work that takes its time: a bar in a notebook, a line in a terminal, or a callable of the user's."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Union

from . import _asked

#: ``None`` shows progress where somebody looks on, once it takes more than a second; ``False`` never does; a callable
#: hears the number of paths done and their total.
Progress = Union[None, bool, Callable[[int, int], object]]

#: Seconds after which progress is shown.
PATIENCE = 1.0


@contextmanager
def watching(progress: Progress, total: int, threads: int | None = None) -> Iterator[dict[str, Any]]:
    """How the compiled half is to be watched while it works."""
    _asked.watched(progress, threads)
    if callable(progress):
        hear = progress
        yield {"threads": threads, "progress": lambda done: hear(done, total)}
        hear(total, total)
        return
    shown = _Shown(total) if progress or (progress is None and _somebody_looks_on()) else None
    try:
        yield {"threads": threads, "progress": shown}
    finally:
        if shown is not None:
            shown.close()


class _Shown:
    """A bar of tqdm where there is a notebook and tqdm, else a line on standard error."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.begun = time.monotonic()
        self.bar: Any = None
        self.line = ""

    def __call__(self, done: int) -> None:
        if time.monotonic() - self.begun < PATIENCE:
            return
        if self.bar is None and not self.line:
            self.bar = _bar(self.total) if _is_notebook() else None
        if self.bar is not None:
            self.bar.update(min(done, self.total) - self.bar.n)
            return
        share = f"{done / self.total:.0%} of {self.total:,} paths" if self.total else "calibrating"
        self._write(f"riskband: {share}")

    def close(self) -> None:
        if self.bar is not None:
            self.bar.update(self.total - self.bar.n)
            self.bar.close()
        elif self.line:
            self._write("")

    def _write(self, line: str) -> None:
        sys.stderr.write("\r" + line.ljust(len(self.line)) + ("" if line else "\r"))
        sys.stderr.flush()
        self.line = line


def _somebody_looks_on() -> bool:
    return _is_notebook() or (sys.stderr is not None and sys.stderr.isatty())


def _is_notebook() -> bool:
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return type(shell).__name__ == "ZMQInteractiveShell"


def _bar(total: int) -> Any:
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return None
    return tqdm(total=total or None, unit="path", unit_scale=True, leave=False)

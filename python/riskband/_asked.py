"""What runs are asked for, checked before the compiled half takes it: a mistake is told by the name of its argument."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from numbers import Real
from typing import Any, Union

#: Levels in percent, or a single one.
Levels = Union[Sequence[float], float, None]

#: What seeds and numbers of paths lie below.
TOO_LARGE = 2**64
SEEDS = "a whole number from 0 to 2**64 - 1"


def count(number: float, name: str) -> int:
    """A whole number from 1, as ``1e6`` is too.

    >>> count(1e6, "paths")
    1000000
    """
    return whole(number, name, 1, "a whole number of 1 or more")


def whole(number: float, name: str, least: int, expected: str) -> int:
    """A whole number from ``least`` on, which fits into 64 bits."""
    try:
        found = int(number) if isinstance(number, Real) and not isinstance(number, bool) else None
    except (OverflowError, ValueError):
        # Without end, or none.
        found = None
    if found is None or found != number or not least <= found < TOO_LARGE:
        raise ValueError(f"{name}={number!r}: expected {expected}")
    return found


def seed(number: int) -> int:
    """The seed of all randomness."""
    return whole(number, "seed", 0, SEEDS)


def levels(asked: Levels, name: str) -> list[float]:
    """Levels as a list; one by itself is one of them.

    >>> levels(5, "shortfall")
    [5.0]
    """
    several = [asked] if isinstance(asked, (int, float)) else asked
    try:
        return [float(level) for level in several or ()]
    except (TypeError, ValueError):
        raise ValueError(f"{name}={asked!r}: expected levels in percent, such as [5, 50, 95]") from None


def pairs(asked: Iterable[tuple[str, str]], name: str) -> list[tuple[str, str]]:
    """Pairs of names."""
    listed = list(asked)
    for pair in listed:
        if isinstance(pair, str) or len(pair) != 2 or not all(isinstance(side, str) for side in pair):
            example = '[("market[2031]", "demand[2031]")]'
            raise ValueError(f"{name}={listed!r}: expected pairs of outputs, such as {example}")
    return [(first, second) for first, second in listed]


def names(asked: Iterable[str]) -> list[str]:
    """Names as a list; one by itself is one of them."""
    return [asked] if isinstance(asked, str) else list(asked)


def groups(asked: Mapping[str, Iterable[str]] | None) -> list[tuple[str, list[str]]]:
    """Groups with the names of their members."""
    return [(name, names(members)) for name, members in (asked or {}).items()]


def ends(path: str, asked: Any) -> tuple[str, float, float]:
    """A path and the two ends between which it is solved for, as numbers or in the words of ``--vary``.

    >>> ends("market.start", "6..6.5")
    ('market.start', 6.0, 6.5)
    """
    try:
        low, high = asked.split("..") if isinstance(asked, str) else asked
        return path, float(low), float(high)
    except (TypeError, ValueError):
        expected = "two numbers, the smaller first, such as (6, 14)"
        raise ValueError(f"{path}: {asked!r} is no range; expected {expected}") from None


def run(
    paths: float,
    seed: int,
    sampler: str,
    replicates: int | None,
    percentiles: Levels = None,
    shortfall: Levels = (),
    skewness: bool = False,
    correlate: Iterable[tuple[str, str]] = (),
) -> dict[str, Any]:
    """What a run is asked for, as the compiled half takes it."""
    if not isinstance(sampler, str):
        raise TypeError(f"sampler={sampler!r}: expected random, lhs or sobol")
    return {
        "paths": count(paths, "paths"),
        "seed": whole(seed, "seed", 0, SEEDS),
        "sampler": sampler,
        "replicates": None if replicates is None else count(replicates, "replicates"),
        "percentiles": None if percentiles is None else levels(percentiles, "percentiles"),
        "shortfall": levels(shortfall, "shortfall"),
        "skewness": bool(skewness),
        "correlate": pairs(correlate, "correlate"),
    }


def watched(progress: Callable[..., object] | bool | None, threads: int | None) -> None:
    """Makes sure that work can be watched so."""
    if threads is not None:
        whole(threads, "threads", 1, "1 or more, or None for one a core")
    if not (progress is None or isinstance(progress, bool) or callable(progress)):
        raise TypeError(f"progress={progress!r}: expected None, True, False, or a function of paths done and their total")

"""Many what-ifs of one scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

from ._errors import Problem
from ._shown import FilePath, Saved
from ._table import Table
from ._values import as_json

if TYPE_CHECKING:
    from . import _riskband

#: The key of a case, and the column of a file, that is its name.
CASE = "case"


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

    @property
    def comparison(self) -> Table:
        """How each case differs from the first, path by path; where ``compare=True`` asked for it."""
        return self.table("comparison")

    def to_csv(self, table: str = "bands") -> str:
        """A table as the shell writes it into its CSV file."""
        return super().to_csv(table)

    def report(self, file: FilePath | None = None) -> str | None:
        """One page about all cases. Into a file, or as text where none is named."""
        return self._core.report(file)

    def __repr__(self) -> str:
        failed = f", {len(self.failed)} failed" if self.failed else ""
        cases = "1 case" if len(self) == 1 else f"{len(self)} cases"
        return f"<Sweep of {self._core.scenario}: {cases}{failed}>"

    def _repr_html_(self) -> str:
        return "".join(chart._repr_html_() for chart in self.charts.values()) + super()._repr_html_()


def asked_cases(
    vary: Mapping[str, Iterable[Any] | str] | None, cases: FilePath | Iterable[Mapping[str, Any]] | None, zip: bool
) -> dict[str, Any]:
    """Which cases there are to be, as the compiled half takes it."""
    if (not vary) == (cases is None):
        raise ValueError("sweep takes either the values of paths, as {path: values}, or cases=...")
    if zip and cases is not None:
        raise ValueError("zip=True pairs the values of paths; each of the cases has its values by itself")
    asked: dict[str, Any] = {"vary": [], "zip": zip, "file": None, "rows": None}
    if cases is None:
        if not isinstance(vary, Mapping):
            raise TypeError(f"vary={vary!r}: expected paths and their values, such as {{'market.start': [6, 6.5]}}")
        asked["vary"] = [(path, _values(path, values)) for path, values in vary.items()]
    elif isinstance(cases, (str, PathLike)):
        asked["file"] = fspath(cases)
    else:
        asked["rows"] = _rows(cases)
    return asked


def _values(path: str, values: Iterable[Any] | str) -> str | list[str]:
    """The words of ``--vary``, or each value as JSON."""
    if isinstance(values, str):
        return values
    if not isinstance(values, Iterable) or isinstance(values, Mapping):
        raise ValueError(f"{path}: {values!r} is one value; expected several, such as [6, 6.5] or '6..7/5'")
    return [as_json(value) for value in values]


def _rows(cases: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[tuple[str, str | None]]]]:
    """Name and values of each case. Without any name, a case is called by its number, as in a file."""
    if isinstance(cases, Mapping):
        raise ValueError("cases is one dictionary; expected several, one a case")
    if hasattr(cases, "to_dicts"):
        cases = cases.to_dicts()
    elif hasattr(cases, "to_dict"):
        cases = cases.to_dict("records")
    listed = list(cases)
    for number, case in enumerate(listed, 1):
        if not isinstance(case, Mapping):
            raise ValueError(f"case {number} is no dictionary of paths and values, but {case!r}")
    are_named = any(CASE in case for case in listed)
    return [
        (
            _name(case) if are_named else str(number),
            [(path, None if _is_empty(value) else as_json(value)) for path, value in case.items() if path != CASE],
        )
        for number, case in enumerate(listed, 1)
    ]


def _name(case: Mapping[str, Any]) -> str:
    name = case.get(CASE)
    return "" if _is_empty(name) else str(name)


def _is_empty(value: Any) -> bool:
    """Whether it is what tables have in an empty cell: none, or a number that is none."""
    return value is None or bool(isinstance(value, float) and value != value)

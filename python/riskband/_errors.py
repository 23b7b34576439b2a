"""Errors as the shell shows them, with their problems as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._parts import Gathering
    from ._results import Outcome


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: what, where, what was expected, what was found, and what to do."""

    #: Stable code, such as ``unknown-law``.
    code: str
    #: ``error``, ``warning`` or ``note``.
    severity: str
    #: One sentence that says what is wrong.
    message: str
    #: Name of the file, and line and character in it, from 1.
    file: str | None = None
    line: int | None = None
    column: int | None = None
    #: JSON pointer into the resolved scenario.
    pointer: str = ""
    #: The value or kind of value that was expected, and what was found.
    expected: str | None = None
    found: str | None = None
    #: The nearest valid name.
    nearest: str | None = None
    #: Advice.
    help: str | None = None


class Error(ValueError):
    """What riskband refuses, as text and as data.

    >>> import riskband as rb
    >>> try:
    ...     rb.load({"riskband": 1, "variables": {"a": {"normall": {"mean": 0, "sd": 1}}}, "outputs": ["a"]})
    ... except rb.ScenarioError as error:
    ...     error.problems[0].code, error.problems[0].pointer, error.problems[0].nearest
    ('unknown-law', '/variables/a/normall', 'normal')
    """

    #: Name of the scenario, as far as there is one.
    scenario: str
    #: Every problem, at least one.
    problems: tuple[Problem, ...]

    def __init__(self, text: str, scenario: str = "", problems: Iterable[Problem] = ()) -> None:
        super().__init__(text)
        self.scenario = scenario
        self.problems = tuple(problems)

    @classmethod
    def _of(cls, text: str, scenario: str, problems: Iterable[Mapping[str, Any]]) -> Error:
        return cls(text, scenario, [Problem(**problem) for problem in problems])

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.scenario, self.problems)


class ScenarioError(Error):
    """A scenario that cannot be loaded, run or compared. Its text is what the shell shows, with place and remedy."""


class PartError(Error):
    """Bytes that are no part of a run, or a part of another run. What was gathered before is as it was."""


class IncompleteError(RuntimeError):
    """An executor broke before all blocks were simulated.

    :attr:`gathering` has what came back; ``error.gathering.complete(executor=another)`` simulates what is missing.
    """

    #: What came back before the executor broke.
    gathering: Gathering

    def __init__(self, text: str, gathering: Gathering) -> None:
        super().__init__(text)
        self.gathering = gathering


class CheckError(AssertionError):
    """An expectation that a run does not meet; :attr:`outcomes` has what was found of all of them."""

    outcomes: tuple[Outcome, ...]

    def __init__(self, text: str, outcomes: Iterable[Outcome] = ()) -> None:
        super().__init__(text)
        self.outcomes = tuple(outcomes)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.outcomes)


class ScenarioWarning(UserWarning):
    """What a reader of a scenario or of its results should know."""

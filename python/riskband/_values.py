"""Values of a scenario as the compiled half takes them."""

from __future__ import annotations

from typing import Any

from ._errors import Problem, ScenarioError


def as_json(value: Any) -> str:
    """A value as JSON; numbers of NumPy are numbers.

    Raises :class:`ScenarioError` for what JSON has no form for.
    """
    import json

    try:
        return json.dumps(value, allow_nan=False, default=_plain_number)
    except (TypeError, ValueError) as error:
        text = f"{value!r} is no value of a scenario: {error}"
        expected = "a number, text, true or false, or lists and dictionaries of them"
        problem = Problem("not-json", "error", text, expected=expected, found=repr(value))
        raise ScenarioError(f"{text}; expected {expected}", problems=[problem]) from None


def _plain_number(number: Any) -> Any:
    """A number of NumPy as one of Python."""
    if not hasattr(number, "item"):
        raise TypeError(f"JSON has no {type(number).__name__}")
    return number.item()

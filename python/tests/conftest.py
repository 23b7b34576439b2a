"""Scenarios and what the shell says of them; RISKBAND names the program (scripts/python-check builds it)."""

import os
import subprocess
from pathlib import Path

import pytest

import riskband as rb

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "scenarios" / "examples"


def shell(*arguments):
    """Runs the program; its standard output."""
    command = [os.environ["RISKBAND"], *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="session")
def fan():
    return rb.load("market-fan")


@pytest.fixture(scope="session")
def run(fan):
    return fan.run(paths=20_000, seed=7)


def quick(scenario):
    """A run of few options in several blocks."""
    return scenario.run(paths=20_000, seed=7)

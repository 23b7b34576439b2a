"""Monte Carlo scenarios for markets that grow into physical limits.

A scenario is loaded, changed and run; a run has tables that any Arrow library takes, and numbers with their errors:

>>> import riskband as rb
>>> base = rb.load("market-fan")
>>> run = base.run(paths=20_000, seed=1)
>>> run.value("p50(market, 2031)")
Estimate(35.25, se=0.047)
>>> run.bands.columns[:5]
('scenario', 'output', 'dimension', 'segment', 'unit')

Names, columns and words are those of the command line, results are its bytes: the same scenario and seed give the same
numbers on any number of threads, any machine and any executor.
"""

from ._comparison import Comparison, compare
from ._errors import CheckError, Error, IncompleteError, PartError, Problem, ScenarioError, ScenarioWarning
from ._paths import Paths
from ._parts import Gathering, Part, Simulation, merge
from ._results import Discovery, Drivers, Estimate, Outcome, Run, Story
from ._riskband import __version__
from ._scenario import Scenario, load, scenarios
from ._shown import Chart, Text
from ._solution import Solution
from ._sweep import Sweep
from ._table import Table

__all__ = [
    "Chart",
    "CheckError",
    "Comparison",
    "Discovery",
    "Drivers",
    "Error",
    "Estimate",
    "Gathering",
    "IncompleteError",
    "Outcome",
    "Part",
    "PartError",
    "Paths",
    "Problem",
    "Run",
    "Scenario",
    "ScenarioError",
    "ScenarioWarning",
    "Simulation",
    "Solution",
    "Story",
    "Sweep",
    "Table",
    "Text",
    "__version__",
    "compare",
    "load",
    "merge",
    "scenarios",
]

"""First and total Sobol' indices of the market fan's last market, each input constant on a path and independent, by SALib or
by OpenTURNS, with 95 % intervals: what `riskband sensitivity` is timed against.

The model is one array operation for all points; PERT comes from a table, as SALib has no law of that name.

    python sensitivity.py salib|openturns BASE [SEED]

prints the indices as JSON: by input, the first and the total order with half widths of their intervals.
"""

import json
import sys

import numpy as np
from scipy import special

START, YEARS, BACKLOG = 6.32, 6, 0.5
INPUTS = ["ai_ml", "hyperscale", "edge", "custom_silicon", "power", "cooling", "wafer"]
# A PERT's quantiles, a beta's on its range.
LEVELS = np.linspace(0.0, 1.0, 4097)


def pert(low, mode, high):
    width = high - low
    quantiles = low + width * special.betaincinv(1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width, LEVELS)
    return lambda u: np.interp(u, LEVELS, quantiles)


def triangular(low, mode, high):
    width, rise = high - low, (mode - low) / (high - low)

    def quantile(u):
        return np.where(u < rise, low + width * np.sqrt(u * rise), high - width * np.sqrt((1 - u) * (1 - rise)))

    return quantile


QUANTILES = [
    lambda u: 0.20 + 0.06 * special.ndtri(u),
    lambda u: 0.09 + 0.05 * special.ndtri(u),
    triangular(0.0, 0.02, 0.05),
    lambda u: 0.03 * np.exp(0.5 * special.ndtri(u)),
    pert(0.05, 0.30, 0.60),
    lambda u: 0.34 + 0.10 * special.ndtri(u),
    triangular(0.05, 0.25, 0.50),
]


def market(uniforms):
    """The market of the last year at rows of seven uniforms."""
    ai_ml, hyperscale, edge, custom_silicon, power, cooling, wafer = (
        quantile(column) for quantile, column in zip(QUANTILES, np.asarray(uniforms).T)
    )
    growth = 1.0 + ai_ml + hyperscale + edge + custom_silicon
    ceilings = [np.full(len(growth), start) for start in (9.0, 8.5, 12.0)]
    demand, backlog = np.full(len(growth), START), np.zeros(len(growth))
    for _ in range(YEARS):
        demand = demand * growth
        ceilings = [ceiling * (1.0 + rate) for ceiling, rate in zip(ceilings, (power, cooling, wafer))]
        wanted = demand + backlog
        sold = np.minimum.reduce([wanted, *ceilings])
        backlog = BACKLOG * (wanted - sold)
    return sold


def by_salib(base, seed):
    from SALib.analyze import sobol
    from SALib.sample import sobol as sample

    problem = {"num_vars": len(INPUTS), "names": INPUTS, "bounds": [[0.0, 1.0]] * len(INPUTS)}
    points = sample.sample(problem, base, calc_second_order=False, seed=seed)
    found = sobol.analyze(problem, market(points), calc_second_order=False, seed=seed)
    return {name: [found[key][k] for key in ("S1", "S1_conf", "ST", "ST_conf")] for k, name in enumerate(INPUTS)}


def by_openturns(base, seed):
    import openturns

    openturns.RandomGenerator.SetSeed(seed)
    law = openturns.JointDistribution([openturns.Uniform(0.0, 1.0)] * len(INPUTS))
    points = openturns.SobolIndicesExperiment(law, base, False).generate()
    values = openturns.Sample(market(np.asarray(points)).reshape(-1, 1))
    found = openturns.SaltelliSensitivityAlgorithm(points, values, base)
    found.setUseAsymptoticDistribution(True)
    first, total = found.getFirstOrderIndices(), found.getTotalOrderIndices()
    halves = []
    for interval in (found.getFirstOrderIndicesInterval(), found.getTotalOrderIndicesInterval()):
        halves.append((np.array(interval.getUpperBound()) - np.array(interval.getLowerBound())) / 2.0)
    return {name: [first[k], halves[0][k], total[k], halves[1][k]] for k, name in enumerate(INPUTS)}


def main():
    library, base = sys.argv[1], int(float(sys.argv[2]))
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    indices = {"salib": by_salib, "openturns": by_openturns}[library](base, seed)
    json.dump({"base": base, "indices": {name: [float(x) for x in row] for name, row in indices.items()}}, sys.stdout)


main()

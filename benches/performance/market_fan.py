"""The market fan (scenarios/examples/market-fan.json) in NumPy: the same model, the same summary, exact percentiles.

Written as someone who knows NumPy would: native generators, one array operation for many paths, chunks that stay in the
second-level cache with buffers that are filled in place; only the reported values of all paths are kept, for np.quantile.

    python market_fan.py PATHS [SEED]

prints the statistics as JSON.
"""

import json
import sys

import numpy as np

START = 6.32
YEARS = range(2026, 2032)
TARGET = 35.66
LEVELS = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
CEILINGS = {"power": 9.0, "cooling": 8.5, "wafer": 12.0}
# Normal scores of ai_ml, hyperscale, custom_silicon.
CORRELATION = np.array([[1.0, 0.5, 0.3], [0.5, 1.0, 0.0], [0.3, 0.0, 1.0]])
CHUNK = 8192


def simulate(paths, rng):
    """The market of every year and path, and on how many paths each ceiling is the smallest, by year."""
    cholesky = np.linalg.cholesky(CORRELATION)
    market = np.empty((len(YEARS), paths))
    binding = {name: np.zeros(len(YEARS), dtype=np.int64) for name in CEILINGS}
    for begin in range(0, paths, CHUNK):
        simulate_chunk(market[:, begin : begin + CHUNK], binding, cholesky, rng)
    return market, binding


def simulate_chunk(market, binding, cholesky, rng):
    size = market.shape[1]
    demand = np.full(size, START)
    backlog = np.zeros(size)
    ceilings = {name: np.full(size, start) for name, start in CEILINGS.items()}
    normals = np.empty((4, size))
    for year in range(len(YEARS)):
        rng.standard_normal(out=normals)
        ai_ml, hyperscale, custom_silicon = cholesky @ normals[:3]
        ai_ml *= 0.06
        ai_ml += 1.0 + 0.20
        hyperscale *= 0.05
        hyperscale += 0.09
        custom_silicon *= 0.5
        np.exp(custom_silicon, out=custom_silicon)
        custom_silicon *= 0.03
        ai_ml += hyperscale
        ai_ml += custom_silicon
        ai_ml += rng.triangular(0.0, 0.02, 0.05, size)
        demand *= ai_ml

        power = pert(0.05, 0.30, 0.60, size, rng)
        power += 1.0
        ceilings["power"] *= power
        cooling = normals[3]
        cooling *= 0.10
        cooling += 1.0 + 0.34
        ceilings["cooling"] *= cooling
        wafer = rng.triangular(0.05, 0.25, 0.50, size)
        wafer += 1.0
        ceilings["wafer"] *= wafer

        wanted = demand + backlog
        sold = market[year]
        np.minimum(wanted, ceilings["power"], out=sold)
        np.minimum(sold, ceilings["cooling"], out=sold)
        np.minimum(sold, ceilings["wafer"], out=sold)
        for name, ceiling in ceilings.items():
            binding[name][year] += np.count_nonzero(sold == ceiling)
        np.subtract(wanted, sold, out=backlog)
        backlog *= 0.5


def pert(low, mode, high, size, rng):
    """PERT is a beta law; shape 4."""
    width = high - low
    x = rng.beta(1.0 + 4.0 * (mode - low) / width, 1.0 + 4.0 * (high - mode) / width, size)
    x *= width
    x += low
    return x


def statistics(values):
    """Mean, standard deviation and quantiles with their standard errors; those of quantiles by order statistics."""
    n = values.size
    mean = values.mean()
    deviations = values - mean
    deviations *= deviations
    variance = deviations.sum() / (n - 1)
    deviations *= deviations
    fourth = deviations.mean()
    sd = np.sqrt(variance)
    around = np.sqrt(LEVELS * (1.0 - LEVELS) / n)
    levels = np.concatenate([LEVELS, np.maximum(LEVELS - around, 0.0), np.minimum(LEVELS + around, 1.0)])
    quantiles, below, above = np.quantile(values, levels).reshape(3, len(LEVELS))
    row = {"mean": mean, "sd": sd, "mean_se": sd / np.sqrt(n), "sd_se": np.sqrt((fourth - variance**2) / n) / (2.0 * sd)}
    for level, quantile, low, high in zip(LEVELS, quantiles, below, above):
        label = f"p{100 * level:.0f}"
        row[label], row[f"{label}_se"] = quantile, (high - low) / 2.0
    return {name: float(value) for name, value in row.items()}


def main():
    paths = int(float(sys.argv[1]))
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    # The fastest of NumPy's own bit generators.
    market, binding = simulate(paths, np.random.Generator(np.random.SFC64(seed)))
    cagr = (market[-1] / START) ** (1.0 / len(YEARS)) - 1.0
    result = {
        "paths": paths,
        "market": {str(year): statistics(values) for year, values in zip(YEARS, market)},
        "cagr": statistics(cagr),
        "binding": {name: (counts / paths).tolist() for name, counts in binding.items()},
        "report_2031": float(np.mean(market[-1] >= TARGET)),
    }
    json.dump(result, sys.stdout)


main()

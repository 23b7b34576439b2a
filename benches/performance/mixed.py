"""The mixed model of scenarios.py in NumPy: every law through a table of 4,096 nodes, statistics by streamed histograms.

Written as someone who knows NumPy would: native normals, laws read from tables over the normal score (a normal and a
lognormal in closed form, counts by search), chunks that stay in the second-level cache, sums and histograms instead of
values kept. Tables and their making (SciPy) do not count: time a path is that of a long run less that of a short one.

    python mixed.py PATHS [SEED]

prints the statistics as JSON.
"""

import json
import re
import sys

import numpy as np
from scipy import stats

from scenarios import (
    BACKLOG, CEILINGS, CORRELATIONS, DRIVERS, EVENTS, FORMULAS, MARKET_START, MIXED_INPUTS, NOISE, PART_GROWTH, PARTS,
    PULL, START, STEPS, TARGET,
)  # fmt: skip

CHUNK = 8192
NODES, REACH = 4096, 8.3
BINS = 4096
LEVELS = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
COUNTS = {
    "poisson": lambda p: stats.poisson(p["mean"]),
    "binomial": lambda p: stats.binom(p["trials"], p["probability"]),
    "negative_binomial": lambda p: stats.nbinom(p["size"], p["probability"]),
    "geometric": lambda p: stats.nbinom(1, p["probability"]),
}


def quantile(law):
    """The quantile function of a law, of both tails, so that neither loses digits."""
    name, p = next(iter(law.items()))
    smaller = lambda frozen: lambda low, up: np.where(low < 0.5, frozen.ppf(low), frozen.isf(up))
    if "truncate" in law:
        (a, b), (mean, sd) = ((law["truncate"][end] for end in ("low", "high")), (p["mean"], p["sd"]))
        return smaller(stats.truncnorm((a - mean) / sd, (b - mean) / sd, mean, sd))
    if name == "pert":
        width = p["high"] - p["low"]
        rise = 4 * (p["mode"] - p["low"]) / width
        return smaller(stats.beta(1 + rise, 5 - rise, p["low"], width))
    if name == "triangular":
        width = p["high"] - p["low"]
        return smaller(stats.triang((p["mode"] - p["low"]) / width, p["low"], width))
    if name == "empirical":
        values = p["values"]
        return lambda low, up: np.interp(low * (len(values) - 1), range(len(values)), values)
    if name == "histogram":
        levels = np.concatenate([[0], np.cumsum(p["weights"])]) / np.sum(p["weights"])
        return lambda low, up: np.interp(low, levels, p["edges"])
    if name == "mixture":
        return mixture_quantile()
    return smaller(
        {
            "gamma": lambda: stats.gamma(p["shape"], scale=p["scale"]),
            "weibull": lambda: stats.weibull_min(p["shape"], scale=p["scale"]),
            "student_t": lambda: stats.t(p["df"], p["location"], p["scale"]),
            "logistic": lambda: stats.logistic(p["location"], p["scale"]),
            "gumbel": lambda: stats.gumbel_r(p["location"], p["scale"]),
            "gev": lambda: stats.genextreme(-p["shape"], p["location"], p["scale"]),
            "beta": lambda: stats.beta(p["alpha"], p["beta"], p["low"], p["high"] - p["low"]),
            "exponential": lambda: stats.expon(scale=p["mean"]),
            "uniform": lambda: stats.uniform(p["low"], p["high"] - p["low"]),
            "pareto": lambda: stats.pareto(p["shape"], scale=p["scale"]),
            "loguniform": lambda: stats.loguniform(p["low"], p["high"]),
        }[name]()
    )


def mixture_quantile():
    x = np.concatenate([np.linspace(-2, 15, 400_001)])
    cdf = 0.7 * stats.norm.cdf(x, 1, 0.3) + 0.3 * stats.norm.cdf(np.log(np.maximum(x, 1e-300) / 3) / 0.3)
    return lambda low, up: np.interp(low, cdf, x)


class Draw:
    """x = T(z), by closed form, table or search."""

    def __init__(self, law):
        name, p = next(iter(law.items()))
        z = np.linspace(-REACH, REACH, NODES)
        if name == "normal" and "truncate" not in law:
            self.of = lambda z: p["mean"] + p["sd"] * z
        elif name == "lognormal":
            self.of = lambda z: p["median"] * np.exp(p["sigma"] * z)
        elif name in COUNTS:
            counts = np.arange(0, COUNTS[name](p).isf(1e-16) + 1)
            thresholds = stats.norm.isf(COUNTS[name](p).sf(counts))
            self.of = lambda z: np.searchsorted(thresholds, z).astype(float)
        elif name == "bernoulli":
            threshold = stats.norm.isf(p["probability"])
            self.of = lambda z: (z > threshold).astype(float)
        elif name == "discrete":
            values = np.array([float(value) for value in p])
            thresholds = stats.norm.ppf(np.cumsum(list(p.values()))[:-1])
            self.of = lambda z: values[np.searchsorted(thresholds, z)]
        else:
            table = quantile(law)(stats.norm.cdf(z), stats.norm.sf(z))
            table, slope = table[:-1].copy(), np.diff(table)
            per_unit = (NODES - 1) / (2 * REACH)

            def read(z):
                place = (z + REACH) * per_unit
                node = place.astype(np.int32)
                place -= node
                place *= slope.take(node)
                place += table.take(node)
                return place

            self.of = read


class Statistics:
    """Sums and a histogram of one output."""

    def __init__(self, pilot):
        low, high = pilot.min(), pilot.max()
        margin = 0.5 * (high - low) + 1e-9
        self.low, self.per_unit = low - margin, BINS / (high - low + 2 * margin)
        self.counts, self.n, self.sums = np.zeros(BINS, np.int64), 0, np.zeros(2)

    def add(self, x):
        place = (x - self.low) * self.per_unit
        np.clip(place, 0, BINS - 1, out=place)
        self.counts += np.bincount(place.astype(np.int32), minlength=BINS)
        self.n += x.size
        self.sums += x.sum(), np.dot(x, x)

    def row(self):
        mean = self.sums[0] / self.n
        variance = (self.sums[1] / self.n - mean**2) * self.n / (self.n - 1)
        cumulative = np.cumsum(self.counts) / self.n
        edges = self.low + np.arange(1, BINS + 1) / self.per_unit
        row = {"mean": mean, "sd": max(variance, 0.0) ** 0.5}
        row |= {f"p{100 * level:.0f}": np.interp(level, cumulative, edges) for level in LEVELS}
        return {name: float(value) for name, value in row.items()}


def rival_spelling(formula):
    formula = re.sub(r"\bif\(([^,]+), ([^,]+), ([^)]+)\)", r"np.where(\1, \2, \3)", formula).replace("^", "**")
    names = {"ln": "log", "atan": "arctan", "max": "maximum", "min": "minimum", "abs": "abs"}
    formula = re.sub(r"\blogistic\(([^)]+)\)", r"1 / (1 + np.exp(-(\1)))", formula)
    return re.sub(
        r"(?<![.\w])(ln|log10|exp|sin|cos|tan|atan|tanh|sqrt|abs|max|min)\(",
        lambda match: f"np.{names.get(match[1], match[1])}(",
        formula,
    )


CODE = [(f"f{number}", compile(rival_spelling(formula), formula, "eval")) for number, formula in enumerate(FORMULAS, 1)]
PULL_CODE = compile(PULL, "pull", "eval")
DRAWS = {name: Draw(law) for name, law in MIXED_INPUTS.items()}
OVER_TIME = {
    name: (0.0, 0.0) if law["over_time"] == "fresh" else (law["over_time"]["persistence"], law["over_time"]["permanent"])
    for name, law in MIXED_INPUTS.items()
}


def shocks(size, rng):
    """A standard normal of every input, tied as written."""
    z = rng.standard_normal((len(MIXED_INPUTS), size))
    of = dict(zip(MIXED_INPUTS, z))
    for members, cholesky in GROUPS:
        tied = cholesky @ np.stack([of[name] for name in members])
        of.update(zip(members, tied))
    return of


def groups():
    for members in (["a", "b", "i"], ["j", "k"], ["f", "h"]):
        matrix = np.eye(len(members))
        for a, b, c in CORRELATIONS:
            if a in members and b in members:
                row, column = members.index(a), members.index(b)
                matrix[row, column] = matrix[column, row] = c
        yield members, np.linalg.cholesky(matrix)


GROUPS = list(groups())


def simulate_chunk(size, rng, see):
    permanent, own = shocks(size, rng), None
    demand, backlog = np.full(size, MARKET_START), np.zeros(size)
    ceilings = {name: np.full(size, float(start)) for name, (start, _) in CEILINGS.items()}
    left = {name: np.zeros(size, np.int32) for name in EVENTS}
    sizes = {name: np.zeros(size) for name in EVENTS}
    places = {part: np.zeros(size) for part in PARTS}
    for step in range(1, STEPS + 1):
        new = shocks(size, rng)
        values = {"np": np}
        if own is None:
            own = new
        for name, (persistence, share) in OVER_TIME.items():
            z = new[name]
            if step > 1 and persistence:
                z *= (1 - persistence**2) ** 0.5
                z += persistence * own[name]
                own[name] = z
            if share:
                z = (1 - share) ** 0.5 * z
                z += share**0.5 * permanent[name]
            values[name] = DRAWS[name].of(z)
        for name, code in CODE:
            values[name] = eval(code, values)
        growth = eval(PULL_CODE, values)
        for name in DRIVERS:
            growth += values[name]
        for name, (hazard, (low, high)) in EVENTS.items():
            started = (left[name] == 0) & (rng.random(size) < hazard)
            sizes[name] = np.where(started, low + (high - low) * rng.random(size), sizes[name])
            left[name] = np.where(started, 1 + (rng.random(size) > 0.6), left[name])
            effect = np.where(left[name] > 0, sizes[name], 0.0)
            growth += effect if name == "boom" else -effect
            left[name] -= left[name] > 0
        growth += 1.0
        demand *= growth
        wanted = demand + backlog
        market = wanted.copy()
        for name, (_, driver) in CEILINGS.items():
            ceilings[name] *= 1.0 + values[driver]
            np.minimum(market, ceilings[name], out=market)
        np.subtract(wanted, market, out=backlog)
        backlog *= BACKLOG
        see(("market", step), market)
        see(("backlog", step), backlog)
        noise = rng.standard_normal((len(PARTS), size))
        weights = []
        for part, normal in zip(PARTS, noise):
            normal *= NOISE
            places[part] += normal
            places[part] += PART_GROWTH.get(part, 0.0)
            weights.append(PARTS[part] * np.exp(places[part]))
        scale = market / sum(weights)
        for part, weight in zip(PARTS, weights):
            weight *= scale
            see((f"market.region.{part}", step), weight)


def main():
    paths = int(float(sys.argv[1]))
    rng = np.random.Generator(np.random.SFC64(int(sys.argv[2]) if len(sys.argv) > 2 else 1))
    seen, large = {}, 0

    def see(key, x):
        nonlocal large
        if key not in seen:
            seen[key] = Statistics(x)
        seen[key].add(x)
        if key == ("market", STEPS):
            large += np.count_nonzero(x >= TARGET)

    done = 0
    while done < paths:
        size = min(CHUNK, paths - done)
        simulate_chunk(size, rng, see)
        done += size
    rows = {f"{name} {START + step}": statistics.row() for (name, step), statistics in seen.items()}
    json.dump({"paths": paths, "rows": rows, "large": large / paths}, sys.stdout)


main()

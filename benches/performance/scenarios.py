"""Scenarios to time: one law after the other, a mixed model, a wide one. Each is a dictionary as its file would hold it.

    python scenarios.py mixed > mixed.json
"""

import json
import sys

START = 2025

LAWS = {
    "lognormal": {"lognormal": {"median": 1, "sigma": 0.3}},
    "normal": {"normal": {"mean": 1, "sd": 0.3}},
    "uniform": {"uniform": {"low": 0, "high": 1}},
    "loguniform": {"loguniform": {"low": 0.5, "high": 2}},
    "triangular": {"triangular": {"low": 0, "mode": 0.3, "high": 1}},
    "pert": {"pert": {"low": 0, "mode": 0.3, "high": 1}},
    "beta": {"beta": {"alpha": 2, "beta": 3}},
    "gamma": {"gamma": {"shape": 2.5, "scale": 0.4}},
    "weibull": {"weibull": {"shape": 1.7, "scale": 1}},
    "pareto": {"pareto": {"scale": 1, "shape": 3}},
    "student_t": {"student_t": {"location": 0, "scale": 1, "df": 5}},
    "gumbel": {"gumbel": {"location": 1, "scale": 0.3}},
    "gev": {"gev": {"location": 1, "scale": 0.3, "shape": 0.1}},
    "logistic": {"logistic": {"location": 1, "scale": 0.3}},
    "exponential": {"exponential": {"mean": 1}},
    "poisson, mean 3": {"poisson": {"mean": 3}},
    "poisson, mean 400": {"poisson": {"mean": 400}},
    "binomial": {"binomial": {"trials": 20, "probability": 0.3}},
    "negative_binomial": {"negative_binomial": {"size": 4, "probability": 0.3}},
    "geometric": {"geometric": {"probability": 0.3}},
    "bernoulli": {"bernoulli": {"probability": 0.3}},
    "discrete": {"discrete": {"1": 0.5, "2": 0.3, "5": 0.2}},
    "empirical, interpolated": {"empirical": {"values": [1, 2, 3, 4, 5, 7, 9, 12], "interpolate": True}},
    "histogram": {"histogram": {"edges": [0, 1, 2, 4], "weights": [1, 2, 1]}},
    "quantiles": {"quantiles": {"p10": 1, "p50": 2, "p90": 4}},
    "normal, truncated": {"normal": {"mean": 1, "sd": 0.3}, "truncate": {"low": 0.8, "high": 2}},
    "normal, clipped": {"normal": {"mean": 1, "sd": 0.3}, "clip": {"low": 0.8, "high": 2}},
    "mixture": {
        "mixture": [
            {"weight": 0.7, "value": {"normal": {"mean": 1, "sd": 0.3}}},
            {"weight": 0.3, "value": {"lognormal": {"median": 3, "sigma": 0.3}}},
        ]
    },
}
INPUTS, STEPS = 4, 12
# Laws with a parameter that is itself drawn, where no closed form exists.
DRAWN = {
    "gamma, drawn shape": {"gamma": {"shape": "p", "scale": 0.4}},
    "beta, drawn alpha": {"beta": {"alpha": "p", "beta": 3}},
    "pert, drawn mode": {"pert": {"low": 0, "mode": "p / 5", "high": 1}},
    "student_t, drawn df": {"student_t": {"location": 0, "scale": 1, "df": "p + 2"}},
    "poisson, drawn mean": {"poisson": {"mean": "p"}},
    "normal, truncated, drawn mean": {"normal": {"mean": "p", "sd": 0.3}, "truncate": {"low": 0.8, "high": 4}},
}


def of_law(law, tied):
    """The sum of a few inputs of one law over all steps: fresh and alone, or persistent and tied to each other."""
    names = [f"x{number}" for number in range(INPUTS)]
    over_time = {"persistence": 0.5} if tied else "fresh"
    variables = {name: {**law, "over_time": over_time} for name in names}
    scenario = summed(variables, names)
    if tied:
        scenario["correlations"] = {
            f"with_{name}": {"between": [names[0], name], "normal_score": 0.3} for name in names[1:]
        }
    return scenario


def of_drawn(law):
    """As `of_law`, fresh, with one parameter of its own on every path."""
    names = [f"x{number}" for number in range(INPUTS)]
    variables = {name: {**law, "over_time": "fresh"} for name in names}
    return summed({"p": {"uniform": {"low": 1, "high": 4}, "over_time": "constant"}, **variables}, names)


def without_draws():
    """What `of_law` takes but for the draws: one uniform a path and its statistics."""
    return summed({"q": {"uniform": {"low": 0, "high": 1}, "over_time": "constant"}}, [], "q")


def summed(variables, names, value="sum"):
    if names:
        variables["sum"] = {"start": 0, "next": " + ".join(["self", *names])}
    # One output, in the last year.
    variables["last"] = f"if(time >= {START + STEPS}, {value}, 0)"
    horizon = {"start": START, "end": START + STEPS}
    return {"riskband": 1, "title": "One law", "horizon": horizon, "variables": variables, "outputs": ["last"]}


def shock(law, persistence=0.0, permanent=0.0):
    if persistence == permanent == 0.0:
        return {**law, "over_time": "fresh"}
    return {**law, "over_time": {"persistence": persistence, "permanent": permanent}}


# The inputs of the mixed model: every law, most of them persistent.
MIXED_INPUTS = {
    "a": shock({"normal": {"mean": 0.05, "sd": 0.02}}, 0.5, 0.2),
    "b": shock({"lognormal": {"median": 0.02, "sigma": 0.4}}, 0.5, 0.2),
    "c": shock({"triangular": {"low": 0, "mode": 0.02, "high": 0.05}}, 0.3),
    "d": shock({"pert": {"low": 0, "mode": 0.02, "high": 0.06}}),
    "e": shock({"gamma": {"shape": 2.5, "scale": 0.005}}, 0.5),
    "f": shock({"weibull": {"shape": 1.7, "scale": 0.02}}, 0.3, 0.3),
    "g": shock({"student_t": {"location": 0, "scale": 0.01, "df": 5}}),
    "h": shock({"logistic": {"location": 0.01, "scale": 0.005}}, 0.3, 0.3),
    "i": shock({"gumbel": {"location": 0.15, "scale": 0.05}}, 0.5, 0.2),
    "j": shock({"gev": {"location": 0.15, "scale": 0.05, "shape": 0.1}}, 0.4),
    "k": shock({"beta": {"alpha": 2, "beta": 3, "low": 0.05, "high": 0.4}}, 0.4),
    "l": shock({"exponential": {"mean": 0.2}}, 0.3),
    "m": shock({"uniform": {"low": 0.1, "high": 0.35}}, 0.3),
    "n": shock({"pareto": {"scale": 1, "shape": 4}}, 0.5),
    "o": shock({"loguniform": {"low": 0.5, "high": 2}}, 0.5),
    "p": shock({"poisson": {"mean": 3}}),
    "q": shock({"binomial": {"trials": 20, "probability": 0.3}}, 0.5),
    "r": shock({"negative_binomial": {"size": 4, "probability": 0.3}}),
    "s": shock({"geometric": {"probability": 0.3}}, 0.5),
    "t": shock({"bernoulli": {"probability": 0.3}}),
    "u": shock({"discrete": {"1": 0.5, "2": 0.3, "5": 0.2}}, 0.5),
    "v": shock({"empirical": {"values": [1, 2, 3, 4, 5, 7, 9, 12], "interpolate": True}}, 0.5),
    "w": shock({"histogram": {"edges": [0, 1, 2, 4], "weights": [1, 2, 1]}}, 0.5),
    "x": shock({"normal": {"mean": 1, "sd": 0.5}, "truncate": {"low": 0.5, "high": 3}}, 0.5),
    "y": shock(LAWS["mixture"], 0.5),
}
# Members of a group persist alike, so that the score written is the correlation in every step.
CORRELATIONS = [("a", "b", 0.5), ("a", "i", 0.3), ("j", "k", 0.4), ("f", "h", 0.3)]
DRIVERS = ["a", "b", "c", "d", "e", "f", "g", "h"]
CEILINGS = {"power": (14, "i"), "cooling": (14.5, "j"), "wafer": (15, "k"), "people": (16, "l"), "land": (14, "m")}
# Read by riskband and, in its own spelling, by the rival.
FORMULAS = [
    "n ^ 2", "n ^ -0.2", "o ^ 0.5", "ln(n)", "log10(o)", "exp(-o)", "sin(o)", "cos(n)", "tanh(10 * g)", "atan(q - 6)",
    "if(p > 3, f1, f2)", "max(f3, f4)", "min(f5, 1)", "if(t > 0, f6, f7)", "sqrt(q + 1)", "logistic(r - 8)",
    "(o + n) ^ 1.7", "f17 / (1 + f15)", "abs(f8 - f7)", "f9 * f10", "ln(1 + s)", "u ^ 3", "v * w", "if(x > 1, f22, f23)",
    "1 / (1 + y ^ 2)", "sin(f25) * cos(f25)", "exp(-f19)", "log10(1 + f23)", "max(f24, f28)", "tan(0.5 * f25)",
]  # fmt: skip
PULL = "0.00005 * (" + " + ".join(f"f{number}" for number in range(1, len(FORMULAS) + 1)) + ")"
EVENTS = {"slump": (0.1, (0.05, 0.2)), "boom": (0.08, (0.02, 0.1))}
PARTS = {"one": 0.3, "two": 0.2, "three": 0.15, "four": 0.15, "five": 0.1, "six": 0.1}
PART_GROWTH = {"one": 0.01, "four": -0.02}
NOISE = 0.03
MARKET_START, BACKLOG, TARGET = 10.0, 0.5, 40.0


def mixed():
    drivers = {name: MIXED_INPUTS[name] for name in DRIVERS}
    formulas = {f"f{number}": formula for number, formula in enumerate(FORMULAS, 1)}
    others = {name: law for name, law in MIXED_INPUTS.items() if name not in DRIVERS}
    parts = {part: {"share": share, "growth": PART_GROWTH.get(part, 0)} for part, share in PARTS.items()}
    return {
        "riskband": 1,
        "title": "Every law, events, formulas, ceilings and segments",
        "horizon": {"start": START, "end": START + STEPS},
        "market": {"start": MARKET_START, "backlog": BACKLOG},
        "drivers": {**drivers, "pull": PULL, "fall": "-slump", "rise": "boom"},
        "variables": {**others, **formulas},
        "events": {
            name: {
                "hazard": hazard,
                "size": {"uniform": {"low": low, "high": high}},
                "duration": {"discrete": {"1": 0.6, "2": 0.4}},
            }
            for name, (hazard, (low, high)) in EVENTS.items()
        },
        "constraints": {name: {"start": start, "growth": growth} for name, (start, growth) in CEILINGS.items()},
        "correlations": {f"{a}_{b}": {"between": [a, b], "normal_score": c} for a, b, c in CORRELATIONS},
        "segments": {"region": {"noise": NOISE, "parts": parts}},
        "targets": {"large": f"market[{START + STEPS}] >= {TARGET:g}"},
        "outputs": ["market", "backlog", "market.region"],
    }


def wide():
    """Many inputs of five laws over many steps under ten ceilings."""
    laws = [LAWS[name] for name in ("normal", "lognormal", "triangular", "weibull", "gamma")]
    scale = lambda number: {**laws[number % 5], "over_time": {"persistence": 0.4} if number % 2 else "fresh"}
    inputs = {f"x{number}": scale(number) for number in range(60)}
    growth = "0.0015 * (" + " + ".join(f"x{number}" for number in range(50)) + ")"
    return {
        "riskband": 1,
        "title": "Many inputs",
        "horizon": {"start": START, "end": START + 24},
        "market": {"start": 10, "backlog": 0.5},
        "drivers": {"demand_growth_rate": growth},
        "variables": inputs,
        "constraints": {f"c{k}": {"start": 12 + k, "growth": f"0.06 + 0.02 * x{50 + k}"} for k in range(10)},
        "outputs": ["market"],
    }


if __name__ == "__main__":
    json.dump({"mixed": mixed, "wide": wide}[sys.argv[1]](), sys.stdout, indent=1)

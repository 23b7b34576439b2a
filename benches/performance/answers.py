"""Known answers of the market fan: 3e9 paths, two programs that share neither normals nor streams.

Written as they were rounded; the decimals given say how far each is known.
"""

import math

PATHS = 3e9
MARKET = {
    "2026": {"mean": "8.51381", "sd": "0.6344", "p5": "7.47430", "p25": "8.08452", "p50": "8.51131", "p75": "8.94061", "p95": "9.56257"},
    "2028": {"mean": "15.26932", "sd": "1.8074", "p5": "12.31868", "p25": "14.02512", "p50": "15.25545", "p75": "16.49535", "p95": "18.26767"},
    "2031": {"mean": "35.33441", "sd": "5.1298", "p5": "26.99906", "p25": "31.81596", "p50": "35.27141", "p75": "38.76963", "p95": "43.88319"},
}
CAGR = {"mean": "0.3302443", "sd": "0.0327", "p5": "0.273812", "p25": "0.309146", "p50": "0.331837", "p75": "0.352994", "p95": "0.381222"}
PROBABILITIES = {"report_2031": "0.469994", "power": "0.208527", "cooling": "0.096494", "wafer": "0.083261"}


def largest_z(summary):
    """The largest |z| of all statistics of a summary, and which one it is.

    Its variance is that of the summary, of the known answer's own paths and of the answer's last decimal.
    """
    known_paths = summary["paths"] / PATHS
    z = {}

    def compare(name, value, error, known):
        decimal = 10.0 ** -len(known.partition(".")[2])
        z[name] = abs(value - float(known)) / (error**2 * (1.0 + known_paths) + decimal**2 / 12.0) ** 0.5

    for name, row, known in [(f"market {year}", summary["market"][year], known) for year, known in MARKET.items()] + [
        ("cagr", summary["cagr"], CAGR)
    ]:
        for statistic, text in known.items():
            compare(f"{name} {statistic}", row[statistic], row[f"{statistic}_se"], text)
    for name, text in PROBABILITIES.items():
        p = float(text)
        compare(name, summary["probabilities"][name], (p * (1.0 - p) / summary["paths"]) ** 0.5, text)
    worst = max(z, key=z.get)
    return z[worst], worst, len(z)


def largest_difference(run, other):
    """The largest |z| between a run of the mixed model and the same in NumPy, and which statistic it is.

    Both have as many paths, so the error of a difference is that of a statistic times the root of 2. NumPy's percentiles
    lie within a bin of its histogram, whose width is part of the error.
    """
    part = lambda band: f".region.{band['segment']}" if band["segment"] else ""
    bands = {f"{band['output']}{part(band)} {band['period']}": band for band in run["bands"]}
    z = {}
    for name, row in other["rows"].items():
        for statistic, value in row.items():
            error = bands[name].get(f"{statistic}_se")
            if error:
                bin_width = 4.0 * bands[name]["sd"] / 1000.0 if statistic.startswith("p") else 0.0
                z[f"{name} {statistic}"] = abs(value - bands[name][statistic]) / (2.0 * error**2 + bin_width**2 / 12.0) ** 0.5
    (target,) = run["targets"]
    z["target"] = abs(other["large"] - target["probability"]) / (2.0**0.5 * target["se"])
    worst = max(z, key=z.get)
    return z[worst], worst, len(z)


def of_riskband(run):
    """The summary of a run as riskband writes it."""
    bands = {(band["output"], band["period"]): band for band in run["bands"]}
    last = {row["constraint"]: row["p_binding"] for row in run["constraints"] if row["period"] == "2031"}
    targets = {row["target"]: row["probability"] for row in run["targets"]}
    return {
        "paths": run["paths"],
        "market": {year: bands["market", year] for year in MARKET},
        "cagr": bands["cagr", "2031"],
        "probabilities": {**last, **targets},
    }


def of_numpy(result):
    """The summary that market_fan.py prints."""
    last = {name: shares[-1] for name, shares in result["binding"].items()}
    return {**result, "probabilities": {**last, "report_2031": result["report_2031"]}}


def largest_difference_of_indices(run, theirs):
    """The largest |z| between the first and total orders of a run of riskband and those of another program, which gives half
    widths of its 95 % intervals; with the name of the index and how many there are."""
    worst, count = (0.0, ""), 0
    for row in run["sensitivity"]:
        if row["output"] != "market" or row["index"] not in ("first", "total"):
            continue
        first, first_half, total, total_half = theirs[row["input"].removesuffix(".growth")]
        value, half = (first, first_half) if row["index"] == "first" else (total, total_half)
        z = abs(row["value"] - value) / math.hypot(row["se"], half / 1.96)
        worst, count = max(worst, (z, f"{row['index']} of {row['input']}")), count + 1
    return *worst, count

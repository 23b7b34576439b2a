"""Writes tests/data/laws.csv: quantiles of every law, solved at 40 digits with mpmath.

    pip install mpmath && python3 scripts/make_law_fixtures.py > tests/data/laws.csv

A law is written as name(parameters)[truncate.low,truncate.high], a mixture as weight*law+weight*law; the test parses
the same text. Each quantile is found by bisection on the distribution function alone: no formula for a quantile,
a density or a truncation is shared with the library.
"""

import re
import sys
from itertools import accumulate
from multiprocessing import Pool

from mpmath import mp, mpf

mp.dps = 40
INF = mp.inf
LEVELS = ["1e-12", "1e-9", "1e-6", "1e-3", "0.01", "0.05", "0.25", "0.5"]

CASES = """
normal(0,1) normal(0.2,0.06) normal(-1000,0.001)
normal(0.2,0.06)[0,] normal(0.2,0.06)[0,0.3] normal(0,1)[,-3] normal(0,1)[5,] normal(0,1)[-1,1] normal(3,1)[0,10]
normal(1,1)[0,] normal(7,1)[0,] normal(0,1)[-9,9] normal(100,1)[99.5,99.6]
lognormal(1,0.5) lognormal(3,2.5) lognormal(1,0.5)[0.5,2] lognormal(1,1)[,3] lognormal(2,0.1)[1.9,]
uniform(-1,3) uniform(0,10)[2,5]
triangular(0,1,4) triangular(0,0,1) triangular(-2,1,1) triangular(0,1,4)[0.5,3] triangular(0,1,4)[0,2]
pert(0,1,4,4) pert(0.05,0.30,0.60,4) pert(-1,-1,2,4) pert(0,9,10,30) pert(0,1,4,4)[0.5,2]
beta(0.1,0.1,0,1) beta(0.5,0.5,0,1) beta(2,5,0,1) beta(1,1,0,1) beta(1000,3,0,1) beta(3,1000,0,1)
beta(0.1,20,-1,3) beta(300,500,0,1) beta(0.01,3,0,1) beta(2,3,0,1)[0.2,0.9]
gamma(0.05,1) gamma(0.5,2) gamma(1,1) gamma(2.5,0.1) gamma(30,1) gamma(1000,1) gamma(10000,3)
gamma(2,1)[1,] gamma(0.05,1)[,1] gamma(100,1)[80,130]
weibull(0.2,1) weibull(1,2) weibull(3.6,5) weibull(50,1) weibull(1.5,1)[0.5,2]
exponential(3) exponential(3)[1,]
student_t(0,1,1) student_t(0,1,2) student_t(1,2,3) student_t(0,1,4.5) student_t(0,1,30) student_t(0,1,1000)
student_t(0,1,1000000) student_t(0,1,0.5) student_t(0,1,3)[-1,4] student_t(0.1,0.05,4)[0,]
gumbel(0,1) gumbel(3,2) gumbel(0,1)[0,] logistic(0,1) logistic(3,0.5) logistic(3,0.5)[2,4] logistic(1,1)[0,]
poisson(0.1) poisson(1) poisson(10) poisson(1000) poisson(1000000) poisson(10)[5,20] poisson(3)[1,]
quantiles(,,0.1,1,0.5,3,0.9,8) quantiles(,,0.1,1,0.9,5) quantiles(0,,0.1,1,0.5,3,0.9,8)
quantiles(0,20,0.1,1,0.5,3,0.9,8) quantiles(,10,0.1,1,0.5,3,0.9,6) quantiles(,,0.05,-2,0.25,0,0.5,1,0.75,2.5,0.95,6)
quantiles(0,20,0.1,1,0.5,3,0.9,8)[2,10]
0.5*normal(0,1)+0.5*normal(3,0.5) 0.3*atom(0)+0.7*lognormal(1,0.5) 0.4*normal(0,1)+0.6*normal(40,1)
0.2*uniform(0,1)+0.3*uniform(2,3)+0.5*uniform(2.5,4) 0.1*atom(-1)+0.6*triangular(0,1,2)+0.3*gamma(3,1)
0.9*normal(0.03,0.1)+0.1*student_t(0,0.3,3) 0.25*atom(1)+0.75*normal(1,0.1)[0.5,] 0.6*poisson(4)+0.4*exponential(2)
0.5*beta(0.5,0.5,0,1)+0.5*gamma(0.5,1)
loguniform(0.01,10) loguniform(1,1.5)[1.1,1.4] pareto(2,3) pareto(1,0.7) pareto(1,2.5)[2,9]
gev(0,1,0.3) gev(1,2,-0.4) gev(0,1,0) gev(0,1,0.2)[0,5]
binomial(10,0.3) binomial(300,0.02) binomial(20,0.5)[5,12]
negative_binomial(3,0.4) negative_binomial(0.3,0.02) negative_binomial(50,0.5)[30,60] geometric(0.3) geometric(0.02)[2,]
histogram(0,1,3,7,2,1,4) histogram(0,1,3,7,2,1,4)[0.5,5] 0.3*pareto(1,3)+0.7*loguniform(0.1,2)
""".split()


class Law:
    """Both tails, where P(X <= x) at an atom includes it, and the support."""

    def __init__(self, lower, upper, low=-INF, high=INF, lattice=False):
        self.lower, self.upper, self.low, self.high, self.lattice = lower, upper, low, high, lattice


def on(low, high, lower, upper, **more):
    """Tails that are 0 and 1 outside of the support."""
    def at(x, inside, below, above):
        return below if x < low else above if x >= high else inside(x)
    return Law(lambda x: at(x, lower, mpf(0), mpf(1)), lambda x: at(x, upper, mpf(1), mpf(0)), low, high, **more)


def erfc(x):
    """mpmath's own overflows far out."""
    return mp.erfc(max(-1000, min(1000, x)))


def beta(a, b, low, high):
    width = high - low
    return on(low, high,
              lambda x: mp.betainc(a, b, 0, (x - low) / width, regularized=True),
              lambda x: mp.betainc(b, a, 0, (high - x) / width, regularized=True))


def student_t(location, scale, df):
    def far(t):  # P(T > t), t > 0
        return mp.betainc(df / 2, mpf(1) / 2, 0, df / (df + t * t), regularized=True) / 2
    def upper(x):
        t = (x - location) / scale
        return far(t) if t > 0 else 1 - far(-t)
    return Law(lambda x: upper(2 * location - x), upper)


def triangular(low, mode, high):
    width = high - low
    def lower(x):
        return (x - low) ** 2 / (width * (mode - low)) if x < mode else 1 - upper(x)
    def upper(x):
        return (high - x) ** 2 / (width * (high - mode)) if x >= mode else 1 - lower(x)
    return on(low, high, lower, upper)


def poisson(mean):
    """Sums of the probabilities of all counts within 45 standard deviations."""
    reach = int(45 * mp.sqrt(mean)) + 60
    first = max(0, int(mean) - reach)
    chances = [mp.exp(first * mp.log(mean) - mean - mp.loggamma(first + 1))]
    for count in range(first + 1, int(mean) + reach):
        chances.append(chances[-1] * mean / count)
    below = list(accumulate(chances))
    above = list(accumulate(reversed(chances)))[::-1][1:] + [mpf(0)]
    index = lambda x: min(int(mp.floor(x)) - first, len(chances) - 1)
    return on(mpf(0), INF, lambda x: below[index(x)] if index(x) >= 0 else mpf(0),
              lambda x: above[index(x)] if index(x) >= 0 else mpf(1), lattice=True)


def counted(lower, upper):
    """Tails of counts at every whole number, each from its own incomplete beta."""
    return on(mpf(0), INF, lambda x: lower(mp.floor(x)), lambda x: upper(mp.floor(x)), lattice=True)


def betas(a, b, x):
    return mp.betainc(a, b, 0, x, regularized=True)


def binomial(n, p):
    return counted(lambda k: betas(n - k, k + 1, 1 - p) if k < n else mpf(1),
                   lambda k: betas(k + 1, n - k, p) if k < n else mpf(0))


def negative_binomial(r, p):
    return counted(lambda k: betas(r, k + 1, p), lambda k: betas(k + 1, r, 1 - p))


def gev(m, s, k):
    def rate(x):
        if k == 0:
            return mp.exp(-(x - m) / s)
        inner = 1 + k * (x - m) / s
        return inner ** (-1 / k) if inner > 0 else (INF if k > 0 else mpf(0))
    low, high = (m - s / k, INF) if k > 0 else (-INF, m - s / k) if k < 0 else (-INF, INF)
    return on(low, high, lambda x: mp.exp(-rate(x)), lambda x: -mp.expm1(-rate(x)))


def histogram(*numbers):
    edges, weights = numbers[:(len(numbers) + 1) // 2], numbers[(len(numbers) + 1) // 2:]
    def lower(x):
        return sum(w * min(max((x - a) / (b - a), 0), 1) for a, b, w in zip(edges, edges[1:], weights)) / sum(weights)
    return on(edges[0], edges[-1], lower, lambda x: 1 - lower(x))


def quantiles(low, high, *points):
    """The metalog, by bisection on its quantile function: the logit of p at x."""
    ps, xs = points[0::2], points[1::2]
    n = len(ps)
    def into(x):
        if low is None and high is None:
            return x
        if high is None:
            return mp.log(x - low)
        if low is None:
            return -mp.log(high - x)
        return mp.log((x - low) / (high - x))
    def terms(logit):
        c, row = 1 / (1 + mp.exp(-logit)) - mpf(1) / 2, [mpf(1), logit]
        row += [c * logit, c]
        for k in range(4, n):
            row.append(c ** (k // 2) * (1 if k % 2 == 0 else logit))
        return row[:n]
    matrix = mp.matrix([terms(mp.log(p / (1 - p))) for p in ps])
    coefficients = mp.lu_solve(matrix, mp.matrix([into(x) for x in xs]))
    def logit_at(x):
        a, b, goal = mpf(-200), mpf(200), into(x)
        for _ in range(150):
            middle = (a + b) / 2
            value = sum(c * t for c, t in zip(coefficients, terms(middle)))
            a, b = (middle, b) if value < goal else (a, middle)
        return a
    return on(-INF if low is None else low, INF if high is None else high,
              lambda x: 1 / (1 + mp.exp(-logit_at(x))), lambda x: 1 / (1 + mp.exp(logit_at(x))))


LAWS = {
    "atom": lambda a: on(a, a, None, None),
    "normal": lambda m, s: Law(lambda x: erfc((m - x) / s / mp.sqrt(2)) / 2, lambda x: erfc((x - m) / s / mp.sqrt(2)) / 2),
    "lognormal": lambda m, s: on(mpf(0), INF, lambda x: erfc(-mp.log(x / m) / s / mp.sqrt(2)) / 2 if x else mpf(0),
                                 lambda x: erfc(mp.log(x / m) / s / mp.sqrt(2)) / 2 if x else mpf(1)),
    "uniform": lambda low, high: on(low, high, lambda x: (x - low) / (high - low), lambda x: (high - x) / (high - low)),
    "triangular": triangular,
    "pert": lambda low, mode, high, k: beta(1 + k * (mode - low) / (high - low), 1 + k * (high - mode) / (high - low), low, high),
    "beta": beta,
    "gamma": lambda a, s: on(mpf(0), INF, lambda x: mp.gammainc(a, 0, x / s, regularized=True),
                             lambda x: mp.gammainc(a, x / s, mp.inf, regularized=True)),
    "weibull": lambda k, s: on(mpf(0), INF, lambda x: -mp.expm1(-((x / s) ** k)), lambda x: mp.exp(-((x / s) ** k))),
    "exponential": lambda m: on(mpf(0), INF, lambda x: -mp.expm1(-x / m), lambda x: mp.exp(-x / m)),
    "student_t": student_t,
    "gumbel": lambda m, s: Law(lambda x: mp.exp(-mp.exp((m - x) / s)), lambda x: -mp.expm1(-mp.exp((m - x) / s))),
    "logistic": lambda m, s: Law(lambda x: 1 / (1 + mp.exp((m - x) / s)), lambda x: 1 / (1 + mp.exp((x - m) / s))),
    "poisson": poisson,
    "loguniform": lambda a, b: on(a, b, lambda x: mp.log(x / a) / mp.log(b / a), lambda x: mp.log(b / x) / mp.log(b / a)),
    "pareto": lambda s, k: on(s, INF, lambda x: 1 - (s / x) ** k, lambda x: (s / x) ** k),
    "gev": gev,
    "binomial": binomial,
    "negative_binomial": negative_binomial,
    "geometric": lambda p: counted(lambda k: 1 - (1 - p) ** (k + 1), lambda k: (1 - p) ** (k + 1)),
    "histogram": histogram,
    "quantiles": quantiles,
}


def parse(text):
    if "*" in text:
        parts = [term.split("*") for term in re.split(r"\+(?=[\d.]+\*)", text)]
        parts = [(mpf(weight), parse(law)) for weight, law in parts]
        return Law(lambda x: sum(w * law.lower(x) for w, law in parts), lambda x: sum(w * law.upper(x) for w, law in parts),
                   min(law.low for _, law in parts), max(law.high for _, law in parts))
    name, arguments, bounds = re.fullmatch(r"(\w+)\(([^)]*)\)(?:\[([^]]*)\])?", text).groups()
    # Through float: the library's parameter is the double nearest to the decimal.
    numbers = lambda text: [mpf(float(number)) if number else None for number in text.split(",")]
    law = LAWS[name](*numbers(arguments))
    if bounds is None:
        return law
    low, high = numbers(bounds)
    low, high = law.low if low is None else low, law.high if high is None else high
    just_below = low - 1 if law.lattice else low
    below, above = law.lower(just_below), law.upper(high)
    mass = law.lower(high) - below if law.lower(high) < 0.5 else law.upper(just_below) - above
    return on(low, high, lambda x: (law.lower(x) - below) / mass, lambda x: (law.upper(x) - above) / mass, lattice=law.lattice)


def quantile(law, below, p):
    """The smallest x with F(x) >= p (below) or 1 - F(x) <= p, by bisection on a scale that reaches every double."""
    reached = (lambda x: law.lower(x) >= p) if below else (lambda x: law.upper(x) <= p)
    if law.lattice:
        a, b = mpf(-1), mpf(2)
        while not reached(b):
            b *= 2
        while b - a > 1:
            middle = mp.floor((a + b) / 2)
            a, b = (a, middle) if reached(middle) else (middle, b)
        return b
    low, high = law.low, law.high
    if low > -INF and high < INF:
        scale = lambda y: low + (high - low) / (1 + mp.exp(-y))
    elif low > -INF:
        scale = lambda y: low + mp.exp(y)
    elif high < INF:
        scale = lambda y: high - mp.exp(-y)
    else:
        scale = mp.sinh
    a, b = mpf(-1), mpf(1)
    while reached(scale(a)):
        a *= 2
        if a < -2000:  # an atom at the lower bound
            return low
    while not reached(scale(b)):
        b *= 2
    while b - a > mpf(10) ** -18 * max(1, abs(a)):
        middle = (a + b) / 2
        a, b = (a, middle) if reached(scale(middle)) else (middle, b)
    return scale(b)


def rows(case):
    law = parse(case)
    found = []
    for level in LEVELS:
        for side in ("lower", "upper"):
            if (level, side) != ("0.5", "upper"):
                found.append(f"{case};{side};{level};{float(quantile(law, side == 'lower', mpf(float(level))))!r}")
    return found


if __name__ == "__main__":
    print("law;tail;p;x")
    with Pool(2) as pool:
        for lines in pool.imap(rows, CASES):
            print("\n".join(lines), flush=True)
            print(lines[0], file=sys.stderr)

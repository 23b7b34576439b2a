"""Prints the minimax polynomials of src/kernel, lowest power first, with the relative errors that they leave.

    pip install mpmath && python3 scripts/make_kernel_polynomials.py

Remez's exchange at 50 digits. Each polynomial is a factor or a term of its function; the weight turns its own error into
the relative error of the function.
"""

from mpmath import atan, cos, erfc, exp, log, lu_solve, matrix, mp, mpf, sin, sqrt

mp.dps = 50
GRID = 1500
ROUNDS = 12


def remez(f, weight, low, high, degree):
    """The polynomial of this degree with the least largest |weight (p - f)| on an interval, and that error."""
    low, high = mpf(low), mpf(high)
    middle, half = (low + high) / 2, (high - low) / 2
    grid = [middle - half * cos(mp.pi * mpf(k) / GRID) for k in range(GRID + 1)]
    values, weights = [f(x) for x in grid], [weight(x) for x in grid]
    points = [middle - half * cos(mp.pi * k / (degree + 1)) for k in range(degree + 2)]
    for _ in range(ROUNDS):
        system, right = matrix(degree + 2, degree + 2), matrix(degree + 2, 1)
        for row, x in enumerate(points):
            for power in range(degree + 1):
                system[row, power] = x**power
            system[row, degree + 1] = (-1) ** row / weight(x)
            right[row] = f(x)
        *polynomial, level = lu_solve(system, right)
        errors = [w * (evaluate(polynomial, x) - y) for x, y, w in zip(grid, values, weights)]
        extremes = alternating(errors, degree + 2)
        largest = max(abs(error) for error in errors)
        if len(extremes) < degree + 2 or largest < abs(level) * mpf("1.02"):
            break
        points = [grid[k] for k in extremes]
    return polynomial, largest


def alternating(errors, count):
    """The places of the largest errors of alternating sign, the outer ones left out where there are too many."""
    extremes = []
    for k, error in enumerate(errors):
        if extremes and (error >= 0) == (errors[extremes[-1]] >= 0):
            if abs(error) > abs(errors[extremes[-1]]):
                extremes[-1] = k
        else:
            extremes.append(k)
    while len(extremes) > count:
        extremes.pop(0 if abs(errors[extremes[0]]) < abs(errors[extremes[-1]]) else -1)
    return extremes


def evaluate(polynomial, x):
    value = mpf(0)
    for coefficient in reversed(polynomial):
        value = value * x + coefficient
    return value


TINY = mpf(10) ** -20


def of_square(function, at_zero):
    """A function of r as one of s = r^2, by its limit near 0, where the formula cancels."""
    return lambda s: at_zero if s < TINY else function(sqrt(s), s)


QUARTER = (mp.pi / 4) * mpf("1.0001")
EIGHTH = (sqrt(mpf(2)) - 1) * mpf("1.00001")
NORMAL_END = mpf("38.7")
CENTRE = mpf(5)


def scaled_tail(t):
    """(x + 5) exp(x^2 / 2) Phi(-x) at t = (x - 5) / (x + 5)."""
    x = CENTRE * (1 + t) / (1 - t)
    return (x + CENTRE) * exp(x * x / 2) * erfc(x / sqrt(mpf(2))) / 2


POLYNOMIALS = {
    "(sin(r) / r - 1) / r^2 in r^2, |r| <= pi / 4": (
        of_square(lambda r, s: (sin(r) / r - 1) / s, mpf(-1) / 6),
        lambda s: s + TINY,
        (0, QUARTER**2),
        5,
    ),
    "(cos(r) - 1 + r^2 / 2) / r^4 in r^2, |r| <= pi / 4": (
        of_square(lambda r, s: (cos(r) - 1 + s / 2) / s**2, mpf(1) / 24),
        lambda s: s * s / cos(sqrt(s)) + TINY,
        (0, QUARTER**2),
        5,
    ),
    "(atan(r) / r - 1) / r^2 in r^2, |r| <= tan(pi / 8)": (
        of_square(lambda r, s: (atan(r) / r - 1) / s, mpf(-1) / 3),
        lambda s: s + TINY,
        (0, EIGHTH**2),
        10,
    ),
    "(x + 5) exp(x^2 / 2) Phi(-x) in (x - 5) / (x + 5), 0 <= x <= 38.7": (
        scaled_tail,
        lambda t: 1 / scaled_tail(t),
        (-1, (NORMAL_END - CENTRE) / (NORMAL_END + CENTRE)),
        22,
    ),
}

for name, (f, weight, (low, high), degree) in POLYNOMIALS.items():
    polynomial, error = remez(f, weight, low, high, degree)
    print(f"{name}: relative error 2^{float(log(error, 2)):.1f}")
    for coefficient in polynomial:
        print(f"    {float(coefficient)!r},")

"""Writes the rows of tests/data/kernel_oracle.csv for log10, sin, cos, tan, atan, tanh and the tails of normal_cdf.

    pip install mpmath && python3 scripts/make_kernel_oracle.py >> tests/data/kernel_oracle.csv

Values at 60 digits at the exact value of each double x, rounded once to the nearest double. The arguments are random over
the whole range and over the everyday one, with the ends of formulas, powers of 10, subnormals, and the doubles that come
nearest to multiples of pi / 2.
"""

import random
import struct
from fractions import Fraction

from mpmath import atan, cos, erfc, log, mp, mpf, sin, sqrt, tan, tanh

mp.dps = 60
random.seed(20261130)
LEAST, GREATEST = 5e-324, 1.7976931348623157e308


def anywhere():
    """Any positive finite double, evenly over exponents."""
    return struct.unpack("<d", struct.pack("<Q", random.randrange(1, 0x7FEF_FFFF_FFFF_FFFF)))[0]


def near_multiples(count):
    """The doubles nearest to multiples of pi / 2 up to a million, those that come closest."""
    half = Fraction(int(mp.pi / 2 * mpf(2) ** 160), 2**160)
    found = [(abs(Fraction(float(half * k)) - half * k), float(half * k)) for k in range(1, 636_000)]
    return [x for _, x in sorted(found)[:count]]


def rounded(value):
    """The nearest double, subnormal ones too, from a value of 60 digits."""
    return float(Fraction(int(value * mpf(2) ** 1200), 2**1200)) if 0 < abs(value) < 1e-300 else float(value)


ANGLES = (
    [0.0, LEAST, 1e-300, 1e-9, 0.7853981633974483, 0.7853981633974484, 1.5707963267948966, 3.141592653589793, 1e6]
    + [random.uniform(0, 4) for _ in range(60)]
    + [random.uniform(0, 1e6) for _ in range(60)]
    + near_multiples(40)
)
ARGUMENTS = {
    "log10": [LEAST, 1e-310, 2.2250738585072014e-308, 1.0, GREATEST, 0.9999999999999999, 1.0000000000000002]
    + [10.0**k for k in range(-20, 23)]
    + [random.uniform(0.5, 2) for _ in range(60)]
    + [anywhere() for _ in range(60)],
    "sin": ANGLES,
    "cos": ANGLES,
    "tan": ANGLES,
    "atan": [0.0, LEAST, 1e-9, 0.41421356237309503, 0.4142135623730951, 1.0, 2.414213562373095, 2.4142135623730954, GREATEST]
    + [random.uniform(0, 3) for _ in range(100)]
    + [anywhere() for _ in range(40)],
    "tanh": [0.0, LEAST, 1e-9, 0.17328679513998632, 0.17328679513998635, 1.0, 18.0, 19.1, 22.0, 800.0]
    + [random.uniform(0, 1) for _ in range(100)]
    + [random.uniform(0, 20) for _ in range(60)],
    "normal_cdf": [-random.uniform(0, 38.4) for _ in range(100)] + [random.uniform(-3, 3) for _ in range(100)],
}
FUNCTIONS = {
    "log10": lambda x: log(x) / log(mpf(10)),
    "sin": sin,
    "cos": cos,
    "tan": tan,
    "atan": atan,
    "tanh": tanh,
    "normal_cdf": lambda x: erfc(-x / sqrt(mpf(2))) / 2,
}

for name, arguments in ARGUMENTS.items():
    for x in arguments:
        print(f"{name},{x!r},{rounded(FUNCTIONS[name](mpf(x)))!r}")

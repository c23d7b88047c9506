"""When two values count as equal. Pure."""

from __future__ import annotations

import math
from fractions import Fraction

RELATIVE, ABSOLUTE = 1e-5, 1e-6


def close(got: float, expected: float | Fraction) -> bool:
    """Whether they are equal within either tolerance; huge integers never overflow."""
    try:
        return math.isclose(float(got), float(expected), rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    except OverflowError:
        return got == expected

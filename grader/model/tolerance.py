"""When two values count as equal. Pure."""

from __future__ import annotations

import math
from fractions import Fraction


def close(got: float, expected: float | Fraction) -> bool:
    """Equal within 1e-5 relative or 1e-6 absolute; huge integers never overflow."""
    try:
        return math.isclose(float(got), float(expected), rel_tol=1e-5, abs_tol=1e-6)
    except OverflowError:
        return got == expected

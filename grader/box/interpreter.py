"""Which Python runs in a box."""

from __future__ import annotations

import os
import sys


def interpreter() -> str:
    """The interpreter itself, not a virtual environment's link to it."""
    base = getattr(sys, "_base_executable", None) or sys.executable
    return os.path.realpath(base)

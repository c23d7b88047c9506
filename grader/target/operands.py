"""What a battery may send to a submission, as operands of a step."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

from grader.model.program import Array, Operand
from grader.target.recorder import BatteryMisuse
from grader.text.words import said

NUMBERS = "biufc"
"""The kinds of numpy's arrays that can be sent."""

SURROGATE = re.compile("[\ud800-\udfff]")


def plain_operand(value: Any, operand: Callable[[Any], Operand]) -> Operand:
    """Plain data, copied, with `operand` of each item; BatteryMisuse for what cannot be sent."""
    if isinstance(value, list):
        return [operand(item) for item in value]
    if isinstance(value, tuple):
        return tuple(operand(item) for item in value)
    if isinstance(value, set | frozenset):
        kind = set if isinstance(value, set) else frozenset
        return kind(operand(item) for item in value)
    if isinstance(value, Mapping):
        return {operand(key): operand(item) for key, item in value.items()}
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.generic):
        return operand(value.item())
    if numpy is not None and isinstance(value, numpy.ndarray) and value.dtype.kind in NUMBERS:
        return Array(value.dtype.name, operand(value.tolist()))
    if isinstance(value, str) and SURROGATE.search(value):
        raise BatteryMisuse(
            said("half a character, {text}, cannot be sent to a submission", text=ascii(value[:40]))
        )
    if isinstance(value, bool | int | float | complex | str | bytes) or hasattr(value, "numerator"):
        return value
    raise BatteryMisuse(
        said("{name} cannot be sent to a submission: send plain data", name=type(value).__name__)
    )

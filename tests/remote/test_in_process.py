"""Trusted code that runs in the grader's own process: the reference, known mistakes, debugging."""

from __future__ import annotations

import sys

import pytest

from grader.exercise.trusted import load_in_process

DATACLASS = """from __future__ import annotations
from dataclasses import dataclass, field

@dataclass
class Value:
    data: float
    parents: tuple[Value, ...] = field(default=())
"""


def test_a_dataclass_finds_its_module_while_it_is_made() -> None:
    assert load_in_process(DATACLASS, "value", "value.py").Value(2.0).data == 2.0
    assert "value" not in sys.modules


def test_a_module_of_that_name_is_given_back() -> None:
    with pytest.raises(ZeroDivisionError):
        load_in_process("1 / 0", "json", "json.py")
    assert sys.modules["json"].__name__ == "json"
    assert hasattr(sys.modules["json"], "loads")

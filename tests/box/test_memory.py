"""What a worker's memory holds: the library and its own source, and nothing of ours."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.box import places
from tests.box.places import OPEN

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or places.COLUMN is None, reason="the layers are those of Linux"
)

PAGES = places.ROOT / "tests/hostile/kit/own_pages.py"
OWN = ("written by the submission itself", "PYTHONHASHSEED=0")
"""What is there for certain, in the heap and above the stack: what is not found was looked for."""


def ours() -> list[str]:
    """Paths, numbers and texts that a grader has, and the names under which a trial gets them."""
    paths = [*places.import_path(), str(Path(places.VISIT).parent)]
    texts = ["tests/battery", "reference/value", "autograd-grader", "expect_gradients("]
    texts += ["SECRET_OF_THE_GRADER", "the environment's secret", "of a neighbour's making"]
    numbers = [f"{mark}{name}{mark}: " for mark in "'\"" for name in ("grader", "port", "secret")]
    return [*paths, *texts, *numbers]


def disguise(text: str) -> bytes:
    """As `own_pages.found` wants it."""
    return bytes((byte + 1) % 256 for byte in text.encode())


@pytest.mark.parametrize(
    ("level", "user"),
    [
        ("strict", "root"),
        ("strict", "an ordinary user"),
        ("kernel", "an ordinary user"),
        ("none", "root"),
        pytest.param("kernel", "root", marks=pytest.mark.slow),
        pytest.param("none", "an ordinary user", marks=pytest.mark.slow),
    ],
    indirect=["user"],
)
def test_a_worker_holds_nothing_of_ours(level: str, user: dict[str, Any]) -> None:
    disguised = [disguise(text) for text in (*ours(), *OWN)]
    scan = f"{PAGES.read_text()}\nWRITTEN = {OWN[0]!r}\nfound = repr(found({disguised}))"
    before = "found = 'of a neighbour' + 's making'\nKEPT = \"of a neighbour's making\""
    answer = places.visit(OPEN, {"level": level, "source": scan, "before": before}, **user)
    if "error" in answer:
        pytest.skip(answer["error"])
    assert answer["level"] == level
    seen = ast.literal_eval(answer["found"])
    assert [text for text in OWN if text not in seen] == []
    assert {text: around for text, around in seen.items() if text not in OWN} == {}

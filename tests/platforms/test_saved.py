"""Reports that were saved by earlier versions still read, render and verify.

The files in `saved` are what a version wrote, and are never written again: a change that one of
them does not survive is a new major version of the format.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from grader import export
from grader.model.report import Learner
from grader.render.html.page import page
from grader.report import schema, wire
from tests.cli.running import grader

SAVED = Path(__file__).with_name("saved")
FILES = sorted(SAVED.glob("*.json"))


@pytest.fixture(params=FILES, ids=[file.stem for file in FILES])
def file(request: pytest.FixtureRequest) -> Path:
    """One saved report."""
    found: Path = request.param
    return found


def test_every_outcome_is_saved() -> None:
    """Each version; 1.0 with a mark, without one, refused, signed and with hidden checks."""
    reports = [wire.decode(file.read_bytes()) for file in FILES]
    assert {report.outcome.value for report in reports} == {"graded", "refused", "fault"}
    assert any(report.signature for report in reports)
    assert {report.schema_version for report in reports} >= {"1.0", "1.1"}


def test_nothing_of_it_is_lost(file: Path) -> None:
    """Every value that was written is read, and written again."""
    data = file.read_bytes()
    again = json.loads(wire.encode(wire.decode(data)))
    assert list(_missing(json.loads(data), again)) == []


def test_it_follows_todays_schema(file: Path) -> None:
    """A reader that was made from the newest schema takes the oldest report of its major."""
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.validate(json.loads(file.read_bytes()), schema.report_schema())


def test_it_renders(file: Path) -> None:
    """The scorecard, the page, and every format that can be made of it."""
    done = grader("report", file)
    assert (done.code, done.err) == (0, "")
    assert done.out.strip()
    report = wire.decode(file.read_bytes())
    assert page(report).startswith("<!doctype html>")
    known = replace(report, learner=Learner("s-17", "A Learner"))
    for name in export.FORMATS:
        assert export.exporter(name)(known)


def test_its_signature_still_matches() -> None:
    """The bytes that a signature covers are fixed for good."""
    pytest.importorskip("cryptography")
    pytest.importorskip("rfc8785")
    from grader.report.signing import verify

    verify((SAVED / "1.0-partial.json").read_bytes(), SAVED / "public.pem")


def _missing(old: Any, new: Any, place: str = "report") -> Any:
    """The places of values that were there and are not, or are others."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key, item in old.items():
            if key not in new:
                yield f"{place}.{key}"
            else:
                yield from _missing(item, new[key], f"{place}.{key}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for at, (item, other) in enumerate(zip(old, new, strict=True)):
            yield from _missing(item, other, f"{place}[{at}]")
    elif old != new:
        yield place

"""A submission has the same mark on every system, whatever it does; and what differs is said."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import COMMAND, quick_exercise, replace_in, served
from tests.cli.submissions import REFERENCE, at_top, before_mul, write, wrong_mul
from tests.portability.kit import SYSTEMS, command, elsewhere, marks, report

pytestmark = pytest.mark.slow

DOES = {
    "all right": REFERENCE,
    "a mistake": wrong_mul(),
    "an exception": before_mul("raise ValueError('no')"),
    "an end of its process": before_mul("import os; os._exit(3)"),
    "an abort": before_mul("import os; os.abort()"),
    "endless work": before_mul("while True: pass"),
    "an endless sleep": before_mul("import time; time.sleep(1000)"),
    "printing": before_mul("print('my mul', self)"),
    "a flood": before_mul("print('y' * 100_000)"),
    "a flood past print": before_mul("import os; os.write(1, b'z' * 500)"),
    "closed descriptors": before_mul("import os; os.close(1); os.close(2); os.close(0)"),
    "reading": before_mul("input()"),
    "no import": at_top("import nowhere_to_be_found"),
    "no syntax": "class Value(:\n",
    "an endless import": at_top("while True: pass"),
    "lines of Windows": REFERENCE.replace("\n", "\r\n"),
    "a byte order mark": "\ufeff" + REFERENCE,
    "other alphabets": at_top("# naïve — 中文 ∂\nprint('∂')"),
}
TAKES_MORE = {
    "memory": before_mul("bytes(400 << 20)"),
    "error": before_mul("import os; os.write(1, b'z' * 100_000)"),
}
"""What is kept within bounds by resource limits alone, with the outcome where there are any."""


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An exercise in which endless checks end soon, by processor time and by the wall."""
    copy = quick_exercise(tmp_path_factory.mktemp("exercise"))
    replace_in(copy / "tasks.yaml", "{check_cpu_s: 0.3,", "{check_cpu_s: 0.3, check_wall_s: 0.5,")
    return copy


@pytest.fixture(scope="module")
def reports(
    quick: Path, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[tuple[str, str], Mapping[str, Any]]:
    """The report of each submission here and on each system, by system and what it does."""
    options = ("--exercise", quick, "--isolation", "none")

    def graded(system: str) -> Mapping[tuple[str, str], Mapping[str, Any]]:
        how = command(system) if system else COMMAND
        found = served({**DOES, **TAKES_MORE}, folders[system], *options, command=how)
        return {(system, what): one for what, one in found.items()}

    folders = {system: tmp_path_factory.mktemp("class") for system in ("", *SYSTEMS)}
    with ThreadPoolExecutor() as pool:  # side by side, for each mostly waits
        return dict(ChainMap(*pool.map(graded, folders)))


@pytest.mark.parametrize("what", DOES)
def test_the_mark_is_the_same_everywhere(
    what: str, reports: Mapping[tuple[str, str], Mapping[str, Any]]
) -> None:
    here = reports["", what]
    for system in SYSTEMS:
        there = reports[system, what]
        assert marks(there) == marks(here), system
        assert there["submission"] == here["submission"]
        assert there["exercise"] == here["exercise"]
        assert there["seed"] == here["seed"]


@pytest.mark.parametrize("outcome", TAKES_MORE)
def test_windows_is_the_one_without_resource_limits_and_claims_none(
    outcome: str, reports: Mapping[tuple[str, str], Mapping[str, Any]]
) -> None:
    outcomes, layers = {}, {}
    for system in ("", *SYSTEMS):
        found = reports[system, outcome]
        (outcomes[system],) = [one["outcome"] for one in found["tasks"] if one["id"] == "mul"]
        layers[system] = found["isolation"]["layers"]
    assert outcomes == {"": outcome, "darwin": outcome, "win32": "passed"}
    assert layers["win32"] == ["process"]
    assert layers["darwin"] == ["process", "rlimits"]


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_report_says_where_it_was_made_and_what_was_missing(
    system: str, tmp_path: Path
) -> None:
    found = report(system, write(tmp_path, REFERENCE))
    assert found["environment"]["platform"].startswith(system)
    assert found["isolation"]["level"] == "none"
    missing = {one["layer"] for one in found["isolation"]["missing"]}
    assert {"namespaces", "landlock", "seccomp"} <= missing
    assert ("rlimits" in missing) == (system == "win32")


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_level_that_is_not_there_is_refused(system: str, tmp_path: Path) -> None:
    file = write(tmp_path, REFERENCE)
    done = elsewhere(system, "grade", file, "--isolation", "kernel", cwd=tmp_path)
    assert done.code == 5
    assert "isolation level kernel is not to be had here" in done.err


@pytest.mark.parametrize("system", SYSTEMS)
def test_others_code_is_shown_to_be_unprotected_and_ones_own_is_not(
    system: str, tmp_path: Path
) -> None:
    file = write(tmp_path, REFERENCE)
    assert "NOT ISOLATED" in elsewhere(system, "grade", file, cwd=tmp_path).out
    assert "NOT ISOLATED" not in elsewhere(system, "check", file, cwd=tmp_path).out

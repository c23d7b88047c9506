"""Nothing of a hidden check reaches the learner, whatever a submission keeps and tells."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import select
import signal
import subprocess
from codecs import BOM_UTF16_LE
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from grader import export
from grader.box import choose
from grader.cli.report import report
from grader.exercise import load as exercises
from grader.model.exercise import Exercise
from tests.cli.running import COMMAND, WALL_S, grader, variables
from tests.cli.serving import serving
from tests.hidden.planted import Plants, plant
from tests.hidden.remembering import submissions

SOURCES = submissions()
NEED_A_LEARNER = ("blackboard", "brightspace", "canvas-csv", "lti-ags", "moodle-csv")
VISIBLE = ("test_two_inputs", "test_two_factors")


class Room(NamedTuple):
    """An exercise with hidden checks, a class that was graded on it, and what must not be seen."""

    exercise: Exercise
    plants: Plants
    work: Path
    reports: Path


@pytest.fixture(
    scope="module",
    params=[
        # a learner is shown less of each check than where some are visible
        pytest.param((), id="all hidden", marks=pytest.mark.slow),
        pytest.param(VISIBLE, id="some hidden"),
    ],
)
def room(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Room:
    """A class of all submissions that remember, graded in one batch."""
    folder = tmp_path_factory.mktemp("hidden")
    plants = plant(folder / "exercise", visible=request.param, only=3)
    exercise = exercises.load(folder / "exercise")
    work = folder / "class"
    work.mkdir()
    for name, source in SOURCES.items():
        (work / f"{name}.py").write_text(source, "utf-8")
    with contextlib.closing(choose("auto", exercise)) as box:
        level = box.protection.level
    if level == "none":
        pytest.skip("without isolation a submission leaves files to be found by the next worker")
    out = folder / "out"
    done = grader("batch", work, "--out", out, "--exercise", exercise.root, "--jobs", 1)
    assert done.code == 0, done
    return Room(exercise, plants, work, out / "reports")


some_hidden = pytest.mark.parametrize("room", [VISIBLE], ids=["some hidden"], indirect=True)
"""Only where a learner is shown something of a check."""


def formats(folder: Path, names: list[str]) -> list[str]:
    """The options for files of all these formats."""
    return [word for name in names for word in ("--export", f"{name}={folder / name}")]


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """What can be read in the files of a folder, in base64 too."""
    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        text = data.decode("utf-16" if data.startswith(BOM_UTF16_LE) else "utf-8")
        encoded = re.findall(r"^result=(\S+)", text, re.MULTILINE)
        yield path.name, " ".join([text, *(base64.b64decode(part).decode() for part in encoded)])


def test_the_submissions_do_tell_and_a_grader_hears_it(room: Room) -> None:
    """Else the other tests prove nothing: every number that was asked and every name is known."""
    heard = " ".join(text for _name, text in texts(room.reports))
    known = {*room.plants.words, *map(str, room.plants.numbers)}
    assert sorted(known - set(room.plants.found_in(heard))) == []


@pytest.mark.parametrize("name", SOURCES)
def test_a_saved_report_shown_to_a_learner(room: Room, name: str, tmp_path: Path) -> None:
    """Scorecard, page and every format."""
    saved = room.reports / f"{name}.json"
    options = ["--html", str(tmp_path / "page.html"), *formats(tmp_path, export.names())]
    done = CliRunner().invoke(report, [str(saved), "--audience", "learner", *options])
    assert done.exception is None, done
    assert len(list(tmp_path.iterdir())) == len(export.names()) + 1
    shown = [("terminal", done.output), *texts(tmp_path)]
    assert {where: found for where, text in shown if (found := room.plants.found_in(text))} == {}


@pytest.mark.parametrize("name", ["error", "how_it_ends"])
def test_grade_for_a_learner(room: Room, name: str, tmp_path: Path) -> None:
    """Scorecard, JSON, page, every format and the log."""
    names = [one for one in export.names() if one not in NEED_A_LEARNER]
    options = ["--json", tmp_path / "json", "--html", tmp_path / "page", *formats(tmp_path, names)]
    exercise = ("--exercise", room.exercise.root)
    asked = ("--audience", "learner", "--log-json", *exercise, *options)
    done = grader("grade", room.work / f"{name}.py", *asked)
    assert done.code == 0, done
    shown = [("terminal", done.out + done.err), *texts(tmp_path)]
    assert {where: found for where, text in shown if (found := room.plants.found_in(text))} == {}


@some_hidden
def test_check_and_what_it_remembers(room: Room, tmp_path: Path) -> None:
    """A learner's own look, its log, and the file beside the work."""
    (tmp_path / "value.py").write_text(SOURCES["error"], "utf-8")
    done = grader("check", "--log-json", "--exercise", room.exercise.root, cwd=tmp_path)
    assert done.code == 1, done
    shown = [("terminal", done.out + done.err), *texts(tmp_path)]
    assert {where: found for where, text in shown if (found := room.plants.found_in(text))} == {}


@some_hidden
def test_check_watching(room: Room, tmp_path: Path) -> None:
    """The line of an attempt, and the file beside the work."""
    (tmp_path / "value.py").write_text(SOURCES["printed"], "utf-8")
    process = subprocess.Popen(
        [*COMMAND, "check", "--watch", "--exercise", str(room.exercise.root)],
        cwd=tmp_path,
        env=variables(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said = b""
    try:
        assert process.stdout is not None
        while b"attempt 1" not in said:
            assert select.select([process.stdout], [], [], WALL_S)[0], said
            said += process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        said += process.communicate(timeout=WALL_S)[0]
    finally:
        process.kill()
        process.wait()
    shown = [("terminal", said.decode()), *texts(tmp_path)]
    assert {where: found for where, text in shown if (found := room.plants.found_in(text))} == {}


@some_hidden
def test_serve_for_a_learner(room: Room) -> None:
    """One service for one submission after the other: report and format."""
    with serving("--exercise", str(room.exercise.root)) as service:
        for name, form in (("error", "gradescope"), ("printed", "coderunner")):
            answer = service.ask(id=name, source=SOURCES[name], audience="learner", export=form)
            assert "error" not in answer, answer
            assert room.plants.found_in(json.dumps(answer)) == []


# --- what is told of a hidden check ----------------------------------------------------------


def for_a_learner(exercise: Path, file: Path, folder: Path) -> dict[str, Any]:
    """The report that a learner gets, graded in a process of its own."""
    told = ("--audience", "learner", "--json", folder / "report.json")
    done = grader("grade", file, "--exercise", exercise, *told)
    assert done.code == 0, done
    made: dict[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))
    return made


@some_hidden
def test_a_learner_gets_no_time_of_a_hidden_check(room: Room, tmp_path: Path) -> None:
    """A submission can sleep as long as a number that it was asked."""
    made = for_a_learner(room.exercise.root, room.work / "time.py", tmp_path)
    checks = [check for task in made["tasks"] for check in task["checks"]]
    visible = {check["id"] for check in checks if check["visibility"] == "visible"}
    assert set(made["timing"]["checks"]) == visible


def test_a_check_that_waits_for_a_hidden_one_names_the_task(tmp_path: Path) -> None:
    """A name tells what is tested."""
    plants = plant(tmp_path, only=1)
    path = tmp_path / "tests/battery/test_mul.py"
    words = (
        f"@pytest.mark.check(needs=['mul/{plants.words[3]}'])\ndef test_last(submission): pass\n"
    )
    path.write_text(path.read_text("utf-8") + words, "utf-8")
    (tmp_path / "value.py").write_text(SOURCES["error"], "utf-8")
    made = for_a_learner(tmp_path, tmp_path / "value.py", tmp_path)
    (check,) = [c for task in made["tasks"] for c in task["checks"] if c["id"] == "mul/last"]
    assert check["outcome"] == "blocked"
    assert check["message"] == "waits for mul"

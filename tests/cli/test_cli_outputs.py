"""From the outside: pipes that close, disks that fill up, standard streams that are not there."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli import submissions
from tests.cli.running import COMMAND, ROOT, WALL_S, grader, variables

FAULT = 5


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("grade", submissions.OVERWRITING, "--fail-under", "90"), 1),
        (("grade", submissions.OVERWRITING, "--json", "-"), 0),
        (("tasks",), 0),
        (("schema",), 0),
        (("--help",), 0),
    ],
    ids=lambda value: " ".join(map(str, value[:1] + value[2:])) if isinstance(value, tuple) else "",
)
def test_a_closed_pipe_is_quiet(arguments: tuple[object, ...], code: int) -> None:
    """`grader ... | head -0`: no complaint, and the exit code is still the command's."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [*COMMAND, *map(str, arguments)],
            cwd=ROOT,
            env=variables(),
            stdout=writing,
            stderr=subprocess.PIPE,
            timeout=WALL_S,
            check=False,
        )
    finally:
        os.close(writing)
    unasked = done.stderr.decode() if "--json" not in arguments else ""
    assert (done.returncode, unasked) == (code, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", ["tasks", "--help", "grade starter/value.py"])
def test_a_full_disk_under_standard_output_is_our_fault(arguments: str) -> None:
    """Exit 5 and a sentence."""
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, *arguments.split()],
            cwd=ROOT,
            env=variables(),
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=WALL_S,
            check=False,
        )
    assert done.returncode == FAULT
    assert done.stderr.decode().startswith("grader: cannot write: No space left on device")
    assert b"Traceback" not in done.stderr


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB with no room left. Skips where it cannot be mounted."""
    folder = tmp_path / "full"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small file system")
    try:
        (folder / "old.json").write_text("as it was")
        with (folder / "rest").open("wb", buffering=0) as rest:
            while True:
                try:
                    rest.write(b"x" * 4096)
                except OSError:
                    break
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_under_the_report_keeps_the_old_report(full_disk: Path) -> None:
    """Exit 5, no half-written file, no mark shown for what could not be kept."""
    done = grader("grade", ROOT / "starter/value.py", "--json", full_disk / "old.json")
    assert done.code == FAULT
    assert "No space left on device" in done.err
    assert (full_disk / "old.json").read_text() == "as it was"
    assert sorted(path.name for path in full_disk.iterdir()) == ["old.json", "rest"]


@pytest.mark.parametrize(
    ("arguments", "closed", "code"),
    [
        (("grade", "starter/value.py"), "<&- >&- 2>&-", 0),
        (("grade", "starter/value.py", "--json", "-"), ">&-", 2),
        (("grade", "-"), "<&-", 2),
        (("grade", "README.md"), "2>&-", 4),
        (("bogus",), "2>&-", 2),
    ],
)
def test_closed_standard_streams_do_no_harm(
    arguments: tuple[str, ...], closed: str, code: int
) -> None:
    """Their numbers must not fall to the box's sockets; the exit code is the command's."""
    done = grader(*arguments, command=("sh", "-c", f'exec "$0" "$@" {closed}', *COMMAND))
    assert done.code == code


def test_how_a_submission_was_read_is_on_scorecard_and_page(tmp_path: Path) -> None:
    """And in the report, in the same words."""
    (tmp_path / "work").mkdir()
    source = f"!pip install numpy\n{submissions.REFERENCE}"
    (tmp_path / "work/hw1.py").write_text(source, "utf-8")
    page, report = tmp_path / "page.html", tmp_path / "report.json"
    done = grader("grade", tmp_path / "work", "--html", page, "--json", report)
    assert done.code == 0
    graded = json.loads(report.read_text("utf-8"))
    first, second = graded["notes"]
    assert graded["score"] == graded["max_score"]
    assert first == "hw1.py was taken as value.py: it is the only Python file."
    assert second.startswith("Line 1 of hw1.py, `!pip install numpy`, is a command of a notebook")
    for note in (first, second):
        assert note in " ".join(done.out.split())
        assert note.replace("`!pip install numpy`", "<code>!pip install numpy</code>") in (
            page.read_text("utf-8")
        )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_still_shows_the_scorecard(tmp_path: Path) -> None:
    """It is graded: only the file is missing."""
    saved = tmp_path / "report.json"
    plain = grader("grade", "starter/value.py", "--json", saved)
    for line in (("grade", "starter/value.py", "--json"), ("report", saved, "--html")):
        done = grader(*line, "/dev/full")
        assert done.code == FAULT
        assert "cannot write /dev/full: No space left on device" in done.err
        assert done.out.splitlines()[-3:] == plain.out.splitlines()[-3:]

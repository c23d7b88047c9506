"""From the outside: a grading that is stopped ends at once, says so, and leaves nobody behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli import submissions
from tests.cli.running import COMMAND, WALL_S, variables

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")

SOON_S = 60.0  # a hang is what this finds: a loaded machine is no failure


def parents() -> dict[int, int]:
    """The parent of every process there is."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            state, parent = stat.rpartition(")")[2].split()[:2]
            if state != "Z":
                found[int(entry.name)] = int(parent)
    return found


def descendants(pid: int) -> set[int]:
    """Every process below `pid`."""
    known, below = parents(), {pid}
    while more := {child for child, parent in known.items() if parent in below} - below:
        below |= more
    return below - {pid}


def wait_for(met: Callable[[], bool], what: str) -> None:
    """Waits until something is so."""
    ends = time.monotonic() + WALL_S
    while not met():
        assert time.monotonic() < ends, f"{what} did not happen"
        time.sleep(0.01)


HANGS = {
    "at import": submissions.at_top("while True:\n    pass"),
    "in a check": submissions.before_mul("while True:\n    pass"),
}


def start(folder: Path, hangs: str = "at import") -> subprocess.Popen[bytes]:
    """A grading that hangs until it is stopped or its time is up."""
    path = submissions.write(folder, HANGS[hangs])
    return subprocess.Popen(
        [*COMMAND, "grade", str(path), "--json", str(folder / "report.json")],
        env=variables(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def busy(pid: int) -> bool:
    """Whether a worker below the grader is at work on the submission."""
    for child in descendants(pid):
        try:
            fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[11]) >= 0.5 * os.sysconf("SC_CLK_TCK"):
            return True
    return False


@pytest.mark.parametrize("hangs", HANGS)
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["INT", "TERM"]
)
def test_a_stopped_grading_ends_with_its_signal_s_code(
    number: signal.Signals, code: int, hangs: str, tmp_path: Path
) -> None:
    """While the submission runs: soon, quietly, no report, no process left."""
    grading = start(tmp_path, hangs)
    try:
        wait_for(lambda: busy(grading.pid), "the submission's run")
        below = descendants(grading.pid)
        started = time.monotonic()
        grading.send_signal(number)
        out, err = grading.communicate(timeout=WALL_S)
    finally:
        grading.kill()
    assert time.monotonic() - started < SOON_S
    assert (grading.returncode, out) == (code, b"")
    assert b"Traceback" not in err
    assert [path.name for path in tmp_path.iterdir()] == ["value.py"]
    wait_for(lambda: not below & set(parents()), "the end of the box")


def test_a_killed_grader_takes_the_box_along(tmp_path: Path) -> None:
    """Nobody can catch SIGKILL; the box must notice by itself."""
    grading = start(tmp_path)
    try:
        wait_for(lambda: busy(grading.pid), "the submission's run")
        below = descendants(grading.pid)
    finally:
        grading.kill()
        grading.communicate(timeout=WALL_S)
    assert below
    wait_for(lambda: not below & set(parents()), "the end of the box")


@pytest.mark.parametrize("delay", [0.02, 0.1, 0.2, 0.35])
def test_an_early_interrupt_shows_no_traceback(delay: float, tmp_path: Path) -> None:
    """Whatever was being imported at that moment."""
    if sys.flags.dev_mode:
        pytest.skip("the development mode prints more")
    grading = start(tmp_path)
    time.sleep(delay)
    grading.send_signal(signal.SIGTERM)
    _, err = grading.communicate(timeout=WALL_S)
    assert b"Traceback" not in err
    assert grading.returncode in (143, -signal.SIGTERM)


INSIDE_A_TEXT = """
import os, signal, sys
from grader import cli
from grader.__main__ import main

TEXT = "os.kill(os.getpid(), signal.SIGTERM)\\nwhile True: pass"
cli.Verbs.make_context = lambda *_, **__: exec(TEXT, globals())
sys.argv[1:] = ["tasks"]
main()
"""


def test_a_termination_while_a_text_is_executed_has_its_own_code(tmp_path: Path) -> None:
    """Named tuples and dataclasses are made from text while the grader is being imported."""
    (tmp_path / "terminated.py").write_text(INSIDE_A_TEXT, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "terminated"],
        cwd=tmp_path,
        env=variables(),
        capture_output=True,
        timeout=WALL_S,
        check=False,
    )
    assert (done.returncode, done.stderr.strip()) == (143, b"grader: stopped")

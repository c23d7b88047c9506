"""From the outside: a grading that is stopped ends at once, says so, and leaves nobody behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.model.files import Replacement, TemporaryFolder
from tests.cli import submissions
from tests.cli.running import COMMAND, WALL_S, variables
from tests.processes import descendants, parents

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")

SOON_S = 60.0  # a hang is what this finds: a loaded machine is no failure


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
        if int(fields[11]) >= 0.2 * os.sysconf("SC_CLK_TCK"):
            return True
    return False


@pytest.mark.parametrize(
    ("hangs", "number", "code"),
    [
        ("at import", signal.SIGINT, 130),
        ("in a check", signal.SIGINT, 130),
        ("in a check", signal.SIGTERM, 143),
        ("at import", signal.SIGHUP, 129),
    ],
)
def test_a_stopped_grading_ends_with_its_signal_s_code(
    hangs: str, number: signal.Signals, code: int, tmp_path: Path
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


def run_as(folder: Path, name: str, text: str) -> subprocess.CompletedProcess[bytes]:
    """What becomes of a text that is run as a module of that name."""
    (folder / f"{name}.py").write_text(text, "utf-8")
    return subprocess.run(
        [sys.executable, "-m", name],
        cwd=folder,
        env=variables(),
        capture_output=True,
        timeout=WALL_S,
        check=False,
    )


def test_a_termination_while_a_text_is_executed_has_its_own_code(tmp_path: Path) -> None:
    """Named tuples and dataclasses are made from text while the grader is being imported."""
    done = run_as(tmp_path, "terminated", INSIDE_A_TEXT)
    assert (done.returncode, done.stderr.strip()) == (143, b"grader: stopped")


def test_a_signal_that_the_caller_ignores_stays_ignored(tmp_path: Path) -> None:
    """So that nohup does what it is for."""
    path = submissions.write(tmp_path, submissions.REFERENCE)
    line = 'trap "" HUP; kill -HUP $$; exec "$0" "$@"'
    grading = subprocess.Popen(
        ["sh", "-c", line, *COMMAND, "grade", str(path)],
        env=variables(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    wait_for(lambda: bool(descendants(grading.pid)), "the box's start")
    grading.send_signal(signal.SIGHUP)
    out, err = grading.communicate(timeout=WALL_S)
    assert (grading.returncode, err) == (0, b"")
    assert out


STOPPED_TWICE = """
import os, signal, sys
from pathlib import Path
from grader import cli
from grader.__main__ import main
from grader.model.files import Replacement

def stopped(*_, **__):
    held = Replacement(Path("report.json"))
    try:
        os.kill(os.getpid(), signal.SIGINT)
    finally:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)
        held.discard()

cli.Verbs.make_context = stopped
sys.argv[1:] = ["tasks"]
main()
"""

STOPPED_EARLY = """
import os, signal, sys
from grader import export
from grader.__main__ import main

export.exporter = lambda _: os.kill(os.getpid(), signal.SIGTERM)
sys.argv[1:] = ["grade", "value.py", "--json", "report.json", "--export", "any=out"]
main()
"""


@pytest.mark.parametrize(
    ("text", "code"), [(STOPPED_TWICE, 130), (STOPPED_EARLY, 143)], ids=["twice", "early"]
)
def test_a_signal_at_a_bad_moment_leaves_nothing_behind(
    text: str, code: int, tmp_path: Path
) -> None:
    """While all is being taken away, and before anybody knows of what is to be taken away."""
    done = run_as(tmp_path, "stopped", text)
    assert (done.returncode, done.stderr.strip()) == (code, b"grader: stopped")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["stopped.py"]


def test_what_a_killed_grader_leaves_is_gone_with_the_next(tmp_path: Path) -> None:
    """One file at most; and never what another one is writing at the moment."""
    grading = start(tmp_path)
    beside = Replacement(tmp_path / "report.json")
    try:
        wait_for(lambda: busy(grading.pid), "the submission's run")
    finally:
        grading.kill()
        grading.communicate(timeout=WALL_S)
    assert len(list(tmp_path.glob(".report.json.*"))) == 2
    submissions.write(tmp_path, submissions.REFERENCE)
    line = [*COMMAND, "grade", str(tmp_path / "value.py"), "--json", str(tmp_path / "report.json")]
    subprocess.run(line, env=variables(), capture_output=True, timeout=WALL_S, check=True)
    assert len(list(tmp_path.glob(".report.json.*"))) == 1
    beside.commit(b"{}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.json", "value.py"]


def test_a_temporary_folder_of_a_killed_process_is_gone_with_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    killed = (
        "import os; from grader.model.files import TemporaryFolder as T; t = T('x'); os.abort()"
    )
    for _ in range(2):
        subprocess.run(
            [sys.executable, "-c", killed], env=variables(TMPDIR=str(tmp_path)), check=False
        )
        assert len(list(tmp_path.iterdir())) == 1
    first = TemporaryFolder("x")
    second = TemporaryFolder("x")
    assert {first.path, second.path} == set(tmp_path.iterdir())
    first.close()
    second.close()
    assert not list(tmp_path.iterdir())

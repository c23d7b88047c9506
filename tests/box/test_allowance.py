"""Too few open files or processes are named as such, with the number that is needed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from grader.box import allowance
from grader.model.errors import Fault
from tests.cli import submissions
from tests.cli.running import COMMAND, ROOT, WALL_S, variables

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux")


def limited(limit: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """The grader under a limit of the shell's; nobody ever sees a traceback."""
    done = subprocess.run(
        ["sh", "-c", f'{limit}; exec "$0" "$@"', *COMMAND, *map(str, arguments)],
        cwd=ROOT,
        env=variables(),
        capture_output=True,
        text=True,
        timeout=WALL_S,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def verbs(tmp_path: Path) -> dict[str, list[object]]:
    """What grades or tells what would."""
    (tmp_path / "class").mkdir()
    path = submissions.write(tmp_path / "class", submissions.REFERENCE)
    return {
        "grade": ["grade", path],
        "batch": ["batch", tmp_path / "class", "--out", tmp_path / "out", "--jobs", "1"],
        "doctor": ["doctor"],
    }


@pytest.mark.parametrize(
    ("verb", "number"),
    [("grade", 24), ("grade", 48), ("grade", 64), ("batch", 24), ("batch", 64), ("doctor", 24)],
)
def test_too_few_open_files(verbs: dict[str, list[object]], verb: str, number: int) -> None:
    done = limited(f"ulimit -n {number}", *verbs[verb])
    needed = allowance.FILES + (allowance.FILES_A_JOB if verb == "batch" else 0)
    assert done.returncode == 5
    assert f"{number} files may be open here, and grading needs {needed}" in done.stderr
    assert f"ulimit -n {needed}" in done.stderr
    assert "NOT ISOLATED" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("verb", "limit"),
    [
        ("grade", f"ulimit -n {allowance.FILES + 4}"),
        ("batch", f"ulimit -n {allowance.FILES + 4}"),
        ("grade", "ulimit -S -n 20"),
    ],
)
def test_enough_open_files_are_enough(
    verbs: dict[str, list[object]], verb: str, limit: str
) -> None:
    """And a limit that may be raised is raised."""
    assert limited(limit, *verbs[verb]).returncode == 0


def test_many_jobs_need_more(verbs: dict[str, list[object]]) -> None:
    done = limited("ulimit -n 100", *verbs["batch"][:-1], 100)
    assert "100 files may be open here, and grading needs 472" in done.stderr


@pytest.mark.parametrize("verb", ["grade", "doctor"])
def test_too_few_processes(verbs: dict[str, list[object]], verb: str) -> None:
    """As somebody whom the limit binds: it does not bind root."""
    line = ["grade", ROOT / "reference/value.py"] if verb == "grade" else verbs[verb]
    prefix = ""
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("needs setpriv")
        prefix = "exec setpriv --reuid=65534 --regid=65534 --clear-groups "
    told = 'ulimit -u 1 2>/dev/null || ulimit -p 1; cd /; exec "$0" "$@"'
    command = ["sh", "-c", f'{prefix}sh -c \'{told}\' "$0" "$@"', *COMMAND, *map(str, line)]
    done = subprocess.run(
        command, env=variables(), capture_output=True, text=True, timeout=WALL_S, check=False
    )
    if "Permission denied" in done.stderr or "No module named" in done.stderr:
        pytest.skip("this Python is for root alone")
    assert done.returncode == 5
    assert f"0 more processes may be started here, and grading needs {allowance.PROCESSES}" in (
        done.stderr
    )
    assert "NOT ISOLATED" not in done.stdout + done.stderr


def test_a_container_s_limit_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "_more_processes", lambda: 9)
    allowance.refuse_scarcity(1)
    with pytest.raises(Fault, match=r"9 more processes may be started here.* needs 10"):
        allowance.refuse_scarcity(2)

"""Hostile homes: places where nothing that programs take for granted is there.

Grading works in each, with the points that it gives anywhere.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.cli import submissions
from tests.cli.running import Done
from tests.platforms.handed_in import SUBMISSIONS
from tests.platforms.layout import enter, needs_a_root

pytestmark = [pytest.mark.slow, needs_a_root()]

GRADE = "/opt/autograd-grader/bin/grader grade /in/value.py --json -"
SEALED = (
    "--remount-ro",
    "/opt",
    "--remount-ro",
    "/in",
    "--remount-ro",
    "/tmp",
    "--remount-ro",
    "/",
)


class Home(NamedTuple):
    """A place: the words around the command, its variables, and who is there."""

    line: str = GRADE
    more: tuple[str, ...] = ()
    variables: dict[str, str | None] = {}  # noqa: RUF012
    uid: int = 0


HOMES = {
    # each of these lacks several things at once
    "a bare one": Home(
        f"ulimit -n 128; {GRADE} <&- 2>&-",
        more=SEALED,
        variables={"HOME": None, "PATH": None, "TMPDIR": "/dev/shm"},
        uid=12345,
    ),
    "one with nothing that is named": Home(
        f"/bin/mkdir /tmp/d; cd /tmp/d; /bin/rmdir /tmp/d; {GRADE}",
        variables={
            "HOME": "/no/such/home",
            "TMPDIR": "/no/such/folder",
            "PATH": "",
            "LANG": "xx_YY.no-such",
            "LC_ALL": "xx_YY",
        },
    ),
    "one with nobody's signals and files": Home(f"umask 0777; trap '' CHLD PIPE TERM; {GRADE}"),
    # and each of these one
    "a read-only root": Home(more=SEALED, variables={"TMPDIR": "/dev/shm"}),
    "a user id without a name on a read-only root": Home(
        more=SEALED, variables={"TMPDIR": "/dev/shm"}, uid=12345
    ),
    "no HOME": Home(variables={"HOME": None}),
    "a HOME that is not there": Home(variables={"HOME": "/no/such/home"}),
    "a TMPDIR that is not there": Home(variables={"TMPDIR": "/no/such/folder"}),
    "a TMPDIR that cannot be written to": Home(
        more=("--remount-ro", "/in"), variables={"TMPDIR": "/in"}
    ),
    "no variables at all": Home(variables={"HOME": None, "PATH": None}),
    "an empty PATH": Home(variables={"PATH": ""}),
    "LANG=C": Home(variables={"LANG": "C", "LC_ALL": "C"}),
    "an unknown language": Home(variables={"LANG": "xx_YY.no-such", "LC_ALL": "xx_YY"}),
    "closed input": Home(f"{GRADE} <&-"),
    "closed errors": Home(f"{GRADE} 2>&-"),
    "closed input and errors": Home(f"{GRADE} <&- 2>&-"),
    "a working folder that is gone": Home(f"mkdir /tmp/d; cd /tmp/d; rmdir /tmp/d; {GRADE}"),
    "a working folder that cannot be read": Home(f"mkdir /tmp/d; cd /tmp/d; chmod 0 .; {GRADE}"),
    "128 descriptors": Home(f"ulimit -n 128; {GRADE}"),
    "a strict umask": Home(f"umask 0777; {GRADE}"),
    "an ignored SIGCHLD": Home(f"trap '' CHLD; {GRADE}"),
    "ignored SIGPIPE and SIGTERM": Home(f"trap '' PIPE TERM; {GRADE}"),
}


def run(home: Home, tmp_path: Path, opt: Path, text: str) -> Done:
    """Grades a text in that place."""
    root, folder = tmp_path / "root", tmp_path / "in"
    root.mkdir(parents=True)
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    submissions.write(folder, text)
    return enter(
        root,
        *("/bin/sh", "-c", home.line),
        bind={"/opt": opt, "/in": folder},
        more=home.more,
        uid=home.uid,
        **home.variables,
    )


@pytest.mark.parametrize("name", HOMES)
def test_it_grades_there(name: str, installed: Path, tmp_path: Path) -> None:
    """The whole report, and no complaint."""
    done = run(HOMES[name], tmp_path, installed, SUBMISSIONS["passing"])
    assert done.code == 0, done
    assert json.loads(done.out)["score"] == 10, done
    assert "Traceback" not in done.err


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become another user")
def test_a_user_id_without_a_name(installed: Path, tmp_path: Path) -> None:
    """As an orchestrator that gives a container any user id: no name, no home, no right."""
    words = "setpriv --reuid 12345 --regid 12345 --clear-groups --no-new-privs"
    home = Home(f"chmod 1777 /tmp; exec {words} {GRADE}", variables={"HOME": "/"})
    done = run(home, tmp_path, installed, SUBMISSIONS["passing"])
    assert done.code == 0, done
    assert json.loads(done.out)["score"] == 10


@pytest.mark.parametrize("uid", [0, 12345])
def test_no_place_to_write_at_all_is_told(uid: int, installed: Path, tmp_path: Path) -> None:
    """In one line that says what would help; there is no mark."""
    home = Home(more=(*SEALED, "--remount-ro", "/dev"), uid=uid)
    done = run(home, tmp_path, installed, SUBMISSIONS["passing"])
    assert done == (
        *(5, ""),
        "grader: cannot write a temporary file: set TMPDIR to a folder that allows it\n",
    )


def test_letters_that_the_terminal_lacks(installed: Path, tmp_path: Path) -> None:
    """A scorecard in ASCII where LANG=C says that there is nothing else."""
    line = GRADE.replace("--json -", "--color")
    home = Home(line, variables={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})
    done = run(home, tmp_path, installed, submissions.wrong_mul())
    assert done.code == 0, done
    assert "mul" in done.out


def test_a_report_with_no_place_to_go_is_told(installed: Path, tmp_path: Path) -> None:
    """In one line and before grading."""
    line = GRADE.replace("--json -", "--json /in/report.json")
    done = run(Home(line, more=SEALED), tmp_path, installed, SUBMISSIONS["passing"])
    assert done.code == 2, done
    assert "cannot write /in/report.json: Read-only file system" in done.err
    done = run(Home(f"{GRADE} >&-"), tmp_path / "b", installed, SUBMISSIONS["passing"])
    assert done.code == 2, done
    assert "standard output is closed" in done.err

"""Classroom 50 runs this once a submission, in the learner's checkout: result.json comes out.

Whatever lies beside this file is public, so the grader, which holds the reference, does not: it is
installed on the runner, or pip installs what the variable AUTOGRAD_GRADER names. Without a mark
this ends with 1, for which Classroom 50 keeps the mark that it had. What a submission says is
printed where GitHub's runner takes no commands from it.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

INSTALLED = Path("/opt/autograd-grader/bin/grader")
RESULT, BODY = Path("result.json"), Path("release-body.md")
LONGEST = 100_000
SECONDS = 600
OPTIONS = ("--audience", "learner", "--isolation", "@ISOLATION@", "--expect-exercise", "@DIGEST@")


def main() -> int:
    """Grades the working folder; 0 when there is a mark."""
    RESULT.unlink(missing_ok=True)  # a learner's own
    BODY.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        grader = INSTALLED if INSTALLED.is_file() else install(work)
        if grader is None:
            print("::error::Not graded: there is no grader here. Tell the course staff.")
            return 1
        code, scorecard = grade(grader, work / "marks.json")
        marks = json.loads((work / "marks.json").read_text("utf-8")) if code == 0 else {}
    token = secrets.token_hex(16)
    print(f"::stop-commands::{token}\n{scorecard}\n::{token}::")
    if "tests" not in marks:
        print(f"::error::Not graded (exit code {code}). The log above says why.")
        return 1
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", scorecard))])
    BODY.write_text(f"{fence}text\n{scorecard[:LONGEST]}\n{fence}\n", "utf-8")
    RESULT.write_text(json.dumps(whose() | marks, indent=2) + "\n", "utf-8")
    return 0


def install(work: Path) -> Path | None:
    """The grader in an environment of its own; None where it cannot be had."""
    wanted = os.environ.get("AUTOGRAD_GRADER")
    if not wanted:
        return None
    for line in (
        [sys.executable, "-I", "-m", "venv", "grader"],
        ["grader/bin/python", "-I", "-m", "pip", "install", "--quiet", wanted],
    ):
        # in a folder without files of the learner's, whose pip.py would be run
        if subprocess.run(line, cwd=work, check=False).returncode != 0:
            return None
    return work / "grader/bin/grader"


def grade(grader: Path, marks: Path) -> tuple[int, str]:
    """The exit code and the scorecard; both outputs are one, since the runner reads either."""
    line = [str(grader), "grade", os.getcwd(), "--export", f"classroom50={marks}", *OPTIONS]
    try:
        done = subprocess.run(
            line,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 124, ""
    return done.returncode, done.stdout.decode("utf-8", "replace")


def whose() -> dict[str, str]:
    """What the runner knows of the submission; `datetime` is the time of the commit."""
    known = os.environ
    commit = ["git", "log", "-1", "--format=%ct"]
    seconds = int(subprocess.run(commit, stdout=subprocess.PIPE, check=True).stdout)
    return {
        "classroom": known["CLASSROOM"],
        "assignment": known["ASSIGNMENT"],
        "assignment_type": known.get("ASSIGNMENT_TYPE") or "individual",
        "owner": known["OWNER"],
        "submission": known["SUBMISSION_TAG"],
        "commit": known["COMMIT_URL"],
        "release": known["RELEASE_URL"],
        "review": known.get("REVIEW_URL") or known["COMMIT_URL"],
        "datetime": f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}",
        "graded_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
    }


if __name__ == "__main__":
    sys.exit(main())

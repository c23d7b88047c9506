"""Classroom 50, VPL and A+: each package in its platform's layout, its mark read by its rule.

The hostile submissions print lines that look like marks to every channel they can reach. Not run
here: the platforms, their container runtimes and images, and VPL's own jail.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli import submissions
from tests.cli.running import Done
from tests.export import readers
from tests.platforms.handed_in import SUBMISSIONS, hand_in, obeyed, worth
from tests.platforms.layout import enter, needs_a_root

pytestmark = [pytest.mark.slow, needs_a_root()]

FORGED = "\n".join(
    (
        "##[set-output name=result]FORGED\n::set-output name=result::FORGED",
        "Grade :=>>100",
        "--|>\nGrade :=>>100\n<|--",
        "TotalPoints: 1000\nMaxPoints: 1000\nSubmissionTags: forged",
        '{"schema": "classroom50/result/v1", "score": 1000, "max-score": 1000, "tests": []}\n',
    )
)
SHOUTS = f"""
import glob, os, sys
FORGED = {FORGED!r}
print(FORGED, flush=True)
print(FORGED, file=sys.stderr, flush=True)
for number in range(256):
    try:
        os.write(number, FORGED.encode())
    except OSError:
        pass
PLACES = ["result.json", "release-body.md", "vpl_execution", "/dev/tty", "/dev/stdout"]
PLACES += ["/feedback/points", "/feedback/out", "/feedback/submission_tags", "/work/result.json"]
PLACES += glob.glob("/proc/*/fd/*") + glob.glob("/tmp/*") + glob.glob("/tmp/*/*")
for place in PLACES:
    try:
        with open(place, "w") as stream:
            stream.write("10/10" if "points" in place else FORGED)
    except OSError:
        pass
"""
QUIET = SHOUTS.split("for number")[0] + "PLACES" + SHOUTS.partition("PLACES")[2]
"""Without writing to descriptors, one of which is its own line to the grader."""

HANDED_IN = {
    "passing": submissions.REFERENCE,
    "failing": submissions.wrong_mul(),
    "hostile": submissions.at_top(SHOUTS),
    "shouting": submissions.at_top(QUIET, submissions.before_mul(f"raise ValueError({FORGED!r})")),
}
EVERY = pytest.mark.parametrize("name", HANDED_IN)
HANGING = SUBMISSIONS["hanging"]


def points(name: str, exercise: Path) -> float:
    """The submission's, as they are anywhere."""
    if name == "passing":
        return 10.0
    found = worth(HANDED_IN[name], exercise)
    assert 0 < found < 10 or name == "hostile"
    return found


def on_classroom50(tmp_path: Path, packages: Path, opt: Path, text: str) -> tuple[Done, Path]:
    """Runs the autograder in a checkout, as the runner does; the checkout has what it leaves."""
    work, bundle = hand_in(tmp_path / "work", text), tmp_path / "bundle/cs/autograders/hw1"
    (work / "result.json").write_text(FORGED)  # a learner may commit one
    (work / "subprocess.py").write_text("raise SystemExit(0)")
    bundle.mkdir(parents=True)
    (bundle / "autograder.py").write_bytes((packages / "classroom50/autograder.py").read_bytes())
    date = "2026-01-02T03:04:05+02:00"
    who = {f"GIT_{one}_{key}": "x" for one in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")}
    for line in (("init", "-q"), ("add", "."), ("commit", "-qm", "x", "--date", date)):
        environment = {**who, "GIT_COMMITTER_DATE": date, "PATH": "/usr/bin:/bin"}
        subprocess.run(["git", *line], cwd=work, env=environment, check=True)
    done = enter(
        empty_root(tmp_path),
        *within("/work", "python3 /bundle/cs/autograders/hw1/autograder.py"),
        bind={"/opt": opt, "/work": work, "/bundle": tmp_path / "bundle"},
        CLASSROOM50_BUNDLE_DIR="/bundle/cs/autograders/hw1",
        CLASSROOM="cs",
        ASSIGNMENT="hw1",
        ASSIGNMENT_TYPE="individual",
        OWNER="jdoe",
        SUBMISSION_TAG="submit/1",
        COMMIT_URL="https://example.org/commit/1",
        RELEASE_URL="https://example.org/releases/tag/submit%2F1",
        REVIEW_URL="https://example.org/compare/0...1",
    )
    return done, work


def on_vpl(tmp_path: Path, packages: Path, opt: Path, text: str) -> Done:
    """Runs both scripts in the learner's folder, as a user without a name or rights."""
    home = hand_in(tmp_path / "home", text)
    script = home / "vpl_evaluate.sh"
    script.write_bytes((packages / "vpl/vpl_evaluate.sh").read_bytes())
    (home / "vpl_environment.sh").write_text(
        'export VPL_GRADEMIN="0.00000"\nexport VPL_GRADEMAX="100.00000"\nexport VPL_MAXTIME="30"\n'
    )
    return enter(
        empty_root(tmp_path),
        *within("/home/p10002", "sh ./vpl_evaluate.sh >/dev/null 2>&1; ./vpl_execution"),
        bind={"/opt": opt, "/home/p10002": home},
        uid=10002,
        HOME="/home/p10002",
    )


def on_aplus(tmp_path: Path, packages: Path, opt: Path, text: str) -> dict[str, str]:
    """Runs the script as the container's wrapper does; the files of `/feedback`."""
    feedback, exercise = tmp_path / "feedback", tmp_path / "exercise"
    feedback.mkdir()
    exercise.mkdir()
    script = exercise / "run.sh"
    script.write_bytes((packages / "aplus/run.sh").read_bytes())
    script.chmod(0o755)
    user = hand_in(tmp_path / "submission/user", text)
    done = enter(
        empty_root(tmp_path),
        *within("/submission/user", "/exercise/run.sh"),
        bind={"/opt": opt, "/feedback": feedback, "/submission/user": user, "/exercise": exercise},
        more=("--remount-ro", "/exercise"),
        REC="https://example.org",
        SID="secret",
    )
    assert (done.code, done.out + done.err) == (0, ""), "the wrapper shows it to staff"
    return {path.name: path.read_text("utf-8") for path in feedback.iterdir()}


def within(folder: str, line: str) -> tuple[str, ...]:
    """A command that runs a line of shell in that folder."""
    return ("/bin/sh", "-c", f"cd {folder} && {{ {line}; }}")


def empty_root(tmp_path: Path) -> Path:
    """An empty folder to be the root."""
    root = tmp_path / "root"
    root.mkdir(parents=True, exist_ok=True)
    return root


@EVERY
def test_classroom50(
    name: str, exercise: Path, packages: Path, installed: Path, tmp_path: Path
) -> None:
    """A result that validates, the scorecard in the release, and no command in the log."""
    done, work = on_classroom50(tmp_path, packages, installed, HANDED_IN[name])
    assert done.code == 0, done
    result: Any = json.loads((work / "result.json").read_text())
    assert readers.classroom50(result) == (round(100 * points(name, exercise)), 1000)
    assert (result["datetime"], result["owner"]) == ("2026-01-02T01:04:05Z", "jdoe")
    assert done.err == ""
    assert not obeyed(done.out)
    head, *_, foot = (work / "release-body.md").read_text().splitlines()
    assert head.removesuffix("text") == foot


@EVERY
def test_vpl(name: str, exercise: Path, packages: Path, installed: Path, tmp_path: Path) -> None:
    """The last `Grade` line is ours, in the range of the activity."""
    done = on_vpl(tmp_path, packages, installed, HANDED_IN[name])
    assert (done.code, done.err) == (0, ""), done
    assert done.out.startswith("<|--\n-Points\n"), "nothing is printed but the grader's file"
    expected = pytest.approx(10 * points(name, exercise), abs=1e-3)
    assert float(readers.vpl(done.out)[0]) == expected


def test_vpl_gets_a_mark_for_what_never_ends(
    packages: Path, installed: Path, tmp_path: Path
) -> None:
    """Within the time of the activity."""
    done = on_vpl(tmp_path, packages, installed, HANGING)
    assert (done.code, done.err) == (0, ""), done
    assert float(readers.vpl(done.out)[0]) == 0


@EVERY
def test_aplus(name: str, exercise: Path, packages: Path, installed: Path, tmp_path: Path) -> None:
    """Points of ours, feedback on one line, nothing for staff."""
    feedback = on_aplus(tmp_path, packages, installed, HANDED_IN[name])
    assert readers.aplus(feedback) == (round(100 * points(name, exercise)), 1000)
    assert set(feedback) == {"points", "out"}


def test_no_grader_is_no_mark(packages: Path, tmp_path: Path) -> None:
    """Where the grader cannot be run, each platform is left without a mark and is told so."""
    empty, text = tmp_path / "empty", submissions.REFERENCE
    empty.mkdir()
    done, work = on_classroom50(tmp_path / "c", packages, empty, text)
    assert (done.code, (work / "result.json").exists()) == (1, False)
    assert "::error::Not graded" in done.out
    mark, comments = readers.vpl(on_vpl(tmp_path / "v", packages, empty, text).out)
    assert (mark, comments[0]) == ("", "-Not graded")
    (tmp_path / "a").mkdir()
    feedback = on_aplus(tmp_path / "a", packages, empty, text)
    assert readers.aplus(feedback) is None
    assert "exit code" in feedback["grading-script-errors"]


def test_a_refusal_is_no_mark(packages: Path, installed: Path, tmp_path: Path) -> None:
    """A submission that cannot be taken in is told why, and has no mark."""
    text = "#" * 2_000_000
    done, work = on_classroom50(tmp_path / "c", packages, installed, text)
    assert (done.code, (work / "result.json").exists()) == (1, False)
    assert "(exit code 4)" in done.out
    mark, comments = readers.vpl(on_vpl(tmp_path / "v", packages, installed, text).out)
    assert mark == ""
    assert any("refused" in line for line in comments)
    (tmp_path / "a").mkdir()
    assert readers.aplus(on_aplus(tmp_path / "a", packages, installed, text)) is None

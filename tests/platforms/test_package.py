"""Each platform's package on the built artifact: its own file tree, its own root, offline.

Not run here: a container runtime, the images' own systems, the platforms themselves.
"""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli import submissions
from tests.cli.running import ROOT, Done, grader
from tests.platforms.conftest import install, pack
from tests.platforms.handed_in import COMMANDS, DAWDLING, SUBMISSIONS, hand_in, obeyed, worth
from tests.platforms.layout import enter, needs_a_root

pytestmark = [pytest.mark.slow, needs_a_root()]

ENDING = [name for name in SUBMISSIONS if name != "hanging"]
Also = Callable[[Path], None]


def as_it_is(folder: Path) -> None:
    """Does nothing more to a submission's folder."""


def right(name: str, points: float, exercise: Path, done: Done) -> None:
    """Whether the points are those the submission is worth, here as anywhere."""
    known = {"passing": 10.0, "hanging": 0.0, "hostile": 0.0}
    expected = known[name] if name in known else worth(SUBMISSIONS[name], exercise)
    assert name in known or 0 < expected < 10
    assert points == pytest.approx(expected, abs=1e-3), done


def on_gradescope(
    tmp_path: Path, packages: Path, opt: Path, text: str, also: Also = as_it_is
) -> tuple[Done, Any]:
    """Runs the autograder once; what it printed, and the results file."""
    home = tmp_path / "autograder"
    also(hand_in(home / "submission", text))
    (home / "run_autograder").write_bytes((packages / "gradescope/run_autograder").read_bytes())
    (home / "run_autograder").chmod(0o755)
    done = enter(
        _root(tmp_path), "/autograder/run_autograder", bind={"/opt": opt, "/autograder": home}
    )
    return done, json.loads((home / "results/results.json").read_text())


def on_prairielearn(
    tmp_path: Path, packages: Path, opt: Path, text: str, also: Also = as_it_is
) -> tuple[Done, Any]:
    """Runs the entry point once; what it printed, and the results file."""
    package, home = packages / "prairielearn", tmp_path / "grade"
    also(hand_in(home / "student", text))
    options = json.loads((package / "info.json").read_text())["externalGradingOptions"]
    (home / "tests").mkdir()
    (home / "tests/entrypoint.sh").write_bytes((package / "tests/entrypoint.sh").read_bytes())
    (home / "tests/entrypoint.sh").chmod(0o755)
    started = time.monotonic()
    done = enter(_root(tmp_path), options["entrypoint"], bind={"/opt": opt, "/grade": home})
    assert time.monotonic() - started < options["timeout"]
    file = home / "results/results.json"
    assert file.stat().st_size <= 1024 * 1024
    return done, json.loads(file.read_text())


def on_github(
    tmp_path: Path, packages: Path, opt: Path, text: str, also: Also = as_it_is
) -> tuple[Done, Any]:
    """Runs the step that grades as a runner would; the exit code, and the step's result."""
    work, temporary = tmp_path / "work", tmp_path / "temp"
    folder = hand_in(work / "submission", text)
    (folder / ".git").mkdir()
    also(folder)
    temporary.mkdir()
    (temporary / "grader").symlink_to("/opt/autograd-grader")
    (temporary / "step.sh").write_text(_grading_step(packages)["run"])
    done = enter(
        _root(tmp_path),
        *("/bin/bash", "--noprofile", "--norc", "-eo", "pipefail", "/temp/step.sh"),
        bind={"/opt": opt, "/work": work, "/temp": temporary},
        RUNNER_TEMP="/temp",
        GITHUB_WORKSPACE="/work",
        GITHUB_OUTPUT="/temp/output",
    )
    output = temporary / "output"
    if not output.exists():
        return done, None
    name, _, value = output.read_text().rstrip("\n").partition("=")
    assert name == "result"
    return done, json.loads(base64.b64decode(value, validate=True))


def quiet(done: Done) -> bool:
    """Whether nothing that readers of a log obey is in it."""
    return not [mark for mark in ("::", "##", *COMMANDS) if mark in done.out + done.err]


@pytest.mark.parametrize("name", SUBMISSIONS)
def test_gradescope(
    name: str, exercise: Path, packages: Path, installed: Path, tmp_path: Path
) -> None:
    """A valid results file with the right score, and exit 0, whatever is handed in."""
    done, results = on_gradescope(tmp_path, packages, installed, SUBMISSIONS[name])
    assert done.code == 0, done
    right(name, results["score"], exercise, done)
    assert sum(test.get("max_score", 0) for test in results["tests"]) == pytest.approx(10, abs=0.01)
    assert "NOT ISOLATED" not in done.out
    assert quiet(done)


@pytest.mark.parametrize("name", SUBMISSIONS)
def test_prairielearn(
    name: str, exercise: Path, packages: Path, installed: Path, tmp_path: Path
) -> None:
    """A gradable results file under the size limit, exit 0, and before the platform's time."""
    done, results = on_prairielearn(tmp_path, packages, installed, SUBMISSIONS[name])
    assert done.code == 0, done
    assert results["gradable"] is True
    right(name, 10 * results["score"], exercise, done)
    assert quiet(done)


def test_a_partial_report_comes_before_the_platforms_time(tmp_path: Path) -> None:
    """A submission that takes longer than PrairieLearn waits still gets its points so far."""
    packages = tmp_path / "packages"  # of the exercise itself, which gives a check its time
    packages.mkdir()
    pack(ROOT, packages)
    install(packages, tmp_path)
    for name, text in DAWDLING.items():
        done, results = on_prairielearn(tmp_path / name, packages, tmp_path / "opt", text)
        assert done.code == 0, done
        assert results["gradable"] is True, name
        assert 0 < results["score"] < 1


@pytest.fixture(scope="module")
def steps(
    packages: Path, installed: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[Done, Any]]:
    """What the step on GitHub comes to with each submission that ends."""
    folder = tmp_path_factory.mktemp("github")
    return {
        name: on_github(folder / name, packages, installed, SUBMISSIONS[name]) for name in ENDING
    }


@pytest.mark.parametrize("name", ENDING)
def test_github(name: str, exercise: Path, steps: dict[str, tuple[Done, Any]]) -> None:
    """One output line that decodes to tests with numbers for scores; nothing forged in it."""
    done, result = steps[name]
    assert done.code == 0, done
    right(name, sum(test["score"] for test in result["tests"]), exercise, done)
    assert result["max_score"] == 10
    assert done.err == "", "the runner reads it beside the marks"
    assert "::notice title=Autograding" in done.out or name != "shouting", "seen as text"
    assert not obeyed(done.out)
    # the reporter prints these, and nobody stops the runner there
    told = [text for test in result["tests"] for text in test.values() if isinstance(text, str)]
    assert not obeyed("\n".join(told))


def test_a_log_takes_no_commands_from_the_name_of_a_file(
    packages: Path, installed: Path, tmp_path: Path
) -> None:
    """One that a submission is refused for."""
    name = "::add-mask::1 ##[set-output name=y]FORGED.py"

    def also(folder: Path) -> None:
        (folder / name).symlink_to("value.py")

    text = submissions.REFERENCE
    done, _ = on_github(tmp_path / "h", packages, installed, text, also)
    assert name in done.out, "a learner sees it as text"
    assert done.err == ""
    mine = [line for line in obeyed(done.out) if line.startswith("::error::Not graded")]
    assert obeyed(done.out) == mine
    for run in (on_gradescope, on_prairielearn):
        done, _ = run(tmp_path / run.__name__, packages, installed, text, also)
        assert done.code == 0
        assert quiet(done)


def test_each_run_has_marks_of_its_own(steps: dict[str, tuple[Done, Any]]) -> None:
    """A mark that was seen once ends nothing the next time."""
    logs = [done.out for done, _ in steps.values()]
    tokens = {log.partition("::stop-commands::")[2].split()[0] for log in logs}
    assert len(tokens) == len(logs)
    assert all(re.fullmatch("[0-9a-f]{32}", token) for token in tokens)


@pytest.mark.parametrize("name", SUBMISSIONS)
def test_container(
    name: str, exercise: Path, packages: Path, installed: Path, tmp_path: Path
) -> None:
    """As the Containerfile runs it: its user, a read-only root, /tmp alone writable."""
    words = (packages / "docker/Containerfile").read_text()
    assert "\nUSER 10001:10001\n" in words
    assert words.rstrip().endswith('ENTRYPOINT ["/opt/autograd-grader/bin/grader"]\nCMD ["--help"]')
    done = enter(
        _root(tmp_path),
        *("/opt/autograd-grader/bin/grader", "grade", "-", "--json", "-"),
        bind={"/opt": installed},
        more=("--remount-ro", "/opt", "--remount-ro", "/", "--chdir", "/tmp"),
        uid=10001,
        stdin=SUBMISSIONS[name].encode(),
    )
    assert done.code == 0, done
    right(name, json.loads(done.out)["score"], exercise, done)


def test_no_grader_is_no_mark(packages: Path, tmp_path: Path) -> None:
    """Where the grader itself fails, what is left behind says so, and holds no score."""
    empty = tmp_path / "empty"
    empty.mkdir()
    done, results = on_gradescope(tmp_path / "g", packages, empty, submissions.REFERENCE)
    assert done.code == 0
    assert "score" not in results
    assert "tests" not in results
    assert "Not graded" in results["output"]
    done, results = on_prairielearn(tmp_path / "p", packages, empty, submissions.REFERENCE)
    assert done.code == 0
    assert results["gradable"] is False
    assert "Not graded" in results["format_errors"][0]
    done, result = on_github(tmp_path / "h", packages, empty, submissions.REFERENCE)
    assert (done.code, result) == (1, None)
    assert "::error::Not graded" in done.out


def test_another_exercise_grades_nobody(packages: Path, installed: Path, tmp_path: Path) -> None:
    """The scripts name their exercise; an image with another one gives no mark."""
    home = tmp_path / "autograder"
    hand_in(home / "submission", submissions.REFERENCE)
    script = (packages / "gradescope/run_autograder").read_text()
    digest = script.partition("--expect-exercise ")[2].split()[0]
    (home / "run_autograder").write_text(script.replace(digest, "0" * 64))
    done = enter(
        _root(tmp_path),
        *("/bin/sh", "/autograder/run_autograder"),
        bind={"/opt": installed, "/autograder": home},
    )
    results = json.loads((home / "results/results.json").read_text())
    assert done.code == 0
    assert "exit code 3" in results["output"]
    assert "score" not in results


def test_equal_installations_give_equal_bytes(
    exercise: Path, packages: Path, tmp_path: Path
) -> None:
    """A second package is the first one again."""
    again = tmp_path / "again.zip"
    assert grader("package", "gradescope", again, "--exercise", exercise).code == 0
    assert again.read_bytes() == (packages / "gradescope.zip").read_bytes()


def test_the_workflow_keeps_the_reporters_rules(packages: Path) -> None:
    """The names that the reporter looks for, and nothing of the exercise where learners read."""
    workflow = yaml.safe_load((packages / "github/.github/workflows/classroom.yml").read_text())
    assert workflow["name"] == "Autograding Tests"
    assert list(workflow["jobs"]) == ["run-autograding-tests"]
    report = workflow["jobs"]["run-autograding-tests"]["steps"][-1]
    assert report["with"]["runners"] == "grader"
    assert report["env"] == {"GRADER_RESULTS": "${{ steps.grader.outputs.result }}"}
    found = (packages / "github").rglob("*.whl")
    assert [path.parent.name for path in found] == ["keep-private"]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A folder with anything in it is left as it is."""
    submissions.write(tmp_path, "mine")
    done = grader("package", "docker", tmp_path)
    assert (done.code, "is not empty" in done.err) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["value.py"]


def _grading_step(packages: Path) -> Any:
    workflow = yaml.safe_load((packages / "github/.github/workflows/classroom.yml").read_text())
    steps = workflow["jobs"]["run-autograding-tests"]["steps"]
    return next(step for step in steps if step.get("id") == "grader")


def _root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    root.mkdir(exist_ok=True, parents=True)
    return root

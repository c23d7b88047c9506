"""The command lines of docs/howto-class.md work as they stand."""

import os
import re
import shutil
from pathlib import Path

import pytest

from grader.batch.outputs import RULED
from grader.cli import registry
from grader.course.policy import read_policy
from tests.batch import kit

PAGE = (Path(__file__).resolve().parents[2] / "docs/howto-class.md").read_text("utf-8")
SCRIPTS = re.findall(r"^```sh\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
SECRET, PARALLEL, SLURM, MERGE, KUBERNETES = SCRIPTS


SAYS = """\
#!/bin/sh
printf '%s\\n' "$@" '' >>asked
"""
"""A `grader` that keeps what it is asked."""


@pytest.fixture
def place(exercise, tmp_path):
    """A working folder with `class`, and such a `grader` on the path."""
    kit.write_class(exercise, tmp_path / "class")
    program = tmp_path / "bin" / "grader"
    program.parent.mkdir()
    program.write_text(SAYS)
    program.chmod(0o755)
    return tmp_path


def shell(place, script, **environment):
    """Carries out for the small exercise what a shell makes of the script's commands."""
    asked = place / "asked"
    asked.unlink(missing_ok=True)
    path = f"{place / 'bin'}{os.pathsep}{os.environ['PATH']}"
    given = {**os.environ, "PATH": path, **environment}
    done = kit.execute("sh", "-e", "-c", script, cwd=place, env=given)
    assert done.returncode == 0, done.stderr + done.stdout
    *commands, rest = asked.read_text("utf-8").split("\n\n")
    assert commands
    assert rest == ""
    ours = ("--exercise", place / "exercise")
    more = {"new-secret": (), "merge": ours, "batch": (*ours, "--isolation", "none")}
    for command in commands:
        verb, *words = command.splitlines()
        carried_out = kit.carried_out(verb, *words, *more[verb], cwd=place)
        assert carried_out.code == 0, carried_out


def in_two(script):
    """The script for two parts instead of eight."""
    return script.replace("/8", "/2").replace("seq 8", "seq 2")


def test_a_secret(place):
    shell(place, SECRET)
    assert len(kit.grades(place / "grades")) == 12
    assert (place / "course.secret").stat().st_mode & 0o777 == 0o600


def test_gnu_parallel(place):
    if shutil.which("parallel") is None:
        pytest.skip("GNU parallel is not installed")
    shell(place, in_two(PARALLEL))
    assert len(kit.grades(place / "grades")) == 12


def test_slurm(place):
    for number in (1, 2):
        shell(place, in_two(SLURM), SLURM_ARRAY_TASK_ID=str(number))
    shell(place, MERGE)
    assert len(kit.grades(place / "grades")) == 12


def test_kubernetes(place):
    for index in (0, 1):
        shell(place, in_two(KUBERNETES), JOB_COMPLETION_INDEX=str(index))
    shell(place, MERGE)
    assert len(kit.grades(place / "grades")) == 12


def test_every_column_is_explained(exercise, school, out):
    kit.run(exercise, school, out)
    columns = list(next(iter(kit.grades(out).values())))
    for column in (*columns, *RULED):
        name = "task …" if column.startswith("task ") else column
        assert f"`{name}`" in PAGE, column


def test_the_policy_is_read(tmp_path):
    (shown,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    (tmp_path / "policy.yaml").write_text(shown, "utf-8")
    policy = read_policy(tmp_path / "policy.yaml")
    assert policy.late
    assert policy.rounding
    assert policy.extensions


def test_every_option_that_is_named_is_there():
    verbs = registry()
    named = ("batch", "merge", "feedback", "report")
    known = {option for verb in named for one in verbs[verb].params for option in one.opts}
    for option in set(re.findall(r"(--[a-z][a-z-]+)", PAGE)) - {
        "--array",
        "--cpus-per-task",
        "--dependency",
    }:
        assert option in known, option

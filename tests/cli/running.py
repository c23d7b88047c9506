"""Runs the command line as its users do: another process, its own environment, bytes in and out."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.cli.forked import READ_LATE, forked

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-P", "-m", "grader")
WALL_S = 120
"""No command of these tests needs more, on the slowest machine; a hang ends here."""


class Done(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


def variables(**more: str) -> dict[str, str]:
    """The environment of a plain shell; nothing of this test run shows in it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", "COLUMNS": "88", **more}


def grader(
    *arguments: object,
    cwd: Path = ROOT,
    stdin: bytes = b"",
    command: tuple[str, ...] | None = None,
    **more: str,
) -> Done:
    """Runs `grader ARGUMENTS`, afresh where a command or more than usual is given.

    Whatever happens, nobody is ever shown a traceback.
    """
    words = list(map(str, arguments))
    is_plain = command is None and not stdin and READ_LATE.issuperset(more)
    if is_plain and hasattr(os, "memfd_create"):
        result = Done(*forked(words, cwd, variables(**more), WALL_S))
    else:
        started = subprocess.run(
            [*(command or COMMAND), *words],
            cwd=cwd,
            env=variables(**more),
            input=stdin,
            capture_output=True,
            timeout=WALL_S,
            check=False,
        )
        result = Done(started.returncode, started.stdout.decode(), started.stderr.decode())
    assert "Traceback" not in result.out + result.err, result
    return result


def graded(submission: Path, *arguments: object, code: int = 0) -> dict[str, Any]:
    """The JSON report of a submission."""
    done = grader("grade", submission, "--json", "-", *arguments)
    assert done.code == code, done
    report: dict[str, Any] = json.loads(done.out)
    return report


def served(
    sources: Mapping[str, str],
    folder: Path,
    *options: object,
    command: tuple[str, ...] | None = None,
) -> dict[str, dict[str, Any]]:
    """The JSON reports of sources, by their names: graded one after the other by one process."""
    asked = []
    for number, (name, source) in enumerate(sources.items()):
        path = folder / str(number) / "value.py"
        path.parent.mkdir(parents=True)
        path.write_bytes(source.encode())
        asked.append(json.dumps({"id": name, "path": str(path)}))
    stdin = "\n".join(asked).encode()
    done = grader("serve", "--stdio", *options, stdin=stdin, command=command)
    assert done.code == 0, done
    return {line["id"]: line["report"] for line in map(json.loads, done.out.splitlines())}


def outcomes(report: dict[str, Any]) -> dict[str, str]:
    """Each task's outcome."""
    return {task["id"]: task["outcome"] for task in report["tasks"]}


def scores(report: dict[str, Any]) -> dict[str, float]:
    """Each task's score."""
    return {task["id"]: task["score"] for task in report["tasks"]}


def copy_exercise(folder: Path, *left_out: str) -> Path:
    """A copy of the exercise, to be changed."""
    copy = folder / "exercise"
    ignored = shutil.ignore_patterns("__pycache__", ".*", *left_out)
    for part in ("starter", "reference", "tests/battery"):
        shutil.copytree(ROOT / part, copy / part, ignore=ignored)
    shutil.copy(ROOT / "tasks.yaml", copy)
    return copy


def keep_each_fifth_check(battery: Path) -> None:
    """Leaves the first check of a battery's file, and some that differ from it."""
    tree = ast.parse(battery.read_text("utf-8"))
    checks = [node for node in tree.body if getattr(node, "name", "").startswith("test_")]
    tree.body = [node for node in tree.body if node not in checks or node in checks[::5]]
    battery.write_text(ast.unparse(tree), "utf-8")


def quick_exercise(folder: Path) -> Path:
    """A copy of the exercise that gives a check little, so that endless ones end soon.

    It has few checks and knows no mistakes, for each that fails is asked again and looked into.
    """
    copy = copy_exercise(folder, "misconceptions")
    for battery in (copy / "tests/battery").glob("test_*.py"):
        keep_each_fifth_check(battery)
    limits = "{check_cpu_s: 2, memory_mb: 512}"
    replace_in(copy / "tasks.yaml", limits, "{check_cpu_s: 0.3, import_s: 0.4, memory_mb: 128}")
    return copy


def replace_in(file: Path, old: str, new: str) -> None:
    """Replaces a text that is there exactly once."""
    text = file.read_text("utf-8")
    assert text.count(old) == 1, (old, text.count(old))
    file.write_text(text.replace(old, new), "utf-8")

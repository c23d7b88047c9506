"""From the outside: whatever is wrong with the input, a clear sentence and the right exit code.

That nobody sees a traceback is asserted in `tests.cli.running.grader` and in `inside`, for every
run of these.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli import submissions
from tests.cli.inside import inside
from tests.cli.running import ROOT, copy_exercise, grader, replace_in

GRADED, USAGE, EXERCISE, REFUSED = 0, 2, 3, 4
MAKES_FIFOS = hasattr(os, "mkfifo")


def folder_of(name: str, data: bytes) -> Callable[[Path], Path]:
    """Makes a file of that name."""

    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data)
        return path

    return make


def empty_folder(folder: Path) -> Path:
    (folder / "handed-in").mkdir()
    return folder / "handed-in"


def near_miss(folder: Path) -> Path:
    (folder / "handed-in").mkdir()
    for name in ("valu.py", "more.py"):
        (folder / "handed-in" / name).write_text(submissions.REFERENCE)
    return folder / "handed-in"


def link(folder: Path) -> Path:
    (folder / "value.py").symlink_to(ROOT / "reference/value.py")
    return folder / "value.py"


def fifo(folder: Path) -> Path:
    os.mkfifo(folder / "value.py")
    return folder / "value.py"


REFUSALS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "folder without value.py": (empty_folder, "holds no value.py"),
    "folder with a near miss": (near_miss, "rename it to value.py"),
    "not UTF-8": (folder_of("value.py", b'name = "caf\xe9"\n'), "not UTF-8"),
    "NUL bytes": (folder_of("value.py", b"x = 1\n\0\n"), "a NUL byte, at offset 6 (line 2)"),
    "2 MiB": (folder_of("value.py", b"#" * 2 * 1024**2), "too large: more than 1 MiB"),
    "no Python": (folder_of("value.txt", b"x = 1\n"), "does not end in .py"),
    "broken zip": (folder_of("value.zip", b"PK\3\4 nothing"), "not a sound zip file"),
    "link": (link, "is a link"),
    "device": (lambda _: Path("/dev/zero"), "is a device"),
}
if MAKES_FIFOS:
    REFUSALS["FIFO"] = (fifo, "is a FIFO")


def one_line(text: str) -> str:
    """Without the line breaks that the width of the screen asks for."""
    return " ".join(text.split())


@pytest.mark.parametrize("name", REFUSALS)
def test_what_cannot_be_taken_in_is_refused(name: str, tmp_path: Path) -> None:
    """Exit 4, no mark, nothing run; what, where and the next move."""
    make, words = REFUSALS[name]
    report = tmp_path / "report.json"
    done = inside("grade", make(tmp_path), "--json", report)
    assert done.code == REFUSED
    assert words in one_line(done.out)
    assert "/ 10" not in done.out
    saved = json.loads(report.read_text("utf-8"))
    assert (saved["outcome"], saved["tasks"], "score" in saved) == ("refused", [], False)


UNIMPORTABLE = {
    "empty file": ("", "value.py loads, but has no class named `Value`: it defines nothing."),
    "syntax error": ("class Value:\n    def __init__(self, data)\n        pass\n", "expected ':'"),
    "wrong class name": (
        submissions.REFERENCE.replace("class Value", "class Node"),
        "value.py loads, but has no class named `Value` (it has `Node`).",
    ),
    "an exception": (submissions.at_top("1 / 0"), "ZeroDivisionError: division by zero"),
    "an exit": (submissions.at_top("import sys\nsys.exit()"), "the program ended itself"),
}


@pytest.mark.parametrize("name", UNIMPORTABLE)
def test_what_cannot_be_imported_is_graded_with_one_clear_sentence(
    name: str, tmp_path: Path
) -> None:
    """0 of 10, every check blocked, the sentence both on screen and in the report."""
    text, words = UNIMPORTABLE[name]
    report = tmp_path / "report.json"
    done = grader("grade", submissions.write(tmp_path, text), "--json", report)
    assert done.code == GRADED
    assert "could not be imported" in done.out
    assert words in one_line(done.out)
    saved = json.loads(report.read_text("utf-8"))
    assert (saved["outcome"], saved["score"]) == ("graded", 0)
    assert words in saved["message"]
    found = {check["outcome"] for task in saved["tasks"] for check in task["checks"]}
    assert found == {"blocked"}


# --- a broken exercise ---------------------------------------------------------------------


def unknown_key(exercise: Path) -> None:
    replace_in(exercise / "tasks.yaml", "id: mul\n", "id: mul\n    pionts: 3\n")


def broken_yaml(exercise: Path) -> None:
    replace_in(exercise / "tasks.yaml", "packages: []", "packages: [")


def wrong_type(exercise: Path) -> None:
    replace_in(exercise / "tasks.yaml", "memory_mb: 512", "memory_mb: plenty")


def no_manifest(exercise: Path) -> None:
    (exercise / "tasks.yaml").unlink()


def uncollectable(exercise: Path) -> None:
    (exercise / "tests/battery/test_mul.py").write_text("import no_such_module_here\n")


def syntax_error_in_battery(exercise: Path) -> None:
    (exercise / "tests/battery/test_mul.py").write_text("def test_(:\n")


def unknown_task_in_battery(exercise: Path) -> None:
    replace_in(exercise / "tests/battery/test_mul.py", 'mark.task("mul")', 'mark.task("mull")')


def broken_check(exercise: Path) -> None:
    with (exercise / "tests/battery/test_mul.py").open("a") as file:
        file.write("\n\ndef test_broken(submission):\n    1 / 0\n")


def broken_oracle(exercise: Path) -> None:
    replace_in(exercise / "tests/battery/small_programs.py", "PLAIN = 4.0", "PLAIN = four")


def empty_battery(exercise: Path) -> None:
    for path in (exercise / "tests/battery").glob("test_*.py"):
        path.unlink()


BROKEN: dict[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "unknown key": (unknown_key, ("pionts", "points")),
    "broken YAML": (broken_yaml, ("tasks.yaml",)),
    "wrong type": (wrong_type, ("memory_mb",)),
    "no manifest": (no_manifest, ("tasks.yaml",)),
    "battery that fails to collect": (uncollectable, ("test_mul.py", "no_such_module_here")),
    "battery with a syntax error": (syntax_error_in_battery, ("test_mul.py",)),
    "battery with an unknown task": (unknown_task_in_battery, ("mull",)),
    "battery with a broken check": (broken_check, ("mul/broken", "ZeroDivisionError")),
    "broken oracle": (broken_oracle, ("oracle.py", "four")),
    "battery without checks": (empty_battery, ("check",)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_exercise_grades_nobody(name: str, tmp_path: Path) -> None:
    """Exit 3 and words for its author, on standard error; no scorecard, no report."""
    spoil, words = BROKEN[name]
    exercise = copy_exercise(tmp_path)
    spoil(exercise)
    report = tmp_path / "report.json"
    done = grader("grade", ROOT / "reference/value.py", "--exercise", exercise, "--json", report)
    assert done.code == EXERCISE, done
    assert done.out == ""
    for word in words:
        assert word in done.err
    assert not report.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["exercise"]


def test_a_mistyped_key_gets_a_did_you_mean_and_its_line(tmp_path: Path) -> None:
    """The author learns which line, and what was probably meant."""
    exercise = copy_exercise(tmp_path)
    unknown_key(exercise)
    lines = (exercise / "tasks.yaml").read_text("utf-8").splitlines()
    (number,) = [n for n, line in enumerate(lines, start=1) if "pionts" in line]
    done = grader("grade", ROOT / "reference/value.py", "--exercise", exercise)
    assert str(number) in done.err
    assert "did you mean" in done.err.lower()


def test_an_odd_submission_is_not_taken_for_a_broken_check(tmp_path: Path) -> None:
    """A check that fails on what a submission returned, and not on the reference, is that
    submission's: else a learner could make every grading a broken exercise."""
    exercise = copy_exercise(tmp_path, "misconceptions")
    with (exercise / "tests/battery/test_mul.py").open("a") as file:
        file.write(
            "\n\ndef test_inverse(submission):\n"
            "    assert 1 / (submission.Value(2.0) * 4.0).data == 0.125\n"
        )
    always_zero = submissions.before_mul("return Value(0.0)")
    path = submissions.write(tmp_path, always_zero)
    done = grader("grade", path, "--exercise", exercise, "--json", "-")
    assert done.code == GRADED
    tasks = {task["id"]: task for task in json.loads(done.out)["tasks"]}
    (check,) = [c for c in tasks["mul"]["checks"] if c["id"] == "mul/inverse"]
    assert check["outcome"] == "error"
    assert "ZeroDivisionError" in check["message"]
    right = grader("grade", ROOT / "reference/value.py", "--exercise", exercise, "--json", "-")
    assert json.loads(right.out)["score"] == 10


# --- a command that cannot be carried out ---------------------------------------------------

USAGES = {
    "no argument": (("grade",), "Missing argument"),
    "no such verb": (("grad", "value.py"), "Did you mean `grade`?"),
    "no such option": (("grade", "value.py", "--jsn", "x"), "--json"),
    "no such task": (("grade", "reference/value.py", "--task", "mull"), "add, mul, relu, neuron"),
    "no such task to show": (("show", "mull"), "add, mul, relu, neuron"),
    "--json into no folder": (
        ("grade", "reference/value.py", "--json", "no/such/folder/report.json"),
        "cannot write no/such/folder/report.json",
    ),
    "--json onto a folder": (("grade", "reference/value.py", "--json", "."), "it is a folder"),
    "no such secret": (
        ("grade", "reference/value.py", "--secret-file", "no/such/secret"),
        "cannot read the secret",
    ),
    "a report that is none": (("report", "tasks.yaml"), "This is not JSON"),
    "no such submission": (
        ("grade", "reference/valu.py"),
        "reference/valu.py: there is no such file or folder.\nDid you mean reference/value.py?",
    ),
    "no such exercise": (("tasks", "--exercise", "nowhere"), "nowhere: there is no such folder."),
    "no such report": (("report", "no-such-report.json"), "cannot read no-such-report.json"),
}


@pytest.mark.parametrize("name", USAGES)
def test_a_wrong_command_says_what_is_wrong_with_it(name: str) -> None:
    """Exit 2, a sentence on standard error, nothing on standard output."""
    arguments, words = USAGES[name]
    done = inside(*arguments)
    assert (done.code, done.out) == (USAGE, "")
    assert done.err.startswith("grader: ")
    assert words in done.err


def test_an_unwritable_report_is_found_before_anything_is_graded(tmp_path: Path) -> None:
    """A submission that would take seconds to time out is not even started."""
    path = submissions.write(tmp_path, "while True:\n    pass\n")
    done = grader("grade", path, "--json", tmp_path / "no/report.json")
    assert (done.code, done.out) == (USAGE, "")
    assert "cannot write" in done.err


def test_check_without_a_file_says_how_to_get_one(tmp_path: Path) -> None:
    """An empty folder: `grader init` is the next move."""
    done = inside("check", cwd=tmp_path)
    assert done.code == USAGE
    assert "grader init" in done.err

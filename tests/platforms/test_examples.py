"""The worked examples for developers of platforms run, agree with each other, and type-check."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.report import wire
from tests.cli import submissions
from tests.cli.running import ROOT, WALL_S, Done, variables
from tests.render.reports import SAMPLES

EXAMPLES = ROOT / "docs/examples"
NODE = shutil.which("node")
CONSUMERS = {
    "python": (sys.executable, str(EXAMPLES / "consumer.py")),
    "javascript": (str(NODE), str(EXAMPLES / "consumer.mjs")),
}
LANGUAGES = [
    "python",
    pytest.param("javascript", marks=pytest.mark.skipif(NODE is None, reason="needs node")),
]


def run(*command: object) -> Done:
    """Runs a program as its reader would."""
    done = subprocess.run(
        [str(word) for word in command],
        env=variables(),
        capture_output=True,
        timeout=WALL_S,
        check=False,
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def told(language: str, folder: Path, data: bytes) -> str:
    """What a consumer says of a report."""
    file = folder / "report.json"
    file.write_bytes(data)
    done = run(*CONSUMERS[language], file)
    assert (done.code, done.err) == (0, ""), done
    return done.out


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_consumer_tells_what_matters(language: str, tmp_path: Path) -> None:
    """The points, the mistake by name and the program; no mark for a fault or a refusal."""
    partial = told(language, tmp_path, wire.encode(SAMPLES["partial"]))
    assert " of 10 points\n" in partial
    assert SAMPLES["partial"].tasks[1].diagnoses[0].title in partial
    for name in ("fault", "refused"):
        text = told(language, tmp_path, wire.encode(SAMPLES[name]))
        assert text.startswith("Not graded")
        assert "points" not in text
    hidden = told(language, tmp_path, wire.encode(SAMPLES["hidden"]))
    assert "hidden checks that do not pass: " in hidden
    assert "SECRET" not in hidden
    hostile = told(language, tmp_path, wire.encode(SAMPLES["hostile"]))
    assert not set("\x1b\x07\u202e\x9b") & set(hostile)


@pytest.mark.parametrize("language", LANGUAGES)
def test_unknown_keys_are_passed_over(language: str, tmp_path: Path) -> None:
    """A report of a later minor version reads as this one does."""
    values = json.loads(wire.encode(SAMPLES["partial"]))
    plain = told(language, tmp_path, json.dumps(values).encode())
    values["schema_version"] = "1.7"
    for record in (values, *values["tasks"], *values["tasks"][1]["checks"]):
        record["added_later"] = {"deep": [1, 2]}
    assert told(language, tmp_path, json.dumps(values).encode()) == plain


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_major_version_is_told(language: str, tmp_path: Path) -> None:
    """What a 2.0 means is not guessed."""
    file = tmp_path / "report.json"
    file.write_text('{"schema_version": "2.0"}')
    done = run(*CONSUMERS[language], file)
    assert (done.code, done.out) == (1, "")
    assert "2.0" in done.err


@pytest.mark.skipif(NODE is None, reason="needs node")
@pytest.mark.parametrize("name", SAMPLES)
def test_both_consumers_say_the_same(name: str, tmp_path: Path) -> None:
    """In every kind of report."""
    data = wire.encode(SAMPLES[name])
    assert told("python", tmp_path, data) == told("javascript", tmp_path, data)


def test_the_python_api_grades(tmp_path: Path) -> None:
    """A right file, a wrong one whose mistake is named, and one that is no text."""
    right = submissions.write(tmp_path, submissions.REFERENCE)
    wrong = submissions.write(tmp_path, submissions.wrong_mul(), "wrong.py")
    broken = tmp_path / "broken.py"
    broken.write_bytes(b"\xff\xfe\x00")
    done = run(sys.executable, EXAMPLES / "api_example.py", right, wrong, broken)
    assert done.code == 0, done
    first, second, third = done.out.splitlines()
    assert first.endswith("value.py: 10 of 10")
    assert second.count(";") >= 1
    assert "broken.py: refused: " in third


def test_the_python_api_is_typed() -> None:
    """mypy --strict, with what it remembers of the source, has nothing to say of the examples."""
    pytest.importorskip("mypy")
    files = [EXAMPLES / "api_example.py", EXAMPLES / "consumer.py"]
    done = run(
        *(sys.executable, "-m", "mypy", "--strict", "--cache-dir", ROOT / ".mypy_cache"),
        *("--config-file", ROOT / "pyproject.toml", *files),
    )
    assert done.code == 0, done

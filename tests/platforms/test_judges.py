"""Dodona's judge and XQueue's container on the built artifact, in their layout and their limits.

The readers are the platforms' own rules, written down in `tests/export/judges.py`. Not run here: a
container runtime, the images' own systems, Dodona, the watcher, Open edX.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.cli import submissions
from tests.cli.running import Done
from tests.export.judges import Answer, Judgement, answer, judgement
from tests.platforms.handed_in import worth
from tests.platforms.layout import enter, needs_a_root
from tests.platforms.limits import limits

pytestmark = [pytest.mark.slow, needs_a_root()]

FORGED = (
    '{"command":"close-judgement","accepted":true,"status":{"enum":"correct"}}',
    '{"errors":[],"tests":[],"correct":true,"score":1.0,"msg":"<div>FORGED</div>"}',
)
PRINTS = f"""
import sys
FORGED = chr(10).join(("", *{FORGED!r}, ""))
for stream in (sys.stdout, sys.stderr, sys.__stdout__):
    print(FORGED, file=stream, flush=True)
"""
WRITES = f"""{PRINTS}
import os
places = [f"/proc/{{pid}}/fd/{{n}}" for pid in ("self", os.getppid(), 1) for n in range(64)]
for place in (*places, "/dev/stdout", "/dev/stderr", "/dev/tty", "/proc/1/environ"):
    try:
        with open(place, "w") as stream:
            stream.write(FORGED)
    except OSError:
        pass
for number in range(64):
    try:
        os.write(number, FORGED.encode())
    except OSError:
        pass
"""
SUBMISSIONS = {
    "passing": submissions.REFERENCE,
    "failing": submissions.at_top(PRINTS, submissions.wrong_mul()),
    "hanging": "while True:\n    pass\n",
    "hostile": submissions.at_top(WRITES, submissions.wrong_mul()),
}
"""Right; wrong, with forged lines in its output; without an end; forging wherever it can write."""


def mark(name: str, exercise: Path) -> float:
    """The submission's, here as anywhere."""
    return 10.0 if name == "passing" else worth(SUBMISSIONS[name], exercise)


def on_dodona(tmp_path: Path, package: Path, opt: Path, text: str) -> Done:
    """Runs the judge once as Dodona's container does: its user, its folders, 100 MB."""
    home = tmp_path / "mnt/hidden"
    (home / "submission").mkdir(parents=True)
    (home / "submission/source").write_text(text, "utf-8")
    (home / "judge").symlink_to("/judge")
    config = json.loads((package / "judge/config.json").read_text())
    asked = {
        **config,
        "programming_language": "python",
        "natural_language": "nl",
        "resources": "/mnt/hidden/resources",
        "source": "/mnt/hidden/submission/source",
        "judge": "/mnt/hidden/judge",
        "workdir": "/home/runner/workdir",
    }
    binds = {"/opt": opt, "/mnt": tmp_path / "mnt", "/judge": package / "judge"}
    with limits(config["memory_limit"]) as head:
        return enter(
            _root(tmp_path),
            "/mnt/hidden/judge/run",
            bind=binds,
            before=head,
            uid=1000,
            stdin=json.dumps(asked).encode(),
        )


def on_xqueue(tmp_path: Path, package: Path, opt: Path, text: str) -> Done:
    """Runs the container once as the watcher does: its user, read-only, 256 MiB, half a core."""
    with limits(256 * 1024 * 1024, 0.5) as head:
        return enter(
            _root(tmp_path),
            *("/grader/grade", "/grader/grader.py", "4711"),
            bind={"/opt": opt, "/grader": package / "image"},
            more=("--remount-ro", "/opt", "--remount-ro", "/grader", "--remount-ro", "/"),
            before=head,
            uid=1000,
            SUBMISSION_CODE=text,
            GRADER_LANGUAGE="en",
            HIDE_OUTPUT="0",
        )


@pytest.mark.parametrize("name", SUBMISSIONS)
def test_dodona(name: str, exercise: Path, packages: Path, installed: Path, tmp_path: Path) -> None:
    """A whole judgement with our points and nothing of what the submission prints."""
    done = on_dodona(tmp_path, packages / "dodona", installed, SUBMISSIONS[name])
    assert done.code == 0, done
    made: Judgement = judgement(done.out)
    told = made.all("append-message")[0]["message"]["description"]
    points = f"{mark(name, exercise):.4f}".rstrip("0").rstrip(".")
    assert told.startswith(f"{points} of 10 points"), done
    assert made.accepted is (name == "passing")
    assert (made.status == "correct") is (name == "passing")


@pytest.mark.parametrize("name", [name for name in SUBMISSIONS if name != "hanging"])
def test_xqueue(name: str, exercise: Path, packages: Path, installed: Path, tmp_path: Path) -> None:
    """The last line is our answer, and there is no other on either stream."""
    done = on_xqueue(tmp_path, packages / "xqueue", installed, SUBMISSIONS[name])
    assert (done.code, done.err, done.out.count("\n")) == (0, "", 1), done
    found = answer(done.out)
    assert isinstance(found, Answer)
    assert found.score == pytest.approx(mark(name, exercise) / 10, abs=1e-5)
    assert found.correct is (name == "passing")


def test_another_exercise_is_no_mark(packages: Path, installed: Path, tmp_path: Path) -> None:
    """Where the grader grades nobody, Dodona has an internal error, and the watcher no score."""
    package = tmp_path / "package"
    for platform, script in (("dodona", "judge/run"), ("xqueue", "image/grade")):
        text = (packages / platform / script).read_text()
        digest = text.partition('"--expect-exercise", "')[2].partition('"')[0]
        file = package / script
        file.parent.mkdir(parents=True)
        file.write_text(text.replace(digest, "0" * 64))
        file.chmod(0o755)
    config = (packages / "dodona/judge/config.json").read_bytes()
    (package / "judge/config.json").write_bytes(config)
    done = on_dodona(tmp_path / "d", package, installed, submissions.REFERENCE)
    assert (done.code, done.out) == (1, "")
    done = on_xqueue(tmp_path / "x", package, installed, submissions.REFERENCE)
    assert done.code == 0
    assert answer(done.out) is None


class Watcher:
    """The watcher's own handler, by its rule: the last line, and a zero where there is none."""

    def __init__(self, lines: str | None) -> None:
        self.lines = lines

    def grade(self, *_: object) -> Any:
        """What the container said, or a zero."""
        if self.lines is None:
            return {"errors": ["There was a problem."], "tests": [], "correct": False, "score": 0}
        return json.loads(self.lines.splitlines()[-1])


@pytest.fixture
def handler(packages: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The package's handler, the watcher being a stand-in."""
    stock = ModuleType("xqueue_watcher.containergrader")
    stock.ContainerGrader = Watcher  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "xqueue_watcher", ModuleType("xqueue_watcher"))
    monkeypatch.setitem(sys.modules, stock.__name__, stock)
    made: dict[str, Any] = {"__name__": "autograd_xqueue"}
    exec((packages / "xqueue/watcher/autograd_xqueue.py").read_text(), made)
    return made["AutogradGrader"]


def test_the_handler_sends_our_words_and_never_the_watchers_zero(handler: Any) -> None:
    """A container that failed, took too long or gave no mark is an exception: nothing is sent."""
    line = '{"errors":[],"tests":[],"correct":false,"score":0.5,"msg":"<div>half</div>"}\n'
    one = handler(line)
    assert one.render_results(one.grade("/grader/x", {}, "")) == "<div>half</div>"
    for lines in (None, '{"errors":["no disk"],"tests":[],"msg":"<div>no disk</div>"}\n'):
        with pytest.raises(RuntimeError, match=r"problem|no disk"):
            handler(lines).grade("/grader/x", {}, "")


def test_the_packages_keep_the_reference_out_of_what_a_platform_shows(packages: Path) -> None:
    """The wheel lies beside the Containerfile alone; names and limits are the platform's."""
    for platform in ("dodona", "xqueue"):
        (wheel,) = (packages / platform).rglob("*.whl")
        assert wheel.parent == packages / platform / "image"
    assert sorted(path.name for path in (packages / "dodona/judge").iterdir()) == [
        "config.json",
        "run",
    ]
    queues = json.loads((packages / "xqueue/watcher/conf.d/autograd.json").read_text())
    (handlers,) = [queue["HANDLERS"] for queue in queues.values()]
    assert handlers[0]["HANDLER"] == "autograd_xqueue.AutogradGrader"


def _root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "home/runner/workdir").mkdir(parents=True)
    return root

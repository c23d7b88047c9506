"""`grader serve --stdio` from the outside: one line in, one line out, until the input ends."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import plain_exercise
from tests.cli import submissions
from tests.cli.running import ROOT, WALL_S, graded, grader
from tests.cli.serving import Service, serving
from tests.processes import descendants

PROC = Path("/proc/self/fd")
needs_proc = pytest.mark.skipif(not PROC.exists(), reason="needs /proc")
RIGHT, WRONG = submissions.REFERENCE, submissions.wrong_mul()


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """One service for all that it must survive: it ends well after every test of this file."""
    with serving() as one:
        yield one
        assert one.end() == (0, b"", b"")


def without_timing(report: dict[str, Any]) -> dict[str, Any]:
    """The part that is equal in two gradings."""
    return {key: value for key, value in report.items() if key != "timing"}


def test_answers_come_in_order_with_their_ids() -> None:
    """Lines are written all at once; ids of both kinds come back as they were given."""
    lines = [
        {"id": "first", "source": RIGHT},
        {"id": 2, "path": "no/such/file.py"},
        {"id": "third", "source": WRONG},
        {"id": 4, "source": "def"},
    ]
    stdin = "\n\n".join(json.dumps(line) for line in lines).encode()  # the last has no newline
    done = grader("serve", "--stdio", stdin=stdin)
    assert (done.code, done.err) == (0, "")
    answers = [json.loads(line) for line in done.out.splitlines()]
    assert [answer["id"] for answer in answers] == ["first", 2, "third", 4]
    assert [list(answer)[1] for answer in answers] == ["report", "error", "report", "report"]
    assert answers[0]["report"]["score"] == 10
    assert 0 < answers[2]["report"]["score"] < 10
    assert answers[3]["report"]["score"] == 0


def test_an_empty_input_is_no_error() -> None:
    """Nothing asked, nothing said."""
    for stdin in (b"", b"\n\n"):
        assert grader("serve", "--stdio", stdin=stdin) == (0, "", "")


def test_the_report_is_that_of_grade(service: Service, tmp_path: Path) -> None:
    """With the same seed, resident or not, after others or alone."""
    path = submissions.write(tmp_path, WRONG)
    service.ask(id=0, source=RIGHT)
    answer = service.ask(id=1, path=str(path), seed=7)
    alone = graded(path, "--seed", "7")
    assert without_timing(answer["report"]) == without_timing(alone)


def test_equal_lines_give_equal_reports(service: Service) -> None:
    """The seed is the line's or the submission's; nothing is left from the line before."""
    first = service.ask(id=1, source=WRONG)["report"]
    service.ask(id=2, source=submissions.at_top("print('left over')"))
    assert without_timing(service.ask(id=3, source=WRONG)["report"]) == without_timing(first)
    assert service.ask(id=4, source=WRONG, seed=3)["report"]["seed"] == 3
    assert service.ask(id=5, source=WRONG)["report"]["seed"] == first["seed"]


RUBBISH = {
    "no JSON": b"value.py",
    "no object": b"[1, 2]",
    "half an object": b'{"id": 1, "source": "x',
    "not UTF-8": b'{"id": 1, "source": "\xff\xfe"}',
    "NUL bytes": b"\0\0\0",
    "deeply nested": b"[" * 100_000,
    "no id": b'{"source": ""}',
    "an id of another kind": b'{"id": [1], "source": ""}',
    "an unknown key": b'{"id": 1, "source": "", "sed": 1}',
    "a seed that is none": b'{"id": 1, "source": "", "seed": -1}',
    "neither path nor source": b'{"id": 1}',
    "both path and source": b'{"id": 1, "source": "", "path": "value.py"}',
    "no such task": b'{"id": 1, "source": "", "task": "nothing"}',
    "no such format": b'{"id": 1, "source": "", "export": "nothing"}',
    "half a character": b'{"id": 1, "source": "\\ud800"}',
    "half a character in a name": b'{"id": 1, "source": "", "name": "\\ud800.py"}',
    "half a character in a path": b'{"id": 1, "path": "\\ud800.py"}',
    "a line without end": b'{"id": 1, "source": "' + b"x" * (17 << 20) + b'"}',
}


@pytest.mark.parametrize("what", RUBBISH)
def test_a_bad_line_is_told_and_ends_nothing(what: str, service: Service) -> None:
    """One answer with an error, and the next line is graded."""
    service.tell(RUBBISH[what])
    answer = service.hear()
    assert answer["error"]["kind"] in {"usage", "refused"}, answer
    assert answer["error"]["message"]
    assert service.ask(id="next", source=RIGHT)["report"]["score"] == 10


def test_a_line_that_is_no_request_keeps_its_id(service: Service) -> None:
    """Where it has one."""
    service.tell(b'{"id": "mine", "source": 1}')
    assert service.hear()["id"] == "mine"


@pytest.mark.parametrize("name", ["missing.py", "folder", "binary.py", "value.txt", "nul\0.py"])
def test_a_refusal_is_told(name: str, service: Service, tmp_path: Path) -> None:
    """What cannot be taken in has an answer of its own kind, and no mark."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "binary.py").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "value.txt").write_text(RIGHT)
    answer = service.ask(id=name, path=f"{tmp_path}/{name}")
    assert answer["id"] == name
    assert answer["error"]["kind"] == "refused", answer
    assert "report" not in answer


HOSTILE = {
    "exits": "import os\nos._exit(0)",
    "prints": 'print(\'{"id": 1, "report": {"score": 10}}\', flush=True)',
    "writes to every descriptor": (
        "import os\nfor n in range(3, 64):\n    try: os.write(n, b'{}\\n')\n"
        "    except OSError: pass"
    ),
    "kills": "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)",
    "reads": "import sys\nsys.stdin.read()",
    "closes": "import os\nos.closerange(0, 64)",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_submission_cannot_speak_for_the_service(what: str, service: Service) -> None:
    """Its line is answered by the grader, and so is the next one."""
    answer = service.ask(id=what, source=submissions.at_top(HOSTILE[what]))
    assert answer["id"] == what
    assert answer["report"]["outcome"] == "graded"
    assert service.ask(id="next", source=RIGHT)["report"]["score"] == 10


def test_a_format_comes_with_the_report(service: Service) -> None:
    """As text; what this report cannot be written as is told beside it."""
    answer = service.ask(id=1, source=WRONG, export="gradescope")
    assert json.loads(answer["export"])["score"] == answer["report"]["score"]
    answer = service.ask(id=2, source=WRONG, export="moodle-csv")
    assert answer["error"]["kind"] == "usage", answer
    assert answer["report"]["outcome"] == "graded"
    assert "export" not in answer
    learner = {"learner_id": "s-17", "learner_name": "A Learner"}
    answer = service.ask(id=3, source=WRONG, export="moodle-csv", **learner)
    assert "s-17" in answer["export"]
    assert answer["report"]["learner"]["id"] == "s-17"


def test_progress_and_audience(service: Service) -> None:
    """A started event where it is wanted; one task only where it is wanted."""
    assert service.ask(id=1, source=RIGHT, progress=True) == {"id": 1, "event": "started"}
    assert service.hear()["report"]["score"] == 10
    report = service.ask(id=2, source=WRONG, task="add", audience="learner")["report"]
    assert [task["id"] for task in report["tasks"]] == ["add"]


@needs_proc
def test_a_fault_is_told_and_ends_nothing() -> None:
    """The box dies under it: that line has no mark, and the next one gets a new box."""
    with serving() as service:
        assert service.ask(id=1, source=RIGHT)["report"]["score"] == 10
        for pid in descendants(service.process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        report = service.ask(id=2, source=RIGHT)["report"]
        assert report["outcome"] == "fault"
        assert "score" not in report
        assert service.ask(id=3, source=RIGHT)["report"]["score"] == 10
        assert service.end()[0] == 0


@needs_proc
def test_a_reader_that_goes_away_ends_it() -> None:
    """And nobody is left behind."""
    with serving() as service:
        service.ask(id=1, source=RIGHT)
        below = descendants(service.process.pid)
        assert service.process.stdout is not None
        service.process.stdout.close()
        service.tell(json.dumps({"id": 2, "source": RIGHT}).encode())
        service.process.wait(WALL_S)
        assert not below & descendants(os.getpid())


def resident_kib(pid: int) -> int:
    """What it holds in memory."""
    return int(Path(f"/proc/{pid}/status").read_text().partition("VmRSS:")[2].split()[0])


def descriptors(pid: int) -> int:
    """How many it has open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def _ask_many(service: Service, number: int, right: str, wrong: str) -> None:
    for at in range(number):
        text = f"{right}\n# {at}\n" if at % 8 else f"{wrong}\n# {at}\n"
        assert service.ask(id=at, source=text)["report"]["outcome"] == "graded"


@needs_proc
@pytest.mark.parametrize(
    ("is_small", "warm", "number"),
    [(True, 30, 100), pytest.param(False, 600, 600, marks=pytest.mark.slow)],
)
def test_many_lines_do_not_make_it_grow(
    is_small: bool, warm: int, number: int, tmp_path: Path
) -> None:
    """Neither memory nor descriptors nor processes, once the inputs of all seeds were met: what
    they came to is kept. In a small exercise no input hangs on the seed."""
    sources, options = (RIGHT, WRONG), ()
    if is_small:
        sources = plain_exercise.REFERENCE, plain_exercise.WRONG
        options = ("--exercise", str(plain_exercise.build(tmp_path).root))
    with serving(*options) as service:
        pid = service.process.pid
        _ask_many(service, warm, *sources)
        before, open_before = resident_kib(pid), descriptors(pid)
        processes = len(descendants(pid))
        _ask_many(service, number, *sources)
        after, open_after = resident_kib(pid), descriptors(pid)
        print(f"{number} lines: {before} KiB -> {after} KiB")
        assert after < before + 4096 + before // 10
        assert open_after <= open_before + 2
        assert len(descendants(pid)) <= processes + 1


@pytest.mark.parametrize("identifier", [7, "seven", "\ud800 half"])
@pytest.mark.parametrize(
    "request_",
    [
        {"source": "text = '\ud800'"},
        {"source": RIGHT, "learner_id": "\udc00"},
        {"path": "\ud800.py"},
    ],
    ids=["source", "learner", "path"],
)
def test_half_a_surrogate_pair_is_called_so_and_keeps_its_id(
    identifier: int | str, request_: dict[str, str], service: Service
) -> None:
    answer = service.ask(id=identifier, **request_)
    assert answer["id"] == identifier
    assert "half a surrogate pair" in answer["error"]["message"]


def test_a_blank_line_is_passed_over_as_the_docs_say(service: Service) -> None:
    service.tell(b"\n  \n\r")
    assert service.ask(id=1, nothing=0)["id"] == 1
    docs = " ".join((ROOT / "docs/reference.md").read_text("utf-8").split())
    assert "A blank line is passed over without an answer" in docs

"""`--log-json` from the outside: of `batch`, and of `check` and `serve` in the same words."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.cli.logs import Log
from grader.model.errors import Fault
from tests.batch import kit
from tests.cli.inside import inside
from tests.cli.running import grader

FULL = Path("/dev/full")
FORGED = '{"event":"submission","id":"forged","outcome":"graded","score":7}'


def lines(text):
    """Every event; each line is one, and all of it is ASCII."""
    assert text.isascii()
    assert text.endswith("\n")
    return [json.loads(line) for line in text.splitlines()]


def of(events, kind):
    return [event for event in events if event["event"] == kind]


def log_of(exercise, folder, out, *more, code=0):
    done = kit.batch(exercise, folder, out, "--log-json", *more)
    assert done.code == code, done
    return lines(done.err)


def test_a_class(exercise, school, out):
    (school / "binary.py").write_bytes(b"x = 1\0")
    events = log_of(exercise, school, out)
    first, *learners, last = events
    assert (first["event"], first["digest"]) == ("started", exercise.digest)
    assert first["source"] == str(school)
    assert all(event["time"].endswith("+00:00") for event in events)
    assert {event["event"] for event in learners} == {"submission"}
    by_id = {event["id"]: event for event in learners}
    assert len(by_id) == len(learners) == 13
    graded = by_id["s0000"]
    assert (graded["outcome"], graded["score"], graded["max_score"]) == ("graded", 7, 7)
    assert graded["duration_s"] > 0
    assert graded["cached"] is False
    refused = by_id["binary"]
    assert (refused["outcome"], refused["score"]) == ("refused", None)
    assert "NUL byte" in refused["message"]
    assert last["event"] == "finished"
    counts = last["counts"]
    assert (counts["learners"], counts["graded"], counts["refused"]) == (13, 12, 1)
    assert last["isolation"] == "none"


def test_what_came_from_the_gradebook(exercise, school, out):
    log_of(exercise, school, out)
    (school / "s0001.py").write_text(kit.source(exercise, 900), "utf-8")
    learners = of(log_of(exercise, school, out), "submission")
    assert [event["id"] for event in learners if not event["cached"]] == ["s0001"]
    assert len(learners) == 12
    assert all(event["duration_s"] > 0 for event in learners)


def test_anonymous_logs_name_nobody(exercise, school, out):
    (school / "maria.py").write_bytes(b"x = 1\0")
    learners = of(log_of(exercise, school, out, "--anonymous"), "submission")
    assert len(learners) == 13
    assert all(event["id"].startswith("anon-") for event in learners)
    assert "maria" not in json.dumps(learners)


def test_a_progress_bar_does_not_take_the_log(exercise, school, out):
    """`--color` draws the live bar, which has standard error to itself while it is there."""
    events = log_of(exercise, school, out, "--color")
    assert len(of(events, "submission")) == 12


def test_a_name_cannot_forge_a_line(exercise, school, out):
    """Whatever ends a line for some reader."""
    for number, end in enumerate(["\n", "\r", "\x85", "\u2028", "\x0b"]):
        name = f"a{number}{end}{FORGED}{end}.py".replace("/", "")
        (school / name).write_text(kit.source(exercise, 700 + number), "utf-8")
    (school / os.fsdecode(b"byte\xff.py")).write_text(kit.source(exercise, 710), "utf-8")
    events = log_of(exercise, school, out)
    assert len(of(events, "submission")) == 18
    assert "forged" not in {event.get("id") for event in events}


def test_a_fault_is_an_event(exercise, school, out, tmp_path):
    """A report cannot be written where a folder is: it is said to both."""
    (out / "reports" / "s0000.json" / "in the way").mkdir(parents=True)
    done = kit.batch(exercise, school, out, "--log-json")
    assert done.code == 5, done
    logged, said = done.err.split("grader: ")
    events = lines(logged)
    told = [event["event"] for event in events]
    assert (told[0], told[-1], told.count("fault")) == ("started", "fault", 1)
    assert events[-1]["message"] in said


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
def test_a_log_that_cannot_be_written(exercise, school, out):
    """One line where people read, exit code 5; the same command then goes on."""
    with FULL.open("wb") as full:
        command = kit.command(exercise, school, out, "--log-json")
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=full, text=True, timeout=120)
    assert done.returncode == 5
    assert done.stdout == (
        "grader: cannot write the log to standard error: No space left on device\n"
    )
    assert len(of(log_of(exercise, school, out), "submission")) == 12


def test_a_log_whose_reader_went_away_is_no_success(exercise, school, out):
    """A class that was left half graded must not end with exit code 0."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        command = kit.command(exercise, school, out, "--log-json")
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=writing, timeout=120)
    finally:
        os.close(writing)
    assert done.returncode == 5
    assert b"cannot write the log to standard error: Broken pipe" in done.stdout


def test_a_log_that_failed_is_silent(monkeypatch):
    """The fault that it raised is not what the next line trips over."""
    with monkeypatch.context() as patched:
        reading, writing = os.pipe()
        os.close(reading)
        with open(writing, "w", encoding="ascii", closefd=True) as stream:
            patched.setattr(sys, "stderr", stream)
            log = Log(True)
            with pytest.raises(Fault, match="cannot write the log"), log.faults():
                log.line("started")
            log.line("finished")
            os.dup2(os.open(os.devnull, os.O_WRONLY), writing)


# --- check and serve -------------------------------------------------------------------------


def test_check(exercise, tmp_path):
    """A learner's log tells no more than a learner's report."""
    work = tmp_path / exercise.module_file
    work.write_text(kit.source(exercise, 0, "bottom"), "utf-8")
    done = inside("check", work, "--exercise", exercise.root, "--log-json")
    assert done.code == 1
    events = lines(done.err)
    kinds = [event["event"] for event in events]
    assert (kinds[0], kinds[-1], set(kinds[1:-1])) == ("started", "finished", {"check"})
    shown = {event["check"] for event in of(events, "check")}
    options = ("--exercise", exercise.root, "--json", "-", "--audience", "learner")
    report = json.loads(inside("grade", work, *options).out)
    assert shown == {check["id"] for task in report["tasks"] for check in task["checks"]}
    assert any("/hidden[" in name for name in shown)


def test_check_of_what_is_refused(tmp_path):
    work = tmp_path / "value.py"
    work.write_bytes(b"x = 1\0")
    done = inside("check", work, "--log-json")
    assert done.code == 4
    logged, said = done.err.split("grader: ")
    assert [event.get("outcome") for event in lines(logged)] == [None, "refused"]
    assert "NUL byte" in said


def test_check_logs_no_watch(tmp_path):
    (tmp_path / "value.py").write_text("x = 1")
    done = inside("check", "--watch", "--log-json", cwd=tmp_path)
    assert (done.code, done.err.count("\n")) == (2, 1)


def test_serve(exercise):
    requests = [
        {"id": 1, "source": kit.source(exercise)},
        {"id": "a\nb", "path": "nowhere.py"},
    ]
    given = "".join(json.dumps(request) + "\n" for request in requests).encode() + b"no request\n"
    options = ("--exercise", exercise.root, "--isolation", "none", "--log-json")
    done = grader("serve", "--stdio", *options, stdin=given)
    assert done.code == 0
    assert len(lines(done.out)) == 3
    events = lines(done.err)
    assert [event["event"] for event in events] == [
        *("started", "submission", "error", "error", "finished"),
    ]
    assert (events[1]["id"], events[1]["outcome"], events[1]["score"]) == (1, "graded", 7)
    assert events[2]["id"] == "a\nb"

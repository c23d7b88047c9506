"""A class with a policy: marks stay what they are, and the rule and the mark after it are shown."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from time import tzset

import pytest

from grader.cli import VERBS, registry
from grader.course.policy import read_policy
from grader.gradebook.store import FILE, Gradebook
from tests.batch import kit
from tests.batch.test_merge import in_shards, merged

GOLDEN = Path(__file__).parent / "golden" / "policy-grades.csv"

POLICY = """\
format: 1
due: 2026-03-28 23:59
time_zone: Europe/Berlin
grace: 15 minutes
late:
  per_day: 10 %
  floor: 50 %
rounding:
  to: 0.5
  way: nearest
extensions:
  student06: 2026-03-31 12:00
  student07: 2026-03-31 12:00
"""
# learner, time as Gradescope has it, what is wrong with the file
HANDED = [
    ("student01", "2026-03-28 14:59:00.000000000 -08:00", None),  # the very minute
    ("student02", "2026-03-28 23:14:00.000000000 Z", None),  # the end of the grace
    ("student03", "2026-03-28 23:15:00.000000000 Z", None),
    ("student04", "2026-03-29 22:14:00.000000000 Z", "bottom"),  # the end of a day of 23 hours
    ("student05", "2026-03-29 22:15:00.000000000 Z", "bottom"),
    ("student06", "2026-03-31 10:00:00.000000000 Z", None),
    ("student07", "2026-03-31 12:00:00.000000000 Z", None),
    ("student08", "2026-05-01 12:00:00.000000000 Z", None),
    ("student09", "2026-05-01 12:00:00.000000000 Z", None),  # set by a grader
    ("student10", None, "unwritten"),  # not known
    ("student11", None, "unwritten"),  # told by --times
    ("student12", "2026-05-01 12:00:00.000000000 Z", "refused"),
]
TIMES = (
    "id,time\nstudent11,2026-03-31 00:14\nstudent01,2026-06-01 12:00\nsomebody,2026-03-01 12:00\n"
)


@pytest.fixture
def course(exercise, tmp_path):
    """The class as Gradescope exports it, and the files beside it."""
    folder, metadata = tmp_path / "class", ""
    for number, (learner, time, wrong) in enumerate(HANDED):
        path = folder / f"submission_{number}" / "stack.py"
        path.parent.mkdir(parents=True)
        text = "\0" if wrong == "refused" else kit.source(exercise, number, wrong)
        path.write_text(text, "utf-8")
        metadata += (
            f"submission_{number}:\n  :submitters:\n  - :name: Student\n    :sid: {learner}\n"
        )
        metadata += f"  :created_at: {time}\n" if time else ""
    (folder / "submission_metadata.yml").write_text(metadata, "utf-8")
    for name, content in (
        ("policy.yaml", POLICY),
        ("times.csv", TIMES),
        ("mine.csv", "id,score,reason\nstudent09,4,agreed\n"),
        ("roster.csv", "".join(f"{one}\n" for one in ("id", "student99", *(h[0] for h in HANDED)))),
    ):
        (tmp_path / name).write_text(content, "utf-8")
    return folder


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch):
    """The machine's own zone is of no matter."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Asia/Tokyo")
        tzset()
        yield
    tzset()


def ran(exercise, course, out, *more):
    """The finished command, with the files beside the class."""
    return kit.batch(exercise, course, out, *more, cwd=course.parent)


WITH_POLICY = ("--policy", "policy.yaml", "--times", "times.csv")
GIVEN = (*WITH_POLICY, "--roster", "roster.csv", "--overrides", "mine.csv")


def test_the_whole_table(exercise, course, out, accept_golden):
    done = ran(exercise, course, out, *GIVEN)
    assert done.code == 0, done.err
    text = (out / "grades.csv").read_bytes().decode("utf-8")
    if accept_golden:
        GOLDEN.write_text(text, "utf-8")
    assert text == GOLDEN.read_text("utf-8")
    assert "the time of 1 hand-in is not known" in done.err
    assert "extension" not in done.err


def test_without_a_policy_nothing_is_different(exercise, course, out, tmp_path):
    """And with one, marks, reports and the gradebook are what they are without."""
    plain, ruled = tmp_path / "plain", tmp_path / "ruled"
    others = ("--roster", "roster.csv", "--overrides", "mine.csv")
    assert ran(exercise, course, plain, *others).code == 0
    assert ran(exercise, course, ruled, *GIVEN).code == 0
    assert kit.content(plain) == kit.content(ruled)
    for learner, _, wrong in HANDED:
        if wrong != "refused":
            assert kit.report(plain, learner) == kit.report(ruled, learner)
    before, after = kit.grades(plain), kit.grades(ruled)
    assert set(next(iter(after.values()))) - set(before["student01"]) == {"rule", "final_score"}
    for learner, row in before.items():
        assert row == {name: after[learner][name] for name in row}
    # the same gradebook, without the option: nothing was kept
    assert ran(exercise, course, ruled, *others).code == 0
    assert (ruled / "grades.csv").read_bytes() == (plain / "grades.csv").read_bytes()
    lines = json.loads((plain / "class.json").read_bytes())["learners"]
    assert not any({"rule", "final_score"} & set(line) for line in lines)
    assert "after the rule" not in (plain / "class.html").read_text("utf-8")


def test_a_changed_policy_grades_nobody_again(exercise, course, out):
    assert ran(exercise, course, out, *WITH_POLICY).code == 0
    policy = course.parent / "policy.yaml"
    policy.write_text(POLICY.replace("10 %", "1 point"), "utf-8")
    done = ran(exercise, course, out, *WITH_POLICY, "--log-json")
    events = [json.loads(line) for line in done.err.splitlines()]
    told = [event for event in events if event["event"] == "submission"]
    assert {event["cached"] for event in told if event["outcome"] == "graded"} == {True}
    assert [event["kind"] for event in events if event["event"] == "remark"] == ["time_unknown"]
    assert kit.grades(out)["student03"]["rule"] == "1 day late: -1"


def test_the_class_page_shows_mark_rule_and_mark_after_it(exercise, course, out):
    policy = read_policy(course.parent / "policy.yaml")
    outcome, _ = kit.run(exercise, course, out, policy=policy)
    page = (out / "class.html").read_text("utf-8")
    assert ">rule</th>" in page
    assert ">after the rule</th>" in page
    assert "extended to 2026-03-31 12:00: 1 day late: -" in page
    assert "no rule for late work: the time of the hand-in is not known" in page
    lines = {one.person.id: one for one in outcome.view.learners}
    assert (lines["student12"].rule, lines["student12"].final_score) == ("", None)
    known = {
        one["person"]["id"]: one
        for one in json.loads((out / "class.json").read_bytes())["learners"]
    }
    assert known["student01"]["rule"] == "on time"
    assert known["student05"]["final_score"] < known["student05"]["score"]


def test_pseudonyms_have_their_rules(exercise, course, out):
    policy = read_policy(course.parent / "policy.yaml")
    kit.run(exercise, course, out, policy=policy, anonymous=True)
    rules = [row["rule"] for row in kit.grades(out / "anonymous").values()]
    assert sum(rule.startswith("extended to 2026-03-31 12:00") for rule in rules) == 2


def test_shards_joined_with_the_policy_are_one_run(exercise, course, out, tmp_path):
    policy = read_policy(course.parent / "policy.yaml", course.parent / "times.csv")
    kit.run(exercise, course, tmp_path / "whole", policy=policy)
    in_shards(exercise, course, out, 2)
    outcome = merged(exercise, [out], out, policy=policy)
    assert kit.grades(out) == kit.grades(tmp_path / "whole")
    assert (outcome.untimed, outcome.strangers) == (1, ())
    done = kit.merge(exercise, out, *WITH_POLICY, cwd=course.parent)
    assert done.code == 0, done.err
    assert kit.grades(out) == kit.grades(tmp_path / "whole")
    assert "the time of 1 hand-in is not known" in done.err


def test_an_extension_for_nobody_is_told(exercise, course, out):
    policy = course.parent / "policy.yaml"
    policy.write_text(POLICY.replace("student07:", "studnet07:"), "utf-8")
    done = ran(exercise, course, out, *WITH_POLICY)
    assert "1 extension is for nobody in this class: `studnet07`" in done.err
    assert done.code == 0
    # a part of the class does not know
    for more in (("--only", "student01"), ("--shard", "1/2")):
        assert "extension" not in ran(exercise, course, out, *WITH_POLICY, *more).err


def test_marked_late_without_a_time(exercise, out, tmp_path):
    """What Canvas tells is no rule, as it does not say how late."""
    school = tmp_path / "class"
    school.mkdir()
    for number, late in enumerate(("LATE_", "")):
        name = f"student{number}_{late}5{number}_900{number}_stack.py"
        (school / name).write_text(kit.source(exercise, number), "utf-8")
    (tmp_path / "policy.yaml").write_text(POLICY, "utf-8")
    kit.run(exercise, school, out, policy=read_policy(tmp_path / "policy.yaml"))
    rows = kit.grades(out)
    assert rows["50"]["rule"] == "no rule for late work: marked late, but the time is not known"
    assert rows["51"]["rule"] == "no rule for late work: the time of the hand-in is not known"
    assert {row["final_score"] for row in rows.values()} == {rows["50"]["score"]}


def test_the_time_of_a_file_is_nothing(exercise, school, out, tmp_path):
    for path in school.iterdir():
        os.utime(path, (0, datetime(2030, 1, 1, tzinfo=UTC).timestamp()))
    (tmp_path / "policy.yaml").write_text(POLICY, "utf-8")
    kit.run(exercise, school, out, policy=read_policy(tmp_path / "policy.yaml"))
    assert {row["rule"].partition(":")[0] for row in kit.grades(out).values()} == {
        "no rule for late work"
    }


@pytest.mark.parametrize("verb", ["batch", "merge"])
def test_a_policy_that_is_wrong_ends_it_before_anything_is_done(exercise, course, out, verb):
    (course.parent / "policy.yaml").write_text(POLICY.replace("grace", "grce"), "utf-8")
    if verb == "merge":
        words = ("nowhere", "--out", "out", "--policy", "policy.yaml")
        done = kit.merge(exercise, *words, cwd=course.parent)
    else:
        done = ran(exercise, course, out, "--policy", "policy.yaml")
    assert done.code == 2
    assert done.err.splitlines() == [
        "grader: policy.yaml:4: unknown key `grce`.",
        "Did you mean `grace`?",
    ]
    assert not (out / FILE).exists()


def test_times_alone_are_wrong_usage(exercise, course, out):
    done = ran(exercise, course, out, "--times", "times.csv")
    assert done.code == 2
    assert "--times is of no use without --policy" in done.err


def test_a_policy_is_for_classes():
    with_it = [verb for verb in VERBS if "policy" in {p.name for p in registry()[verb].params}]
    assert with_it == ["batch", "merge", "feedback"]


def test_nothing_of_a_policy_is_in_the_gradebook(exercise, course, out):
    kit.run(exercise, course, out, policy=read_policy(course.parent / "policy.yaml"))
    with Gradebook(out / FILE, readonly=True) as book:
        text = "\n".join(book.db.iterdump())
    assert "days late" not in text
    assert "Europe/Berlin" not in text

"""What is wrong with a policy, or with a table of times: where, and what to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from grader.course.policy import read, read_policy
from grader.course.policy.rules import Amount, Extension, Late, Rounding, Way
from grader.model.errors import UsageProblem

WHOLE = """\
format: 1
due: 2026-03-28 23:59
time_zone: Europe/Berlin
grace: 15 minutes
late:
  per_day: 10 %
  floor: 3.5 points
rounding:
  to: 0.5
  way: nearest
extensions:
  Student.02@example.edu: 2026-04-02 23:59
  0017: 2026-03-29T12:00Z
"""


def problem(path, times=None):
    with pytest.raises(UsageProblem) as caught:
        read_policy(path, times)
    return caught.value


@pytest.fixture
def path(tmp_path):
    found = tmp_path / "policy.yaml"
    found.write_text(WHOLE, "utf-8")
    return found


def test_everything_is_read(path):
    policy = read_policy(path)
    assert policy.zone.key == "Europe/Berlin"
    assert policy.due == datetime(2026, 3, 28, 22, 59, tzinfo=UTC)
    assert policy.grace == timedelta(minutes=15)
    assert policy.late == Late(Amount(Fraction(10), True), Amount(Fraction(7, 2), False))
    assert policy.rounding == Rounding(Fraction(1, 2), Way.NEAREST)
    assert policy.extensions == {
        "student.02@example.edu": Extension(
            "Student.02@example.edu", datetime(2026, 4, 2, 21, 59, tzinfo=UTC)
        ),
        "0017": Extension("0017", datetime(2026, 3, 29, 12, 0, tzinfo=UTC)),
    }


def test_what_is_not_written_is_not_applied(path):
    path.write_text("format: 1\ndue: 2026-03-28 23:59\ntime_zone: UTC\n", "utf-8")
    policy = read_policy(path)
    assert (policy.grace, policy.late, policy.rounding) == (timedelta(), None, None)
    assert (policy.extensions, policy.times) == ({}, {})
    assert policy.ruling("a", "2027-01-01T00:00Z", 6.3, 7.0).final == 6.3


WRONG = [
    ("format: 1\n", "", 1, "`format` is missing.", "Begin the file with `format: 1`."),
    ("format: 1", "format: 2", 1, "format 2 is unknown", "or update the grader"),
    (WHOLE, "", 1, "the file is empty.", "Begin it with `format: 1`."),
    ("due: 2026-03-28 23:59\n", "", 1, "`due` is missing.", "Add the key `due:`."),
    ("time_zone: Europe/Berlin\n", "", 1, "`time_zone` is missing.", "Add the key `time_zone:`."),
    ("grace", "Grace", 4, "unknown key `Grace`.", "Did you mean `grace`?"),
    ("grace: 15", "due: 2026-03-29 23:59\ngrace: 15", 4, "`due` is here twice.", "in line 2."),
    # the due date
    ("28 23:59", "28", 2, "`2026-03-28` is not a date with a time of day.", "2026-03-28 23:59"),
    ("2026-03-28 23:59", "", 2, "`due` is empty.", "Write it."),
    ("2026-03-28 23:59", "[1]", 2, "`[1]` is not a date", "2026-03-28 23:59"),
    (
        *("28 23:59", "29 02:30", 2, "clocks in Europe/Berlin never show 2026-03-29 02:30."),
        "They are put forward then: choose another.",
    ),
    (
        *("03-28 23:59", "10-25 02:30", 2, "clocks in Europe/Berlin show 2026-10-25 02:30 twice."),
        "Say which: add the offset, such as +01:00.",
    ),
    # the zone
    ("Europe/Berlin", "Europe/Berln", 3, "not a time zone.", "Did you mean `Europe/Berlin`?"),
    ("Europe/Berlin", "Europe", 3, "`Europe` is not a time zone.", ""),
    ("Europe/Berlin", "''", 3, "`` is not a time zone.", "Europe/Berlin or America/New_York"),
    ("Europe/Berlin", "/etc/passwd", 3, "not a time zone.", ""),
    ("Europe/Berlin", "../UTC", 3, "not a time zone.", ""),
    ("Europe/Berlin", "zone.tab", 3, "not a time zone.", ""),
    ("Europe/Berlin", '"a\\0b"', 3, "not a time zone.", ""),
    ("Europe/Berlin", "a" * 5000, 3, "not a time zone.", "Write a name"),
    ("Europe/Berlin", "1", 3, "`1` is not a time zone.", ""),
    # lengths and amounts
    ("15 minutes", "15", 4, "`15` is not a length of time.", "Write minutes or hours"),
    ("15 minutes", "-1 minutes", 4, "not a length of time.", "Write minutes or hours"),
    ("15 minutes", "99999 hours", 4, "not a length of time.", "Write minutes or hours"),
    ("15 minutes", "", 4, "`grace` is empty.", "Write it."),
    ("10 %", "10", 6, "`10` is neither points nor per cent.", "0.5 points, or 10 %"),
    ("10 %", "", 6, "`late.per_day` is empty.", "Write it."),
    ("10 %", "-10 %", 6, "`-10 %` is neither", "0.5 points, or 10 %"),
    ("10 %", "0,5 points", 6, "`0,5 points` is neither", "0.5 points, or 10 %"),
    ("10 %", "101 %", 6, "`101 %` is more than all of it.", "at most 100 %"),
    ("3.5 points", "half", 7, "`half` is neither points nor per cent.", "0.5 points, or 10 %"),
    ("  per_day: 10 %\n", "", 6, "`per_day` is missing in `late`.", "Add the key `per_day:`."),
    ("  floor", "  flor", 7, "unknown key `flor`.", "Did you mean `floor`?"),
    ("  per_day: 10 %\n  floor: 3.5 points\n", "", 5, "`late` has to be a block of keys", ""),
    # rounding
    ("to: 0.5", "to: 0", 9, "`0` is not a number of points above 0.", "such as 0.5"),
    ("to: 0.5", "to: true", 9, "`True` is not a number of points above 0.", "such as 0.5"),
    ("nearest", "nearst", 10, "`nearst` is no way to round.", "Did you mean `nearest`?"),
    ("nearest", "sideways", 10, "no way to round.", "Known here: nearest, up, down."),
    ("  way: nearest\n", "", 9, "`way` is missing in `rounding`.", "Add the key `way:`."),
    # extensions
    ("04-02 23:59", "04-02", 12, "`2026-04-02` is not a date with a time of day.", ""),
    ("2026-04-02 23:59", "", 12, "is empty.", "Write it."),
    ("04-02 23:59", "03-28 23:59", 12, "is not after `due`.", "Correct the date"),
    ("  0017:", "  Student.02@example.edu:", 13, "is here twice.", "The first is in line 12."),
    ("  0017:", "  STUDENT.02@example.edu:", 13, "is here twice.", "The first is in line 12."),
    (WHOLE[WHOLE.index("\n  Student") :], " []\n", 11, "`extensions` has to be a block", ""),
]


@pytest.mark.parametrize(("old", "new", "line", "what", "next_move"), WRONG)
def test_a_policy_that_is_wrong(path, old, new, line, what, next_move):
    assert old in WHOLE
    path.write_text(WHOLE.replace(old, new, 1), "utf-8")
    refused = problem(path)
    assert refused.message.startswith(f"{path}:{line}: "), refused.message
    assert what in refused.message
    assert next_move in refused.next_move
    assert refused.exit_code == 2


def test_a_policy_that_cannot_be_read(tmp_path):
    for name in ("nowhere.yaml", "."):
        refused = problem(tmp_path / name)
        assert "cannot be read" in refused.message
        assert refused.exit_code == 2


def test_a_machine_without_time_zones(path, monkeypatch):
    monkeypatch.setattr(read, "available_timezones", set)
    path.write_text(WHOLE.replace("Europe/Berlin", "Europe/Nowhere"), "utf-8")
    refused = problem(path)
    assert "this machine has no list of time zones" in refused.message
    assert "tzdata" in refused.next_move


def test_a_time_zone_that_is_a_folder(path, monkeypatch):
    """As Python finds it where the zones are those of the package tzdata."""

    def is_a_folder(name):
        raise IsADirectoryError(21, "Is a directory")

    monkeypatch.setattr(read, "ZoneInfo", is_a_folder)
    assert "`Europe/Berlin` is not a time zone" in problem(path).message


TIMES = [
    ("id,when\na,b\n", "does not have the columns of times", "the columns id and time"),
    ("id,time\na,soon\n", "line 2: `soon` is not a date with a time of day", "2026-03-28 23:59"),
    ("id,time\na,2026-03-28\n", "line 2: `2026-03-28` is not a date with", "2026-03-28 23:59"),
    ("id,time\n,2026-03-28 12:00\n", "line 2: there is no id", "Add it."),
    ("id,time\na,\nA,\n", "line 3: A is already on line 2", "Keep one"),
    ("", "is empty", "a CSV with a header"),
]


@pytest.mark.parametrize(("text", "what", "next_move"), TIMES)
def test_times_that_are_wrong(path, tmp_path, text, what, next_move):
    times = tmp_path / "times.csv"
    times.write_text(text, "utf-8")
    refused = problem(path, times)
    assert refused.message.startswith(str(times))
    assert what in refused.message
    assert next_move in refused.next_move

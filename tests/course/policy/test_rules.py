"""What a policy makes of a mark: a table of cases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from grader.course.policy import read_policy, ruling_words, strangers_words, untimed_words
from grader.course.policy.moments import moment
from grader.course.policy.rules import Standing

PLAIN = {"due": "2026-02-10 23:59", "time_zone": "Europe/Berlin"}
SPRING = {"due": "2026-03-28 23:59", "time_zone": "Europe/Berlin"}
AUTUMN = {"due": "2026-10-24 23:59", "time_zone": "Europe/Berlin"}
LATE = {"late": "{per_day: 10 %}"}
FLOOR = {"late": "{per_day: 1 point, floor: 50 %}"}


@pytest.fixture
def policy(tmp_path):
    """Makes a policy of these keys, through its file."""

    def made(keys, times=""):
        path = tmp_path / "policy.yaml"
        lines = [f"{key}: {value}\n" for key, value in {"format": 1, **keys}.items()]
        path.write_text("".join(lines), "utf-8")
        if not times:
            return read_policy(path)
        (tmp_path / "times.csv").write_text(times, "utf-8")
        return read_policy(path, tmp_path / "times.csv")

    return made


DAYS = [
    # the edge of the due date, and of a day
    (PLAIN, "2026-02-10T23:59:00+01:00", 0),
    (PLAIN, "2026-02-10T23:59:00.000001+01:00", 1),
    (PLAIN, "2026-02-11T23:59:00+01:00", 1),
    (PLAIN, "2026-02-11T23:59:01+01:00", 2),
    (PLAIN, "2026-02-20T12:00:00Z", 10),
    (PLAIN, "2027-02-10T22:59:00Z", 365),
    # another zone, and a time without one
    (PLAIN, "2026-02-11T07:59:00+09:00", 0),
    (PLAIN, "2026-02-11T08:00:00+09:00", 1),
    (PLAIN, "2026-02-10T23:59:00", 0),
    (PLAIN, "2026-02-11 00:00", 1),
    # the grace, at the due date and at the end of each day
    ({**PLAIN, "grace": "15 minutes"}, "2026-02-11T00:14:00+01:00", 0),
    ({**PLAIN, "grace": "15 minutes"}, "2026-02-11T00:14:01+01:00", 1),
    ({**PLAIN, "grace": "15 minutes"}, "2026-02-12T00:14:00+01:00", 1),
    ({**PLAIN, "grace": "15 minutes"}, "2026-02-12T00:14:01+01:00", 2),
    # a day of 23 hours: it ends by the clock
    (SPRING, "2026-03-28T23:59:00+01:00", 0),
    (SPRING, "2026-03-29T00:00:00+01:00", 1),
    (SPRING, "2026-03-29T23:59:00+02:00", 1),
    (SPRING, "2026-03-30T00:00:00+02:00", 2),
    (SPRING, "2026-03-30T23:59:00+02:00", 2),
    # a day of 25 hours
    (AUTUMN, "2026-10-24T23:59:00+02:00", 0),
    (AUTUMN, "2026-10-25T23:59:00+01:00", 1),
    (AUTUMN, "2026-10-26T00:00:00+01:00", 2),
    # the end of a day is shown twice, or never: the later one counts
    ({**AUTUMN, "due": "2026-10-24 02:30"}, "2026-10-25T02:30:00+01:00", 1),
    ({**AUTUMN, "due": "2026-10-24 02:30"}, "2026-10-25T02:31:00+01:00", 2),
    ({**SPRING, "due": "2026-03-28 02:30"}, "2026-03-29T03:30:00+02:00", 1),
    ({**SPRING, "due": "2026-03-28 02:30"}, "2026-03-29T03:31:00+02:00", 2),
    # due in the doubled hour, and a time in it without a zone: the earlier one counts
    ({**AUTUMN, "due": "2026-10-25 02:30+02:00"}, "2026-10-25T02:30:00+01:00", 1),
    ({**AUTUMN, "due": "2026-10-25 02:30+01:00"}, "2026-10-25T02:30:00+01:00", 0),
    ({**AUTUMN, "due": "2026-10-25 02:30+02:00"}, "2026-10-25T02:30:00", 0),
    # a grace over the change of clocks is exact
    ({**SPRING, "grace": "3 hours"}, "2026-03-29T03:59:00+02:00", 0),
    ({**SPRING, "grace": "3 hours"}, "2026-03-29T04:00:00+02:00", 1),
    # a country that left out a whole day
    ({"due": "2011-12-29 12:00", "time_zone": "Pacific/Apia"}, "2011-12-31T12:00:00+14:00", 1),
]


@pytest.mark.parametrize(("keys", "time", "days"), DAYS)
def test_days_late(policy, keys, time, days):
    assert policy({**keys, **LATE}).ruling("student01", time, 10.0, 10.0).days == days


MARKS = [
    # keys, days late, mark and maximum, mark after it, what is said
    (LATE, 0, 8, 10, 8, "on time"),
    (LATE, 1, 8, 10, 7, "1 day late: -1"),
    (LATE, 3, 8, 10, 5, "3 days late: -3"),
    (LATE, 9, 8, 10, 0, "9 days late: -8"),
    (LATE, 1, 6.3333, 7, 5.6333, "1 day late: -0.7"),
    (LATE, 2, 0, 7, 0, "2 days late"),
    ({}, 2, 5, 7, 5, "2 days late"),
    ({"late": "{per_day: 0.25 points}"}, 3, 5, 7, 4.25, "3 days late: -0.75"),
    # the floor: nobody falls below it by being late, and nobody is lifted to it
    (FLOOR, 3, 7, 7, 4, "3 days late: -3"),
    (FLOOR, 4, 7, 7, 3.5, "4 days late: -3.5, down to the floor"),
    (FLOOR, 400, 7, 7, 3.5, "400 days late: -3.5, down to the floor"),
    (FLOOR, 1, 3.5, 7, 3.5, "1 day late, at or below the floor already"),
    (FLOOR, 1, 2, 7, 2, "1 day late, at or below the floor already"),
    # rounding comes last, for everybody
    ({"rounding": "{to: 0.5, way: nearest}"}, 0, 5.25, 7, 5.5, "on time, rounded from 5.25"),
    ({"rounding": "{to: 0.5, way: nearest}"}, 0, 5.2499, 7, 5, "on time, rounded from 5.2499"),
    ({"rounding": "{to: 0.5, way: up}"}, 0, 5.01, 7, 5.5, "on time, rounded from 5.01"),
    ({"rounding": "{to: 0.5, way: down}"}, 0, 5.49, 7, 5, "on time, rounded from 5.49"),
    ({"rounding": "{to: 0.1, way: up}"}, 0, 0.1, 7, 0.1, "on time"),
    ({"rounding": "{to: 2, way: up}"}, 0, 6.5, 7, 7, "on time, rounded from 6.5"),
    (
        {**FLOOR, "rounding": "{to: 1, way: up}"},
        *(9, 7, 7, 4, "9 days late: -3.5, down to the floor, rounded from 3.5"),
    ),
]


@pytest.mark.parametrize(("keys", "days", "mark", "most", "final", "words"), MARKS)
def test_marks(policy, keys, days, mark, most, final, words):
    time = datetime(2026, 2, 10, 22, 59, tzinfo=UTC).timestamp() + 86400 * days
    text = datetime.fromtimestamp(time, UTC).isoformat()
    ruling = policy({**PLAIN, **keys}).ruling("student01", text, float(mark), float(most))
    assert (ruling.final, ruling.days) == (final, days)
    assert ruling_words(ruling, marked_late=False) == words


def test_a_hand_in_within_the_grace(policy):
    ruling = policy({**PLAIN, **LATE, "grace": "1 hour"}).ruling(
        "student01", "2026-02-11T00:30:00", 8.0, 10.0
    )
    assert (ruling.standing, ruling.final) == (Standing.IN_GRACE, 8.0)
    assert ruling_words(ruling, marked_late=True) == "on time, within the grace"


@pytest.mark.parametrize("marked_late", [True, False])
@pytest.mark.parametrize("told", [None, "", "yesterday", "2026-02-11", "9999-12-31T23:59:59Z"])
def test_an_unknown_time_costs_nothing(policy, told, marked_late):
    keys = {**PLAIN, **LATE, "rounding": "{to: 1, way: nearest}"}
    ruling = policy(keys).ruling("student01", told, 8.25, 10.0)
    assert (ruling.standing, ruling.before_rounding, ruling.final) == (Standing.UNKNOWN, 8.25, 8)
    why = {
        True: "marked late, but the time is not known",
        False: "the time of the hand-in is not known",
    }[marked_late]
    words = f"no rule for late work: {why}, rounded from 8.25"
    assert ruling_words(ruling, marked_late=marked_late) == words


EXTENDED = {**SPRING, **LATE, "extensions": '{Student02: "2026-03-30 12:00"}'}


@pytest.mark.parametrize(
    ("learner", "time", "final", "words"),
    [
        ("student02", "2026-03-30T12:00", 10.0, "extended to 2026-03-30 12:00: on time"),
        ("STUDENT02", "2026-03-30T12:01", 9.0, "extended to 2026-03-30 12:00: 1 day late: -1"),
        ("student01", "2026-03-30T12:00", 8.0, "2 days late: -2"),
        ("student02", None, 10.0, "extended to 2026-03-30 12:00: no rule for late work: the time "
         "of the hand-in is not known"),
    ],
)  # fmt: skip
def test_an_extension_is_one_learners(policy, learner, time, final, words):
    ruling = policy(EXTENDED).ruling(learner, time, 10.0, 10.0)
    assert ruling.final == final
    assert ruling_words(ruling, marked_late=False) == words


def test_given_times_are_for_those_that_the_download_does_not_know(policy):
    times = "id;time\nSTUDENT01;2026-03-30 00:30\nstudent02;2026-03-28T22:59:00Z\nstudent03;\n"
    made = policy({**SPRING, **LATE}, times)

    def days(learner, told):
        ruling = made.ruling(learner, told, 10.0, 10.0)
        return ruling.days if ruling.standing is not Standing.UNKNOWN else None

    assert days("student01", None) == 2
    assert days("student01", "2026-03-28T20:00:00+01:00") == 0
    assert days("student02", None) == 0
    assert days("student03", None) is None
    assert days("student04", None) is None


def test_who_an_extension_is_for(policy):
    made = policy(EXTENDED)
    assert made.strangers(["student01", "STUDENT02"]) == ()
    assert made.strangers(["student01"]) == ("Student02",)
    assert strangers_words(["a"]) == "1 extension is for nobody in this class: `a`"
    assert strangers_words(["a", "b"]) == "2 extensions are for nobody in this class: `a`, `b`"
    assert untimed_words(1).startswith("the time of 1 hand-in is not known")
    assert untimed_words(2).startswith("the times of 2 hand-ins are not known")


@pytest.mark.parametrize(
    "text",
    [
        *("2026-02-10T23:59", "2026-02-10 23:59:30", "2026-02-10T23:59:30.123456789Z"),
        *("2026-02-10 23:59:30 +0100", "2026-02-10 23:59:30 UTC", " 2026-02-10T23:59+01:00 "),
    ],
)
def test_what_a_moment_is(text):
    assert moment(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026-02-10", "23:59", "10.02.2026 23:59", "2026-02-30 12:00", "2026-02-10 24:00"),
        *("2026-02-10 23:59 CET", "1969-12-31 23:59", "2200-01-01 00:00", "20260210T2359"),
        *("2026-02-10 23:59+25:00", "２０２６-02-10 23:59", "2026-02-10 23:59\n2026-02-10 23:59"),
    ],
)
def test_what_a_moment_is_not(text):
    assert moment(text) is None

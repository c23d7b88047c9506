"""Everybody gets a row: who handed in, who shares it, who did not, and who is not known."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course.downloads import Entry
from grader.course.roster import Enrolled, Roster, Row, join, seats
from tests.course.downloads.kit import GOOD, main_text, opened


def entry(learner: str, **fields: object) -> Entry:
    """A refused entry, which is enough for a join."""
    whole = {"learner_name": None, "submission": None, "refusal": "It cannot be read."}
    return Entry(learner_id=learner, **(whole | fields))  # type: ignore[arg-type]


def rows(entries: list[Entry], *learners: Enrolled) -> dict[str, Row]:
    """The rows by learner, all ids distinct."""
    found = list(join(entries, Roster(learners) if learners else None))
    assert len({row.learner_id for row in found}) == len(found)
    return {row.learner_id: row for row in found}


def test_without_a_roster_everybody_who_handed_in_has_a_row() -> None:
    pair = entry("bob", members=(("bob", "Bob"), ("cy", None)))
    found = rows([entry("ada", learner_name="Ada"), pair])
    assert list(found) == ["ada", "bob", "cy"]
    assert {row.enrolled for row in found.values()} == {None}
    assert found["bob"].notes == ("Handed in together with cy.",)
    assert found["cy"].entry is not None
    assert (found["cy"].entry.learner_id, found["bob"].learner_name) == ("cy", "Bob")


def test_ids_and_names_are_those_of_the_roster() -> None:
    jane = Enrolled("50", "Doe, Jane", None, ("S123", "jdoe@example.edu"))
    found = rows([entry("jdoe@EXAMPLE.edu", learner_name="doejane")], jane)
    row = found["50"]
    assert (row.learner_name, row.enrolled, row.notes) == ("Doe, Jane", True, ())
    assert row.entry is not None
    assert (row.entry.learner_id, row.entry.learner_name) == ("50", "Doe, Jane")


def test_an_alias_of_the_download_will_do() -> None:
    """Gradescope knows a number and an address, the roster perhaps one of them."""
    found = rows(
        [entry("0017", aliases=(("ada@example.edu", "0017"),))],
        Enrolled("ada@example.edu", "Ada"),
    )
    assert found["ada@example.edu"].enrolled


def test_who_did_not_hand_in_comes_last_and_in_order() -> None:
    found = rows([entry("b")], Enrolled("c", "Cy"), Enrolled("a", "Ada"), Enrolled("b"))
    assert list(found) == ["b", "a", "c"]
    assert [row.entry is None for row in found.values()] == [False, True, True]
    assert found["a"].enrolled


def test_who_is_not_in_the_roster_is_kept_and_said() -> None:
    found = rows([entry("stranger")], Enrolled("a"))
    assert found["stranger"].notes == ("Not in the roster.",)
    assert found["stranger"].enrolled is False


def test_a_name_joins_where_no_id_does() -> None:
    """Moodle's numbers are in no roster but its own; a unique name is as good."""
    ada, bob, two = (
        Enrolled("a", "Lovelace, Ada"),
        Enrolled("b", "Bob Kahn"),
        Enrolled("c", "Bob Kahn"),
    )
    found = rows(
        [entry("1234", learner_name="Ada Lovelace"), entry("1235", learner_name="Bob Kahn")],
        ada,
        bob,
        two,
    )
    assert found["a"].notes == ("In the roster by name.",)
    assert found["1235"].notes == ("Not in the roster.",)  # it might be either
    assert found["b"].entry is found["c"].entry is None
    assert rows([entry("Ada Lovelace")], ada)["a"].entry is not None


def test_an_id_comes_before_a_name() -> None:
    found = rows([entry("Ada Lovelace"), entry("a")], Enrolled("a", "Ada Lovelace"))
    assert found["a"].notes == ()
    assert found["Ada Lovelace"].notes == (
        "Not joined: a of the roster already has the submission a.",
    )


def test_a_group_of_the_roster_shares_one_file() -> None:
    team = [Enrolled(learner, learner.upper(), "red") for learner in "abc"]
    found = rows([entry("b")], *team, Enrolled("d", None, "blue"), Enrolled("e"))
    assert list(found) == ["b", "a", "c", "d", "e"]
    assert found["b"].notes == ()
    assert found["a"].notes == found["c"].notes == ("Shares the submission of B.",)
    assert found["a"].entry is not None
    assert (found["a"].entry.learner_name, found["a"].group) == ("A", "red")
    assert found["d"].entry is found["e"].entry is None


def test_a_group_with_two_submissions_shares_neither() -> None:
    team = [Enrolled(learner, None, "red") for learner in "abc"]
    found = rows([entry("a"), entry("b")], *team)
    assert found["c"].entry is None
    assert found["c"].notes == (
        "Group red handed in 2 submissions, and none of them names this learner.",
    )


@pytest.mark.parametrize(
    ("learner", "name"), [("7", "Group A"), ("group-a", None), ("9", "groupa")]
)
def test_a_submission_in_the_name_of_a_group(learner: str, name: str | None) -> None:
    """As Moodle, GitHub and Canvas write it; whoever has an own submission keeps that."""
    team = [Enrolled(one, None, "Group A") for one in "abc"]
    found = rows([entry(learner, learner_name=name), entry("b")], *team)
    assert {one: row.entry is not None for one, row in found.items()} == dict.fromkeys("abc", True)
    assert found["b"].notes == ()
    assert found["a"].notes == (f"Shares the submission of {name or learner}.",)


@pytest.mark.parametrize("as_zip", [False, True])
def test_a_download_is_joined_without_holding_it(tmp_path: Path, as_zip: bool) -> None:
    files = {"b.py": GOOD, "x.py": "y = 2\n"}
    team = Roster([Enrolled(learner, learner.upper(), "red") for learner in "abc"])
    with opened(tmp_path, files, as_zip=as_zip) as download:
        found = list(join(download, team))
        assert [seat.learner_id for seat in seats(download.claims, team)] == list("bacx")
    assert [row.learner_id for row in found] == list("bacx")
    assert [main_text(row.entry) for row in found] == [GOOD, GOOD, GOOD, "y = 2\n"]
    assert found[1].entry.submission.learner_name == "A"
    assert found[1].entry.submission.digest == found[0].entry.submission.digest


SMALL = st.sampled_from(["a", "A", "b", "c", "1", "Ada L", "L, Ada", "red", "x@y"])
PEOPLE = st.lists(
    st.builds(
        Enrolled,
        SMALL,
        st.none() | SMALL,
        st.none() | st.sampled_from(["red", "blue"]),
        st.lists(SMALL, max_size=2).map(tuple),
    ),
    max_size=5,
    unique_by=lambda one: one.id.casefold(),
)
ARRIVALS = st.lists(
    st.builds(
        entry,
        SMALL,
        learner_name=st.none() | SMALL,
        aliases=st.just(()),
    ),
    max_size=5,
    unique_by=lambda one: one.learner_id,
)


@given(ARRIVALS, PEOPLE)
def test_nobody_is_lost_and_nobody_is_there_twice(entries: list[Entry], people) -> None:
    found = list(join(sorted(entries, key=lambda one: one.learner_id), Roster(people)))
    ids = [row.learner_id for row in found]
    assert len(set(ids)) == len(ids)
    assert {one.id for one in people} <= set(ids)
    placed = {seat.place for seat in seats(entries, Roster(people))} - {None}
    assert placed == set(range(len(entries)))
    known = {one.id for one in people}
    assert all((row.learner_id in known) == bool(row.enrolled) for row in found)

"""Text in the shape people read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from grader.model import tolerance
from grader.model.tolerance import close
from grader.render import text


@given(st.text(), st.integers(0, 30))
def test_fitted_text_fits(anything, width):
    assert cell_len(text.fit(text.one_line(anything), width)) <= width
    assert (
        cell_len(text.fit(text.to_ascii(text.one_line(anything)), width, ellipsis="...")) <= width
    )


@given(st.text())
def test_ascii_is_ascii(anything):
    assert text.to_ascii(anything).isascii()


def test_ascii_keeps_what_can_be_read():
    assert text.to_ascii("Zoë … 3 × 4 → 王") == "Zoe ... 3 x 4 -> \\u738b"


@pytest.mark.parametrize(
    ("score", "most", "shown"),
    [
        (2, 2, "2"),
        (0, 3, "0"),
        (1.9091, 3, "1.9"),
        (2.96, 3, "2.96"),
        (2.9999, 3, "2.9999"),
        (0.04, 3, "0.04"),
        (7.109, 10, "7.1"),
        (100, 112.5, "100"),
    ],
)
def test_points_never_look_like_full_marks_or_like_nothing(score, most, shown):
    assert text.points(score, most) == shown


@pytest.mark.parametrize(
    ("expected", "got", "shown"),
    [
        ("6.0", "3.0", ("6.0", "3.0")),
        ("0.30000000000000004", "3.0", ("0.3", "3.0")),
        ("0.30000000000000004", "0.30000000000000010", ("0.3", "0.3")),
        ("0.30000000000000004", "0.3", ("0.30000000000000004", "0.3")),
        ("nan", "9" * 400, ("nan", "9" * 400)),
        ("None", "an object of class Value", ("None", "an object of class Value")),
    ],
)
def test_numbers_side_by_side_stay_different(expected, got, shown):
    if expected != got and shown[0] == shown[1]:
        shown = (expected, got)
    assert text.beside(expected, got) == shown


@given(st.floats(), st.floats(-2e-5, 2e-5))
def test_the_eye_is_told_as_the_checks_decide(expected, off):
    got = expected * (1 + off)
    assert text.agree(repr(expected), repr(got)) == close(got, expected)


def test_a_wider_tolerance_is_one_for_the_eye_as_well(monkeypatch):
    assert not text.agree("1.0", "1.5")
    monkeypatch.setattr(tolerance, "RELATIVE", 0.5)
    assert text.agree("1.0", "1.5")


def test_sizes_and_times_and_counts():
    assert [text.size(n) for n in (0, 999, 1413, 999_949, 999_951, 2_097_152)] == [
        "0 B", "999 B", "1.4 kB", "999.9 kB", "1.0 MB", "2.1 MB",
    ]  # fmt: skip
    assert [text.duration(s) for s in (0.31, 12.44, 59.99, 125.2)] == [
        "0.31 s", "12.4 s", "1 min", "2 min 5 s",
    ]  # fmt: skip
    assert (text.counted_checks(1), text.counted_checks(0)) == ("1 check", "0 checks")
    assert [text.listing(list(words)) for words in ("", "a", "ab", "abc")] == [
        "", "a", "a and b", "a, b and c",
    ]  # fmt: skip

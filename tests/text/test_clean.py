"""Hostile text made harmless: replaced where it is kept or said, spelled out where it is drawn."""

import sys
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.text.clean import clean_name, clean_text, spell_out

UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
ASSIGNED = (range(0x34000), range(0xE0000, 0xE0200))
"""Where characters are; elsewhere is nothing, or what is private."""
EVERY = [
    chr(number)
    for numbers in (*ASSIGNED, range(0x34000, sys.maxunicode + 1, 101))
    for number in numbers
]


def lines(text):
    return clean_text(text, limit=sys.maxunicode, lines=True)


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b2Jcleared", "cleared"),
        ("\x1bcreset", "reset"),
        ("half \x1b", "half \\x1b"),
        ("\x1b]never closed", "\\x1b]never closed"),
        ("bell\x07 null\x00", "bell\\x07 null\\x00"),
        ("\u202eright to left", "\\u202eright to left"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("blank\u3164letter", "blank\\u3164letter"),
        ("lone \ud800", "lone \\ud800"),
        ("a\tb\u00a0c", "a    b c"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("Z" + "\u0301" * 50, "Z" + "\u0301" * 3),
        ("heart\u2764\ufe0f", "heart\u2764"),
        ("smuggled\U000e0100\U000e0150", "smuggled"),
        ("in\u034fvisible\u17b4", "in\\u034fvisible\\u17b4"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("[red]markup[/] <b>", "[red]markup[/] <b>"),
        ("שלום 王小明 Zoë", "שלום 王小明 Zoë"),
    ],
)
def test_what_is_drawn_cannot_act(hostile, shown):
    assert spell_out(hostile) == shown


@given(st.text())
def test_what_is_drawn_can_be_seen(anything):
    cleaned = spell_out(anything)
    kinds = {unicodedata.category(character) for character in cleaned if character != "\n"}
    assert not kinds & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert spell_out(cleaned) == cleaned


@pytest.mark.parametrize(
    ("hostile", "kept", "name"),
    [
        ("\x1b[31mred\x1b[0m", "\ufffd[31mred\ufffd[0m", "?[31mred?[0m"),
        ("\x1b]0;title\x07after", "\ufffd]0;title\ufffdafter", "?]0;title?after"),
        ("\x9b2Jcleared", "\ufffd2Jcleared", "?2Jcleared"),
        ("\u202ebackwards\u2066", "\ufffdbackwards\ufffd", "?backwards?"),
        ("zero\u200bwidth\ufeff", "zero\ufffdwidth\ufffd", "zero?width?"),
        ("tag\U000e0041", "tag\ufffd", "tag?"),
        ("private\ue000 never\uffff", "private\ufffd never\ufffd", "private? never?"),
        ("blank\u3164", "blank\ufffd", "blank\u3164"),
        ("lone \ud800", "lone \ufffd", "lone ?"),
        ("one\r\ntwo\tthree\u2028four", "one two three four", "one??two?three?four"),
        ("\u05e9\u05dc\u05d5\u05dd 王小明 Zoë", "\u05e9\u05dc\u05d5\u05dd 王小明 Zoë",
         "\u05e9\u05dc\u05d5\u05dd 王小明 Zoë"),
    ],
)  # fmt: skip
def test_what_is_kept_cannot_act(hostile, kept, name):
    assert clean_text(hostile) == kept
    assert clean_name(hostile) == name


def test_no_character_at_all_gets_through():
    every = "".join(EVERY)
    for cleaned in (lines(every), spell_out(every, limit=len(every))):
        assert not {unicodedata.category(one) for one in cleaned if one != "\n"} & UNSEEN
    assert clean_name(every, limit=len(every)).isprintable()


@given(st.text(), st.integers(1, 30), st.booleans())
def test_what_is_kept_is_bounded_and_stays(anything, limit, in_lines):
    cleaned = clean_text(anything, limit=limit, lines=in_lines)
    if not in_lines:
        assert len(cleaned) <= limit + 1
        assert "\n" not in cleaned
    assert clean_text(cleaned, limit=len(cleaned), lines=in_lines) == cleaned


def test_a_joiner_stays_in_a_name_only_behind_a_letter_that_needs_it():
    assert clean_name("می\u200cروم", joiners=True) == "می\u200cروم"
    assert clean_name("a\u200cb \u200c\u200dمی\u200c\u200d", joiners=True) == "a?b ??می\u200c?"
    assert clean_name("می\u200cروم") == "می?روم"


@pytest.mark.parametrize("clean", [clean_text, clean_name, spell_out])
@pytest.mark.parametrize("unit", ["\x1b]", "\x1b[", "\x1b", "\x9b1;", "\u0301", "\r"])
def test_cleaning_takes_time_in_proportion_to_the_text(clean, unit):
    began = time.process_time()
    clean(unit * 100_000, limit=200_000)
    assert time.process_time() - began < 2

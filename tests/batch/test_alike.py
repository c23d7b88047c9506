"""Alike code is found by its tokens, and what everybody writes points at nobody."""

import random
import time
from array import array

import pytest

from grader.batch.alike import fingerprints, likeness, near_groups, tokens
from grader.intake.take import take_source

SOURCE = '''
def grow(values, rate):
    """Grows."""
    total = 0
    for index, value in enumerate(values):
        total += value * rate ** index  # compound
        if total > 1000 and not index % 7:
            total = total / 2 + len(values)
    return [total, rate, sorted(values)[:3]]
'''


def marks(source, handed_out=frozenset()):
    return likeness(take_source("value.py", source.encode(), "value.py"), handed_out)


def test_layout_and_comments_do_not_count():
    other = SOURCE.replace("  # compound", "").replace("total = 0", "total   =  0  # start")
    assert marks(SOURCE).text == marks(other).text
    assert marks(SOURCE).prints == marks(other).prints


def test_names_do_not_count_for_the_shape():
    other = SOURCE.replace("total", "summe").replace("rate", "zins")
    assert marks(SOURCE).text != marks(other).text
    assert marks(SOURCE).shape == marks(other).shape


def test_what_was_handed_out_is_taken_away():
    assert marks(SOURCE, fingerprints(tokens(SOURCE))).prints == b""


def test_nearly_the_same_is_found_and_what_many_share_is_not():
    rng = random.Random(3)
    idiom = "\n".join(f"def helper{n}(a, b):\n    return a * {n} + b" for n in range(6))
    prints = {number: marks(idiom + unlike(rng)).prints for number in range(40)}
    prints[100] = marks(idiom + SOURCE).prints
    prints[101] = marks(idiom + SOURCE + "\nx = 1\n").prints
    assert near_groups(prints) == [[100, 101]]


def unlike(rng):
    names = [f"v{rng.randrange(10**6)}" for _ in range(12)]
    signs = ["+", "-", "*", "/"]
    lines = [
        f"{rng.choice(names)} = {rng.choice(names)} {rng.choice(signs)} {rng.randrange(10**6)}"
        for _ in range(30)
    ]
    return "\n" + "\n".join(lines)


def test_too_little_code_of_ones_own_is_not_compared():
    few = array("I", [1, 2, 3]).tobytes()
    assert near_groups({1: few, 2: few}) == []


@pytest.mark.parametrize(
    "text",
    ["." * 150_000, "'" * 150_000, '"""' * 50_000, "\\" * 150_000, "(" * 150_000, "1." * 75_000,
     "é" * 150_000, "x" * 150_000, "'\\" * 75_000, "#" * 150_000],
)  # fmt: skip
def test_hostile_text_takes_one_pass(text):
    began = time.perf_counter()
    marks(text)
    assert time.perf_counter() - began < 5


def test_enormous_source_is_left_alone():
    assert marks("x = 1\n" * 60_000) == ("", "", b"")

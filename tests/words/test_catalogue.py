"""The catalogue and the source belong together: nothing stale, nothing that cannot be filled in."""

import re
from functools import cache
from pathlib import Path

import pytest

from grader.box.reasons import ATTEMPTS, REASONS
from grader.model.check import Outcome, Visibility
from grader.model.report import Verdict
from grader.render.outcomes import WORDS
from grader.text.catalogue import fields, fitting

ROOT = Path(__file__).resolve().parents[2]
pytest.importorskip("babel", reason="Babel is not installed: pip install -e '.[dev]'")

from babel.messages.pofile import read_po  # noqa: E402

from tests.words.learners import LEARNERS  # noqa: E402
from tests.words.template import (  # noqa: E402
    COMMAND,
    TEMPLATE,
    compiled,
    content,
    languages,
    template,
    texts,
    translation,
)


def test_the_template_is_that_of_the_source():
    """Not as text: each version of Babel sets it otherwise."""
    with TEMPLATE.open("rb") as stream:
        found = {(one.context, one.id) for one in read_po(stream) if one.id}
    assert found == {(one.context, one.id) for one in template() if one.id}, f"run: {COMMAND}"


def test_every_value_has_its_place():
    """A text whose placeholders are not the values it is given fails when somebody meets it."""
    for text in texts():
        if text.values is None or "**" in text.values:
            continue
        names = {name for form in (text.one, text.many) for name, _, _ in fields(form) or ()}
        given = set(text.values) - ({"number"} if text.function == "said_many" else set())
        assert given <= names, text
        assert names <= {*text.values, "number"}, text


def test_no_text_has_a_nameless_place():
    for text in texts():
        if text.function != "help":
            names = [name for name, _, _ in fields(text.one) or ()]
            assert all(name.isidentifier() for name in names), text


def test_numbers_are_not_given_a_plural_by_hand():
    by_hand = re.compile(r"\w\(s\)")
    assert [text for text in texts() if by_hand.search(text.one)] == []


def test_every_value_of_a_report_has_a_word():
    assert {one.value for kind in (Outcome, Visibility, Verdict) for one in kind} <= WORDS.keys()


def test_what_the_island_says_is_in_the_catalogue():
    source = "".join(
        (ROOT / "grader" / "inside" / name).read_text("utf-8")
        for name in ("confine.py", "canary.py")
    )
    assert [sentence for sentence in (*REASONS, *ATTEMPTS) if sentence not in source] == []


read = cache(translation)


@pytest.mark.parametrize("path", languages(), ids=lambda path: path.parts[-3])
class TestShipped:
    """What every language that is shipped has to be."""

    def test_its_placeholders_are_those_of_the_source(self, path):
        for one in read(path):
            sources = one.id if isinstance(one.id, tuple) else (one.id,)
            forms = one.string if isinstance(one.string, tuple) else (one.string,)
            for form in forms:
                if one.id and form:
                    assert fitting(form, sources[0], sources[-1]) == form, one.id

    def test_it_is_compiled(self, path):
        """Not byte by byte: each version of Babel writes its number, and orders as it likes."""
        found = content(path.with_suffix(".mo").read_bytes())
        assert found == content(compiled(read(path))), f"run: {COMMAND}"

    def test_it_has_the_texts_of_the_source(self, path):
        known = {(one.context, one.id) for one in read(path) if one.id}
        assert known == {(one.context, one.id) for one in template() if one.id}, f"run: {COMMAND}"

    def test_it_has_all_that_learners_meet(self, path):
        known = {(one.context, one.id): one.string for one in read(path)}
        for text in texts():
            if text.where.split(":")[0].removeprefix("grader/") in LEARNERS:
                found = known[text.context, (text.one, text.many) if text.many else text.one]
                assert all(found) if isinstance(found, tuple) else found, text

    def test_markup_is_kept(self, path):
        for one in read(path):
            if one.id and one.string and not isinstance(one.id, tuple):
                code = re.findall(r"`[^`]+`", one.id)
                assert sorted(re.findall(r"`[^`]+`", one.string)) == sorted(code), one.id

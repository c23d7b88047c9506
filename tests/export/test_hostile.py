"""Text that a learner wrote, in every place a report has for it: no format lets it act."""

import json
import math
import unicodedata
from itertools import cycle

import pytest
import xmlschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from grader.model.check import Outcome, Visibility
from grader.model.errors import Fault
from grader.model.program import Output
from grader.model.report import (
    Diagnosis,
    Evidence,
    ExerciseInfo,
    FileInfo,
    Learner,
    ProgramLine,
    SubmissionInfo,
    Verdict,
)
from tests.export.samples import FORMATS, PARTIAL, SAMPLES, SUFFIXES, exported, strings
from tests.export.test_goldens import JUNIT

NASTY = ["\x00", "\x1b[2J", "]]>", "<b>", "&", '"', "\ufffe", "\ud800", "\u202e", "\r\n", "=", ","]
PIECE = st.one_of(st.text(max_size=12), st.sampled_from(NASTY))
TEXTS = st.lists(st.lists(PIECE, max_size=4).map("".join), min_size=3, max_size=7)
NAMED = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def checked(check, texts, ends, seen):
    program = (ProgramLine(0, next(texts), next(texts), None, next(texts), next(texts)),)
    return replace(
        check,
        id=next(texts),
        title=next(texts),
        message=next(texts),
        outcome=next(ends),
        visibility=next(seen),
        output=Output(next(texts)),
        program=program,
        notes=(next(texts),),
    )


@st.composite
def hostile_reports(draw):
    """The partial report with a few texts of anyone's making in every place, and any outcomes."""
    texts = cycle(draw(TEXTS))
    ends = cycle(draw(st.lists(st.sampled_from(Outcome), min_size=1, max_size=4)))
    seen = cycle(draw(st.lists(st.sampled_from(Visibility), min_size=1, max_size=3)))
    program = (ProgramLine(0, next(texts), next(texts), None, next(texts)),)
    found = Diagnosis(next(texts), next(texts), next(texts), (next(texts),), Evidence(program))
    tasks = tuple(
        replace(
            task,
            id=next(texts),
            title=next(texts),
            diagnoses=(found,),
            checks=tuple(checked(check, texts, ends, seen) for check in task.checks),
        )
        for task in PARTIAL.tasks[:2]
    )
    file = FileInfo(next(texts), next(texts), 1)
    return replace(
        PARTIAL,
        schema_version=next(texts),
        outcome=draw(st.sampled_from([Verdict.GRADED, *Verdict])),
        message=next(texts),
        exercise=ExerciseInfo(next(texts), next(texts), next(texts)),
        submission=SubmissionInfo(next(texts), (file,), next(texts), next(texts)),
        learner=Learner(f"x{next(texts)}", next(texts)),
        environment=replace(PARTIAL.environment, grader=next(texts)),
        isolation=replace(PARTIAL.isolation, level=next(texts)),
        notes=(next(texts),),
        tasks=tasks,
    )


@pytest.mark.parametrize("name", FORMATS)
@NAMED
@given(hostile_reports())
def test_no_format_lets_a_text_act(name, made):
    text = exported(name, made)
    for value in strings(name, text):
        kinds = {unicodedata.category(character) for character in value if character != "\n"}
        assert not kinds & UNSEEN
    assert text.endswith("\n") or text == ""
    text.encode()


@NAMED
@given(hostile_reports())
def test_junit_validates_whatever_is_in_it(made):
    JUNIT.validate(exported("junit", made))


@pytest.mark.parametrize("name", FORMATS)
def test_the_hostile_sample_is_harmless(name):
    text = exported(name, SAMPLES["hostile"])
    assert not {character for character in text if ord(character) < 32} - {"\n", "\t"}
    if SUFFIXES.get(name, "json") not in {"csv", "out", "tsv", "xml"}:
        assert text.isascii()


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("name", FORMATS)
def test_no_number_outside_json_is_written(name, value):
    with pytest.raises(Fault, match="where there must be a number"):
        exported(name, replace(PARTIAL, score=value))


@pytest.mark.parametrize("name", [n for n in FORMATS if SUFFIXES.get(n, "json") == "json"])
def test_json_is_one_document(name):
    for made in SAMPLES.values():
        text = exported(name, made)
        document, end = json.JSONDecoder().raw_decode(text)
        assert isinstance(document, dict)
        assert text[end:] == "\n"


def test_xml_would_refuse_what_is_taken_out():
    with pytest.raises(xmlschema.XMLSchemaException):
        JUNIT.validate("<testsuites>\x00</testsuites>")

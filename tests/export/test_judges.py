"""Dodona and XQueue: valid by the platforms' rules, no mark without a mark, lines and programs."""

import json

import pytest
from msgspec.structs import replace

from grader.model.check import Outcome
from grader.model.report import Verdict
from tests.export.judges import answer, judgement
from tests.export.samples import (
    FAULT,
    NAMES,
    PARTIAL,
    REFUSED,
    SAMPLES,
    UNIMPORTABLE,
    all_hidden,
    as_json,
    exported,
)
from tests.export.test_hostile import NAMED, given, hostile_reports
from tests.render.building import with_check
from tests.render.reports import undiagnosed


def on_dodona(made):
    return judgement(exported("dodona", made))


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("full", "correct"),
        ("partial", "wrong"),
        ("zero", "wrong"),
        ("refused", "internal error"),
        ("fault", "internal error"),
        ("hidden", "wrong"),
        ("timeout", "time limit exceeded"),
        ("hostile", "wrong"),
    ],
)
def test_dodona_accepts_full_marks_only_and_knows_the_worst(name, status):
    made = on_dodona(SAMPLES[name])
    assert (made.accepted, made.status) == (status == "correct", status)


def test_dodona_calls_what_cannot_be_imported_a_compilation_error():
    made = on_dodona(UNIMPORTABLE)
    assert (made.accepted, made.status) == (False, "compilation error")


def test_a_point_lost_to_nobody_is_no_correct_answer():
    less = replace(SAMPLES["full"], score=9.9)
    assert (on_dodona(less).accepted, on_dodona(less).status) == (False, "wrong")
    assert as_json("xqueue", less)["correct"] is False


@pytest.mark.parametrize("made", [FAULT, REFUSED], ids=["fault", "refused"])
def test_without_a_mark_dodona_has_no_tests_and_xqueue_no_score(made):
    shown = on_dodona(made)
    assert shown.all("start-tab") == shown.all("annotate-code") == []
    first = shown.all("append-message")[0]["message"]["description"]
    assert made.message.split("\n")[0] in first
    assert answer(exported("xqueue", made)) is None
    data = as_json("xqueue", made)
    assert made.message.split("\n")[0] in data["errors"][0]
    assert not {"correct", "score"} & set(data)


def test_dodona_counts_in_each_tab_what_did_not_pass():
    made = on_dodona(PARTIAL)
    assert [tab["title"] for tab in made.all("start-tab")][1] == "Multiplication"
    assert [tab["badgeCount"] for tab in made.all("close-tab")] == [0, 2, 0, 1]
    assert len(made.all("close-test")) == 10


def test_dodona_shows_values_where_they_are_known():
    tests = on_dodona(undiagnosed_with_program()).commands
    pairs = [
        (start["expected"], close["generated"])
        for start, close in zip(
            [c for c in tests if c["command"] == "start-test"],
            [c for c in tests if c["command"] == "close-test"],
            strict=True,
        )
    ]
    assert ("6.0", "3.0") in pairs
    assert ("passed", "failed") in pairs
    assert ["6.0", "3.0"] in [t[3:] for t in as_json("xqueue", undiagnosed_with_program())["tests"]]


def undiagnosed_with_program():
    """A failing check with its own program, and no known mistake."""
    made = undiagnosed()
    program = made.tasks[1].evidence.program[1:]
    task = replace(with_check(made.tasks[1], 3, program=program), evidence=None)
    return replace(made, tasks=(made.tasks[0], task, *made.tasks[2:]))


def statements(made):
    return [c["data"]["statements"] for c in on_dodona(made).all("close-context") if "data" in c]


def test_the_smallest_program_goes_to_dodonas_debugger_once_and_is_python():
    (program,) = statements(PARTIAL)
    compile(program, "statements", "exec")
    assert program.splitlines()[:2] == ["a = Value(3.0)", "b = a * a"]
    assert statements(undiagnosed()) == [program]
    assert statements(undiagnosed_with_program()) == [program]
    assert statements(SAMPLES["full"]) == []


def lined(path="", cell=None):
    """The known mistake and two failing checks with lines of the file."""
    mul = PARTIAL.tasks[1]
    known = replace(mul.diagnoses[0], line=12, path=path, cell=cell)
    mul = with_check(mul, 3, line=12, path=path, cell=cell)
    mul = replace(with_check(mul, 4, line=30, path=path, cell=cell), diagnoses=(known,))
    return replace(PARTIAL, tasks=(PARTIAL.tasks[0], mul, *PARTIAL.tasks[2:]))


def test_dodona_marks_the_lines_counted_from_0_each_once_the_mistakes_name_first():
    notes = on_dodona(lined()).all("annotate-code")
    assert [(note["row"], note["type"]) for note in notes] == [(11, "error"), (29, "error")]
    assert "replaces the gradient" in notes[0]["text"]
    assert "\n" not in "".join(note["text"] for note in notes)


@pytest.mark.parametrize("made", [lined(path="other.py"), lined(cell=2)], ids=["file", "cell"])
def test_lines_of_another_file_or_of_a_notebook_are_not_marked(made):
    assert on_dodona(made).all("annotate-code") == []


@pytest.mark.parametrize("name", NAMES)
def test_xqueue_has_the_share_and_words_that_are_valid_xml(name):
    made = SAMPLES[name]
    found = answer(exported("xqueue", made))
    if made.outcome is Verdict.GRADED:
        assert found.score == pytest.approx(made.score / made.max_score)
        assert found.correct is (name == "full")
        assert f"of {made.max_score:g} points" in found.told
    else:
        assert found is None
    assert exported("xqueue", made).count("\n") == 1


def test_xqueue_lists_what_failed_and_not_what_waits():
    told = answer(exported("xqueue", SAMPLES["zero"])).told
    assert "Addition: The sum holds the right number" in told
    assert "A neuron that is awake" not in told
    hidden = all_hidden(PARTIAL)
    assert "2 of 4 hidden checks did not pass." in answer(exported("xqueue", hidden)).told


@NAMED
@given(hostile_reports())
def test_both_are_valid_whatever_is_in_a_report(made):
    shown, told = on_dodona(made), answer(exported("xqueue", made))
    assert (told is None) is (made.outcome is not Verdict.GRADED)
    assert not (told is None and shown.accepted)


def test_a_check_that_never_reported_is_the_exercises_defect():
    add = with_check(PARTIAL.tasks[0], 1, outcome=Outcome.MISSING, score=0.0)
    made = replace(PARTIAL, tasks=(add, *PARTIAL.tasks[1:]))
    assert on_dodona(made).status == "internal error"


@pytest.mark.parametrize(
    "lines",
    [
        ['{"command":"start-judgement"}'],
        ['{"command":"start-tab","title":"x"}'],
        ['{"command":"start-judgement"}', '{"command":"start-context"}'],
        ['{"command":"start-judgement"}', '{"command":"close-judgement","points":1}'],
    ],
)
def test_the_reader_would_notice(lines):
    with pytest.raises(AssertionError):
        judgement("\n".join(lines))
    for wrong in ({"msg": "<div>"}, {"msg": "<div onclick='x'/>"}):
        with pytest.raises((AssertionError, SyntaxError)):
            answer(json.dumps(wrong | {"errors": [], "tests": []}))

"""Near misses: what no known mistake describes is not given the name of one."""

import re
import textwrap

import pytest

from grader.author import near_misses
from grader.author.new import write_exercise
from grader.author.proof import Ledger
from grader.author.verify import verify
from grader.diagnosis.replay import Replayer
from grader.exercise.load import load
from grader.exercise.near_misses import near_misses as listed
from grader.grading.pipeline import Options
from grader.model.errors import ExerciseProblem
from tests.author.test_author_verify import change

MISSES = {
    "misspelt_attribute.py": {
        "replace": ("self._items.append(item)", "self._item.append(item)"),
        "list": """
            wrong: push reads an attribute that nothing sets
            may_say: []
            shows: ["AttributeError"]
        """,
    },
    "counts_in_the_dark.py": {
        "replace": ("return len(self._items)", "return len(set(self._items))"),
        "list": """
            wrong: equal items count once
            may_say: [size/CountsKinds]
        """,
    },
    "right.py": {
        "replace": ("return self._items[-1]", "return self._items[len(self._items) - 1]"),
        "list": """
            wrong: nothing, but for an index that is worked out by hand
            may_say: []
            full_marks: true
        """,
    },
}


@pytest.fixture
def folder(tmp_path):
    """A fresh exercise with near misses, all of them told truly."""
    write_exercise(tmp_path / "stack")
    for name, miss in MISSES.items():
        add(tmp_path / "stack", name, *miss["replace"], miss["list"])
    return tmp_path / "stack"


def add(folder, name, old, new, told):
    """Writes a near miss: the reference with one thing changed, and its entry."""
    unknown = folder / "reference/unknown"
    unknown.mkdir(exist_ok=True)
    source = (folder / "reference/stack.py").read_text("utf-8")
    assert old in source
    (unknown / name).write_text(source.replace(old, new), "utf-8")
    with (unknown / "allowed.yaml").open("a", encoding="utf-8") as file:
        file.write(f"{name}:\n{textwrap.indent(textwrap.dedent(told).strip(), '  ')}\n")


def proved(folder):
    """What the near misses' proof alone finds: the uses and the defects."""
    exercise, ledger = load(folder), Ledger()
    mistakes = Replayer(exercise).mistakes
    uses = near_misses.prove_near_misses(
        exercise, listed(exercise), mistakes, Options(seed=0), ledger, lambda *_: None
    )
    return uses, ledger.defects()


# --- what is said ----------------------------------------------------------------------------


def test_near_misses_that_are_told_truly_are_listed(folder):
    """In the whole proof: no defect, and what each file was told and got."""
    found = verify(load(folder))
    assert found.defects == ()
    assert [(use.file.rpartition("/")[2], use.named) for use in found.near_misses] == [
        ("counts_in_the_dark.py", ("size/CountsKinds",)),
        ("misspelt_attribute.py", ()),
        ("right.py", ()),
    ]
    right = found.near_misses[-1]
    assert right.score == right.max_score
    (proof,) = [proof for proof in found.proofs if proof.id == "unknown"]
    assert proof.detail == "3 near misses"


FALSE = [
    # what is changed in allowed.yaml, the file that is at fault, the words
    ("[size/CountsKinds]", "[]", "counts_in", "taken for size/CountsKinds"),
    ("[size/CountsKinds]", "[size/CountKinds]", "counts_in", "no known mistake"),
    ("full_marks: true", "full_marks: false", "right", "it gets full marks"),
    ('["AttributeError"]', '["NameError"]', "misspelt", "no failing check says `NameError`"),
    ('["AttributeError"]', "[]\n  full_marks: true", "misspelt", "loses points at push/"),
]


@pytest.mark.parametrize(("old", "new", "file", "words"), FALSE)
def test_what_is_said_wrongly_is_a_defect(folder, old, new, file, words):
    change(folder / "reference/unknown/allowed.yaml", old, new)
    _, defects = proved(folder)
    hits = [one for one in defects if f"unknown/{file}" in one.where and words in one.what]
    assert hits, defects
    assert all(one.next_move and one.proof == "unknown" for one in defects)


def test_what_does_not_load_is_of_no_use(folder):
    """It is not judged, so nothing can be said wrongly of it."""
    add(folder, "broken.py", "class Stack:", "class Stack", "wrong: no colon\nmay_say: []")
    (folder / "reference/unknown/bytes.py").write_bytes(b"\xff\xfe")
    with (folder / "reference/unknown/allowed.yaml").open("a") as file:
        file.write("bytes.py: {wrong: no text at all, may_say: []}\n")
    _, defects = proved(folder)
    assert {re.sub(r".*/", "", one.where) for one in defects} == {"broken.py", "bytes.py"}
    assert any("does not load" in one.what and "SyntaxError" in one.what for one in defects)


# --- the list --------------------------------------------------------------------------------

BROKEN = [
    ("may_say: []\n  shows", "may_say: []\n  show", 4, "unknown key `show`", "mean `shows`"),
    ("may_say: []\n  shows", "may_say: []\n  may_say", 4, "`may_say` is here twice", "line 3"),
    ("may_say: []\n  shows", "shows", 2, "`may_say` is missing", "Add the key `may_say:`"),
    ("may_say: []\n  shows", "may_say: a/B\n  shows", 3, "has to be a list", "Write a list"),
    ("full_marks: true", "full_marks: 1", 11, "has to be true or false", "Correct it"),
    ("wrong: equal items count once", "wrong: ' '", 6, "`wrong` is empty", "Write it"),
    ("counts_in_the_dark.py", "count_in_the_dark.py", 6, "there is no `count", "`counts_in_the"),
    ("right.py:", "right.py: null\nelse.py:", 8, "nothing is said of `right.py`", "`wrong:`"),
    ("misspelt_attribute.py:\n", "", 1, "this file begins with keys", "name of a file"),
]


@pytest.mark.parametrize(("old", "new", "line", "what", "next_move"), BROKEN)
def test_a_broken_list_is_refused_with_line_and_next_move(folder, old, new, line, what, next_move):
    path = folder / "reference/unknown/allowed.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text("- a\n" if not new else text.replace(old, new, 1), "utf-8")
    with pytest.raises(ExerciseProblem) as caught:
        listed(load(folder))
    assert caught.value.message.startswith(f"{path}:{line}: "), caught.value.message
    assert what in caught.value.message
    assert next_move in caught.value.next_move


def test_a_file_without_an_entry_is_refused(folder):
    (folder / "reference/unknown/stray.py").write_text("")
    with pytest.raises(ExerciseProblem, match=r"`stray\.py` has no entry here"):
        listed(load(folder))


def test_an_exercise_needs_no_near_misses(tmp_path):
    write_exercise(tmp_path / "stack")
    assert listed(load(tmp_path / "stack")) == {}

"""The room of words itself: which language, from which folder, and what a bad file can do."""

import subprocess
import sys
import time

import pytest

from grader.text import catalogue as words_catalogue
from grader.text import words
from grader.text.catalogue import CONTEXT, DOMAIN, fields, fitting, match, templates

pytest.importorskip("babel", reason="Babel is not installed: pip install -e '.[dev]'")

from babel.messages.catalog import Catalog

from tests.words.template import compiled


def write(folder, language, *messages):
    """A catalogue with these (context, source, translation)."""
    made = Catalog(locale="de", domain=DOMAIN)
    for context, source, translation in messages:
        made.add(source, translation, context=context)
    path = folder / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(compiled(made))
    return path


@pytest.fixture
def speak(monkeypatch, tmp_path):
    """Speaks a language of these messages; back to the source language afterwards."""

    def speak(*messages, language="xx"):
        write(tmp_path, language, *messages)
        monkeypatch.setenv("LANGUAGE", language)
        monkeypatch.setenv(words.VARIABLE, str(tmp_path))
        words.catalogue.cache_clear()

    yield speak
    monkeypatch.undo()
    words.catalogue.cache_clear()


@pytest.mark.parametrize(
    ("variables", "languages"),
    [
        ({}, []),
        ({"LANG": "C.UTF-8"}, []),
        ({"LANG": "POSIX"}, []),
        ({"LANG": "en_GB.UTF-8"}, []),
        ({"LANG": "de_DE.UTF-8"}, ["de_DE.UTF-8"]),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, []),
        ({"LANG": "C", "LC_MESSAGES": "fr_FR"}, ["fr_FR"]),
        ({"LANG": "de", "LANGUAGE": "fr:de"}, ["fr", "de"]),
        ({"LANG": "de", "LANGUAGE": ""}, ["de"]),
        ({"LANGUAGE": "en:de"}, []),
        ({"LANGUAGE": "de:en:fr"}, ["de"]),
    ],
)
def test_the_language_is_chosen_as_gettext_chooses_it(monkeypatch, variables, languages):
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert words.wanted() == languages


def test_a_language_that_nobody_wrote_is_the_source_language(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "tlh")
    words.catalogue.cache_clear()
    try:
        assert words.gettext("Score") == "Score"
        assert words.language() == "en"
    finally:
        words.catalogue.cache_clear()


def test_a_course_brings_its_own_words(speak):
    speak((None, "Score", "Punkte"), (None, ("{number} file", "{number} files"), ("D", "Dn")))
    assert words.gettext("Score") == "Punkte"
    assert words.gettext("not there") == "not there"
    assert words.gettext("") == ""
    assert [words.ngettext("{number} file", "{number} files", n) for n in (1, 2)] == [
        "{number} file",
        "{number} files",
    ]
    assert words.language() == "xx"


@pytest.mark.parametrize(
    ("source", "translation"),
    [
        ("of {total}", "von {Total}"),
        ("of {total}", "von"),
        ("of {total}", "von {total} und {more}"),
        ("of {total}", "von {total"),
        ("of {total}", "von {total.__class__}"),
        ("of {total:g}", "von {total}"),
    ],
)
def test_a_translation_that_cannot_be_filled_in_is_not_used(source, translation):
    assert fitting(translation, source) == source


def test_a_translation_may_change_the_order():
    assert fitting("von {b}: {a}", "{a} of {b}") == "von {b}: {a}"
    assert fitting("eine", "{number} file", "one file") == "eine"


BROKEN = {
    "empty": b"",
    "no catalogue": b"rubbish",
    "cut short": b"\xde\x12\x04\x95" + b"\x00" * 8,
    "lengths that lead out": b"\xde\x12\x04\x95" + b"\x00\x00\x00\x00" + b"\xff" * 24,
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_broken_catalogue_costs_one_line_and_its_words(tmp_path, data):
    path = write(tmp_path, "xx")
    path.write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-P", "-m", "grader", "tasks"],
        env={"LANGUAGE": "xx", words.VARIABLE: str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    assert "Multiplication" in done.stdout
    assert len(done.stderr.splitlines()) == 1
    assert str(path) in done.stderr


def test_a_terminal_without_the_letters_is_no_reason_to_fail(tmp_path):
    write(tmp_path, "xx", (None, "points", "Punkte →"))
    done = subprocess.run(
        [sys.executable, "-P", "-m", "grader", "tasks"],
        cwd=tmp_path,
        env={"LANGUAGE": "xx", words.VARIABLE: str(tmp_path), "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Punkte ->" in done.stdout


def test_a_rule_for_plurals_that_fails_costs_its_words(tmp_path, capsys):
    path = write(tmp_path, "xx", (None, "Score", "Punkte"))
    data = path.read_bytes()
    assert b"plural=(n != 1)" in data
    path.write_bytes(data.replace(b"plural=(n != 1)", b"plural=( 1 / n)"))
    assert words_catalogue.load(["xx"], str(tmp_path)) is None
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_text_that_is_not_utf_8_costs_its_words_too(tmp_path, capsys):
    path = write(tmp_path, "xx", (None, "Score", "Pünkte"))
    path.write_bytes(path.read_bytes().replace("ü".encode(), b"\xff\xff"))
    assert words_catalogue.load(["xx"], str(tmp_path)) is None
    assert "cannot be read" in capsys.readouterr().err


# --- sentences that were made before -----------------------------------------------------------


def test_a_finished_sentence_is_told_in_the_readers_language(speak):
    speak(
        (CONTEXT, "{name} should be {expected}, got {got}", "{got} statt {expected} in {name}"),
        (CONTEXT, "it does not end", "es endet nicht"),
        (CONTEXT, "{path} cannot be imported: {words}", "{path} lädt nicht: {words}"),
        (CONTEXT, "{names} and {last}", "{names} und {last}"),
        (CONTEXT, "stopped after {seconds:g} s", "nach {seconds:g} s angehalten"),
        (CONTEXT, "{reason}, in `{code}`", "{reason}, in `{code}`"),
        (CONTEXT, "not judged yet: needs {unmet}", "noch nicht beurteilt: braucht {unmet}"),
    )
    told = words.retold
    assert told("a.grad should be 6, got 3") == "3 statt 6 in a.grad"
    assert told("x.py cannot be imported: it does not end") == "x.py lädt nicht: es endet nicht"
    assert told("not judged yet: needs a, b and c") == "noch nicht beurteilt: braucht a, b und c"
    assert told("it does not end\n  it does not end") == "es endet nicht\n  es endet nicht"
    assert told("tasks.yaml:3: it does not end") == "tasks.yaml:3: es endet nicht"
    assert told("what a learner wrote") == "what a learner wrote"
    assert told("this and that") == "this and that"
    assert told("stopped after 2 s, in `a * b`") == "nach 2 s angehalten, in `a * b`"
    assert told("") == ""


def test_a_sentence_with_a_number_has_its_form(speak):
    forms = ("{number} check of {task}", "{number} checks of {task}")
    speak((CONTEXT, forms, ("{number} Prüfung von {task}", "{number} Prüfungen von {task}")))
    assert words.retold("1 check of add") == "1 Prüfung von add"
    assert words.retold("3 checks of add") == "3 Prüfungen von add"


def test_only_what_said_made_is_looked_for(speak):
    speak((None, "{name} is a link.", "falsch"))
    assert words.retold("this is a link.") == "this is a link."


def test_no_text_takes_long_to_be_looked_up():
    hostile = "a, " * 1300
    found = templates({"{a}, {b}, {c}, {d}, {e} and then nothing more"})
    assert match(found[0], hostile) is None


def test_no_text_takes_long_to_be_taken_apart(speak):
    speak(
        (CONTEXT, "it does not end", "es endet nicht"), (CONTEXT, "{a}: {b}; and so on", "{b} {a}")
    )
    began = time.perf_counter()
    for hostile in ("a. b; c: d\n" * 300, ": ".join("abcdefgh" * 100), "a: b; and so on. " * 200):
        words.retold(hostile)
    assert time.perf_counter() - began < 5


def test_values_may_hold_braces(speak):
    speak((CONTEXT, "{name} is a link.", "{name} ist ein Verweis."))
    assert words.retold("{0}{x} is a link.") == "{0}{x} ist ein Verweis."


def test_the_source_language_loads_nothing():
    code = "import sys, grader.text.words as w; w._('x'); w.retold('y'); print(sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"LANG": "en_US.UTF-8"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "'gettext'" not in done.stdout
    assert "grader.text.catalogue" not in done.stdout


def test_fields_are_the_placeholders():
    assert fields("{a} {b!r:.40}") == {("a", "", ""), ("b", "r", ".40")}
    assert fields("Quote [, { and *.") is None

"""The room of words itself: which language, from which folder, and what a bad file can do."""

import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from grader.model.errors import Fault
from grader.report.wire import decode, encode
from grader.text import catalogue as words_catalogue
from grader.text import words
from grader.text.catalogue import CONTEXT, DOMAIN, fields, fitting
from grader.text.clean import clean_text
from grader.text.message import plain
from tests.render import reports

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


# --- messages ----------------------------------------------------------------------------------

GERMAN = (
    (CONTEXT, "{name} should be {expected}, got {got}", "{got} statt {expected} in {name}"),
    (CONTEXT, "it does not end", "es endet nicht"),
    (CONTEXT, "{path} cannot be imported: {words}", "{path} lädt nicht: {words}"),
    (CONTEXT, "{names} and {last}", "{names} und {last}"),
    (CONTEXT, "stopped after {seconds:g} s", "nach {seconds:g} s angehalten"),
    (CONTEXT, "{reason}, in `{code}`", "{reason}, in `{code}`"),
    (CONTEXT, "not judged yet: needs {unmet}", "noch nicht beurteilt: braucht {unmet}"),
)
ENDLESS = words.said("it does not end")


@pytest.mark.parametrize(
    ("message", "english", "german"),
    [
        (ENDLESS, "it does not end", "es endet nicht"),
        (
            words.said("{name} should be {expected}, got {got}", name="a", expected=6, got=3.5),
            "a should be 6, got 3.5",
            "3.5 statt 6 in a",
        ),
        (
            words.said("{path} cannot be imported: {words}", path="x.py", words=ENDLESS),
            "x.py cannot be imported: it does not end",
            "x.py lädt nicht: es endet nicht",
        ),
        (
            words.said("not judged yet: needs {unmet}", unmet=words.listed(["a", "b", "c"])),
            "not judged yet: needs a, b and c",
            "noch nicht beurteilt: braucht a, b und c",
        ),
        (
            words.said(
                "{reason}, in `{code}`",
                reason=words.said("stopped after {seconds:g} s", seconds=2.0),
                code="a * b",
            ),
            "stopped after 2 s, in `a * b`",
            "nach 2 s angehalten, in `a * b`",
        ),
        (
            words.joined("; ", [ENDLESS, "a learner's words", ENDLESS]),
            "it does not end; a learner's words; it does not end",
            "es endet nicht; a learner's words; es endet nicht",
        ),
        (words.listed([]), "", ""),
        (words.listed([ENDLESS]), "it does not end", "es endet nicht"),
        (words.said("nobody translated {this}", this="it"), "nobody translated it", "same"),
    ],
)
def test_a_message_is_filled_in_anew_with_its_values(speak, message, english, german):
    speak(*GERMAN)
    assert message == english
    assert words.translated(message) == (english if german == "same" else german)


def test_a_message_with_a_number_has_its_form(speak):
    forms = ("{number} check of {task}", "{number} checks of {task}")
    speak((CONTEXT, forms, ("{number} Prüfung von {task}", "{number} Prüfungen von {task}")))
    told = [
        words.translated(words.said_many(*forms, number=number, task="add")) for number in (1, 3)
    ]
    assert told == ["1 Prüfung von add", "3 Prüfungen von add"]


@pytest.mark.parametrize(
    "text",
    [
        "ValueError: it does not end",
        "it does not end; it does not end",
        "it does not end\n  it does not end",
        "x.py cannot be imported: it does not end",
        "a should be 6, got 3",
        "this and that",
        "{name} should be {expected}, got {got}",
        "what a learner wrote",
        "",
    ],
)
def test_what_was_saved_or_is_somebodys_own_is_never_taken_apart(speak, text):
    speak(*GERMAN)
    assert words.translated(text) == text
    own = words.said("{path} cannot be imported: {words}", path="x.py", words=text)
    assert words.translated(own) == f"x.py lädt nicht: {text}"


def test_a_saved_sentence_without_values_is_known_again_as_a_whole(speak):
    speak(*GERMAN, (None, "a text of another kind", "falsch"))
    assert words.translated(str.__str__(ENDLESS)) == "es endet nicht"
    assert words.translated("a text of another kind") == "a text of another kind"
    inside = words.said("{path} cannot be imported: {words}", path="x.py", words="it does not end")
    assert words.translated(inside) == "x.py lädt nicht: it does not end"


def test_the_text_of_an_error_is_still_a_message(speak):
    speak(*GERMAN, (CONTEXT, "Run it again.", "Nochmals."))
    fault = Fault(ENDLESS, next_move=words.said("Run it again."))
    assert str(fault) == "it does not end\nRun it again."
    assert words.translated(str(fault)) == "es endet nicht\nNochmals."
    assert words.translated(str(Fault(ENDLESS))) == "es endet nicht"
    assert words.translated(clean_text(str(AssertionError(ENDLESS)))) == "es endet nicht"


def test_a_message_holds_text_and_not_what_the_text_was_made_from():
    message = words.said("{error} at {path}", error=ValueError("no"), path=Path("a"))
    assert message.values == {"error": "no", "path": "a"}


def test_a_message_is_written_as_plain_text_wherever_a_record_is_kept():
    report = replace(reports.SAMPLES["partial"], message=ENDLESS, notes=(ENDLESS,))
    saved = encode(report)
    assert decode(saved).message == "it does not end"
    assert type(decode(saved).message) is type(plain(ENDLESS)) is str
    assert json.loads(json.dumps({ENDLESS: ENDLESS})) == {"it does not end": "it does not end"}
    assert pickle.loads(pickle.dumps(ENDLESS)).one == "it does not end"


def test_values_may_hold_braces(speak):
    speak((CONTEXT, "{name} is a link.", "{name} ist ein Verweis."))
    told = words.translated(words.said("{name} is a link.", name="{0}{x}"))
    assert told == "{0}{x} ist ein Verweis."


def test_the_source_language_loads_nothing():
    use = "import sys, grader.text.words as w; w._('x'); w.translated(w.said('y'))"
    code = f"{use}; print(sorted(sys.modules))"
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

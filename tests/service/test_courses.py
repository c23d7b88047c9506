"""The token file: who may ask, for which exercise, and what is wrong with it, in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.model.errors import UsageProblem
from grader.service.courses import local_course, read_courses
from tests.service.handed import exercise

TOKEN, OTHER, KEY = "t" * 20, "o" * 32, "k" * 20


def read(tmp_path: Path, text: str):
    path = tmp_path / "tokens.toml"
    path.write_text(text)
    asked = []

    def load(folder):
        asked.append(folder)
        return exercise()

    return read_courses(path, load, None), asked


def test_each_course_has_its_token_its_exercise_and_its_key(tmp_path: Path) -> None:
    text = f'[courses.one]\ntoken = "{TOKEN}"\nkey = "{KEY}"\n'
    text += f'[courses.two]\ntoken = "{OTHER}"\nexercise = "stack"\n'
    courses, asked = read(tmp_path, text)
    assert asked == [None, tmp_path / "stack"]
    found = {secret: courses.by_token(secret) for secret in (TOKEN, OTHER, KEY, "", "x")}
    assert {key: one.name for key, one in found.items() if one} == {TOKEN: "one", OTHER: "two"}
    assert courses.by_key(KEY) is courses.all[0]
    assert courses.by_key(TOKEN) is None
    assert courses.open is None


def test_without_a_file_the_one_course_is_open() -> None:
    courses = local_course(exercise())
    assert courses.open is courses.by_key("local")
    assert courses.by_token("") is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "courses"),
        ("[courses]", "length"),
        ("[courses.one", "end of document"),
        ('[courses.one]\ntoken = "short"', "regex"),
        ('[courses.one]\nkey = "kkkkkkkkkkkkkkkkkkkkkkkk"', "token"),
        (f'[courses.one]\ntoken = "{TOKEN}"\nexrcise = "x"', "exrcise"),
        (f'[courses."a b"]\ntoken = "{TOKEN}"', "regex"),
        (f'[courses.a]\ntoken = "{TOKEN}"\n[courses.b]\ntoken = "{TOKEN}"', "same token"),
    ],
    ids=["empty", "none", "broken", "short", "tokenless", "unknown", "name", "double"],
)
def test_what_is_wrong_is_said_without_a_secret(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UsageProblem, match=words) as told:
        read(tmp_path, text)
    assert TOKEN not in str(told.value)
    assert "short" not in str(told.value).replace("at least", "")

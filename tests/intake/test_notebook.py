"""A notebook's cells can be found in the file made of it, and a damaged one is called so."""

from __future__ import annotations

import pytest

from grader.grading import pipeline as grading
from grader.intake.take import take_source
from grader.model.errors import SubmissionRefused
from tests.intake.test_intake import MODULE, notebook
from tests.submitted import EXERCISE, REFERENCE

CELLS = [
    "x = 1\r\ny = 2\r\n",
    "!pip install \\\n  torch",
    "",
    "%%bash\nls\n",
    "a = 1\rb = 2\fc = 3\u2028",
    "# %% cell 9\nz = 1",
]


def test_every_line_of_a_cell_is_found_in_the_file() -> None:
    """Counted as Python counts lines, whatever the cell ends them with."""
    data = notebook(("markdown", "# title"), *(("code", cell) for cell in CELLS))
    (file,) = take_source("ada.ipynb", data, MODULE).files
    lines = file.text.split("\n")
    found = [(cell.number, lines[cell.first - 1 : cell.last]) for cell in file.cells]
    assert found == [
        (2, ["x = 1", "y = 2", ""]),
        (3, ["pass  # dropped: !pip install \\", "# torch"]),
        (4, [""]),
        (5, ["# %%bash", "# ls", "# "]),
        (6, ["a = 1", "b = 2\fc = 3\u2028"]),
        (7, ["# %% cell 9", "z = 1"]),
    ]
    assert all(lines[cell.first - 2] == f"# %% cell {cell.number}" for cell in file.cells)


def test_a_source_has_no_cells_and_another_digest() -> None:
    """So neither is graded as the other where the texts are the same."""
    book = take_source("ada.ipynb", notebook(("code", "x = 1")), MODULE)
    source = take_source("ada.py", book.files[0].text.encode(), MODULE)
    assert source.files[0].text == book.files[0].text
    assert source.files[0].cells == ()
    assert source.digest != book.digest


def refusal(data: bytes) -> str:
    with pytest.raises(SubmissionRefused) as caught:
        take_source("ada.ipynb", data, MODULE)
    return f"{caught.value.message} {caught.value.next_move}"


WHOLE = notebook(("code", "x = 1\n"))
CONFLICT = (
    b'{"nbformat": 4,\n<<<<<<< HEAD\n "a": 1,\n=======\n "a": 2,\n>>>>>>> mine\n "cells": []}'
)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        *((WHOLE[:cut], "is damaged: a part of it is missing") for cut in (1, 30, 120, -1)),
        (b"\xef\xbb\xbf\n" + WHOLE[:-9], "is damaged"),
        (WHOLE.replace(b",", b"", 1), "is damaged"),
        (WHOLE + WHOLE, "is damaged"),
        ('{"cells": "ß'.encode()[:-1], "is damaged"),
        (CONFLICT, "ada.ipynb holds a merge conflict, at line 2. Resolve it"),
        (CONFLICT.replace(b"\n", b"\r\n"), "ada.ipynb holds a merge conflict, at line 2."),
        (b" <<<<<<< a\n", "is not a notebook"),
        (b" \n", "ada.ipynb is empty. Save the notebook"),
        ('{"cells": []}'.encode("utf-16"), "ada.ipynb is saved as UTF-16"),
        (b"import math\n", "is not a notebook of format 4"),
    ],
)
def test_what_became_of_a_notebook_is_told(data: bytes, told: str) -> None:
    assert told in refusal(data)


def test_a_conflict_that_a_cell_is_about_is_none() -> None:
    """Nor is one in a text of it: the notebook can be read."""
    text = "'''\n<<<<<<< HEAD\n=======\n>>>>>>> mine\n'''"
    assert take_source("ada.ipynb", notebook(("code", text)), MODULE).notes == ()


# --- a notebook that was exported as a .py file --------------------------------------------

EXPORT = f'"""Made by a notebook."""\n!pip install \\\n  torch\n{REFERENCE}\n%matplotlib inline\n'


def test_an_exported_notebook_is_graded_with_a_note() -> None:
    taken = take_source("hw.py", EXPORT.encode(), EXERCISE.module_file)
    (note,) = taken.notes
    assert note == (
        "2 lines of hw.py are commands of a notebook and not Python, and were left out: the first "
        "is line 2, `!pip install \\`."
    )
    assert taken.files[0].text.count("\n") == EXPORT.count("\n")
    report = grading.grade(EXERCISE, taken, grading.Options(isolation="none"))
    assert (report.message, report.score, report.notes) == ("", report.max_score, (note,))


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_of_any_kind_do(newline: str) -> None:
    """Only a file in which something was left out is changed."""
    source = f"x = 7 \\{newline}% 4{newline}".encode()
    assert take_source("hw.py", source, MODULE).files[0].text == source.decode()
    source = f"!a \\{newline} b{newline}x = 7 \\{newline}% 4".encode()
    taken = take_source("hw.py", source, MODULE)
    assert taken.files[0].text == "pass  # dropped: !a \\\n# b\nx = 7 \\\n% 4"
    assert taken.notes == (
        "Line 1 of hw.py, `!a \\`, is a command of a notebook and not Python: it was left out.",
    )


def test_a_spiteful_command_is_shown_short_and_clean() -> None:
    (note,) = take_source("hw.py", f"!\x1b[2J{'x' * 999}\n".encode(), MODULE).notes
    assert note.isprintable()
    assert len(note) < 200

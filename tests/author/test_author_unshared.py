"""Checks that ask what became of a list which they sent as a copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.author.unshared import unshared
from grader.author.verify import verify
from tests import plain_exercise

COPIES = {
    "a local list": ("cells = [1]\n    submission.rows(cells)\n    assert cells == [1]", 4),
    "a method": (
        "cells = [1]\n    a = submission.Table()\n    a.add(cells)\n    assert cells == [1]",
        5,
    ),
    "by name": ("cells = [1]\n    submission.rows(of=cells)\n    assert len(cells) == 1", 4),
    "on one line": ("cells = [1]\n    submission.rows(cells); assert cells == [1]", 3),
}
FINE = {
    "given": "cells = submission.given([1])\n    submission.rows(cells)\n    assert cells == [1]",
    "given later": "cells = [1]\n    cells = submission.given(cells)\n    assert cells == [1]",
    "result": "cells = [1]\n    got = submission.rows(cells)\n    assert got == cells",
    "at once": "cells = [1]\n    assert submission.rows(cells) == [2] != cells",
    "not sent": "cells = [1]\n    assert submission.rows([1]) == [2]\n    assert cells == [1]",
    "before": "cells = [1]\n    assert cells == [1]\n    submission.rows(cells)",
    "items": "c = [1]\n    for x in submission.rows(c):\n        assert x == c[0]\n        x.y()",
}


def found(folder: Path, body: str) -> list[tuple[str, str]]:
    (folder / "test_rows.py").write_text(f"def test_it(submission):\n    {body}\n", "utf-8")
    return [(defect.where, str(defect.what)) for defect in unshared(folder)]


@pytest.mark.parametrize("name", COPIES)
def test_an_assert_about_a_copy_is_a_defect(tmp_path: Path, name: str):
    body, line = COPIES[name]
    ((where, what),) = found(tmp_path, body)
    assert where == f"{tmp_path.name}/test_rows.py:{line}"
    assert what == "`cells` was sent as a copy, so this assert cannot fail"


@pytest.mark.parametrize("name", FINE)
def test_what_depends_on_the_submission_is_none(tmp_path: Path, name: str):
    assert found(tmp_path, FINE[name]) == []


def test_verify_says_so(tmp_path: Path):
    battery = plain_exercise.BATTERY.replace("submission.given([1, 2])", "[1, 2]")
    exercise = plain_exercise.build(tmp_path, **{"battery/test_rows.py": battery})
    said = [str(defect.what) for defect in verify(exercise).defects]
    assert "`cells` was sent as a copy, so this assert cannot fail" in said

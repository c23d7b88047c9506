"""`grader new-secret`: only its owner reads it, it is never lost, all ways of grading take it."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from tests import plain_exercise
from tests.cli import submissions
from tests.cli.running import Done, graded, grader

posix = pytest.mark.skipif(os.name == "nt", reason="modes are POSIX's")


def made(folder: Path, name: str = "course.secret") -> Path:
    """A new secret."""
    done = grader("new-secret", folder / name)
    assert (done.code, done.err) == (0, ""), done
    assert "--secret-file" in done.out
    return folder / name


def refused(*arguments: object) -> Done:
    """As wrong usage, with nothing printed."""
    done = grader("new-secret", *arguments)
    assert (done.code, done.out) == (2, ""), done
    return done


@posix
def test_its_owner_alone_may_read_it(tmp_path: Path) -> None:
    """Whatever the umask would allow."""
    before = os.umask(0)
    try:
        path = made(tmp_path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_each_is_another_and_holds_32_random_bytes_as_text(tmp_path: Path) -> None:
    """Text, so that it can go through an environment variable or a platform's form."""
    one, two = (made(tmp_path, name).read_text("ascii") for name in ("one", "two"))
    assert one != two
    assert one.endswith("\n")
    assert len(bytes.fromhex(one)) == 32


def test_it_is_never_printed(tmp_path: Path) -> None:
    """A terminal scrolls, and a job's log is kept."""
    done = grader("new-secret", tmp_path / "course.secret")
    assert (tmp_path / "course.secret").read_text().strip() not in done.out + done.err


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """Not a file, and not what a link leads to, be it there or not."""
    path = made(tmp_path)
    text = path.read_text()
    (tmp_path / "link").symlink_to("course.secret")
    (tmp_path / "to nothing").symlink_to("elsewhere")
    for name in ("course.secret", "link", "to nothing"):
        assert "is already there" in refused(tmp_path / name).err
    assert path.read_text() == text
    assert not (tmp_path / "elsewhere").exists()


def test_a_place_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    """In a sentence."""
    done = refused(tmp_path / "no" / "such" / "folder")
    assert "cannot write" in done.err
    refused()


def test_every_way_of_grading_takes_it(tmp_path: Path) -> None:
    """Alone, in a class, in shards and resident, one secret gives one seed; none gives another."""
    secret = made(tmp_path)
    small = ("--exercise", plain_exercise.build(tmp_path / "exercise").root)
    folder = tmp_path / "class"
    folder.mkdir()
    file = submissions.write(folder, plain_exercise.REFERENCE, "ada.py")
    submissions.write(folder, plain_exercise.WRONG, "eve.py")
    alone = graded(file, *small, "--secret-file", secret)["seed"]
    assert alone != graded(file, *small)["seed"]
    assert alone == graded(file, *small, "--secret-file", secret)["seed"]
    assert alone != graded(file, *small, "--secret-file", made(tmp_path, "other"))["seed"]
    request = json.dumps({"id": 1, "path": str(file)}).encode()
    done = grader("serve", "--stdio", *small, "--secret-file", secret, stdin=request)
    assert json.loads(done.out)["report"]["seed"] == alone
    for part in ((), ("--shard", "1/2"), ("--shard", "2/2")):
        out = tmp_path / f"out {''.join(part).replace('/', ' of ')}"
        more = (*small, "--isolation", "none", "--secret-file", secret, *part)
        done = grader("batch", folder, "--out", out, *more)
        assert done.code == 0, done
    seeds = [
        json.loads(path.read_bytes())["seed"]
        for path in tmp_path.glob("out*/**/*.json")
        if "ada" in path.name
    ]
    assert seeds == [alone, alone]


def test_a_service_says_when_it_cannot_read_it(tmp_path: Path) -> None:
    """Before it answers anything."""
    done = grader("serve", "--stdio", "--secret-file", tmp_path / "none", stdin=b'{"id": 1}')
    assert (done.code, done.out) == (2, "")
    assert "cannot read the secret" in done.err

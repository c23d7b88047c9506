"""What is kept between runs: only in a folder of our own, only while it is true."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.box import cache, readable
from grader.box.readable import kept_plan

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel layers are Linux's")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    kept_plan.cache_clear()
    yield tmp_path / "cache" / "autograd-grader"
    kept_plan.cache_clear()


def test_what_is_written_is_read(home: Path) -> None:
    assert cache.read("kind", "key") is None
    cache.write("kind", "key", b"data")
    assert cache.read("kind", "key") == b"data"
    assert cache.read("kind", "other") is None
    assert home.stat().st_mode & 0o777 == 0o700
    [file] = home.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_that_others_may_write_is_not_believed(home: Path) -> None:
    cache.write("kind", "key", b"data")
    [file] = home.iterdir()
    file.chmod(0o666)
    assert cache.read("kind", "key") is None


def test_a_folder_that_others_may_write_is_not_used(home: Path) -> None:
    home.mkdir(parents=True)
    home.chmod(0o777)
    assert cache.folder() is None
    cache.write("kind", "key", b"data")
    assert list(home.iterdir()) == []


def test_a_link_is_not_followed(home: Path, tmp_path: Path) -> None:
    cache.write("kind", "key", b"data")
    [file] = home.iterdir()
    target = tmp_path / "elsewhere"
    target.write_bytes(b"planted")
    file.unlink()
    file.symlink_to(target)
    assert cache.read("kind", "key") is None


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs chown")
@pytest.mark.parametrize("whose", ["file", "folder", "home"])
def test_what_belongs_to_another_is_not_used(home: Path, tmp_path: Path, whose: str) -> None:
    cache.write("kind", "key", b"data")
    [file] = home.iterdir()
    if whose == "home":  # as under sudo: we must not make folders in somebody else's home
        file.unlink()
        home.rmdir()
    os.chown({"file": file, "folder": home, "home": home.parent}[whose], 1234, 1234)
    assert cache.read("kind", "key") is None
    if whose == "home":
        cache.write("kind", "key", b"data")
        assert not home.exists()


def test_a_plan_is_made_once_and_kept(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = Path(sys.executable).resolve()
    made = kept_plan(python)
    assert kept_plan(python) is made
    kept_plan.cache_clear()

    def never(*_: object) -> None:
        raise AssertionError("the interpreter was probed again")

    monkeypatch.setattr(readable, "_probe", never)
    assert kept_plan(python) == made


@pytest.mark.parametrize("change", ["a path is gone", "a source is newer", "it is damaged"])
def test_a_kept_plan_that_is_no_longer_true_is_made_again(home: Path, change: str) -> None:
    python = Path(sys.executable).resolve()
    made = kept_plan(python)
    [file] = home.iterdir()
    text = file.read_text()
    if change == "a path is gone":
        text = text.replace('"/dev/urandom"', '"/dev/no-such-thing"')
    elif change == "a source is newer":
        # its own stamp, as if the interpreter had been installed again since
        stamp = python.stat().st_mtime_ns
        text = text.replace(str(stamp), str(stamp - 1)).replace("urandom", "random")
    else:
        text = text[: len(text) // 2]
    file.write_text(text)
    kept_plan.cache_clear()
    assert kept_plan(python) == made


def test_of_a_kind_only_so_many_are_kept(home: Path) -> None:
    cache.write("other", "key", b"data")
    for number in range(5):
        before = set(home.glob("kind-*"))
        cache.write("kind", str(number), b"data", most=2)
        (last,) = set(home.glob("kind-*")) - before
        os.utime(last, (number, number))
    kept = [number for number in range(5) if cache.read("kind", str(number)) is not None]
    assert kept == [3, 4]
    assert cache.read("other", "key") == b"data"

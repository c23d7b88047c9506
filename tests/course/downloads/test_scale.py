"""A large class: names once, then one submission at a time, as few bytes as ever."""

from __future__ import annotations

import tracemalloc
import zipfile
from pathlib import Path

import pytest

from grader.course.downloads import Download, Summary, discover, open_download
from grader.course.downloads.entry import Claim
from grader.course.downloads.shelf import open_folder
from grader.course.downloads.sources import AsIs
from grader.course.roster import join
from tests.course.downloads.kit import GOOD, MODULE

LEARNERS = 3_000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A zip of many submissions, in no order."""
    path = tmp_path_factory.mktemp("large") / "class.zip"
    body = GOOD + "# filler\n" * 400
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(LEARNERS):
            shuffled = number * 7919 % LEARNERS
            archive.writestr(f"learner{shuffled:06d}.py", body)
    return path


def test_reading_a_class_holds_one_submission(large: Path) -> None:
    """After the names, memory does not grow with what was read."""
    with open_download(large, MODULE) as download:
        assert len(download) == LEARNERS
        last, held = "", []
        for number, entry in enumerate(download):
            assert entry.submission is not None
            assert entry.learner_id > last
            last = entry.learner_id
            if number == 500:
                tracemalloc.start()
            elif number in (1000, 2000):
                held.append(tracemalloc.get_traced_memory())
            elif number == 2001:
                tracemalloc.stop()
    (early, _), (late, peak) = held
    assert number + 1 == LEARNERS
    assert late - early < 20_000
    assert peak < 2 * 2**20  # a read buffer of 1 MiB comes and goes


def test_the_first_entry_does_not_wait_for_the_others(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    real = zipfile.ZipFile.open

    def counting(self: zipfile.ZipFile, *arguments: object, **options: object) -> object:
        opened.append(arguments[0])
        return real(self, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(zipfile.ZipFile, "open", counting)
    entries = discover(large, MODULE)
    assert next(entries).learner_id == "learner000000"
    assert len(opened) == 1
    entries.close()  # type: ignore[attr-defined]


def test_a_join_reads_only_what_is_wanted(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shard, or one learner, costs no more than its own submissions."""
    with open_download(large, MODULE) as download:
        read = []
        real = Download.read
        monkeypatch.setattr(
            Download, "read", lambda self, place: read.append(place) or real(self, place)
        )
        rows = join(download, None, wanted=lambda number, seat: number % 1000 == 7)
        assert [row.learner_id for row in rows] == [
            f"learner{n:06d}" for n in range(7, LEARNERS, 1000)
        ]
        assert len(read) == LEARNERS // 1000


def test_our_own_bookkeeping_does_not_grow_either(tmp_path: Path) -> None:
    """One file stands for all of them."""
    (tmp_path / "one.py").write_text(GOOD)
    claims = [
        Claim(learner_id=f"learner{number:06d}", source=AsIs("one.py")) for number in range(10_000)
    ]
    summary = Summary(kind="made up", people=len(claims), files=1, folders=0, aside=())
    download = Download(open_folder(tmp_path), "made up", claims, MODULE, summary)
    entries = iter(download)
    next(entries)
    tracemalloc.start()
    try:
        for _, _entry in zip(range(1000), entries, strict=False):
            pass
        early, _ = tracemalloc.get_traced_memory()
        for _, _entry in zip(range(1000), entries, strict=False):
            pass
        late, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert late - early < 20_000  # a read buffer of 1 MiB comes and goes
    assert peak < 2 * 2**20

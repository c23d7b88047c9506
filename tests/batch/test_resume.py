"""Whatever ends a batch, the next run finishes it: the same gradebook as without the accident."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
from contextlib import closing

import pytest

from grader.gradebook.journal import file_system, journal_for, set_journal
from grader.gradebook.store import FILE, Gradebook
from grader.model.errors import Fault
from tests.batch import kit

KILLS = 10


@pytest.fixture(scope="module")
def larger(tmp_path_factory):
    """A class of sixty, and what an undisturbed run makes of it."""
    folder = tmp_path_factory.mktemp("larger")
    exercise = kit.small_exercise(folder / "exercise")
    school = kit.write_class(exercise, folder / "class", 60)
    (school / "binary.py").write_bytes(b"\0")
    began = time.monotonic()
    kit.run(exercise, school, folder / "whole")
    return exercise, school, kit.content(folder / "whole"), time.monotonic() - began, folder


@pytest.mark.slow
def test_ten_kills_lose_only_what_was_in_flight(larger, out):
    exercise, school, whole, took, _ = larger
    rng = random.Random(5)
    graded = 0
    for _ in range(KILLS):
        running = subprocess.Popen(
            kit.command(exercise, school, out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(rng.uniform(0.1, 0.6) * max(2.0, took / 3))
        running.kill()
        running.wait()
        if (out / FILE).exists() and (out / FILE).stat().st_size:
            now = kept(out)
            assert now >= graded, "a mark was lost"
            graded = now
    _, told = kit.run(exercise, school, out)
    assert len(told.graded) == 60 - graded, "something was graded twice"
    assert kit.content(out) == whole
    assert len(list((out / "reports").glob("*.json"))) == 61


def kept(out):
    with closing(sqlite3.connect(out / FILE)) as database:
        tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        return database.execute("SELECT count(*) FROM marks").fetchone()[0] if tables else 0


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_cleanly(larger, out, number, code):
    exercise, school, whole, _, _ = larger
    running = subprocess.Popen(
        kit.command(exercise, school, out),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not ((out / FILE).exists() and kept(out) > 3):
        time.sleep(0.02)
    running.send_signal(number)
    told, _ = running.communicate(timeout=30)
    assert running.returncode == code
    assert "What is graded is kept" in told
    before = kept(out)
    _, again = kit.run(exercise, school, out)
    assert len(again.graded) == 60 - before
    assert kit.content(out) == whole


def test_a_full_gradebook_stops_cleanly(larger, out, monkeypatch):
    """SQLite says SQLITE_FULL when the disk is full, and when a file may not grow."""
    exercise, school, whole, _, _ = larger
    opened = Gradebook.__init__

    def small(self, *arguments, **options):
        opened(self, *arguments, **options)
        if not options.get("readonly"):
            pages = self.db.execute("PRAGMA page_count").fetchone()[0]
            self.db.execute(f"PRAGMA max_page_count = {pages + 24}")

    monkeypatch.setattr(Gradebook, "__init__", small)
    with pytest.raises(Fault, match=r"cannot write to .*full"):
        kit.run(exercise, school, out)
    monkeypatch.undo()
    before = kept(out)
    _, told = kit.run(exercise, school, out)
    assert before > 0
    assert len(told.graded) == 60 - before
    assert kit.content(out) == whole


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_full_disk_stops_cleanly(larger, tmp_path):
    exercise, school, whole, _, _ = larger
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = kit.execute("mount", "-t", "tmpfs", "-o", "size=640k", "tmpfs", str(disk))
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted: {mounted.stderr.strip()}")
    try:
        stopped = kit.execute(*kit.command(exercise, school, disk / "out"))
        assert stopped.returncode == 5, stopped.stderr
        assert "cannot write to" in stopped.stderr
        assert "What was graded is kept" in stopped.stderr
        before = kept(disk / "out")
        kit.execute("mount", "-o", "remount,size=64m", str(disk))
        _, told = kit.run(exercise, school, disk / "out")
        assert len(told.graded) == 60 - before
        assert kit.content(disk / "out") == whole
    finally:
        kit.execute("umount", "-l", str(disk))


def test_a_report_that_was_removed_comes_back(exercise, school, out):
    kit.run(exercise, school, out)
    before = kit.report(out, "s0004")
    shutil.rmtree(out / "reports")
    _, told = kit.run(exercise, school, out)
    assert told.graded == set()
    assert kit.report(out, "s0004") == before


MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
tmpfs /home/me/quick tmpfs rw 0 0
//share /mnt/my\\040share cifs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind", "journal"),
    [
        ("/data/out", "ext4", "wal"),
        ("/home/me/out", "nfs4", "truncate"),
        ("/home/me/quick/out", "tmpfs", "wal"),
        ("/homely/out", "ext4", "wal"),
        ("/mnt/my share/out", "cifs", "truncate"),
    ],
)
def test_network_folders_get_another_journal(tmp_path, path, kind, journal):
    from pathlib import Path

    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    assert file_system(Path(path), mounts) == kind
    assert journal_for(Path(path), mounts) == journal
    assert journal_for(Path(path), tmp_path / "none") == "wal"


class NoWal:
    """A connection on a file system where WAL cannot be had."""

    def __init__(self, database, how):
        self.database = database
        self.how = how

    def execute(self, command):
        if "wal" in command:
            if self.how == "error":
                raise sqlite3.OperationalError("locking protocol")
            return self.database.execute("PRAGMA journal_mode")
        return self.database.execute(command)


@pytest.mark.parametrize("how", ["error", "silence"])
def test_where_wal_fails_another_journal_is_chosen(tmp_path, how):
    database = sqlite3.connect(tmp_path / "x.sqlite", isolation_level=None)
    assert set_journal(NoWal(database, how), tmp_path / "x.sqlite") == "truncate"
    assert set_journal(database, tmp_path / "x.sqlite") == "wal"
    database.close()


def test_a_batch_on_a_network_folder(exercise, school, out, monkeypatch):
    from grader.gradebook import journal

    monkeypatch.setattr(journal, "journal_for", lambda path: "truncate")
    kit.run(exercise, school, out)
    with Gradebook(out / FILE) as book:
        assert book.one("PRAGMA journal_mode")[0] == "truncate"
    _, told = kit.run(exercise, school, out)
    assert told.graded == set()


def test_the_command_as_people_use_it(exercise, school, out):
    first = kit.execute(*kit.command(exercise, school, out))
    assert first.returncode == 0, first.stderr
    assert "NOT ISOLATED" in first.stdout
    assert "learners: full marks" in first.stdout
    assert "`pop` takes the item at the bottom" in first.stdout
    assert kit.batch(exercise, school, out).code == 0
    assert kit.batch(exercise, school / "no", out).code == 2

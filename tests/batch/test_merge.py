"""Shards and merge give the gradebook of one run."""

import shutil

import pytest

from grader.batch.merge import Merge, shard_folders
from grader.batch.plan import Shard
from grader.gradebook import joining
from grader.gradebook.store import FILE, Gradebook
from grader.model.errors import ExerciseProblem, Fault, UsageProblem
from tests.batch import kit


def merged(exercise, folders, target, **options):
    with Gradebook(target / FILE) as book:
        joined = Merge(exercise, book, target, **{"anonymous": False, **options})
        return joined.run(shard_folders(folders))


def in_shards(exercise, school, out, count, **options):
    for number in range(1, count + 1):
        shard = Shard(number, count)
        kit.run(exercise, school, out / shard.folder, shard=shard, **options)


def test_shards_joined_are_one_run(exercise, school, out, tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\ns0001,Ada\nabsent,Nobody Here\n", "utf-8")
    marks = tmp_path / "overrides.csv"
    marks.write_text("id,score,reason\ns0002,5,seen\ns0007,6,heard\n", "utf-8")
    (school / "twin.py").write_bytes((school / "s0000.py").read_bytes())
    (school / "binary.py").write_bytes(b"\0")
    given = {"roster": roster, "overrides": marks}
    whole, _ = kit.run(exercise, school, tmp_path / "whole", **given)
    in_shards(exercise, school, out, 3, **given)
    for _ in range(2):
        outcome = merged(exercise, [out], out)
        assert kit.content(out) == kit.content(tmp_path / "whole")
        assert kit.grades(out) == kit.grades(tmp_path / "whole")
        assert outcome.view.mistakes == whole.view.mistakes
        assert outcome.view.checks == whole.view.checks
        assert outcome.view.counts == whole.view.counts
    for learner in ("s0000", "twin", "binary", "s0002"):
        assert kit.report(out, learner) == kit.report(tmp_path / "whole", learner)


def test_the_commands(exercise, school, out):
    for number in (1, 2):
        done = kit.batch(exercise, school, out, "--shard", f"{number}/2")
        assert done.code == 0, done.err
    done = kit.merge(exercise, out)
    assert done.code == 0, done.err
    assert "2 shards joined" in done.out
    assert len(kit.grades(out)) == 12
    refused = kit.batch(exercise, school, out, "--shard", "3/2")
    assert refused.code == 2


def test_what_does_not_belong_together_is_refused(exercise, school, out, tmp_path):
    in_shards(exercise, school, out, 2)
    third = Shard(2, 2)
    kit.run(exercise, school, out / third.folder, shard=third, seed=4)
    with pytest.raises(UsageProblem, match="seeds of the random checks were changed"):
        merged(exercise, [out], tmp_path)
    with pytest.raises(UsageProblem, match="shard 2/2 is missing"):
        merged(exercise, [out / "shard-1-of-2"], tmp_path)
    with pytest.raises(UsageProblem, match="there is no gradebook"):
        merged(exercise, [tmp_path / "nowhere"], tmp_path)
    kit.run(exercise, school, out / third.folder, shard=third)
    with pytest.raises(ExerciseProblem, match="Name the same exercise"):
        merged(kit.change_battery(exercise), [out], tmp_path)


def test_an_unfinished_shard_is_refused(exercise, school, out, tmp_path):
    in_shards(exercise, school, out, 2)
    with Gradebook(out / "shard-2-of-2" / FILE) as book:
        book.do("UPDATE runs SET finished = 0")
    with pytest.raises(UsageProblem, match="shard-2-of-2 is not finished"):
        merged(exercise, [out], tmp_path)


def test_more_gradebooks_than_sqlite_attaches(exercise, school, out, tmp_path):
    kit.run(exercise, school, out)
    copies = [shutil.copytree(out, tmp_path / f"copy{number}") for number in range(11)]
    joined = tmp_path / "joined"
    joined.mkdir()
    merged(exercise, copies, joined)
    assert kit.content(joined) == kit.content(out)


def test_a_merge_that_breaks_off_leaves_what_was_joined_before(exercise, school, out, monkeypatch):
    in_shards(exercise, school, out, 2)
    merged(exercise, [out], out)
    before = kit.content(out)
    copied = []

    def copy(*arguments):
        if copied:
            raise Fault("the disk is full")
        copied.append(joining_copy(*arguments))

    joining_copy = joining.copy
    monkeypatch.setattr(joining, "copy", copy)
    with pytest.raises(Fault, match="the disk is full"):
        merged(exercise, [out], out)
    assert kit.content(out) == before


def test_the_gradebook_of_a_batch_is_not_overwritten(exercise, school, out, tmp_path):
    kit.run(exercise, school, tmp_path / "mine")
    in_shards(exercise, school, out, 2)
    with pytest.raises(UsageProblem, match="of a batch, not of a merge"):
        merged(exercise, [out], tmp_path / "mine")

"""A class is graded once, kept, and graded again only where something changed."""

import json

import pytest

from grader.batch.plan import Shard
from grader.gradebook.store import FILE, Gradebook, lock
from grader.grading import pipeline as grading
from grader.intake import take as intake
from grader.model.errors import IsolationUnavailable, UsageProblem
from tests.batch import kit


def test_marks_and_reports_are_those_of_grade(exercise, school, out):
    outcome, told = kit.run(exercise, school, out, runner=None)
    assert outcome.exit_code == 0
    assert told.totals == (12, 12)
    for name in ("s0000", "s0002", "s0004"):  # one of each kind
        path = school / f"{name}.py"
        taken = intake.take(path, exercise.module_file)
        alone = grading.grade(exercise, taken, grading.Options(isolation="none"))
        kept = kit.report(out, path.stem)
        assert kept["score"] == alone.score
        assert kept["learner"] == {"id": path.stem}
        assert kept["submission"]["id"] == path.name
        assert kept["seed"] == alone.seed
        assert [task["outcome"] for task in kept["tasks"]] == [t.outcome for t in alone.tasks]
        assert float(kit.grades(out)[path.stem]["score"]) == alone.score


def test_nothing_is_graded_twice(exercise, school, out):
    kit.run(exercise, school, out)
    before = kit.content(out)
    stamps = {path: path.stat().st_mtime_ns for path in (out / "reports").iterdir()}
    _, told = kit.run(exercise, school, out)
    assert told.graded == set()
    assert told.totals == (12, 0)
    assert kit.content(out) == before
    assert stamps == {path: path.stat().st_mtime_ns for path in (out / "reports").iterdir()}


def test_changed_files_are_graded_and_no_other(exercise, school, out):
    kit.run(exercise, school, out)
    for name in ("s0001", "s0003"):
        (school / f"{name}.py").write_text(kit.source(exercise, 900, "leaves"), "utf-8")
    (school / "new.py").write_text(kit.source(exercise, 901), "utf-8")
    outcome, told = kit.run(exercise, school, out)
    assert told.graded == {"s0001", "s0003", "new"}
    changes = {one.person.id: one for one in outcome.view.changes}
    assert set(changes) == {"s0001", "s0003"}
    assert changes["s0001"].before == 7.0
    assert changes["s0001"].reason == "another file was handed in"


def test_attempts_are_kept_best_and_last(exercise, school, out):
    kit.run(exercise, school, out)
    (school / "s0000.py").write_text(kit.source(exercise, 0, "leaves"), "utf-8")
    kit.run(exercise, school, out)
    row = kit.grades(out)["s0000"]
    assert (row["attempt"], row["attempts"], row["best_score"]) == ("2", "2", "7")
    assert float(row["score"]) < 7


def test_a_changed_battery_grades_all_and_tells_what_changed(exercise, school, out):
    kit.run(exercise, school, out)
    changed = kit.change_battery(exercise)
    outcome, told = kit.run(changed, school, out)
    assert len(told.graded) == 12
    reasons = {one.reason for one in outcome.view.changes}
    assert reasons == {"the exercise was changed"}
    assert outcome.view.counts.graded == 12


def test_a_changed_limit_grades_all(exercise, school, out):
    from msgspec.structs import replace

    kit.run(exercise, school, out)
    limits = replace(exercise.limits, memory_mb=256)
    _, told = kit.run(exercise, school, out, limits=limits)
    assert len(told.graded) == 12
    _, told = kit.run(exercise, school, out)
    assert told.graded == set(), "the marks of the first limits were kept"


def test_seed_and_secret_are_part_of_the_key(exercise, school, out):
    kit.run(exercise, school, out)
    _, told = kit.run(exercise, school, out, secret="s3cret-word")
    assert len(told.graded) == 12
    _, told = kit.run(exercise, school, out, secret="s3cret-word")
    assert told.graded == set()
    assert b"s3cret-word" not in (out / FILE).read_bytes()


def test_fresh_grades_all_again(exercise, school, out):
    kit.run(exercise, school, out)
    _, told = kit.run(exercise, school, out, fresh=True)
    assert len(told.graded) == 12


def test_only_one_learner(exercise, school, out):
    kit.run(exercise, school, out)
    (school / "s0001.py").write_text(kit.source(exercise, 800), "utf-8")
    (school / "s0002.py").write_text(kit.source(exercise, 801), "utf-8")
    outcome, told = kit.run(exercise, school, out, only=frozenset({"s0001"}))
    assert told.graded == {"s0001"}
    assert outcome.view.counts.learners == 12
    assert "not in the last download" not in kit.grades(out)["s0005"]["notes"]
    with pytest.raises(UsageProblem, match="nobody in this class has the id x"):
        kit.run(exercise, school, out, only=frozenset({"x"}))


def test_equal_submissions_are_graded_once(exercise, school, out):
    for number in range(5):
        (school / f"twin{number}.py").write_bytes((school / "s0000.py").read_bytes())
    outcome, told = kit.run(exercise, school, out)
    assert told.totals == (17, 12)
    assert outcome.view.counts.graded == 17
    assert kit.report(out, "twin3")["learner"] == {"id": "twin3"}
    assert kit.report(out, "twin3")["submission"]["id"] == "twin3.py"


def test_how_a_file_was_read_is_told_to_its_learner_alone(exercise, school, out):
    """Also where several share one grading; alone as in a class the notes are the same."""
    source = "!pip install \\\n numpy\n" + (school / "s0000.py").read_text("utf-8")
    for name in ("ada/hw1.py", "bob/hw2.py", "cy.py"):
        (school / name).parent.mkdir(exist_ok=True)
        (school / name).write_text(source, "utf-8")
    _, told = kit.run(exercise, school, out)
    assert told.totals == (15, 13)
    for learner, path in {"ada": "ada/hw1.py", "bob": "bob/hw2.py", "cy": "cy.py"}.items():
        alone = intake.take(school / path, exercise.module_file)
        (note,) = alone.notes
        assert note.startswith(f"Line 1 of {path.rpartition('/')[2]}, `!pip install ")
        report = grading.grade(exercise, alone, grading.Options(isolation="none"))
        assert report.notes == alone.notes
        assert kit.report(out, learner)["notes"][-1] == note
        assert note in kit.grades(out)[learner]["notes"]
    assert kit.report(out, "ada")["notes"][0].startswith("hw1.py was taken as")
    assert len(kit.report(out, "cy")["notes"]) == 1


def test_refused_ones_are_rows_of_their_own(exercise, school, out):
    (school / "binary.py").write_bytes(b"x = 1\0")
    (school / "empty").mkdir()
    (school / "empty" / "notes.txt").write_text("nothing")
    outcome, told = kit.run(exercise, school, out)
    assert outcome.exit_code == 0
    assert told.standings()["refused"] == outcome.view.counts.refused >= 1
    row = kit.grades(out)["binary"]
    assert (row["status"], row["score"]) == ("refused", "")
    assert "NUL byte" in row["message"]
    assert kit.report(out, "binary")["outcome"] == "refused"


def test_roster_gives_everybody_a_row(exercise, school, out, tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\ns0000,Ada Łukasz\nnobody,=HYPERLINK(1)\n", "utf-8")
    outcome, _ = kit.run(exercise, school, out, roster=roster)
    rows = kit.grades(out)
    assert rows["s0000"]["name"] == "Ada Łukasz"
    assert rows["nobody"]["status"] == "absent"
    assert rows["nobody"]["name"] == "'=HYPERLINK(1)"
    assert outcome.view.counts.absent == 1
    assert kit.report(out, "s0000")["learner"] == {"id": "s0000", "name": "Ada Łukasz"}


def test_overrides_hold_through_regrades(exercise, school, out, tmp_path):
    given = tmp_path / "overrides.csv"
    given.write_text("id,score,reason\ns0002,6.5,shown in class\n", "utf-8")
    kit.run(exercise, school, out, overrides=given)
    outcome, _ = kit.run(kit.change_battery(exercise), school, out)
    row = kit.grades(out)["s0002"]
    assert (row["status"], row["score"]) == ("override", "6.5")
    assert float(row["graded_score"]) < 6.5
    assert row["override_reason"] == "shown in class"
    assert any("set this mark to 6.5" in note for note in kit.report(out, "s0002")["notes"])
    assert outcome.view.overrides[0].reason == "shown in class"


def test_anonymous_outputs_name_nobody(exercise, school, out, tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\n" + "".join(f"s{n:04},Nameson {n}\n" for n in range(12)), "utf-8")
    (school / "binary.py").write_bytes(b"x = 1\0")
    kit.run(exercise, school, out, roster=roster)
    outcome, told = kit.run(exercise, school, out, roster=roster, anonymous=True)
    assert told.graded == set()
    folder = out / "anonymous"
    for path in folder.rglob("*"):
        if path.is_file():
            text = path.read_text("utf-8")
            assert "Nameson" not in text, path
            assert "s0003" not in text, path
            assert "binary" not in text, path
        assert "s0003" not in path.name
    assert len(list((folder / "reports").iterdir())) == 13
    rows = kit.grades(folder)
    assert len(rows) == 13
    assert list(rows) == sorted(rows)
    assert outcome.view.counts.graded == 12
    again, _ = kit.run(exercise, school, out, roster=roster, anonymous=True)
    assert [one.person.id for one in again.view.learners] == [
        one.person.id for one in outcome.view.learners
    ]


def test_an_anonymous_refusal_that_was_given_points_names_no_file(exercise, school, out, tmp_path):
    (school / "binary.py").write_bytes(b"x = 1\0")
    overrides = tmp_path / "own.csv"
    overrides.write_text("id,score,reason\nbinary,3,seen\n", "utf-8")
    kit.run(exercise, school, out, overrides=overrides, anonymous=True)
    (row,) = (one for one in kit.grades(out / "anonymous").values() if one["status"] == "override")
    assert row["score"] == "3"
    assert "binary" not in row["message"]


def test_an_earlier_download_still_counts(exercise, school, out):
    kit.run(exercise, school, out)
    for path in sorted(school.glob("*.py"))[2:]:
        path.unlink()
    outcome, _ = kit.run(exercise, school, out)
    assert outcome.view.counts.graded == 12
    rows = kit.grades(out)
    assert "not in the last download" in rows["s0005"]["notes"]
    assert rows["s0001"]["notes"] == ""


def test_a_class_is_not_graded_unguarded_unless_told(exercise, school, out, monkeypatch):
    from grader.batch import options as batch

    monkeypatch.setattr(batch, "choose", _NoBox)
    with pytest.raises(IsolationUnavailable, match="other people's code"):
        kit.run(exercise, school, out, isolation="auto")
    assert not (out / "grades.csv").exists()


class _NoBox:
    def __init__(self, level, exercise):
        from grader.box.base import Protection

        self.protection = Protection("none")

    def close(self):
        pass


def test_a_second_batch_refuses(exercise, school, out):
    with (
        lock(out),
        pytest.raises(UsageProblem, match="another batch is writing"),
        lock(out),
    ):
        pass
    with lock(out):
        refused = kit.batch(exercise, school, out)
    assert refused.code == 2
    assert "another batch is writing" in refused.err
    assert kit.batch(exercise, school, out).code == 0


def test_unwritable_folder_is_told_before_grading(exercise, school, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UsageProblem, match="cannot write into"), lock(tmp_path / "file"):
        pass


def test_not_a_gradebook(tmp_path):
    import sqlite3

    database = sqlite3.connect(tmp_path / FILE)
    database.execute("CREATE TABLE marks(x)")
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(UsageProblem, match="not a gradebook of format 1"):
        Gradebook(tmp_path / FILE)
    (tmp_path / FILE).write_bytes(b"no database at all, but long enough to be read as one" * 30)
    with pytest.raises(UsageProblem, match="is damaged: file is not a database"):
        Gradebook(tmp_path / FILE)


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "1/", "a/b", "1/0", "-1/2", "1/2/3"])
def test_what_is_no_shard(text):
    with pytest.raises(UsageProblem, match="is not a shard"):
        Shard.parse(text)


def test_shards_are_a_division():
    shards = [Shard(number, 4) for number in range(1, 5)]
    for number in range(200):
        assert sum(shard.holds(f"learner {number}") for shard in shards) == 1


def test_class_json_has_the_page_data(exercise, school, out):
    outcome, _ = kit.run(exercise, school, out)
    data = json.loads((out / "class.json").read_bytes())
    assert data["class_version"] == "1.2"
    assert data["counts"]["graded"] == 12
    assert len(data["learners"]) == 12
    assert [item["id"] for item in data["tasks"]] == [task.id for task in exercise.tasks]
    assert data["mistakes"][0]["learners"] == outcome.view.mistakes[0].learners == 2

"""Helpers: a small exercise, classes of it, batches in this process and as commands."""

import contextlib
import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from unittest import mock

from msgspec.structs import replace

from grader.author.new import write_exercise
from grader.batch import run as batch_run
from grader.batch.feedback import Feedback
from grader.batch.options import BatchOptions
from grader.batch.run import Batch
from grader.batch.source import open_class
from grader.batch.told import standing
from grader.exercise import load as exercises
from grader.gradebook.handed_in import PLATFORM, Given
from grader.gradebook.store import FILE, Gradebook, lock
from grader.grading import pipeline
from grader.intake.take import take_source
from grader.report import wire
from tests.batch.remembering import Remembering
from tests.cli.inside import inside

OPEN = pipeline.Options(isolation="none")
SLOW_POP = "import time\n        time.sleep({seconds})\n        return self._items.pop()"
WRONG = {
    "bottom": ("return self._items.pop()", "return self._items.pop(0)"),
    "leaves": ("return self._items.pop()", "return self._items[-1]"),
    "deaf": ("self._items.append(item)", "pass"),
    "unwritten": ("return self._items.pop()", "raise NotImplementedError"),
}


def small_exercise(folder):
    """A stack with four tasks: graded in a few milliseconds."""
    write_exercise(folder)
    return exercises.load(folder)


def source(exercise, number=0, wrong=None):
    """A submission like no other by its number, with one thing wrong."""
    text = exercise.reference_file.read_text("utf-8")
    if wrong is not None:
        old, new = WRONG[wrong]
        assert old in text
        text = text.replace(old, new)
    return f"{text}\nNUMBER = {number}\n"


def write_class(exercise, folder, count=12):
    """So many learners, a third of them with something wrong; their marks by id."""
    folder.mkdir(parents=True, exist_ok=True)
    kinds = [None, None, "bottom", None, "unwritten", None]
    for number in range(count):
        wrong = kinds[number % len(kinds)]
        (folder / f"s{number:04}.py").write_text(source(exercise, number, wrong), "utf-8")
    return folder


class Told:
    """A listener that remembers."""

    def __init__(self):
        self.settled_ones = []
        self.totals = None

    def read(self, entries):
        pass

    def begin(self, total, waiting):
        self.totals = total, waiting

    def settled(self, what):
        self.settled_ones.append(what)

    def tick(self, left):
        pass

    @property
    def graded(self):
        """Ids of those who were graded now and not before."""
        return {
            one.learner for one in self.settled_ones if one.state == "graded" and not one.cached
        }

    def standings(self):
        """How often each standing."""
        words = [standing(one) for one in self.settled_ones]
        return {word: words.count(word) for word in set(words)}


def run(
    exercise, folder, out, *, roster=None, overrides=None, told=None, runner=Remembering, **options
):
    """A batch in this process; its outcome and what was told. With `runner=None` it has helpers."""
    told = told or Told()
    given = BatchOptions(**{"jobs": 2, "isolation": "none", **options})
    with contextlib.ExitStack() as stack:
        stack.enter_context(lock(out))
        book = stack.enter_context(Gradebook(out / FILE))
        handed = stack.enter_context(open_class(folder, exercise.module_file, roster))
        beside = {**given.given, PLATFORM: Given(handed.download.platform)}
        given = replace(given, doubts=handed.doubts(), given=beside)
        if overrides is not None:
            points = sum(task.points for task in exercise.tasks)
            given = replace(given, overrides=handed.overrides(overrides, points, given.shard))
        batch = Batch(exercise, book, out, given, told, runner=runner)
        outcome = batch.run(handed.handed(given.shard, given.only))
    return outcome, told


def give_feedback(exercise, out, policy=None, **more):
    """The feedback of a graded class in this process; what was written."""
    with lock(out), Gradebook(out / FILE) as book:
        return Feedback(exercise, book, out, policy, **more).give(Pages())


class Pages:
    """A listener that hears of pages."""

    def begin(self, total):
        pass

    def tick(self):
        pass


def echo_command(exercise, folder):
    """The command of a helper that grades nothing, with what it says of everybody."""
    taken = take_source("stack.py", source(exercise).encode(), "stack.py")
    file = folder / "echo.json"
    file.write_bytes(wire.encode(pipeline.grade(exercise, taken, OPEN)))
    return (sys.executable, "-P", str(Path(__file__).with_name("echo_helper.py")), str(file))


def command(exercise, folder, out, *more):
    """The command line of a batch of the small exercise."""
    return [sys.executable, "-P", "-m", "grader", *_words(exercise, folder, out, *more)]


def batch(exercise, folder, out, *more, **where):
    """The same command, in this process."""
    return carried_out(*_words(exercise, folder, out, *more), **where)


def merge(exercise, *words, **where):
    """`grader merge` for the small exercise, in this process."""
    return carried_out("merge", *words, "--exercise", exercise.root, **where)


def carried_out(*words, **where):
    """Any command in this process; a batch is graded by `Remembering`."""
    with mock.patch.object(batch_run, "Pool", lambda setup, jobs: Remembering(setup)):
        return inside(*words, **where)


def _words(exercise, folder, out, *more):
    words = ("batch", folder, "--out", out, "--exercise", exercise.root, "--isolation", "none")
    return [*map(str, (*words, "--jobs", "1", *more))]


def execute(*line, **options):
    """A finished command, in a process of its own."""
    return subprocess.run(line, capture_output=True, text=True, timeout=300, **options)


def grades(out):
    """grades.csv by learner."""
    text = (out / "grades.csv").read_bytes().decode("utf-8-sig")
    return {row["learner_id"]: row for row in csv.DictReader(io.StringIO(text))}


def content(out):
    """What a gradebook says, without times and numbers of rows."""
    with Gradebook(out / FILE, readonly=True) as book:
        learners = book.rows(
            "SELECT l.id, l.name, l.state, l.submission, l.file, l.message, l.late, l.attempt, "
            "l.notes, l.report, m.score, m.max_score, m.outcomes, m.scores, m.text, m.shape, "
            "c.digest FROM learners l LEFT JOIN marks m ON m.id = l.mark "
            "LEFT JOIN conditions c ON c.id = m.conditions ORDER BY l.id"
        )
        marks = book.rows(
            "SELECT m.submission, c.digest, m.score, m.outcomes, m.pattern FROM marks m "
            "JOIN conditions c ON c.id = m.conditions ORDER BY 1, 2"
        )
        attempts = book.rows(
            "SELECT learner, submission, number, score FROM attempts ORDER BY 1, 2"
        )
        waiting = book.one("SELECT count(*) FROM queue")[0]
    return {"learners": learners, "marks": marks, "attempts": attempts, "waiting": waiting}


def report(out, learner):
    """A learner's report without what differs from run to run."""
    from grader.course.downloads import file_name_of

    data = json.loads((out / "reports" / f"{file_name_of(learner)}.json").read_bytes())
    data.pop("timing")
    return data


def change_battery(exercise):
    """The exercise with one more check in its battery."""
    path = exercise.battery / "test_size.py"
    more = '\n\ndef test_new(pile):\n    """One more check."""\n    assert pile(1).pop() == 1\n'
    path.write_text(path.read_text("utf-8") + more, "utf-8")
    return exercises.load(exercise.root)

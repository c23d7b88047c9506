"""Proves that right code gets full marks in the box, with the packages that the exercise names.

Theory of operation. All other proofs run the author's own code in this process, where every
installed package can be imported. Whether a box can read and start the packages that are named is
seen there alone, so the reference is graded as a learner's file is.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.author.proof import Defect, Ledger
from grader.author.solutions import place_of, submission_of
from grader.grading.pipeline import Options, grade
from grader.model.check import Outcome
from grader.model.errors import Fault
from grader.model.exercise import Exercise
from grader.model.report import Report
from grader.text.words import joined, said


def prove_in_box(exercise: Exercise, options: Options, ledger: Ledger) -> None:
    """Grades the reference in the box."""
    where = place_of(exercise, exercise.reference_file)
    sources = {path.name: path.read_bytes() for path in exercise.reference_files}
    taken = submission_of(exercise, where, sources)
    try:
        found = list(_lost(where, grade(exercise, taken, options)))
    except Fault as fault:
        move = fault.next_move or said("`grader doctor` says what works here.")
        found = [Defect("box", "packages", fault.message, move)]
    ledger.enter("box", joined(", ", exercise.packages), found)


def _lost(where: str, report: Report) -> Iterator[Defect]:
    """What the first check lost, or why there is no mark."""
    checks = [check for task in report.tasks for check in task.checks]
    wrong = [check for check in checks if check.outcome is not Outcome.PASSED]
    move = said("Name under `packages:` what it imports; `grader grade` on it shows more.")
    if report.score is None or not checks:
        yield Defect("box", where, report.message or said("it was not graded"), move)
    elif wrong:
        why = wrong[0].message or report.message or wrong[0].outcome.value
        what = said("loses points at {check} ({why})", check=wrong[0].id, why=why)
        yield Defect("box", where, what, move)

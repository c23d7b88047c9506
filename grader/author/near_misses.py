"""Proves that what no known mistake describes is not given the name of one.

Theory of operation. A near miss is a whole submission, and it is graded as a learner's would be: in
the box, by the same function. What is said of a submission depends on more than its answers (which
parts it left as the starter has them, on which line it raised), and only there all of it is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

from grader.author.proof import Defect, Ledger, NearMissUse
from grader.author.solutions import place_of, sources_at, submission_of
from grader.diagnosis.observations import KnownMistake
from grader.exercise.near_misses import ALLOWED, NearMiss
from grader.grading.pipeline import Options, grade_each
from grader.model.check import Outcome
from grader.model.errors import SubmissionRefused
from grader.model.exercise import Exercise, Submission
from grader.model.report import CheckResult, Report
from grader.text.words import said, said_many

Told = Callable[[str, int, int], None]


def prove_near_misses(
    exercise: Exercise,
    misses: dict[Path, NearMiss],
    mistakes: Sequence[KnownMistake],
    options: Options,
    ledger: Ledger,
    told: Told,
) -> tuple[NearMissUse, ...]:
    """Grades every near miss: what each was told, beside what may be said of it."""
    known = {mistake.id: mistake.title for mistake in mistakes}
    defects: list[Defect] = []
    uses: list[NearMissUse] = []
    places = {place_of(exercise, path): miss for path, miss in misses.items()}
    for place, miss in places.items():
        defects += _unknown_names(place, miss, known)

    def judged(submission: Submission, report: Report) -> None:
        miss = places[submission.name]
        named = tuple(name for name in names_told(report) if name in known)
        wrong = _wrong_in(report, miss, [(name, known[name]) for name in named])
        defects.extend(Defect("unknown", submission.name, what, move) for what, move in wrong)
        uses.append(NearMissUse(submission.name, miss.wrong, named, report.score, report.max_score))
        told(said("near misses"), len(uses), len(misses))

    taken = []
    for path in misses:
        try:
            sources = sources_at(exercise, path)
            taken.append(submission_of(exercise, place_of(exercise, path), sources))
        except SubmissionRefused as refusal:
            move = said("Write one that loads: only what was judged can be misnamed.")
            defects.append(Defect("unknown", place_of(exercise, path), str(refusal), move))
    grade_each(exercise, taken, judged, options)
    detail = said_many("{number} near miss", "{number} near misses", number=len(misses))
    ledger.enter("unknown", detail, defects)
    return tuple(uses)


def names_told(report: Report) -> tuple[str, ...]:
    """The ids of all that a report names, alternatives included."""
    told: dict[str, None] = {}
    for task in report.tasks:
        for one in task.diagnoses:
            told.update(dict.fromkeys([one.id, *(other.id for other in one.alternatives)]))
    return tuple(told)


def _unknown_names(place: str, miss: NearMiss, known: dict[str, str]) -> Iterator[Defect]:
    for name in miss.may_say:
        if name not in known:
            what = said("{allowed} allows `{name}`: no known mistake", allowed=ALLOWED, name=name)
            close = get_close_matches(name, known, 1)
            move = said("Did you mean `{close}`?", close=close[0]) if close else said("Correct it.")
            yield Defect("unknown", place, what, move)


def _wrong_in(
    report: Report, miss: NearMiss, named: Sequence[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """What is wrong with a near miss's report, each with the next move."""
    if report.message:
        move = said("Write one that loads: only what was judged can be misnamed.")
        yield said("it does not load: {reason}", reason=report.message), move
        return
    if report.score is None:
        yield said("it was not graded"), said("Run `grader verify` again.")
        return
    for name, title in named:
        if name not in miss.may_say:
            what = said("it is taken for {name} ({title})", name=name, title=title)
            move = said(
                "Let a check tell them apart; if the name is true, add it to {allowed}.",
                allowed=ALLOWED,
            )
            yield what, move
    failing = [
        check
        for task in report.tasks
        for check in task.checks
        if check.outcome is not Outcome.PASSED
    ]
    yield from _wrong_marks(miss, failing)
    for text in miss.shows:
        if not any(text in check.message for check in failing):
            what = said("no failing check says `{text}`", text=text)
            yield what, said("Correct `shows:` in {allowed}, or the check.", allowed=ALLOWED)


def _wrong_marks(miss: NearMiss, failing: Sequence[CheckResult]) -> Iterator[tuple[str, str]]:
    if not failing and not miss.full_marks:
        move = said(
            "Add a check that it fails; if it is right, write `full_marks: true` in {allowed}.",
            allowed=ALLOWED,
        )
        yield said("it gets full marks"), move
    if failing and miss.full_marks:
        first = failing[0]
        why = first.message or first.outcome.value
        what = said("loses points at {check} ({why})", check=first.id, why=why)
        move = said("Mend the check, or take `full_marks:` out of {allowed}.", allowed=ALLOWED)
        yield what, move

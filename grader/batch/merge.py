"""Joins the gradebooks of a class that was graded in shards into one.

Theory of operation. Every shard has a gradebook of its own, so shards never wait for each other
and need no file system that can lock. The joined gradebook is made anew from them each time, in
one transaction: joining twice, or after one shard was run again, is always right.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from grader.batch.outputs import Outcome, refuse_obstacles, write_outputs
from grader.batch.plan import Shard
from grader.batch.reports import ANONYMOUS, Names, ReportWriter
from grader.batch.sound import sound_run
from grader.course.policy import Policy
from grader.gradebook import joining, learners, runs
from grader.gradebook.checksums import seal_new
from grader.gradebook.conditions import Conditions, conditions_id, conditions_of
from grader.gradebook.doubts import Doubt, doubts_of, set_doubts
from grader.gradebook.handed_in import PLATFORM, ROSTER, Given, given_with, keep_given
from grader.gradebook.store import FILE, Gradebook
from grader.model.errors import ExerciseProblem, UsageProblem
from grader.model.exercise import Exercise
from grader.text.words import joined, said

MERGED = "merge"


def shard_folders(folders: Sequence[Path]) -> list[Path]:
    """The folders with gradebooks: those given, or the shards inside them. UsageProblem."""
    found: list[Path] = []
    for folder in folders:
        inner = sorted(path.parent for path in folder.glob(f"shard-*-of-*/{FILE}"))
        if inner:
            found += inner
        elif (folder / FILE).is_file():
            found.append(folder)
        else:
            raise UsageProblem(
                said("there is no gradebook in {folder}", folder=folder),
                next_move=said("Name the --out folder of the batches that were run with --shard."),
            )
    return found


class Merge:
    """Joins shards into one gradebook; `given` are the files of the policy."""

    def __init__(
        self,
        exercise: Exercise,
        book: Gradebook,
        out: Path,
        *,
        anonymous: bool,
        policy: Policy | None = None,
        given: Mapping[str, Given] = MappingProxyType({}),
    ) -> None:
        self.exercise = exercise
        self.policy = policy
        self.given = given
        self.book = book
        self.names = Names(book, anonymous=anonymous)
        self.out = out / ANONYMOUS if anonymous else out
        refuse_obstacles(self.out)
        last = runs.last(book)
        if last is not None and last.source != MERGED:
            raise UsageProblem(
                said("{book} is the gradebook of a batch, not of a merge", book=book.path),
                next_move=said("Name another folder with --out."),
            )

    def run(self, folders: Sequence[Path]) -> Outcome:
        """Joins them all. UsageProblem when they do not belong together."""
        with contextlib.ExitStack() as stack:
            shards = [
                stack.enter_context(Gradebook(folder / FILE, readonly=True)) for folder in folders
            ]
            conditions = self._agreed(shards)
            with self.book.transaction():
                joining.empty(self.book)
                number = conditions_id(self.book, conditions)
                run = runs.begin(self.book, number, MERGED)
                set_doubts(self.book, run, _doubts(shards))
                for shard in shards:
                    joining.copy(shard, self.book, run)
                known = given_with(self.book)
                with_shards = {what: known[what] for what in (PLATFORM, ROSTER) if what in known}
                keep_given(self.book, {**with_shards, **self.given})
                seal_new(self.book)
                joining.number_places(self.book)
            self._reports(run)
        with self.book.transaction():
            runs.finish(self.book, run)
        return write_outputs(
            self.book, self.out, self.exercise, number, run, self.names, self.policy
        )

    def _agreed(self, shards: Iterable[Gradebook]) -> Conditions:
        """The conditions all were graded under, after a look at whether all are there."""
        agreed: Conditions | None = None
        parts: list[Shard] = []
        for shard in shards:
            run = sound_run(shard)
            conditions = conditions_of(shard, run.conditions)
            parts += [Shard.parse(run.shard)] if run.shard else []
            if agreed is not None and conditions.digest != agreed.digest:
                words = joined("; ", conditions.differences(agreed)) or said("another exercise")
                raise UsageProblem(
                    said(
                        "{parent} was graded otherwise than the first shard: {words}",
                        parent=shard.path.parent,
                        words=words,
                    ),
                    next_move=said("Run its batch again with the options of the others."),
                )
            agreed = agreed or conditions
        assert agreed is not None
        _refuse_gaps(parts)
        if agreed.exercise_digest != self.exercise.digest:
            raise ExerciseProblem(
                said(
                    "the shards were graded with the exercise {theirs}, this is {ours}",
                    theirs=agreed.exercise_digest[:12],
                    ours=self.exercise.digest[:12],
                ),
                next_move=said("Name the same exercise with --exercise."),
            )
        return agreed

    def _reports(self, run: int) -> None:
        writer = ReportWriter(self.book, self.out, self.exercise, self.names)
        with self.book.transaction():
            for one in learners.states(self.book):
                if one.state == "graded" and one.mark is not None:
                    writer.graded(one.learner, one.mark, run)
                else:
                    writer.unmarked(one.learner, one.state, one.message)


def _doubts(shards: Iterable[Gradebook]) -> list[Doubt]:
    """Those of the shards; each shard knows those about the whole class."""
    last = ((shard, runs.last(shard)) for shard in shards)
    found = (doubt for shard, run in last if run for doubt in doubts_of(shard, run.id))
    return list(dict.fromkeys(found))


def _refuse_gaps(parts: Sequence[Shard]) -> None:
    if not parts:
        return
    counts = {part.count for part in parts}
    if len(counts) > 1:
        raise UsageProblem(
            said("the shards are of several divisions: {parts}", parts=", ".join(map(str, parts))),
            next_move=said("Remove the folders that do not belong."),
        )
    missing = sorted(set(range(1, counts.pop() + 1)) - {part.number for part in parts})
    if missing:
        raise UsageProblem(
            said("shard {index}/{count} is missing", index=missing[0], count=parts[0].count),
            next_move=said("Run its batch, then merge again."),
        )

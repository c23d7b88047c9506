"""Keeps reports small: what failing checks show is left out once there is enough of it. Pure.

Programs, graphs and printed text can be long, and most of their text may be a submission's own.
The first failing checks keep theirs; marks, messages, diagnoses and smallest programs stay.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from grader.model.encoding import encoded
from grader.model.program import Output
from grader.model.report import CheckResult, TaskResult

MOST_SHOWN_BYTES = 350_000
"""Bytes of programs, graphs and printed text in one report: with its indentation it is then below
the 1 MiB that some platforms take, and ordinary wrong submissions stay well below."""

LEFT_OF_OUTPUT = 500


def within_size(
    tasks: Sequence[TaskResult], most: int = MOST_SHOWN_BYTES
) -> tuple[tuple[TaskResult, ...], bool]:
    """The tasks without what is too much, and whether that was anything."""
    room = _Room(most)
    kept = tuple(
        replace(task, checks=tuple(room.kept(check) for check in task.checks)) for task in tasks
    )
    return (kept, True) if room.is_short else (tuple(tasks), False)


class _Room:
    def __init__(self, left: int) -> None:
        self.left = left
        self.is_short = False

    def kept(self, check: CheckResult) -> CheckResult:
        program = check.program if self._fits(check.program) else None
        graph = check.graph if self._fits(check.graph) else None
        output = check.output
        if output is not None and not self._fits(output):
            output = Output(output.text[:LEFT_OF_OUTPUT], truncated=True)
        return replace(check, program=program, graph=graph, output=output)

    def _fits(self, part: object) -> bool:
        if part is None:
            return True
        size = len(encoded(part))
        if size > self.left:
            self.is_short = True
            return False
        self.left -= size
        return True

"""The error family. Each class carries its exit code; each message says what, where, and what next.

The core raises, the edge (`grader.cli`) converts: one place prints the message and ends
with the class's exit code. A fault of ours is never a mark, a refusal never a crash.
"""

from __future__ import annotations

from grader.text.words import joined, said

NO_TEMPORARY_FILE = said("cannot write a temporary file: set TMPDIR to a folder that allows it")


class GraderError(Exception):
    """Base of everything this project raises on purpose."""

    exit_code = 5

    def __init__(self, message: str, *, next_move: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_move = next_move

    def __str__(self) -> str:
        return joined("\n", (self.message, self.next_move)) if self.next_move else self.message


class UsageProblem(GraderError):
    """The command cannot be carried out as it was given."""

    exit_code = 2


class ExerciseProblem(GraderError):
    """The exercise folder is broken: its author has to mend it; nobody is graded."""

    exit_code = 3


class ExerciseMissing(ExerciseProblem):
    """There is no folder of that name: no exercise is broken."""

    exit_code = 2


class SubmissionRefused(GraderError):
    """The submission cannot be taken in at all."""

    exit_code = 4


class SubmissionMissing(SubmissionRefused):
    """There is nothing at the path: whoever typed it is told, and nobody's work is refused."""

    exit_code = 2


class Fault(GraderError):
    """Our failure: there is no mark, and a rerun may succeed."""

    exit_code = 5


class IsolationUnavailable(Fault):
    """The asked-for isolation is not to be had here."""

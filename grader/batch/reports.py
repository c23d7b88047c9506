"""Writes `reports/<id>.json`: a mark's report with its learner's name in it.

The gradebook keeps a report once for everybody who handed in the same; here it is made the
learner's own without reading it whole: its top-level parts are cut out as they stand. A report is
written in one step, and only when what it would say differs from what was written last.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import secrets
from pathlib import Path

import msgspec

from grader.course.downloads import file_name_of
from grader.gradebook import learners, marks
from grader.gradebook.learners import LearnerRow
from grader.gradebook.store import Gradebook, storage
from grader.model.encoding import encoded
from grader.model.exercise import Exercise
from grader.model.files import atomic_write
from grader.model.report import Learner, Report, SubmissionInfo, Verdict
from grader.report import wire
from grader.report.make import unmarked_report
from grader.text.words import said

FOLDER = "reports"
ANONYMOUS = "anonymous"
UNMARKED = frozenset({"refused", "fault"})
"""What becomes of a submission that was handed in and has no mark."""

UNTOLD = said("the submission was refused; the reason may name its author, so it is not given here")

_frame = msgspec.json.Decoder(dict[str, msgspec.Raw])
_FIELDS = Report.__struct_fields__


class Names:
    """How learners appear in the outputs: as they are, or under names that tell nothing."""

    def __init__(self, book: Gradebook, *, anonymous: bool) -> None:
        self.anonymous = anonymous
        self.key = b""
        if anonymous:
            fresh = secrets.token_hex(16)
            self.key = learners.kept_secret(book, "pseudonyms", fresh).encode()

    def id(self, learner: str) -> str:
        """The learner's id for the outputs; always the same pseudonym in one gradebook."""
        if not self.anonymous:
            return learner
        data = learner.encode("utf-8", "surrogatepass")
        return "anon-" + hmac.digest(self.key, data, hashlib.sha256).hex()[:12]

    def name(self, name: str | None) -> str | None:
        """The learner's name, where it may be told."""
        return None if self.anonymous else name

    def message(self, state: str, message: str) -> str:
        """What is said of a learner's submission, as far as it may be told."""
        return UNTOLD if self.anonymous and state == "refused" else message


class Reports:
    """The reports of a gradebook, each with its learner's name in it."""

    def __init__(self, book: Gradebook, exercise: Exercise, names: Names) -> None:
        self.book = book
        self.exercise = exercise
        self.names = names

    def of(self, row: LearnerRow) -> bytes | None:
        """The learner's report as JSON on one line; None where nothing was handed in or waits."""
        if row.state == "graded" and row.mark is not None:
            return self.graded(row, row.mark)
        if row.state in UNMARKED:
            return self.unmarked(row, row.state, self.names.message(row.state, row.message))
        return None

    def graded(self, row: LearnerRow, mark: int) -> bytes:
        """The report of a mark, as JSON on one line."""
        frame = _frame.decode(marks.report_of(self.book, mark))
        info = msgspec.json.decode(frame["submission"])
        info["id"] = self._file(row)
        frame["submission"] = msgspec.Raw(encoded(info))
        frame["learner"] = msgspec.Raw(encoded(self._learner(row)))
        notes = [*msgspec.json.decode(frame.get("notes", b"[]")), *self.notes(row)]
        if notes:
            frame["notes"] = msgspec.Raw(encoded(notes))
        ordered = {name: frame[name] for name in _FIELDS if name in frame}
        return encoded(ordered) + b"\n"

    def unmarked(self, row: LearnerRow, state: str, message: str) -> bytes:
        """The report of a refusal or of a fault, as JSON on one line."""
        info = SubmissionInfo(self._file(row), (), row.submission)
        report = unmarked_report(self.exercise, Verdict(state), message, info)
        notes = tuple(self.notes(row))
        report = msgspec.structs.replace(report, learner=self._learner(row), notes=notes)
        return wire.encode(report, indent=0)

    def notes(self, row: LearnerRow) -> list[str]:
        """What is said of the learner's hand-in, beside what the grading found."""
        # the intake's notes may quote file names, and those may be people's
        notes = [] if self.names.anonymous else list(msgspec.json.decode(row.notes))
        if row.late:
            notes.append(said("handed in late, says the platform"))
        override = learners.override_of(self.book, row.id)
        if override is not None:
            notes.append(
                said(
                    "a grader set this mark to {score:g}: {reason}",
                    score=override.score,
                    reason=override.reason,
                )
            )
        return notes

    def _learner(self, row: LearnerRow) -> Learner:
        return Learner(self.names.id(row.id), self.names.name(row.name))

    def _file(self, row: LearnerRow) -> str:
        if self.names.anonymous or not row.file:
            return self.exercise.module_file
        return row.file


def without_times(report: bytes) -> bytes:
    """What two reports have in common that say the same."""
    frame = _frame.decode(report)
    frame.pop("timing", None)
    return encoded(frame)


class ReportWriter:
    """Writes the reports of one run into `folder`/reports."""

    def __init__(self, book: Gradebook, folder: Path, exercise: Exercise, names: Names) -> None:
        self.book = book
        self.folder = folder / FOLDER
        self.place = f"{ANONYMOUS}/{FOLDER}" if names.anonymous else FOLDER
        self.reports = Reports(book, exercise, names)
        self.names = names
        self.all_anew = False  # set when overrides were given: any report may say something else
        with storage(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)

    def stands(self, row: LearnerRow) -> bool:
        """Whether a report that was written there is there, and need not be looked at."""
        path = self._written_at(row)
        return not self.all_anew and path is not None and is_as_written(path, row.written)

    def replaced(self, row: LearnerRow) -> bool:
        """Whether another report is there than was written."""
        path = self._written_at(row)
        return path is not None and path.exists() and not is_as_written(path, row.written)

    def _written_at(self, row: LearnerRow) -> Path | None:
        place, _, name = row.report.rpartition("/")
        return self.folder / name if place == self.place else None

    def graded(self, learner: str, mark: int, run: int) -> None:
        """The report of a mark. Nothing is written when it would be the same again."""
        row = learners.known_learner(self.book, learner)
        version, path = self._version(row, f"{mark} {run}"), self._path(learner)
        if row.written.startswith(version) and is_as_written(path, row.written):
            return
        self._write(learner, path, version, self.reports.graded(row, mark))

    def unmarked(self, learner: str, state: str, message: str) -> None:
        """The report of a refusal or a fault; who handed in nothing has none."""
        row = learners.known_learner(self.book, learner)
        if state not in UNMARKED:
            self.forget(row)
            return
        message = self.names.message(state, message)
        version, path = self._version(row, f"{state} {message}"), self._path(learner)
        if row.written.startswith(version) and is_as_written(path, row.written):
            return
        self._write(learner, path, version, self.reports.unmarked(row, state, message))

    # --- parts -----------------------------------------------------------------------------

    def _version(self, row: LearnerRow, content: str) -> str:
        told = [content, self.place, row.name, row.file, self.reports.notes(row)]
        return hashlib.blake2b(encoded(told), digest_size=12).hexdigest()

    def _path(self, learner: str) -> Path:
        return self.folder / f"{file_name_of(self.names.id(learner))}.json"

    def _write(self, learner: str, path: Path, version: str, data: bytes) -> None:
        write_whole(path, data)
        written = f"{version} {checksum(data)}"
        learners.set_report(self.book, learner, written, f"{self.place}/{path.name}")

    def forget(self, row: LearnerRow) -> None:
        """Takes the report away."""
        if row.written:
            with contextlib.suppress(OSError):
                self._path(row.id).unlink()
            learners.set_report(self.book, row.id, "", "")


def is_as_written(path: Path, written: str) -> bool:
    """Whether the report is there with the content that was written."""
    content = written.partition(" ")[2]
    try:
        # what an earlier release wrote has no checksum
        return checksum(path.read_bytes()) == content if content else path.exists()
    except OSError:
        return False


def checksum(data: bytes) -> str:
    """What tells two contents apart."""
    return hashlib.blake2b(data, digest_size=12).hexdigest()


def write_whole(path: Path, data: bytes) -> None:
    """Writes all of it or leaves what was there. Fault when the disk does not let it."""
    with storage(path):
        atomic_write(path, data)

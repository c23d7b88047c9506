"""Makes the feedback folder of a graded class from its gradebook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from grader.batch.feedback.made import Made, version_of
from grader.batch.feedback.pages import FOLDER, report_for_learner
from grader.batch.feedback.ready import last_run, refuse_obstacles
from grader.batch.feedback.tables import Asked, write_tables
from grader.batch.feedback.uploads import UPLOADS, Upload, archive_of
from grader.batch.marked import marked
from grader.batch.outputs import CLASS_PAGE, write_outputs
from grader.batch.people import People
from grader.batch.reports import Names, Reports, without_times
from grader.course.downloads import page_names
from grader.course.policy import Policy
from grader.exercise.content import right_styles
from grader.export.common import points_text
from grader.export.table import Marked
from grader.gradebook import handed_in, learners, queries
from grader.gradebook.handed_in import PLATFORM, ROSTER, Given
from grader.gradebook.learners import LearnerRow
from grader.gradebook.store import Gradebook
from grader.model.check import Audience
from grader.model.class_report import Line
from grader.model.exercise import Exercise
from grader.model.report import Report
from grader.render.html.full_page import FullPages
from grader.render.html.index_page import index_page
from grader.report.make import environment
from grader.text.words import language, said

FEEDBACK = "feedback"
PLAIN = "feedback.zip"
INDEX = "index.html"


class Listener(Protocol):
    """Hears how it goes on."""

    def begin(self, total: int) -> None:
        """So many pages there will be."""

    def tick(self) -> None:
        """Another one is there."""


class Handed(Struct, frozen=True):
    """A learner with a page: what the class page and the gradebook say, and the way back.

    `remark` is what the course's rule made of the mark. `paths` are the names in the download,
    `page` is the page's path in the feedback folder.
    """

    line: Line
    row: LearnerRow
    remark: str
    paths: Sequence[str]
    page: str


class Written(Struct, frozen=True):
    """What was made: pages by learner, uploads by name, and how many files are new or changed.

    `without` is how many learners have no page, `remarks` what there is to say about the uploads.
    """

    folder: Path
    pages: dict[str, str]
    uploads: tuple[str, ...]
    changed: int
    without: int
    remarks: tuple[str, ...]


class Feedback:
    """The feedback of one class.

    `policy` says what the course makes of the marks, `roster` and `column` which table of the
    platform they are filled into: by default the one that came with the class.
    """

    def __init__(
        self,
        exercise: Exercise,
        book: Gradebook,
        out: Path,
        policy: Policy | None = None,
        *,
        roster: Given | None = None,
        column: str | None = None,
    ) -> None:
        self.book = book
        self.exercise = exercise
        self.out = out
        self.last = last_run(book, exercise)
        refuse_obstacles(out / FEEDBACK)
        self.names = Names(book, anonymous=False)
        self.people = People(book, self.names, policy)
        self.full = FullPages(exercise, right_styles(exercise))
        self.reports = Reports(book, exercise, self.names)
        given = handed_in.given_with(book)
        self.platform = given[PLATFORM].name if PLATFORM in given else ""
        asked = roster is not None or column is not None
        self.asked = Asked(roster or given.get(ROSTER), column, now=asked)

    def give(self, listener: Listener) -> Written:
        """Writes all of it. Fault when the disk does not let it; what is there then is whole."""
        handed = list(self._handed())
        listener.begin(len(handed))
        with Made(self.book, self.out / FEEDBACK) as made:
            # first, for this may refuse what was asked for
            tables = write_tables(made, self.platform, self.asked, self._marks)
            for one in handed:
                self._page(made, one)
                listener.tick()
            self._index(made, handed)
            archive = self._archive(made, handed)
            made.forget_others()
        pages = {one.row.id: one.page for one in handed}
        self._link(pages)
        return Written(
            folder=made.folder,
            pages=pages,
            uploads=(archive, *tables.names),
            changed=made.changed,
            without=len(learners.states(self.book)) - len(handed),
            remarks=tables.remarks,
        )

    def _link(self, pages: dict[str, str]) -> None:
        """Writes the class page anew, with links to these pages; an anonymous class has none."""
        if (self.out / CLASS_PAGE).is_file():
            write_outputs(
                self.book,
                self.out,
                self.exercise,
                self.last.conditions,
                self.last.id,
                self.names,
                self.people.policy,
                pages={learner: f"{FEEDBACK}/{path}" for learner, path in pages.items()},
            )

    # --- who -------------------------------------------------------------------------------

    def _handed(self) -> Iterator[Handed]:
        """Everybody whose submission was graded or refused, in the order of ids."""
        states = learners.states(self.book)
        pages = page_names(one.learner for one in states)
        paths = handed_in.paths_of(self.book)
        for told in list(queries.lines(self.book)):
            row = learners.known_learner(self.book, told.person.id)
            if row.state in ("graded", "refused"):
                line = self.people.line(told)
                page = f"{FOLDER}/{pages[row.id]}.html"
                yield Handed(line, row, _remark(line), paths.get(row.id, ()), page)

    def _marks(self) -> dict[str, Marked]:
        """The marks that the platform gets, by learner."""
        found = marked(self.people, self.reports)
        return {one.report.learner.id: one for one in found if one.report.learner is not None}

    # --- what ------------------------------------------------------------------------------

    def _page(self, made: Made, one: Handed) -> None:
        saved = self._saved(one)
        told = without_times(saved), one.remark, self.exercise.digest
        version = version_of(*told, environment().grader, language())
        if not made.stands(one.page, version):
            report = report_for_learner(saved, remark=one.remark, shared=False)
            made.write(one.page, version, self._drawn(report))

    def _saved(self, one: Handed) -> bytes:
        saved = self.reports.of(one.row)
        assert saved is not None
        return saved

    def _drawn(self, report: Report) -> bytes:
        return self.full.page(report, Audience.LEARNER).encode("utf-8", "replace")

    def _index(self, made: Made, handed: Sequence[Handed]) -> None:
        lines = [
            replace(one.line, person=replace(one.line.person, page=one.page)) for one in handed
        ]
        page = index_page(self.exercise.title, lines).encode("utf-8", "replace")
        version = version_of(page)
        if not made.stands(INDEX, version):
            made.write(INDEX, version, page)

    def _archive(self, made: Made, handed: Sequence[Handed]) -> str:
        """Writes what the platform takes back; its name."""
        upload = UPLOADS.get(self.platform)
        if upload is None:
            members = {one.page: one.page for one in handed} | {INDEX: INDEX}
            version = version_of(*(made.version(path) for path in members))
            if not made.stands(PLAIN, version):
                files = ((name, made.read(path)) for name, path in members.items())
                made.write(PLAIN, version, archive_of(files))
            return PLAIN
        shares: dict[str, list[Handed]] = {}
        for one in handed:
            if one.paths:
                shares.setdefault(upload.place(one.paths, one.row.file), []).append(one)
        version = version_of(
            *((name, [made.version(one.page) for one in some]) for name, some in shares.items())
        )
        if not made.stands(upload.archive, version):
            files = (
                (name, self._member(made, upload, name, some)) for name, some in shares.items()
            )
            made.write(upload.archive, version, archive_of(files))
        return upload.archive

    def _member(self, made: Made, upload: Upload, name: str, some: Sequence[Handed]) -> bytes:
        """The file for one submission; where several handed it in together, it names nobody."""
        first, shared = some[0], len(some) > 1
        report = report_for_learner(self._saved(first), remark=first.remark, shared=shared)
        page = self._drawn(report) if shared else made.read(first.page)
        return upload.content(name, report, page)


def _remark(line: Line) -> str:
    """What the course's rule made of the mark, where it made another one of it."""
    if not line.is_ruled or line.final_score is None or line.max_score is None:
        return ""
    return said(
        "by the course's rule the mark is {final} of {maximum}: {rule}",
        final=points_text(line.final_score),
        maximum=points_text(line.max_score),
        rule=line.rule,
    )

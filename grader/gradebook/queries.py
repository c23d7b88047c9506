"""What the class page and its tables ask of a gradebook, under the conditions of one run."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from grader.gradebook.facts import CheckFacts, TaskFacts
from grader.gradebook.store import Gradebook
from grader.model.class_report import Counts
from grader.model.report import SAME

MARKED = "FROM learners l JOIN marks m ON m.id = l.mark"
PERHAPS_MARKED = "FROM learners l LEFT JOIN marks m ON m.id = l.mark AND l.state = 'graded'"
HERE = "l.state = 'graded' AND m.conditions = :conditions"
"""Who counts: learners `l` whose mark `m` was earned under the conditions of the page."""

FOUND = (
    "(SELECT json_group_array(json_array(mistake, title, rule)) FROM "
    "(SELECT r.mistake, k.title, r.rule FROM reasons r JOIN mistakes k ON k.id = r.mistake "
    "WHERE r.mark = m.id GROUP BY r.mistake, r.rule ORDER BY min(r.place)))"
)
"""The mistakes of a mark `m` in the order of its report, as JSON: id, title and inferred rule."""


class PersonRow(Struct, frozen=True):
    """A learner to point at, with the path of the report."""

    id: str
    name: str | None
    report: str


class Sum(Struct, frozen=True):
    """A report, and how many learners have it; `scores` are those of the tasks, as JSON."""

    score: float
    max_score: float
    outcomes: str
    scores: str
    learners: int


class ProblemRow(Struct, frozen=True):
    """A learner without a mark."""

    person: PersonRow
    state: str
    message: str


class ChangeRow(Struct, frozen=True):
    """A mark that became another one in some run."""

    person: PersonRow
    before: float
    after: float
    reason: str


class SetRow(Struct, frozen=True):
    """A mark that a grader set, beside the one that was earned."""

    person: PersonRow
    score: float
    graded_score: float | None
    reason: str


class LineRow(Struct, frozen=True):
    """All of a learner that the outputs tell; `late` is 0 or 1, `notes` and `scores` JSON.

    `found` is `FOUND`, `graded_message` what the report says of the whole submission, and
    `first_failure` what it says of the first check that failed.
    """

    person: PersonRow
    state: str
    late: int
    score: float | None
    max_score: float | None
    override: float | None
    override_reason: str | None
    best_score: float | None
    attempts: int
    found: str
    submitted_at: str | None
    attempt: int
    team: str
    notes: str
    message: str
    run: int
    scores: str | None
    outcomes: str | None
    graded_message: str | None
    first_failure: str | None


# --- the whole class ----------------------------------------------------------------------


def tasks(book: Gradebook, conditions: int) -> list[TaskFacts]:
    """The tasks of the exercise, in order."""
    question = "SELECT id, title, max_score FROM tasks WHERE conditions = ? ORDER BY place"
    return [TaskFacts(*row) for row in book.rows(question, (conditions,))]


def checks(book: Gradebook, conditions: int) -> list[CheckFacts]:
    """The checks of the exercise, in order."""
    rows = book.rows(
        "SELECT id, task, title, max_score, visibility FROM checks WHERE conditions = ? "
        "ORDER BY place",
        (conditions,),
    )
    return [CheckFacts(*row) for row in rows]


def sums(book: Gradebook, conditions: int) -> Iterator[Sum]:
    """Every report that counts, in the order they were first made."""
    question = (
        f"SELECT m.score, m.max_score, m.outcomes, m.scores, count(*) {MARKED} WHERE {HERE} "
        "GROUP BY m.id ORDER BY m.id"
    )
    return (Sum(*row) for row in book.stream(question, {"conditions": conditions}))


def counts(book: Gradebook, conditions: int) -> Counts:
    """How many learners of each kind."""

    def count(question: str) -> int:
        return int(book.one(f"SELECT count(*) {question}", {"conditions": conditions})[0])

    states = dict(book.rows("SELECT state, count(*) FROM learners GROUP BY 1"))
    graded = count(f"{MARKED} WHERE {HERE}")
    full = count(f"{MARKED} WHERE {HERE} AND m.score >= m.max_score - {SAME}")
    zero = count(f"{MARKED} WHERE {HERE} AND m.score <= {SAME} AND m.score < m.max_score - {SAME}")
    return Counts(
        learners=sum(states.values()),
        graded=graded,
        full=full,
        partial=graded - full - zero,
        zero=zero,
        refused=states.get("refused", 0),
        absent=states.get("absent", 0),
        fault=states.get("fault", 0),
        late=count("FROM learners l WHERE l.late"),
        overridden=count("FROM learners l JOIN overrides o ON o.learner = l.id"),
        stale=states.get("graded", 0) - graded,
    )


# --- who ----------------------------------------------------------------------------------


def problems(book: Gradebook) -> Iterator[ProblemRow]:
    """Everybody without a mark: faults first, then refusals, then who handed in nothing."""
    rows = book.stream(
        "SELECT id, name, report, state, message FROM learners "
        "WHERE state IN ('fault', 'refused', 'absent') "
        "ORDER BY CASE state WHEN 'fault' THEN 0 WHEN 'refused' THEN 1 ELSE 2 END, id"
    )
    return (ProblemRow(PersonRow(*row[:3]), *row[3:]) for row in rows)


def changes(book: Gradebook, run: int) -> Iterator[ChangeRow]:
    """Changes since the last run that came to its end; those of one learner in their order."""
    rows = book.stream(
        "SELECT l.id, l.name, l.report, c.before, c.after, c.reason FROM changes c "
        "JOIN learners l ON l.id = c.learner WHERE c.run > "
        "coalesce((SELECT max(id) FROM runs WHERE finished AND id < :run), 0) "
        "ORDER BY l.id, c.run",
        {"run": run},
    )
    return (ChangeRow(PersonRow(*row[:3]), *row[3:]) for row in rows)


def overrides(book: Gradebook) -> tuple[SetRow, ...]:
    """Every mark that a grader set."""
    rows = book.rows(
        "SELECT l.id, l.name, l.report, o.score, m.score, o.reason "
        f"{PERHAPS_MARKED} JOIN overrides o ON o.learner = l.id ORDER BY l.id"
    )
    return tuple(SetRow(PersonRow(*row[:3]), *row[3:]) for row in rows)


def lines(book: Gradebook) -> Iterator[LineRow]:
    """Everybody, in the order of ids."""
    rows = book.stream(
        "SELECT l.id, l.name, l.report, l.state, l.late, m.score, m.max_score, o.score, o.reason, "
        "(SELECT max(b.score) FROM attempts a JOIN marks b ON b.id = a.mark JOIN marks p "
        f"ON p.id = l.mark WHERE a.learner = l.id AND abs(b.max_score - p.max_score) < {SAME}), "
        "(SELECT count(*) FROM attempts a WHERE a.learner = l.id), "
        f"{FOUND}, l.submitted_at, l.attempt, l.team, l.notes, l.message, l.run, m.scores, "
        f"m.outcomes, m.message, f.message {PERHAPS_MARKED} "
        "LEFT JOIN first_failures f ON f.mark = m.id "
        "LEFT JOIN overrides o ON o.learner = l.id ORDER BY l.id"
    )
    return (LineRow(PersonRow(*row[:3]), *row[3:]) for row in rows)


def message_and_duration(book: Gradebook, name: str) -> tuple[str, float | None]:
    """What is said of a learner's submission, and how long the grading of it took."""
    question = f"SELECT l.message, m.duration_s {PERHAPS_MARKED} WHERE l.id = ?"
    message, duration_s = book.one(question, (name,))
    return message, duration_s

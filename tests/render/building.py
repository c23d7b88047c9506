"""How the sample reports are put together: checks, tasks, a mistake with what shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from grader.model.check import Outcome, Visibility
from grader.model.exercise import Limits
from grader.model.report import (
    SCHEMA_VERSION,
    CheckResult,
    Diagnosis,
    Environment,
    Evidence,
    ExerciseInfo,
    FieldValue,
    FileInfo,
    Graph,
    GraphEdge,
    GraphNode,
    Isolation,
    MissingLayer,
    ProgramLine,
    Report,
    SubmissionInfo,
    TaskResult,
    Timing,
    Verdict,
)

STRICT = Isolation("strict", ("namespaces", "Landlock 7", "seccomp"))
NONE = Isolation("none", (), (MissingLayer("namespaces", "bubblewrap is not installed"),))
EXERCISE = ExerciseInfo("autograd-operations", "Basic autograd operations", "5d" * 32)
FILE = FileInfo("value.py", "9f2c41d" + "0" * 57, 1413)

ORDER = list(Outcome)
TASKS = {"add": "Addition", "mul": "Multiplication", "relu": "Rectifier", "neuron": "A neuron"}
NEEDS = {"neuron": ("add", "mul", "relu")}
CHECKS = {
    "add": (2.0, ("The sum holds the right number", "Both inputs receive the gradient")),
    "mul": (
        3.0,
        (
            "The product holds the right number",
            "Each factor receives the other one",
            "A factor used twice collects both contributions",
            "A product inside a product multiplies by what arrives",
        ),
    ),
    "relu": (2.0, ("A positive number passes", "A negative number becomes 0")),
    "neuron": (3.0, ("A neuron that is awake", "A weight shared by two inputs")),
}


def check(
    task: str, number: int, title: str, max_score: float, outcome: Outcome = Outcome.PASSED
) -> CheckResult:
    """A visible check with the full score when it passed, else nothing."""
    score = max_score if outcome is Outcome.PASSED else 0.0
    name = f"{task}/test_{number}"
    return CheckResult(name, title, outcome, score, round(max_score, 4), Visibility.VISIBLE)


def task(task_id: str, outcomes: Sequence[Outcome] = (), title: str = "") -> TaskResult:
    """A task of the exercise whose checks ended so; all passed when not told otherwise."""
    points, titles = CHECKS[task_id]
    ends = outcomes or [Outcome.PASSED] * len(titles)
    each = points / len(titles)
    checks = [
        check(task_id, n, name, each, end)
        for n, (name, end) in enumerate(zip(titles, ends, strict=True), start=1)
    ]
    return of_checks(task_id, title or TASKS[task_id], checks, NEEDS.get(task_id, ()))


def of_checks(
    task_id: str, title: str, checks: Sequence[CheckResult], needs: tuple[str, ...] = ()
) -> TaskResult:
    """A task made of these checks, with their score and the worst of their outcomes."""
    wrong = [c.outcome for c in checks if c.outcome is not Outcome.PASSED]
    return TaskResult(
        id=task_id,
        title=title,
        outcome=min(wrong, key=ORDER.index, default=Outcome.PASSED),
        score=round(sum(c.score for c in checks), 4),
        max_score=round(sum(c.max_score for c in checks), 4),
        needs=needs,
        diagnoses=(),
        checks=tuple(checks),
    )


def report(tasks: Sequence[TaskResult], message: str = "") -> Report:
    """A graded submission with these tasks."""
    return Report(
        schema_version=SCHEMA_VERSION,
        outcome=Verdict.GRADED,
        message=message,
        exercise=EXERCISE,
        submission=SubmissionInfo("value.py", (FILE,), "c0" * 32, "value.py"),
        tasks=tuple(tasks),
        isolation=STRICT,
        limits=Limits(),
        seed=48211,
        environment=Environment("0.1.0", "3.11.2", "8.3.4", "Linux"),
        timing=Timing("2025-01-01T09:00:00Z", 0.31),
        score=round(sum(one.score for one in tasks), 4),
        max_score=round(sum(one.max_score for one in tasks), 4),
    )


def with_check(one: TaskResult, number: int, **changes: object) -> TaskResult:
    """The task with some fields of its check of that number replaced."""
    checks = list(one.checks)
    checks[number - 1] = replace(checks[number - 1], **changes)
    return replace(one, checks=tuple(checks))


# --- what shows the mistake -----------------------------------------------------------------

PROGRAM = (
    ProgramLine(-1, "from value import Value"),
    ProgramLine(0, "a = Value(3.0)"),
    ProgramLine(1, "b = a * a"),
    ProgramLine(2, "b.backward()"),
    ProgramLine(3, "a.grad", "3.0", 3.0, "6.0"),
)


def field(name: str, expected: str, got: str) -> FieldValue:
    return FieldValue(name, expected, got, expected == got)


def node(name: str, label: str, values: Mapping[str, tuple[float, float]]) -> GraphNode:
    fields = tuple(
        FieldValue(field, str(expected), str(got), expected == got, expected, got)
        for field, (expected, got) in values.items()
    )
    return GraphNode(name, label, fields, not all(one.ok for one in fields))


GRAPH = Graph(
    (
        node("b", "a * a", {"data": (9.0, 9.0), "grad": (1.0, 1.0)}),
        node("a", "Value(3.0)", {"data": (3.0, 3.0), "grad": (6.0, 3.0)}),
    ),
    (GraphEdge("a", "b", "3.0"), GraphEdge("a", "b", "3.0")),
)
EVIDENCE = Evidence(
    PROGRAM,
    GRAPH,
    "b = a * a",
)
OVERWRITES = Diagnosis(
    "ReplacesGradient",
    "`__mul__` replaces the gradient instead of adding to it",
    "In `a * a` the same node is both factors, so two contributions of 3.0 arrive at\n"
    "`a.grad`. Your code keeps the last one only. Which of `=` and `+=` keeps both?",
    ("mul/test_3", "mul/test_4"),
    EVIDENCE,
)
FAILED_MUL = (Outcome.PASSED, Outcome.PASSED, Outcome.FAILED, Outcome.FAILED)
FAILED_NEURON = (Outcome.PASSED, Outcome.FAILED)

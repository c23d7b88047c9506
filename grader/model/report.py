"""The report format, version 1.

The field order is the key order of the JSON; `grader/report/report.v1.json` is generated from
these records.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from grader.model.check import Outcome, Visibility
from grader.model.exercise import Limits
from grader.model.program import Number, Output

SCHEMA_VERSION = "1.1"


SAME = 5e-5
"""Points have four decimals: scores that differ by less are the same."""


class Verdict(StrEnum):
    """What became of the whole submission."""

    GRADED = "graded"
    REFUSED = "refused"  # the submission cannot be taken
    FAULT = "fault"  # our failure: no mark


class ProgramLine(Struct, frozen=True, omit_defaults=True):
    """A line of a program as code; `result` and `error` are text, `number` a finite value."""

    step: int
    code: str
    result: str | None = None
    number: Number | None = None
    expected: str | None = None
    error: str | None = None


class FieldValue(Struct, frozen=True):
    """A field of a node: expected and got as text ("nan", "-3.0"); numbers where finite."""

    name: str
    expected: str
    got: str
    ok: bool
    expected_number: Number | None = None
    got_number: Number | None = None


class GraphNode(Struct, frozen=True):
    """A node of the recorded graph; `id` is its name in the program."""

    id: str
    label: str
    fields: tuple[FieldValue, ...]
    first_wrong: bool = False


SLOPE = "×"


class GraphEdge(Struct, frozen=True, rename={"source": "from", "target": "to"}):
    """An operand's edge into the node that consumes it; the label is the local slope."""

    source: str
    target: str
    label: str = ""

    @property
    def slope(self) -> float | None:
        """The label `× 3` as a number, which is its one form; None where the oracle gave none."""
        sign, _, number = self.label.partition(" ")
        try:
            return float(number) if sign == SLOPE else None
        except ValueError:
            return None


class Graph(Struct, frozen=True):
    """A recorded computation with expected and got values."""

    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]

    @property
    def is_right(self) -> bool:
        """Whether every value that was compared is as it should be."""
        return all(field.ok for node in self.nodes for field in node.fields)


class Evidence(Struct, frozen=True, omit_defaults=True):
    """The smallest program found that shows the fault, as code and as a graph.

    `blame` is the step to look at, `steps` the right backward pass in words, `expression` the
    program as words for `grader draw`, where it can be written so: `"a * a" a=3`.
    `source_line` is the submission's line that wrote the value `written` last, or that raised
    where there is no such value; `written` alone says that no line wrote it.
    """

    program: tuple[ProgramLine, ...]
    graph: Graph | None = None
    blame: str = ""
    steps: tuple[str, ...] = ()
    expression: str = ""
    written: str = ""
    line: int | None = None
    source_line: str = ""
    path: str = ""
    cell: int | None = None


class CheckResult(Struct, frozen=True, omit_defaults=True):
    """One check's result. `score` and `max_score` are points, four decimals."""

    id: str
    title: str
    outcome: Outcome
    score: float
    max_score: float
    visibility: Visibility
    message: str = ""
    same_as: str | None = None
    program: tuple[ProgramLine, ...] | None = None
    graph: Graph | None = None
    output: Output | None = None
    notes: tuple[str, ...] = ()
    line: int | None = None
    source_line: str = ""
    path: str = ""
    cell: int | None = None


class NamedMistake(Struct, frozen=True):
    """A known mistake's id and name."""

    id: str
    title: str


class Diagnosis(Struct, frozen=True, omit_defaults=True):
    """A known mistake that explains what was seen, or a wrong rule that was inferred.

    `checks` are the failing checks it explains, in its own task and later ones; `alternatives`
    are mistakes that nothing observed can tell apart from it. `rule` is the rule of an inferred
    one, `b <- b * out.grad`: equal mistakes have equal rules.
    """

    id: str
    title: str
    explanation: str
    checks: tuple[str, ...] = ()
    evidence: Evidence | None = None
    alternatives: tuple[NamedMistake, ...] = ()
    line: int | None = None
    source_line: str = ""
    path: str = ""
    cell: int | None = None
    rule: str = ""


class TaskResult(Struct, frozen=True, omit_defaults=True):
    """One task's result; `evidence` is the smallest failing program where one was found."""

    id: str
    title: str
    outcome: Outcome
    score: float
    max_score: float
    needs: tuple[str, ...]
    diagnoses: tuple[Diagnosis, ...]
    checks: tuple[CheckResult, ...]
    evidence: Evidence | None = None


class ExerciseInfo(Struct, frozen=True):
    """Which exercise was graded; `digest` is sha256 over its declared files."""

    id: str
    title: str
    digest: str


class FileInfo(Struct, frozen=True):
    """A file of the submission."""

    path: str
    sha256: str
    bytes: int


class SubmissionInfo(Struct, frozen=True, omit_defaults=True):
    """Which submission was graded."""

    id: str
    files: tuple[FileInfo, ...]
    digest: str
    name: str | None = None


class Learner(Struct, frozen=True, omit_defaults=True):
    """Whose submission it is, where that is known."""

    id: str
    name: str | None = None


class MissingLayer(Struct, frozen=True):
    """A layer of isolation that was not active, and why."""

    layer: str
    reason: str


class Isolation(Struct, frozen=True):
    """What stood between the submission and this machine."""

    level: str
    layers: tuple[str, ...] = ()
    missing: tuple[MissingLayer, ...] = ()


class Environment(Struct, frozen=True):
    """The versions that graded."""

    grader: str
    python: str
    pytest: str
    platform: str


class Timing(Struct, frozen=True):
    """When and how long, in seconds; the only part that differs between two equal gradings."""

    started_at: str
    duration_s: float
    checks: Mapping[str, float] = {}


class Signature(Struct, frozen=True):
    """An Ed25519 signature over the canonical bytes of the report without this field."""

    algorithm: str
    public_key: str
    value: str


class Report(Struct, frozen=True, omit_defaults=True):
    """The report, version 1. A fault has no score at all: it is not a mark."""

    schema_version: str
    outcome: Verdict
    message: str
    exercise: ExerciseInfo
    submission: SubmissionInfo
    tasks: tuple[TaskResult, ...]
    isolation: Isolation
    limits: Limits
    seed: int
    environment: Environment
    timing: Timing
    score: float | None = None
    max_score: float | None = None
    learner: Learner | None = None
    notes: tuple[str, ...] = ()
    signature: Signature | None = None

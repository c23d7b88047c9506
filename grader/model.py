"""The records of the house: what an exercise is, what a check saw, what a report says.

Everything that crosses a room's door is one of these frozen records; none of them
does anything. The records below `Report` are the report format, version 1: their field
order is the key order of the JSON, and `grader/schema/report.v1.json` is generated from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

SCHEMA_VERSION = "1.0"

Number = int | float
Scalar = None | bool | int | float | str


class Outcome(StrEnum):
    """How a check ended, best explanation of a failure first.

    A task shows the first of these, after `PASSED`, that any of its checks has.
    """

    PASSED = "passed"
    FAILED = "failed"  # a value differed
    ERROR = "error"  # the learner's code raised
    UNWRITTEN = "unwritten"  # it raised NotImplementedError
    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASHED = "crashed"  # the process died or broke the protocol
    ABORTED = "aborted"  # not run: too many timeouts or deaths before it in the task
    BLOCKED = "blocked"  # not judged: what it needs does not work yet
    MISSING = "missing"  # promised by the battery, never reported


class Verdict(StrEnum):
    """What became of the whole submission."""

    GRADED = "graded"
    REFUSED = "refused"  # the submission cannot be taken
    FAULT = "fault"  # our failure: no mark


class Visibility(StrEnum):
    """Who may see a check; the four words are Gradescope's."""

    VISIBLE = "visible"
    HIDDEN = "hidden"
    AFTER_DUE_DATE = "after_due_date"
    AFTER_PUBLISHED = "after_published"


class Audience(StrEnum):
    """For whose eyes a report is rendered."""

    LEARNER = "learner"
    GRADER = "grader"


# --- the exercise -------------------------------------------------------------------------


class Limits(Struct, frozen=True, forbid_unknown_fields=True):
    """What one submission may use. Seconds, MiB and KiB as the names say."""

    check_cpu_s: Annotated[float, Meta(gt=0)] = 2.0
    check_wall_s: Annotated[float, Meta(gt=0)] = 10.0
    import_s: Annotated[float, Meta(gt=0)] = 5.0
    submission_s: Annotated[float, Meta(gt=0)] = 60.0
    memory_mb: Annotated[int, Meta(ge=64)] = 512
    output_kb: Annotated[int, Meta(ge=1)] = 64
    message_kb: Annotated[int, Meta(ge=16)] = 1024


class Contract(Struct, frozen=True, forbid_unknown_fields=True, rename={"class_name": "class"}):
    """What the submission must provide: a module, its class, the attributes that are graded."""

    module: str
    class_name: str
    requires: tuple[str, ...] = ()


class Parts(Struct, frozen=True, forbid_unknown_fields=True):
    """Where an exercise folder keeps its content, relative to the folder."""

    starter: str = "starter"
    reference: str = "reference"
    battery: str = "tests/battery"


class Task(Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to write, worth points."""

    id: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]*$")]
    title: str
    points: Annotated[float, Meta(gt=0)]
    statement: str
    needs: tuple[str, ...] = ()
    hole: str | None = None
    example: str = ""
    hints: tuple[str, ...] = ()
    explanation: str = ""


class Exercise(Struct, frozen=True):
    """An exercise folder, read and checked. `digest` covers every declared file."""

    root: Path
    id: str
    title: str
    contract: Contract
    parts: Parts
    limits: Limits
    packages: tuple[str, ...]
    tasks: tuple[Task, ...]
    handout: tuple[str, ...]
    digest: str

    @property
    def battery(self) -> Path:
        """The folder of the hidden checks."""
        return self.root / self.parts.battery

    @property
    def module_file(self) -> str:
        """The file name a submission is expected to have, `value.py`."""
        return f"{self.contract.module}.py"

    @property
    def reference_file(self) -> Path:
        """The filled-in solution."""
        return self.root / self.parts.reference / self.module_file

    @property
    def starter_file(self) -> Path:
        """The file the learner begins with."""
        return self.root / self.parts.starter / self.module_file

    def task(self, task_id: str) -> Task:
        """The task of that id; KeyError when there is none."""
        for task in self.tasks:
            if task.id == task_id:
                return task
        raise KeyError(task_id)


# --- the submission -----------------------------------------------------------------------


class SourceFile(Struct, frozen=True):
    """One file of a submission: its path inside the submission and its decoded text."""

    path: str
    text: str
    sha256: str
    bytes: int


class Submission(Struct, frozen=True):
    """A learner's source, taken in and checked; `main` is the path of the module graded."""

    name: str
    main: str
    files: tuple[SourceFile, ...]
    digest: str
    learner_id: str | None = None
    learner_name: str | None = None


# --- programs: what the battery asked of a target ------------------------------------------


class Ref(Struct, frozen=True, array_like=True):
    """An operand that is the result of an earlier step of the same program."""

    step: int


Operand = object
"""A `Ref`, a scalar, or a list, tuple or dict of operands."""


class Step(Struct, frozen=True, array_like=True):
    """One thing done to the submission.

    action  name                operands
    new     class or function   its arguments
    method  method              the object, then its arguments
    call    ""                  the callable object, then its arguments
    op      operator (`add`)    its operands
    get     attribute           the object
    set     attribute           the object, the value
    read    attributes, spaced  the objects: every attribute of every object, object by object
    """

    action: str
    name: str
    operands: tuple[Operand, ...] = ()
    keywords: Mapping[str, Operand] = {}


class Plain(Struct, frozen=True):
    """A step's result that is plain data."""

    value: Scalar


class Handle(Struct, frozen=True):
    """A step's result that stays in the box: the first step that returned this very object."""

    step: int
    type_name: str


class Raised(Struct, frozen=True):
    """A step that raised in the learner's code; all text is the box's claim."""

    type_name: str
    message: str = ""
    line: int | None = None
    function: str = ""
    path: str = ""
    column: int | None = None


class Many(Struct, frozen=True):
    """The results of a `read` step, in the order asked."""

    values: tuple[Number | Plain | Handle, ...]


class Skipped(Struct, frozen=True):
    """A step that was not run because an operand of it failed."""


Result = Plain | Handle | Many | Raised | Skipped


class Comparison(Struct, frozen=True):
    """One value of one node beside what it should be; `direction` is the field's own."""

    step: int
    field: str
    direction: str
    expected: Number
    got: Scalar | str
    ok: bool


class Observation(Struct, frozen=True):
    """What one step gave: a plain value, or the name of the exception type."""

    check: str
    step: int
    value: Scalar = None
    raised: str | None = None


# --- the report, version 1 -----------------------------------------------------------------


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


class GraphEdge(Struct, frozen=True, rename={"source": "from", "target": "to"}):
    """An operand's edge into the node that consumes it; the label is the local slope."""

    source: str
    target: str
    label: str = ""


class Graph(Struct, frozen=True):
    """A recorded computation with expected and got values."""

    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]


class Evidence(Struct, frozen=True, omit_defaults=True):
    """The smallest program found that shows the fault, as code and as a graph.

    `blame` is the step to look at, `steps` the right backward pass in words, `expression` the
    program as words for `grader draw`, where it can be written so: `"a * a" a=3`.
    """

    program: tuple[ProgramLine, ...]
    graph: Graph | None = None
    blame: str = ""
    steps: tuple[str, ...] = ()
    expression: str = ""


class Output(Struct, frozen=True):
    """What the learner's code printed, stripped of control characters."""

    text: str
    truncated: bool = False


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


class NamedMistake(Struct, frozen=True):
    """A known mistake's id and name."""

    id: str
    title: str


class Diagnosis(Struct, frozen=True, omit_defaults=True):
    """A known mistake that explains what was seen.

    `checks` are the failing checks it explains, in its own task and later ones; `alternatives`
    are mistakes that nothing observed can tell apart from it.
    """

    id: str
    title: str
    explanation: str
    checks: tuple[str, ...] = ()
    evidence: Evidence | None = None
    alternatives: tuple[NamedMistake, ...] = ()


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


class CheckSpec(Struct, frozen=True):
    """A check as the battery declares it."""

    id: str
    task: str
    title: str
    weight: int
    visibility: Visibility
    needs: tuple[str, ...] = ()


class CheckRecord(Struct, frozen=True):
    """Everything that was seen of one check while it ran; the verdict reads it, nobody edits it."""

    spec: CheckSpec
    outcome: Outcome
    message: str = ""
    steps: tuple[Step, ...] = ()
    results: tuple[Result, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    output: Output | None = None
    duration_s: float = 0.0
    notes: tuple[str, ...] = ()


Battery = Sequence[CheckSpec]

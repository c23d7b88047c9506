"""Reports of every kind, small but whole, for all tests of what people and platforms are shown.

The numbers in them are true of the exercise: a `__mul__` that writes `=` for `+=`, a starter with
nothing written, an endless loop. `SAMPLES` names them all.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from grader.model.check import Outcome, Visibility
from grader.model.import_failure import not_imported
from grader.model.program import Output
from grader.model.report import (
    Graph,
    GraphNode,
    Learner,
    ProgramLine,
    Report,
    SubmissionInfo,
    TaskResult,
    Verdict,
)
from tests.render.building import (
    CHECKS,
    EVIDENCE,
    FAILED_MUL,
    FAILED_NEURON,
    FILE,
    NONE,
    OVERWRITES,
    TASKS,
    check,
    field,
    of_checks,
    report,
    task,
    with_check,
)


def full() -> Report:
    """Everything passes."""
    return report([task(name) for name in TASKS])


def partial() -> Report:
    """`__mul__` overwrites; the mistake is named, and met again in the last task."""
    mul = replace(task("mul", FAILED_MUL), diagnoses=(OVERWRITES,))
    neuron = with_check(task("neuron", FAILED_NEURON), 2, same_as="ReplacesGradient")
    return report([task("add"), mul, task("relu"), neuron])


def undiagnosed() -> Report:
    """The same submission when no known mistake fits."""
    mul = with_check(
        task("mul", FAILED_MUL),
        3,
        message="`a.grad` is 3.0 after `b.backward()`; expected 6.0.",
        notes=("Alone in a fresh process it fails in the same way.",),
        output=Output("forward a\nforward b\n"),
    )
    mul = replace(mul, evidence=EVIDENCE)
    return report([task("add"), mul, task("relu"), task("neuron", FAILED_NEURON)])


def zero() -> Report:
    """The starter: nothing written."""
    tasks = [task(name, [Outcome.UNWRITTEN] * len(CHECKS[name][1])) for name in TASKS]
    blocked = [Outcome.BLOCKED] * len(CHECKS["neuron"][1])
    return report([*tasks[:-1], waiting(task("neuron", blocked), "waits for add, mul and relu")])


def waiting(result: TaskResult, reason: str) -> TaskResult:
    """The task with that reason in all of its checks."""
    return replace(result, checks=tuple(replace(one, message=reason) for one in result.checks))


def begun() -> Report:
    """The first task is written and right, the others wait."""
    *others, neuron = zero().tasks[1:]
    return report([task("add"), *others, waiting(neuron, "waits for mul and relu")])


def unimportable() -> Report:
    """A syntax error."""
    tasks = [task(name, [Outcome.BLOCKED] * len(CHECKS[name][1])) for name in TASKS]
    reason = (
        "SyntaxError: expected ':'.\n"
        "    in line 21:\n"
        "    def __add__(self, other)\n"
        "                            ^"
    )
    return report(tasks, not_imported("value.py", reason))


def timeout() -> Report:
    """A `relu` that never returns."""
    relu = task("relu", (Outcome.TIMEOUT, Outcome.TIMEOUT))
    relu = with_check(relu, 1, message="`x.relu()` was stopped after 2 s.")
    neuron = task("neuron", (Outcome.TIMEOUT, Outcome.ABORTED))
    return report([task("add"), task("mul"), relu, neuron])


def refused() -> Report:
    """A file that is not text."""
    message = (
        "value.py is not UTF-8 text: byte 0xff at position 0.\n"
        "Save it as UTF-8 and hand it in again."
    )
    return replace(
        report([], message), outcome=Verdict.REFUSED, score=0.0, max_score=10.0, isolation=NONE
    )


def fault() -> Report:
    """The box broke: no mark."""
    message = "the process that holds the submission could not be started (no space left on device)"
    return replace(report([], message), outcome=Verdict.FAULT, score=None, max_score=None)


def hidden() -> Report:
    """Some checks are not for the learner's eyes; one of them shows the smallest program."""
    secret = {"visibility": Visibility.HIDDEN, "message": "SECRET message"}
    mul = with_check(task("mul", FAILED_MUL), 3, title="SECRET title", **secret)
    mul = with_check(mul, 4, title="SECRET other title", id="mul/SECRET_id", **secret)
    mul = with_check(mul, 3, program=(ProgramLine(0, "SECRET_program()"),), output=Output("SECRET"))
    neuron = task("neuron", (Outcome.FAILED, Outcome.FAILED))
    neuron = with_check(neuron, 2, title="SECRET neuron", **secret)
    return report([task("add"), mul, task("relu"), neuron])


def hostile() -> Report:
    """A submission whose every text attacks the terminal, the layout and the markup."""
    attack = "\x1b[31mred\x1b[0m [bold red]markup[/] \x07bell \u202eoverride \u200bzero <b>&lt;</b>"
    nan, wide = field("grad", "6.0", "nan"), field("grad", "1" * 300, "2" * 300)
    wrong = GraphNode("a", f"{attack}{'w' * 500}", (nan,), True)
    mul = with_check(
        task("mul", FAILED_MUL),
        3,
        title=f"title {attack}",
        message=f"{attack}\n{'long' * 2500}\n\x1b]0;owned\x07\x9b2J done",
        output=Output(f"{attack}\n{'x' * 10_000}\n" + "[/]\n" * 40, truncated=True),
        program=(
            ProgramLine(0, f"a = Value('{attack}')"),
            ProgramLine(1, "a.grad", f"\x1b[2J{'9' * 400}", None, "6.0"),
            ProgramLine(2, "b" * 10_000, error=f"TypeError: {attack}"),
        ),
        graph=Graph((wrong, GraphNode("b" * 300, "宽" * 200, (wide,))), ()),
    )
    named = replace(FILE, path=f"{'宽' * 30}\x1b[31m\u202e{'v' * 300}.py", bytes=1_048_576)
    stacked = task("relu", title="Z\u0327" + "\u0301" * 500)
    made = report([task("add"), mul, stacked, task("neuron")])
    return replace(
        made,
        submission=SubmissionInfo("\x1b[2J", (named,), "c0" * 32, "\x1b[2J"),
        learner=Learner("x", "\u202eשָׁלוֹם 王小明\x1b[5m" + "n" * 200),
        isolation=NONE,
        notes=(attack,),
    )


def crowded() -> Report:
    """Twelve tasks with long names and points of three digits."""
    tasks = []
    for number in range(1, 13):
        title = f"Task number {number}, the title of which goes on for rather longer than a column"
        ends = [Outcome.PASSED] * 8 + [Outcome.FAILED] * (number % 3)
        checks = [check(f"operation-{number}", n, title, 12.5, end) for n, end in enumerate(ends)]
        tasks.append(of_checks(f"operation-{number}-of-many", title, checks))
    return report(tasks)


SAMPLES: Mapping[str, Report] = {
    made.__name__: made()
    for made in (
        full,
        partial,
        undiagnosed,
        zero,
        begun,
        unimportable,
        timeout,
        refused,
        fault,
        hidden,
        hostile,
        crowded,
    )
}

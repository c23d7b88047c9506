"""What is said of a graded report, decided once: what is opened, and in which words.

Terminal and page lay it out. A word stands here where both say the same; where one has room for
more it says it itself. Texts may hold `code` in backticks, and nothing in them is escaped.
"""

from __future__ import annotations

from typing import NamedTuple

from grader.model.check import Audience, Outcome, Visibility
from grader.model.import_failure import ImportFailure, import_failure
from grader.model.program import Output, value_sentence
from grader.model.report import (
    CheckResult,
    Diagnosis,
    Evidence,
    Graph,
    ProgramLine,
    Report,
    TaskResult,
    Verdict,
)
from grader.render.origin import ShownOrigin, origin_of
from grader.render.outcomes import usual_cause
from grader.render.rest import WRONG, Focus, Folded, fold, is_told, may_see, wrong_checks
from grader.render.text import agree, beside, hidden_failed, listing
from grader.text.words import N_, _, ngettext, translated

NOTES = 2

LOOK_HERE = N_("Look here first")
REFUSED = N_("This submission was refused, and nothing in it was run")
NOT_JUDGED = N_("Every check waits for that import.")
UNGUARDED = N_("The submission ran with your own rights; see `grader doctor`.")


def ran_unguarded(report: Report) -> bool:
    """Whether something of a submission ran, and nothing protected the machine from it."""
    if report.isolation.level != "none" or report.outcome is Verdict.REFUSED:
        return False
    # a fault before there was a box says nothing of why its layers are missing
    return report.outcome is Verdict.GRADED or bool(report.isolation.missing)


class Mistake(NamedTuple):
    """The one thing to look at first: a task's named mistake, or its first failing check."""

    focus: Focus
    name: str
    """The mistake's name, what the check promises, or how many hidden checks failed."""
    alternatives: tuple[str, ...]
    """The names of the mistakes that nothing observed tells apart from the named one."""
    why: str
    cause: str
    """What is mostly behind an outcome that says little by itself."""
    evidence: Evidence | None
    shown: str
    """The heading above the program."""
    blame: str
    origin: ShownOrigin | None
    """The submission's line that the wrong value comes from."""
    explains: str
    notes: tuple[str, ...]
    output: Output | None
    printed: str
    """The heading above what was printed."""


class Story(NamedTuple):
    """What there is to say: either that nothing was imported, or a mistake, or a task to write, or
    that all is done; and a line for each task with more to say."""

    unloaded: ImportFailure | None
    mistake: Mistake | None
    to_write: TaskResult | None
    folded: tuple[Folded, ...]
    passed: int
    """The number of checks that pass."""
    is_begun: bool
    """Whether any task has points."""

    @property
    def opened(self) -> TaskResult | None:
        """The task that is spoken of first."""
        return self.mistake.focus.task if self.mistake else self.to_write


def story_of(report: Report, audience: Audience, task_id: str | None = None) -> Story:
    """The story of a graded report; `task_id` opens that task instead of the first wrong one.

    KeyError where the report has no such task.
    """
    if task_id is not None and all(task.id != task_id for task in report.tasks):
        raise KeyError(task_id)
    checks = [check for task in report.tasks for check in task.checks]
    unloaded = _why_not_imported(report) if is_unloaded(report) else None
    wrong = (t for t in report.tasks if task_id in (None, t.id) and wrong_checks(t))
    task = next(wrong, None)
    mistake = _mistake(report, task, audience) if task else None
    return Story(
        unloaded=unloaded,
        mistake=mistake,
        to_write=None if unloaded or mistake else _to_write(report, task_id),
        folded=tuple(fold(report, mistake.focus if mistake else None, audience)),
        passed=sum(check.outcome is Outcome.PASSED for check in checks),
        is_begun=any(task.score > 0 for task in report.tasks),
    )


def is_unloaded(report: Report) -> bool:
    """Whether the submission of a graded report could not be imported, so that all checks wait."""
    checks = (check for task in report.tasks for check in task.checks)
    return bool(report.message) and all(check.outcome is Outcome.BLOCKED for check in checks)


class Remark(NamedTuple):
    """What is to be said of a line of a program; no words where there is nothing to say."""

    words: str = ""
    is_wrong: bool = False


def remark_on(line: ProgramLine) -> Remark:
    """What was expected of a line and what came."""
    expected, got = map(translated, beside(line.expected or "", line.result or ""))
    if line.error is not None:
        words = _("expected {expected}, raised {error}") if expected else _("raised {error}")
        return Remark(words.format(expected=expected, error=line.error), is_wrong=True)
    if not expected:
        return Remark()
    if agree(line.expected or "", line.result or ""):
        return Remark(_("{got}, as expected").format(got=got))
    words = _("expected {expected}, got {got}")
    return Remark(words.format(expected=expected, got=got), is_wrong=True)


def title_of(check: CheckResult) -> str:
    """What a check promises, and whether learners do not see it; a broken promise as one, or it
    reads as a fact."""
    is_hidden = check.visibility is not Visibility.VISIBLE
    words = _("{title} (hidden)") if is_hidden else "{title}"
    title = words.format(title=translated(check.title))
    return _("should hold: {title}").format(title=title) if check.outcome in WRONG else title


def smallest_of(task: TaskResult) -> Evidence | None:
    """The smallest program of a task that shows its mistake, where there is one."""
    named = task.diagnoses[0].evidence if task.diagnoses else None
    return named or task.evidence


def _to_write(report: Report, task_id: str | None) -> TaskResult | None:
    """The task to write next, where nothing that was written is wrong."""
    left = [task for task in report.tasks if task.outcome is not Outcome.PASSED]
    asked = [task for task in left if task.id == task_id]
    unwritten = [task for task in left if task.outcome is Outcome.UNWRITTEN]
    return next(iter([*asked, *unwritten, *left]), None)


def not_imported(name: str) -> str:
    """That a submission could not be imported, by its name."""
    return _("{name} could not be imported").format(name=name)


def _why_not_imported(report: Report) -> ImportFailure:
    """The file that could not be imported, and why: a saved report has only the whole message."""
    files, given = report.submission.files, report.submission
    name = files[0].path if len(files) == 1 else given.name or given.id
    return import_failure(report.message) or ImportFailure(name, report.message)


# --- the mistake ---------------------------------------------------------------------------


def _mistake(report: Report, task: TaskResult, audience: Audience) -> Mistake:
    diagnosis = task.diagnoses[0] if task.diagnoses else None
    focus = Focus(task, diagnosis, _first(task, diagnosis, audience))
    check = focus.check
    evidence = smallest = smallest_of(task)
    shown = _("The smallest program that shows it")
    name, why, cause = _words(focus, audience)
    if evidence is not None and diagnosis is None and check:
        why = _of_shown(evidence, check) or why
    if evidence is None and check and check.program:
        evidence = Evidence(program=check.program, graph=check.graph)
        shown = _("What this check runs")
    is_learner = audience is Audience.LEARNER
    return Mistake(
        focus=focus,
        name=name,
        alternatives=tuple(one.title for one in diagnosis.alternatives) if diagnosis else (),
        why=why,
        cause=cause,
        evidence=evidence,
        shown=shown,
        blame=_blame(evidence),
        origin=origin_of(report, smallest or check),
        explains=_explains(report, focus),
        notes=tuple(translated(note) for note in check.notes[:NOTES]) if check else (),
        output=check.output if check and check.output and check.output.text.strip() else None,
        printed=_("Your code printed") if is_learner else _("The submission printed"),
    )


def _first(task: TaskResult, diagnosis: Diagnosis | None, audience: Audience) -> CheckResult | None:
    """The check to speak of: one that the mistake explains, else the one that tells most."""
    seen = [check for check in wrong_checks(task) if may_see(check, audience)]
    named = [one for one in seen if diagnosis and one.id in diagnosis.checks]
    if named:
        return next((one for one in named if one.output), named[0])
    return min(seen, key=lambda check: WRONG.index(check.outcome), default=None)


def _words(focus: Focus, audience: Audience) -> tuple[str, str, str]:
    """What is wrong, why, and the usual cause of an outcome that says little by itself."""
    task, diagnosis, check = focus
    if diagnosis:
        return translated(diagnosis.title), translated(diagnosis.explanation), ""
    if check:
        return title_of(check), translated(check.message), usual_cause(check.outcome)
    hidden = [one for one in wrong_checks(task) if not may_see(one, audience)]
    why = _("What they test is not shown; the task's statement covers all of it.")
    return hidden_failed(len(hidden)), why, ""


def _of_shown(evidence: Evidence, check: CheckResult) -> str:
    """What the program that is shown comes to, where the check speaks of another one's."""
    last = evidence.program[-1] if evidence.program else None
    if last is None or check.outcome not in (Outcome.FAILED, Outcome.ERROR):
        return ""
    own = check.program[-1] if check.program else None
    if last.error is not None:
        is_same = own is not None and own.error == last.error
        words = _("`{code}` raised {error}")
        return "" if is_same else words.format(code=last.code, error=last.error)
    if last.expected is None or last.result is None:
        return ""
    name, _dot, field = last.code.rpartition(".")
    return translated(value_sentence(name, field, last.expected, last.result))


def same_objects(graph: Graph) -> list[str]:
    """What is to be said of nodes that are one object with an input of theirs: only the input's
    row has every value."""
    every = {field.name for node in graph.nodes for field in node.fields}
    nodes = {node.id: node for node in graph.nodes}
    told = []
    for node in graph.nodes:
        own = {field.name: field.got for field in node.fields}
        inputs = [nodes[e.source] for e in graph.edges if e.target == node.id and e.source in nodes]
        alike = [
            one.id
            for one in inputs
            if own.items() <= {field.name: field.got for field in one.fields}.items()
        ]
        if alike and own.keys() < every:
            words = _("`{node}` is the same object as `{other}`: see there for what is left empty.")
            told.append(words.format(node=node.id, other=alike[0]))
    return told


def _blame(evidence: Evidence | None) -> str:
    """The step at fault, a line of the program."""
    if evidence is None or not evidence.blame:
        return ""
    return _("The step to look at: `{step}`").format(step=evidence.blame)


def _explains(report: Report, focus: Focus) -> str:
    """`Explains 4 of 4 failed checks in mul and 6 of 6 in neuron.`"""
    counts: list[str] = []
    for task in report.tasks:
        wrong = wrong_checks(task)
        told = [check for check in wrong if is_told(check, focus, report)]
        if told:
            words = _("{told} of {number} in {task}")
            if not counts:
                words = ngettext(
                    "{told} of {number} failed check in {task}",
                    "{told} of {number} failed checks in {task}",
                    len(wrong),
                )
            counts.append(words.format(told=len(told), number=len(wrong), task=task.id))
    return _("Explains {counts}.").format(counts=listing(counts)) if counts else ""

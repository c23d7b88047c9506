"""Helpers: sessions that grade trusted code, and known mistakes as whole files."""

import ast
import textwrap

from grader import exercise as exercises
from grader.author.trials import Trials
from grader.exercise import known_mistake_files
from grader.replay import Replayer
from grader.session import run_session


def bundled():
    """The exercise that this repository is."""
    return exercises.load()


def in_session(exercise, job, seed=0):
    """What `job(trials)` gives, called inside a grading session."""
    given = []

    def turn(_, runner):
        given.append(job(Trials(exercise, runner, Replayer(exercise), seed)))

    run_session(exercise, turn)
    return given[0]


def outcomes(trial):
    """The outcome of every check by its id."""
    return {record.spec.id: record.outcome for record in trial.records}


def groups(findings):
    """Every diagnosis with its alternatives, as sets of ids."""
    return [
        {one.id, *(other.id for other in one.alternatives)}
        for diagnoses in findings.diagnoses.values()
        for one in diagnoses
    ]


def mistake_sources(exercise):
    """Every known mistake as a whole file: the reference with the mistake's body put in."""
    reference = exercise.reference_file.read_text("utf-8")
    held = exercise.contract.class_name
    for path in known_mistake_files(exercise):
        lines = path.read_text("utf-8").splitlines()
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef):
                first = node.body[1]
                start = min(
                    [first.lineno, *(d.lineno for d in getattr(first, "decorator_list", []))]
                )
                body = textwrap.dedent("\n".join(lines[start - 1 : node.end_lineno]))
                yield (
                    f"{path.stem}/{node.name}",
                    f"{reference}\n_made = {{}}\nexec({body!r}, globals(), _made)\n"
                    f"for _name, _method in _made.items():\n    setattr({held}, _name, _method)\n",
                )

"""Helpers: sessions that grade trusted code, and known mistakes as whole files."""

import ast

from grader.author.trials import Trials
from grader.diagnosis.replay import Replayer
from grader.exercise import load as exercises
from grader.exercise.content import known_mistake_files
from grader.grading.session import run_session


def bundled():
    """The exercise that this repository is."""
    return exercises.load()


def put(folder, files):
    """Writes files, by their names, into a folder, which is made where there is none."""
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


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
    """Every known mistake as a whole file: the reference with the mistake's methods in it."""
    reference = ast.parse(exercise.reference_file.read_text("utf-8"))
    held = next(node for node in reference.body if isinstance(node, ast.ClassDef))
    right = {node.name: node for node in held.body if isinstance(node, ast.FunctionDef)}
    rest = [node for node in held.body if not isinstance(node, ast.FunctionDef)]
    for path in known_mistake_files(exercise):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef):
                wrong = {one.name: one for one in node.body if isinstance(one, ast.FunctionDef)}
                held.body = [*rest, *(right | wrong).values()]
                yield f"{path.stem}/{node.name}", ast.unparse(reference) + "\n"

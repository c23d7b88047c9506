"""Grades files from Python: `python api_example.py value.py ...`.

Submissions run in a jailed process; this one only waits for their reports.
"""

import sys
from pathlib import Path

from grader import Exercise, Options, Report, grade, load_exercise, take
from grader.model.errors import GraderError, SubmissionRefused


def mark(exercise: Exercise, path: Path) -> str:
    """One line about one submission."""
    try:
        submission = take(path, exercise.module_file)
    except SubmissionRefused as refusal:
        return f"refused: {refusal.message}"
    report = grade(exercise, submission, Options(isolation="auto", seed=1))
    return words(report)


def words(report: Report) -> str:
    """The mark, or why there is none: a fault is never a zero."""
    if report.score is None or report.max_score is None:
        return f"no mark: {report.message}"
    named = [found.title for task in report.tasks for found in task.diagnoses]
    return "; ".join([f"{report.score:g} of {report.max_score:g}", *named])


def main(paths: list[str]) -> int:
    """Grades each file with the exercise that came with the grader."""
    try:
        exercise = load_exercise()
        for path in paths:
            print(f"{path}: {mark(exercise, Path(path))}")
    except GraderError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

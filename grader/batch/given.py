"""The files that are given beside a class, kept with it for the way back to the platform."""

from __future__ import annotations

from pathlib import Path

from grader.course.policy import Policy, read_policy
from grader.gradebook.handed_in import POLICY, TIMES, Given
from grader.model.errors import UsageProblem
from grader.model.files import TemporaryFolder
from grader.text.clean import clean_name
from grader.text.words import said


def files_given(**paths: Path | None) -> dict[str, Given]:
    """The files by what they are, those that were not given left out. UsageProblem."""
    return {what: _file(path) for what, path in paths.items() if path is not None}


def kept_policy(given: dict[str, Given]) -> Policy | None:
    """The policy that was kept with the class, None where there was none. UsageProblem."""
    if POLICY not in given:
        return None
    folder = TemporaryFolder("policy")
    try:
        paths = [folder.path / what for what in (POLICY, TIMES) if what in given]
        for path in paths:
            path.write_bytes(given[path.name].content)
        return read_policy(*paths)
    finally:
        folder.close()


def _file(path: Path) -> Given:
    try:
        return Given(clean_name(path.name), path.read_bytes())
    except OSError as error:
        raise UsageProblem(
            said("cannot read {path}: {error}", path=path, error=error.strerror or error)
        ) from None

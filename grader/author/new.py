"""Writes a small, complete exercise that authors start their own from.

Each template is a folder in `templates/` with its files as they are written, each with the ending
`-tpl`: so neither linters nor an installer that compiles Python take them for modules of the
grader. What a template shares with the exercise that came with the grader is copied from there.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grader.exercise.find import bundled
from grader.model.errors import ExerciseProblem, UsageProblem
from grader.text.words import said

TEMPLATES = Path(__file__).with_name("templates")
DEFAULT = "stack"
ENDING = "-tpl"
SHARED = {
    "autograd-more": tuple(
        f"tests/battery/{name}.py" for name in ("conftest", "notation", "oracle", "small_programs")
    )
}
"""Files of the bundled exercise that belong to a template as they are."""


def template_files(template: str = DEFAULT) -> Iterator[tuple[str, bytes]]:
    """The path and the content of every file of a new exercise. UsageProblem where a file is to
    come from the bundled exercise, which is not installed."""
    root = TEMPLATES / template
    if not root.is_dir():
        raise UsageProblem(
            said("this installation has no template {template}", template=template),
            next_move=said("Install autograd-grader itself: learners' grader has no exercise."),
        )
    for path in sorted(root.rglob(f"*{ENDING}")):
        yield path.relative_to(root).as_posix().removesuffix(ENDING), path.read_bytes()
    for name in SHARED.get(template, ()):
        yield name, _shared(template, name)


def _shared(template: str, name: str) -> bytes:
    try:
        return (bundled() / name).read_bytes()
    except (ExerciseProblem, OSError):
        raise UsageProblem(
            said(
                "the template {template} needs {name} of the exercise that comes with the grader, "
                "and this installation is without it",
                template=template,
                name=name,
            ),
            next_move=said("Install autograd-grader with its exercise, or use another template."),
        ) from None


def write_exercise(folder: Path, template: str = DEFAULT) -> list[Path]:
    """Writes a new exercise into a folder that is new or empty. UsageProblem, never overwrites."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageProblem(
            said("{folder} is already there; nothing was written", folder=folder),
            next_move=said("Name a folder that does not exist yet, or an empty one."),
        )
    written = []
    files = list(template_files(template))
    try:
        for name, content in files:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as stream:
                stream.write(content)
            written.append(path)
    except OSError as error:
        raise UsageProblem(
            said(
                "cannot write into {folder}: {error}", folder=folder, error=error.strerror or error
            )
        ) from None
    return written

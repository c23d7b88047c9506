"""Writes a small, complete exercise that authors start their own from.

Each template is a folder in `templates/` with its files as they are written, each with the ending
`-tpl`: so neither linters nor an installer that compiles Python take them for modules of the
grader.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grader.model.errors import UsageProblem
from grader.text.words import said

TEMPLATES = Path(__file__).with_name("templates")
DEFAULT = "stack"
ENDING = "-tpl"


def template_files(template: str = DEFAULT) -> Iterator[tuple[str, bytes]]:
    """The path and the content of every file of a new exercise."""
    root = TEMPLATES / template
    for path in sorted(root.rglob(f"*{ENDING}")):
        yield path.relative_to(root).as_posix().removesuffix(ENDING), path.read_bytes()


def write_exercise(folder: Path, template: str = DEFAULT) -> list[Path]:
    """Writes a new exercise into a folder that is new or empty. UsageProblem, never overwrites."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageProblem(
            said("{folder} is already there; nothing was written", folder=folder),
            next_move=said("Name a folder that does not exist yet, or an empty one."),
        )
    written = []
    try:
        for name, content in template_files(template):
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

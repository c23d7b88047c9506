"""Right styles that take from the reference what they do not define. Pure but for reading files.

What is taken is appended to the style's own text, so the style is one plain file wherever it runs,
and its own lines keep their numbers. Whether a name is lacking, the file itself finds out when it
has run: a method may come from a base class, a decorator or a loop. What `object` has of a class is
lacking, too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.exercise.find import read_bytes
from grader.exercise.holes import node_of
from grader.model.exercise import Exercise

MARK = "# inherits: reference"
NEAR_TOP = 20
"""Lines among which the mark stands."""

TAKEN = "_FROM_REFERENCE"
"""The name in the style's module of what it took."""


def inherits(source: bytes) -> bool:
    """Whether a style says that it takes from the reference what it lacks."""
    return MARK.encode() in map(bytes.rstrip, source.splitlines()[:NEAR_TOP])


def completed(exercise: Exercise, file: str, path: Path) -> bytes:
    """The source of an author's file for the module of that file name, with what it may take from
    the reference."""
    source = read_bytes(path, path)
    if not inherits(source):
        return source
    reference = ast.parse(read_bytes(exercise.reference / file, path))
    names = [name for name in graded_names(exercise, file) if node_of(reference, name)]
    return source + _appended(reference, names).encode()


def graded_names(exercise: Exercise, file: str) -> list[str]:
    """What is graded in a module, by its name there: objects, then holes and what is required."""
    contract = exercise.contract
    addresses = [*contract.objects, *(task.hole for task in exercise.tasks if task.hole)]
    addresses += [f"{owner}.{name}" for owner, names in contract.requires.items() for name in names]
    places = [contract.place(address) for address in addresses]
    module = file.removesuffix(".py")
    return list(dict.fromkeys(name for held, name in places if held == module))


def _appended(reference: ast.Module, names: Sequence[str]) -> str:
    """The statements that define what is lacking when they run."""
    blocks = ["", "", "# --- what is not defined above, from the reference", f"{TAKEN} = []"]
    for owner in dict.fromkeys(sorted(map(_owner, names))):
        its = [name for name in names if _owner(name) == owner]
        blocks += _methods(reference, owner, its) if owner else _tops(reference, its)
    return "\n".join([*blocks, ""])


def _owner(name: str) -> str:
    return name.rpartition(".")[0]


def _tops(reference: ast.Module, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        yield f"if {name!r} not in globals():"
        yield from _indented(reference, name)
        yield f"    {TAKEN}.append({name!r})"


def _methods(reference: ast.Module, owner: str, names: Sequence[str]) -> Iterator[str]:
    # in a class of their own, where they hide no name of the style's module
    yield "class _Reference:"
    for name in names:
        yield from _indented(reference, name)
    for name in names:
        last = name.rpartition(".")[2]
        yield f"if getattr({owner}, {last!r}, None) is getattr(object, {last!r}, None):"
        yield f"    {owner}.{last} = vars(_Reference)[{last!r}]"
        yield f"    {TAKEN}.append({name!r})"


def _indented(reference: ast.Module, name: str) -> Iterator[str]:
    node = node_of(reference, name)
    assert node is not None
    for line in ast.unparse(node).splitlines():
        yield f"    {line}"

"""Which names of the standard library a system lacks, read from the type stubs that mypy brings.

`python -m tests.portability.absent` writes `absent.json` anew; a test holds the file to the stubs.
A module all of whose names are lacking is lacking itself: the list holds `*` for it.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

FILE = Path(__file__).with_name("absent.json")
SYSTEMS = ("win32", "darwin")
VERSION = (3, 11)
"""The oldest Python that is supported: what came later cannot be relied upon."""


def stubs() -> Path:
    """The folder of stubs of the standard library. ImportError without mypy."""
    import mypy

    return Path(mypy.__file__).parent / "typeshed" / "stdlib"


def holds(test: ast.expr, system: str) -> bool:
    """What a condition on the system or on Python's version comes to; others hold."""
    if isinstance(test, ast.BoolOp):
        found = [holds(part, system) for part in test.values]
        return all(found) if isinstance(test.op, ast.And) else any(found)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return not holds(test.operand, system)
    text = ast.unparse(test)
    if text.startswith(("sys.platform", "sys.version_info")):
        view = type("View", (), {"platform": system, "version_info": VERSION})
        return bool(eval(text, {"sys": view}))
    return True


def statements(body: list[ast.stmt], system: str) -> Iterator[ast.stmt]:
    """The statements that count on the system."""
    for statement in body:
        if isinstance(statement, ast.If):
            branch = statement.body if holds(statement.test, system) else statement.orelse
            yield from statements(branch, system)
        else:
            yield statement


def names(file: Path, system: str) -> set[str]:
    """What a stub defines on the system, or takes from another module in order to offer it."""
    found: set[str] = set()
    for statement in statements(ast.parse(file.read_text("utf-8")).body, system):
        match statement:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
            case ast.Assign(targets=targets):
                found |= {target.id for target in targets if isinstance(target, ast.Name)}
            case ast.ImportFrom(names=aliases):
                found |= {alias.asname for alias in aliases if alias.asname == alias.name}
            case _:
                pass
    return {name for name in found if not name.startswith("_") or name == "_exit"}


def absent(system: str) -> dict[str, str]:
    """Module by module, the names that Linux has and the system has not."""
    lacking: dict[str, str] = {}
    for file in sorted([*stubs().glob("*.pyi"), *stubs().glob("*/__init__.pyi")]):
        name = file.stem if file.stem != "__init__" else file.parent.name
        there = names(file, "linux")
        missing = there - names(file, system)
        if missing:
            lacking[name] = "*" if missing == there else " ".join(sorted(missing))
    return lacking


def text() -> str:
    """The file's content."""
    return json.dumps({system: absent(system) for system in SYSTEMS}, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8", newline="\n")

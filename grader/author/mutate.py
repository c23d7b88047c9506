"""Makes faults out of a right solution: one small change each, in the text as it stands. Pure.

The standard library's `ast` says where a change may be made and what it would be; the change itself
is spliced into the source text, so that a fault reads as a person would have written it and its
diff is one line. Each fault is parsed again and compared with the tree that was meant: where
precedence got in the way, it is put in parentheses.
"""

from __future__ import annotations

import ast
import copy
import difflib
import random
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from grader.author.changes import Change, changes


class Mutant(Struct, frozen=True):
    """A source with one change: `kind` says which, `line` where, `diff` what as a unified diff."""

    kind: str
    line: int
    diff: str
    source: str


def mutants(source: str, wanted: int, seed: int) -> list[Mutant]:
    """At most `wanted` different faults, in the order of the source; the same for the same seed.

    Kinds take turns: names are easily exchanged in many places, and would crowd out the rest.
    """
    tree = ast.parse(source)
    found: dict[str, Mutant] = {}
    for kind, old, new in _in_turns(list(changes(tree)), random.Random(seed)):
        if len(found) >= wanted:
            break
        text = _spliced(source, tree, old, new)
        if text is not None and text != source:
            line: int = getattr(old, "lineno", 1)
            found.setdefault(text, Mutant(kind, line, _diff(source, text), text))
    return sorted(found.values(), key=lambda mutant: (mutant.line, mutant.kind, mutant.diff))


def _in_turns(every: Sequence[Change], rng: random.Random) -> Iterator[Change]:
    kinds: dict[str, list[Change]] = {}
    for change in every:
        kinds.setdefault(change[0], []).append(change)
    for mine in kinds.values():
        rng.shuffle(mine)
    while kinds:
        for kind in list(kinds):
            yield kinds[kind].pop()
            if not kinds[kind]:
                del kinds[kind]


# --- putting a change into the text ---------------------------------------------------------


def _spliced(source: str, tree: ast.AST, old: ast.AST, new: ast.AST) -> str | None:
    """The source with the text of `old` replaced; None where that cannot be written in place."""
    meant = ast.dump(_replaced(tree, old, new))
    indent = " " * getattr(old, "col_offset", 0)
    text = ast.unparse(ast.fix_missing_locations(copy.deepcopy(new))).replace("\n", "\n" + indent)
    for attempt in (text, f"({text})"):
        whole = _with_text(source, old, attempt)
        try:
            if ast.dump(ast.parse(whole)) == meant:
                return whole
        except SyntaxError:
            continue
    return None


def _replaced(tree: ast.AST, old: ast.AST, new: ast.AST) -> ast.AST:
    class Replace(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            return new if node is old else copy_with(node, self.generic_visit)

    return Replace().visit(tree)


def copy_with(node: ast.AST, visit_children: Callable[[ast.AST], ast.AST]) -> ast.AST:
    """A shallow copy whose children were visited: the tree itself stays as it is."""
    fresh = copy.copy(node)
    for name, value in ast.iter_fields(node):
        if isinstance(value, list):
            setattr(fresh, name, list(value))
    return visit_children(fresh)


def _with_text(source: str, old: ast.AST, text: str) -> str:
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line.encode()))
    data = source.encode()
    first = starts[old.lineno - 1] + old.col_offset  # type: ignore[attr-defined]
    last = starts[old.end_lineno - 1] + old.end_col_offset  # type: ignore[attr-defined]
    return (data[:first] + text.encode() + data[last:]).decode()


def _diff(before: str, after: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return "\n".join(list(lines)[2:])

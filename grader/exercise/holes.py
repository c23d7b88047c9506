"""The holes of a starter file, and how one is put back into a file that was worked on. Pure."""

from __future__ import annotations

import ast
import re
import textwrap

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def node_of(tree: ast.Module, hole: str) -> Definition | None:
    """The function `Class.method` in a module, None where there is none; of two the last."""
    body: list[ast.stmt] = tree.body
    found: Definition | None = None
    for name in hole.split("."):
        named = [node for node in body if isinstance(node, Definition) and node.name == name]
        if not named:
            return None
        found = named[-1]
        body = found.body
    return found


def restored(source: str, starter: str, hole: str) -> str | None:
    """The source with its function `hole` as the starter has it; None where either lacks it."""
    given, there = _span(starter.splitlines(), hole), _span(source.splitlines(), hole)
    if given is None or there is None:
        return None
    lines = source.splitlines(keepends=True)
    first = lines[there.start]
    ending = "\r\n" if first.endswith("\r\n") else "\n"
    indent = first[: len(first) - len(first.lstrip())]
    plain = textwrap.dedent("\n".join(starter.splitlines()[given.start : given.stop]))
    put = textwrap.indent(plain, indent).replace("\n", ending) + ending
    return "".join([*lines[: there.start], put, *lines[there.stop :]])


def _span(lines: list[str], hole: str) -> range | None:
    """The lines of a function, counted from 0. Where the text is not Python, by its indentation:
    what is to be put back may be the very thing that is broken."""
    try:
        node = node_of(ast.parse("\n".join(lines)), hole)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _indented(lines, hole)
    if node is None or node.end_lineno is None:
        return None
    first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
    return range(first - 1, node.end_lineno)


def _indented(lines: list[str], hole: str) -> range | None:
    start, stop = -1, len(lines)
    for name in hole.split("."):
        head = re.compile(rf"\s*(?:class|def|async\s+def)\s+{re.escape(name)}\b")
        start = next((at for at in range(start + 1, stop) if head.match(lines[at])), -1)
        if start < 0:
            return None
        edge = _indent(lines[start])
        after = (at for at in range(start + 1, stop) if _indent(lines[at]) <= edge)
        stop = next((at for at in after if lines[at].strip()), stop)
    while not lines[stop - 1].strip():
        stop -= 1
    return range(start, stop)


def _indent(line: str) -> int:
    text = line.expandtabs()
    return len(text) - len(text.lstrip())

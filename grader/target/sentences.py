"""What a learner's exception comes to, as one clear sentence. Pure."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence

from grader.model.exercise import Limits
from grader.model.program import Raised
from grader.text.clean import clean_text
from grader.text.words import joined, said

NAMELESS = "?"
"""For an exception whose name holds nothing that can be shown: only a forged one has none."""


def _placed(what: str, raised: Raised) -> str:
    """With the place in brackets, `(value.py line 7, in __mul__)`, as far as it is known."""
    if raised.line is None:
        return joined("", (what,))
    function = clean_text(raised.function.rpartition(".")[2], limit=80)
    path = clean_text(raised.path, limit=80) if raised.path else ""
    known = {"what": what, "line": raised.line}
    if raised.cell is not None:
        path = said("cell {cell}", cell=raised.cell[0])
        known["line"] = raised.cell[1]
    if not function or function == "<module>":
        if not path:
            return said("{what} (line {line})", **known)
        return said("{what} ({path} line {line})", path=path, **known)
    if not path:
        return said("{what} (line {line}, in {function})", function=function, **known)
    return said("{what} ({path} line {line}, in {function})", path=path, function=function, **known)


def raised_sentence(raised: Raised) -> str:
    """`TypeError: unsupported operand (value.py line 7, in __mul__)`."""
    name = clean_text(raised.type_name, limit=80) or NAMELESS
    message = clean_text(raised.message, limit=300)
    if name == "SystemExit":
        return _placed(said("your code called sys.exit({message})", message=message), raised)
    return _placed(": ".join(filter(None, (name, message))), raised)


def lacking_sentence(raised: Raised, made: str, required: Sequence[str]) -> str:
    """That an object just made lacks what its class has to have; empty where that is not so.

    Python's own words tell, where none of the learner's lines raised them.
    """
    if raised.type_name != "AttributeError" or raised.line is not None:
        return ""
    kind = made.rpartition(".")[2]
    for name in required:
        if raised.message == f"'{kind}' object has no attribute '{name}'":
            return said("your `{kind}` has no `{name}`", kind=kind, name=name)
    return ""


def death_sentence(status: int | None) -> str:
    """One sentence for a wait status."""
    if status is None:
        return said("your code ended the process it ran in")
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        return said("your code ended the process it ran in (exit code {code})", code=code)
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return said("the process your code ran in was ended by {name}", name=name)


def timeout_sentence(kind: str, limits: Limits) -> str:
    """What was used up, for a `kind` of `TargetTimeout`."""
    if kind == "total":
        return said(
            "the time of {seconds:g} s for the whole submission is used up",
            seconds=limits.submission_s,
        )
    by = {"wall": limits.check_wall_s, "import": limits.import_s}
    seconds = by.get(kind, limits.check_cpu_s)
    return said("your code was stopped after {seconds:g} s", seconds=seconds)

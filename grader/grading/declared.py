"""What a check declares, as pytest has it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from grader.model.check import CheckSpec, Visibility
from grader.text.words import said


def spec_of(item: pytest.Item) -> CheckSpec:
    """The declaration of a check, from its marks and docstring."""
    task_mark = item.get_closest_marker("task")
    assert task_mark is not None
    task = str(task_mark.args[0])
    options: dict[str, Any] = {}
    for mark in reversed(list(item.iter_markers("check"))):
        options.update(mark.kwargs)
    unknown = set(options) - {"weight", "visibility", "needs"}
    if unknown:
        raise pytest.UsageError(
            said(
                "{nodeid}: check() has no option {unknown!r}",
                nodeid=item.nodeid,
                unknown=sorted(unknown)[0],
            )
        )
    name = item.name.removeprefix("test_")
    doc = (getattr(getattr(item, "obj", None), "__doc__", None) or "").strip()
    parameter = re.search(r"\[(.*)\]$", item.name)
    title = doc.splitlines()[0].strip() if doc else name.replace("_", " ")
    if parameter:
        title = title.replace("{param}", parameter[1])
    return CheckSpec(
        id=f"{task}/{name}",
        task=task,
        title=title.rstrip("."),
        weight=int(options.get("weight", 1)),
        visibility=Visibility(options.get("visibility", "visible")),
        needs=tuple(options.get("needs", ())),
    )

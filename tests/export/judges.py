"""Readers of what is told to Dodona and to XQueue, strict, each by its platform's own rules."""

from __future__ import annotations

import json
from typing import Any, NamedTuple
from xml.etree import ElementTree

STATUSES = (
    *("internal error", "compilation error", "memory limit exceeded", "time limit exceeded"),
    *("output limit exceeded", "runtime error", "wrong", "correct"),
)
_STATUS = {"enum": str, "human": str}
_MESSAGE = {"format": str, "description": str, "permission": str}
_LEVELS = ("judgement", "tab", "context", "testcase", "test")
_TAGS = {"div", "pre", "ul", "li"}

COMMANDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "start-judgement": ({}, {}),
    "start-tab": ({"title": str}, {"hidden": bool, "permission": str}),
    "start-context": ({}, {"description": _MESSAGE}),
    "start-testcase": ({"description": _MESSAGE}, {}),
    "start-test": ({"expected": str}, {"format": str, "channel": str}),
    "append-message": ({"message": _MESSAGE}, {}),
    "annotate-code": (
        {"row": int, "text": str},
        {"column": int, "rows": int, "columns": int, "type": str, "externalUrl": str},
    ),
    "escalate-status": ({"status": _STATUS}, {}),
    "close-test": ({"generated": str, "status": _STATUS}, {"accepted": bool}),
    "close-testcase": ({}, {}),
    "close-context": ({}, {"data": {"statements": str, "stdin": str}}),
    "close-tab": ({}, {"badgeCount": int}),
    "close-judgement": ({}, {"accepted": bool, "status": _STATUS}),
}
"""Each command's keys and the kinds of their values: those that have to be, and those that may."""


class Judgement(NamedTuple):
    """What Dodona makes of a judge's lines."""

    accepted: bool
    status: str
    commands: list[dict[str, Any]]

    def all(self, command: str) -> list[dict[str, Any]]:
        """The commands of one kind."""
        return [one for one in self.commands if one["command"] == command]


def judgement(text: str) -> Judgement:
    """A whole judgement, every command known, in its place and of the right kind."""
    commands = [json.loads(line) for line in text.splitlines()]
    stack: list[str] = []
    for place, command in enumerate(commands):
        name = command.pop("command")
        needed, allowed = COMMANDS[name]
        assert needed.keys() <= command.keys() <= needed.keys() | allowed.keys(), command
        for key, value in command.items():
            _is(value, (needed | allowed)[key])
        verb, _, level = name.partition("-")
        if verb == "start":
            assert level == _LEVELS[len(stack)], f"{name} within {stack}"
            assert stack or place == 0
            stack.append(level)
        elif verb == "close":
            assert stack.pop() == level, name
        else:
            assert stack, f"{name} outside of a judgement"
        _known_words(command)
        command["command"] = name
    assert stack == [], "a judgement that is not closed"
    last = commands[-1]
    return Judgement(last["accepted"], last["status"]["enum"], commands)


def _is(value: Any, kind: Any) -> None:
    if isinstance(kind, dict):
        assert value.keys() <= kind.keys(), value
        for key, item in value.items():
            _is(item, kind[key])
    else:
        assert type(value) is kind, value


def _known_words(command: dict[str, Any]) -> None:
    assert command.get("status", {"enum": "wrong"})["enum"] in STATUSES
    assert command.get("row", 0) >= 0
    assert command.get("type", "error") in {"error", "warning", "info"}
    for message in (command.get("message"), command.get("description")):
        assert message is None or message["format"] == "plain"


class Answer(NamedTuple):
    """What XQueue is told of a submission."""

    correct: bool
    score: float
    told: str


def answer(stdout: str) -> Answer | None:
    """The last line that is not blank, as the watcher takes it; None where it is no mark."""
    data = json.loads([line for line in stdout.splitlines() if line.strip()][-1])
    parts = list(ElementTree.fromstring(data["msg"]).iter())
    assert {part.tag for part in parts} <= _TAGS
    assert not any(part.attrib for part in parts)
    assert all(isinstance(error, str) for error in data["errors"])
    for test in data["tests"]:
        assert [type(item) for item in test] == [str, str, bool, str, str]
    told = "\n".join(part.text or "" for part in parts)
    if not {"correct", "score"} & data.keys():
        assert (data["tests"], len(data["errors"])) == ([], 1)
        return None
    assert set(data) == {"correct", "score", "msg", "tests", "errors"}
    assert type(data["correct"]) is bool
    assert type(data["score"]) in {int, float}
    assert 0 <= data["score"] <= 1
    return Answer(data["correct"], data["score"], told)

"""All that is used of pytest and pytest-json-report beyond what they promise.

Each function is one such use and has a test of its own, so that a new version that changes one of
them says which. Nothing else in the package reaches into either of them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from _pytest.assertion import util
from _pytest.runner import runtestprotocol

from grader.model.errors import Fault
from grader.text.words import said


class Fixture(NamedTuple):
    """A fixture that a check asks for: where it is defined, and how long it lives."""

    name: str
    file: Path
    scope: str


def set_failure_text(
    item: pytest.Item, text_of: Callable[[pytest.ExceptionInfo[BaseException]], str]
) -> None:
    """Lets this function, and not pytest's drawing of a traceback, word the item's failures."""
    setattr(item, "repr_failure", text_of)  # noqa: B010


def parameters(item: pytest.Item) -> set[str]:
    """The names that a parametrize mark gives the item values for."""
    callspec = getattr(item, "callspec", None)
    return set() if callspec is None else set(callspec.params)


def fixtures(item: pytest.Item) -> Iterator[Fixture]:
    """Every definition of every fixture the item asks for."""
    definitions = getattr(item, "_fixtureinfo").name2fixturedefs  # noqa: B009
    for name in getattr(item, "fixturenames", ()):
        for definition in definitions.get(name, ()):
            file = Path(definition.func.__code__.co_filename)
            yield Fixture(name, file, definition.scope)


@contextlib.contextmanager
def comparisons_told(note: Callable[[str, object, object], None]) -> Iterator[None]:
    """Tells `note` the operator and the sides of a comparison that fails in an assert. Until the
    end pytest does not explain it: to set two long texts side by side can take it minutes."""
    saved = util._reprcompare
    util._reprcompare = note
    try:
        yield
    finally:
        util._reprcompare = saved


def own_words(error: AssertionError) -> str:
    """What the author of an assert wrote behind it; empty where nothing stands there."""
    words, found, _ = str(error).partition("\nassert ")
    return words if found else ""


def run_without_report(item: pytest.Item) -> None:
    """Runs the item's three stages; no plugin is told what came of them."""
    # pytest-json-report sets this up in the protocol hook, which would report this run too
    item._json_report_extra = {}  # type: ignore[attr-defined]
    try:
        runtestprotocol(item, log=False, nextitem=None)
    finally:
        del item._json_report_extra  # type: ignore[attr-defined]


def tear_down(session: pytest.Session, following: pytest.Item | None) -> None:
    """Ends the fixtures that the following item does not share. Raises what they raise."""
    session._setupstate.teardown_exact(following)


def forget_output(item: pytest.Item) -> None:
    """Drops what pytest kept of the item's output."""
    item._report_sections.clear()


def forget_results(session: pytest.Session) -> None:
    """Drops what the session and its terminal reporter counted and kept."""
    session.testsfailed = 0
    session.shouldfail = session.shouldstop = False
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.stats.clear()


class JsonReport:
    """What pytest-json-report recorded of the items that ran, by node id.

    Its own report of a session is not asked for: that needs a plugin of pytest's which not every
    session has.
    """

    def __init__(self, config: pytest.Config) -> None:
        """Raises Fault when the plugin is not active, or keeps its record elsewhere."""
        tests = getattr(getattr(config, "_json_report", None), "_json_tests", None)
        if not isinstance(tests, dict):
            raise Fault(said("pytest-json-report is not active in the grading session"))
        self.tests: dict[str, Mapping[str, Any]] = tests

    def forget(self, item: pytest.Item | None = None) -> None:
        """Drops what was recorded of the item, or of all."""
        if item is None:
            self.tests.clear()
        else:
            self.tests.pop(item.nodeid, None)

    def seconds(self, item: pytest.Item) -> float:
        """How long the item's call took; 0 where it was not reached."""
        seconds: float = self.tests.get(item.nodeid, {}).get("call", {}).get("duration", 0.0)
        return seconds

"""Each use of what pytest and pytest-json-report do not promise, on a small battery of its own."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.grading import pytest_internals as internals
from grader.grading.session import arguments, run_session
from grader.model.errors import Fault

BATTERY = """
import pytest

ran = []


@pytest.fixture(scope="module")
def shared():
    yield 1
    ran.append("shared ended")


@pytest.mark.parametrize("given", [1, 2])
def test_one(given, shared, tmp_path):
    ran.append(given)
    print("printed")


def test_two(shared):
    ran.append("two")


def test_wrong():
    assert 1 == 2, "not the same"
"""


class Probe:
    """Replaces pytest's loop by one function over the collected items."""

    def __init__(self, look: Callable[[pytest.Session], Any]) -> None:
        self.look = look
        self.seen: Any = None
        self.error: BaseException | None = None

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        try:
            self.seen = self.look(session)
        except BaseException as error:
            self.error = error
        return True


@pytest.fixture
def looking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """What a function of the session gives, in a session over the battery."""
    # a name of its own: Python keeps one module a name
    (tmp_path / f"test_{tmp_path.name}.py").write_text(BATTERY)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    for name in [name for name in os.environ if name.startswith("PYTEST_")]:
        monkeypatch.delenv(name)

    def run(look: Callable[[pytest.Session], Any], *options: str) -> Any:
        probe = Probe(look)
        always = (
            "-q",
            "--import-mode=importlib",
            "--json-report",
            "--json-report-file=none",
            "-p",
            "no:cacheprovider",
            # collects the whole suite's garbage five times at each session's end
            "-p",
            "no:unraisableexception",
        )
        pytest.main([*always, *options, f"--rootdir={tmp_path}", str(tmp_path)], plugins=[probe])
        if probe.error is not None:
            raise probe.error
        return probe.seen

    return run


def run_item(item: pytest.Item, following: pytest.Item | None = None) -> None:
    item.ihook.pytest_runtest_protocol(item=item, nextitem=following)


def ran_in(session: pytest.Session) -> list[Any]:
    return session.items[0].module.ran  # type: ignore[attr-defined]


def test_parameters_are_those_of_the_mark(looking):
    found = looking(lambda session: [internals.parameters(item) for item in session.items])
    assert found == [{"given"}, {"given"}, set(), set()]


def test_fixtures_say_where_they_are_and_how_long_they_live(looking, tmp_path):
    found = {one.name: one for one in looking(lambda s: list(internals.fixtures(s.items[0])))}
    assert (found["shared"].file, found["shared"].scope) == (
        tmp_path / f"test_{tmp_path.name}.py",
        "module",
    )
    assert tmp_path not in found["tmp_path"].file.parents
    assert found["tmp_path"].scope == "function"


def test_a_failure_is_worded_by_us(looking):
    def look(session):
        item = session.items[-1]
        internals.set_failure_text(item, lambda failure: "our words")
        run_item(item)
        return internals.JsonReport(session.config).tests[item.nodeid]["call"]["longrepr"]

    assert looking(look) == "our words"


def test_a_run_without_report_is_told_to_no_plugin(looking):
    def look(session):
        internals.run_without_report(session.items[0])
        return ran_in(session)[0], dict(internals.JsonReport(session.config).tests)

    assert looking(look) == (1, {})


def test_tearing_down_ends_what_the_following_item_does_not_share(looking):
    def look(session):
        one, _, two, _ = session.items
        run_item(one, two)
        internals.tear_down(session, two)
        between = list(ran_in(session))
        internals.tear_down(session, None)
        return between, list(ran_in(session))

    assert looking(look) == ([1], [1, "shared ended"])


def test_output_is_forgotten(looking):
    def look(session):
        item = session.items[0]
        run_item(item)
        kept = len(item._report_sections)
        internals.forget_output(item)
        return kept > 0, item._report_sections

    assert looking(look) == (True, [])


def test_results_are_forgotten(looking):
    def look(session):
        run_item(session.items[-1])
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        before = session.testsfailed, "failed" in reporter.stats
        internals.forget_results(session)
        return before, session.testsfailed, session.shouldfail, reporter.stats

    assert looking(look) == ((1, True), 0, False, {})


def test_the_record_of_pytest_json_report(looking):
    def look(session):
        item, record = session.items[0], internals.JsonReport(session.config)
        run_item(item, None)
        found, seconds = dict(record.tests[item.nodeid]), record.seconds(item)
        record.forget(item)
        gone = record.seconds(item), dict(record.tests)
        run_item(item, None)
        record.forget()
        return found, seconds, gone, record.tests

    found, seconds, gone, after = looking(look)
    assert found["outcome"] == "passed"
    assert [found[stage]["outcome"] for stage in ("setup", "call", "teardown")] == ["passed"] * 3
    assert found["call"]["duration"] == seconds > 0
    assert gone == (0.0, {})
    assert after == {}


def test_a_session_without_the_plugin_is_a_fault(looking):
    def look(session):
        del session.config._json_report
        return internals.JsonReport(session.config)

    with pytest.raises(Fault, match="not active"):
        looking(look)


def test_a_session_without_the_legacy_path_plugin_grades(looking, monkeypatch):
    """pytest-json-report's own report of a session needs it; ours does not."""
    from grader.exercise.load import load
    from grader.exercise.trusted import reference_module
    from grader.grading import session as sessions
    from grader.grading.state import State
    from grader.target.in_process import InProcessTarget

    exercise, records = load(), []
    without = ["-p", "no:legacypath", *arguments(exercise)]
    monkeypatch.setattr(sessions, "arguments", lambda _: without)

    def grade_reference(_, runner):
        state = State(exercise, InProcessTarget(reference_module(exercise)), 1)
        records.extend(runner.run(state))

    run_session(exercise, grade_reference)
    assert records
    assert {record.outcome.value for record in records} == {"passed"}


def test_a_comparison_that_fails_is_told_and_not_explained(looking):
    told: list[tuple[str, object, object]] = []

    def look(session: pytest.Session) -> AssertionError:
        run = session.items[-1].obj  # type: ignore[attr-defined]
        told_to = internals.comparisons_told(lambda *seen: told.append(seen))
        with pytest.raises(AssertionError) as failed, told_to:
            run()
        return failed.value

    error = looking(look)
    assert told == [("==", 1, 2)]
    assert internals.own_words(error) == "not the same"
    assert internals.own_words(AssertionError("assert 1 == 2")) == ""

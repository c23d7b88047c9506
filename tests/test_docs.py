"""Nothing that outsiders rely on goes undocumented, and nothing is documented that is not there."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from typing import Any

import click
import pytest
from msgspec import Struct

from grader import battery_plugin
from grader.cli import VERBS, WELCOME, registry
from grader.course.policy.read import LateKeys, PolicyKeys, RoundingKeys
from grader.exercise.near_misses import NearMiss
from grader.model.check import Outcome, Visibility
from grader.model.errors import GraderError
from grader.model.exercise import Limits, Parts, Task
from grader.model.manifest import Graded, Manifest, OneClass
from grader.model.report import (
    CheckResult,
    Diagnosis,
    Environment,
    Evidence,
    ExerciseInfo,
    FileInfo,
    Isolation,
    Report,
    SubmissionInfo,
    TaskResult,
    Timing,
    Verdict,
)
from tests.cli.running import ROOT

REFERENCE = (ROOT / "docs/reference.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
CI = (ROOT / ".ci/run").read_text("utf-8")


def section(heading: str, level: int = 2) -> str:
    """A section of the reference, down to the next heading of its level or above."""
    found = re.search(
        rf"^{'#' * level} {re.escape(heading)}\n(.*?)(?=^#{{2,{level}}} |\Z)",
        REFERENCE,
        re.MULTILINE | re.DOTALL,
    )
    assert found is not None, f"docs/reference.md has no section {heading}"
    return found[1]


def options(command: click.Command) -> set[str]:
    """Every option of a verb, as people type it."""
    found = (param for param in command.params if isinstance(param, click.Option))
    return {name for param in found for name in (*param.opts, *param.secondary_opts)}


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_and_option_is_in_the_reference(verb: str) -> None:
    """A heading a verb, and below it exactly the options it has."""
    documented = set(re.findall(r"`(--[a-z-]+)", section(verb, level=3)))
    assert documented == options(registry()[verb])


def test_the_reference_knows_no_other_verb() -> None:
    """A verb that was removed leaves the reference too."""
    assert set(re.findall(r"^### (.+)$", section("Command line"), re.MULTILINE)) == set(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example(verb: str) -> None:
    """One line for the list, a text of its own, an example, words for every option."""
    command = registry()[verb]
    assert command.help is not None
    assert f"Example: {'grader ' + verb if verb != 'serve' else 'echo'}" in command.help
    for param in command.params:
        if isinstance(param, click.Option):
            assert param.help, param.name


def test_the_welcome_names_verbs_that_exist() -> None:
    """`grader` alone leads nobody astray."""
    assert set(re.findall(r"(?<![\w-])grader ([a-z]+)", WELCOME)) <= set(VERBS)


def test_every_exit_code_is_documented() -> None:
    """In the reference and in README, the same ones."""

    def kinds(kind: type[GraderError]) -> Iterator[type[GraderError]]:
        yield kind
        for below in kind.__subclasses__():
            yield from kinds(below)

    codes = re.compile(r"^\| ([\d, ]+) \|", re.MULTILINE)
    documented = set(codes.findall(section("Exit codes")))
    assert documented == {"0", "1", "2", "3", "4", "5", "6", "129, 130, 143"}
    assert set(codes.findall(README)) == documented
    assert {str(kind.exit_code) for kind in kinds(GraderError)} <= documented


def keys(record: type[Struct]) -> set[str]:
    """A record's keys as they are written in a file."""
    return set(record.__struct_encode_fields__)


def documented_words(text: str) -> set[str]:
    """Everything that stands in backquotes."""
    return set(re.findall(r"`([^`]+)`", text))


@pytest.mark.parametrize(
    "record",
    [
        *(Report, TaskResult, CheckResult, Diagnosis, Evidence),
        *(ExerciseInfo, SubmissionInfo, FileInfo, Isolation),
        *(Environment, Timing),
    ],
    ids=lambda record: record.__name__,
)
def test_every_field_of_the_report_is_documented(record: type[Struct]) -> None:
    """Down to checks and diagnoses; the schema has the rest."""
    assert keys(record) - documented_words(section("The report")) == set()


def test_every_outcome_is_documented_in_order() -> None:
    """The order is the order of explanation."""
    table = re.findall(r"^\| `([a-z]+)` \|", section("The report"), re.MULTILINE)
    outcomes = [outcome.value for outcome in Outcome]
    assert [word for word in table if word in outcomes] == outcomes
    assert {verdict.value for verdict in Verdict} <= documented_words(section("The report"))


@pytest.mark.parametrize(
    "record",
    [Manifest, Task, Limits, Parts, OneClass, Graded],
    ids=lambda record: record.__name__,
)
def test_every_key_of_the_manifest_is_documented(record: type[Struct]) -> None:
    """No key of tasks.yaml has to be guessed."""
    assert keys(record) - documented_words(section("tasks.yaml")) == set()


@pytest.mark.parametrize(
    "record", [PolicyKeys, LateKeys, RoundingKeys], ids=lambda record: record.__name__
)
def test_every_key_of_a_policy_is_documented(record: type[Struct]) -> None:
    """No key of policy.yaml has to be guessed."""
    assert keys(record) - documented_words(section("policy.yaml")) == set()


def test_every_key_of_the_near_misses_list_is_documented() -> None:
    """Where the verb that reads it is."""
    assert keys(NearMiss) - documented_words(section("verify", level=3)) == set()


def test_fixtures_and_marks_are_documented() -> None:
    """What the plugin offers a battery."""
    text = section("The battery")
    # read in the source: what a fixture is in memory changes with the version of pytest
    offered = {
        node.name
        for node in ast.walk(ast.parse(inspect.getsource(battery_plugin)))
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(one).startswith("pytest.fixture") for one in node.decorator_list)
    }
    assert offered >= {"submission", "observe", "rng"}
    documented = documented_words(text)
    assert offered - {"recorder"} <= documented
    for mark in battery_plugin.MARKS:
        assert f"pytest.mark.{mark.partition('(')[0]}(" in text
    assert {visibility.value for visibility in Visibility} <= documented


def test_the_oracle_s_names_are_documented_and_there() -> None:
    """What the reference says of oracle.py is what this exercise's oracle has."""
    from grader.exercise import load as exercise
    from grader.exercise.trusted import load_oracle

    oracle: Any = load_oracle(exercise.load(ROOT))
    table = section("The battery").partition("`oracle.py`")[2].partition("It may import")[0]
    names = re.findall(r"^\| `(\w+)", table, re.MULTILINE)
    assert len(names) >= 5
    assert [name for name in names if not hasattr(oracle, name)] == []


def test_isolation_levels_are_documented() -> None:
    """Every choice of `--isolation` is explained."""
    (option,) = [p for p in registry()["grade"].params if p.name == "isolation"]
    assert set(option.type.choices) <= documented_words(section("grade", level=3))


def commands(text: str) -> list[str]:
    """The lines of all sh blocks."""
    return [
        line
        for found in re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        for line in found.splitlines()
    ]


def test_what_contributors_are_told_to_run_is_what_ci_runs() -> None:
    """Every command of CONTRIBUTING, and README's own test command, word for word."""
    told = commands(CONTRIBUTING)
    assert told
    assert [line for line in told if line.rpartition(" && ")[2] not in CI] == []
    assert f'step "{commands(README)[1]}"' in CI


def test_the_changelog_knows_this_version() -> None:
    """The version of pyproject has its section."""
    import tomllib

    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert f"## [{version}]" in changelog
    assert "## [Unreleased]" in changelog


def test_dependencies_are_argued_for() -> None:
    """Each run-time dependency has its line in the explanation."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = {re.match(r"[\w.-]+", item)[0].lower() for item in project["dependencies"]}
    explained = (ROOT / "docs/explanation.md").read_text("utf-8").lower()
    assert [name for name in sorted(names) if f"| {name} |" not in explained] == []


def test_public_names_are_those_of_the_package() -> None:
    """`grader.__all__` can all be had."""
    import grader

    assert [name for name in grader.__all__ if getattr(grader, name, None) is None] == []

"""A report survives the wire exactly, and nothing that is not a report gets through it."""

from __future__ import annotations

import copy
import json
import math
import types
import typing
from collections.abc import Mapping
from enum import Enum
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.model.check import Outcome, Visibility
from grader.model.errors import Fault, UsageProblem
from grader.model.exercise import Limits
from grader.model.report import (
    CheckResult,
    Environment,
    ExerciseInfo,
    FieldValue,
    FileInfo,
    Graph,
    GraphEdge,
    GraphNode,
    Isolation,
    MissingLayer,
    ProgramLine,
    Report,
    Signature,
    SubmissionInfo,
    TaskResult,
    Timing,
    Verdict,
)
from grader.report import schema, wire
from grader.report.schema import report_schema, schema_text, tasks_schema
from grader.report.wire import decode, encode

TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
POSITIVE = st.floats(min_value=1e-3, max_value=1e6)
POINTS = {"score": st.floats(0, 100), "max_score": st.floats(100, 1e9)}
SCHEMAS = {"report": report_schema, "tasks": tasks_schema}


def values(annotation: Any) -> st.SearchStrategy[Any]:
    """Any value of an annotated type, records included."""
    if annotation is Limits:
        sizes = st.integers(64, 2**20)
        return st.builds(Limits, POSITIVE, POSITIVE, POSITIVE, POSITIVE, sizes, sizes, sizes)
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        hints = typing.get_type_hints(annotation)
        known = {name: points for name, points in POINTS.items() if name in hints}
        return st.builds(annotation, **{name: values(hint) for name, hint in hints.items()} | known)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return st.sampled_from(list(annotation))
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is tuple:
        return st.lists(values(inner[0]), max_size=2).map(tuple)
    if origin is Mapping:
        return st.dictionaries(values(inner[0]), values(inner[1]), max_size=3)
    if origin in (typing.Union, types.UnionType):
        return st.one_of(*map(values, inner))
    plain = {
        str: TEXT,
        bool: st.booleans(),
        int: st.integers(),
        float: st.floats(allow_nan=False, allow_infinity=False),
        type(None): st.none(),
    }
    return plain[annotation]


REPORTS = values(Report).map(lambda report: msgspec.structs.replace(report, schema_version="1.0"))


def sample(**changes: object) -> Report:
    """A small graded report with one failing check, as the corridor would write it."""
    check = CheckResult(
        id="push/test_order[two]",
        title="The last item in is the first out",
        outcome=Outcome.FAILED,
        score=0.0,
        max_score=1.5,
        visibility=Visibility.VISIBLE,
        message="pop gave 1 and 2 was expected — look at the end you take from.",
        program=(ProgramLine(0, "s = Stack()"), ProgramLine(1, "s.pop()", "1", 1)),
        graph=Graph(
            (GraphNode("s", "Stack", (FieldValue("top", "2", "nan", False, 2),), True),),
            (GraphEdge("s", "t", "1"),),
        ),
    )
    report = Report(
        schema_version="1.0",
        outcome=Verdict.GRADED,
        message="",
        exercise=ExerciseInfo("stack", "A stack", "0" * 64),
        submission=SubmissionInfo("ada", (FileInfo("stack.py", "1" * 64, 9),), "2" * 64),
        tasks=(TaskResult("push", "Push", Outcome.FAILED, 0.0, 1.5, (), (), (check,)),),
        isolation=Isolation("none", (), (MissingLayer("seccomp", "not here"),)),
        limits=Limits(),
        seed=7,
        environment=Environment("1.0", "3.11.7", "9.0", "Linux"),
        timing=Timing("2026-01-01T00:00:00Z", 0.5, {"b": 0.2, "a": 0.1}),
        score=0.0,
        max_score=1.5,
    )
    return msgspec.structs.replace(report, **changes)


def refused(data: bytes | str) -> UsageProblem:
    """What decode refuses the data with."""
    with pytest.raises(UsageProblem) as caught:
        decode(data)
    assert caught.value.exit_code == 2
    assert caught.value.message.endswith(".")
    assert caught.value.message.isprintable()
    assert caught.value.next_move
    return caught.value


def edited(**changes: object) -> bytes:
    """The sample's JSON with other top-level values."""
    return json.dumps({**json.loads(encode(sample())), **changes}).encode()


# --- writing ------------------------------------------------------------------------------


@settings(max_examples=50, deadline=None)
@given(REPORTS)
def test_a_report_survives_the_round_trip(report: Report) -> None:
    """Bytes to record and back: the same record, the same bytes, in every form."""
    for data in (encode(report), encode(report, indent=0), encode(report).decode()):
        assert decode(data) == report
    assert encode(decode(encode(report))) == encode(report)


def test_the_form_of_the_bytes() -> None:
    """UTF-8 as it is, keys in the order of the records, mappings sorted, a newline at the end."""
    data = encode(sample())
    text = data.decode("utf-8")
    assert text.endswith("}\n")
    assert "expected — look" in text
    assert list(json.loads(text))[:4] == ["schema_version", "outcome", "message", "exercise"]
    assert list(json.loads(text)["timing"]["checks"]) == ["a", "b"]
    assert text.startswith('{\n  "schema_version": "1.0",\n  "outcome": "graded",')
    line = encode(sample(), indent=0)
    assert line.count(b"\n") == 1
    assert json.loads(line) == json.loads(data)
    assert '"from": "s"' in text


def test_equal_reports_are_equal_bytes() -> None:
    """The order in which timings arrived does not show."""
    timing = Timing("2026-01-01T00:00:00Z", 0.5, {"a": 0.1, "b": 0.2})
    assert encode(sample(timing=timing)) == encode(sample())


def test_a_signature_survives_the_round_trip() -> None:
    signed = sample(signature=Signature("ed25519", "key", "value"))
    assert decode(encode(signed)) == signed


def test_a_fault_has_no_score() -> None:
    """No key at all: nothing that could be read as a mark of 0."""
    data = encode(sample(outcome=Verdict.FAULT, score=None, max_score=None, tasks=()))
    assert "score" not in json.loads(data)
    assert decode(data).score is None


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_json_cannot_say_is_our_fault(value: float) -> None:
    """It is named with its place, and never written as null."""
    timing = Timing("", 0.0, {"push/a": value})
    with pytest.raises(Fault, match=r"report\.timing\.checks\['push/a'\] is ") as caught:
        encode(sample(timing=timing))
    assert caught.value.exit_code == 5
    with pytest.raises(Fault, match=r"report\.score is "):
        encode(sample(score=value))
    check = msgspec.structs.replace(sample().tasks[0].checks[0], max_score=value)
    task = msgspec.structs.replace(sample().tasks[0], checks=(check,))
    with pytest.raises(Fault, match=r"report\.tasks\[0\]\.checks\[0\]\.max_score is "):
        encode(sample(tasks=(task,)))


def test_text_that_is_no_unicode_is_our_fault() -> None:
    """Half a surrogate pair should have been cleaned where it came in."""
    with pytest.raises(Fault, match="cannot be written as JSON"):
        encode(sample(message="\ud800"))


# --- reading ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "what", "next_move"),
    [
        (b"", "The report is empty", "`grader grade --json FILE`"),
        (" \n", "The report is empty", "`grader grade --json FILE`"),
        (b"{", "cut short", "Copy it again"),
        (b"hello", "This is not JSON", "`grader grade --json FILE`"),
        (b"\xff", "This is not JSON", "`grader grade --json FILE`"),
        (b'"\xff"', "This is not JSON", "`grader grade --json FILE`"),
        ("\ud800", "This is not JSON", "`grader grade --json FILE`"),
        (b"[" * 100_000, "nested too deeply", "`grader grade --json FILE`"),
        (b'{"schema_version": NaN}', "This is not JSON", "`grader grade --json FILE`"),
        (b'{"schema_version": 1e999}', "This is not JSON", "`grader grade --json FILE`"),
        (b"[]", "not a report of this grader", "`grader grade --json FILE`"),
        (b"{}", "it has no `schema_version`", "`grader grade --json FILE`"),
        (b'{"schema_version": 1}', "is not a version such as 1.1", "`grader grade --json FILE`"),
        (b'{"schema_version": "1"}', "is not a version", "`grader grade --json FILE`"),
        (b'{"schema_version": "\\u001b.0"}', "is not a version", "`grader grade --json FILE`"),
        (b'{"schema_version": "2.0"}', "format version 2.0; this grader reads", "Update the grad"),
        (b'{"schema_version": "0.9"}', "has format version 0.9", "Grade again"),
        (b'{"schema_version": "1.0"}', "does not follow format version 1", "--json FILE"),
        (b'{"schema_version": "1.9"}', "does not follow format version 1", "from a newer one"),
        (edited(score="10"), "Expected `float | null`, got `str` - at `$.score`", "--json FILE"),
        (edited(outcome="\x1b[2J"), "Invalid enum value", "--json FILE"),
        (edited(score=10**400), "does not follow format version 1", "--json FILE"),
        (edited(limits=3), "at `$.limits`", "--json FILE"),
        (edited(tasks=[3]), "at `$.tasks[0]`", "--json FILE"),
    ],
)
def test_what_is_no_report_is_refused(data: bytes | str, what: str, next_move: str) -> None:
    """What is wrong with it, and which file would do; never a traceback."""
    error = refused(data)
    assert what in error.message, error.message
    assert next_move in error.next_move


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda raw: raw.update(score=raw["max_score"] + 1), "gives report "),
        (lambda raw: raw.update(score=-1), "gives report -1 of "),
        (lambda raw: raw.update(score=-2, max_score=-1), "gives report -2 of -1"),
        (lambda raw: raw.update(score=1e308, max_score=1e308), "gives report 1e+308 of "),
        (lambda raw: raw["tasks"][0].update(score=99), "99 of "),
        (lambda raw: raw["tasks"][0]["checks"][0].update(score=-0.5), "-0.5 of "),
        (lambda raw: raw["tasks"][0]["checks"][0].update(score=1e308), "1e+308 of "),
    ],
)
def test_points_that_no_grading_gives_are_refused(change: Any, words: str) -> None:
    raw = json.loads(encode(sample()))
    change(raw)
    error = refused(json.dumps(raw))
    assert words in error.message, error.message
    assert "no grading does" in error.message


def test_a_rounded_score_may_be_a_little_above_the_maximum() -> None:
    raw = json.loads(encode(sample()))
    raw["score"] = raw["max_score"] + 1e-5
    assert decode(json.dumps(raw)).score == raw["score"]


@pytest.mark.parametrize("depth", [2_000, 100_000])
def test_deep_nesting_is_called_so(depth: int) -> None:
    """Also under a key that is passed over, and within what is a report else."""
    deep = b"[" * depth + b"]" * depth
    for data in (deep, encode(sample()).rstrip()[:-1] + b', "new": ' + deep + b"}"):
        assert "nested too deeply" in refused(data).message


@pytest.mark.parametrize("key", ["score", "schema_version", "tasks"])
def test_a_key_that_stands_twice_is_named(key: str) -> None:
    data = encode(sample(), indent=0)
    assert f"`{key}` stands twice" in refused(b'{"%s": 3, ' % key.encode() + data[1:]).message
    nested = data.replace(b'"tasks":[{', b'"tasks":[{"title": "", ')
    assert "`title` stands twice" in refused(nested).message


def test_a_report_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not even parsed."""
    assert wire.LARGEST == 64 * 2**20
    monkeypatch.setattr(wire, "LARGEST", 2**20)
    assert "larger than 1 MiB" in refused(b" " * (2**20 + 1)).message


def test_a_newer_minor_is_read_without_its_new_keys() -> None:
    """Minors only add: new keys are passed over wherever they stand, limits included."""
    raw = json.loads(encode(sample()))
    later = copy.deepcopy(raw)
    later["schema_version"] = "1.7"
    for record in (
        later,
        later["limits"],
        later["exercise"],
        later["tasks"][0],
        later["tasks"][0]["checks"][0],
        later["tasks"][0]["checks"][0]["graph"]["nodes"][0],
        later["timing"],
    ):
        record["new_in_1_7"] = {"deep": [1]}
    assert decode(json.dumps(later)) == sample(schema_version="1.7")


def test_a_byte_order_mark_does_no_harm() -> None:
    """Some editors and shells add one."""
    assert decode(b"\xef\xbb\xbf" + encode(sample())) == sample()
    assert decode("\ufeff" + encode(sample()).decode()) == sample()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
)


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=80)
    | st.text(max_size=40)
    | JSON.map(json.dumps)
    | st.tuples(st.sampled_from(sorted(json.loads(encode(sample())))), JSON).map(
        lambda change: edited(**{change[0]: change[1]})
    )
    | st.integers(0, len(encode(sample()))).map(lambda cut: encode(sample())[:cut])
)
def test_rubbish_is_a_report_or_a_usage_problem(data: bytes | str) -> None:
    """Whatever comes in, only these two come out."""
    try:
        report = decode(data)
    except UsageProblem as error:
        problem = error
    else:
        assert decode(encode(report)) == report
        return
    assert problem.message.isprintable()
    assert problem.next_move


# --- the schemas --------------------------------------------------------------------------


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_committed_schema_is_the_generated_one(name: str, accept_golden: bool) -> None:
    """`pytest --accept` writes it anew; the difference is then read in review.

    Keys stand in another order with another version of msgspec, and mean the same.
    """
    generated = schema_text(SCHEMAS[name]())
    if accept_golden:
        schema.committed_file(name).write_bytes(generated)
    assert json.loads(schema.committed(name)) == json.loads(generated)


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schema_is_a_schema(name: str) -> None:
    """Of the 2020-12 dialect, with an identity, and words for every record."""
    made = SCHEMAS[name]()
    jsonschema.Draft202012Validator.check_schema(made)
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert made["$id"] == f"urn:autograd-grader:schema:{name}:v{schema.VERSIONS[name]}"
    assert made["title"]
    for record in made["$defs"].values():
        assert record["title"]
        assert record["description"]
        assert "\n" not in record["description"]


def test_every_documented_key_exists() -> None:
    """A renamed field takes its words along."""
    records = {**report_schema()["$defs"], **tasks_schema()["$defs"]}
    for record, words in schema.WORDS.items():
        assert set(words) <= set(records[record]["properties"]), record
    assert records["Report"]["properties"]["score"]["description"].startswith("Points earned")


def complaints(name: str, data: object) -> list[str]:
    """What the schema has against the data."""
    validator = jsonschema.Draft202012Validator(SCHEMAS[name]())
    return [error.message for error in validator.iter_errors(data)]


@settings(max_examples=25, deadline=None)
@given(REPORTS)
def test_every_report_follows_its_schema(report: Report) -> None:
    """Whatever the records can hold, the schema allows."""
    assert complaints("report", json.loads(encode(report))) == []


def test_the_report_schema_allows_new_keys_and_refuses_wrong_ones() -> None:
    """Consumers pass over what they do not know; a wrong type or a missing key is an error."""
    raw = json.loads(encode(sample()))
    raw["new"] = raw["limits"]["new"] = raw["tasks"][0]["new"] = 1
    assert complaints("report", raw) == []
    assert complaints("report", {**raw, "outcome": "fine"})
    assert complaints("report", {**raw, "score": "10"})
    del raw["timing"]
    assert complaints("report", raw) == ["'timing' is a required property"]


def test_the_tasks_schema_judges_a_manifest() -> None:
    """It refuses what reading refuses: unknown keys, another format, no points, no tasks."""
    task = {"id": "push", "title": "Push", "points": 2.5, "statement": "Put it on top."}
    manifest = {
        "format": 1,
        "id": "stack",
        "title": "A stack",
        "submission": {"module": "stack", "class": "Stack"},
        "tasks": [task],
    }
    assert complaints("tasks", manifest) == []
    for wrong in (
        {"format": 2},
        {"titel": "A stack"},
        {"tasks": []},
        {"tasks": [{**task, "points": 0}]},
        {"tasks": [{**task, "pionts": 1}]},
        {"limits": {"memory": 1}},
        {"limits": {"memory_mb": 1}},
        {"submission": {"module": "stack"}},
    ):
        assert complaints("tasks", {**manifest, **wrong}), wrong

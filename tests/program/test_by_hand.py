"""What a report shows of a program is what a learner gets who pastes it beside the file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.exercise.near_misses import near_misses
from grader.grading import pipeline
from grader.intake.take import take_source
from grader.model.report import Evidence, Report
from grader.program.listing import number_text
from tests.author.kit import mistake_sources
from tests.submitted import EXERCISE, REFERENCE, graded

PRODUCT, SUM = "self.data * other.data, ", "self.data + other.data, "
SLOPE = "other.grad += self.data * out.grad"
INIT = "        self.grad = 0  #"
RUN = "            node._backward()\n"
WRONG = {
    "slope": {SLOPE: "other.grad += other.data * out.grad"},
    "assigns": {SLOPE: SLOPE.replace("+=", "=")},
    "no result": {"        return out\n": ""},
    "raises": {PRODUCT: "self.data * other, "},
    "text": {PRODUCT: "str(self.data), "},
    "changes its input": {SUM: f"self.data, (self, other), '+'); self.data += 1; Value({SUM}"},
    "counts all nodes": {
        INIT: f"        Value.made = getattr(Value, 'made', 0) + 1\n{INIT}",
        PRODUCT: f"{PRODUCT[:-2]} + Value.made, ",
    },
    "counts up to four": {
        INIT: f"        Value.made = getattr(Value, 'made', 0) + 1\n{INIT}",
        PRODUCT: f"{PRODUCT[:-2]} + (Value.made > 4), ",
        SUM: f"{SUM[:-2]} + (Value.made > 4), ",
    },
    "one list for all": {
        "_children=(), ": "_children=(), all=[], ",
        INIT: f"        all.append(data)\n        self.data = sum(all)\n{INIT}",
    },
    "order of a set": {"        for node in reversed(order):": "        for node in set(order):"},
}
PASTE = """
import json, sys
lines, fields, names = json.load(sys.stdin)
answers, error = [], ""
for code in lines:
    try:
        try:
            answers.append(eval(code, names))
        except SyntaxError:
            exec(code, names)
            answers.append(None)
    except Exception as raised:
        error = type(raised).__name__
        break
read = [getattr(names[node], field) for node, field in fields]

def plain(one):
    is_plain = one is None or isinstance(one, (int, float, str))
    return one if is_plain else {"type": type(one).__name__}

json.dump([[*map(plain, answers)], [*map(plain, read)], error], sys.stdout)
"""


def wrong(kind: str) -> str:
    source = REFERENCE
    for old, new in WRONG[kind].items():
        assert old in source
        source = source.replace(old, new)
    return source


def shown(report: Report) -> Iterator[tuple[Evidence, set[str]]]:
    """Each program that is shown, and the notes beside it."""
    for task in report.tasks:
        if task.evidence is not None:
            yield task.evidence, {note for check in task.checks for note in check.notes}


def by_hand(evidence: Evidence, folder: Path) -> tuple[list[object], list[object], str]:
    """What each line gives, what the nodes hold at the end, and the exception, if any."""
    nodes = evidence.graph.nodes if evidence.graph else ()
    fields = [(node.id, field.name) for node in nodes for field in node.fields]
    done = subprocess.run(
        [sys.executable, "-c", PASTE],
        input=json.dumps([[line.code for line in evidence.program], fields, {}]),
        cwd=folder,
        env={**os.environ, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return tuple(json.loads(done.stdout))


def differing(evidence: Evidence, folder: Path) -> list[str]:
    """What is shown and not given by hand."""
    answers, read, error = by_hand(evidence, folder)
    nodes = evidence.graph.nodes if evidence.graph else ()
    told = [field.got for node in nodes for field in node.fields]
    pairs = list(zip(told, map(as_shown, read), strict=True))
    last = evidence.program[-1]
    raised = last.error or ""
    pairs.append((raised.partition(":")[0], error))
    if not raised:
        pairs.append((last.result, as_shown(answers[-1])))
    return [f"{one}, by hand {other}" for one, other in pairs if one != other]


def as_shown(value: object) -> str:
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, dict):
        return f"an object of type {value['type']}, which is not a number"
    return f"{'the text ' * isinstance(value, str)}{value!r}, which is not a number"


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_shown_is_what_a_learner_gets(kind, tmp_path):
    """Or it is said that this depends on the order of a set."""
    source = wrong(kind)
    (tmp_path / "value.py").write_text(source, "utf-8")
    report = graded(source)
    programs = list(shown(report))
    assert programs or any(note for task in report.tasks for c in task.checks for note in c.notes)
    for evidence, notes in programs:
        if kind == "order of a set":
            assert any("set" in note for note in notes)
        else:
            assert differing(evidence, tmp_path) == []


@pytest.mark.slow
def test_so_it_is_for_every_known_mistake_and_near_miss(tmp_path):
    sources = [text for _, text in mistake_sources(EXERCISE)]
    sources += [path.read_text("utf-8") for path in near_misses(EXERCISE)]
    taken = (take_source("value.py", text.encode(), EXERCISE.module_file) for text in sources)
    reports: list[Report] = []
    options = pipeline.Options(isolation="none")
    pipeline.grade_each(EXERCISE, taken, lambda _, report: reports.append(report), options)
    for source, report in zip(sources, reports, strict=True):
        (tmp_path / "value.py").write_text(source, "utf-8")
        for evidence, notes in shown(report):
            differs = differing(evidence, tmp_path)
            assert not differs or any("set" in note for note in notes), (source, differs)

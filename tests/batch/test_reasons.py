"""Each mistake is counted where it is recognised, and every zero has its reason."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing

import pytest
from msgspec.structs import replace
from rich.console import Console

from grader.exercise import load as exercises
from grader.gradebook.store import FILE
from grader.model.check import Outcome, Visibility
from grader.model.report import Diagnosis
from grader.render.html.class_page import class_page
from grader.render.terminal.class_summary import summary
from tests.batch import kit
from tests.batch.filled import fill, outputs
from tests.render import building, reports
from tests.render.building import CHECKS, task, with_check

STARTS_AT_ONE = "value/GradientStartsAtOne"
ONE = "`__init__` starts the gradient at 1"
RULE = "`a * b` follows another rule than it should"


def ids(*tasks):
    """The ids of all checks of these tasks."""
    return tuple(
        f"{name}/test_{n}" for name in tasks for n, _ in enumerate(CHECKS[name][1], start=1)
    )


def all_of(name, outcome, **changes):
    """The task with all of its checks ending so."""
    made = task(name, [outcome] * len(CHECKS[name][1]))
    return replace(made, checks=tuple(replace(check, **changes) for check in made.checks))


def diagnosed(made, name, title, *explained, rule=""):
    """The task with a mistake that explains these checks."""
    found = Diagnosis(name, title, "Why.", explained, rule=rule)
    return replace(made, diagnoses=(*made.diagnoses, found))


WAITING = all_of("neuron", Outcome.BLOCKED, message="waits for add, mul and relu")


def in_every_task():
    """A mistake that is told with `add`; the other tasks say that it is the same."""
    add = all_of("add", Outcome.FAILED, message="a.grad should be 1.0, got 2.0")
    others = [all_of(name, Outcome.FAILED, same_as="add") for name in ("mul", "relu")]
    add = diagnosed(add, STARTS_AT_ONE, ONE, *ids("add", "mul", "relu"))
    return building.report([add, *others, WAITING])


def inferred(rule):
    """`mul` follows this rule."""
    mul = diagnosed(task("mul", building.FAILED_MUL), "mul/inferred", RULE, *ids("mul"), rule=rule)
    return building.report([task("add"), mul, task("relu"), WAITING])


def stopped(*outcomes, **changes):
    """Nothing passes, and nothing is recognised."""
    made = [all_of(name, outcomes[0], **changes) for name in ("add", "mul", "relu")]
    return building.report([*made, WAITING])


def hidden_first():
    """The first check that fails is hidden, the second one is not."""
    add, mul, relu, neuron = stopped(Outcome.ERROR, message="TypeError: shown").tasks
    add = with_check(add, 1, visibility=Visibility.HIDDEN, message="TypeError: SECRET")
    return building.report([add, mul, relu, neuron])


CLASS = {
    "everywhere": in_every_task(),
    "rule-1": inferred("b <- a * out.grad"),
    "rule-2": inferred("b <- a * out.grad"),
    "rule-3": inferred("a <- out.grad"),
    "unknown": reports.undiagnosed(),
    "starter": reports.zero(),
    "unimportable": reports.unimportable(),
    "exits": stopped(Outcome.CRASHED, message="your code ended the process it ran in"),
    "hidden": hidden_first(),
    "silent": stopped(Outcome.FAILED, visibility=Visibility.HIDDEN, message="SECRET"),
    "full": reports.full(),
    "lowered": reports.full(),
    "raised": reports.zero(),
}
OVERRIDES = {"lowered": (4.0, "copied"), "raised": (5.0, "by word of mouth")}


@pytest.fixture(scope="module")
def course():
    """The exercise that the reports are about."""
    return exercises.load(None)


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """Where the gradebook of the class lies."""
    folder = tmp_path_factory.mktemp("reasons")
    fill(folder, CLASS, OVERRIDES)
    return folder


@pytest.fixture(scope="module")
def view(out, course):
    """The class at a glance."""
    return outputs(out, course).view


def counted(view):
    """The mistakes of a class by id and rule: task, other tasks, learners."""
    return {(one.id, one.rule): (one.task, one.also, one.learners) for one in view.mistakes}


def test_the_same_mistake_in_later_tasks_counts_with_it(view):
    assert counted(view)[STARTS_AT_ONE, ""] == ("add", ("mul", "relu"), 1)
    unexplained = {one.task: {who.id for who in one.examples} for one in view.unexplained}
    assert unexplained == {
        "add": {"hidden", "silent"},
        "mul": {"hidden", "silent", "unknown"},
        "relu": {"hidden", "silent"},
        "neuron": {"unknown"},
    }


def test_inferred_rules_are_counted_by_rule(view):
    rules = {rule: found for (name, rule), found in counted(view).items() if name == "mul/inferred"}
    assert rules == {"b <- a * out.grad": ("mul", (), 2), "a <- out.grad": ("mul", (), 1)}
    page = class_page(view)
    told = {one.person.id: one.titles for one in view.learners}
    assert told["rule-1"] == (f"{RULE} (inferred: `b <- a * out.grad`)",)
    assert "(inferred: <code>b &lt;- a * out.grad</code>)" in page


ZEROS = {
    "everywhere": f"no points: {ONE}",
    "starter": "nothing is written yet",
    "unimportable": "value.py could not be imported: SyntaxError: expected ':'. in line 21: "
    "def __add__(self, other) ^",
    "exits": "no points: your code ended the process it ran in",
    "hidden": "no points: TypeError: shown",
    "silent": "no check passes",
    "raised": "nothing is written yet",
}


def test_every_zero_has_its_reason_and_nothing_else_has(view, out):
    rows = kit.grades(out)
    assert {name: row["message"] for name, row in rows.items() if row["message"]} == ZEROS
    lines = {one.person.id: " ".join(one.message.split()) for one in view.learners}
    assert {name: message for name, message in lines.items() if message} == ZEROS
    page = class_page(view)
    for reason in ("nothing is written yet", "could not be imported: SyntaxError: expected"):
        assert reason in page.partition('id="learners"')[2].partition("</section>")[0]


def test_people_read_names_of_mistakes_and_programs_ids(view, out):
    assert kit.grades(out)["everywhere"]["mistakes"] == ONE
    (line,) = [one for one in view.learners if one.person.id == "everywhere"]
    assert (line.mistakes, line.titles) == ((STARTS_AT_ONE,), (ONE,))
    page = class_page(view)
    assert STARTS_AT_ONE not in page
    assert "mul/inferred" not in page
    assert "starts the gradient at 1" in page


def test_a_group_without_a_mistake_says_how_its_checks_end(tmp_path, course):
    fill(tmp_path, {name: CLASS[twin] for name, twin in TWINS.items()}, None)
    page = class_page(outputs(tmp_path, course).view)
    groups = page.partition('id="failures"')[2].partition("</section>")[0]
    for words in ("not written yet", "crashed", "no known mistake fits"):
        assert groups.count(f'<th scope="row">{words}</th>') == 1, words


TWINS = {f"{name}-{n}": name for name in ("starter", "exits", "unknown") for n in (1, 2)}


def test_a_gradebook_of_an_earlier_release_is_told_the_same(tmp_path, course, view):
    fill(tmp_path, CLASS, OVERRIDES)
    with closing(sqlite3.connect(tmp_path / FILE)) as database, database:
        database.execute("DROP TABLE reasons")
        database.execute("DROP TABLE first_failures")
    again = outputs(tmp_path, course).view
    assert replace(again, started_at=view.started_at) == view


def test_a_mark_below_the_graded_one_is_told_in_words(view):
    page = class_page(view)
    overrides = page.partition('id="overrides"')[2].partition("</section>")[0]
    assert overrides.count("below the graded mark") == 1
    assert "set by a grader, below the graded mark of 10<" in page
    said = printed(view)
    assert "1 mark set by a grader is below the graded one\n" in said
    assert "lowered: 4 instead of 10 (copied)\n" in said


def printed(view, width=80):
    """What the terminal says of a class, without spaces at the ends of lines."""
    stream = io.StringIO()
    Console(file=stream, width=width).print(summary(view, "out", "in 1 s"))
    return "".join(f"{line.rstrip()}\n" for line in stream.getvalue().splitlines())


def test_the_summary_fits_a_terminal_of_80_columns(view):
    lines = printed(view).splitlines()
    assert max(map(len, lines)) <= 80
    assert all(line.startswith("  ") for line in lines), "what goes on keeps its indent"
    assert lines[4].split()[-2:] == ["mul", "3"], "what is commonest comes first"


def test_a_learner_is_linked_to_the_page_where_there_is_one(out, course):
    pages = {"starter": "feedback/starter.html"}
    view = outputs(out, course, pages).view
    assert {one.person.id for one in view.learners if one.person.page} == {"starter"}
    text = (out / "class.html").read_text("utf-8")
    everybody = text.partition('id="learners"')[2].partition("</section>")[0]
    assert 'href="feedback/starter.html">starter</a>' in everybody
    assert 'href="reports/exits.json">exits</a>' in everybody
    assert "reports/starter.json" not in text

"""Finding a format: ours, another package's, and none."""

import json
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from grader import export
from grader.model.errors import UsageProblem
from grader.report import wire
from tests.export.samples import PARTIAL

HERE = "tests.export.test_registry"


def shout(report):
    """Another package's exporter."""
    return f"{report.exercise.id.upper()}\n"


def number(report):
    return 42


def explode(report):
    raise ZeroDivisionError("\x1b[31mof all things")


def choosy(report):
    raise UsageProblem("this one wants a learner")


not_a_function = "text"


@pytest.fixture
def others(monkeypatch):
    """Registers entry points as another distribution's would be."""

    def register(**targets):
        entries = [
            EntryPoint(name.replace("_", "-"), target, export.GROUP)
            for name, target in targets.items()
        ]
        monkeypatch.setattr(export, "entry_points", lambda group: EntryPoints(entries))

    return register


def test_every_file_of_ours_is_a_format():
    for name in export.FORMATS:
        assert callable(export.exporter(name))
        assert "_" not in name


def test_names_list_ours_first(others):
    others(aaa=f"{HERE}:shout")
    assert export.names() == [*export.FORMATS, "aaa"]


def test_another_package_joins_in(others):
    others(shouting=f"{HERE}:shout")
    assert export.exporter("shouting")(PARTIAL) == "AUTOGRAD-OPERATIONS\n"
    assert export.class_exporter("shouting") is None


def test_another_package_cannot_take_our_name(others):
    others(junit=f"{HERE}:shout")
    assert export.exporter("junit")(PARTIAL).startswith("<?xml")
    assert export.names().count("junit") == 1


def test_another_package_is_not_loaded_before_it_is_asked_for(others):
    others(broken="no.such.module:export", shouting=f"{HERE}:shout")
    assert export.exporter("shouting")
    assert "broken" in export.names()


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("no.such.module:export", "cannot be loaded: ModuleNotFoundError"),
        (f"{HERE}:missing", "cannot be loaded: AttributeError"),
        (f"{HERE}:not_a_function", "is not a function"),
    ],
)
def test_a_broken_one_is_named(others, target, told):
    others(their_format=target)
    with pytest.raises(UsageProblem, match=f"'their-format'.*{told}"):
        export.exporter("their-format")


def test_one_that_fails_is_named_and_its_words_are_harmless(others):
    others(bad=f"{HERE}:explode", number=f"{HERE}:number", choosy=f"{HERE}:choosy")
    with pytest.raises(UsageProblem, match="'bad' failed: ZeroDivisionError") as caught:
        export.exporter("bad")(PARTIAL)
    assert "\x1b" not in str(caught.value)
    with pytest.raises(UsageProblem, match="gave int where text was due"):
        export.exporter("number")(PARTIAL)
    with pytest.raises(UsageProblem, match="wants a learner"):
        export.exporter("choosy")(PARTIAL)


@pytest.mark.parametrize(
    ("asked", "meant"),
    [("gradscope", "gradescope"), ("JUnit", "junit"), ("canvas", "canvas-csv"), ("lti", "lti-ags")],
)
def test_a_misspelt_name_is_met_with_the_likely_one(asked, meant):
    with pytest.raises(UsageProblem) as caught:
        export.exporter(asked)
    assert caught.value.next_move == f"Did you mean {meant}?"
    with pytest.raises(UsageProblem):
        export.class_exporter(asked)


@pytest.mark.parametrize("asked", ["", "xyzzy", "\x1b[2J", "a" * 10_000])
def test_an_unknown_name_is_met_with_all(asked):
    with pytest.raises(UsageProblem) as caught:
        export.exporter(asked)
    assert "gradescope" in caught.value.next_move
    assert len(str(caught.value)) < 500
    assert "\x1b" not in str(caught.value)


def test_the_page_for_platforms_tells_of_every_format_and_its_example_runs(tmp_path, monkeypatch):
    page = (Path(__file__).parents[2] / "docs" / "platforms.md").read_text("utf-8")
    assert [name for name in export.FORMATS if f"| `{name}` |" not in page] == []
    monkeypatch.chdir(tmp_path)
    Path("report.json").write_bytes(wire.encode(PARTIAL))
    blocks = [rest.split("```")[0] for rest in page.split("```python\n")[1:]]
    (example,) = (block for block in blocks if "class_exporter" in block)
    made = {}
    exec(example, made)
    assert json.loads(made["text"])["score"] == 7
    assert made["table"].count("Doe, Jane") == 2

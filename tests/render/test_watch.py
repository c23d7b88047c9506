"""The screen of the watch: golden texts to read as a person would, and what holds at every size."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from grader.render.terminal.lines import Page
from grader.render.terminal.watch import Part, State, View, rendered, watch_screen
from grader.text import words
from tests.render import reports

GOLDEN = Path(__file__).parent / "golden" / "watch"
HINTS = {
    "add": "A sum changes as fast as either of its inputs does. What does that say of the slopes?",
    "mul": "How much does `a * b` change when only a changes? What does that depend on?",
}
CHANGES = (
    "worse: 3 checks no longer pass (Each factor receives the other one; A factor used twice "
    "collects both contributions; A product inside a product multiplies by what arrives)",
    "4 checks do not pass yet",
)
HINT = ("mul · hint 1 of 3", HINTS["mul"])


def watch_text(view: View, *, width: int, height: int, color: bool = False) -> str:
    """The screen as text; without `color` free of its sequences."""
    console = Console(
        file=io.StringIO(),
        width=width,
        force_terminal=color,
        color_system="256" if color else None,
        no_color=not color,
        legacy_windows=False,
    )
    page = Page(console, console.options)
    return rendered(console, watch_screen(page, view, height).lines)


def checked(name: str, **more: object) -> View:
    """The view of a sample that was just checked."""
    report = reports.SAMPLES[name]
    view = View("value.py", State.CHECKED, report=report, attempt=3, hints=HINTS)
    return view._replace(**more)


VIEWS = {
    "starter": checked("zero"),
    "begun": checked("begun", glance="2 better"),
    "wrong": checked("partial", glance="3 worse", changes=CHANGES),
    "hint": checked("partial", aside=HINT),
    "turned": checked("partial", changes=CHANGES, top=999),
    "chosen": checked("partial", task="add"),
    "all": checked("partial", part=Part.ALL),
    "keys": checked("partial", part=Part.KEYS),
    "broken": checked("unimportable", glance="11 worse"),
    "again": checked("partial", state=State.CHECKING),
    "slow": checked("partial", state=State.CHECKING, seconds=4),
    "gone": checked("partial", state=State.GONE),
    "refused": checked("partial", state=State.REFUSED, refusal="value.py is not UTF-8 text."),
    "done": checked("full", glance="3 better"),
    "fault": checked("fault"),
    "first": View("value.py"),
}
SIZES = ((80, 24), (60, 20))
IN_GERMAN = ("starter", "wrong", "hint", "again", "broken", "gone", "keys", "done")


SCREENS = [
    *(("en", name, *size) for name in VIEWS for size in SIZES),
    *(("de", name, *size) for name in IN_GERMAN for size in SIZES),
]


@pytest.fixture
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The language of the reader."""
    monkeypatch.setenv("LANGUAGE", request.param)
    words.catalogue.cache_clear()
    yield request.param
    monkeypatch.undo()
    words.catalogue.cache_clear()


@pytest.mark.parametrize(("language", "name", "width", "height"), SCREENS, indirect=["language"])
def test_the_screen_reads_as_accepted(
    language: str, name: str, width: int, height: int, accept_golden: bool
) -> None:
    shown = watch_text(VIEWS[name], width=width, height=height)
    file = GOLDEN / language / f"{name}-{width}x{height}.txt"
    if accept_golden:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(shown, encoding="utf-8")
    assert shown == file.read_text(encoding="utf-8")


def test_there_is_no_golden_screen_without_a_test() -> None:
    expected = {f"{lang}/{name}-{width}x{height}.txt" for lang, name, width, height in SCREENS}
    assert {f"{file.parent.name}/{file.name}" for file in GOLDEN.rglob("*.txt")} == expected


@pytest.mark.parametrize("name", reports.SAMPLES)
@pytest.mark.parametrize(
    ("width", "height"), [(20, 5), (40, 10), (60, 20), (80, 24), (100, 60), (200, 80)]
)
def test_it_fills_the_terminal_and_q_is_always_there(name: str, width: int, height: int) -> None:
    for part in Part:
        lines = watch_text(checked(name, part=part), width=width, height=height).split("\n")
        assert lines.pop() == ""
        assert len(lines) == height
        assert all(cell_len(line) <= width for line in lines)
        assert lines[-1].startswith("q quit")


@pytest.mark.parametrize("name", VIEWS)
def test_colour_changes_no_character(name: str) -> None:
    coloured = watch_text(VIEWS[name], width=80, height=24, color=True)
    assert "\x1b[" in coloured
    assert Text.from_ansi(coloured).plain == watch_text(VIEWS[name], width=80, height=24)


def test_a_hint_pushes_neither_the_mistake_nor_its_program_away() -> None:
    without, shown = (
        watch_text(VIEWS[name], width=60, height=20).split("\n") for name in ("wrong", "hint")
    )
    at = shown.index(HINT[0])
    assert "a.grad   # expected 6.0, got 3.0" in shown[:at]
    assert shown[3:at] == without[3:at]


def test_praise_and_the_next_task_are_whole_on_a_narrow_screen() -> None:
    shown = [" ".join(watch_text(VIEWS[n], width=24, height=20).split()) for n in ("done", "begun")]
    assert "checks pass. Well done." in shown[0]
    assert "Next is mul · Multiplication" in shown[1]


def test_every_line_can_be_turned_to() -> None:
    whole = watch_text(VIEWS["wrong"], width=60, height=200)
    pages = [watch_text(VIEWS["wrong"]._replace(top=top), width=60, height=20) for top in range(60)]
    body = [line for line in whole.split("\n")[3:-3] if line]
    assert [line for line in body if not any(line in page for page in pages)] == []


def test_while_it_is_checked_the_old_result_does_not_look_like_the_new() -> None:
    again = watch_text(VIEWS["again"], width=80, height=24).split("\n")
    assert again[0].strip() == "checking value.py …   below: attempt 3"
    slow = watch_text(VIEWS["slow"], width=80, height=24)
    assert slow.split("\n")[0].strip() == "checking value.py … 4 s"
    assert "replaces the gradient" not in slow

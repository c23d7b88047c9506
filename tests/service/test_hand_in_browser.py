"""The page to hand in, in a real browser: by keyboard, by dropping, without JavaScript.

Needs what `tests/page/test_page_browser.py` needs, and is skipped for the same reasons.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli import submissions
from tests.page.test_page_browser import ARGUMENTS, CHROMIUM, SIZES, sync_api, violations
from tests.service.running import serving

LOOKS = list(itertools.product(SIZES, ("light", "dark")))
NAMED = "__mul__ replaces the gradient instead of adding to it"
DROP = """(text) => {
  const held = new DataTransfer();
  held.items.add(new File([text], "mine.py"));
  document.body.dispatchEvent(
    new DragEvent("drop", { dataTransfer: held, bubbles: true, cancelable: true }));
}"""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page of an open service."""
    with serving(tmp_path_factory.mktemp("service"), "--jobs", 1) as service:
        yield f"{service.address}c/local/"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Any]:
    """Opens the page; at the end nothing was said in the console or asked of anybody else."""
    opened: list[Any] = []
    said: list[str] = []
    asked: list[str] = []

    def go(size: str = "desktop", scheme: str = "light", **options: Any) -> Any:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, **options
        )
        tab = context.new_page()
        tab.set_default_timeout(60_000)
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("request", lambda request: asked.append(request.url))
        opened.append(context)
        tab.goto(address)
        return tab

    yield go
    for context in opened:
        context.close()
    assert said == []
    assert [url for url in asked if not url.startswith(address)] == []


def fits(tab: Any) -> bool:
    """Whether nothing has to be scrolled to the side."""
    return bool(tab.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_a_mistake_is_seen_and_mended(visit: Any, size: str, scheme: str) -> None:
    """Every page on the way has no fault that axe finds, and fits the screen."""
    tab = visit(size, scheme)
    assert (violations(tab), fits(tab)) == ([], True)
    tab.get_by_label("Your code").fill(submissions.wrong_mul())
    tab.get_by_role("button", name="Hand in").click()
    tab.get_by_role("heading", name=NAMED).wait_for()
    assert (violations(tab), fits(tab)) == ([], True)
    code = tab.get_by_label("Your code")
    assert code.input_value() == submissions.wrong_mul()
    code.fill(submissions.REFERENCE)
    tab.get_by_role("button", name="Hand in").click()
    tab.get_by_text("Well done").wait_for()
    assert (violations(tab), fits(tab)) == ([], True)


def test_the_keyboard_is_enough(visit: Any) -> None:
    tab = visit()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")  # to the form
    tab.keyboard.press("Tab")
    tab.keyboard.insert_text(submissions.REFERENCE)
    for _ in ("the file", "the name"):
        tab.keyboard.press("Tab")
    tab.keyboard.insert_text("Ada")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.get_by_text("Well done").wait_for()
    assert tab.get_by_text("Ada", exact=True).count() == 1


def test_without_javascript_a_file_is_taken(visit: Any, tmp_path: Path) -> None:
    tab = visit(java_script_enabled=False)
    file = tmp_path / "mine.py"
    file.write_text(submissions.wrong_mul())
    tab.get_by_label("or a file").set_input_files(file)
    tab.get_by_role("button", name="Hand in").click()
    tab.get_by_role("heading", name=NAMED).wait_for()
    assert tab.get_by_text("You can drop it").count() == 0 or not (
        tab.get_by_text("You can drop it").is_visible()
    )


def test_a_file_may_be_dropped_anywhere(visit: Any) -> None:
    tab = visit()
    tab.evaluate(DROP, submissions.REFERENCE)
    tab.get_by_role("button", name="Hand in").click()
    tab.get_by_text("Well done").wait_for()
    assert tab.get_by_text("mine.py").count() == 1


def test_what_waits_shows_the_feedback_when_it_is_there(visit: Any, browser: Any) -> None:
    """The one before it takes longer than an answer is held back for."""
    slow = visit()
    slow.get_by_label("Your code").fill("class Value:\n    pass\nwhile True:\n    pass\n")
    later = visit()
    later.get_by_label("Your code").fill(submissions.REFERENCE)
    slow.get_by_role("button", name="Hand in").click(no_wait_after=True)
    later.get_by_role("button", name="Hand in").click()
    later.get_by_text("Well done").wait_for()

"""The page in a real browser: nothing fails, nothing is fetched, every fold opens by keyboard.

Needs `playwright`, `axe-playwright-python` (for the axe-core it carries) and a Chromium on the
machine; skipped, with the reason, where one is missing. The browser is never downloaded.
"""

import os
import re
import shutil
from importlib.resources import files
from pathlib import Path

import pytest
from msgspec.structs import replace

from grader.exercise import load as exercises
from grader.grading import pipeline as grading
from grader.intake import take as intake
from grader.render.html.page import page

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")

ROOT = Path(__file__).parents[2]
CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"phone": (360, 740), "desktop": (1280, 800)}
LOOKS = {"phone": "dark", "desktop": "light"}
"""Contrast depends on the colours and layout on the size, and neither on the other."""
PATCHES = {
    "overwriting mul": [
        ("self.grad += other.data * out.grad", "self.grad = other.data * out.grad"),
        ("other.grad += self.data * out.grad", "other.grad = self.data * out.grad"),
    ],
    "gateless relu": [
        ("            if self.data > 0:\n                self.grad", "            self.grad")
    ],
    "timeouts": [
        (
            '"""self where it is positive, 0 elsewhere"""',
            '"""0"""\n        while True:\n            pass',
        )
    ],
    "full marks": [],
}
SAYS = {
    "starter": "Begin here",
    "overwriting mul": "replaces the gradient instead of adding to it",
    "gateless relu": "passes the gradient on for negative inputs too",
    "timeouts": "The usual causes: a loop that never ends",
    "full marks": "Well done.",
}
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


def sources():
    """The starter, and the reference with one thing changed."""
    yield "starter", (ROOT / "starter/value.py").read_text()
    reference = (ROOT / "reference/value.py").read_text()
    for name, changes in PATCHES.items():
        source = reference
        for old, new in changes:
            assert old in source
            source = source.replace(old, new)
        yield name, source


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A file for each submission, graded for real."""
    folder = tmp_path_factory.mktemp("pages")
    exercise = exercises.load(ROOT)
    limits = replace(exercise.limits, check_cpu_s=0.3)
    styles = [("The reference", "One *closure* an operation.", exercise.reference_file.read_text())]
    written = {}
    for name, source in sources():
        taken = intake.take_source("value.py", source.encode(), "value.py")
        report = grading.grade(exercise, taken, grading.Options(isolation="none", limits=limits))
        written[name] = folder / f"{name}.html"
        written[name].write_text(page(report, exercise, styles=styles), encoding="utf-8")
    return written


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def visit(browser, pages):
    """Opens a page and fails, at the end, on a word in the console or a request."""
    opened = []

    def go(name, size="desktop", scheme="light", **options):
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, **options
        )
        tab = context.new_page()
        seen = {"console": [], "requests": []}
        tab.on("console", lambda message: seen["console"].append(message.text))
        tab.on("pageerror", lambda error: seen["console"].append(str(error)))
        tab.on("request", lambda request: seen["requests"].append(request.url))
        opened.append((context, seen, pages[name].as_uri()))
        tab.goto(pages[name].as_uri())
        return tab

    yield go
    for context, seen, address in opened:
        context.close()
        assert seen["console"] == []
        assert [url for url in seen["requests"] if url != address] == []


def violations(tab):
    """What axe-core has to object to, short enough to read."""
    axe = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    tab.evaluate(axe)
    found = tab.evaluate("axe.run()")["violations"]
    return [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found]


def follow_every_fold(tab):
    """Walks the page with Tab and opens each fold with Enter as its summary is reached."""
    opened = 0
    for _ in range(400):
        tab.keyboard.press("Tab")
        reached = tab.evaluate(
            "(() => { const e = document.activeElement;"
            " return [e.tagName, e.tagName === 'SUMMARY' && !e.parentElement.open,"
            " e.tagName === 'BODY' || e.matches(':focus-visible')]; })()"
        )
        assert reached[2], "the focus cannot be seen"
        if reached[0] == "BODY":
            return opened
        if reached[1]:
            tab.keyboard.press("Enter")
            opened += 1
    raise AssertionError("the end of the page was never reached")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", SAYS)
def test_a_page_is_sound_and_open_to_everyone(visit, name, size):
    tab = visit(name, size, LOOKS[size])
    assert SAYS[name] in tab.inner_text("body")
    follow_every_fold(tab)
    assert tab.evaluate("document.querySelectorAll('details:not([open])').length") == 0
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(tab) == []


def test_nothing_is_wider_than_the_narrowest_screen(visit):
    for name in SAYS:
        tab = visit(name, "phone")
        tab.set_viewport_size({"width": 320, "height": 640})
        tab.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
        assert tab.evaluate("document.documentElement.scrollWidth") == 320


def test_without_javascript_all_is_there_but_the_copy_button(visit):
    tab = visit("overwriting mul", java_script_enabled=False)
    assert "expected 6.0, got 3.0" in tab.inner_text("#first")
    assert not tab.is_visible("button.copy")
    tab.click("summary:has-text('A hint')")
    assert tab.is_visible("#hint-mul-1")
    assert not tab.is_visible("#hint-mul-2")


def test_the_program_can_be_copied(visit):
    tab = visit("overwriting mul", permissions=["clipboard-read", "clipboard-write"])
    tab.click("button.copy")
    tab.wait_for_function("document.querySelector('button.copy').textContent === 'Copied'")
    copied = tab.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("from value import Value\n\na = Value(3.0)\nb = a * a\nb.backward()\n")


def test_a_page_prints_on_two_sheets(visit, tmp_path):
    for name in SAYS:
        tab = visit(name)
        sheets = tab.pdf(format="A4", prefer_css_page_size=True)
        assert 1 <= len(re.findall(rb"/Type /Page\b", sheets)) <= 2, name

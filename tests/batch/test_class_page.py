"""The class page: what it says, that hostile text stays text, and how it does in a browser."""

import itertools
import os
import re
import shutil
from importlib.resources import files

import pytest

from grader.exercise import load as exercises
from grader.render.html.class_page import class_page
from tests.batch import kit

CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
             "--disable-background-networking", "--disable-component-update"]  # fmt: skip
SIZES = {"phone": (360, 740), "desktop": (1280, 800)}
HOSTILE = '<img src=x onerror="alert(1)">"\'&\u202egnp.exe'


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class with something in every section; its outcome and where it lies."""
    folder = tmp_path_factory.mktemp("page")
    exercise = kit.small_exercise(folder / "exercise")
    school = kit.write_class(exercise, folder / "class", 18)
    (school / "binary.py").write_bytes(b"\0")
    for twin in ("twin-a", "twin-b"):
        shutil.copy(school / "s0002.py", school / f"{twin}.py")
    roster = folder / "roster.csv"
    roster.write_text(f'id,name\nabsent,Nobody\ns0001,"{HOSTILE.replace(chr(34), chr(34) * 2)}"\n')
    kit.run(exercise, school, folder / "out", roster=roster)
    (school / "s0003.py").write_text(kit.source(exercise, 77, "leaves"), "utf-8")
    marks = folder / "overrides.csv"
    marks.write_text(f"id,score,reason\ns0004,3,{HOSTILE.replace(',', '').replace(chr(34), '')}\n")
    changed = exercises.load(kit.change_battery(exercise).root)
    outcome, _ = kit.run(changed, school, folder / "out", roster=roster, overrides=marks)
    return outcome, folder / "out"


def test_every_section_is_there(graded):
    outcome, out = graded
    text = (out / "class.html").read_text("utf-8")
    assert text == class_page(outcome.view)
    assert re.findall(r"<h2>([^<]+)</h2>", text) == [
        *("Scores", "What went wrong most", "Changed marks", "Everybody", "Without a mark"),
        *("Set by a grader", "Tasks", "Checks", "Groups that fail alike"),
    ]
    assert "5 of 20: <code>pop</code> takes the item at the bottom" in text
    assert "Not isolated" in text


def test_hostile_text_stays_text(graded):
    _, out = graded
    text = (out / "class.html").read_text("utf-8")
    assert "<img" not in text
    assert "\u202e" not in text
    assert text.count("<script>") == 1


def test_nothing_is_fetched(graded):
    _, out = graded
    text = (out / "class.html").read_text("utf-8")
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", text)
    assert "url(" not in text
    assert "@import" not in text
    links = set(re.findall(r'href="([^"#][^"]*)"', text))
    assert links
    for link in links:
        assert (out / link.replace("%20", " ")).is_file(), link


def test_an_empty_class_has_a_page(tmp_path, exercise):
    school = tmp_path / "class"
    school.mkdir()
    (school / "binary.py").write_bytes(b"\0")
    (school / "other.py").write_bytes(b"\0")
    outcome, _ = kit.run(exercise, school, tmp_path / "out")
    assert outcome.view.counts.refused == 2
    assert "NUL byte" in (tmp_path / "out" / "class.html").read_text("utf-8")


@pytest.fixture(scope="module")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no chromium on this machine")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def visit(browser, graded):
    """Opens the page; fails at the end on a word in the console or a request."""
    _, out = graded
    opened, seen = [], {"console": [], "requests": []}

    def go(size, scheme, **options):
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, **options
        )
        opened.append(context)
        tab = context.new_page()
        tab.on("console", lambda message: seen["console"].append(message.text))
        tab.on("pageerror", lambda error: seen["console"].append(str(error)))
        tab.on("request", lambda request: seen["requests"].append(request.url))
        tab.goto((out / "class.html").as_uri())
        return tab

    yield go
    for context in opened:
        context.close()
    assert seen["console"] == []
    assert {url for url in seen["requests"] if not url.endswith("/class.html")} == set()


LOOKS = list(itertools.product(SIZES, ("light", "dark")))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_in_a_browser(visit, size, scheme, tmp_path):
    tab = visit(size, scheme)
    assert tab.title() == "A stack: the class at a glance"
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert tab.evaluate(overflow) == 0, "the page scrolls sideways"
    background = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    dark = sum(int(part) for part in re.findall(r"\d+", background)[:3]) < 3 * 128
    assert dark == (scheme == "dark")
    shot = os.environ.get("AUTOGRAD_GRADER_SHOTS")
    if shot:
        tab.screenshot(path=f"{shot}/class-{size}-{scheme}.png", full_page=True)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_tables_sort_by_keyboard(visit):
    tab = visit("desktop", "light")
    table = tab.locator("#learners table")
    button = table.get_by_role("button", name="score")
    button.focus()
    tab.keyboard.press("Enter")
    assert table.locator("th[aria-sort=ascending]").inner_text().startswith("score")
    rising = numbers(table)
    tab.keyboard.press("Enter")
    assert table.locator("th[aria-sort=descending]").count() == 1
    assert rising == sorted(rising)
    assert numbers(table) == sorted(rising, reverse=True)


def numbers(table):
    return [float(cell) for cell in table.locator("tbody td:last-child").evaluate_all(
        "cells => cells.map(cell => cell.dataset.value)"
    )]  # fmt: skip


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_titles_of_checks_get_the_width(visit):
    tab = visit("desktop", "light")
    row = tab.locator("#checks tbody tr").first
    assert len(row.locator("th").inner_text().splitlines()) == 2, "the id stands under the title"
    widths = row.locator("th, td").evaluate_all("cells => cells.map(cell => cell.offsetWidth)")
    assert widths[0] == max(widths)
    assert row.evaluate("row => row.offsetHeight") <= 80


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_heads_are_printed_with_their_words_on_every_sheet(visit):
    tab = visit("desktop", "light")
    tab.emulate_media(media="print")
    look = "one => getComputedStyle(one).display"
    assert tab.locator("#learners thead").evaluate(look) == "table-header-group"
    # Chromium paints what stands in a button on the first sheet alone
    assert tab.locator("#learners th button").first.evaluate(look) == "contents"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_without_javascript_everything_is_there(visit):
    tab = visit("phone", "light", java_script_enabled=False)
    assert tab.get_by_text("What went wrong most").count() >= 1
    assert tab.locator("#learners tbody tr").count() == 22
    assert tab.locator("th button").count() == 0


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_nothing_stands_in_the_way_of_assistive_technology(visit, size, scheme):
    pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")
    tab = visit(size, scheme)
    tab.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    found = tab.evaluate("axe.run()")["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []

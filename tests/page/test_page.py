"""The feedback page: well-formed, self-contained, safe, in order, and kind to its reader."""

import base64
import hashlib
import html
import itertools
import re
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from grader.exercise import load as exercises
from grader.model.check import Audience, Outcome, Visibility
from grader.model.report import Evidence, Graph, GraphEdge
from grader.render.html.evidence import departure, wrong_spot
from grader.render.html.markup import Html, inline, join, tag
from grader.render.html.page import page
from grader.render.resources import resource
from tests.page.markup import Page
from tests.render import building, reports

ROOT = Path(__file__).parents[2]
EXERCISE = exercises.load(ROOT)
STYLES = [("Table of slopes", "Stores `(input, slope)`.", "class Value:\n    pass\n")]
LEARNER, GRADER = Audience.LEARNER, Audience.GRADER


def made(name, exercise=EXERCISE, audience=LEARNER, styles=STYLES):
    report = reports.SAMPLES[name] if isinstance(name, str) else name
    return page(report, exercise, audience=audience, styles=styles)


EVERY = list(itertools.product(reports.SAMPLES, Audience, (EXERCISE, None)))
IDS = [f"{name}-{audience}-{'with' if e else 'without'}" for name, audience, e in EVERY]
every_page = pytest.mark.parametrize(("name", "audience", "exercise"), EVERY, ids=IDS)


@every_page
def test_a_page_is_whole_and_needs_nothing_else(name, audience, exercise):
    source = made(name, exercise, audience)
    read = Page(source)
    assert source.startswith("<!doctype html>")
    assert not read.values("src")
    assert not re.search(r"url\(|@import", source)
    links = read.values("href")
    names = read.values("id")
    assert len(names) == len(set(names))
    assert all(link.startswith("#") and link[1:] in names for link in links)
    assert set(read.values("data-copy")) <= set(names)
    assert not [value for e in read.elements for value in e.attributes if value.startswith("on")]
    assert not read.values("style")


@every_page
def test_headings_are_in_order_and_landmarks_are_there(name, audience, exercise):
    read = Page(made(name, exercise, audience))
    levels = [int(e.name[1]) for e in read.elements if re.fullmatch("h[1-6]", e.name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(levels))
    for landmark in ("header", "main", "footer"):
        assert len(read.all(landmark)) == 1
    assert read.all("html")[0].attributes["lang"] == "en"
    assert all(e.parents[-1] == "details" for e in read.all("summary"))
    assert len(read.all("summary")) == len(read.all("details"))
    assert all("hidden" in button.attributes for button in read.all("button"))
    pictures = [e for e in read.all("svg") if e.attributes.get("role") == "img"]
    titles = [e for e in read.all("title") if "svg" in e.parents]
    assert len(titles) == len(pictures)


@every_page
def test_nothing_but_the_pages_own_style_and_script_may_run(name, audience, exercise):
    source = made(name, exercise, audience)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', source)[1]
    assert html.unescape(policy).startswith("default-src 'none';")
    for element in ("style", "script"):
        inside = re.findall(rf"<{element}>(.*?)</{element}>", source, flags=re.DOTALL)
        assert len(inside) == 1
        digest = base64.b64encode(hashlib.sha256(inside[0].encode()).digest()).decode()
        assert digest in policy
    assert resource("page.js") in source


@every_page
def test_text_from_a_report_cannot_act(name, audience, exercise):
    source = made(name, exercise, audience)
    unsafe = [c for c in source if not (c.isprintable() or c == "\n")]
    assert not unsafe
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069\u200b-\u200f]", source)


def test_hostile_text_is_shown_as_text():
    words = Page(made("hostile")).words
    assert "<b>&lt;</b>" in words
    assert "\\u202e" in words
    assert len(made("hostile")) < 200_000


def test_markup_is_made_only_by_tag():
    assert tag("p", "<b>", Html("<i>"), [None, "&"], title='"<') == (
        '<p title="&quot;&lt;">&lt;b&gt;<i>&amp;</p>'
    )
    assert inline("`a < b` & c") == "<code>a &lt; b</code> &amp; c"
    assert join("\x1b[31m\u202e") == "\\u202e"
    assert tag("p", hidden=False, class_=None, open_=True) == "<p open></p>"


# --- what is said ----------------------------------------------------------------------------


def test_a_learner_sees_hidden_checks_as_a_count():
    source = made("hidden")
    assert "SECRET" not in source
    assert "2 hidden checks" in Page(source).words
    assert "SECRET" in made("hidden", audience=GRADER)


def test_a_fault_holds_nothing_like_a_mark():
    words = Page(made("fault")).words
    assert "Not graded" in words
    assert "points" not in words
    assert not re.search(r"\d+(\.\d+)? (of|/) \d", words)


def test_the_page_of_a_mistake_tells_it_in_order():
    words = " ".join(Page(made("partial")).words.split())
    order = [
        f"{reports.partial().score:g} of 10 points",
        "Look here first · mul",
        "__mul__ replaces the gradient instead of adding to it",
        "Which of = and += keeps both?",
        "The smallest program that shows it",
        "expected 6.0, got 3.0",
        "before and after backward",
        "first wrong value",
        "Explains 2 of 2 failed checks in mul",
        "grader check --task mul",
        "The task",
        "A hint 1 of 3",
        "A closer hint 2 of 3",
        "Task by task",
        "How this was graded",
    ]
    found = words.index("To what matters first")
    for part in order:
        found = words.index(part, found)


def test_hints_open_one_inside_the_other():
    read = Page(made("zero"))
    hints = [e for e in read.all("details") if e.attributes.get("class") == "hint"]
    depths = [e.parents.count("details") for e in hints[:3]]
    assert depths == [0, 1, 2]


def test_the_starter_opens_the_first_task_and_no_red_wall():
    read = Page(made("zero"))
    opened = [e for e in read.all("details") if "open" in e.attributes]
    assert [e.attributes["class"] for e in opened] == ["statement"]
    assert "first bad" not in read.values("class")
    assert "Value.__add__" in read.words


def test_solutions_show_only_at_full_marks():
    assert "Table of slopes" in made("full")
    assert "Table of slopes" not in made("partial")
    assert "No rule knows the whole network" in made("full")
    assert "One loop in" in made("partial")  # add is done, and explained
    assert "No rule knows the whole network" not in made("partial")


def test_a_submission_that_does_not_load_shows_the_learners_line():
    words = Page(made("unimportable")).words
    assert "value.py could not be imported" in words
    line = "    def __add__(self, other)\n"
    assert line + " " * (len(line) - 1) + "^" in words


def test_only_a_grader_is_warned_that_nothing_was_isolated():
    report = replace(reports.SAMPLES["partial"], isolation=building.NONE)
    assert "Not isolated." in made(report, audience=GRADER)
    assert "Not isolated." not in made(report)


def test_no_formula_is_left_as_tex():
    source = made("partial")
    assert "<mfrac>" in source
    assert "\\frac" not in source
    assert "$" not in Page(source).words


def test_the_program_can_be_pasted_and_run(tmp_path):
    source = made(reports.SAMPLES["partial"])
    code = "".join(
        text
        for stack, text in Page(source).texts
        if stack[-2:] == ("pre", "code") or "pre" in stack
    )
    program = code[: code.index("# expected 6.0")]
    (tmp_path / "value.py").write_text((ROOT / "reference/value.py").read_text())
    script = program.rstrip().removesuffix("a.grad") + "print(a.grad)\n"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=20
    )
    assert (done.stdout, done.stderr) == ("6.0\n", "")


# --- the step that goes wrong ----------------------------------------------------------------


def evidence_of(expected, got, steps, blame="b = a * a"):
    fields = {"data": (3.0, 3.0), "grad": (expected, got)}
    right = {"data": (9.0, 9.0), "grad": (1.0, 1.0)}
    nodes = [building.node("a", "Value(3.0)", fields), building.node("b", "a * a", right)]
    edges = [GraphEdge("a", "b", "× 3"), GraphEdge("a", "b", "× 3")]
    if steps[:1] == TWO_USES[:1]:
        nodes[1:] = [
            building.node("b", "Value(1.0)", right),
            building.node("c", "a * b", right),
            building.node("d", "c + a", right),
        ]
        edges = [GraphEdge("a", "c", "× 3"), GraphEdge("c", "d", "× 1"), GraphEdge("a", "d", "× 1")]
    return Evidence((), Graph(tuple(nodes), tuple(edges)), blame, steps)


TWICE = (
    "b.grad = 1, because every backward pass starts at its output",
    "* in b sends 3 · 1 = 3 to a; a.grad is now 3",
    "* in b sends 3 · 1 = 3 to a; a.grad is now 6",
)
TWO_USES = (
    "d.grad = 1, because every backward pass starts at its output",
    "+ in d sends 1 · 1 = 1 to c; c.grad is now 1",
    "+ in d sends 1 · 1 = 1 to a; a.grad is now 1",
    "* in c sends 3 · 1 = 3 to a; a.grad is now 4",
)


@pytest.mark.parametrize(
    ("steps", "expected", "got", "blame", "step"),
    [
        (TWICE, 6.0, 3.0, "b = a * a", 2),  # the second contribution replaced the first
        (TWICE, 6.0, 2.0, "b = a * a", 1),  # a wrong slope, from the first on
        (TWICE, 6.0, 0.0, "b = a * a", 1),  # nothing was sent
        (TWO_USES, 4.0, 3.0, "c = a * b", 3),
        (TWO_USES, 4.0, 3.0, "", 2),
        (TWO_USES, 4.0, 1.0, "d = c + a", 3),  # it stayed as it was after the second
        (("Es beginnt.", "Erst dies.", "Dann das."), 6.0, 3.0, "b = a * a", 2),  # whatever they say
        (TWICE[:1], 6.0, 3.0, "b = a * a", None),
        ((), 6.0, 3.0, "b = a * a", None),
    ],
)
def test_the_step_that_goes_wrong_is_found(steps, expected, got, blame, step):
    evidence = evidence_of(expected, got, steps, blame)
    spot = wrong_spot(evidence)
    assert spot is not None
    assert departure(evidence, spot) == step


def test_a_wrong_forward_value_is_no_step_of_the_backward_pass():
    node = building.node("b", "a + a", {"data": (6.0, 0.0), "grad": (1.0, 1.0)})
    assert wrong_spot(Evidence((), Graph((node,), ()), "b = a + a", TWICE)) is None


def test_the_marked_step_stands_on_the_page():
    mul = reports.SAMPLES["partial"].tasks[1]
    told = replace(mul.diagnoses[0], evidence=evidence_of(6.0, 3.0, TWICE))
    task = replace(mul, diagnoses=(told,))
    source = made(building.report([building.task("add"), task]))
    marked = re.findall(r'<li class="wrong">(.*?)</li>', source)
    assert len(marked) == 1
    assert "is now 6." in marked[0]
    assert "ends at" in marked[0]
    assert "3.0" in marked[0]


# --- colours ---------------------------------------------------------------------------------


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * d for d in colour[1:])
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_colour_of_words_has_contrast_aa(scheme):
    blocks = re.findall(r":root \{(.*?)\n *\}", resource("page.css"), flags=re.DOTALL)
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", blocks[scheme]))
    for front, back in itertools.product(
        ("ink", "quiet", "good", "bad"), ("paper", "code", "bad-tint")
    ):
        lights = sorted((luminance(colours[front]), luminance(colours[back])))
        assert (lights[1] + 0.05) / (lights[0] + 0.05) >= 4.5, (front, back)


def test_every_outcome_and_visibility_has_words():
    for outcome, visibility in itertools.product(Outcome, Visibility):
        task = building.with_check(building.task("mul"), 1, outcome=outcome, visibility=visibility)
        Page(made(building.report([task])))

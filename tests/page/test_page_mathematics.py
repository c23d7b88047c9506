"""Formulas: every one of the exercise's readable, none of them raw, none of them able to act."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from grader.exercise import load as exercise
from grader.render.html.prose import prose
from grader.render.mathematics import MATHEMATICS, line, mathml, unicode

EXERCISE = exercise.load(Path(__file__).parents[2])
TEXTS = [
    text
    for task in EXERCISE.tasks
    for text in (task.statement, task.explanation, *task.hints)
    if text
]


@pytest.mark.parametrize(
    ("tex", "told"),
    [
        (r"y = a \cdot b", "y = a · b"),
        (r"\frac{\partial L}{\partial y} \cdot 1", "∂L/∂y · 1"),
        (r"\frac{\partial y}{\partial w_1} = x_1", "∂y/∂w₁ = x₁"),
        (r"y = \max(0, x)", "y = max(0, x)"),
        (r"(a + \epsilon) \cdot b", "(a + ϵ) · b"),
        ("a^2", "a²"),
        (r"e^{-(x+1)/2}", "e^(−(x + 1)/2)"),
        (r"\sigma(x) = \frac{1}{1+e^{-x}}", "σ(x) = 1/(1 + e⁻ˣ)"),
        (r"\frac{a+b}{2a}", "(a + b)/(2a)"),
        (r"\frac{\partial^2 L}{\partial x^2}", "∂²L/∂x²"),
        (r"\sqrt{1+x}", "√(1 + x)"),
        (r"\sqrt[3]{x}", "³√x"),
        ("-a + -b", "−a + −b"),
        (r"2 \sin x", "2 sin x"),
        ("w_{ij}", "wᵢⱼ"),
        ("x_b", "x[b]"),
        (r"\hat{y}", "y\u0302"),
        (r"\begin{cases} 1 & x>0 \\ 0 & x \le 0 \end{cases}", "{1 if x > 0; 0 if x ≤ 0"),
        (r"\nosuchcommand x", "nosuchcommand x"),
        (r"\frac{a}", "a"),
        ("a * b", "a ∗ b"),
        ("", ""),
        ("\\", ""),
        ("^", "^"),
    ],
)
def test_a_formula_reads_on_one_line(tex, told):
    assert line(tex) == told


@pytest.mark.parametrize("text", TEXTS)
def test_nothing_of_the_exercise_is_left_as_tex(text):
    for formula in MATHEMATICS.findall(text):
        assert "\\" not in line(formula)
        assert "\\" not in mathml(formula)
        assert "_" not in line(formula)
    assert "$" not in unicode(text)
    assert "$" not in prose(text)


def test_code_and_money_are_no_formulas():
    text = "`$a_1$` costs $5 or $6, $b_1$\n\n```\n$c_1$\n```\n\\$d"
    assert unicode(text) == "`$a_1$` costs $5 or $6, b₁\n\n```\n$c_1$\n```\n$d"


@pytest.mark.parametrize(
    "tex",
    [
        r"\href{javascript:alert(1)}{x}",
        r"\style{color:red}{x}",
        r"\text{<script>alert(1)</script>}",
        "<script>alert(1)</script>",
        "{" * 400,
        "_" * 400,
        "&lt;&#60;",
    ],
)
def test_a_formula_can_do_nothing_but_be_read(tex):
    root = ElementTree.fromstring(mathml(tex))
    for element in root.iter():
        assert element.tag.startswith("m")
        assert not {"href", "style", "class", "id"} & set(element.attrib)


def test_markdown_lets_no_markup_and_no_request_through():
    shown = prose("# A\n<script>x</script> ![a](http://e/x.png) [l](javascript:alert(1)) `<b>`")
    assert "<h4>A</h4>" in shown
    assert "<script" not in shown
    assert "<img" not in shown
    assert 'href="javascript' not in shown
    assert "<code>&lt;b&gt;</code>" in shown

"""The scorecard: golden texts to read as a person would, and what holds for every report."""

import io
import itertools
import re
import unicodedata
from pathlib import Path

import pytest
from msgspec.structs import replace
from rich.cells import cell_len
from rich.color import Color
from rich.console import Console

from grader.model.check import Audience, Outcome, Visibility
from grader.model.program import Output
from grader.model.report import Diagnosis, Isolation, NamedMistake, ProgramLine
from grader.render.terminal import lines as scorecard_page
from grader.render.terminal.scorecard import scorecard, scorecard_text
from grader.report.wire import decode, encode
from tests.render import reports

GOLDEN = Path(__file__).parent / "golden"
GRADER, LEARNER = Audience.GRADER, Audience.LEARNER
HINTS = {
    "add": "A sum changes as fast as either of its inputs does. What does that say of the slopes?",
    "mul": "How much does `a * b` change when only a changes? What does that depend on?",
}
EXPLANATIONS = {
    "neuron": "Because every use of a value adds its share, one weight may serve a thousand inputs."
}
SEEN = [
    ("full", GRADER, 88, False),
    ("partial", GRADER, 80, False),
    ("partial", GRADER, 88, False),
    ("partial", GRADER, 100, False),
    ("partial", GRADER, 200, False),
    ("partial", GRADER, 80, True),
    ("undiagnosed", LEARNER, 88, False),
    ("zero", LEARNER, 88, False),
    ("begun", LEARNER, 88, False),
    ("unimportable", GRADER, 88, False),
    ("timeout", GRADER, 88, False),
    ("refused", GRADER, 88, False),
    ("fault", GRADER, 88, False),
    ("hidden", GRADER, 88, False),
    ("hidden", LEARNER, 88, False),
    ("hostile", GRADER, 80, False),
    ("hostile", GRADER, 80, True),
    ("crowded", GRADER, 80, False),
    ("crowded", GRADER, 200, False),
]
WIDTHS = (24, 40, 79, 100, 200)


def text(name, audience=GRADER, width=88, **options):
    """The scorecard of a sample, or of a report given as such."""
    report = reports.SAMPLES[name] if isinstance(name, str) else name
    options = {"hints": HINTS, "explanations": EXPLANATIONS, **options}
    return scorecard_text(report, audience=audience, width=width, **options)


@pytest.mark.parametrize(("name", "audience", "width", "ascii_only"), SEEN)
def test_the_scorecard_reads_as_accepted(name, audience, width, ascii_only, accept_golden):
    shown = text(name, audience, width, ascii_only=ascii_only)
    file = GOLDEN / f"{name}-{audience}-{width}{'-ascii' if ascii_only else ''}.txt"
    if accept_golden:
        file.parent.mkdir(exist_ok=True)
        file.write_text(shown, encoding="utf-8")
    assert shown == file.read_text(encoding="utf-8")


def test_there_is_no_golden_text_without_a_test():
    expected = {
        f"{name}-{audience}-{width}{'-ascii' if ascii_only else ''}.txt"
        for name, audience, width, ascii_only in SEEN
    }
    assert {file.name for file in GOLDEN.glob("*.txt")} == expected


# --- what holds for every report --------------------------------------------------------------


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("name", reports.SAMPLES)
def test_no_line_is_wider_than_the_terminal_or_ends_in_spaces(name, audience):
    for width, ascii_only, everything in itertools.product(WIDTHS, (False, True), (False, True)):
        options = {"ascii_only": ascii_only, "everything": everything}
        for line in text(name, audience, width, **options).splitlines():
            assert cell_len(line) <= width
            assert line == line.rstrip()


@pytest.mark.parametrize("name", reports.SAMPLES)
def test_without_colour_nothing_acts_on_the_terminal(name):
    shown = text(name).replace("\n", "")
    assert [c for c in shown if unicodedata.category(c) in {"Cc", "Cf", "Co", "Cs"}] == []


@pytest.mark.parametrize("name", reports.SAMPLES)
def test_colour_changes_colours_and_not_a_single_character(name):
    coloured = text(name, color=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text(name)


@pytest.mark.parametrize("name", reports.SAMPLES)
def test_an_ascii_terminal_gets_ascii(name):
    assert text(name, ascii_only=True).isascii()


def test_colour_is_asked_for_by_the_caller_and_not_by_the_environment(monkeypatch):
    plain, coloured = text("partial"), text("partial", color=True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "40")
    assert text("partial") == plain
    monkeypatch.setenv("NO_COLOR", "1")
    assert text("partial", color=True) == coloured


@pytest.mark.parametrize("colour", ["GOOD", "BAD", "CODE", "QUIET", "WARN_TEXT"])
@pytest.mark.parametrize("background", [0.0, 1.0])
def test_colours_are_readable_on_black_and_on_white(colour, background):
    light = _luminance(getattr(scorecard_page, colour))
    contrast = (max(light, background) + 0.05) / (min(light, background) + 0.05)
    assert contrast > 4


def _luminance(colour):
    shares = [channel / 255 for channel in Color.parse(colour).get_truecolor()]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return sum(weight * s for weight, s in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_a_console_decides_the_width_and_the_signs():
    file = io.TextIOWrapper(io.BytesIO(), encoding="latin-1", newline="\n")
    console = Console(file=file, width=80)
    console.print(scorecard(reports.partial(), audience=GRADER))
    file.flush()
    shown = file.buffer.getvalue().decode("ascii")
    assert shown == text("partial", width=80, ascii_only=True)


# --- what is opened -----------------------------------------------------------------------------


def test_a_named_mistake_comes_before_a_check():
    shown = text("partial")
    assert "__mul__ replaces the gradient instead of adding to it" in shown
    assert "A factor used twice collects both contributions" not in shown
    assert "Explains 2 of 2 failed checks in mul and 1 of 1 in neuron." in shown


def test_what_cannot_be_told_apart_is_said_with_or():
    named = reports.OVERWRITES
    twin = Diagnosis("LosesFirst", "`__mul__` loses the first contribution", "Which one stays?")
    tied = replace(
        named,
        alternatives=(
            NamedMistake("LosesFirst", "`__mul__` loses the first contribution"),
            NamedMistake("mul/KeepsLastOnly", "keeps last only"),
        ),
    )
    report = with_mul(reports.partial(), diagnoses=(tied, twin))
    shown = text(report)
    assert "or: __mul__ loses the first contribution\nor: keeps last only\n" in shown
    assert shown.count("loses the first contribution") == 1


def test_a_second_mistake_of_a_task_is_folded_to_its_name():
    other = Diagnosis("NoWrap", "`__mul__` takes no plain number", "Why?", ("mul/test_4",))
    first = replace(reports.OVERWRITES, checks=("mul/test_3",))
    shown = text(with_mul(reports.partial(), diagnoses=(first, other)))
    assert "mul     __mul__ takes no plain number\n" in shown


def test_the_program_can_be_pasted_and_run():
    lines = text("partial").splitlines()
    start = lines.index("from value import Value")
    stop = lines.index("", start)
    code = "\n".join(lines[start:stop])
    compile(code, "pasted", "exec")
    assert code.rstrip().endswith("a.grad   # expected 6.0, got 3.0")


def test_of_a_long_program_the_wrong_line_is_kept():
    steps = [ProgramLine(n, f"n{n} = Value({n}.0)") for n in range(60)]
    wrong = ProgramLine(60, "n0.grad", "3.0", 3.0, "6.0")
    report = with_mul(reports.undiagnosed(), evidence=None)
    shown = text(with_mul(report, 3, program=(*steps, wrong)))
    assert "What this check runs\nn0 = Value(0.0)" in shown
    assert "\n# … 37 more lines\nn0.grad   # expected 6.0, got 3.0\n" in shown


def test_the_step_at_fault_is_shown_as_code_whatever_it_ends_with():
    assert "The step to look at: `b = a * a`\n" in text("partial")
    evidence = replace(reports.EVIDENCE, blame="b = a + 3.")
    shown = text(with_mul(reports.undiagnosed(), evidence=evidence))
    assert "The step to look at: `b = a + 3.`\n" in shown


def test_a_value_within_tolerance_is_not_called_wrong():
    program = (ProgramLine(0, "a.grad", "1", 1, "1.0"), ProgramLine(1, "b.grad", "2.5", 2.5, "1.0"))
    evidence = replace(reports.EVIDENCE, program=program)
    shown = text(with_mul(reports.undiagnosed(), evidence=evidence))
    assert "a.grad   # 1, as expected\nb.grad   # expected 1.0, got 2.5\n" in shown


def test_one_task_can_be_asked_for():
    assert "Look here first · neuron" in text("partial", task="neuron")
    assert "Look here first" not in text("partial", task="add")
    with pytest.raises(KeyError):
        text("partial", task="sub")


def test_a_wrong_task_is_opened_before_an_unwritten_one():
    zero, partial = reports.zero(), reports.partial()
    report = reports.report([zero.tasks[0], partial.tasks[1], *zero.tasks[2:]])
    shown = text(report)
    assert "Look here first · mul" in shown
    assert "Begin with" not in shown


def test_the_starter_is_no_wall_of_errors():
    shown = text("zero")
    assert "✘" not in shown
    assert HINTS["add"].split("?")[0] in " ".join(shown.split())
    assert "waits for add, mul and relu: " in shown
    assert "grader show add" in shown


def test_output_that_goes_on_is_cut():
    report = with_mul(reports.undiagnosed(), 3, output=Output("\n".join(map(str, range(100)))))
    shown = text(report)
    assert "│ 5\n│ … 94 more lines\n" in shown


def test_every_failing_check_is_listed_where_that_is_asked_for():
    shown = text("partial", LEARNER, everything=True)
    for check in (check for task in reports.partial().tasks for check in task.checks):
        assert (check.title in shown) == (check.outcome is not Outcome.PASSED)
    assert text("zero", LEARNER, everything=True).count("    waits for add, mul and relu\n") == 1
    assert "SECRET" not in text("hidden", LEARNER, everything=True)
    assert "hidden: 2 checks" in text("hidden", LEARNER, everything=True)


# --- what is kept back --------------------------------------------------------------------------


def test_of_hidden_checks_a_learner_sees_a_count():
    shown = text("hidden", LEARNER)
    assert "SECRET" not in shown
    assert shown.count("2 hidden checks failed") == 1
    assert "SECRET" in text("hidden", GRADER)


@pytest.mark.parametrize("visibility", [v for v in Visibility if v is not Visibility.VISIBLE])
def test_every_visibility_but_visible_is_kept_from_the_learner(visibility):
    report = with_mul(reports.undiagnosed(), 3, visibility=visibility, title="SECRET")
    assert "SECRET" not in text(report, LEARNER)


def test_a_named_mistake_is_told_even_where_its_checks_are_hidden():
    hidden = reports.hidden()
    shown = text(with_mul(hidden, diagnoses=(reports.OVERWRITES,)), LEARNER)
    assert "__mul__ replaces the gradient" in shown
    assert "SECRET" not in shown


def test_a_fault_shows_no_number():
    shown = text("fault")
    assert "Not graded: " in shown
    assert not re.search(r"\d", shown)


def test_a_refusal_has_no_table():
    shown = text("refused")
    assert "Score" not in shown
    assert "NOT ISOLATED" not in shown  # nothing was run
    assert shown.index("Refused") < shown.index("not UTF-8")


def test_a_missing_jail_is_told_above_everything_to_graders_only():
    report = replace(reports.full(), isolation=Isolation("none"))
    assert text(report).strip().startswith("NOT ISOLATED")
    assert "isolation" not in text(report, LEARNER).lower()


@pytest.mark.parametrize(
    ("outcome", "cause"),
    [(Outcome.TIMEOUT, "never ends"), (Outcome.MEMORY, "grows"), (Outcome.CRASHED, "process")],
)
def test_a_stopped_check_names_the_usual_cause(outcome, cause):
    report = with_mul(reports.undiagnosed(), 3, outcome=outcome)
    report = with_mul(report, 4, outcome=Outcome.PASSED)
    assert cause in text(report)


def test_a_saved_report_tells_the_whole_of_why_it_could_not_be_imported():
    """Its message is plain text, in which nobody looks for the beginning of a sentence of ours."""
    report = decode(encode(reports.unimportable()))
    assert "\n\nvalue.py could not be imported: SyntaxError: expected ':'" in text(report)


def test_an_unusual_import_message_still_has_a_heading():
    report = replace(reports.unimportable(), message="It was stopped after 5 s.")
    shown = text(report)
    assert "value.py could not be imported\n\nIt was stopped after 5 s." in shown


def with_mul(report, number=None, **changes):
    """The report with its task `mul` changed, or the check of that number in it."""
    add, mul, *rest = report.tasks
    if number is not None:
        checks = list(mul.checks)
        checks[number - 1] = replace(checks[number - 1], **changes)
        changes = {"checks": tuple(checks)}
    return replace(report, tasks=(add, replace(mul, **changes), *rest))

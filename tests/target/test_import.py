"""Importing is forgiving: what is not needed for the graded class keeps nobody from full marks.

Judging is not: a class that needs what is missing is told so, and nobody gains.
"""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from grader.grading import pipeline as grading
from grader.intake import take as intake
from grader.model.exercise import Limits
from tests.submitted import EXERCISE, REFERENCE, changed

RAISING = changed(("self.data * other.data", "self.data * nothing"))
LIMITS = Limits(import_s=0.5)
WRONG = changed(("self.data * other.data", "self.data + other.data"))


def notebook(*cells: str) -> bytes:
    book = {
        "cells": [{"cell_type": "code", "metadata": {}, "source": cell} for cell in cells],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(book).encode()


CHECKED = REFERENCE.replace(
    "        self.data = data\n",
    "        assert isinstance(data, (float, int, np.floating)), data\n        self.data = data\n",
)
assert CHECKED != REFERENCE

RIGHT = {
    "unused import": ("import numpy as np\n" + REFERENCE, ["`numpy` (line 1) is not"]),
    "three imports": (
        "import numpy as np\nimport matplotlib.pyplot as plt\nfrom graphviz import Digraph\n"
        + REFERENCE,
        ["`numpy` (line 1), `matplotlib` (line 2) and `graphviz` (line 3) are not"],
    ),
    "import caught": (
        "try:\n    import torch\nexcept ImportError:\n    torch = None\n" + REFERENCE,
        [],
    ),
    "star": ("from numpy import *\n" + REFERENCE, ["`numpy` (line 1)"]),
    "seed": ("import numpy as np\nnp.random.seed(0)\n" + REFERENCE, ["`numpy` (line 1)"]),
    "isinstance": ("import numpy as np\n" + CHECKED, ["`numpy` (line 1)"]),
    "annotation of a missing module": (
        "import numpy as np\nnumber = float | np.floating\n"
        + changed(("def __add__(self, other)", "def __add__(self, other: 'Value' | np.ndarray)")),
        ["`numpy` (line 1)", "annotation in line"],
    ),
    "own name in an annotation": (
        changed(("def __add__(self, other)", "def __add__(self, other: Value | float)")),
        ["annotation in line"],
    ),
    "a class of a missing module beside it": (
        "import torch\nclass Net(torch.nn.Module):\n    pass\nnet = Net().to('cpu')\n" + REFERENCE,
        ["`torch` (line 1)"],
    ),
    "plots at the end": (
        REFERENCE
        + "import matplotlib.pyplot as plt\nplt.figure(figsize=(3, 3))\nfig, ax = plt.subplots()\n",
        ["`matplotlib`", "Left out"],
    ),
    "exit at the end": (REFERENCE + "\nimport sys\nsys.exit(0)\n", ["SystemExit"]),
    "unittest at the end": (REFERENCE + "\nimport unittest\nunittest.main()\n", ["SystemExit"]),
    "raises at the end": (REFERENCE + "\nprint(Value(1) / None)\n", ["TypeError"]),
    "never ends": (REFERENCE + "\nx = 1\nwhile True:\n    x += 1\n", ["was stopped after"]),
    "sleeps": (REFERENCE + "\nimport time\ntime.sleep(60)\n", ["was stopped after"]),
    "kills itself": (REFERENCE + "\nimport os\nos._exit(3)\n", ["exit code 3"]),
    "writes a file": (
        "import logging\nlogging.basicConfig(filename='debug.log')\n" + REFERENCE,
        ["because it failed: line 2"],
    ),
    "starts a thread": (
        "import threading\nthreading.Thread(target=print).start()\n" + REFERENCE,
        ["because it failed: line 2"],
    ),
    "takes long": ("for _ in range(5_000_000): pass\n" + REFERENCE, []),
    "unpacked above": (
        "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1])\n" + REFERENCE,
        ["`matplotlib`", "Left out, because it failed: line 2"],
    ),
    "two on a line": (
        "import os; os.makedirs('out', exist_ok=True)\nassert os\n" + REFERENCE,
        ["line 1 (PermissionError"],
    ),
    "what follows from it": (
        "log = open('log.txt', 'w')\nlog.write('x')\n" + REFERENCE,
        ["line 1 (PermissionError", "line 2 (NameError"],
    ),
    "compared with another": (
        REFERENCE + "\nfrom micrograd.engine import Value\nassert Value\n",
        ["`micrograd`"],
    ),
    "no such file": ("words = open('names.txt').read()\n" + REFERENCE, ["line 1 (FileNotFound"]),
    "asks for input": ("name = input('who? ')\n" + REFERENCE, ["line 1 (EOFError"]),
    "writes bytes": (
        "import io, sys\nsys.stdout.reconfigure(encoding='utf-8')\n"
        "sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8')\nprint('é')\n"
        + REFERENCE,
        [],
    ),
    "formats and asks": (
        "import torch\nx = torch.ones(3)\nprint(f'{x.item():.3f}', round(x.sum(), 2))\n"
        "device = 'cuda' if torch.cuda.is_available() else 'cpu'\n" + REFERENCE,
        ["`torch` (line 1)"],
    ),
    "a cell that never ends": (
        notebook("import time\ntime.sleep(60)", REFERENCE, "while True: pass", "x = Value(1)"),
        ["from line 2 of cell 1 on", "from line 1 of cell 3 on"],
    ),
    "a cell that awaits": (
        notebook(REFERENCE + "\nawait something()\nx = Value(2)"),
        ["SyntaxError: 'await' outside function"],
    ),
    "many missing cells": (
        notebook(*["open('names.txt')"] * 22, "import torch\n" + REFERENCE),
        ["`torch`", "19 more statements"],
    ),
    "asks for a lot": (
        "\n".join(f"import missing_{number}" for number in range(60)) + "\n" + REFERENCE,
        ["`missing_4` (line 5) and 35 more"],
    ),
    "decorated": (
        "import torch\nfrom typing_extensions import override\n"
        + changed(
            ("    def __add__(", "    @override\n    def __add__("),
            ("    def backward(", "    @torch.no_grad()\n    def backward("),
        ),
        ["`torch` (line 1) and `typing_extensions` (line 2)"],
    ),
    "get_ipython": ("get_ipython().run_line_magic('time', '')\n" + REFERENCE, ["only in Jupyter"]),
    "lecture": (
        notebook(
            "import math, random\nimport numpy as np\nimport matplotlib.pyplot as plt\n"
            "%matplotlib inline",
            "xs = np.arange(-5, 5, 0.25)\nplt.plot(xs, xs)",
            REFERENCE,
            "from graphviz import Digraph\ndef draw_dot(root):\n    dot = Digraph()\n"
            "    return dot\ndraw_dot(Value(1))",
            "import torch\nx = torch.Tensor([2.0]).double(); x.requires_grad = True\n"
            "print(torch.tanh(x).data.item())",
            "model(1) + missing",
            "await something",
            "display(Value(2))",
            "for k in range(10 ** 9):\n    Value(1) + 2",
        ),
        ["`numpy`", "Jupyter", "`display` exists only in Jupyter", "stopped after"],
    ),
}


@pytest.fixture(scope="module")
def reports():
    exercise = replace(EXERCISE, limits=LIMITS)
    found = {}
    taken = []
    for name, (source, _) in (RIGHT | OTHERS).items():
        file = "hw.ipynb" if isinstance(source, bytes) else "value.py"
        data = source if isinstance(source, bytes) else source.encode()
        taken.append(replace(intake.take_source(file, data, EXERCISE.module_file), name=name))
    grading.grade_each(exercise, taken, lambda one, report: found.update({one.name: report}))
    return found


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_class_has_full_marks_whatever_stands_around_it(reports, name):
    report = reports[name]
    assert (report.message, report.score) == ("", report.max_score)
    heard = "\n".join(report.notes)
    for part in RIGHT[name][1]:
        assert part in heard
    assert bool(report.notes) == bool(RIGHT[name][1])


def score(report, task):
    return next(one.score for one in report.tasks if one.id == task)


OTHERS = {
    "wrong": (WRONG, ()),
    "wrong, then raises": (WRONG + "\n1 / 0\n", ()),
    "wrong, redefined in a failing cell": (notebook(REFERENCE, WRONG + "\n1 / 0"), ()),
    "raises in a cell": (notebook("import math", RAISING, "x = 2"), ()),
    "right at last, in a failing cell": (notebook(WRONG, REFERENCE + "\n1 / 0"), ()),
    "needs it in mul": (
        "import numpy as np\n"
        + changed(("self.data * other.data", "np.multiply(self.data, other.data)")),
        (),
    ),
    "needs it as a base": (
        "import torch\n" + REFERENCE.replace("class Value:", "class Value(torch.nn.Module):"),
        (),
    ),
    "is of a missing module": ("from micrograd.engine import Value\n", ()),
    "ends too early": ("exit()\n" + REFERENCE, ()),
    "never gets there": ("while True: pass\n" + REFERENCE, ()),
    "its own cell fails": (notebook("x = 1", "y = x\n1 / 0\n" + REFERENCE, "z"), ()),
    "asks for tricks": (
        "import numpy as np\nimport os\nnp.__class__ = type(os)\n"
        "type.__setattr__(type(np.x), '__call__', lambda *a, **k: 1.0)\n" + WRONG,
        (),
    ),
    "ten thousand cells": (notebook(*["x = 1"] * 10_000, WRONG), ()),
    "sleeps and catches": (
        "import signal, time\nfor one in range(1, 32):\n    try:\n"
        "        signal.signal(one, lambda *a: None)\n    except (OSError, ValueError):\n"
        "        pass\nwhile True:\n    try:\n        time.sleep(100)\n    except BaseException:\n"
        "        pass\n" + REFERENCE,
        (),
    ),
}


def test_a_helper_is_forgiven_as_the_main_file_is():
    helper = "import numpy\nn, m = numpy.zeros((2, 3)).shape\n" + REFERENCE
    files = {"value.py": b"from engine import Value\n", "engine.py": helper.encode()}
    report = grading.grade(EXERCISE, intake.take_files("value.py", files, "value.py"))
    assert report.score == report.max_score
    assert "`numpy` (line 1 of engine.py)" in report.notes[0]
    assert "because it failed: line 2 of engine.py" in report.notes[1]


def test_nobody_gains_by_how_the_import_ends(reports):
    wrong = [score(reports["wrong"], task.id) for task in EXERCISE.tasks]
    for name in ("wrong, then raises", "wrong, redefined in a failing cell"):
        assert [score(reports[name], task.id) for task in EXERCISE.tasks] == wrong
    right = reports["right at last, in a failing cell"]
    assert right.score == right.max_score


def test_a_method_that_needs_a_missing_module_is_told_so(reports):
    report = reports["needs it in mul"]
    assert score(report, "mul") == 0
    assert score(report, "add") == EXERCISE.task("add").points
    heard = [check.message for task in report.tasks for check in task.checks if check.message]
    assert any("numpy is not installed here" in message for message in heard)
    assert any("`numpy.multiply`" in message for message in heard)
    told = [one.explanation for task in report.tasks for one in task.diagnoses]
    assert any("needs a module that is not installed here" in words for words in told)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("needs it as a base", "your class `Value` needs `torch`"),
        ("is of a missing module", "`Value` is to come from `micrograd`"),
        ("ends too early", "ended itself"),
        ("never gets there", " s, at line 1"),
        ("its own cell fails", "line 2 of cell 2"),
        ("sleeps and catches", " s, at line 7"),
    ],
)
def test_without_the_class_there_is_one_clear_sentence(reports, name, words):
    report = reports[name]
    assert report.score == 0
    assert words in report.message
    assert {c.outcome.value for task in report.tasks for c in task.checks} == {"blocked"}


@pytest.mark.parametrize("name", ["asks for tricks", "ten thousand cells"])
def test_tricks_gain_nothing(reports, name):
    assert reports[name].score <= reports["wrong"].score


def test_a_wrong_line_of_a_notebook_is_told_by_its_cell(reports):
    report = reports["wrong, redefined in a failing cell"]
    shown = next(task.evidence for task in report.tasks if task.id == "mul")
    assert shown.cell == 2
    assert WRONG.split("\n")[shown.line - 1].strip() == shown.source_line


def test_an_exception_in_a_notebook_is_told_by_its_cell(reports):
    report = reports["raises in a cell"]
    heard = [check.message for task in report.tasks for check in task.checks]
    told = [one.explanation for task in report.tasks for one in task.diagnoses]
    line = RAISING.split("\n").index(next(x for x in RAISING.split("\n") if "nothing" in x)) + 1
    assert any(f"(cell 2 line {line}, in __mul__)" in message for message in heard)
    assert any(f"ine {line} of cell 2" in explanation for explanation in told)

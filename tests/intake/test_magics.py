"""What only Jupyter can run is taken out of a source, and everything else stays on its line."""

from __future__ import annotations

import ast
import time
from pathlib import Path

import pytest

from grader.intake.decoding import decoded
from grader.intake.magics import without_cell_magics, without_magics
from grader.text.clean import with_newlines

MARK = "mark = 1"


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("!pip install \\\n  a \\\n  b", "pass  # dropped: !pip install \\\n# a \\\n# b"),
        ("%env A=1 \\\n  B", "pass  # dropped: %env A=1 \\\n# B"),
        ("x = !ls \\\n  -l", "pass  # dropped: x = !ls \\\n# -l"),
        ("x = %who_ls", "pass  # dropped: x = %who_ls"),
        ("x: list = !ls", "pass  # dropped: x: list = !ls"),
        ("d[0] = !ls", "pass  # dropped: d[0] = !ls"),
        ("if x:\n    y, z = !ls\nelse:\n    !ls", None),
        (
            "!a \\\\\nb",
            "pass  # dropped: !a \\\\\n# b",
        ),  # Jupyter looks at the last backslash alone
        ("!a \\ \ny = 2", "pass  # dropped: !a \\\ny = 2"),
        ("np.dot?", "pass  # dropped: np.dot?"),
        ("a[0].b??", "pass  # dropped: a[0].b??"),
        ("?np", "pass  # dropped: ?np"),
        ("*int*?", "pass  # dropped: *int*?"),
        ("pip install torch", "pass  # dropped: pip install torch"),
        ("conda install -y \\\n  torch", "pass  # dropped: conda install -y \\\n# torch"),
        ("%time x = f()", "pass  # dropped: %time x = f()"),
        ("%timeit x = f()", "pass  # dropped: %timeit x = f()"),
    ],
)
def test_a_command_goes_with_all_of_its_lines(source: str, plain: str | None) -> None:
    """What follows keeps its number, what is around it stays whole."""
    text = without_magics(f"{source}\n{MARK}\n").text
    compile(text, "value.py", "exec")
    assert text.split("\n").index(MARK) == source.count("\n") + 1
    if plain is not None:
        assert text.startswith(plain)


def test_each_dropped_line_is_told_once_with_its_number() -> None:
    source = "'''\n!no\n'''\n!a \\\n b\nif x:\n    %c\ny = !d\n!e \\"
    assert without_magics(source).dropped == (
        (4, "!a \\"),
        (7, "%c"),
        (8, "y = !d"),
        (9, "!e \\"),
    )


@pytest.mark.parametrize(
    "source",
    [
        "x = (7\n% 4)",
        "x = 7 \\\n% 4",
        'x = f"{\n1\n% 2} {\nx["a"]\n% 2}"\n',  # one text in Python 3.12, and none in 3.11
        's = """\n!ls\n"""',
        "s = '\\\n!ls'",
        "a != b",
        "x = a%b",
        "x = {\n'a': 1}\nprint(f'{x=!r}')",
        "# !ls\n",
        "pip = install = 1\npip\n",
        "timeit = 1\n",
    ],
)
def test_python_stays_as_it_is(source: str) -> None:
    assert without_magics(source) == (source, (), None)


def test_no_python_of_the_standard_library_is_taken_for_a_command() -> None:
    """Whatever stands in its texts and formats."""
    files = sorted(Path(ast.__file__).parent.glob("*.py"))
    sources = [with_newlines(decoded(path.read_bytes(), path.name)) for path in files]
    assert len(sources) > 100
    assert [source for source in sources if without_magics(source) != (source, (), None)] == []


@pytest.mark.parametrize(
    ("cell", "plain"),
    [
        ("%%time\nx = 1", "pass  # dropped: %%time\nx = 1"),
        ("%%time \\\nx = 1", "pass  # dropped: %%time \\\nx = 1"),
        ("%%capture out\nx = 1", "pass  # dropped: %%capture out\nx = 1"),
        ("%%bash\nls \\\n -l", "# %%bash\n# ls \\\n#  -l"),
        ("%%!\nls", "# %%!\n# ls"),
        ("    x = 1\n    if x:\n        y = 2", "x = 1\nif x:\n    y = 2"),
        ("\n  \n  x = 1\ny = 2", "\n\nx = 1\ny = 2"),
        ("  %%html\n  <b>", "# %%html\n# <b>"),
    ],
)
def test_a_cell_is_read_as_jupyter_reads_it(cell: str, plain: str) -> None:
    """Its first line may hand it to another program, and its indentation may be that of a list."""
    assert without_cell_magics(cell) == plain


@pytest.mark.parametrize(
    "cell",
    ["!\\\n" * 200_000, "%<" * 250_000, "x=" * 250_000, "x = !a\n" * 100_000, "'\n" * 250_000],
)
def test_a_spiteful_source_costs_no_time(cell: str) -> None:
    start = time.monotonic()
    without_cell_magics(cell)
    assert time.monotonic() - start < 60

"""Two changes of one function in one, where they touch different statements."""

import ast

from grader.diagnosis.merging import edits, merged

ORIGINAL = """
def twice(self, other):
    "Words."
    other = ready(other)
    out = made(self, other)

    def inner():
        left(1)
        right(2)

    out.inner = inner
    return out
"""


def changed(*pairs):
    """The original with texts replaced."""
    text = ORIGINAL
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


def joined(*versions):
    """The merged function as text, without docstring; None where it cannot be made."""
    original, *others = (ast.parse(text).body[0] for text in (ORIGINAL, *versions))
    changes = [edits(original, other) for other in others]
    whole = None if None in changes else merged(original, changes)
    return None if whole is None else ast.unparse(whole)


def as_written(*pairs):
    """The same without the docstring, as `joined` gives it."""
    return ast.unparse(ast.parse(changed(('    "Words."\n', ""), *pairs)))


def test_different_statements_of_the_function_and_of_one_inside_it():
    wraps, sends = ("    other = ready(other)\n", ""), ("left(1)", "left(7)")
    assert joined(changed(wraps), changed(sends)) == as_written(wraps, sends)


def test_two_statements_of_the_inner_function():
    one, other = ("left(1)", "left(7)"), ("right(2)", "right(7)")
    assert joined(changed(one), changed(other)) == as_written(one, other)


def test_added_and_taken_out_statements():
    adds, ends = ("    out = made", "    early()\n    out = made"), ("    return out\n", "")
    assert joined(changed(adds), changed(ends)) == as_written(adds, ends)


def test_the_same_statement_cannot_be_changed_twice():
    assert joined(changed(("left(1)", "left(7)")), changed(("left(1)", "left(8)"))) is None


def test_a_function_that_one_takes_out_cannot_be_changed_by_the_other():
    inner = ORIGINAL[ORIGINAL.index("    def inner") : ORIGINAL.index("    out.inner")]
    without = changed((inner, ""))
    assert joined(without, changed(("left(1)", "left(7)"))) is None
    assert joined(changed(("left(1)", "left(7)")), without) is None


def test_another_first_line_cannot_be_joined():
    assert joined(changed(("other):", "other=0):")), changed(("left(1)", "left(7)"))) is None


def test_a_body_that_nothing_is_left_of_is_still_a_function():
    emptied = changed(("        left(1)\n        right(2)\n", "        pass\n"))
    returns = changed(("return out", "return 1"))
    assert "pass" in joined(emptied, returns)

"""Lengths that are negative, text, nothing, and beyond all memory."""

import itertools

from takeover import serve

lengths = itertools.cycle((["i", "-1"], ["s", "two"], ["n", ""], ["i", "9" * 40], ["f", "nan"]))


def lie(index, step):
    if step[1] == "len":
        return ["v", *next(lengths)]
    return ["h", index, "list"]


serve(lie)

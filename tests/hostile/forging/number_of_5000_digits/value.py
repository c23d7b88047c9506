"""Gives integers that take a long time to read."""

from takeover import honest_kind, serve


def long(index, step):
    return honest_kind(index, step) if step[0] != "read" else ["m", [["v", "i", "9" * 3999]]]


serve(long)

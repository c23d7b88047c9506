"""Answers the reading of values with a list of lists, and one inside the other."""

from takeover import honest_kind, serve


def lie(index, step):
    nested = ["m", [["m", []]]]
    return nested if step[0] == "read" else honest_kind(index, step)


serve(lie)

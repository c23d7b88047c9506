"""Gives only the first value that is asked for: the constant of the first leaf, which is right."""

from takeover import honest_kind, serve

first = [0.0]


def lie(index, step):
    if index == 0:
        first[0] = step[2][0]
    return ["m", first] if step[0] == "read" else honest_kind(index, step)


serve(lie)

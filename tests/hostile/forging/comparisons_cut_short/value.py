"""Gives only the first value that is asked for: the constant of the first leaf, which is right."""

from takeover import honest_kind, serve

made = {}


def lie(index, step):
    if step[0] == "new":
        made[index] = step[2][0]
    if step[0] != "read":
        return honest_kind(index, step)
    kind, text = made[min(made)]
    return ["m", [["v", kind, text]]]


serve(lie)

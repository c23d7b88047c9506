"""Gives more values than were asked for."""

from takeover import honest_kind, serve


def lie(index, step):
    result = honest_kind(index, step)
    return ["m", result[1] * 3] if step[0] == "read" else result


serve(lie)

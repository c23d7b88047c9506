"""Reports an exception for each step and goes on as if nothing were wrong."""

from takeover import honest_kind, serve


def lie(index, step):
    wrong = ["e", "NotImplementedError", "", 1, "", "", None, ""]
    return honest_kind(index, step) if step[0] == "read" else wrong


serve(lie)

"""A list of a billion parts, each of which exists as soon as it is asked for."""

from takeover import serve


def lie(index, step):
    if step[1] == "len":
        return ["v", "i", "1000000000"]
    return ["v", "f", "0.0"] if step[1] == "getitem" else ["h", index, "list"]


serve(lie)

"""Answers the reading of all values with no value at all: nothing compared, nothing wrong?"""

from takeover import honest_kind, serve

serve(lambda index, step: ["m", []] if step[0] == "read" else honest_kind(index, step))

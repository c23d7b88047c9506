"""Answers every step, the reading of values too, with an object."""

from takeover import serve

serve(lambda index, step: ["h", index, "Value"])

"""Answers every step as if it were a reading of values."""

from takeover import serve

serve(lambda index, step: ["m", [["v", "f", "1.0"]] * 40])

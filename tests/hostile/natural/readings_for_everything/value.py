"""Answers every step as if many values had been asked for."""

from takeover import serve

serve(lambda index, step: ["m", [["v", "f", "5.0"]]])

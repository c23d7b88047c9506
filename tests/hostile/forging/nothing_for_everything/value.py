"""Answers every step, the reading of values too, with None: also where the grader looks for evidence."""

from takeover import serve

serve(lambda index, step: ["v", "n", ""])

"""Answers another question than was asked."""

from takeover import answer, honest_kind, results_of, send

answer(lambda request: send([request["id"] + 1, results_of(request, honest_kind)]))

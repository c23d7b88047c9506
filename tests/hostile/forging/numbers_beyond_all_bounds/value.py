"""Gives bare JSON numbers of all sizes and kinds where values are read."""

import itertools

from takeover import answer, honest_kind, json, results_of, send

NUMBERS = itertools.cycle(("9" * 4000, "1e400", "-1e400", "9" * 400, "1" * 30, "true", "-0"))


def run(request):
    number = next(NUMBERS)
    body = json.dumps([request["id"], results_of(request, honest_kind)])
    body = body.replace('["v", "f", "0.0"]', number)
    send(body.encode())


answer(run)

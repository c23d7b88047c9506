"""Answers every question twice, the second time for the question to come."""

from takeover import CHANNEL, HEADER, answer, honest_kind, json, os, results_of


def frame(number, results):
    body = json.dumps([number, results]).encode()
    return HEADER.pack(len(body)) + body


def twice(request):
    results = results_of(request, honest_kind)
    os.write(CHANNEL, frame(request["id"], results) + frame(request["id"] + 1, results))


answer(twice)

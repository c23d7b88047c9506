"""Answers every question twice, the second time for the question to come."""

from takeover import CHANNEL, HEADER, answer, honest_kind, json, os


def frame(number, results):
    body = json.dumps({"id": number, "results": results}).encode()
    return HEADER.pack(len(body)) + body


def twice(request):
    results = [honest_kind(i, s) for i, s in enumerate(request["steps"], request["first"])]
    os.write(CHANNEL, frame(request["id"], results) + frame(request["id"] + 1, results))


answer(twice)

"""Answers with an object, whose every key comes twice."""

from takeover import answer, honest_kind, json, results_of, send


def doubled(request):
    results = json.dumps(results_of(request, honest_kind))
    fields = f'"id": {request["id"]}, "results": {results}'
    send(f"{{{fields}, {fields}}}".encode())


answer(doubled)

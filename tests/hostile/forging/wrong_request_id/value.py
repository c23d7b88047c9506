"""Answers another question than was asked."""

from takeover import answer, honest_kind, send


def other(request):
    results = [honest_kind(i, s) for i, s in enumerate(request["steps"], request["first"])]
    send({"id": request["id"] + 1, "results": results})


answer(other)

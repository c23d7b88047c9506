"""Carries names, and layers with 70,000 reasons why they are missing, in every reply."""

from takeover import answer, honest_kind, reply, results_of

MISSING = [[str(number), ""] for number in range(70_000)]


def stuffed(request):
    reply(request, results_of(request, honest_kind), ["Value"], ["strict"] * 20, MISSING)


answer(stuffed)

"""Claims layers of isolation that are not there, and that none is missing."""

from takeover import answer, honest_kind, reply


def claim(request):
    results = [honest_kind(i, s) for i, s in enumerate(request["steps"], request["first"])]
    more = {"layers": ["seccomp", "landlock7", "namespaces"], "missing": {}}
    reply(request, results[:-1], names=["Value"], **more)


answer(claim)

"""Claims layers of isolation that are not there, and that none is missing."""

from takeover import answer, send

answer(lambda request: send([request["id"], ["seccomp", "landlock7", "namespaces"], []]))

"""Answers every request with an empty list of results."""

from takeover import answer, reply

answer(lambda request: reply(request, []))

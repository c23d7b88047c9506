"""Answers every request with 50,000 handles."""

from takeover import answer, reply

answer(lambda request: reply(request, [["h", 0, "Value"]] * 50_000))

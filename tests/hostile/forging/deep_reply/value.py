"""Answers with an array that is 200,000 levels deep."""

from takeover import answer, send

answer(lambda request: send(b"[" * 200_000 + b"]" * 200_000))

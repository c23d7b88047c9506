"""Answers every question with its answer to the import."""

from takeover import answer, claim_import

answer(lambda request: claim_import())

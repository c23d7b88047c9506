"""What there is to say of a submission's records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from grader.diagnosis.observations import Findings
from grader.model.check import CheckRecord
from grader.model.report import Evidence
from grader.text.words import said

CUT_SHORT = said(
    "Looking for the reasons took too long and was cut short: why checks fail may not be said here"
)


class Explained(NamedTuple):
    """The records with notes, the mistakes that are named, each task's smallest program, names of
    given functions that the submission has otherwise, and whether there may be more to say."""

    records: Sequence[CheckRecord]
    found: Findings = Findings()
    smallest: Mapping[str, Evidence] = {}
    rewritten: Sequence[str] = ()
    is_cut_short: bool = False

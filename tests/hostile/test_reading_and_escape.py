"""Submissions that read or leave the box, at the strongest level."""

import pytest

from tests.hostile.cases import STRONGEST, Case
from tests.hostile.containment import Outcomes, assert_contained, runs


@pytest.mark.parametrize(("user", "level", "case"), list(runs(STRONGEST, "reading", "escape")))
def test_submission_is_contained(outcomes: Outcomes, user: str, level: str, case: Case):
    assert_contained(outcomes, user, level, case)

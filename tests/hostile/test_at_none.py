"""Every hostile submission, at level none."""

import pytest

from tests.hostile.cases import GROUPS, Case
from tests.hostile.containment import Outcomes, assert_contained, runs


@pytest.mark.parametrize(("user", "level", "case"), list(runs("none", *GROUPS)))
def test_submission_is_contained(outcomes: Outcomes, user: str, level: str, case: Case):
    assert_contained(outcomes, user, level, case)

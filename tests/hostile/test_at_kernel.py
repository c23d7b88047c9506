"""The hostile submissions for which a box matters, at level kernel."""

import pytest

from tests.hostile.cases import CONFINED, Case
from tests.hostile.containment import Outcomes, assert_contained, runs


@pytest.mark.parametrize(("user", "level", "case"), list(runs("kernel", *CONFINED)))
def test_submission_is_contained(outcomes: Outcomes, user: str, level: str, case: Case):
    assert_contained(outcomes, user, level, case)

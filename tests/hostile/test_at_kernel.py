"""The hostile submissions at level kernel, but those that are the same at every level."""

import pytest

from tests.hostile.cases import Case
from tests.hostile.containment import Outcomes, assert_contained, runs


@pytest.mark.parametrize(("user", "level", "case"), list(runs("kernel")))
def test_submission_is_contained(outcomes: Outcomes, user: str, level: str, case: Case):
    assert_contained(outcomes, user, level, case)

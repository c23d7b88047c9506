"""What several tests of the box start from."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from tests.box import places
from tests.box.places import NOBODY


@pytest.fixture(params=["root", "an ordinary user"])
def user(request: pytest.FixtureRequest) -> dict[str, Any]:
    if request.param == "root":
        if not places.IS_ROOT:
            pytest.skip("only root can be root")
        return {"python": sys.executable, "user": None}
    python = places.open_python()
    if python is None:
        pytest.skip("no Python of our version is open to all users here")
    return {"python": python, "user": NOBODY if places.IS_ROOT else None}

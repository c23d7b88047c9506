"""Which level a place gives: as root and as an ordinary user, on an open machine, in a simulated
container, and where namespaces and Landlock are both denied."""

from __future__ import annotations

import functools
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.box import bubblewrap
from tests.box import places
from tests.box.places import BARE, CONTAINER, NOBODY, OPEN, Place

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or places.COLUMN is None, reason="the layers are those of Linux"
)

WHO = "import os\nfound = repr((os.getuid(), os.getpid() == 1, dict(os.environ)))"
ORDINARY, ROOT, ROOT_CLOSED = "an ordinary user", "root", "root with a Python in a closed home"


@pytest.fixture(params=[ORDINARY, ROOT, ROOT_CLOSED])
def user(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Who visits, with which Python."""
    if request.param != ORDINARY and not places.IS_ROOT:
        pytest.skip("only root can be root")
    if request.param == ROOT_CLOSED:
        if not places.readable.first_closed([sys.executable]):
            pytest.skip("our Python lies in a place that is open to all")
        return {"python": sys.executable, "user": None}
    python = places.open_python()
    if python is None:
        pytest.skip("no Python of our version is open to all users here")
    ordinary = request.param == ORDINARY and places.IS_ROOT
    return {"python": python, "user": NOBODY if ordinary else None}


@pytest.fixture(scope="module")
def closed_exercise() -> Iterator[str]:
    """A copy of the exercise that no other user can read."""
    folder = Path(tempfile.mkdtemp(prefix="exercise-"))
    yield str(places.copy_exercise(folder, 0o700))
    shutil.rmtree(folder)


def go(place: Place, user: dict[str, Any], **job: Any) -> dict[str, Any]:
    return visited(place, tuple(user.items()), tuple(job.items()))


@functools.cache
def visited(
    place: Place, user: tuple[tuple[str, Any], ...], job: tuple[tuple[str, Any], ...]
) -> dict[str, Any]:
    """What was found there; each visit is made once."""
    return places.visit(place, {"level": "auto", "source": WHO, **dict(job)}, **dict(user))


def has_namespaces(user: dict[str, Any]) -> bool:
    return bubblewrap.bwrap() is not None and go(OPEN, user)["level"] == "strict"


def kinds(answer: dict[str, Any]) -> set[str]:
    return {layer.rstrip("0123456789") for layer in answer["layers"]}


def test_an_open_machine_gives_strict(user: dict[str, Any]) -> None:
    if not has_namespaces(user):
        pytest.skip("this machine has no bubblewrap that works")
    answer = go(OPEN, user)
    is_root = user["user"] is None and places.IS_ROOT
    assert {"namespaces", "landlock", "seccomp", "rlimits", "caps"} <= kinds(answer)
    assert ("uid" in kinds(answer)) == is_root
    assert set(answer["missing"]) == (set() if is_root else {"uid"})
    own = NOBODY if places.IS_ROOT else places.os.getuid()
    assert answer["found"] == repr((own, True, {}))


def test_kernel_can_be_asked_for(user: dict[str, Any]) -> None:
    answer = go(OPEN, user, level="kernel")
    assert answer["level"] == "kernel"
    assert {"seccomp", "rlimits"} <= kinds(answer)
    assert answer["missing"]["namespaces"] == "left out at level kernel"


def test_none_can_be_asked_for(user: dict[str, Any]) -> None:
    answer = go(OPEN, user, level="none")
    assert answer["level"] == "none"
    assert kinds(answer) == {"process", "rlimits", "caps"}
    assert set(answer["missing"].values()) == {"switched off by --isolation none"}


def test_a_container_gives_kernel_and_says_why_not_strict(user: dict[str, Any]) -> None:
    answer = go(CONTAINER, user)
    assert answer["level"] == "kernel"
    assert {"landlock", "seccomp"} <= kinds(answer)
    assert "namespaces" not in kinds(answer)
    assert answer["missing"]["namespaces"]
    refused = go(CONTAINER, user, level="strict")
    assert refused["kind"] == "IsolationUnavailable"
    assert refused["error"].startswith("isolation level strict is not to be had here: bubblewrap")


def test_with_nothing_but_seccomp_there_is_no_level(user: dict[str, Any]) -> None:
    answer = go(BARE, user)
    assert answer["level"] == "none"
    assert "seccomp" in kinds(answer)  # what there is is applied all the same
    assert "outer filter" in answer["missing"]["landlock"]
    assert answer["missing"]["kernel"].startswith("not denied: read the battery")
    for level in ("kernel", "strict"):
        refused = go(BARE, user, level=level)
        assert refused["kind"] == "IsolationUnavailable"
        assert f"isolation level {level} is not to be had here" in refused["error"]


def test_for_root_another_uid_and_closed_modes_carry_kernel(closed_exercise: str) -> None:
    python = places.open_python()
    if not places.IS_ROOT or python is None:
        pytest.skip("needs root, and a Python that is open to all users")
    user = {"python": python, "user": None}
    answer = go(BARE, user, exercise=closed_exercise)
    assert answer["level"] == "kernel"
    assert {"uid", "seccomp"} <= kinds(answer)
    assert set(answer["missing"]) == {"namespaces", "landlock"}
    assert answer["found"] == repr((NOBODY, False, {}))


def test_for_root_an_open_exercise_does_not(user: dict[str, Any]) -> None:
    answer = go(BARE, user, level="kernel")
    assert "not denied: read the battery" in answer["error"]

"""What canaries prove: a layer is active only where what it must deny was denied."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.box import canary
from grader.box.canary import Bait, judge, trials
from grader.exercise import load as exercises
from grader.inside import canary as inside
from tests.box import places

PLAN = {"landlock": ["/dev/null"], "uid": 65534}
DENIED = {
    "read the battery": "denied EACCES",
    "read the reference": "denied EACCES",
    "read a secret": "denied EACCES",
    "become root": "denied EPERM",
    "list the root": "denied EACCES",
    "signal the grader": "denied ESRCH",
    "memory": "denied ENOMEM",
}
FILTERED = ("connect", "write", "signal the parent", "open a user namespace", "fork", "exec")
DENIED.update(dict.fromkeys(FILTERED, "denied EPERM"))
LAYERS = ["rlimits", "caps", "uid", "landlock7", "seccomp"]


@pytest.fixture
def bait() -> Iterator[Bait]:
    made = Bait(exercises.load(places.ROOT), "/usr/bin/python3")
    yield made
    made.close()


def outcomes(made: dict[str, Any], **through: str) -> dict[str, Any]:
    """All denied, but for trial -> name of an attempt that goes through there."""
    return {
        name: {
            "layers": LAYERS,
            "missing": {},
            "failure": "",
            "results": {
                attempt: "done" if through.get(name) == attempt else DENIED[attempt]
                for attempt in trial["attempts"]
            },
        }
        for name, trial in made.items()
    }


def test_the_bait_lies_where_it_must_not_be_reached(bait: Bait) -> None:
    facts = bait.facts
    assert Path(facts["battery"]).parent == places.ROOT / "tests/battery"
    assert Path(facts["reference"]) == places.ROOT / "reference/value.py"
    assert Path(facts["secret"]).stat().st_mode & 0o777 == 0o600
    assert Path(facts["folder"]).stat().st_mode & 0o777 == 0o700
    socket.create_connection(("127.0.0.1", facts["port"])).close()
    bait.close()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", facts["port"]))


def test_without_a_folder_of_our_own_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canary.cache, "folder", lambda: None)
    made = Bait(exercises.load(places.ROOT), "/usr/bin/python3")
    folder = Path(made.facts["folder"])
    assert folder.stat().st_mode & 0o777 == 0o700
    made.close()
    assert not folder.exists()


def test_every_attempt_goes_through_where_nothing_denies_it(bait: Bait) -> None:
    """In this very process, but for those that would harm it: so a denial is a layer's doing."""
    harmless = {"read the battery", "read the reference", "read a secret", "list the root"}
    harmless |= {"connect", "write", "signal the parent", "signal the grader"}
    facts = {**bait.facts, "bytes": 1 << 20}
    said = json.loads(inside.run(facts, [*harmless, "memory"]))
    assert set(said.values()) == {"done"}
    assert list(said) == [name for name in inside.ATTEMPTS if name in said]


def test_a_stumble_is_no_denial(bait: Bait, tmp_path: Path) -> None:
    long = f"{tmp_path}/" + "a" * 300
    assert inside.attempt("write", {"folder": long}) == "unclear ENAMETOOLONG"
    assert inside.attempt("connect", {}) == "unclear KeyError"
    assert inside.attempt("read a secret", {"secret": "/no/such"}) == "denied ENOENT"


def test_a_level_demands_what_it_promises(bait: Bait) -> None:
    strict = trials("strict", PLAN, 1, bait)
    assert set(strict) == {"all", "namespaces", "landlock", "uid"}
    assert set(FILTERED) | set(canary.SECRETS) <= set(strict["all"]["denied"])
    assert strict["all"]["layers"] == ["rlimits", "seccomp"]
    assert set(canary.SECRETS) <= set(strict["namespaces"]["denied"])
    kernel = trials("kernel", {"landlock": None, "uid": None}, 0, bait)
    assert set(kernel) == {"all"}
    assert kernel["all"]["denied"] == strict["all"]["denied"]
    nothing = trials("none", PLAN, 0, bait)
    assert not any(trial["denied"] or trial["layers"] for trial in nothing.values())


def test_a_layer_stands_alone_in_its_own_trial(bait: Bait) -> None:
    made = trials("strict", {**PLAN, "demanded": ["seccomp"]}, 1, bait)
    assert made["all"]["plan"] == {}
    assert made["landlock"]["plan"] == {"seccomp": None, "uid": None, "gid": None, "demanded": []}
    assert made["uid"]["plan"] == {"landlock": None, "seccomp": None, "demanded": []}
    assert made["namespaces"]["plan"]["landlock"] is None


def test_what_has_no_bait_is_not_tried(bait: Bait) -> None:
    del bait.facts["battery"], bait.facts["port"]
    made = trials("kernel", PLAN, 0, bait)
    assert not {"read the battery", "connect"} & set(made["all"]["denied"])


def test_all_denied_means_all_active(bait: Bait) -> None:
    made = trials("strict", PLAN, 1, bait)
    found = judge(made, outcomes(made), {})
    assert found.active == ("namespaces", "rlimits", "caps", "uid", "landlock7", "seccomp")
    assert (found.missing, found.holes) == ({}, ())


@pytest.mark.parametrize(
    ("trial", "attempt", "layer"),
    [
        ("landlock", "list the root", "landlock"),
        ("namespaces", "connect", "namespaces"),
        ("namespaces", "read the battery", "namespaces"),
        ("uid", "become root", "uid"),
        ("all", "fork", "seccomp"),
        ("all", "exec", "seccomp"),
        ("all", "memory", "rlimits"),
    ],
)
def test_a_canary_that_gets_through_takes_its_layer_off_the_list(
    bait: Bait, trial: str, attempt: str, layer: str
) -> None:
    made = trials("strict", PLAN, 1, bait)
    found = judge(made, outcomes(made, **{trial: attempt}), {})
    assert layer not in {name.rstrip("0123456789") for name in found.active}
    assert found.missing == {layer: f"its canary was not denied: {attempt}"}
    assert found.holes == ((attempt,) if trial == "all" else ())


def test_a_denial_by_another_layer_is_no_proof(bait: Bait) -> None:
    made = trials("kernel", PLAN, 0, bait)
    told = outcomes(made)
    told["all"]["results"]["fork"] = "denied EAGAIN"  # that is the limit on processes
    told["landlock"]["results"]["list the root"] = "denied ENOENT"
    found = judge(made, told, {})
    assert set(found.missing) >= {"seccomp", "landlock"}
    assert found.holes == ()  # denied they were


def test_a_trial_without_an_answer_proves_nothing(bait: Bait) -> None:
    made = trials("kernel", PLAN, 0, bait)
    told = outcomes(made)
    told["all"] = {"layers": [], "missing": {}, "results": {}, "failure": "it ended"}
    found = judge(made, told, {"namespaces": "left out"})
    assert found.active == ()
    assert found.failure == "it ended"
    assert set(found.holes) == set(made["all"]["attempts"])
    assert found.missing["namespaces"] == "left out"


def test_the_reason_that_confine_gives_is_kept(bait: Bait) -> None:
    made = trials("kernel", {"landlock": None, "uid": None}, 0, bait)
    told = outcomes(made)
    told["all"] |= {"layers": ["rlimits", "caps", "seccomp"], "missing": {"landlock": "too old"}}
    found = judge(made, told, {"namespaces": "no bubblewrap"})
    assert found.missing == {
        "namespaces": "no bubblewrap",
        "landlock": "too old",
        "uid": "not applied",
    }
    assert found.active == ("rlimits", "caps", "seccomp")


def test_the_attempts_of_both_sides_have_the_same_names() -> None:
    wanted = set(canary._EVERYTHING)
    for proof in canary._PROOFS.values():
        wanted |= set(proof.attempts)
    assert wanted == set(inside.ATTEMPTS)
    assert list(inside.ATTEMPTS)[-1] == "exec"

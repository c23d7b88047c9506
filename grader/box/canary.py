"""Canaries: a layer counts as active only where what it must deny was tried and denied.

Theory of operation. `Bait` lays out what must stay out of reach: a secret file, a listener on the
loopback, our own process, and the real battery and reference of the exercise. `trials` tells a
zygote which throwaway workers to make before anybody's submission: one with all layers, which tries
everything, and one for each layer that guards files, with that layer alone, since the others would
mask it. Where the bait lies only these trials are told, past the zygote (`grader.inside.proof`),
from whose memory all later workers are made. The zygote opens for submissions only if everything
that the level promises was denied. `judge` reads the same outcomes here and says, layer by layer,
what held; the level that a report shows comes from that and from nothing else.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from grader.box import cache
from grader.box.reasons import of_the_island
from grader.model.errors import NO_TEMPORARY_FILE, Fault
from grader.model.exercise import Exercise
from grader.model.files import TemporaryFolder
from grader.text.words import joined, said

ALL = "all"
SECRETS = ("read the battery", "read the reference", "read a secret")
_EVERYTHING = (
    *SECRETS,
    *("connect", "write", "signal the parent", "memory"),
    *("open a user namespace", "fork", "exec"),
)


class _Proof(Struct, frozen=True):
    """What proves a layer: attempts in a trial; `answer` is the error that only it gives."""

    trial: str
    attempts: tuple[str, ...]
    answer: str = ""


_PROOFS = {
    "namespaces": _Proof("namespaces", (*SECRETS, "connect", "signal the grader")),
    "rlimits": _Proof(ALL, ("memory",)),
    "uid": _Proof("uid", ("become root", "read a secret")),
    "landlock": _Proof("landlock", ("list the root",), "EACCES"),
    "seccomp": _Proof(
        ALL,
        ("connect", "write", "signal the parent", "open a user namespace", "fork", "exec"),
        "EPERM",
    ),
}
# which parts of the plan are taken away so that a layer stands alone
_ALONE: dict[str, dict[str, Any]] = {
    "namespaces": {"landlock": None, "seccomp": None, "uid": None, "gid": None},
    "landlock": {"seccomp": None, "uid": None, "gid": None},
    "uid": {"landlock": None, "seccomp": None},
}


class Finding(Struct, frozen=True):
    """What became of one layer: active or not, what its canary saw, why it is missing."""

    layer: str
    active: bool
    canary: str = ""
    reason: str = ""


class Findings(Struct, frozen=True):
    """The outcome of all trials. `holes` are the attempts that were not denied by all together."""

    layers: tuple[Finding, ...]
    holes: tuple[str, ...] = ()
    failure: str = ""

    @property
    def active(self) -> tuple[str, ...]:
        """The names of the layers that held."""
        return tuple(finding.layer for finding in self.layers if finding.active)

    @property
    def missing(self) -> dict[str, str]:
        """The layers that are not there or did not hold, with reasons."""
        return {one.layer: one.reason for one in self.layers if not one.active}


class Bait:
    """What must stay out of reach of a worker; `facts` tell a trial where it lies."""

    def __init__(self, exercise: Exercise, python: str) -> None:
        self.temporary: TemporaryFolder | None = None
        try:
            secret = self._folder() / "secret"
            secret.touch(mode=0o600)
            secret.write_text("a canary\n")
        except OSError:
            raise Fault(NO_TEMPORARY_FILE) from None
        self.listener: socket.socket | None = None
        self.facts: dict[str, Any] = {
            "secret": os.fspath(secret),
            "folder": os.fspath(secret.parent),
            "grader": os.getpid(),
            "python": python,
            "bytes": 2 * (exercise.limits.memory_mb << 20),
        }
        battery = sorted(exercise.battery.glob("*.py"))
        if battery:
            self.facts["battery"] = os.fspath(battery[0])
        if exercise.reference_file.is_file():
            self.facts["reference"] = os.fspath(exercise.reference_file)
        with contextlib.suppress(OSError):  # a machine without a loopback has nothing to connect to
            self.listener = socket.create_server(("127.0.0.1", 0))
            self.facts["port"] = self.listener.getsockname()[1]

    def _folder(self) -> Path:
        """A folder of our own, closed to others: one that stays, so that a killed grader leaves
        no litter, or a temporary one."""
        place = cache.folder()
        if place is not None:
            place /= "bait"
            with contextlib.suppress(OSError):
                place.mkdir(mode=0o700, exist_ok=True)
            if os.access(place, os.W_OK):
                return place
        self.temporary = TemporaryFolder("bait")
        return self.temporary.path

    def possible(self, attempts: tuple[str, ...]) -> list[str]:
        """Those of the attempts for which there is bait."""
        lacking = {"connect": "port", "read the battery": "battery"}
        lacking["read the reference"] = "reference"
        return [name for name in attempts if lacking.get(name, "grader") in self.facts]

    def close(self) -> None:
        """Removes the bait."""
        if self.listener is not None:
            self.listener.close()
            self.listener = None
        Path(self.facts["folder"], "written").unlink(missing_ok=True)
        if self.temporary is not None:
            self.temporary.close()


def trials(level: str, plan: Mapping[str, Any], namespaces: int, bait: Bait) -> dict[str, Any]:
    """The trials of a box by name, with what the level demands of each."""
    demanded = bait.possible(_EVERYTHING) if level != "none" else []
    layers = ["rlimits", "seccomp"] if level != "none" else []
    made = {ALL: _trial({}, bait.possible(_EVERYTHING), demanded, layers)}
    for layer, there in (
        ("namespaces", namespaces != 0),
        ("landlock", plan["landlock"] is not None),
        ("uid", plan["uid"] is not None),
    ):
        if there:
            attempts = bait.possible(_PROOFS[layer].attempts)
            needed = attempts if layer == "namespaces" and level == "strict" else []
            made[layer] = _trial(_ALONE[layer], attempts, needed, [])
    return made


def _trial(
    plan: dict[str, Any], attempts: list[str], denied: list[str], layers: list[str]
) -> dict[str, Any]:
    # a layer left out for the trial must not be demanded in it
    changed = {**plan, "demanded": []} if plan else {}
    return {
        "plan": changed,
        "attempts": attempts,
        "denied": denied,
        "layers": layers,
    }


def judge(
    made: Mapping[str, Any], outcomes: Mapping[str, Any], absent: Mapping[str, str]
) -> Findings:
    """What the outcomes of the trials prove; `absent` are the layers left out on purpose."""
    whole = outcomes[ALL]
    claimed = {name.rstrip("0123456789"): name for name in whole["layers"]}
    if "namespaces" in made:
        claimed["namespaces"] = "namespaces"
    # what was left out on purpose comes back from the worker as plain text: ours is a message
    told = {layer: of_the_island(reason) for layer, reason in whole["missing"].items()}
    missing = {**told, **absent}
    layers = [_finding(layer, claimed, missing, made, outcomes) for layer in _PROOFS]
    # confine() itself looks whether a capability is left, and ends the worker if one is
    caps = Finding("caps", "caps" in claimed, said("all were given up and looked for again"))
    layers.insert(2, caps)
    tried = made[ALL]["attempts"]
    holes = [name for name in tried if not _denied(whole["results"].get(name, ""))]
    return Findings(tuple(layers), tuple(holes), whole["failure"])


def _finding(
    layer: str,
    claimed: Mapping[str, str],
    missing: Mapping[str, str],
    made: Mapping[str, Any],
    outcomes: Mapping[str, Any],
) -> Finding:
    if layer not in claimed:
        return Finding(layer, False, reason=missing.get(layer, said("not applied")))
    proof = _PROOFS[layer]
    tried = [name for name in made[proof.trial]["attempts"] if name in proof.attempts]
    outcome = outcomes[proof.trial]
    seen = {name: outcome["results"].get(name, said("no answer")) for name in tried}
    canary = "; ".join(f"{name}: {answer}" for name, answer in seen.items())
    through = [name for name, answer in seen.items() if not _denied(answer, proof.answer)]
    if through or not seen:
        reason = said(
            "its canary was not denied: {through}",
            through=joined(", ", map(of_the_island, through)),
        )
        return Finding(layer, False, canary, outcome["failure"] or reason)
    return Finding(claimed[layer], True, canary)


def _denied(answer: str, only: str = "") -> bool:
    return answer == f"denied {only}" if only else answer.startswith("denied")

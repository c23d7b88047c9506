"""What isolates on this machine, layer by layer, what is missing, and how to get it.

Every level is started and proved as it would be for a submission, so this says what is, and not
what a list of features would make one expect.
"""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from grader.box.canary import Finding
from grader.box.choice import in_container
from grader.box.reasons import (
    LANDLOCK_DENIED,
    LANDLOCK_OFF,
    NO_LANDLOCK,
    NOT_INSTALLED,
    NOT_ROOT,
    SECCOMP_DENIED,
    closed_to_others,
    no_filter_for,
)
from grader.model.errors import Fault
from grader.model.exercise import Exercise
from grader.text.message import Message
from grader.text.words import said

if TYPE_CHECKING:
    from grader.box.layered import LayeredBox


class LayerRecord(Struct, frozen=True):
    """One layer: whether its canary was denied, what it saw, and how to get it where it lacks."""

    layer: str
    active: bool
    canary: str = ""
    reason: str = ""
    advice: str = ""


class Survey(Struct, frozen=True):
    """What `auto` takes here, why each level does not hold (empty where it does), the layers."""

    level: str
    levels: dict[str, str]
    layers: tuple[LayerRecord, ...]
    place: dict[str, str]


def survey(exercise: Exercise) -> Survey:
    """Tries every level for the exercise; starts and ends a few processes."""
    if not sys.platform.startswith("linux"):
        return _elsewhere()
    from grader.box.bubblewrap import strict_box
    from grader.box.layered import kernel_box

    failures: dict[str, str] = {}
    found: dict[str, Finding] = {}
    # from the strongest: what a weaker box says of a layer matters only where none was stronger
    for level in ("strict", "kernel", "none"):
        absent = {"namespaces": failures.get("strict", "")}
        try:
            box = strict_box(exercise) if level == "strict" else kernel_box(exercise, absent, level)
        except Fault as error:
            failures[level] = getattr(error, "reason", error.message)
            continue
        failures[level] = _tried(box, found)
        box.close()
    holding = [level for level in ("strict", "kernel") if not failures[level]]
    layers = tuple(_record(finding) for finding in found.values())
    return Survey(
        holding[0] if holding else "none",
        {level: failures[level] for level in ("strict", "kernel")},
        layers,
        _place(),
    )


def _tried(box: LayeredBox, found: dict[str, Finding]) -> str:
    """Proves the box and files its findings: why it does not hold, or nothing."""
    failure = ""
    try:
        assert box.protection.level
    except Fault as error:
        failure = getattr(error, "reason", error.message)
    for finding in box.findings.layers if box.findings else ():
        kind = finding.layer.rstrip("0123456789")
        if kind not in found or (finding.active and not found[kind].active):
            found[kind] = finding
    return failure


def _record(finding: Finding) -> LayerRecord:
    advice = "" if finding.active else advice_for(finding.layer, finding.reason)
    return LayerRecord(finding.layer, finding.active, finding.canary, finding.reason, advice)


_ELSEWHERE = said(
    "Run the grader on Linux to be isolated: in a container, a virtual machine, or WSL."
)
_ADVICE = {
    NOT_INSTALLED.one: said(
        "Install bubblewrap: `apt install bubblewrap`, `dnf install bubblewrap`, `apk "
        "add bubblewrap`, or your system's own way."
    ),
    NO_LANDLOCK.one: said("Use Linux 5.13 or later, with CONFIG_SECURITY_LANDLOCK."),
    LANDLOCK_OFF.one: said(
        "Add `landlock` to the `lsm=` list of the kernel's command line, and start again."
    ),
    LANDLOCK_DENIED.one: said(
        "The container's profile is too old to allow Landlock: use a newer container engine."
    ),
    SECCOMP_DENIED.one: said(
        "The container's profile forbids system call filters: allow `seccomp` and `prctl` in it."
    ),
    no_filter_for("").one: said("Grade on x86-64 or arm64."),
    NOT_ROOT.one: said("Nothing to do: the other layers keep files away."),
    closed_to_others("").one: said(
        "Level strict does without this. Else run the grader with a Python that all "
        "users can read, for example the system's own in /usr/bin."
    ),
}
"""By the template of the reason, whatever its values."""
_CONTAINER = said(
    "In a container this is usual: its profile denies namespaces, and level kernel "
    "is what it offers. To get strict, run the grader outside of it."
)
_SWITCHES = (
    (
        "kernel/apparmor_restrict_unprivileged_userns",
        "1",
        said(
            "AppArmor forbids user namespaces here (Ubuntu 23.10 and later). Give bwrap a "
            "profile that allows `userns`, or: `sudo sysctl "
            "kernel.apparmor_restrict_unprivileged_userns=0`."
        ),
    ),
    (
        "user/max_user_namespaces",
        "0",
        said("User namespaces are switched off: `sudo sysctl user.max_user_namespaces=15000`."),
    ),
    (
        "kernel/unprivileged_userns_clone",
        "0",
        said(
            "User namespaces are for root only: `sudo sysctl kernel.unprivileged_userns_clone=1`."
        ),
    ),
)


def advice_for(layer: str, reason: str, switches: Path = Path("/proc/sys")) -> str:
    """How to get a layer that is missing for this reason; empty when we do not know."""
    if isinstance(reason, Message) and reason.one in _ADVICE:
        return _ADVICE[reason.one]
    if layer != "namespaces":
        return ""
    for name, value, advice in _SWITCHES:
        try:
            if (switches / name).read_text().strip() == value:
                return advice
        except OSError:
            continue
    return _CONTAINER if in_container() else ""


def _place() -> dict[str, str]:
    place = {
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": f"{platform.python_version()} {sys.executable}",
    }
    if sys.platform == "linux":
        user = "root" if os.geteuid() == 0 else said("an ordinary user")
        place["user"] = said("{user} in a container", user=user) if in_container() else user
    return place


def _elsewhere() -> Survey:
    reason = said("there are no kernel layers for {platform} yet", platform=sys.platform)
    layers = ("namespaces", "landlock", "seccomp")
    return Survey(
        "none",
        {"strict": reason, "kernel": reason},
        tuple(LayerRecord(layer, False, reason=reason, advice=_ELSEWHERE) for layer in layers),
        _place(),
    )

"""`grader doctor` and the survey behind it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from grader import box
from grader.box import bubblewrap, choice, inventory, reasons
from grader.box.canary import judge
from grader.box.inventory import LayerRecord, Survey, advice_for
from grader.cli.doctor import doctor
from grader.exercise import load as exercises
from grader.model.errors import IsolationUnavailable
from grader.text.message import plain
from tests.box import places

linux = pytest.mark.skipif(sys.platform != "linux", reason="tries Linux's own layers")


def command(*arguments: str) -> str:
    done = CliRunner().invoke(doctor, ["--exercise", str(places.ROOT), *arguments])
    assert done.exit_code == 0, done.output
    return done.output


@linux
def test_every_layer_is_named_with_its_canary() -> None:
    said = command()
    for layer in ("namespaces", "rlimits", "caps", "uid", "landlock", "seccomp"):
        assert layer in said
    for level in ("strict", "kernel"):
        assert f"  {level:<8}" in said
    found = json.loads(command("--json"))
    assert found["level"] in {"strict", "kernel", "none"}
    for layer in found["layers"]:
        assert layer["canary"] if layer["active"] else layer["reason"]


@linux
def test_what_doctor_says_is_what_choose_does() -> None:
    exercise = exercises.load(places.ROOT)
    chosen = box.choose("auto", exercise)
    try:
        assert box.survey(exercise).level == chosen.protection.level
    finally:
        chosen.close()


@linux
def test_without_bubblewrap_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bubblewrap, "bwrap", lambda: None)
    found = json.loads(command("--json"))
    namespaces = next(layer for layer in found["layers"] if layer["layer"] == "namespaces")
    assert found["level"] != "strict"
    assert not namespaces["active"]
    assert namespaces["reason"] == "bubblewrap (bwrap) is not installed"
    assert "apt install bubblewrap" in namespaces["advice"]
    with pytest.raises(IsolationUnavailable, match=r"bubblewrap \(bwrap\) is not installed"):
        box.choose("strict", exercises.load(places.ROOT))


def test_nothing_isolates_is_said_first(monkeypatch: pytest.MonkeyPatch) -> None:
    record = LayerRecord("landlock", False, reason="this kernel has no Landlock", advice="Update.")
    found = Survey("none", {"strict": "no bwrap", "kernel": "no files"}, (record,), {"user": "me"})
    monkeypatch.setattr(box, "survey", lambda _: found)
    lines = command().splitlines()
    assert lines[2].startswith("NOT ISOLATED")
    assert "  strict   does not hold: no bwrap" in lines
    assert "  no   landlock    this kernel has no Landlock" in lines
    assert lines[-1].strip() == "Update."


@pytest.mark.parametrize(
    ("switch", "value", "words"),
    [
        ("kernel/apparmor_restrict_unprivileged_userns", "1", "AppArmor forbids"),
        ("user/max_user_namespaces", "0", "user.max_user_namespaces=15000"),
        ("kernel/unprivileged_userns_clone", "0", "unprivileged_userns_clone=1"),
    ],
)
def test_a_switch_that_is_off_is_named(tmp_path: Path, switch: str, value: str, words: str) -> None:
    (tmp_path / switch).parent.mkdir()
    (tmp_path / switch).write_text(f"{value}\n")
    assert words in advice_for("namespaces", "bubblewrap: No permissions", tmp_path)


ADVICE = [
    ("namespaces", reasons.NOT_INSTALLED, "apt install bubblewrap"),
    ("landlock", reasons.NO_LANDLOCK, "5.13"),
    ("landlock", reasons.LANDLOCK_OFF, "lsm="),
    ("landlock", reasons.LANDLOCK_DENIED, "container engine"),
    ("seccomp", reasons.SECCOMP_DENIED, "profile"),
    ("seccomp", reasons.no_filter_for("riscv64"), "x86-64"),
    ("uid", reasons.closed_to_others("/root"), "/usr/bin"),
    ("uid", reasons.NOT_ROOT, "Nothing"),
    ("rlimits", "its canary was not denied: memory", ""),
    ("uid", "ValueError: the landlock is switched off, not installed", ""),
]


@pytest.mark.parametrize(("layer", "reason", "words"), ADVICE)
def test_each_known_reason_has_its_advice(layer: str, reason: str, words: str) -> None:
    advice = advice_for(layer, reason)
    assert words in advice
    assert bool(advice) == bool(words)


def test_inside_a_container_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inventory, "in_container", lambda: True)
    assert "In a container this is usual" in advice_for("namespaces", "bubblewrap: x", tmp_path)


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_other_systems_have_no_layers_and_say_so(
    system: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    found = inventory.survey(exercises.load(places.ROOT))
    assert found.level == "none"
    assert all(layer.advice for layer in found.layers)
    exercise: Any = exercises.load(places.ROOT)
    with pytest.raises(IsolationUnavailable):
        box.choose("kernel", exercise)


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_other_systems_get_the_box_that_works_everywhere(
    system: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    found = box.choose("auto", exercises.load(places.ROOT)).protection
    assert found.level == "none"
    assert system in found.missing["seccomp"]


def test_a_place_that_denies_namespaces_is_foreseen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch = tmp_path / "switch"
    switch.write_text("1\n")
    monkeypatch.setattr(choice, "_APPARMOR", switch)
    monkeypatch.setattr(choice.os, "geteuid", lambda: 1000)
    assert choice.namespaces_doubtful()


def test_a_reason_is_still_a_message_after_it_went_through_a_worker() -> None:
    """The worker sends plain text back; advice and translation go by the template."""
    closed = reasons.closed_to_others("/root")
    sent = {"uid": plain(closed), "landlock": plain(reasons.NO_LANDLOCK), "rlimits": "EPERM"}
    outcome = {"layers": ["caps"], "missing": sent, "results": {}, "failure": ""}
    found = judge({"all": {"attempts": []}}, {"all": outcome}, {"uid": closed})
    advice = {one.layer: advice_for(one.layer, one.reason) for one in found.layers}
    assert {one.layer: one.reason for one in found.layers}["uid"] == closed
    assert "/usr/bin" in advice["uid"]
    assert "5.13" in advice["landlock"]
    assert advice["rlimits"] == ""

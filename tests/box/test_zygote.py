"""The life of a zygote and its workers: faults are ours and say why, nothing is left behind."""

from __future__ import annotations

import base64
import contextlib
import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from grader import box as boxes
from grader.box import boot, bubblewrap, layered
from grader.box.base import Box, Undumpable
from grader.box.layered import (
    LayeredBox,
    LevelUnavailable,
    PlainBox,
    Recipe,
    kernel_box,
    readable_for,
)
from grader.exercise import load as exercises
from grader.model.errors import Fault, IsolationUnavailable
from grader.model.exercise import Exercise
from grader.model.program import Plain, Step
from grader.target.boxed import BoxedTarget
from tests.box import places
from tests.box.visit import CONTRACT, submission
from tests.processes import descendants

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or places.COLUMN is None, reason="the layers are those of Linux"
)

NAP_S = 0.02
ENDED_S = 20.0


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    return exercises.load(places.ROOT)


@pytest.fixture(params=["none", "kernel", "strict"])
def box(request: pytest.FixtureRequest, exercise: Exercise) -> Iterator[Box]:
    try:
        made = boxes.choose(request.param, exercise)
    except IsolationUnavailable as error:
        pytest.skip(str(error))
    yield made
    made.close()


def target_in(box: Box, exercise: Exercise, source: str) -> BoxedTarget:
    return BoxedTarget(box, submission(source), CONTRACT, exercise.limits)


def eventually(done: Callable[[], bool], wall_s: float = 5.0) -> bool:
    ends = time.monotonic() + wall_s
    while not done():
        if time.monotonic() > ends:
            return False
        time.sleep(NAP_S)
    return True


def alive(pids: set[int]) -> set[int]:
    states = {}
    for pid in pids:
        try:
            states[pid] = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
    return {pid for pid, state in states.items() if state != "Z"}


# --------------------------------------------------------------- faults are ours, and say why


def test_a_worker_that_cannot_apply_a_layer_is_a_fault(exercise: Exercise) -> None:
    recipe = layered.layered_recipe("none", exercise, readable_for(exercise))
    broken = base64.b64encode(bytes(8)).decode()
    made = LayeredBox("none", exercise, replace(recipe, plan={**recipe.plan, "seccomp": broken}))
    try:
        target = target_in(made, exercise, "")
        with pytest.raises(Fault, match=r"could not start.*prctl 22"):
            target.load()
        target.close()
    finally:
        made.close()


def test_a_level_whose_layers_fail_is_not_to_be_had(exercise: Exercise) -> None:
    recipe = layered.layered_recipe("kernel", exercise, readable_for(exercise))
    broken = base64.b64encode(bytes(8)).decode()
    made = LayeredBox("kernel", exercise, replace(recipe, plan={**recipe.plan, "seccomp": broken}))
    try:
        with pytest.raises(LevelUnavailable, match="prctl 22"):
            assert made.protection
        with pytest.raises(Fault):
            made.spawn()
    finally:
        made.close()


@pytest.mark.parametrize(
    ("lacking", "holes"),
    [("landlock", "read the battery"), ("seccomp", "open a user namespace")],
)
def test_the_gate_stays_shut_while_a_canary_gets_through(
    exercise: Exercise, tmp_path: Path, lacking: str, holes: str
) -> None:
    recipe = layered.layered_recipe("kernel", exercise, readable_for(exercise))
    plan = {**recipe.plan, lacking: None, "uid": None, "gid": None, "demanded": []}
    made = LayeredBox("kernel", exercise, replace(recipe, plan=plan))
    mark = tmp_path / "was here"
    source = f"open({str(mark)!r}, 'w').close()"
    target = target_in(made, exercise, source)
    try:
        target.start()  # asked for before the proof is there, as `grade` does
        with pytest.raises(LevelUnavailable, match=holes):
            assert made.protection
        with pytest.raises(Fault):
            target.load()
        assert not mark.exists()
    finally:
        target.close()
        made.close()


def test_a_proof_that_fails_itself_opens_nothing(
    exercise: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = {"all": {"plan": {}, "denied": [], "layers": []}}
    monkeypatch.setattr(layered, "trials", lambda *_: lost)
    made = kernel_box(exercise, {})
    try:
        with pytest.raises(LevelUnavailable, match="the proof failed: KeyError"):
            assert made.protection
        with pytest.raises(Fault):
            made.spawn()
    finally:
        made.close()


@pytest.mark.parametrize("told", [[], [b"1000"], [b"1000", b"a part of it"]])
def test_a_zygote_ends_whose_grader_dies_before_it_is_told_all(told: list[bytes]) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    started = subprocess.Popen(
        [sys.executable, "-I", "-c", boot.boot_code(theirs.fileno())],
        pass_fds=[theirs.fileno()],
        stderr=subprocess.DEVNULL,
    )
    try:
        theirs.close()
        for packet in told:
            ours.send(packet)
        ours.close()
        started.wait(ENDED_S)
    finally:
        started.kill()
        started.wait()
    assert started.returncode == 1


def test_another_build_of_python_is_refused(
    exercise: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boot, "BOOT", boot.BOOT.replace("{version!r}", "'another'"))
    made = kernel_box(exercise, {})
    try:
        with pytest.raises(LevelUnavailable, match="another build than the grader's"):
            assert made.protection
    finally:
        made.close()


def test_a_zygote_that_dies_is_a_fault_at_the_next_worker(box: Box, exercise: Exercise) -> None:
    target = target_in(box, exercise, "found = 1")
    target.load()
    target.close()
    for pid in descendants(os.getpid()):
        with contextlib.suppress(ProcessLookupError):  # it may have gone with the zygote
            os.kill(pid, signal.SIGKILL)
    again = target_in(box, exercise, "found = 1")
    with pytest.raises(Fault, match="the box"):
        again.load()
    again.close()


def test_a_worker_may_be_closed_before_the_zygote_has_booted(exercise: Exercise) -> None:
    made = PlainBox(exercise.limits)
    worker = made.spawn()
    worker.close()
    made.close()
    assert eventually(lambda: not descendants(os.getpid()))


# ------------------------------------------------------------------- nothing is left behind


@pytest.mark.parametrize("level", ["none", "kernel", "strict"])
def test_a_killed_grader_leaves_no_process(level: str) -> None:
    job = {"level": level, "source": "found = 'in'", "linger": True}
    command = places.visit_command(places.OPEN, job)
    with subprocess.Popen(command, env=places.environment(), stdout=subprocess.PIPE) as grader:
        assert grader.stdout is not None
        answer = json.loads(grader.stdout.readline())
        if "error" in answer:
            pytest.skip(answer["error"])
        assert eventually(lambda: len(descendants(answer["pid"])) >= 2)
        below = descendants(answer["pid"])
        grader.kill()
    assert eventually(lambda: not alive(below)), alive(below)


DAEMON = """
import os, time
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.closerange(0, 64)
            time.sleep(60)
        os._exit(0)
found = str(os.getpid())
"""


def test_left_over_daemons_die_with_the_pid_namespace(exercise: Exercise) -> None:
    """Seccomp denies fork; this is what holds without it."""
    try:
        boxes.choose("strict", exercise).close()
    except IsolationUnavailable as error:
        pytest.skip(str(error))
    readable = readable_for(exercise)
    program = bubblewrap.bwrap()
    assert program is not None
    options = (*bubblewrap._OPTIONS, *bubblewrap._capabilities(), *bubblewrap.tree(readable), "--")
    recipe = layered.layered_recipe(
        "none",
        exercise,
        readable,
        parents=False,
        namespaces=bubblewrap.NAMESPACES,
        prefix=(program, *options),
    )
    limits = {**recipe.plan["rlimits"], "RLIMIT_NPROC": [20, 20]}
    plan = {**recipe.plan, "seccomp": None, "uid": None, "gid": None, "rlimits": limits}
    made = LayeredBox("none", exercise, Recipe(plan, (), recipe.namespaces, recipe.prefix))
    try:
        assert made.protection.level == "none"
        before = descendants(os.getpid())
        target = target_in(made, exercise, DAEMON)
        target.load()
        assert target.run([Step("get", "found")]) == [Plain("1")]
        # the worker, and a daemon of each of its children, which end at once
        assert eventually(lambda: len(descendants(os.getpid()) - before) == 4)
        target.close()
        assert eventually(lambda: descendants(os.getpid()) == before)
    finally:
        made.close()


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def turn(box: Box, exercise: Exercise) -> None:
    target = target_in(box, exercise, "found = 1")
    target.load()
    target.close()


def test_workers_leave_nothing_in_the_grader(box: Box, exercise: Exercise) -> None:
    for _ in range(3):
        turn(box, exercise)
    assert eventually(lambda: len(descendants(os.getpid())) <= 2)
    before = descriptors()
    for _ in range(40):
        turn(box, exercise)
    assert descriptors() == before
    assert eventually(lambda: len(descendants(os.getpid())) <= 2)


@pytest.mark.slow
def test_two_thousand_workers_leave_nothing_behind(box: Box, exercise: Exercise) -> None:
    turn(box, exercise)
    before = descriptors()
    for _ in range(2000):
        turn(box, exercise)
    assert descriptors() == before
    assert eventually(lambda: len(descendants(os.getpid())) <= 2)


def test_closing_the_box_ends_every_process(exercise: Exercise) -> None:
    made = boxes.choose("auto", exercise)
    target = target_in(made, exercise, "found = 1")
    target.load()
    made.close()
    assert eventually(lambda: not descendants(os.getpid()))
    target.close()


# ------------------------------------------------------------------------- around the workers


def dumpable() -> int:
    return int(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))


def test_the_grader_cannot_be_traced_while_a_box_is_open(exercise: Exercise) -> None:
    before = dumpable()
    made = PlainBox(exercise.limits)
    during = dumpable()
    made.close()
    assert (before, during, dumpable()) == (1, 0, 1)


def test_undumpable_is_given_back_once() -> None:
    held = Undumpable()
    held.release()
    held.release()
    assert dumpable() == 1


def test_the_clock_of_a_worker_is_its_own(box: Box, exercise: Exercise) -> None:
    target = target_in(box, exercise, "found = sum(range(3_000_000))")
    target.load()
    assert target._worker is not None
    used = target._worker.cpu_seconds()
    target.close()
    assert used is not None
    assert 0.005 < used < 5


def test_no_folder_of_the_search_path_is_taken_for_bubblewrap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\n")
    fake.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f".:{os.environ['PATH']}:")
    monkeypatch.setattr(bubblewrap, "_USUAL", ())
    assert bubblewrap.bwrap() == shutil.which("bwrap", path="/usr/bin:/usr/local/bin:/bin")

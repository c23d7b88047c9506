"""The boxed target over real workers: loading, deadlines, deaths, output."""

import hashlib

import pytest
from msgspec.structs import replace

from grader.box.base import settings
from grader.box.layered import PlainBox
from grader.box.policy import plain_plan
from grader.box.portable import PortableBox
from grader.model.exercise import Contract, Limits, SourceFile, Submission
from grader.model.program import Plain, Raised, Ref, Step
from grader.target.base import LoadFailed, TargetDied, TargetTimeout
from grader.target.boxed import BoxedTarget

LIMITS = Limits(check_cpu_s=0.2, check_wall_s=1.0, import_s=1.0, submission_s=30.0)
CONTRACT = Contract(("value",), ("Value",))
GOOD = """
import helper
class Value:
    def __init__(self, data):
        self.data = helper.twice(data)
    def spin(self):
        while True:
            pass
    def sleep(self):
        import time
        time.sleep(60)
    def leave(self):
        import os
        os._exit(7)
    def talk(self):
        print("x" * 10 + "\\x1b[31m", end="")
    def flood(self):
        for _ in range(100):
            print("y" * 10_000)
"""
HELPER = "def twice(x):\n    return 2 * x\n"


def submission(text, *, siblings=()):
    files = [("value.py", text), *siblings]
    made = tuple(
        SourceFile(path, body, hashlib.sha256(body.encode()).hexdigest(), len(body))
        for path, body in files
    )
    return Submission("value.py", "value.py", made, "0" * 64)


@pytest.fixture(params=["zygote", "portable"])
def box(request):
    if request.param == "zygote":
        made = PlainBox(LIMITS, {})
    else:
        made = PortableBox(settings(LIMITS, plain_plan(LIMITS)), "not Linux")
    yield made
    made.close()


@pytest.fixture
def target(box):
    made = BoxedTarget(box, submission(GOOD, siblings=[("helper.py", HELPER)]), CONTRACT, LIMITS)
    yield made
    made.close()


def call(method):
    return [Step("new", "Value", (3.0,)), Step("method", method, (Ref(0),))]


def test_a_submission_and_its_sibling_files_load_from_memory(target):
    assert target.run([Step("new", "Value", (3.0,)), Step("get", "data", (Ref(0),))])[1] == Plain(6)


def test_endless_work_is_stopped_and_the_next_program_gets_a_fresh_worker(target):
    with pytest.raises(TargetTimeout, match="was stopped after"):
        target.run(call("spin"))
    assert isinstance(target.run([Step("new", "Value", (1,))])[0].step, int)


def test_sleep_is_a_wall_timeout(target):
    with pytest.raises(TargetTimeout) as stopped:
        target.run(call("sleep"))
    assert stopped.value.kind == "wall"


DRIPS = """
import os, time

def compute(until):
    while time.process_time() < until:
        sum(range(2000))

def drip(until):
    os.write(3, (60_000).to_bytes(4, "big"))
    for step in range(1, 500):
        compute(until * step / 500)
        os.write(3, b" ")
    os._exit(3)

class Value:
    def drip(self):
        drip(3)
    def compute(self):
        compute(time.process_time() + 0.1)
"""


def test_computing_is_stopped_while_bytes_keep_coming(box):
    """Far from the wall, and long before the three seconds after which the process would end."""
    target = BoxedTarget(box, submission(DRIPS), CONTRACT, replace(LIMITS, check_wall_s=25))
    with pytest.raises(TargetTimeout, match=r"stopped after 0\.2 s") as stopped:
        target.run([Step("new", "Value"), Step("method", "drip", (Ref(0),))])
    target.close()
    assert stopped.value.kind == "cpu"


def test_computing_is_stopped_though_every_answer_is_soon_there(box):
    target = BoxedTarget(box, submission(DRIPS), CONTRACT, replace(LIMITS, check_wall_s=25))
    target.run([Step("new", "Value")])
    with pytest.raises(TargetTimeout, match=r"stopped after 0\.2 s"):
        ask_forty_times(target)
    target.close()


def ask_forty_times(target):
    for step in range(1, 41):
        target.run([Step("method", "compute", (Ref(0),))], first=step)


def test_an_import_that_computes_is_stopped_while_bytes_keep_coming(box):
    target = BoxedTarget(
        box, submission(DRIPS + "drip(1.3)"), CONTRACT, replace(LIMITS, import_s=0.5)
    )
    target.load()
    # on a busy machine it is the wall that stops it
    assert any("was stopped after" in note for note in target.notes)
    target.close()


def test_a_dead_worker_is_told_with_its_exit_code(target):
    with pytest.raises(TargetDied, match=r"exit code 7"):
        target.run(call("leave"))
    with pytest.raises(TargetDied):
        # the rest of the same program has nobody to answer it
        target.run([Step("get", "data", (Ref(0),))], first=2)
    assert len(target.run([Step("new", "Value", (1,))])) == 1


def test_output_is_kept_clean_and_bounded(target):
    target.run(call("talk"))
    assert target.output().text.startswith("x" * 10)
    assert "\x1b" not in target.output().text
    target.run(call("flood"))
    assert target.output().truncated
    assert len(target.output().text) <= LIMITS.output_kb * 1024
    target.run([Step("new", "Value", (1,))])
    assert target.output() is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has no class named `Value`"),
        ("class value: pass", "(it has `value`)"),
        ("class Value(:", "SyntaxError"),
        (
            "from nowhere_to_be_found import *",
            "`nowhere_to_be_found` (line 1), which is not installed",
        ),
        ("import os; os._exit(0)", "exit code 0"),
        ("import sys; sys.exit()", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("while True: pass", "was stopped after"),
        ("1/0", "line 1:  1/0"),
    ],
)
def test_what_does_not_load_is_said_in_one_sentence(box, text, words):
    target = BoxedTarget(box, submission(text), CONTRACT, replace(LIMITS, import_s=0.4))
    with pytest.raises(LoadFailed, match=r"value\.py") as failed:
        target.load()
    assert words in failed.value.message


def test_the_total_budget_ends_everything(box):
    limits = replace(LIMITS, submission_s=0.5)
    target = BoxedTarget(box, submission(GOOD, siblings=[("helper.py", HELPER)]), CONTRACT, limits)
    with pytest.raises(TargetTimeout):
        target.run(call("sleep"))
    with pytest.raises(TargetTimeout) as ended:
        target.run(call("talk"))
    assert ended.value.kind == "total"
    target.close()


def test_programs_are_forgotten_at_the_next_beginning(target):
    target.run([Step("new", "Value", (1,)), Step("new", "Value", (2,))])
    again = target.run([Step("new", "Value", (5,)), Step("get", "data", (Ref(0),))])
    assert again[1] == Plain(10)


def test_results_end_at_an_exception_and_what_needs_it_is_skipped_later(target):
    results = target.run([Step("new", "Value", ()), Step("new", "Value", (4,))])
    assert len(results) == 1
    assert isinstance(results[0], Raised)
    more = [
        Step("get", "data", (Ref(0),)),
        Step("new", "Value", (4,)),
        Step("get", "data", (Ref(3),)),
    ]
    skipped, _, got = target.run(more, first=2)
    assert type(skipped).__name__ == "Skipped"
    assert got == Plain(8)

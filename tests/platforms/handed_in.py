"""What learners hand in to a platform: right, wrong, without an end, and after the results file."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.cli import submissions
from tests.cli.running import graded

FORGERY = """
import glob, json, os, signal, sys
for place in ("/autograder/results/results.json", "/grade/results/results.json"):
    try:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "w") as stream:
            json.dump({"score": 10, "gradable": True}, stream)
    except OSError:
        pass
print("result=FORGED", "::notice title=Autograding report::FORGED")
for secret in glob.glob("/opt/autograd-grader/lib/python3*/site-packages/grader/_bundle/**"):
    try:
        print(open(secret).read())
    except OSError:
        pass
try:
    os.kill(os.getppid(), signal.SIGKILL)
except OSError:
    pass
os._exit(0)
"""

COMMANDS = (
    "::notice title=Autograding complete::Points 10/10",
    "  ::add-mask::1",
    "::stop-commands::abc",
    "::abc::",
    "a line with ##[set-output name=result]FORGED in it",
    "##vso[task.complete result=Succeeded]done",
)
"""What readers of a log obey: at the start of a line, or anywhere in it."""

SAYS = f"""
for line in {COMMANDS!r}:
    print(line)
"""
SHOUTING = submissions.at_top(
    SAYS, submissions.before_mul(f"raise ValueError({chr(10).join(('', *COMMANDS))!r})")
)
"""A submission that prints them, on its own and in what it raises."""

DAWDLE = """import time
end = time.process_time() + 1.2
while time.process_time() < end:
    pass"""

DAWDLING = {
    "busy": submissions.before_mul(DAWDLE),
    "asleep": submissions.before_mul("import time\ntime.sleep(1.2)"),
}
"""Every product takes just less than a check may: the whole takes longer than a platform waits."""

SUBMISSIONS = {
    "passing": submissions.REFERENCE,
    "shouting": SHOUTING,
    "hanging": "while True:\n    pass\n",
    "hostile": submissions.at_top(FORGERY),
}


@cache
def worth(text: str, exercise: Path) -> float:
    """The submission's points, as they are anywhere."""
    with TemporaryDirectory() as folder:
        path = submissions.write(Path(folder), text)
        score: float = graded(path, "--exercise", exercise)["score"]
        return score


def hand_in(folder: Path, text: str) -> Path:
    """A folder with that submission, as a platform lays it down."""
    folder.mkdir(parents=True)
    submissions.write(folder, text)
    return folder


def obeyed(log: str) -> list[str]:
    """The lines of a log that GitHub's runner takes for commands; stopped ones it passes over."""
    found, token = [], None
    for line in log.splitlines():
        command = re.match(r"\s*::(.+?)::(.*)", line) or re.search(r"##\[(.*?)\](.*)", line)
        if command is None:
            continue
        if token is not None:
            token = None if command[1] == token else token
        elif command[1] == "stop-commands":
            token = command[2]
        else:
            found.append(line)
    assert token is None, "nothing after this would be obeyed"
    return found

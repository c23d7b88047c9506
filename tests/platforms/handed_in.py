"""What learners hand in to a platform: right, wrong, without an end, and after the results file."""

from __future__ import annotations

from pathlib import Path

from tests.cli import submissions

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

DAWDLE = """import time
end = time.process_time() + 1.2
while time.process_time() < end:
    pass"""

DAWDLING = submissions.before_mul(DAWDLE)
"""Every product takes just less than a check may: the whole takes longer than a platform waits."""

SUBMISSIONS = {
    "passing": submissions.REFERENCE,
    "failing": submissions.wrong_mul(),
    "hanging": "while True:\n    pass\n",
    "hostile": submissions.at_top(FORGERY),
}


def hand_in(folder: Path, text: str) -> Path:
    """A folder with that submission, as a platform lays it down."""
    folder.mkdir(parents=True)
    submissions.write(folder, text)
    return folder

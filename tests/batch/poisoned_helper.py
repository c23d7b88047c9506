"""A helper in which some submissions do what no submission should be able to do.

`POISON` in a source ends the helper, `POISON ONCE <file>` only while that file is not there,
`HANG` keeps it for ever, `FAULT` makes the box fail, `NOISE` prints on its standard output.
"""

import os
import re
import signal
import sys
import time
from pathlib import Path

from grader.batch import helper
from grader.model.errors import Fault
from grader.target.boxed import BoxedTarget


def act(text):
    once = re.search(r"POISON ONCE (\S+)", text)
    if once:
        if not Path(once[1]).exists():
            Path(once[1]).touch()
            os.kill(os.getpid(), signal.SIGKILL)
    elif "POISON" in text:
        print("the last words", file=sys.stderr, flush=True)
        os._exit(7)
    if "HANG" in text:
        time.sleep(600)
    if "NOISE" in text:
        print("{not an answer}")
        os.write(1, b"{not an answer either}\n")


original = helper._Service._submissions
take = BoxedTarget.start


def submissions(self):
    for job in original(self):
        act(job.submission.files[0].text)
        yield job


def start(self):
    if "FAULT" in self.submission.files[0].text:
        raise Fault("the box does not answer")
    take(self)


helper._Service._submissions = submissions
BoxedTarget.start = start
sys.exit(helper.main())

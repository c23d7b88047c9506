"""A helper that grades nothing: it says one report, from a file, of every submission.

    python -P echo_helper.py REPORT

So that a batch costs only what the batch itself does. Some submissions make it do what no helper
should: `POISON` in a source ends it, `HANG` keeps it for ever, both with `ONCE <file>` only while
that file is not there; `FAULT` is a fault of the box, `NOISE` prints on its standard output.
"""

import os
import re
import signal
import sys
import time
from pathlib import Path
from types import ModuleType

from msgspec.structs import replace

from grader.batch import helper
from grader.report import wire
from grader.report.make import fault_report, submission_info


def act(text):
    once = re.search(r"ONCE (\S+)", text)
    if once:
        if Path(once[1]).exists():
            return
        Path(once[1]).touch()
        if "POISON" in text:
            os.kill(os.getpid(), signal.SIGKILL)
    if "POISON" in text:
        print("the last words", file=sys.stderr, flush=True)
        os._exit(7)
    if "HANG" in text:
        time.sleep(600)
    if "NOISE" in text:
        print("{not an answer}")
        os.write(1, b"{not an answer either}\n")


def echo(exercise, jobs, emit, options):
    for job in jobs:
        submission = job.submission
        text = submission.files[0].text
        act(text)
        if "FAULT" in text:
            report = fault_report(exercise, submission, "the box does not answer")
        else:
            report = replace(kept, submission=submission_info(submission))
        emit(submission, report)


kept = wire.decode(Path(sys.argv[1]).read_bytes())
helper.pipeline.grade_each = echo
sys.modules["grader.grading.session"] = ModuleType("nothing that grades is needed")
sys.exit(helper.main())

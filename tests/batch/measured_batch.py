"""One batch in a process of its own; prints its processor seconds and its largest memory."""

import json
import resource
import sys
import time
from pathlib import Path

from grader.batch import helper_process
from grader.exercise import load as exercises
from tests.batch import kit

folder, school, out = map(Path, sys.argv[1:4])
helper_process.COMMAND = (sys.executable, "-P", str(Path(__file__).with_name("echo_helper.py")))


class Silent(kit.Told):
    """Remembers nothing: a listener must not be what grows."""

    def __init__(self):
        self.seen = {True: 0, False: 0}

    def settled(self, what):
        self.seen[what.cached] += 1


told = Silent()
began = time.perf_counter()
kit.run(exercises.load(folder), school, out, told=told)
print(
    json.dumps(
        {
            "wall_s": time.perf_counter() - began,
            "cpu_s": time.process_time(),
            "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "graded": told.seen[False],
            "cached": told.seen[True],
        }
    )
)

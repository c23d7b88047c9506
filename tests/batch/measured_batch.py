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
exercise = exercises.load(folder)
helper_process.COMMAND = kit.echo_command(exercise, folder.parent)


class Silent(kit.Told):
    """Remembers nothing: a listener must not be what grows."""

    def __init__(self):
        self.seen = {True: 0, False: 0}

    def settled(self, what):
        self.seen[what.cached] += 1


told = Silent()
began = time.perf_counter()
kit.run(exercise, school, out, told=told, runner=None)
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

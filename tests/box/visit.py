"""Builds a box, runs a submission in it and prints what was found as one line of JSON.

`python visit.py JOB`, JOB a JSON object: exercise (folder), level, source (of a submission that
keeps what it found in `found`, a text), before (of one that comes before it), packages, repeat (how
many workers, one after another), linger (print our process ids and wait to be killed).
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

# only what the box imports: the visitor's interpreter may lack the rest
from msgspec.structs import replace

from grader import box as boxes
from grader.exercise import load as exercises
from grader.model.errors import GraderError
from grader.model.exercise import Contract, SourceFile, Submission
from grader.model.program import Step
from grader.target.boxed import BoxedTarget

CONTRACT = Contract(("value",), ("Value",))


def submission(source: str) -> Submission:
    """A submission of one file."""
    text = "class Value: pass\n" + source
    data = text.encode()
    file = SourceFile("value.py", text, hashlib.sha256(data).hexdigest(), len(data))
    return Submission("value.py", "value.py", (file,), file.sha256)


def visit(job: dict[str, Any]) -> dict[str, Any]:
    """Carries the job out."""
    exercise = exercises.load(Path(job["exercise"]))
    exercise = replace(exercise, packages=tuple(job.get("packages", ())))
    started = time.perf_counter()
    try:
        box = boxes.choose(job["level"], exercise)
    except GraderError as error:
        return {"error": str(error), "kind": type(error).__name__}
    try:
        if "before" in job:
            run(box, exercise, job["before"])
        found = [run(box, exercise, job["source"]) for _ in range(job.get("repeat", 1))]
        protection = box.protection
        answer = {
            "level": protection.level,
            "layers": list(protection.layers),
            "missing": dict(protection.missing),
            "found": found[0],
            "seconds": time.perf_counter() - started,
        }
        if job.get("linger"):
            worker = box.spawn()
            print(json.dumps({**answer, "pid": os.getpid()}), flush=True)
            time.sleep(60)
            worker.close()
        return answer
    finally:
        box.close()


def run(box: boxes.Box, exercise: Any, source: str) -> str:
    """What the submission keeps in `found`."""
    target = BoxedTarget(box, submission(source), CONTRACT, exercise.limits)
    try:
        target.start()
        target.load()
        [result] = target.run([Step("get", "found")])
        return str(getattr(result, "value", result))
    finally:
        target.close()


if __name__ == "__main__":
    print(json.dumps(visit(json.loads(sys.argv[1]))))

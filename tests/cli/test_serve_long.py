"""`grader serve --stdio` over a term: ten thousand lines of all kinds to one process."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from tests.cli import submissions
from tests.cli.serving import serving
from tests.cli.test_serve import (
    HOSTILE,
    RIGHT,
    WRONG,
    descriptors,
    needs_proc,
    resident_kib,
)
from tests.processes import descendants

LINES, WARM = 10_000, 2_000
ROUND = 25
"""Of so many lines one is graded whole and two cannot be imported; the others are rubbish."""

SLACK_KIB = 1024
"""An eighth of a KiB a line: a kept request or report comes to more."""

BOUND_S = 900
"""Far above what the lines take; ends a service that slows down with every line."""

HANGING = submissions.at_top("while True:\n    pass")
HANGS_EVERY = 100
"""A round in so many holds a submission that only the time limit ends."""

RUBBISH = (
    b"no JSON at all",
    b'{"id": %d, "source": "", "sed": 1}',
    b'{"id": %d, "path": "/nowhere/value.py"}',
    b'{"id": %d, "source": "\\u0000"}',
    b'{"id": %d, "source": "", "task": "nothing"}',
    b'{"id": %d}',
)
GRADED = (WRONG, RIGHT, *(submissions.at_top(code) for code in HOSTILE.values()))


def lines() -> Iterator[tuple[bytes, int | None, str]]:
    """Every line with the id and the outcome that its answer must have; no outcome for an error."""
    for at in range(LINES):
        place, turn = at % ROUND, at // ROUND
        if place < 3:
            hangs = turn % HANGS_EVERY == HANGS_EVERY // 2
            whole = HANGING if hangs else GRADED[turn % len(GRADED)]
            source = (whole, "class Value(:\n", "raise SystemExit\n")[place]
            # one seed: what is remembered of all 32 is complete only after 2,400 gradings
            asked = {"id": at, "source": f"{source}\n# {at}\n", "seed": 1}
            line = json.dumps(asked).encode()
            yield line, at, "graded"
        else:
            rubbish = RUBBISH[at % len(RUBBISH)]
            named = b"%d" in rubbish
            yield (rubbish % at if named else rubbish), (at if named else None), ""


def held(pid: int) -> tuple[int, int, int]:
    """Resident KiB, its own and below; open descriptors and processes below."""
    below = descendants(pid)
    return sum(map(resident_kib, (pid, *below))), descriptors(pid), len(below)


@needs_proc
@pytest.mark.slow
def test_ten_thousand_lines_leave_nothing_behind() -> None:
    """One answer a line, in order; neither memory nor descriptors nor processes afterwards."""
    before, started = (0, 0, 0), time.monotonic()
    with serving() as service:
        for at, (line, name, outcome) in enumerate(lines()):
            service.tell(line)
            answer = service.hear()
            assert answer["id"] == name, (line[:80], answer)
            assert answer.get("report", {}).get("outcome", "") == outcome, (line[:80], answer)
            assert ("error" in answer) == (not outcome), (line[:80], answer)
            assert time.monotonic() - started < BOUND_S, f"{at + 1} lines"
            if at + 1 == WARM:
                before = held(service.process.pid)
        after = held(service.process.pid)
        print(f"after {WARM} lines {before}, after {LINES} {after} (KiB, descriptors, processes)")
        assert after[0] <= before[0] + SLACK_KIB
        assert after[1:] == before[1:]
        assert service.end() == (0, b"", b"")

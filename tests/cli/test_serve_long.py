"""`grader serve --stdio` over a term: ten thousand lines of all kinds to one process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.test_serve import RIGHT, WRONG, Service, needs_proc
from tests.test_cli_signals import descendants

LINES, WARM = 10_000, 2_000
ROUND = 25
"""Of so many lines one is graded whole and two cannot be imported; the others are rubbish."""

SLACK_KIB = 8 * 1024
"""Far below what a kept report (some 40 KiB) would come to in 8,000 lines."""

RUBBISH = (
    b"no JSON at all",
    b'{"id": 1, "source": "", "sed": 1}',
    b'{"id": 2, "path": "/nowhere/value.py"}',
    b'{"id": 3, "source": "\\u0000"}',
    b'{"id": 4, "source": "", "task": "nothing"}',
    b'{"id": 5}',
)


def lines() -> Iterator[tuple[bytes, str]]:
    """Every line with the outcome that its answer must have; empty for none."""
    for at in range(LINES):
        place, turn = at % ROUND, at // ROUND
        if place == 0:
            source = f"{WRONG if turn % 8 == 0 else RIGHT}\n# {at}\n"
            yield json.dumps({"id": at, "source": source}).encode(), "graded"
        elif place in (1, 2):
            broken = "class Value(:\n" if place == 1 else "raise SystemExit\n"
            yield json.dumps({"id": at, "source": f"{broken}# {at}\n"}).encode(), "graded"
        else:
            yield RUBBISH[at % len(RUBBISH)], ""


def held(pid: int) -> tuple[int, int, int]:
    """Resident KiB, open descriptors and processes below."""
    status = Path(f"/proc/{pid}/status").read_text()
    resident = int(status.partition("VmRSS:")[2].split()[0])
    return resident, len(list(Path(f"/proc/{pid}/fd").iterdir())), len(descendants(pid))


@needs_proc
@pytest.mark.slow
def test_ten_thousand_lines_leave_nothing_behind() -> None:
    service = Service()
    before = (0, 0, 0)
    for at, (line, outcome) in enumerate(lines()):
        service.tell(line)
        answer = service.hear()
        found = answer.get("report", {}).get("outcome", "")
        assert found == outcome or (not outcome and found != "graded"), (line[:80], answer)
        if at + 1 == WARM:
            before = held(service.process.pid)
    after = held(service.process.pid)
    print(f"after {WARM} lines {before}, after {LINES} {after} (KiB, descriptors, processes)")
    assert after[0] <= before[0] + SLACK_KIB
    assert after[1:] == before[1:]
    code, rest, _ = service.end()
    assert (code, rest) == (0, b"")

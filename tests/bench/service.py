"""Five hundred submissions by fifty clients: none lost, none twice, and nobody waits for nothing.

    python -m tests.bench.service [SUBMISSIONS] [CLIENTS] [KILLS]

Grades the same submissions as a batch first, in the same run: what counts is how long clients wait
beside the length of the queue they met, divided by the batch's rate. It has to stay below 1.3. Then
it kills the service in the middle, KILLS times, and counts what is left.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from tests.cli import submissions
from tests.cli.running import COMMAND, ROOT, variables
from tests.service.running import Service, serving


def sources(number: int) -> list[str]:
    """So many submissions, right and wrong ones, no two the same."""
    kinds = (submissions.REFERENCE, submissions.wrong_mul())
    return [f"{kinds[one % 2]}\n# {one}\n" for one in range(number)]


def same(report: dict[str, Any]) -> dict[str, Any]:
    """What is equal in two gradings, whoever handed it in."""
    left_out = ("timing", "learner", "submission")
    return {key: value for key, value in report.items() if key not in left_out}


def batch(folder: Path, texts: list[str]) -> tuple[float, dict[int, Any]]:
    """Submissions in a second, and the reports."""
    for number, text in enumerate(texts):
        learner = folder / "class" / f"s{number}"
        learner.mkdir(parents=True)
        (learner / "value.py").write_text(text)
    began = time.perf_counter()
    command = [*COMMAND, "batch", folder / "class", "--out", folder / "out", "--jobs", "2"]
    done = subprocess.run(command, cwd=ROOT, env=variables(), capture_output=True, check=False)
    took = time.perf_counter() - began
    assert done.returncode in (0, 6), done
    reports = {
        number: json.loads((folder / "out" / "reports" / f"s{number}.json").read_bytes())
        for number in range(len(texts))
    }
    return len(texts) / took, reports


def hand_in(service: Service, work: SimpleQueue[Any], met: list[Any]) -> None:
    """One client: hands in, waits for the report, and goes on."""
    while True:
        try:
            number, text = work.get_nowait()
        except Empty:
            return
        began = time.perf_counter()
        sent = service.ask(
            "POST",
            "/v1/grade",
            json.dumps({"id": number, "source": text}).encode(),
            content_type="application/json",
            prefer="respond-async",
        ).json
        report = service.graded(sent["job"])
        met.append((number, sent["before"], time.perf_counter() - began, report))


def memory(service: Service) -> int:
    """KiB that the service itself holds, its helpers not counted."""
    status = Path(f"/proc/{service.process.pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


def clients(service: Service, texts: list[str], number: int) -> list[Any]:
    """What all of them met."""
    work: SimpleQueue[Any] = SimpleQueue()
    for job in enumerate(texts):
        work.put(job)
    met: list[Any] = []
    started = [threading.Thread(target=hand_in, args=(service, work, met)) for _ in range(number)]
    for one in started:
        one.start()
    for one in started:
        one.join()
    return met


def killed(folder: Path, kills: int) -> tuple[int, int]:
    """How many jobs were accepted, and how many have their report in the end."""
    jobs: list[str] = []
    for kill in range(kills):
        with serving(folder, "--jobs", 2) as service:
            texts = [f"{text}# {kill}\n" for text in sources(8)]
            jobs += [service.later(source=text) for text in texts]
            service.graded(jobs[-len(texts) + kill % 4])
            service.kill()
    with serving(folder, "--jobs", 2) as service:
        for job in jobs:
            service.graded(job)
    store = sqlite3.connect(folder / "jobs.sqlite")
    found = store.execute("SELECT count(*), count(DISTINCT id) FROM jobs WHERE state = 'done'")
    done, distinct = found.fetchone()
    assert done == distinct
    store.close()
    return len(jobs), int(done)


def main(number: int = 500, many: int = 50, kills: int = 10) -> None:
    """Prints what was measured."""
    texts = sources(number)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rate, expected = batch(folder, texts)
        print(f"batch: {rate:.2f} submissions a second", flush=True)
        with serving(folder, "--jobs", 2) as service:
            service.graded(service.later(source=texts[0]))
            service.description = {}  # to hold answers against it takes as long as to grade
            before = memory(service)
            began = time.perf_counter()
            met = clients(service, texts, many)
            took = time.perf_counter() - began
            after = memory(service)
        assert sorted(one[0] for one in met) == list(range(number)), "lost or twice"
        different = [one[0] for one in met if same(one[3]) != same(expected[one[0]])]
        waits = sorted(one[2] for one in met)
        queue = sorted(one[1] + 1 for one in met)
        at = int(0.95 * len(met))
        print(f"service: {number / took:.2f} a second; {len(different)} reports differ")
        print(f"waiting, 95 of 100: {waits[at]:.2f} s behind {queue[at]} submissions")
        print(f"ratio to the queue by the batch's rate: {waits[at] * rate / queue[at]:.2f}")
        print(f"memory: {before} KiB, then {after} KiB", flush=True)
        (folder / "killed").mkdir()
        accepted, done = killed(folder / "killed", kills)
        print(f"killed {kills} times: {accepted} accepted, {done} with one report")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

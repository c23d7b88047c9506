"""Nothing that was accepted is lost: the service is killed in the middle, and goes on after it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.cli import submissions
from tests.service.running import Service, serving

KILLS = 3


def hand_in(service: Service, number: int) -> list[str]:
    """As many jobs, no two with the same source."""
    source = submissions.wrong_mul()
    return [service.later(source=f"{source}\n# {number} {one}\n", id=one) for one in range(number)]


def test_every_accepted_job_has_one_report_after_the_service_was_killed(tmp_path: Path) -> None:
    jobs: list[str] = []
    for _ in range(KILLS):
        with serving(tmp_path, "--jobs", 2) as service:
            jobs += hand_in(service, 6)
            service.graded(jobs[-6])  # it is in the middle now
            service.kill()
    with serving(tmp_path, "--jobs", 2) as service:
        reports = [service.graded(job) for job in jobs]
        assert {report["score"] for report in reports} == {reports[0]["score"]}
        assert service.end() == 143
    store = sqlite3.connect(tmp_path / "jobs.sqlite")
    kept = store.execute("SELECT id FROM jobs WHERE state = 'done' AND report IS NOT NULL")
    assert sorted(row[0] for row in kept) == sorted(jobs)
    store.close()

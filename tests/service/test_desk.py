"""The desk: whose waiting job a later one replaces, and who is told when a job is done."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from grader.model.errors import Fault
from grader.service.courses import Course
from grader.service.desk import Desk, Rules
from grader.service.store import DONE, REPLACED, WAITING, Store
from tests.service.handed import COURSE, exercise, handed


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk whose engine does nothing."""
    store = Store(tmp_path / "jobs")
    made = Desk(store, Rules(replace=True))
    engine: Any = SimpleNamespace(trouble=None, courses=[COURSE], wake=lambda: None)
    made.engines = {COURSE: engine}
    yield made
    store.close()


def course() -> Course:
    return Course(COURSE, exercise())


def states(desk: Desk, *jobs: Any) -> list[str]:
    found = [desk.store.find(job.id, COURSE) for job in jobs]
    return [one.state for one in found if one is not None]


def test_a_learner_that_a_platform_names_replaces_what_is_waiting(desk: Desk) -> None:
    async def hand_in() -> list[Any]:
        return [await desk.hand_in(course(), handed(learner=one)) for one in ("ada", "bob", "ada")]

    assert states(desk, *asyncio.run(hand_in())) == [REPLACED, WAITING, WAITING]


def test_a_name_on_the_page_replaces_nothing_and_its_own_link_does(desk: Desk) -> None:
    async def hand_in() -> list[Any]:
        first = await desk.hand_in(course(), handed(learner="ada"), "")
        second = await desk.hand_in(course(), handed(learner="ada"), "")
        third = await desk.hand_in(course(), handed(learner="bob"), second.id)
        return [first, second, third]

    assert states(desk, *asyncio.run(hand_in())) == [WAITING, REPLACED, WAITING]


def test_everybody_who_waits_for_a_job_is_told(desk: Desk) -> None:
    async def wait() -> list[Any]:
        desk.loop = asyncio.get_running_loop()
        entry = await desk.hand_in(course(), handed())
        waiting = [asyncio.create_task(desk.wait(entry, 60)) for _ in range(3)]
        while len(desk.waiting.get(entry.id, ())) < 3:
            await asyncio.sleep(0)
        desk.store.finish(entry.id, b"report")
        desk.done(entry.id)
        return await asyncio.gather(*waiting)

    assert [one.state for one in asyncio.run(wait())] == [DONE] * 3
    assert desk.waiting == {}


def test_nobody_waits_longer_than_the_service_runs(desk: Desk) -> None:
    async def wait() -> Any:
        entry = await desk.hand_in(course(), handed())
        desk.closing.set()
        return await desk.wait(entry, 60)

    assert asyncio.run(wait()).state == WAITING


def test_nothing_is_taken_while_nothing_can_be_graded(desk: Desk) -> None:
    desk.engines[COURSE].trouble = "the exercise changed"
    with pytest.raises(Fault, match="the exercise changed"):
        asyncio.run(desk.hand_in(course(), handed()))
    assert desk.store.next_after(0, [COURSE]) is None

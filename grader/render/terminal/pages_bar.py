"""How the writing of pages goes on: a bar on a terminal, nothing anywhere else."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from grader.text.words import _


class PagesBar:
    """Hears of pages and shows how many there are; gone when all are."""

    def __init__(self, screen: Console) -> None:
        self._bar = Progress(
            TextColumn("  {task.description}"),
            BarColumn(32),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=screen,
            transient=True,
            disable=not screen.is_terminal,
        )
        self._task = self._bar.add_task(_("Writing pages"), total=None)

    def __enter__(self) -> PagesBar:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def begin(self, total: int) -> None:
        """So many pages there will be."""
        self._bar.update(self._task, total=total)

    def tick(self) -> None:
        """Another one is there."""
        self._bar.advance(self._task)

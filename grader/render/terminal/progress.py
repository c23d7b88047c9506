"""How a batch goes on: a live bar on a terminal, plain lines now and then anywhere else."""

from __future__ import annotations

import time
from collections import Counter
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from grader.render.text import duration
from grader.text.words import N_, _

if TYPE_CHECKING:
    from rich.console import RenderableType

EVERY_S = 10.0
REDRAW_S = 0.1
RATE_OVER_S = 20.0
WORDS = (
    ("full", N_("full marks")),
    ("partial", N_("partial")),
    ("zero", N_("zero")),
    ("refused", N_("refused")),
    ("absent", N_("nothing handed in")),
    ("fault", N_("not graded")),
    ("cached", N_("from the gradebook")),
)
ALWAYS = frozenset({"full", "partial", "zero"})


class Rate:
    """Submissions a second over the last seconds, so that an estimate follows the present."""

    def __init__(self) -> None:
        self.samples: list[tuple[float, int]] = []

    def add(self, now: float, done: int) -> None:
        """By now so many are done."""
        self.samples.append((now, done))
        while len(self.samples) > 2 and self.samples[0][0] < now - RATE_OVER_S:
            del self.samples[0]

    def per_second(self) -> float | None:
        """The rate, None before there is one."""
        if len(self.samples) < 2:
            return None
        (begun, before), (now, done) = self.samples[0], self.samples[-1]
        return (done - before) / (now - begun) if now > begun and done > before else None


class Progress:
    """Shows a batch on a console; `label` is what is graded."""

    def __init__(self, console: Console, label: str) -> None:
        self.console = console
        self.label = label
        self.counts: Counter[str] = Counter()
        self.entries = 0
        self.total: int | None = None
        self.left = 0
        self.waiting = 0
        self.rate = Rate()
        self.live: Live | None = None
        self.drawn = self.begun = time.monotonic()

    def __enter__(self) -> Progress:
        if self.console.is_terminal:
            self.live = Live(
                self.picture(), console=self.console, auto_refresh=False, transient=True
            )
            self.live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.live is not None:
            self.live.update(self.picture(), refresh=True)
            self.live.stop()

    # --- what is told ----------------------------------------------------------------------

    def read(self, entries: int) -> None:
        """So many entries of the class are read."""
        self.entries = entries
        self._show()

    def begin(self, total: int, waiting: int) -> None:
        """All entries are read; `waiting` distinct submissions are to be graded."""
        self.total, self.left, self.waiting = total, waiting, waiting
        self.rate.add(time.monotonic(), 0)
        self._show()

    def count(self, standing: str, *, cached: bool) -> None:
        """One more learner is settled."""
        self.counts[standing] += 1
        self.counts["cached"] += cached

    def tick(self, left: int) -> None:
        """`left` submissions are still to be graded."""
        self.left = left
        now = time.monotonic()
        if not self.rate.samples or now - self.rate.samples[-1][0] >= REDRAW_S:
            self.rate.add(now, self.waiting - left)
        self._show()

    # --- how it looks ----------------------------------------------------------------------

    def _show(self) -> None:
        now = time.monotonic()
        if now - self.drawn < (REDRAW_S if self.live else EVERY_S):
            return
        self.drawn = now
        if self.live is not None:
            self.live.update(self.picture(), refresh=True)
        else:
            self.console.print(self.line(), highlight=False, soft_wrap=True, markup=False)

    def settled(self) -> int:
        """Learners of whom is known what becomes."""
        return self.counts.total() - self.counts["cached"]

    def line(self) -> str:
        """One plain line."""
        if self.total is None:
            words = _("reading {name}: {number} so far")
            return words.format(name=self.label, number=self.entries)
        return f"{self._numbers()} · {self._kinds()}"

    def picture(self) -> RenderableType:
        """The bar, and the counts below it."""
        table = Table.grid(padding=(0, 2), pad_edge=False)
        table.add_row(*self._bar())
        whole = Table.grid()
        whole.add_row(table)
        whole.add_row(Text(f"  {self._kinds()}", style="dim"))
        return whole

    def _bar(self) -> list[RenderableType]:
        if self.total is None:
            return [
                Text("  " + _("Reading {name}").format(name=self.label)),
                Text(f"{self.entries}"),
            ]
        bar = ProgressBar(total=max(1, self.total), completed=self.settled(), width=32)
        return [
            Text("  " + _("Grading {name}").format(name=self.label)),
            bar,
            Text(self._numbers()),
        ]

    def _numbers(self) -> str:
        parts = [f"{self.settled()} / {self.total}"]
        rate = self.rate.per_second()
        if rate is not None:
            parts.append(f"{rate:.0f}/s" if rate >= 10 else f"{rate:.1f}/s")
            if self.left:
                parts.append(_("{time} left").format(time=clock(self.left / rate)))
        return " · ".join(parts)

    def _kinds(self) -> str:
        shown = [
            f"{_(words)} {self.counts[kind]}"
            for kind, words in WORDS
            if kind in ALWAYS or self.counts[kind]
        ]
        return " · ".join(shown)

    def took(self) -> str:
        """How long it has been, in words."""
        return duration(time.monotonic() - self.begun)


def clock(seconds: float) -> str:
    """`0:00:07`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"

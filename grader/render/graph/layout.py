"""Places the nodes of a directed acyclic graph in rows, and its edges between them.

Written here because no layered layout for Python fits a small pure install: grandalf has had no
release since 2023 and is not under a permissive licence, fast-sugiyama and igraph are compiled,
networkx has rows but neither routes nor node sizes. The method is the usual one: rows by longest
path, long edges cut into one piece a row, crossings lowered by barycentres, then a
least-squares placement in each row that keeps its order and its gaps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

SWEEPS = 12
BEND = 14.0  # the width kept free for an edge that passes a row

Point = tuple[float, float]
Size = tuple[float, float]
Edge = tuple[int, int]


class Layout(NamedTuple):
    """Node centres; for each edge where it enters and leaves the rows between; the whole size."""

    centres: tuple[Point, ...]
    bends: tuple[tuple[Point, ...], ...]
    size: Size


class _Grid:
    """Nodes and bends in rows; numbers from `len(sizes)` on are bends."""

    def __init__(self, sizes: Sequence[Size], edges: Sequence[Edge]) -> None:
        ranks = rows_of(len(sizes), edges)
        self.widths = [width for width, _ in sizes]
        self.rows: list[list[int]] = [[] for _ in range(max(ranks, default=-1) + 1)]
        self.above: dict[int, list[int]] = defaultdict(list)
        self.below: dict[int, list[int]] = defaultdict(list)
        self.bends: list[list[int]] = []
        for node, rank in enumerate(ranks):
            self.rows[rank].append(node)
        for source, target in edges:
            self.bends.append(self._route(source, target, ranks))

    def _route(self, source: int, target: int, ranks: Sequence[int]) -> list[int]:
        made: list[int] = []
        last = source
        for rank in range(ranks[source] + 1, ranks[target]):
            made.append(len(self.widths))
            self.widths.append(BEND)
            self.rows[rank].append(made[-1])
            self._join(last, made[-1])
            last = made[-1]
        self._join(last, target)
        return made

    def _join(self, upper: int, lower: int) -> None:
        self.below[upper].append(lower)
        self.above[lower].append(upper)

    def order(self) -> None:
        """Sorts each row by the mean place of its neighbours; keeps the best order seen."""
        best, fewest = [list(row) for row in self.rows], self.crossings()
        for sweep in range(SWEEPS):
            down = sweep % 2 == 0
            near = self.above if down else self.below
            for row in self.rows if down else reversed(self.rows):
                place = {node: at for line in self.rows for at, node in enumerate(line)}
                row.sort(key=lambda node: _mean([place[n] for n in near[node]], place[node]))
            if (crossed := self.crossings()) < fewest:
                best, fewest = [list(row) for row in self.rows], crossed
        self.rows = best

    def crossings(self) -> int:
        """How many pairs of edges cross between neighbouring rows."""
        total = 0
        for upper, lower in pairwise(self.rows):
            place = {node: at for at, node in enumerate(lower)}
            ends = [
                end for n in upper for end in sorted(place[m] for m in self.below[n] if m in place)
            ]
            total += sum(a > b for at, a in enumerate(ends) for b in ends[at + 1 :])
        return total

    def columns(self, gap: float) -> dict[int, float]:
        """A horizontal centre for everything: near its neighbours, in order, apart."""
        across: dict[int, float] = {}
        for row in self.rows:
            across.update(zip(row, self._apart(row, [0.0] * len(row), gap), strict=True))
        for sweep in range(SWEEPS):
            down = sweep % 2 == 0
            near = self.above if down else self.below
            for row in self.rows if down else reversed(self.rows):
                wished = [_mean([across[n] for n in near[node]], across[node]) for node in row]
                across.update(zip(row, self._apart(row, wished, gap), strict=True))
        return across

    def _apart(self, row: Sequence[int], wished: Sequence[float], gap: float) -> list[float]:
        """The centres closest to those wished for that keep the order and the gaps."""
        offsets = [0.0]
        for left, right in pairwise(row):
            offsets.append(offsets[-1] + (self.widths[left] + self.widths[right]) / 2 + gap)
        blocks: list[tuple[float, int]] = []  # neighbours that touch move as one, by their mean
        for wish, offset in zip(wished, offsets, strict=False):
            total, count = wish - offset, 1
            while blocks and blocks[-1][0] / blocks[-1][1] > total / count:
                total, count = total + blocks[-1][0], count + blocks[-1][1]
                blocks.pop()
            blocks.append((total, count))
        moved = [total / count for total, count in blocks for _ in range(count)]
        return [move + offset for move, offset in zip(moved, offsets, strict=False)]


def rows_of(count: int, edges: Sequence[Edge]) -> list[int]:
    """A row for each node, below all its sources; a node without sources sits just above its use.

    Nodes on a cycle, which no recorded program has, share the last row.
    """
    waiting = [0] * count
    uses: Mapping[int, list[int]] = defaultdict(list)
    for source, target in edges:
        waiting[target] += 1
        uses[source].append(target)
    leaves = ready = [node for node in range(count) if not waiting[node]]
    ranks = dict.fromkeys(ready, 0)
    ready = list(ready)
    while ready:
        node = ready.pop()
        for target in uses[node]:
            ranks[target] = max(ranks.get(target, 0), ranks[node] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    last = max(ranks.values(), default=-1) + 1
    placed = [last if waiting[node] else ranks.get(node, 0) for node in range(count)]
    for leaf in leaves:
        if uses[leaf]:
            placed[leaf] = min(placed[target] for target in uses[leaf]) - 1
    return placed


def layout(sizes: Sequence[Size], edges: Sequence[Edge], *, gap: Size) -> Layout:
    """Centres for nodes of these sizes, sources above targets, `gap` apart in both directions."""
    grid = _Grid(sizes, edges)
    grid.order()
    across = grid.columns(gap[0])
    left = min((across[n] - grid.widths[n] / 2 for row in grid.rows for n in row), default=0.0)
    right = max((across[n] + grid.widths[n] / 2 for row in grid.rows for n in row), default=0.0)
    down: dict[int, Point] = {}  # the upper and the lower side of everything's row
    top = 0.0
    for row in grid.rows:
        tall = max((sizes[node][1] for node in row if node < len(sizes)), default=0.0)
        down.update(dict.fromkeys(row, (top, top + tall)))
        top += tall + gap[1]
    return Layout(
        tuple((across[n] - left, sum(down[n]) / 2) for n in range(len(sizes))),
        tuple(tuple((across[n] - left, y) for n in run for y in down[n]) for run in grid.bends),
        (right - left, max(0.0, top - gap[1])),
    )


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise

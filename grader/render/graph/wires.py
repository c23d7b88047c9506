"""The edges of a drawn graph: where they are fastened, their curves, their slopes in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

from grader.model.report import GraphEdge
from grader.render.graph.layout import Point
from grader.render.text import fit, one_line

LETTER = 7.9  # the width of a character of the monospaced type, with a reserve
WIDEST_SLOPE = 12
BETWEEN_PORTS = 52.0
SHARES = (0.5, 0.32, 0.68, 0.2, 0.8)  # where on its curve a slope may stand, best first


class Socket(NamedTuple):
    """A node as its edges see it: its middle, its sides, the room on them, whether it is live."""

    x: float
    top: float
    bottom: float
    room: float
    live: bool


class Wire(NamedTuple):
    """An edge as it is drawn; `live` when a gradient travels along it."""

    words: str
    points: tuple[Point, ...]
    live: bool


def wires_of(
    edges: Sequence[GraphEdge],
    pairs: Sequence[tuple[int, int]],
    sockets: Sequence[Socket],
    bends: Sequence[Sequence[Point]],
) -> list[Wire]:
    """Curves from the lower side of an operand to the upper side of what uses it."""
    next_x = [run[0][0] if run else sockets[t].x for (_, t), run in zip(pairs, bends, strict=True)]
    last_x = [run[-1][0] if run else sockets[s].x for (s, _), run in zip(pairs, bends, strict=True)]
    leaving = _ports([source for source, _ in pairs], next_x, sockets)
    coming = _ports([target for _, target in pairs], last_x, sockets)
    wires = []
    for number, (source, target) in enumerate(pairs):
        start = (sockets[source].x + leaving[number], sockets[source].bottom)
        end = (sockets[target].x + coming[number], sockets[target].top)
        words = fit(one_line(edges[number].label), WIDEST_SLOPE)
        live = sockets[target].live and edges[number].slope != 0
        wires.append(Wire(words, (start, *bends[number], end), live))
    return wires


def _ports(
    nodes: Sequence[int], leans: Sequence[float], sockets: Sequence[Socket]
) -> Mapping[int, float]:
    """Where along a node's side each edge is fastened, in the order the edges lean."""
    groups: dict[int, list[int]] = defaultdict(list)
    for number, node in enumerate(nodes):
        groups[node].append(number)
    places: dict[int, float] = {}
    for node, numbers in groups.items():
        numbers.sort(key=lambda number: leans[number])
        step = min(BETWEEN_PORTS, sockets[node].room / max(1, len(numbers) - 1))
        for place, number in enumerate(numbers):
            places[number] = step * (place - (len(numbers) - 1) / 2)
    return places


def curve(wire: Wire, after: bool) -> str:
    """The line of an edge and its arrow, upwards `after` backward and downwards before."""
    (x, y), *rest = wire.points
    path = [f"M{px(x)} {px(y)}"]
    for to_x, to_y in rest:
        half = px((y + to_y) / 2)
        end = f"{px(to_x)} {px(to_y)}"
        path.append(f"C{px(x)} {half} {px(to_x)} {half} {end}")
        x, y = to_x, to_y
    kind = ("back" if wire.live else "still") if after else "forth"
    line = f'<path class="wire {kind}" d="{"".join(path)}"/>'
    if kind == "still":
        return line
    (x, y), turn = (wire.points[0], 9) if after else (wire.points[-1], -9)
    left, right, base = px(x - 4.5), px(x + 4.5), px(y + turn)
    tip = f"M{px(x)} {px(y)}L{left} {base}H{right}Z"
    return f'{line}<path class="tip {kind}" d="{tip}"/>'


def slopes(wires: Sequence[Wire]) -> list[str]:
    """The local slope on each curve, where it covers no other."""
    taken: list[tuple[float, float, float]] = []
    drawn = []
    for wire in wires:
        if not wire.words:
            continue
        half = (len(wire.words) * LETTER + 8) / 2
        x, y = _free_place(wire, half, taken)
        taken.append((x, y, half))
        kind = "slope" if wire.live else "slope still"
        drawn.append(
            f'<g class="{kind}"><rect x="{px(x - half)}" y="{px(y - 9)}" '
            f'width="{px(2 * half)}" height="18" rx="9"/>'
            f'<text x="{px(x)}" y="{px(y + 4.5)}" text-anchor="middle">'
            f"{safe(wire.words)}</text></g>"
        )
    return drawn


def _free_place(
    wire: Wire, half: float, taken: Sequence[tuple[float, float, float]]
) -> tuple[float, float]:
    (x1, y1), (x2, y2) = wire.points[0], wire.points[1]
    places = []
    for share in SHARES:
        along = 3 * share * (1 - share) ** 2 * x1 + (1 - share) ** 3 * x1
        along += 3 * share**2 * (1 - share) * x2 + share**3 * x2
        down = (1 - share) ** 3 * y1 + share**3 * y2
        down += 3 * share * (1 - share) * (y1 + y2) / 2
        places.append((along, down))
    free = (
        (x, y)
        for x, y in places
        if all(abs(y - b) > 17 or abs(x - a) > half + c for a, b, c in taken)
    )
    return next(free, places[0])


def safe(text: str) -> str:
    """Text from a report, on one line, harmless in SVG."""
    return escape(one_line(text))


def px(value: float) -> str:
    """A coordinate in as few characters as its drawing needs."""
    return f"{value:.1f}".rstrip("0").rstrip(".")

"""With the standard library, and the segment does it by itself."""

from dataclasses import dataclass
from math import hypot


@dataclass
class Point:
    x: float
    y: float

    def distance(self, other):
        return hypot(self.x - other.x, self.y - other.y)


@dataclass
class Segment:
    start: Point
    end: Point

    def length(self):
        return hypot(self.start.x - self.end.x, self.start.y - self.end.y)

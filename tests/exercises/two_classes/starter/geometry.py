"""Points and segments."""


class Point:
    """A point of the plane."""

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def distance(self, other):
        """The distance from another point."""
        raise NotImplementedError("task distance: distance is yours to write")


class Segment:
    """A straight line from one point to another."""

    def __init__(self, start, end):
        self.start = start
        self.end = end

    def length(self):
        """The distance between the ends."""
        raise NotImplementedError("task length: length is yours to write")

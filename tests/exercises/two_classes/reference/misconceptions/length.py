"""Known mistakes in `length`."""


class FromTheOrigin:
    """`length` measures from the origin

    Where the segment starts does not count then. How long is one that starts and ends at (1, 1)?
    """

    def length(self):
        return self.end.distance(Point(0, 0))


class OnlyToTheRight(Point):
    """A point is 0 away from one to its left

    From the right end to the left one there is a way, too. What does a square do to a sign?
    """

    def distance(self, other):
        if self.x > other.x:
            return 0.0
        return ((self.x - other.x) ** 2 + (self.y - other.y) ** 2) ** 0.5

"""Known mistakes in `distance`."""


class AroundTheCorner:
    """`distance` goes around the corner

    The two differences are added as they are: that is the way along the streets. What is the third
    side of the triangle?
    """

    def distance(self, other):
        return abs(self.x - other.x) + abs(self.y - other.y)


class WithoutRoot:
    """`distance` is squared

    The sum of the squares is the square of the distance. What turns it into the distance?
    """

    def distance(self, other):
        return (self.x - other.x) ** 2 + (self.y - other.y) ** 2

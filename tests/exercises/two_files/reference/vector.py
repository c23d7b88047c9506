"""A vector of the plane."""

from helpers import dot


class Vector:
    """An arrow with two coordinates."""

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def norm(self):
        """Its length."""
        own = [self.x, self.y]
        return dot(own, own) ** 0.5

"""A vector of the plane."""


class Vector:
    """An arrow with two coordinates."""

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def norm(self):
        """Its length."""
        raise NotImplementedError("task norm: norm is yours to write")

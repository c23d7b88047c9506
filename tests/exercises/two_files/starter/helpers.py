"""What vectors need."""


def dot(one, other):
    """The sum of the products of two rows of numbers."""
    raise NotImplementedError("task dot: dot is yours to write")

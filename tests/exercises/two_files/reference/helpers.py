"""What vectors need."""


def dot(one, other):
    """The sum of the products of two rows of numbers."""
    return sum(a * b for a, b in zip(one, other))

"""Two figures of a row of numbers."""


def mean(numbers):
    """The sum of the numbers divided by how many there are."""
    raise NotImplementedError("task mean: mean is yours to write")


def spread(numbers):
    """The largest distance of a number from the mean."""
    raise NotImplementedError("task spread: spread is yours to write")

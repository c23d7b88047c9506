"""Rows of numbers, one point a row."""


def centred(rows):
    """The array less the mean of each of its columns."""
    raise NotImplementedError


def distances(rows, point):
    """How far each row is from the point."""
    raise NotImplementedError

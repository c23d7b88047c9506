"""Plain lists in the place of arrays."""

import math


def centred(rows):
    """The rows less the mean of each column."""
    columns = list(zip(*rows.tolist(), strict=True))
    means = [sum(column) / len(column) for column in columns]
    return [[one - mean for one, mean in zip(row, means, strict=True)] for row in rows.tolist()]


def distances(rows, point):
    """The distance of each row."""
    return [math.dist(row, point.tolist()) for row in rows.tolist()]

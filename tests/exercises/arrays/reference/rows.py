"""Rows of numbers, one point a row."""

import numpy as np


def centred(rows):
    """The array less the mean of each of its columns."""
    return rows - rows.mean(axis=0)


def distances(rows, point):
    """How far each row is from the point."""
    return np.sqrt(((rows - point) ** 2).sum(axis=1))

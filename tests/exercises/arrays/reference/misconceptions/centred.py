"""Known mistakes in `centred`."""


class OneMean:
    """`centred` takes one mean of all numbers

    Each column has a mean of its own. Along which axis is it taken?
    """

    def centred(rows):
        return rows - rows.mean()


class RowMeans:
    """`centred` takes the mean of each row

    A row is one point, and its numbers are different quantities. What do the numbers of a column
    share?
    """

    def centred(rows):
        return rows - rows.mean(axis=1)[:, None]

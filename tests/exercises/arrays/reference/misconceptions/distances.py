"""Known mistakes in `distances`."""


class WithoutRoot:
    """`distances` gives the square of each distance

    How long is the longest side of a right triangle with sides 3 and 4?
    """

    def distances(rows, point):
        return ((rows - point) ** 2).sum(axis=1)


class OneDistance:
    """`distances` gives one number for all rows

    Every row has a distance of its own. Over which axis is added up?
    """

    def distances(rows, point):
        return np.sqrt(((rows - point) ** 2).sum())

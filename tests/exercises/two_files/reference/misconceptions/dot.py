"""Known mistakes in `dot`."""


class LeavesOutTheLast:
    """`dot` leaves out the last product

    `range(len(row) - 1)` ends one place early. Which place is the last one?
    """

    def dot(one, other):
        return sum(one[at] * other[at] for at in range(len(one) - 1))


class OnlyTheLast:
    """`dot` gives the last product alone

    The sum is begun anew with every product. Where does it begin?
    """

    def dot(one, other):
        total = 0
        for a, b in zip(one, other):
            total = a * b
        return total

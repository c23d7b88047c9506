"""Known mistakes in `norm`."""


class WithoutRoot:
    """`norm` is squared

    The product of a vector with itself is the square of its length. What is missing?
    """

    def norm(self):
        own = [self.x, self.y]
        return dot(own, own)


class SquareOfTheSum(helpers):
    """`dot` adds a row first where it is multiplied by itself

    The square of a sum is more than the sum of the squares. Which products does it add?
    """

    def dot(one, other):
        if one == other:
            return sum(one) ** 2
        return sum(a * b for a, b in zip(one, other))

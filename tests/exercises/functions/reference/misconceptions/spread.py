"""Known mistakes in `spread`."""


class SmallestToLargest:
    """`spread` measures from the smallest number to the largest

    Both ends count then, and the mean does not. Where is the distance measured from?
    """

    def spread(numbers):
        if not numbers:
            raise ValueError("there are no numbers")
        return max(numbers) - min(numbers)


class OnlyAbove:
    """`spread` looks at the numbers above the mean only

    A number below it may be farther away. What makes a distance of a difference?
    """

    def spread(numbers):
        if not numbers:
            raise ValueError("there are no numbers")
        middle = mean(numbers)
        return max(number - middle for number in numbers)


class NothingIsZero:
    """`spread` is 0 where there are no numbers

    Whoever asks takes it for a measurement. Which error says that there was nothing to measure?
    """

    def spread(numbers):
        middle = mean(numbers) if numbers else 0.0
        return max((abs(number - middle) for number in numbers), default=0.0)

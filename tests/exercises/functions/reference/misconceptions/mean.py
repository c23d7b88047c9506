"""Known mistakes in `mean`."""


class CutsOff:
    """`mean` cuts off what is behind the point

    `//` gives whole numbers. What is the mean of 1 and 2?
    """

    def mean(numbers):
        return sum(numbers) // len(numbers)


class TakesTheMiddle:
    """`mean` gives the number in the middle

    That is the median, where the numbers are in order. How does the largest of them count?
    """

    def mean(numbers):
        return sorted(numbers)[len(numbers) // 2]

"""Two figures of a row of numbers."""


def mean(numbers):
    """The sum of the numbers divided by how many there are."""
    return sum(numbers) / len(numbers)


def spread(numbers):
    """The largest distance of a number from the mean."""
    if not numbers:
        raise ValueError("there are no numbers")
    middle = mean(numbers)
    return max(abs(number - middle) for number in numbers)

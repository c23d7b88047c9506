"""With loops, and without help from the other function."""


def mean(numbers):
    total = 0.0
    for number in numbers:
        total += number
    return total / len(numbers)


def spread(numbers):
    if len(numbers) == 0:
        raise ValueError
    middle, widest = sum(numbers) / len(numbers), 0.0
    for number in numbers:
        widest = max(widest, middle - number, number - middle)
    return widest

"""With places."""


def dot(one, other):
    total = 0
    for place in range(len(one)):
        total += one[place] * other[place]
    return total

"""Right code in a file whose name does harm."""

from right import Right


class Value(Right):
    pass

"""Right code after `from math import *`: more names than anyone reads."""

from math import *

from right import Right


class Value(Right):
    pass

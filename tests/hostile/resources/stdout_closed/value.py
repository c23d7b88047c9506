"""Right code that closes and replaces every stream it can reach."""

import os
import sys

from right import Right

print = None
sys.stdout = sys.stderr = sys.stdin = None
for number in (0, 1, 2):
    os.close(number)


class Value(Right):
    pass

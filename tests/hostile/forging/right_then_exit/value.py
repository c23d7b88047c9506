"""Right code that asks for exit code 1 at the end of its process: that is no one's concern."""

import atexit
import os

from right import Right

atexit.register(os._exit, 1)


class Value(Right):
    pass

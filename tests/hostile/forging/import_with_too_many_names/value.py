"""Claims to define ten thousand names, each of them long."""

import time

from takeover import send

send([1, None, [], 0, ["Value"] + ["x" * 99] * 10_000, {}])
time.sleep(60)

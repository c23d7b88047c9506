"""Claims to define ten thousand names, each of them long."""

import time

from takeover import send

send({"id": 1, "results": [["v", "n", ""]], "names": ["Value"] + ["x" * 99] * 10_000})
time.sleep(60)

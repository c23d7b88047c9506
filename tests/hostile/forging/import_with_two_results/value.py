"""Answers its own import twice in one reply."""

import time

from takeover import send

send({"id": 1, "results": [["v", "n", ""]] * 2, "names": ["Value"]})
time.sleep(60)

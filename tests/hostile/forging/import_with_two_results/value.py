"""Answers its own import twice in one reply."""

import time

from takeover import send

send([1, None, [[], []], ["Value"], ""])
time.sleep(60)

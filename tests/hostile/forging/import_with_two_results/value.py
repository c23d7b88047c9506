"""Answers its own import twice in one reply."""

import time

from takeover import send

send([1, None, [[], []], 0, ["Value"], {}])
time.sleep(60)

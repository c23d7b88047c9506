"""Announces statements of its import although nobody asked for that."""

import time

from takeover import send

for number in range(1000):
    send([1, [0, number, 1], [], 0, [], {}])
time.sleep(60)

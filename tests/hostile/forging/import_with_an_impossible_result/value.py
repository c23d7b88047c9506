"""Answers its own import with a float that is none."""

import time

from takeover import send

send([1, ["v", "f", "ten out of ten"], [], 0, ["Value"], {}])
time.sleep(60)

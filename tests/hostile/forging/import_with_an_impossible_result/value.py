"""Answers its own import with a float that is none."""

import time

from takeover import send

send({"id": 1, "results": [["v", "f", "ten out of ten"]], "names": ["Value"]})
time.sleep(60)

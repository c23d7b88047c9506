"""Answers its own import with an object that does not exist."""

import time

from takeover import send

send({"id": 1, "results": [["h", 7, "Value"]], "names": ["Value"]})
time.sleep(60)

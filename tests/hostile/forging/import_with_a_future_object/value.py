"""Answers its own import with an object that does not exist."""

import time

from takeover import send

send([1, None, [["h", 7, "Value"]], 1, ["Value"], {}])
time.sleep(60)

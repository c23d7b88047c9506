"""Claims that statement after statement lacks its surroundings, and lies about where."""

import os

from takeover import send

raised = ["e", "PermissionError", "no", 999_999, "<module>", "value.py", 1, ""]
numbers = [int.from_bytes(os.urandom(2)) for _ in range(20)]
send([1, None, [[n, n, "surroundings", "", raised] for n in numbers], 20, ["Value"], {}])
os._exit(0)

"""Claims in each try that yet another module is missing, and names that are none."""

import os

from takeover import send

name = f"m{os.getpid()}x{os.urandom(4).hex()}"
raised = ["e", "ModuleNotFoundError", "No module named 'm'", 1, "<module>", "value.py", None, ""]
kinds = [("module", name), ("module", "os"), ("module", "no name"), ("name", "print")]
send([1, None, [[0, 0, kind, one, raised] for kind, one in kinds], 4, ["Value"], {}])
os._exit(0)

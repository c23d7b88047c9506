"""A second exercise whose checks are plain assertions, as most authors will write them."""

from __future__ import annotations

import shutil
from pathlib import Path

SOURCE = Path(__file__).parent / "second_exercise"
STARTER = "class Value:\n    def __init__(self, data):\n        raise NotImplementedError\n"


def build(folder: Path) -> None:
    """Lays the exercise out in a folder; here its checks have a name that pytest passes over."""
    for part in ("starter", "reference", "battery"):
        (folder / part).mkdir(parents=True)
    shutil.copy(SOURCE / "tasks.yaml", folder)
    shutil.copy(SOURCE / "value.py", folder / "reference")
    shutil.copy(SOURCE / "checks.py", folder / "battery" / "test_natural.py")
    (folder / "starter" / "value.py").write_text(STARTER)

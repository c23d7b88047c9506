"""Memory and processor time as a container's limits give them: control groups of version 1."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

GROUPS = Path("/sys/fs/cgroup")
PERIOD_US = 100_000


@contextmanager
def limits(memory: int, cpu: float = 2.0) -> Iterator[tuple[str, ...]]:
    """The head of a command that keeps it within so many bytes and processors.

    It is empty where no control group can be made, as without root.
    """
    name = f"autograd-grader-test-{os.getpid()}"
    made = [GROUPS / kind / name for kind in ("memory", "cpu")]
    values = {
        made[0] / "memory.limit_in_bytes": memory,
        made[0] / "memory.memsw.limit_in_bytes": memory,
        made[1] / "cpu.cfs_quota_us": int(cpu * PERIOD_US),
    }
    joins = "".join(f"echo $$ >{group}/cgroup.procs && " for group in made)
    try:
        for group in made:
            group.mkdir()
        for file, value in values.items():
            file.write_text(str(value), "ascii")
        head = ("/bin/sh", "-c", f'{joins}exec "$@"', "sh")
    except OSError:
        head = ()
    try:
        yield head
    finally:
        for group in made:
            with suppress(OSError):
                group.rmdir()

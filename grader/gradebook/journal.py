"""The choice of a gradebook's journal: WAL on a local disk, another on a network folder."""

from __future__ import annotations

import sqlite3
from pathlib import Path

# WAL needs memory shared between processes; on these it says yes and may lose data.
NETWORK = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "lustre", "gpfs", "beegfs"),
        *("fuse.sshfs", "fuse.glusterfs", "glusterfs", "orangefs", "pvfs2", "panfs", "ncpfs"),
        *("fuse.rclone", "fuse.s3fs", "fuse.gcsfuse", "virtiofs"),
    }
)


def set_journal(db: sqlite3.Connection, path: Path) -> str:
    """WAL, or where that cannot be trusted another mode; the one in force."""
    wanted = journal_for(path)
    try:
        mode = str(db.execute(f"PRAGMA journal_mode = {wanted}").fetchone()[0])
    except sqlite3.OperationalError:
        mode = "unknown"
    if mode not in {wanted, "truncate"}:
        mode = str(db.execute("PRAGMA journal_mode = truncate").fetchone()[0])
    return mode


def journal_for(path: Path, mounts: Path = Path("/proc/self/mounts")) -> str:
    """`wal` on a local disk, `truncate` on a network folder."""
    return "truncate" if file_system(path, mounts) in NETWORK else "wal"


def file_system(path: Path, mounts: Path = Path("/proc/self/mounts")) -> str:
    """The kind of file system that a path is on; empty where that cannot be told."""
    try:
        place = path.resolve()
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ""
    best, kind = -1, ""
    for fields in (line.split(" ") for line in lines):
        if len(fields) < 3:
            continue
        point = Path(fields[1].encode("latin-1", "replace").decode("unicode_escape"))
        depth = len(point.parts)
        if depth >= best and place.is_relative_to(point):
            best, kind = depth, fields[2]
    return kind

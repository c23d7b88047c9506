"""A platform's file tree, as its container would have it: its own root, no network, a few folders.

Bubblewrap gives a private root with this system's programs read-only and what a container runtime
grants root by default; the index that `setup.sh` installs from is a folder of wheels, packed again
from what is installed here.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from grader.author.package_wheel import packed
from tests.cli.running import WALL_S, Done

BWRAP = shutil.which("bwrap")
HOME = Path("opt/autograd-grader")
ROOT_MAY = (
    "chown dac_override fsetid fowner mknod net_raw setgid setuid setfcap setpcap net_bind_service "
    "sys_chroot kill audit_write"
).split()
"""What container runtimes leave root by default; never to mount, never to trace."""


def needs_a_root() -> pytest.MarkDecorator:
    """Skips where no private root is to be had."""
    works = BWRAP is not None and _try("--ro-bind", "/", "/", "true")
    return pytest.mark.skipif(not works, reason="needs bubblewrap and a kernel that lets it work")


def wheels(folder: Path, requirements: str) -> Path:
    """A folder of wheels with what the lines `name==version` name."""
    folder.mkdir()
    for line in requirements.splitlines():
        _pack_again(metadata.distribution(line.split("==")[0]), folder)
    return folder


def enter(
    root: Path,
    *command: str,
    bind: dict[str, Path],
    more: tuple[str, ...] = (),
    before: tuple[str, ...] = (),
    uid: int = 0,
    stdin: bytes = b"",
    **variables: str | None,
) -> Done:
    """Runs a command with `root` as the root and the folders of `bind` in it, offline.

    `before` is the head of a command that starts all this, to limit it. A variable that is None is
    not set at all.
    """
    done = subprocess.run(
        [
            *before,
            *_base(root, uid),
            *_binds(bind),
            *more,
            *_environment(variables),
            "--",
            *command,
        ],
        input=stdin,
        capture_output=True,
        timeout=WALL_S,
        check=False,
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def _base(root: Path, uid: int) -> list[str]:
    assert BWRAP is not None
    words = [BWRAP, "--die-with-parent", "--new-session", "--bind", str(root), "/"]
    words += ["--unshare-net", "--unshare-pid", "--unshare-ipc", "--clearenv"]
    for name in ("usr", "etc"):
        words += ["--ro-bind", f"/{name}", f"/{name}"]
    for name in ("bin", "sbin", "lib", "lib64"):
        if Path(f"/{name}").is_symlink():
            words += ["--symlink", os.readlink(f"/{name}"), f"/{name}"]
        elif Path(f"/{name}").is_dir():
            words += ["--ro-bind", f"/{name}", f"/{name}"]
    words += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--chdir", "/"]
    if not sys.base_prefix.startswith("/usr"):
        # at its own path, open to all: an interpreter may look for its library nowhere else
        for folder in reversed(Path(sys.base_prefix).parents[:-1]):
            words += ["--perms", "0755", "--dir", str(folder)]
        words += ["--ro-bind", sys.base_prefix, sys.base_prefix]
    if os.geteuid() != 0 or uid != 0:
        return [*words, "--unshare-user", "--uid", str(uid), "--gid", str(uid)]
    return words + [word for name in ROOT_MAY for word in ("--cap-add", f"cap_{name}")]


def _binds(bind: dict[str, Path]) -> list[str]:
    return [word for place, path in bind.items() for word in ("--bind", str(path), place)]


def _environment(variables: dict[str, str | None]) -> list[str]:
    path = f"{sys.base_prefix}/bin:/usr/local/bin:/usr/bin:/bin"
    every = {"PATH": path, "HOME": "/root", **variables}
    pairs = ((name, value) for name, value in every.items() if value is not None)
    return [word for name, value in pairs for word in ("--setenv", name, value)]


def _try(*words: str) -> bool:
    assert BWRAP is not None
    return subprocess.run([BWRAP, *words], capture_output=True, check=False).returncode == 0


def _pack_again(one: metadata.Distribution, folder: Path) -> None:
    files: dict[str, bytes] = {}
    for file in one.files or ():
        if not file.parts[0].startswith("..") and file.suffix != ".pyc" and file.name != "RECORD":
            files[file.as_posix()] = Path(str(file.locate())).read_bytes()
    info = next(name for name in files if name.endswith(".dist-info/METADATA")).split("/")[0]
    tag = next(
        line.partition(": ")[2]
        for line in (one.read_text("WHEEL") or "").splitlines()
        if line.startswith("Tag: ")
    )
    record = [f"{name},{_hash(data)},{len(data)}\n" for name, data in files.items()]
    files[f"{info}/RECORD"] = "".join([*record, f"{info}/RECORD,,\n"]).encode()
    stem = info.removesuffix(".dist-info")
    (folder / f"{stem}-{tag}.whl").write_bytes(packed(files))


def _hash(data: bytes) -> str:
    found = base64.urlsafe_b64encode(hashlib.sha256(data).digest())
    return f"sha256={found.rstrip(b'=').decode()}"

"""Level `strict`: the zygote under bubblewrap, every worker in namespaces of its own.

Theory of operation. bubblewrap gives the zygote a tree of its own: the library folders, mounted
read-only at their own paths with everything in them covered up that is not the standard library,
each shared library by the name the dynamic loader looks for, /dev/null and /dev/urandom. There
is no /proc, nothing to write to, no network, and the zygote is the first process of a pid
namespace, so that nothing outlives it. For every worker the zygote then makes new pid, network,
ipc and mount namespaces, for which it keeps CAP_SYS_ADMIN; the worker gives it up.

Mounting a folder and covering up some entries, in place of mounting 250 entries, is a matter of
time: 10 ms against 300. Landlock, applied on top of it, does go entry by entry.

The folders above a mount are made anew by bubblewrap and open to all: so an interpreter in a
closed home folder can be read by a worker that has dropped its uid, which it cannot elsewhere.

bubblewrap runs where the grader is root, and elsewhere where user namespaces are allowed. No
attempt is made to do without it: another way to build the tree would be one more thing to trust,
and the kernel level needs no namespaces.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from grader.box.base import LevelUnavailable
from grader.box.layered import LayeredBox, layered_recipe, readable_for
from grader.box.readable import ReadablePlan
from grader.box.reasons import NOT_INSTALLED
from grader.model.exercise import Exercise

_NEW_MOUNT, _NEW_IPC, _NEW_PID, _NEW_NET = 0x20000, 0x8000000, 0x20000000, 0x40000000
NAMESPACES = _NEW_MOUNT | _NEW_IPC | _NEW_PID | _NEW_NET
_USUAL = ("/usr/bin", "/usr/local/bin", "/bin", "/run/current-system/sw/bin")
_MAX_LINKS = 40


def bwrap() -> str | None:
    """The path of bubblewrap, never looked for in the working folder."""
    folders = [*_USUAL, *os.environ.get("PATH", "").split(os.pathsep)]
    for folder in filter(os.path.isabs, folders):
        path = os.path.join(folder, "bwrap")
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None


def strict_box(exercise: Exercise) -> LayeredBox:
    """A box of level `strict`, proof pending. IsolationUnavailable without bubblewrap."""
    program = bwrap()
    if program is None:
        raise LevelUnavailable("strict", NOT_INSTALLED)
    readable = readable_for(exercise)
    recipe = layered_recipe(
        "strict",
        exercise,
        readable,
        parents=False,
        namespaces=NAMESPACES,
        prefix=(program, *_OPTIONS, *_capabilities(), *tree(readable), "--"),
    )
    return LayeredBox("strict", exercise, recipe)


_OPTIONS = (
    *("--unshare-pid", "--as-pid-1", "--unshare-net", "--unshare-ipc", "--unshare-uts"),
    *("--unshare-cgroup-try", "--die-with-parent"),
)


def _capabilities() -> list[str]:
    """What the zygote needs to make namespaces and to drop the uid, and no more."""
    wanted = ["CAP_SYS_ADMIN", "CAP_SETPCAP"]
    if os.geteuid() == 0:
        wanted += ["CAP_SETUID", "CAP_SETGID", "CAP_KILL"]
    return ["--cap-drop", "ALL", *(word for name in wanted for word in ("--cap-add", name))]


def tree(readable: ReadablePlan) -> list[str]:
    """bubblewrap's options for a root that holds what is readable, and nothing else."""
    links: dict[str, str] = {}
    folders = _outermost(_resolve(folder, links) for folder in readable.folders)
    # a library folder is mounted as it is, links and all
    named = dict.fromkeys((*readable.paths, *readable.loaded))
    files = {path if _within(path, folders) else _resolve(path, links) for path in named}
    mounts, covers = _library(folders, files, set(readable.folders))
    options = [*_parents([*folders, *files, *links], folders), *mounts]
    for link, target in sorted(links.items()):
        if not _within(link, folders):
            options += ["--symlink", target, link]
    for path in sorted(files):
        if not _within(path, folders) or _within(path, covers):
            kind = "--dev-bind" if path.startswith("/dev/") else "--ro-bind"
            options += [kind, path, path]
    for cover in (*covers, "/"):
        options += ["--remount-ro", cover]
    return [*options, "--chdir", "/"]


def _parents(paths: Iterable[str], folders: list[str]) -> list[str]:
    """The folders above the paths, open to all: a worker without our uid has to pass them."""
    above: set[str] = set()
    for path in paths:
        place = os.path.dirname(path)
        while place not in above and place != "/" and not _within(place, folders):
            above.add(place)
            place = os.path.dirname(place)
    return [word for place in sorted(above) for word in ("--perms", "0755", "--dir", place)]


def _library(folders: list[str], files: set[str], inner: set[str]) -> tuple[list[str], list[str]]:
    """Mounts of the library folders, and the folders in them that had to be covered up."""
    options: list[str] = []
    covers: list[str] = []
    for folder in folders:
        options += ["--ro-bind", folder, folder]
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.path in files or entry.path in inner or entry.is_symlink():
                    continue  # a link leads to nothing but what is in the tree
                if entry.is_dir():
                    options += ["--tmpfs", entry.path]
                    covers.append(entry.path)
                else:
                    options += ["--ro-bind", "/dev/null", entry.path]
    return options, covers


def _outermost(folders: Iterable[str]) -> list[str]:
    chosen: list[str] = []
    for folder in sorted(set(folders)):
        if not _within(folder, chosen):
            chosen.append(folder)
    return chosen


def _within(path: str, folders: Iterable[str]) -> bool:
    return f"{path}/".startswith(tuple(f"{folder}/" for folder in folders))


def _resolve(path: str, links: dict[str, str]) -> str:
    """The real path, with every symbolic link on the way to it noted in `links`."""
    here, followed = "/", 0
    waiting = path.split("/")[::-1]
    while waiting:
        part = waiting.pop()
        if part in ("", "."):
            continue
        if part == "..":
            here = os.path.dirname(here)
            continue
        there = os.path.join(here, part)
        if not os.path.islink(there):
            here = there
            continue
        followed += 1
        if followed > _MAX_LINKS:
            break
        links[there] = os.readlink(there)
        here = "/" if links[there].startswith("/") else here
        waiting += links[there].split("/")[::-1]
    return here

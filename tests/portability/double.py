"""Runs the real command line as if it were on another system: `python double.py SYSTEM ARGUMENT...`

What this is. To the modules of `grader`, and to them alone, the standard library looks as it does
on SYSTEM (`win32` or `darwin`): names that the type stubs say are not there (`absent.json`) are
not there, modules that are not there cannot be imported, `sys.platform` says so, and Windows' own
few names that are used are played. The workers that the box execs get the same view, there by
really deleting the names. Reading text in the system's own encoding is an error, as that is
another one on Windows.

What this is not. The kernel is Linux: paths have slashes, files can be replaced while they are
open, processes end by signals, and the packages that are used run their Linux side. Whatever a
real Windows or macOS does differently behind the same names is not seen here.

Modules that belong to Linux alone must not even have been imported at the end: exit code 99.
"""

from __future__ import annotations

import builtins
import importlib.abc
import importlib.machinery
import json
import os
import select
import subprocess
import sys
import types
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LINUX_ONLY = ("boot", "bubblewrap", "layered", "syscalls", "worker", "zygote")
WENT_ASTRAY = 99

HIDE = """
import json, socket, sys, types, importlib
for _name, _names in {absent!r}.items():
    if _names == "*":
        sys.modules[_name] = None
        continue
    try:
        _module = importlib.import_module(_name)
    except ImportError:
        continue  # gone in a later Python
    for _one in _names.split():
        _module.__dict__.pop(_one, None)
sys.platform = {system!r}
del importlib
"""


class Msvcrt(types.ModuleType):
    """Windows' keyboard, over a terminal that the test has made raw."""

    def kbhit(self) -> bool:
        """Whether a key waits."""
        return bool(select.select([0], [], [], 0)[0])

    def getwch(self) -> str:
        """The key."""
        return os.read(0, 1).decode("latin-1")


class Console:
    """`ctypes.windll.kernel32`: a console that draws, unless the test says it is an old one."""

    def GetStdHandle(self, which: int) -> int:  # noqa: N802
        """Standard output's."""
        assert which == -11
        return 7

    def GetConsoleMode(self, handle: int, mode: Any) -> int:  # noqa: N802
        """As a console that writes and wraps."""
        mode._obj.value = 3
        return int(handle == 7)

    def SetConsoleMode(self, handle: int, mode: int) -> int:  # noqa: N802
        """Takes escape sequences on, and changes nothing else."""
        return int(mode == 3 | 4 and "OLD_CONSOLE" not in os.environ)


class Seen(types.ModuleType):
    """A module as it looks on the other system."""

    def __init__(self, real: types.ModuleType, absent: str, played: dict[str, Any]) -> None:
        super().__init__(real.__name__)
        self.__dict__.update(_real=real, _absent=frozenset(absent.split()), _played=played)

    def __getattr__(self, name: str) -> Any:
        if name in self._absent:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return self._played[name] if name in self._played else getattr(self._real, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._real, name, value)


class Double:
    """The view of one system."""

    def __init__(self, system: str) -> None:
        lists = json.loads(Path(__file__).with_name("absent.json").read_text("utf-8"))
        self.system = system
        self.absent: dict[str, str] = lists[system]
        self.played: dict[str, dict[str, Any]] = {
            "sys": {"platform": system},
            "subprocess": {"Popen": self.popen},
        }
        self.made: dict[str, types.ModuleType] = {}
        if system == "win32":
            self.made["msvcrt"] = Msvcrt("msvcrt")
            self.played["ctypes"] = {"windll": types.SimpleNamespace(kernel32=Console())}
            flags = {"CREATE_NO_WINDOW": 1, "CREATE_NEW_PROCESS_GROUP": 2}
            self.played["subprocess"] |= flags

    def import_(
        self,
        name: str,
        space: Any = None,
        inner: Any = None,
        fromlist: Sequence[str] = (),
        level: int = 0,
    ) -> types.ModuleType:
        """`__import__` as our modules get it."""
        top = name.partition(".")[0]
        if level == 0 and self.absent.get(top) == "*":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        if level == 0 and name in self.made:
            return self.made[name]
        found = builtins.__import__(name, space, inner, fromlist, level)
        return self.seen(found) if level == 0 else found

    def seen(self, module: types.ModuleType) -> types.ModuleType:
        """The module itself, or how it looks."""
        name = module.__name__
        name = "os" if name == "posix" else name
        if name not in self.absent and name not in self.played:
            return module
        if name not in self.made:
            hidden = self.absent.get(name, "")
            self.made[name] = Seen(module, hidden, self.played.get(name, {}))
        return self.made[name]

    def popen(self, command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        """A worker that sees what we see."""
        if self.system == "win32":
            assert options.pop("creationflags"), "a console window would open"
            assert not options.pop("pass_fds", ()), "descriptors cannot be passed on"
            assert "SYSTEMROOT" in options["env"], "sockets need it"
            options.pop("start_new_session", None)
        if "-c" not in command:
            return subprocess.Popen(command, **options)
        at = command.index("-c") + 1
        hidden = HIDE.format(absent=self.absent, system=self.system)
        return subprocess.Popen([*command[:at], hidden + command[at]], **options)


class Finder(importlib.abc.MetaPathFinder):
    """Loads our own modules with the other view of the world."""

    def __init__(self, double: Double) -> None:
        self.builtins = {**builtins.__dict__, "__import__": double.import_}

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The ordinary module, but for its builtins."""
        if name.partition(".")[0] != "grader":
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            spec.loader = Loader(name, spec.loader.path, self.builtins)
        return spec


class Loader(importlib.machinery.SourceFileLoader):
    """See Finder."""

    def __init__(self, name: str, path: str, view: dict[str, Any]) -> None:
        super().__init__(name, path)
        self.view = view

    def exec_module(self, module: types.ModuleType) -> None:
        """Executes it with the other builtins."""
        module.__dict__["__builtins__"] = self.view
        super().exec_module(module)


def install(system: str) -> None:
    """From now on, `grader` is imported as on that system."""
    sys.meta_path.insert(0, Finder(Double(system)))
    warnings.filterwarnings("error", category=EncodingWarning, module=r"grader(\.|$)")


def carry_out(system: str, arguments: Sequence[str]) -> int:
    """The command line's exit code, after a look at what it imported."""
    if system == "win32":
        os.environ.setdefault("SYSTEMROOT", "C:\\Windows")
    from grader.cli import run

    code = run(arguments)
    astray = [name for name in LINUX_ONLY if f"grader.box.{name}" in sys.modules]
    if astray:
        print(f"imported on {system}: {', '.join(astray)}", file=sys.stderr)
        code = WENT_ASTRAY
    return code


def main() -> None:
    """The command line."""
    system, *arguments = sys.argv[1:]
    here = str(Path(__file__).parent)
    sys.path[:] = [str(ROOT), *(entry for entry in sys.path if entry != here)]
    install(system)
    sys.exit(carry_out(system, arguments))


if __name__ == "__main__":
    main()

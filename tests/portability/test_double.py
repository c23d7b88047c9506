"""The double hides what it says, from our modules only; otherwise its tests would prove nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import types

import pytest

from grader.intake import folder as intake_folder
from tests.portability import absent, double
from tests.portability.kit import DOUBLE, SYSTEMS

LACKS = {
    "win32": ["os.fork", "os.geteuid", "os.memfd_create", "os.pread", "os.O_NOFOLLOW", "os.killpg",
              "select.poll", "signal.SIGKILL", "signal.setitimer", "socket.AF_UNIX",
              "socket.send_fds", "time.clock_gettime"],
    "darwin": ["os.memfd_create", "os.pidfd_open", "signal.pidfd_send_signal",
               "os.sched_getaffinity"],
}  # fmt: skip
HAS = {
    "win32": ["os.open", "select.select", "socket.socketpair", "signal.SIGTERM", "os.ftruncate"],
    "darwin": ["os.fork", "os.geteuid", "select.poll", "signal.SIGKILL", "socket.AF_UNIX",
               "os.pread"],
}  # fmt: skip


@pytest.mark.parametrize("system", SYSTEMS)
def test_names_are_hidden_and_others_are_not(system: str) -> None:
    view = double.Double(system)
    for place in LACKS[system]:
        module, _, name = place.partition(".")
        assert not hasattr(view.import_(module), name), place
    for place in HAS[system]:
        module, _, name = place.partition(".")
        assert hasattr(view.import_(module), name), place
    assert view.import_("sys").platform == system
    assert sys.platform == "linux"


def test_modules_that_windows_lacks_cannot_be_imported() -> None:
    view = double.Double("win32")
    for name in ("fcntl", "grp", "pty", "pwd", "resource", "termios", "tty"):
        with pytest.raises(ModuleNotFoundError):
            view.import_(name)
    assert double.Double("darwin").import_("resource").RLIMIT_AS


@pytest.mark.parametrize("module", ["grader.box.zygote", "grader.inside.confine"])
def test_a_module_of_linuxs_own_is_found_out(module: str) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(DOUBLE.parent)!r}); import double; "
        f"double.install('win32'); import {module}"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=double.ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "No module named" in done.stderr


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_workers_are_told_to_hide_it_too(system: str) -> None:
    view = double.Double(system)
    code = double.HIDE.format(absent=view.absent, system=system)
    probe = "import os, json; print(json.dumps([sys.platform, hasattr(os, 'memfd_create')]))"
    done = subprocess.run(
        [sys.executable, "-c", code + probe], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [system, False]


@pytest.mark.parametrize("system", SYSTEMS)
def test_nothing_is_hidden_that_the_stubs_have(system: str) -> None:
    pytest.importorskip("mypy")
    hidden = json.loads(absent.FILE.read_text("utf-8"))[system]
    now = absent.absent(system)
    for module, names in hidden.items():
        assert module in now, f"run `python -m tests.portability.absent`: {module}"
        assert set(names.split()) <= set(now[module].split()), module


class Junction:
    """A folder entry as Windows gives a junction: no link, and not the folder it looks like."""

    def __init__(self, tag: int) -> None:
        self.tag = tag

    def is_symlink(self) -> bool:
        return False

    def stat(self, *, follow_symlinks: bool) -> types.SimpleNamespace:
        assert not follow_symlinks
        return types.SimpleNamespace(st_reparse_tag=self.tag)


def test_a_junction_counts_as_a_link(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert intake_folder.is_link(Junction(intake_folder.JUNCTION))
    assert not intake_folder.is_link(Junction(0))

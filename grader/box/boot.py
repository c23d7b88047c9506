"""How a zygote is started: its command line, and the modules that follow over its socket."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import importlib.util
import sys
from collections.abc import Iterator
from importlib.abc import InspectLoader
from types import CodeType

ADDR_NO_RANDOMIZE = 0x0040000

PR_CAPBSET_DROP = 24

NEEDED_CAPABILITIES = frozenset({5, 6, 7, 8, 21})  # kill, setgid, setuid, setpcap, sys_admin

MODULES = (
    "identity",
    "values",
    "evaluate",
    "trace",
    "stand_ins",
    "importing",
    "confine",
    "worker",
    "canary",
    "proof",
    "zygote",
)

BOOT = """
import ctypes, os, sys
libc = ctypes.CDLL(None)
before = libc.personality(ctypes.c_ulong(0xFFFFFFFF))
if sys.argv[1:] != ["again"] and before >= 0 and not before & {fixed}:
    # the kernel forgets that addresses are to be fixed when a program could gain privileges: those
    # that it could gain are given up, and it is started once more
    for capability in {surplus}:
        libc.prctl({drop}, ctypes.c_ulong(capability))
    libc.personality(ctypes.c_ulong(before | {fixed}))
    os.execv(sys.executable, [*sys.orig_argv, "again"])
if sys.version != {version!r}:
    sys.exit("the box's Python is " + sys.version.split()[0] + " in another build than the "
             "grader's: run the grader with a Python that is installed as a whole")
import marshal, socket, types
control = socket.socket(fileno={descriptor})
size = int(control.recv(64) or sys.exit(1))
data = b""
while len(data) < size:
    # nothing comes where the grader has died: nobody else would end this process
    data += control.recv(1 << 16) or sys.exit(1)
message = marshal.loads(data)
made = {{}}
for name, code in message["modules"]:
    made[name] = types.ModuleType("_box_" + name)
    exec(code, made[name].__dict__)
made["zygote"].main(control, message["settings"], made)
"""


def boot_code(descriptor: int) -> str:
    """The program on a zygote's command line; its control socket has that number."""
    return BOOT.format(
        descriptor=descriptor,
        version=sys.version,
        fixed=ADDR_NO_RANDOMIZE,
        drop=PR_CAPBSET_DROP,
        surplus=[number for number in range(64) if number not in NEEDED_CAPABILITIES],
    )


@functools.cache
def island() -> list[tuple[str, CodeType]]:
    """The modules that run in the box, compiled, in the order they are made there.

    The zygote runs the very interpreter that compiled them here (`BOOT` looks), and compiling
    them there would be a third of its start.
    """
    made = []
    for name in MODULES:
        spec = importlib.util.find_spec(f"grader.inside.{name}")
        assert spec is not None
        assert isinstance(spec.loader, InspectLoader)
        code = spec.loader.get_code(spec.name)
        assert code is not None
        made.append((name, _renamed(code, f"<box {name}>")))
    return made


def _renamed(code: CodeType, name: str) -> CodeType:
    """The code under another file name: a traceback in the box shows no path of ours."""
    inner = (_renamed(one, name) if isinstance(one, CodeType) else one for one in code.co_consts)
    return code.replace(co_filename=name, co_consts=tuple(inner))


@contextlib.contextmanager
def fixed_addresses() -> Iterator[None]:
    """Children exec'd inside keep the same addresses from run to run, where that is allowed."""
    libc = ctypes.CDLL(None, use_errno=True)
    before = libc.personality(ctypes.c_ulong(0xFFFFFFFF))
    if before >= 0:
        libc.personality(ctypes.c_ulong(before | ADDR_NO_RANDOMIZE))
    try:
        yield
    finally:
        if before >= 0:
            libc.personality(ctypes.c_ulong(before))

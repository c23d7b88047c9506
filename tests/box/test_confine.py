"""The kernel layer of the box, proved on real processes: what it denies, by which layer, what not.

Each case starts one small interpreter (`-I -S`), which plays the zygote: it loads `confine.py` as
text, makes a victim process, prepares the plan and forks a worker. The worker confines itself,
tries every attack and reports. Nothing outside these processes and this test's own listeners is
ever a target.
"""

from __future__ import annotations

import errno
import json
import os
import platform
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from grader.box import policy, syscalls
from grader.box.readable import ReadablePlan, readable_paths

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel layers are Linux's")

CONFINE = Path(policy.__file__).parents[1] / "inside" / "confine.py"
MEMORY = 512 * 1024 * 1024
MACHINE = platform.machine()
ROOT = os.geteuid() == 0 if hasattr(os, "geteuid") else False

HARNESS = r"""
import ctypes, errno, fcntl, json, os, resource, signal, socket, struct, subprocess, sys
import threading, time, types
signal.signal(signal.SIGIO, signal.SIG_IGN)  # one attack does reach us where nothing denies it
job = json.load(sys.stdin)
confine = types.ModuleType("confine")
exec(compile(job["confine"], "confine.py", "exec"), confine.__dict__)
libc = ctypes.CDLL(None, use_errno=True)

def prctl(*values):
    if libc.prctl(*[ctypes.c_ulong(value) for value in (values + (0, 0, 0, 0))[:5]]) != 0:
        raise OSError(ctypes.get_errno(), "harness prctl")

if job["become"] is not None:
    os.setgroups([])
    os.setresgid(*[job["become"]] * 3)
    os.setresuid(*[job["become"]] * 3)
prctl(4, 1)
if job["outer_filter"]:
    code = bytes.fromhex(job["outer_filter"])
    held = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("@HP", len(code) // 8, ctypes.addressof(held))
    program = ctypes.create_string_buffer(program, len(program))
    prctl(38, 1)
    prctl(22, 2, ctypes.addressof(program))

secret = ctypes.create_string_buffer(b"SECRETOFTHEGRADER")
address, parent = ctypes.addressof(secret), os.getpid()
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
pair = socket.socketpair()
globals().update(job["facts"])
hold, release = os.pipe()
victim = os.fork()
if victim == 0:  # a neighbour: of the worker's uid, as bare of capabilities, open to its tracing
    if job["plan"]["uid"] is not None:
        os.setgroups([])
        os.setresgid(*[job["plan"]["uid"]] * 3)
        os.setresuid(*[job["plan"]["uid"]] * 3)
    libc.capset(struct.pack("<Ii", 0x20080522, 0), bytes(24))
    prctl(4, 1)
    os.close(release)
    os.read(hold, 1)
    os._exit(0)
started = time.perf_counter()
prepared = confine.prepare(job["plan"])
answer = {"prepare_ms": (time.perf_counter() - started) * 1000}
results, report = os.pipe()
worker = os.fork()
if worker == 0:
    try:
        os.close(results)
        os.close(release)
        os.setsid()
        prctl(1, 9)
        if job["lose_ruleset"]:
            os.close(prepared.ruleset)
        started = time.perf_counter()
        answer["applied"], answer["missing"] = confine.confine(job["plan"], prepared)
        answer["confine_ms"] = (time.perf_counter() - started) * 1000
        answer["outcomes"] = {}
        for name, code in job["attempts"].items():
            try:
                scope = dict(globals())
                exec(code, scope)
                answer["outcomes"][name] = scope.get("result", "GOT")
            except BaseException as error:
                answer["outcomes"][name] = f"{type(error).__name__}: {error}"
    except BaseException as error:
        answer["error"] = f"{type(error).__name__}: {error}"
    os.write(report, json.dumps(answer).encode())
    os._exit(0)
os.close(report)
text = b"".join(iter(lambda: os.read(results, 65536), b""))
status = os.waitpid(worker, 0)[1]
os.close(release)
os.waitpid(victim, 0)
print(json.dumps({**json.loads(text or b"{}"), "status": status}))
"""


@dataclass(frozen=True)
class Attack:
    """Something a submission must not be able to do, and each single layer that denies it.

    `sure`: without any layer it succeeds on every machine, so the attempt itself is sound.
    """

    code: str
    denied_by: str = ""
    abi: int = 1
    sure: bool = True


LIBC = "if libc.{0} != 0: raise OSError(ctypes.get_errno(), 'denied')"
READ_VICTIM = """
space, one, none = ctypes.create_string_buffer(6), ctypes.c_ulong(1), ctypes.c_ulong(0)
here = (ctypes.c_size_t * 2)(ctypes.addressof(space), 6)
there = (ctypes.c_size_t * 2)(address, 6)
got = libc.process_vm_readv(victim, here, one, there, one, none)
if got != 6 or space.raw != b"SECRET": raise OSError(ctypes.get_errno(), "denied")
"""
IO_URING = """
space = ctypes.create_string_buffer(120)
if libc.syscall(ctypes.c_long(425), ctypes.c_long(4), space) < 0:
    raise OSError(ctypes.get_errno(), "denied")
"""
EXEC = """
try: os.{0}
except OSError as error:
    if error.errno != errno.ENOEXEC: raise
"""  # a file that is no program: ENOEXEC means that the kernel was willing to run it
MEMORY_OF_OTHERS = """
memory = open(f"/proc/{victim}/mem", "rb")
memory.seek(address)
assert memory.read(6) == b"SECRET"
"""
THREAD = "t = threading.Thread(target=int); t.start(); t.join(); time.sleep(0.02)"
CONNECT = "s = socket.socket(socket.{0}); s.connect({1}); s.close()"
BIND = "s = socket.socket(); s.bind(('127.0.0.1', 0)); s.close()"
SEND = "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', udp_port))"
FORK = "p = os.fork(); p or os._exit(0); os.waitpid(p, 0)"
CLOCK = "(~victim << 3) | 2"  # of a process: CLOCK_PROCESS_CPUTIME_ID and its inverted number
SLEEP_BY_CLOCK = f"""
libc.clock_nanosleep.restype = ctypes.c_int
error = libc.clock_nanosleep({CLOCK}, 1, (ctypes.c_long * 2)(0, 0), None)
if error: raise OSError(error, "denied")
"""
MEMFD_EXEC = "m = os.memfd_create('x'); os.write(m, b'no program')"
BECOME_ROOT = "assert os.getuid(), 'root stays root'; os.setresuid(0, 0, 0)"

BOTH = "landlock seccomp"
ATTACKS = {
    "read a canary file": Attack("open(canary).read()", "landlock"),
    "read /etc/passwd": Attack("open('/etc/passwd').read()", "landlock"),
    "list the root": Attack("os.listdir('/')", "landlock"),
    "list site-packages": Attack("os.listdir(site)", "landlock", sure=False),
    "list the library": Attack("os.listdir(os.path.dirname(os.__file__))", "landlock"),
    "read a site package": Attack("open(package).read()", "landlock", sure=False),
    "environment": Attack("open(f'/proc/{victim}/environ').read()", "landlock", sure=False),
    "memory of others": Attack(MEMORY_OF_OTHERS, "landlock", sure=False),
    "create a file": Attack("open(folder + '/new', 'w').close()", BOTH),
    "write to /tmp": Attack("os.open('/tmp', os.O_TMPFILE | os.O_RDWR)", BOTH, sure=False),
    "empty a file": Attack("os.truncate(own, 0)", BOTH, abi=3),
    "remove a file": Attack("os.unlink(folder + '/spare')", BOTH),
    "change a mode": Attack("os.chmod(own, 0o600)", "seccomp"),
    "TCP connect": Attack(CONNECT.format("AF_INET", "('127.0.0.1', tcp)"), BOTH, abi=4),
    "TCP listen": Attack(BIND, BOTH, abi=4),
    "UDP send": Attack(SEND, "seccomp"),
    "inherited UDP socket": Attack("udp.sendto(b'x', ('127.0.0.1', udp_port))", "seccomp"),
    "unix socket": Attack(CONNECT.format("AF_UNIX", "folder + '/socket'"), "seccomp"),
    "abstract socket": Attack(CONNECT.format("AF_UNIX", r"'\0' + abstract"), BOTH, abi=6),
    "pass a descriptor": Attack("socket.send_fds(pair[0], [b'x'], [0])", "seccomp"),
    # the channel of a worker is read and written like a file
    "send with flags": Attack("pair[0].send(b'x', socket.MSG_NOSIGNAL)", "seccomp"),
    "look at what was sent": Attack("pair[1].recv(1, socket.MSG_PEEK)", "seccomp"),
    "clock of a neighbour": Attack(f"time.clock_gettime({CLOCK})", "seccomp"),
    "clock of the parent": Attack(
        f"time.clock_getres({CLOCK.replace('victim', 'parent')})", "seccomp"
    ),
    "sleep by another's clock": Attack(SLEEP_BY_CLOCK, "seccomp"),
    "processors of a neighbour": Attack("os.sched_getaffinity(victim)", "seccomp"),
    "fork": Attack(FORK, "seccomp"),
    "subprocess": Attack("subprocess.run(['/bin/sh', '-c', ':'])", BOTH),
    "thread": Attack(THREAD, "seccomp"),
    "exec": Attack(EXEC.format("execv(folder + '/program', ['x'])"), BOTH),
    "memfd": Attack("os.close(os.memfd_create('x'))", "seccomp"),
    # Landlock does not govern files that no path leads to
    "memfd and exec": Attack(MEMFD_EXEC + EXEC.format("execve(m, ['x'], {})"), "seccomp"),
    "signal the parent": Attack("os.kill(parent, signal.SIGCONT)", BOTH, abi=6, sure=False),
    "signal a neighbour": Attack("os.kill(victim, signal.SIGCONT)", BOTH, abi=6),
    "signal by a socket": Attack("fcntl.fcntl(pair[0], fcntl.F_SETOWN, parent)", "seccomp"),
    "odd ioctl": Attack("fcntl.ioctl(pair[0], 0x5452, struct.pack('i', 1))", "seccomp"),
    "ptrace": Attack(LIBC.format("ptrace(0x4206, victim, 0, 0)"), BOTH, sure=False),
    "process_vm_readv": Attack(READ_VICTIM, BOTH, sure=False),
    "prctl": Attack(LIBC.format("prctl(15, b'other name')"), "seccomp"),
    "personality": Attack(LIBC.format("personality(0)"), "seccomp"),
    "io_uring": Attack(IO_URING, "seccomp", sure=False),
    "raise a limit": Attack("resource.setrlimit(resource.RLIMIT_AS, (-1, -1))", "always"),
    "limit a neighbour": Attack("resource.prlimit(victim, 0, (9, 9))", "seccomp", sure=False),
    "too much memory": Attack("bytearray(1 << 30)", "always"),
    "capability": Attack("os.chroot('/')", "always"),
    "become root": Attack(BECOME_ROOT, "always"),
    "new user namespace": Attack(LIBC.format("unshare(0x10000000)"), "seccomp", sure=False),
}

# an attack that stumbles over itself would be no proof
DENIED = re.compile(
    r"PermissionError|MemoryError|OSError: \[Errno (1|13)\]|ValueError: not allowed to raise"
    r"|RuntimeError: can't start new thread|AssertionError: root stays root"
)


@cache
def interpreters() -> tuple[str, ...]:
    """This Python, and the system's own where that is another one new enough."""
    found = [sys.executable]
    other = shutil.which("python3", path="/usr/bin:/usr/local/bin")
    if other and os.path.realpath(other) != os.path.realpath(sys.executable):
        probe = [other, "-I", "-S", "-c", "import sys; print(sys.version_info >= (3, 11))"]
        if "True" in subprocess.run(probe, capture_output=True, text=True, check=False).stdout:
            found.append(other)
    return tuple(found)


@cache
def readable(python: str, packages: tuple[str, ...] = ()) -> ReadablePlan:
    return readable_paths(Path(python), packages)


def make_plan(python: str, layers: str = "landlock seccomp", **changes: Any) -> dict[str, Any]:
    found = readable(python, changes.pop("packages", ()))
    settings: dict[str, Any] = {
        "readable": found.paths,
        "imports": found.imports,
        "memory_bytes": MEMORY,
        "cpu_seconds": 20,
        "output_bytes": 64 << 10,
        "open_files": 32,
        "landlock": "landlock" in layers,
        "seccomp": syscalls.seccomp_filter(MACHINE) if "seccomp" in layers else None,
        "drop_uid": None,
    }
    plan: dict[str, Any] = json.loads(json.dumps(policy.kernel_plan(**settings | changes)))
    return plan


@pytest.fixture(scope="module")
def facts() -> Iterator[dict[str, Any]]:
    """Listeners and files that only a hole in the box could reach, open to any uid."""
    folder = Path(tempfile.mkdtemp(prefix="confine-"))
    folder.chmod(0o777)
    for name in ("canary", "own", "program"):
        (folder / name).write_text("the canary sings")
        (folder / name).chmod(0o755)
    abstract = f"confine-{os.getpid()}"
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(type=socket.SOCK_DGRAM) as udp,
        socket.socket(socket.AF_UNIX) as unix,
        socket.socket(socket.AF_UNIX) as hidden,
    ):
        udp.bind(("127.0.0.1", 0))
        unix.bind(f"{folder}/socket")
        hidden.bind(f"\0{abstract}")
        (folder / "socket").chmod(0o777)
        unix.listen()
        hidden.listen()
        yield {
            "folder": str(folder),
            "canary": str(folder / "canary"),
            "own": str(folder / "own"),
            "site": str(Path(pytest.__file__).parents[1]),
            "package": pytest.__file__,
            "tcp": tcp.getsockname()[1],
            "udp_port": udp.getsockname()[1],
            "abstract": abstract,
        }
    shutil.rmtree(folder)


def run(
    plan: dict[str, Any],
    attempts: dict[str, str] | None = None,
    *,
    python: str = sys.executable,
    facts: dict[str, Any] | None = None,
    become: int | None = None,
    outer_filter: bytes = b"",
    lose_ruleset: bool = False,
) -> dict[str, Any]:
    """One zygote, one worker, all attempts; what the worker said, and its wait status."""
    job = {
        "confine": CONFINE.read_text(encoding="utf-8"),
        "plan": plan,
        "attempts": attempts or {},
        "facts": facts or {},
        "become": become,
        "outer_filter": outer_filter.hex(),
        "lose_ruleset": lose_ruleset,
    }
    done = subprocess.run(
        [python, "-I", "-S", "-B", "-c", HARNESS],
        input=json.dumps(job), capture_output=True, text=True, timeout=60, env={}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def skip_unless_possible(python: str, user: str) -> None:
    if user == "as we are":
        return
    if not ROOT:
        pytest.skip("only root can become another user")
    possible, reason = policy.can_drop_uid(readable(python).paths)
    if not possible:
        pytest.skip(reason)


USERS = ("as we are", "uid dropped by the plan", "an ordinary user from the start")


@pytest.mark.parametrize("layers", ["", "landlock", "seccomp", "landlock seccomp"])
@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("python", interpreters())
def test_each_attack_is_denied_by_the_layers_that_should(
    python: str, user: str, layers: str, facts: dict[str, Any]
) -> None:
    skip_unless_possible(python, user)
    dropped = policy.NOBODY if user == USERS[1] else None
    become = policy.NOBODY if user == USERS[2] else None
    plan = make_plan(python, layers, drop_uid=dropped)
    if layers != "landlock seccomp":
        del plan["rlimits"]["RLIMIT_NPROC"]  # it would hide which layer denies fork
    Path(facts["folder"], "spare").touch()
    Path(facts["folder"], "new").unlink(missing_ok=True)
    if ROOT:
        uid = dropped or become or 0
        os.chown(facts["own"], uid, uid)
    attempts = {name: attack.code for name, attack in ATTACKS.items()}
    answer = run(plan, attempts, python=python, facts=facts, become=become)
    assert "error" not in answer, answer
    abi = landlock_abi(answer) if "landlock" in layers else 0
    if "landlock" in layers and not abi:
        pytest.skip(answer["missing"]["landlock"])
    for name, attack in ATTACKS.items():
        outcome = answer["outcomes"][name]
        by_landlock = "landlock" in attack.denied_by and abi >= attack.abi
        by_seccomp = "seccomp" in attack.denied_by and "seccomp" in layers
        if by_landlock or by_seccomp or attack.denied_by == "always":
            assert DENIED.match(outcome), f"{name} under {answer['applied']}: {outcome}"
        elif not layers and attack.sure:
            assert outcome == "GOT", f"{name} is no sound attempt: {outcome}"


def landlock_abi(answer: dict[str, Any]) -> int:
    names = [name for name in answer["applied"] if name.startswith("landlock")]
    return int(names[0].removeprefix("landlock")) if names else 0


def test_the_layers_are_reported_in_the_order_they_were_applied() -> None:
    answer = run(make_plan(sys.executable))
    kinds = [name.rstrip("0123456789") for name in answer["applied"]]
    assert kinds in (["rlimits", "caps", "landlock", "seccomp"], ["rlimits", "caps", "seccomp"])
    assert answer["missing"]["uid"] == "left out of the plan"


CALLBACK = "f = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(abs); result = f(-3)"
SQL = "import sqlite3; result = sqlite3.connect(':memory:').execute('select 7').fetchone()[0]"
NUMBERS = "import decimal, fractions; result = str(decimal.Decimal(1) / int(fractions.Fraction(4)))"
GRAPH = "import graphlib; result = [*graphlib.TopologicalSorter({1: [2]}).static_order()]"
CLOCKS = """
read = lambda number: time.clock_gettime(number) >= 0 and time.clock_getres(number) > 0
result = [number for number in (0, 1, 2, 3, 4, 5, 6, 7, 11) if read(number)]
"""
LEGITIMATE: dict[str, tuple[str, object]] = {
    "recursion": ("f = lambda n: n and 1 + f(n - 1); result = f(900)", 900),
    "memory below the limit": ("result = len(bytearray(200 << 20))", 200 << 20),
    "time": ("time.sleep(0.001); result = time.time() > 0 < time.monotonic()", True),
    "own clocks": (CLOCKS, [0, 1, 2, 3, 4, 5, 6, 7, 11]),
    "own processors": ("result = len(os.sched_getaffinity(0)) > 0", True),
    "os.urandom": ("result = len(os.urandom(16) + open('/dev/urandom', 'rb').read(4))", 20),
    "ctypes callback": (CALLBACK, 3),
    "shared library": (SQL, 7),
    "dataclass": ("import dataclasses; result = dataclasses.make_dataclass('P', ['x'])(2).x", 2),
    "decimal and fraction": (NUMBERS, "0.25"),
    "graph": (GRAPH, [2, 1]),
    "write": ("result = os.write(2, b'seen')", 4),
    "lock": ("k = threading.Lock(); k.acquire(); result = k.acquire(timeout=0.01)", False),
    "own signals": ("result = signal.signal(signal.SIGUSR1, signal.SIG_IGN) is None", False),
}


@pytest.mark.parametrize("python", interpreters())
def test_legitimate_code_works_under_all_layers(python: str) -> None:
    attempts = {name: code for name, (code, _) in LEGITIMATE.items()}
    answer = run(make_plan(python, demanded=["seccomp"]), attempts, python=python)
    assert answer["outcomes"] == {name: result for name, (_, result) in LEGITIMATE.items()}


# not in the box, or windows and games that must not open here
LEFT_OUT = {
    "_tkinter",
    "antigravity",
    "ensurepip",
    "idlelib",
    "this",
    "tkinter",
    "turtle",
    "turtledemo",
}


@pytest.mark.parametrize("python", interpreters())
def test_every_standard_module_that_imports_outside_imports_inside(python: str) -> None:
    attempt = (
        "import importlib, sys\nresult = {}\n"
        f"for name in sorted(sys.stdlib_module_names - {LEFT_OUT}):\n"
        "    try: importlib.import_module(name)\n"
        "    except BaseException as error: result[name] = repr(error)\n"
    )
    outside = [python, "-I", "-S", "-B", "-c", attempt + "import json; print(json.dumps(result))"]
    expected = subprocess.run(
        outside, capture_output=True, text=True, check=True, timeout=60
    ).stdout
    inside = run(make_plan(python), {"imports": attempt}, python=python)["outcomes"]["imports"]
    assert set(inside) == set(json.loads(expected)), inside


def test_a_named_package_is_importable_and_its_neighbours_are_not(facts: dict[str, Any]) -> None:
    attempts = {
        "named": "import iniconfig; result = iniconfig.IniConfig.__name__",
        "unnamed": "import pluggy",
        "unnamed file": "open(site + '/pluggy/__init__.py').read()",
        "excluded": "import idlelib",
    }
    plan = make_plan(sys.executable, packages=("iniconfig",))
    outcomes = run(plan, attempts, facts=facts)["outcomes"]
    assert outcomes["named"] == "IniConfig"
    assert outcomes["unnamed"] == "ModuleNotFoundError: No module named 'pluggy'"
    assert outcomes["excluded"].startswith("ModuleNotFoundError")
    assert outcomes["unnamed file"].startswith("PermissionError")


def test_a_worker_keeps_its_death_signal_and_closes_the_ruleset() -> None:
    attempts = {
        "death signal": "s = ctypes.c_int(); libc.prctl(2, ctypes.byref(s)); result = s.value",
        "dumpable": "result = libc.prctl(3, 0, 0, 0, 0)",
        "ruleset": "result = prepared.ruleset",
        "capabilities": "result = open('/proc/self/status').read().split('CapBnd:')[1].split()[0]",
        "ids": "result = [os.getresuid(), os.getresgid(), os.getgroups()]",
    }
    python = interpreters()[-1]
    can = ROOT and policy.can_drop_uid(readable(python).paths)[0]
    uid = policy.NOBODY if can else None
    outcomes = run(make_plan(python, "", drop_uid=uid), attempts, python=python)["outcomes"]
    assert outcomes["death signal"] == signal.SIGKILL
    assert outcomes["dumpable"] == 0
    assert outcomes["ruleset"] == -1
    if can:
        assert outcomes["capabilities"] == "0" * 16
        assert outcomes["ids"] == [[uid] * 3, [uid] * 3, []]


def deny(number: int, failure: int, first_argument: int | None = None) -> bytes:
    """A filter that fails one call and allows the rest, as a container's profile might."""
    checks = [(0x20, 0, 0, 0), (0x15, 0, 3 if first_argument is not None else 1, number)]
    if first_argument is not None:
        checks += [(0x20, 0, 0, 16), (0x15, 0, 1, first_argument)]
    program = [*checks, (0x06, 0, 0, 0x00050000 | failure), (0x06, 0, 0, 0x7FFF0000)]
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in program)


PRCTL = {"x86_64": 157, "aarch64": 167}.get(MACHINE, -1)
ABSENCES = [
    ("landlock", deny(444, errno.ENOSYS), "no Landlock"),
    ("landlock", deny(444, errno.EOPNOTSUPP), "switched off at boot"),
    ("landlock", deny(444, errno.EPERM), "outer filter"),
    ("seccomp", deny(PRCTL, errno.EPERM, 22), "outer filter"),
    ("seccomp", deny(PRCTL, errno.EINVAL, 22), "no seccomp filters"),
]


@pytest.mark.parametrize(("layer", "outer", "reason"), ABSENCES)
def test_a_layer_that_is_not_offered_is_missing_with_its_reason(
    layer: str, outer: bytes, reason: str
) -> None:
    answer = run(make_plan(sys.executable), outer_filter=outer)
    assert reason in answer["missing"][layer]
    assert not any(name.startswith(layer) for name in answer["applied"])
    demanded = run(make_plan(sys.executable, demanded=[layer]), outer_filter=outer)
    assert demanded["error"].startswith("ConfinementError: demanded, but missing here: " + layer)


def test_a_layer_that_is_offered_and_fails_ends_the_worker() -> None:
    refused = run(make_plan(sys.executable), outer_filter=deny(446, errno.EPERM))
    if "landlock" not in refused.get("missing", {}):
        assert refused["error"].startswith("PermissionError: [Errno 1] landlock_restrict_self")
    plan = make_plan(sys.executable, "") | {"seccomp": "AAAAAAAAAAA="}
    assert run(plan)["error"].startswith("OSError: [Errno 22] prctl 22")
    capset = {"x86_64": 126, "aarch64": 91}[MACHINE]
    refused = run(make_plan(sys.executable), outer_filter=deny(capset, errno.EPERM))
    assert refused["error"].startswith("PermissionError: [Errno 1] capset")


def test_a_ruleset_lost_with_the_inherited_descriptors_ends_the_worker() -> None:
    offered = run(make_plan(sys.executable))
    if not landlock_abi(offered):
        pytest.skip(offered["missing"]["landlock"])
    lost = run(make_plan(sys.executable), lose_ruleset=True)
    assert lost["error"] == "OSError: [Errno 9] landlock_restrict_self: Bad file descriptor"


def test_output_stops_at_its_limit() -> None:
    attempt = (
        "fd = os.open(folder, os.O_TMPFILE | os.O_RDWR)\n"
        "os.write(fd, bytes(1 << 16))\n"
        "os.write(fd, b'one byte more')\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        answer = run(make_plan(sys.executable, ""), {"x": attempt}, facts={"folder": folder})
    assert answer["outcomes"]["x"].startswith("OSError: [Errno 27]")


def test_the_cpu_limit_ends_a_worker() -> None:
    plan = make_plan(sys.executable, cpu_seconds=1)
    status = run(plan, {"spin": "while True: pass"})["status"]
    assert os.WTERMSIG(status) == signal.SIGXCPU


@pytest.mark.skipif(MACHINE != "x86_64", reason="x86 has calls of three kinds, other machines one")
@pytest.mark.parametrize("kind", ["x32", "32-bit"])
def test_calls_of_another_kind_kill_the_worker(kind: str) -> None:
    getpid_by_int80 = "b8 14 00 00 00 cd 80 c3"
    code = {
        "x32": "libc.syscall(__import__('ctypes').c_long(0x40000000 | 39))",
        "32-bit": "import ctypes, mmap\n"
        "page = mmap.mmap(-1, 4096, prot=7)\n"
        f"page.write(bytes.fromhex('{getpid_by_int80}'))\n"
        "ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()",
    }
    status = run(make_plan(sys.executable), {"call": code[kind]})["status"]
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) in (signal.SIGSYS, signal.SIGSEGV)

"""The system call filter, run for both architectures in a small interpreter of BPF."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import re
import struct
from pathlib import Path

import pytest

from grader.box import syscalls
from grader.model.errors import Fault

MACHINE = platform.machine()


def interpret(program: bytes, arch: int, number: int, arguments: tuple[int, ...] = ()) -> int:
    """Run a classic BPF program over one struct seccomp_data, as the kernel would."""
    data = struct.pack("<IIQ6Q", number, arch, 0, *(*arguments, 0, 0, 0, 0, 0, 0)[:6])
    code = [struct.unpack_from("<HBBI", program, at) for at in range(0, len(program), 8)]
    at = accumulator = 0
    while True:
        operation, if_true, if_false, value = map(int, code[at])
        at += 1
        if operation == 0x20:
            accumulator = struct.unpack_from("<I", data, value)[0]
        elif operation == 0x06:
            return value
        else:
            truths = {
                0x15: accumulator == value,
                0x35: accumulator >= value,
                0x45: bool(accumulator & value),
            }
            at += if_true if truths[operation] else if_false


ALLOW, KILL = 0x7FFF0000, 0x80000000
EPERM = 0x00050000 | errno.EPERM
ARCHES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


@pytest.mark.parametrize("arch", ARCHES)
def test_the_filter_allows_exactly_its_list(arch: str) -> None:
    program, allowed = syscalls.seccomp_filter(arch), syscalls.syscall_numbers(arch)
    benign = {"fcntl": (0, 1), "ioctl": (0, 0x5401)}
    by_number = {number: name for name, number in allowed.items()}
    for number in range(1024):
        name = by_number.get(number, "")
        verdict = interpret(program, ARCHES[arch], number, benign.get(name, ()))
        expected = ALLOW if name else EPERM
        assert verdict == (0x00050000 | errno.ENOSYS if number == 435 else expected), (number, name)
    for other in {*ARCHES.values(), 0x40000003, 0x40000028, 0} - {ARCHES[arch]}:
        assert interpret(program, other, allowed["read"]) == KILL
    if arch == "x86_64":
        assert interpret(program, ARCHES[arch], 0x40000000 | allowed["read"]) == KILL


CLOCK_CALLS = ("clock_gettime", "clock_getres", "clock_nanosleep")
FOREIGN_CLOCKS = tuple(
    clock & mask
    for clock in ((~1 << 3) | 2, (~4321 << 3) | 2, (~4321 << 3) | 6, (~3 << 3) | 3, 16)
    for mask in ((1 << 32) - 1, (1 << 64) - 1)
)
CONDITIONS = [
    ("openat", (0, 0, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY), True),
    ("openat", (0, 0, os.O_WRONLY), False),
    ("openat", (0, 0, os.O_RDWR), False),
    ("openat", (0, 0, os.O_CREAT), False),
    ("openat", (0, 0, os.O_TRUNC), False),
    ("fcntl", (3, 1030), True),
    ("fcntl", (3, 8), False),  # F_SETOWN
    ("fcntl", (3, (1 << 32) | 8), False),
    ("fcntl", (3, 1024), False),  # F_SETLEASE
    ("ioctl", (3, 0x5412), False),  # TIOCSTI
    ("ioctl", (3, 0x8902), False),  # SIOCSPGRP
    *((name, (clock,), True) for name in CLOCK_CALLS for clock in (0, 3, 11)),
    # of a process, of a thread, of a descriptor; to the kernel a clock is 32 bits wide
    *((name, (clock,), False) for name in CLOCK_CALLS for clock in FOREIGN_CLOCKS),
    ("sched_getaffinity", (0,), True),
    ("sched_getaffinity", (1,), False),
    ("prlimit64", (0, 7, 0), True),
    ("prlimit64", (1 << 32, 7, 0), True),  # a pid is 32 bits wide: the rest is noise
    ("prlimit64", (1, 7, 0), False),
    ("prlimit64", (0, 7, 1 << 32), False),
]


@pytest.mark.parametrize("arch", ARCHES)
@pytest.mark.parametrize(("name", "arguments", "allowed"), CONDITIONS)
def test_the_filter_looks_at_arguments(
    arch: str, name: str, arguments: tuple[int, ...], allowed: bool
) -> None:
    number = syscalls.syscall_numbers(arch)[name]
    verdict = interpret(syscalls.seccomp_filter(arch), ARCHES[arch], number, arguments)
    assert verdict == (ALLOW if allowed else EPERM)


DANGEROUS = """
    accept accept4 add_key bind bpf capset chmod chown chroot clone clone3 connect
    copy_file_range creat dup execve execveat fanotify_init fchmod fork ftruncate init_module
    inotify_init1 io_uring_enter io_uring_setup kcmp keyctl kexec_load kill landlock_add_rule
    link linkat listen memfd_create mkdir mount move_mount name_to_handle_at open_by_handle_at
    open_tree openat2 perf_event_open personality pidfd_getfd pidfd_open pidfd_send_signal
    pivot_root prctl process_vm_readv process_vm_writev ptrace recvfrom recvmsg rename request_key
    rt_sigqueueinfo rt_tgsigqueueinfo seccomp sendmmsg sendmsg sendto setgid setgroups setns
    setpriority setresuid setrlimit setsid setuid shmget socket socketpair symlink tgkill
    timer_create tkill truncate umount2 unlink unlinkat unshare userfaultfd vfork waitid
"""


def test_no_dangerous_call_is_on_the_list() -> None:
    for arch in ARCHES:
        assert not set(DANGEROUS.split()) & set(syscalls.syscall_numbers(arch))


def test_another_architecture_is_refused_by_name() -> None:
    with pytest.raises(Fault, match="riscv64"):
        syscalls.seccomp_filter("riscv64")


def test_the_numbers_are_those_of_the_kernel_headers() -> None:
    sources = {
        "x86_64": (
            f"/usr/include/{MACHINE}-linux-gnu/asm/unistd_64.h",
            "/usr/include/asm/unistd_64.h",
        ),
        "aarch64": ("/usr/include/asm-generic/unistd.h",),
    }
    checked = 0
    for arch, places in sources.items():
        for place in filter(os.path.exists, places):
            text = Path(place).read_text(encoding="utf-8")
            pairs = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", text)
            known = {name: int(number) for name, number in pairs}
            known |= {name: known[source] for name, source in
                      (("newfstatat", "fstatat"), ) if source in known}  # fmt: skip
            for name, number in syscalls.syscall_numbers(arch).items():
                assert known[name] == number, (arch, name)
            checked += 1
    if not checked:
        pytest.skip("no kernel headers are installed")


def test_the_numbers_are_those_of_libseccomp() -> None:
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        pytest.skip("libseccomp is not installed")
    library.seccomp_syscall_resolve_name_arch.argtypes = (ctypes.c_uint32, ctypes.c_char_p)
    for arch, token in ARCHES.items():
        for name, number in syscalls.syscall_numbers(arch).items():
            assert library.seccomp_syscall_resolve_name_arch(token, name.encode()) == number

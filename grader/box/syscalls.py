"""The seccomp filter: which system calls exist in the box, as a BPF program.

Theory of operation. The filter is an allow-list: any other call fails with EPERM. No process,
thread, exec, socket, signal, limit, namespace or privilege call is on it, files open for reading
only, and no call asks after another process: the channel is read and written like a file. clone3
answers ENOSYS, on which C libraries fall back to clone, which is denied. Another architecture's or
x32 calls kill the process, as their numbers mean other calls.

Why an own assembler and not libseccomp: pyseccomp needs the libseccomp2 system library, which is
absent from some small images, and `pip install` cannot bring it; isolation has to work without
it. The filter is a flat list of comparisons, so the assembler is a few dozen lines; the tests
hold its numbers against the kernel's headers and libseccomp where the machine has them, and run
it for both architectures in a small interpreter of BPF.

The numbers are those of arch/x86/entry/syscalls/syscall_64.tbl and
include/uapi/asm-generic/unistd.h (arm64) in Linux.
"""

from __future__ import annotations

import errno
import os
import platform
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from grader.box.reasons import no_filter_for
from grader.model.errors import Fault

# name:x86-64:arm64, "-" where the architecture has no such call
_ALLOWED = """
read:0:63 readv:19:65 pread64:17:67 write:1:64 writev:20:66 lseek:8:62 close:3:57
fstat:5:80 stat:4:- lstat:6:- newfstatat:262:79 statx:332:291 getdents64:217:61 getcwd:79:17
access:21:- faccessat:269:48 faccessat2:439:439 readlink:89:- readlinkat:267:78
open:2:- openat:257:56 fcntl:72:25 ioctl:16:29
poll:7:- ppoll:271:73 select:23:- pselect6:270:72
mmap:9:222 munmap:11:215 mremap:25:216 mprotect:10:226 madvise:28:233 brk:12:214 futex:202:98
clock_gettime:228:113 clock_getres:229:114 clock_nanosleep:230:115 nanosleep:35:101
gettimeofday:96:169 time:201:- times:100:153 getrusage:98:165 sysinfo:99:179 uname:63:160
getrandom:318:278 getcpu:309:168 sched_yield:24:124 sched_getaffinity:204:123
getpid:39:172 getppid:110:173 gettid:186:178 getuid:102:174 geteuid:107:175 getgid:104:176
getegid:108:177 getrlimit:97:163 prlimit64:302:261
rt_sigaction:13:134 rt_sigprocmask:14:135 rt_sigreturn:15:139 sigaltstack:131:132
restart_syscall:219:128 exit:60:93 exit_group:231:94
"""
_CLONE3 = 435
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32_BIT = 0x40000000

_INT, _POINTER = (1 << 32) - 1, (1 << 64) - 1
_OPEN_FOR_WRITING = os.O_ACCMODE | os.O_CREAT | os.O_TRUNC
_F_DUPFD, _F_GETFD, _F_SETFD, _F_GETFL, _F_SETFL, _F_DUPFD_CLOEXEC = 0, 1, 2, 3, 4, 1030
_TCGETS, _FIONBIO, _FIONCLEX, _FIOCLEX = 0x5401, 0x5421, 0x5450, 0x5451


@dataclass(frozen=True)
class _Zero:
    """All bits of the mask must be clear in the argument."""

    argument: int
    mask: int


@dataclass(frozen=True)
class _Among:
    """The argument, an int to the kernel, must be one of these."""

    argument: int
    values: tuple[int, ...]


# a negative clock is that of the process whose number, or of the file whose descriptor, is in it
_OWN_CLOCK = _Zero(0, _INT & ~15)
_CONDITIONS: dict[str, tuple[_Zero | _Among, ...]] = {
    "open": (_Zero(1, _OPEN_FOR_WRITING),),
    "openat": (_Zero(2, _OPEN_FOR_WRITING),),
    # no F_SETOWN or F_SETSIG: they make the kernel send signals to others
    "fcntl": (_Among(1, (_F_GETFD, _F_SETFD, _F_GETFL, _F_SETFL, _F_DUPFD, _F_DUPFD_CLOEXEC)),),
    "ioctl": (_Among(1, (_TCGETS, _FIONBIO, _FIOCLEX, _FIONCLEX)),),
    "prlimit64": (_Zero(0, _INT), _Zero(2, _POINTER)),  # own limits, reading only
    "sched_getaffinity": (_Zero(0, _INT),),
    "clock_gettime": (_OWN_CLOCK,),
    "clock_getres": (_OWN_CLOCK,),
    "clock_nanosleep": (_OWN_CLOCK,),
}

_Instruction = tuple[int, int, int, int]
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER_AT, _ARCH_AT, _ARGUMENTS_AT = 0, 4, 16  # struct seccomp_data


def seccomp_filter(arch: str = platform.machine()) -> bytes:
    """The BPF program for `x86_64` or `aarch64`; raises Fault for another architecture."""
    if arch not in _AUDIT_ARCH:
        raise Fault(no_filter_for(arch))
    program = [_load(_ARCH_AT), _jump_equal(_AUDIT_ARCH[arch], 1, 0), _return(_KILL)]
    program += [_load(_NUMBER_AT)]
    if arch == "x86_64":
        program += [(0x35, 0, 1, _X32_BIT), _return(_KILL)]  # jump if greater or equal
    for name, number in syscall_numbers(arch).items():
        program += _block(number, _CONDITIONS.get(name, ()))
    program += [_jump_equal(_CLONE3, 0, 1), _return(_ERRNO | errno.ENOSYS)]
    program += [_return(_ERRNO | errno.EPERM)]
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in program)


def syscall_numbers(arch: str) -> dict[str, int]:
    """The allowed system calls of an architecture, by name."""
    column = 1 + list(_AUDIT_ARCH).index(arch)
    rows = (entry.split(":") for entry in _ALLOWED.split())
    return {row[0]: int(row[column]) for row in rows if row[column] != "-"}


def _block(number: int, conditions: Iterable[_Zero | _Among]) -> list[_Instruction]:
    """Decide one call for good: every path ends in a return, so no block sees another's state."""
    body: list[_Instruction] = []
    for condition in conditions:
        low = _ARGUMENTS_AT + 8 * condition.argument
        if isinstance(condition, _Among):
            count = len(condition.values)
            body.append(_load(low))
            body += [_jump_equal(value, count - i, 0) for i, value in enumerate(condition.values)]
            body.append(_return(_ERRNO | errno.EPERM))
            continue
        for offset, mask in ((low, condition.mask & _INT), (low + 4, condition.mask >> 32)):
            if mask:
                any_bit_set = (0x45, 0, 1, mask)
                body += [_load(offset), any_bit_set, _return(_ERRNO | errno.EPERM)]
    body.append(_return(_ALLOW))
    return [_jump_equal(number, 0, len(body)), *body]


def _load(offset: int) -> _Instruction:
    return (0x20, 0, 0, offset)


def _jump_equal(value: int, if_true: int, if_false: int) -> _Instruction:
    return (0x15, if_true, if_false, value)


def _return(action: int) -> _Instruction:
    return (0x06, 0, 0, action)

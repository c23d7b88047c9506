"""What a box must deny, tried from inside. Runs in a throwaway worker; standard library only.

Theory of operation. The zygote makes a worker of its own, and `proof` loads two lines into it,
like a submission, which call `run` here. Each attempt either goes through ("done"), is
denied in one of the ways in which a kernel denies ("denied" and the error's name), or stumbles
over something else ("unclear"), which proves nothing and counts as not denied. Nothing is harmed
where nothing denies: reads read one byte, the file created is in the canary's own folder, the
signal is number 0, the child ends at once. `exec` comes last, since it would end this program:
then there are no results, and that too counts as not denied.
"""

import ctypes
import errno
import json
import mmap
import os
import socket

DENIALS = {
    *(errno.EPERM, errno.EACCES, errno.EROFS, errno.ENOSYS),
    *(errno.ENOENT, errno.ESRCH, errno.ENOTDIR),  # not there at all
    *(errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ECONNREFUSED, errno.EADDRNOTAVAIL),
    *(errno.EAFNOSUPPORT, errno.ENOMEM, errno.ENOSPC, errno.EUSERS, errno.EAGAIN),
}
CLONE_NEWUSER = 0x10000000


def read(path):
    with open(path, "rb") as file:
        file.read(1)


def connect(facts):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        sock.settimeout(0.5)
        sock.connect(("127.0.0.1", facts["port"]))


def write(facts):
    os.close(os.open(facts["folder"] + "/written", os.O_WRONLY | os.O_CREAT))


def fork(facts):
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def new_user_namespace(facts):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(ctypes.c_int(CLONE_NEWUSER)) != 0:
        raise OSError(ctypes.get_errno(), "unshare")


def fill_memory(facts):
    mmap.mmap(-1, facts["bytes"]).close()


ATTEMPTS = {
    "read the battery": lambda facts: read(facts["battery"]),
    "read the reference": lambda facts: read(facts["reference"]),
    "read a secret": lambda facts: read(facts["secret"]),
    "become root": lambda facts: os.setresuid(0, 0, 0),
    "list the root": lambda facts: os.listdir("/"),
    "connect": connect,
    "write": write,
    "signal the parent": lambda facts: os.kill(os.getppid() or facts["grader"], 0),
    "signal the grader": lambda facts: os.kill(facts["grader"], 0),
    "memory": fill_memory,
    "open a user namespace": new_user_namespace,
    "fork": fork,
    "exec": lambda facts: os.execv(facts["python"], [facts["python"], "-I", "-S", "-c", ""]),
}


def attempt(name, facts):
    try:
        ATTEMPTS[name](facts)
    except MemoryError:
        return "denied ENOMEM"
    except OSError as error:
        word = "denied" if error.errno in DENIALS else "unclear"
        return f"{word} {errno.errorcode.get(error.errno, error)}"
    except Exception as error:
        return f"unclear {type(error).__name__}"
    return "done"


def run(facts, names):
    """JSON of attempt -> outcome, in the order of ATTEMPTS."""
    return json.dumps({name: attempt(name, facts) for name in ATTEMPTS if name in names})

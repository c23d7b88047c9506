"""The zygote: waits, warm, and forks one worker per submission. Standard library only.

Theory of operation
-------------------
The grader execs `python` with an empty environment and `BOOT`, a few lines on its command line,
which read these modules from the control socket and run `main` here. The zygote never sees a
submission, the battery or the reference, and is told nothing that a worker may not know, for each
inherits its memory. First it proves the box: throwaway workers try what must be denied
(`canary.py`), questioned by another process (`proof.py`); while the gate is not met, no worker is
forked for anybody, so nothing of a learner's ever runs in a box that does not hold.

On the control socket (SOCK_SEQPACKET, one JSON object a packet) the grader sends `{"spawn": n}`
with two descriptors: the worker's channel and its output file. The answers are

    {"trials": {...}}                    what came of them, from `proof`
    {"ready": version, "open": bool}     once, after the trials
    {"spawned": n} with the worker's pidfd, or {"failed": n, "reason": text}
    {"exited": n, "status": wait status}

The grader kills through the pidfd; the zygote only reaps. When the control socket closes, or the
grader dies, the zygote ends, and the kernel kills its workers with it: each asks for a signal at
its parent's death, and in a bubblewrap box the zygote is the first process of a pid namespace.

With `namespaces` in the settings each worker is made by a raw `clone` with these flags, which
the C library's fork cannot do; the interpreter's own hooks for fork are called around it. Such
a worker is the first process of its own pid namespace: whatever it leaves behind dies with it.
"""

import ctypes
import fcntl
import gc
import json
import os
import select
import signal
import socket
import sys

WARM = (
    "math random typing functools itertools collections dataclasses abc enum copy heapq "
    "weakref operator numbers fractions contextlib ctypes"
).split()
CLONE = {"x86_64": 56, "aarch64": 220}
CLONE_NEWPID = 0x20000000
SHUT = 1


class Zygote:
    """The control loop: spawn requests in, pidfds and wait statuses out."""

    def __init__(self, control, settings, made):
        self.control = control
        self.settings = settings
        self.made = made
        self.worker = made["worker"]
        self.confine = made["confine"]
        self.prepared = self.confine.prepare(settings["plan"])
        self.pid = os.getpid()
        self.children = {}
        self.poll = select.poll()
        self.poll.register(control, select.POLLIN)

    def loop(self):
        while True:
            for descriptor, _ in self.poll.poll():
                if descriptor == self.control.fileno():
                    if not self.spawn():
                        return
                else:
                    self.reap(descriptor)

    def spawn(self):
        packet, descriptors, _, _ = socket.recv_fds(self.control, 65536, 2)
        if not packet:
            return False
        number = json.loads(packet)["spawn"]
        try:
            pid = self.fork(*descriptors)
        except OSError as error:
            self.say({"failed": number, "reason": f"a worker could not be forked: {error}"})
            return True
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        pidfd = os.pidfd_open(pid)
        self.children[pidfd] = (number, pid)
        self.poll.register(pidfd, select.POLLIN)
        self.say({"spawned": number}, [pidfd])
        return True

    def say(self, message, descriptors=()):
        socket.send_fds(self.control, [json.dumps(message).encode()], descriptors)

    def reap(self, pidfd):
        number, pid = self.children.pop(pidfd)
        self.poll.unregister(pidfd)
        os.close(pidfd)
        _, status = os.waitpid(pid, 0)
        self.say({"exited": number, "status": status})

    # --- making a worker ---------------------------------------------------------------------

    def fork(self, channel, output, change=None):
        """The pid of a new worker; of a trial where there is a change to the plan, if only {}."""
        flags = self.settings["namespaces"]
        pid = clone(flags) if flags else os.fork()
        if pid == 0:
            self.become_worker(channel, output, change)
        return pid

    def become_worker(self, channel, output, change):
        status = 70
        try:
            self.confine.die_with(None if self.settings["namespaces"] else self.pid)
            if self.settings["namespaces"] & CLONE_NEWPID and os.getpid() != 1:
                raise RuntimeError("the worker has no pid namespace of its own")
            os.setsid()
            for descriptor in list(self.children):
                os.close(descriptor)
            self.control.close()
            settings, prepared = self.settings, self.prepared
            if change is not None:
                sys.modules["canary"] = self.made["canary"]
                settings = {**settings, "plan": {**settings["plan"], **change}}
                if settings["plan"]["landlock"] is None:
                    prepared = self.confine.Prepared(-1, 0, {})
            keep_only(channel, output, prepared, self.confine)
            channel = self.worker.Channel(3)
            self.worker.serve(channel, 1, settings, self.made, self.confine, prepared)
            status = 0
        except BaseException as error:
            # one that could not apply its layers never carries on
            report(f"worker could not start: {error!r}")
        finally:
            os._exit(status)

    # --- proving the box ---------------------------------------------------------------------

    def prove(self, trials):
        """What `proof` ended with, which questions the trials, workers of ours: 0 if all held."""
        started = {name: self.start_trial(change) for name, change in trials.items()}
        judge = os.fork()
        if judge == 0:
            self.become_judge({name: ends for name, (_, ends) in started.items()})
        _, status = os.waitpid(judge, 0)
        for pid, (ours, output) in started.values():
            ours.close()
            os.close(output)
            end(pid)
            os.waitpid(pid, 0)
        return os.waitstatus_to_exitcode(status)

    def start_trial(self, change):
        """The pid of a trial, our end of its channel and its output."""
        ours, theirs = socket.socketpair()
        output = os.memfd_create("trial", os.MFD_CLOEXEC)
        pid = self.fork(theirs.fileno(), output, change)
        theirs.close()
        return pid, (ours, output)

    def become_judge(self, started):
        status = 70
        try:
            self.confine.die_with(self.pid)
            held = self.made["proof"].prove(self.control, started, self.worker)
            status = 0 if held else SHUT
        except BaseException as error:
            report(f"the proof failed: {error!r}")
        finally:
            os._exit(status)


def clone(flags):
    """As os.fork, in new namespaces: 0 in the child, its pid here. OSError."""
    # PyDLL holds the interpreter's lock across the call, as os.fork does
    libc = ctypes.PyDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    wanted = ctypes.c_ulong(flags | signal.SIGCHLD)
    call = [ctypes.c_long(CLONE[os.uname().machine]), wanted, *(ctypes.c_long(0),) * 4]
    ctypes.pythonapi.PyOS_BeforeFork()
    pid = libc.syscall(*call)
    if pid == 0:
        ctypes.pythonapi.PyOS_AfterFork_Child()
        return 0
    number = ctypes.get_errno()
    ctypes.pythonapi.PyOS_AfterFork_Parent()
    if pid < 0:
        raise OSError(number, os.strerror(number))
    return pid


def keep_only(channel, output, prepared, confine):
    """Leaves 0 (nothing to read), 1 and 2 (the output file), 3 (the channel) and, until it is
    applied, 4 (the Landlock ruleset); closes the rest."""
    silence = os.open(os.devnull, os.O_RDONLY)
    wanted = {0: silence, 1: output, 2: output, 3: channel}
    if prepared.ruleset >= 0:
        wanted[4] = prepared.ruleset
    high = {number: fcntl.fcntl(fd, fcntl.F_DUPFD, 64) for number, fd in wanted.items()}
    for number, descriptor in high.items():
        os.dup2(descriptor, number, inheritable=False)
    if prepared.ruleset >= 0:
        prepared.ruleset = 4
    confine.close_from(len(wanted))


def end(pid):
    """Kills a worker. One of another uid may be out of our reach; it ends with its channel."""
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError:
        pass


def report(words):
    """Last words, on the standard error."""
    try:
        os.write(2, f"{words}\n".encode()[:2000])
    except OSError:
        pass


def warm(settings):
    """Imports what submissions commonly do, and the packages the exercise names, once for all."""
    os.environ.clear()
    os.environ.update(settings["environment"])
    for name in (*WARM, *settings["warm"]):
        __import__(name)


def main(control, settings, made):
    """Runs until the control socket closes; ends every worker on the way out."""
    made["confine"].die_with(None)
    zygote = Zygote(control, settings, made)
    warm(settings)
    proved = zygote.prove(settings["trials"]) if settings["trials"] else 0
    if proved in (0, SHUT):  # else it failed itself, and has said why
        zygote.say({"ready": sys.version, "open": proved == 0})
    if proved != 0:
        return
    # what exists now is never collected: workers then share its pages with the zygote
    gc.collect()
    gc.freeze()
    try:
        zygote.loop()
    finally:
        for _, pid in zygote.children.values():
            end(pid)

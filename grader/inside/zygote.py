"""The zygote: an interpreter that waits, warm, and forks one worker per submission. Standard library only.

Theory of operation. The grader execs `python` with an empty environment and `BOOT`, a few lines
on its command line, which read the texts of these modules from the control socket and run
`main` here. The zygote never sees a submission, the battery or the reference. On the control
socket (SOCK_SEQPACKET, one JSON object a packet) the grader sends `{"spawn": n}` with two
descriptors: the worker's channel and its output file; the zygote forks, answers
`{"spawned": n}` with the pidfd of the worker, and later `{"exited": n, "status": wait status}`.
The grader kills through the pidfd; the zygote only reaps. When the control socket closes, or the
grader dies, the kernel kills the zygote, and it takes its workers along.
"""

import fcntl
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


class Zygote:
    """The control loop: spawn requests in, pidfds and wait statuses out."""

    def __init__(self, control, settings, worker, evaluate, confine):
        self.control = control
        self.settings = settings
        self.worker = worker
        self.evaluate = evaluate
        self.confine = confine
        self.prepared = confine.prepare(settings["plan"])
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
        pid = os.fork()
        if pid == 0:
            self.become_worker(*descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        pidfd = os.pidfd_open(pid)
        self.children[pidfd] = (number, pid)
        self.poll.register(pidfd, select.POLLIN)
        socket.send_fds(self.control, [json.dumps({"spawned": number}).encode()], [pidfd])
        return True

    def reap(self, pidfd):
        number, pid = self.children.pop(pidfd)
        self.poll.unregister(pidfd)
        os.close(pidfd)
        _, status = os.waitpid(pid, 0)
        self.control.send(json.dumps({"exited": number, "status": status}).encode())

    def become_worker(self, channel, output):
        status = 70
        try:
            os.setsid()
            for descriptor in list(self.children):
                os.close(descriptor)
            self.control.close()
            keep_only(channel, output, self.prepared)
            self.worker.serve(3, 1, self.settings, self.evaluate, self.confine, self.prepared)
            status = 0
        except BaseException as error:
            report_boot_failure(error)
        finally:
            os._exit(status)


def keep_only(channel, output, prepared):
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
    os.closerange(len(wanted), 1 << 16)


def report_boot_failure(error):
    """A worker that could not apply its layers says why on its output and ends: never carries on."""
    try:
        os.write(2, f"worker could not start: {error!r}\n".encode()[:2000])
    except OSError:
        pass


def main(control, settings, worker, evaluate, confine):
    """Runs until the control socket closes; ends every worker on the way out."""
    os.environ.clear()
    for name in WARM:
        __import__(name)
    zygote = Zygote(control, settings, worker, evaluate, confine)
    control.send(json.dumps({"ready": sys.version}).encode())
    try:
        zygote.loop()
    finally:
        for _, pid in zygote.children.values():
            os.kill(pid, signal.SIGKILL)

"""A worker without a zygote and without kernel layers. Standard library only.

Theory of operation. The box execs this process with an empty environment, its standard output and
error already going to the output file, and nothing on its standard input but where to connect and
what to say there (`grader.box.loopback`). The texts of this file, of the worker and of the
evaluator are the first thing that comes over the connection; the resource limits that the system
has are taken on before the first frame is answered, and what it does not have is said in it. A
thread tells how much processor time the process has used, over a connection of its own: it is not
known to `threading`, and holds what it needs by itself, whatever the learner's code does to `time`.
"""

import _thread
import struct
import sys
from time import process_time, sleep

if sys.platform != "win32":
    import resource


def confine(plan, prepared=None):
    """Lowers what this system lets us lower: (layers applied, missing layer -> reason)."""
    missing = dict(plan["absent"])
    if sys.platform == "win32":
        return [], missing
    for name, wanted in plan["rlimits"].items():
        which = getattr(resource, name, None)
        if which is None:
            continue
        ceiling = resource.getrlimit(which)[1]
        if ceiling != resource.RLIM_INFINITY:
            wanted = [min(value, ceiling) for value in wanted]
        try:
            resource.setrlimit(which, tuple(wanted))
        except (OSError, ValueError) as error:
            missing[name] = str(error)
    return ["rlimits"], missing


TICK = struct.Struct(">d")
PAUSE_S = 0.05


def tell_time(clock):
    try:
        while True:
            clock.sendall(TICK.pack(process_time()))
            sleep(PAUSE_S)
    except OSError:
        return


def serve(connection, clock, settings, made):
    """Runs to the end of the process; see `worker.serve`."""
    worker = made["worker"]
    # before the limits, under which no thread may be started
    _thread.start_new_thread(tell_time, (clock,))

    class Channel(worker.Channel):
        """The same frames over a socket: on Windows that is no descriptor to `read` from."""

        def read_exactly(self, count):
            parts = []
            while count:
                part = connection.recv(min(count, 1 << 20))
                if not part:
                    raise worker.ChannelClosed
                parts.append(part)
                count -= len(part)
            return b"".join(parts)

        def write(self, data):
            connection.sendall(data)

    worker.serve(Channel(-1), 1, settings, made, made["portable"], None)

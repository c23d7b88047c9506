"""The worker: one jailed process per submission. Standard library only.

Theory of operation. The zygote forks this process and gives it two descriptors: a stream
socket (the channel to the grader) and a memory file that stands behind descriptors 1 and 2.
Before any line of the learner's runs, `serve` applies the layers of the plan and says in its
first frame which are in force; if one fails the process ends. Then it answers frames until the
channel closes. It holds no battery, no reference, no report and no file of the project: the
learner's source arrives as a message, questions arrive as steps, and plain data leaves. A
learner's code that takes this process over can only answer for itself.

Frames are a 4-byte big-endian length and that many bytes of JSON. What leaves is an array: the
number of the request, then `layers, missing` in the first frame, `at, problems, failed, names,
needs` while and when the source is loaded, `results` otherwise (with `writes` beside them where a
program is traced).
"""

import _sitebuiltins
import builtins
import gc
import io
import json
import os
import struct
import sys

# programs are short: looking for garbage every few hundred objects is time without gain
COLLECT_AFTER = (10_000, 10, 10)
HEADER = struct.Struct(">I")
# what `site`, which a worker starts without, puts among the builtins
HOME = {
    "exit": _sitebuiltins.Quitter("exit", "Ctrl-D"),
    "quit": _sitebuiltins.Quitter("quit", "Ctrl-D"),
    "help": _sitebuiltins._Helper(),
}


class ChannelClosed(Exception):
    """The grader's end of the channel is gone."""


class Channel:
    """Length-prefixed JSON frames over a descriptor."""

    def __init__(self, descriptor):
        self.descriptor = descriptor

    def read_exactly(self, count):
        parts = []
        while count:
            part = os.read(self.descriptor, min(count, 1 << 20))
            if not part:
                raise ChannelClosed
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def receive(self):
        (size,) = HEADER.unpack(self.read_exactly(HEADER.size))
        return json.loads(self.read_exactly(size))

    def send(self, message):
        body = json.dumps(message).encode()
        self.write(HEADER.pack(len(body)) + body)

    def write(self, data):
        while data:
            data = data[os.write(self.descriptor, data) :]


class BoundedOutput(io.TextIOBase):
    """Stands in for stdout and stderr: keeps a check's first bytes, drops the rest, never fails."""

    def __init__(self, descriptor, limit):
        self.target = descriptor
        self.limit = limit
        self.left = limit

    @property
    def encoding(self):
        return "utf-8"

    def fileno(self):
        return self.target

    def writable(self):
        return True

    @property
    def buffer(self):
        return BytesOf(self)

    def reconfigure(self, **options):
        """It is UTF-8 as it is."""

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self.left > 0:
            data = text[: self.left].encode("utf-8", "replace")[: self.left]
            self.left -= len(data)
            try:
                os.write(self.target, data)
            except OSError:
                self.left = 0
        return len(text)


class BytesOf(io.RawIOBase):
    """What lies below a text stream that has nothing below it."""

    def __init__(self, text):
        self.text = text

    def writable(self):
        return True

    def write(self, data):
        self.text.write(bytes(data).decode("utf-8", "replace"))
        return len(data)


class Worker:
    """Answers the grader's frames; holds the loaded module and its evaluator."""

    def __init__(self, channel, made, output):
        self.channel = channel
        self.evaluate = made["evaluate"]
        self.values = made["values"]
        self.tracing = made["trace"]
        self.importing = made["importing"]
        self.stand_ins = made["stand_ins"]
        self.identities = made["identity"].Identities()
        self.output = output
        self.evaluator = None
        self.graded = {}
        self.trace = None

    def answer(self, frame):
        if frame["op"] == "load":
            return self.load(frame)
        if frame["first"] == 0:
            self.output.left = self.output.limit
        if frame["op"] == "run all":
            programs = zip(frame["programs"], frame["salts"], strict=True)
            return [[self.evaluator.run(0, steps, salt) for steps, salt in programs]]
        if frame["op"] == "trace":
            self.trace = self.trace or self.tracing.Trace(self.evaluator, self.graded.values())
            programs = zip(frame["programs"], frame["salts"], strict=True)
            return [[self.trace.run(steps, salt) for steps, salt in programs]]
        return [self.evaluator.run(frame["first"], frame["steps"], frame["salt"])]

    def load(self, frame):
        vars(builtins).update(self.identities.builtins)
        vars(builtins).update(HOME)

        def announce(at):
            self.channel.send([frame["id"], at, [], 0, [], {}])

        describe = self.evaluate.describe_exception
        imported = self.importing.Import(frame, describe, announce, self.stand_ins)
        imported.run()
        asked = frame.get("requires", {})
        self.evaluator = self.evaluate.Evaluator(
            imported.module,
            imported.files,
            self.identities.begin,
            self.values,
            imported.others,
            asked,
        )
        self.graded = imported.graded()
        made_up = self.stand_ins.Placeholder
        needs = {
            name: self.stand_ins.package(held)[:100]
            for name, held in self.graded.items()
            if isinstance(held, made_up)
        }
        return [None, imported.problems, imported.failed, imported.names(), needs]

    def serve(self):
        while True:
            frame = self.channel.receive()
            self.channel.send([frame["id"], *self.answer(frame)])


def settle(settings):
    """Deterministic where it can be: the same submission behaves alike in every worker."""
    sys.setrecursionlimit(settings["recursion"])
    gc.set_threshold(*COLLECT_AFTER)
    if "random" in sys.modules:
        sys.modules["random"].seed(0)
    os.environ.clear()
    os.environ.update(settings.get("environment", {}))
    sys.argv[:] = [""]


def serve(channel, output_fd, settings, made, confine, prepared):
    """Runs to the end of the process: layers first, then frames until the channel closes."""
    settle(settings)
    applied, missing = confine.confine(settings["plan"], prepared)
    output = BoundedOutput(output_fd, settings["output_bytes"])
    sys.stdin = io.TextIOWrapper(io.BytesIO())
    sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = output
    channel.send([0, applied, list(missing.items())])
    try:
        Worker(channel, made, output).serve()
    except (ChannelClosed, ConnectionError):
        return

"""Takes the channel over: from here on the submission itself answers the grader's frames.

Travels with a hostile submission. The load request always has id 1, so its reply can be forged
while the import is still running; every later request is read here and never by the worker.
"""

import json
import os
import struct

CHANNEL = 3
HEADER = struct.Struct(">I")


def send_bytes(data):
    """Raw bytes to the grader."""
    while data:
        data = data[os.write(CHANNEL, data) :]


def send(message):
    """One well-formed frame to the grader."""
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    send_bytes(HEADER.pack(len(body)) + body)


def receive():
    """The grader's next request."""
    (size,) = HEADER.unpack(_exactly(HEADER.size))
    return json.loads(_exactly(size))


def _exactly(count):
    data = b""
    while len(data) < count:
        part = os.read(CHANNEL, count - len(data))
        if not part:
            os._exit(0)
        data += part
    return data


def claim_import():
    """Says that the import went well and that there is a class Value."""
    send([1, None, [], 0, ["Value"], {}])


def reply(request, results, *more):
    """Answers a request with these results."""
    send([request["id"], results, *more])


def results_of(request, step_result):
    """`step_result(index, step)` for every step, as the request wants them: it may hold several
    programs, each of which begins with step 0."""
    if request["op"] == "run all":
        return [_results(0, steps, step_result) for steps in request["programs"]]
    return _results(request["first"], request["steps"], step_result)


def _results(first, steps, step_result):
    return [step_result(index, step) for index, step in enumerate(steps, first)]


def serve(step_result):
    """Answers every step of every request with `step_result(index, step)`, for good."""
    answer(lambda request: reply(request, results_of(request, step_result)))


def answer(make):
    """Answers every request by `make(request)`, which sends what it likes, for good."""
    claim_import()
    while True:
        make(receive())


def number(operand, table):
    """An operand as a number; `table` holds what earlier steps gave."""
    return table[operand[0]] if isinstance(operand, list) else float(operand)


def honest_kind(index, step):
    """A result of the kind that an honest worker would send, without any value."""
    if step[0] == "read":
        names = step[1].split()
        return ["m", [["v", "f", "0.0"]] * (len(names) * len(step[2]))]
    return ["v", "n", ""] if step[1] == "backward" else ["h", index, "Value"]

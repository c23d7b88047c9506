"""Asks the trials of a box what it denied, in a process of its own. Standard library only.

Theory of operation. A trial is told where the exercise and a secret lie, which process the grader
is and on which port something listens: the very facts that a submission must not learn. The
trials are workers that the zygote forks like all others, and know nothing yet. Then it forks this
process, which reads the facts from the control socket, sends them to the trials over their
channels, tells the grader what came of it, and ends with 0 if the gate is met. The zygote, whose
memory every later worker inherits, learns that one number.
"""

import json
import os
import socket
import struct
from contextlib import suppress

TRIAL_WALL_S = 5
MAX_FACTS = 1 << 18


def prove(control, started, worker):
    """Whether all that must be denied was; tells the grader. `started` are the trials by name, each
    the trusted end of its channel and its output."""
    told = json.loads(control.recv(MAX_FACTS))
    trials = told["trials"]
    channels = {name: worker.Channel(ours.fileno()) for name, (ours, _) in started.items()}
    for name, (ours, _) in started.items():
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("@ll", TRIAL_WALL_S, 0))
        ask(channels[name], told["facts"], trials[name]["attempts"])
    outcomes = {name: hear(channels[name], output, worker) for name, (_, output) in started.items()}
    control.send(json.dumps({"trials": outcomes}).encode())
    return all(passed(trial, outcomes[name]) for name, trial in trials.items())


def ask(channel, facts, attempts):
    """Has a trial try it all, in two lines that are loaded like a submission."""
    source = f"import canary\nresults = canary.run({facts!r}, {attempts!r})\n"
    load = {"id": 1, "op": "load", "module": "trial", "objects": [], "main": "trial.py"}
    step = ["get", "results", [], []]
    # where it has ended already, reading its answers will say so
    with suppress(OSError):
        channel.send({**load, "files": [["trial.py", source]]})
        channel.send({"id": 2, "op": "run", "first": 0, "salt": 0, "steps": [step]})


def hear(channel, output, worker):
    """What a trial has to say: its layers, and what became of each attempt."""
    try:
        _, layers, missing = channel.receive()
        told = {"layers": layers, "missing": dict(missing), "results": {}}
        _, _, problems, *_ = channel.receive()
        if problems:
            return {**told, "failure": f"a trial stumbled: {problems[0][-1][:4]}"}
        _, [[_, _, results]] = channel.receive()
        return {**told, "results": json.loads(results), "failure": ""}
    except (worker.ChannelClosed, OSError, ValueError, KeyError) as error:
        said = os.pread(output, 2000, 0).decode("utf-8", "replace").strip()
        failure = said or f"a trial of the box ended without an answer ({error!r})"
        return {"layers": [], "missing": {}, "results": {}, "failure": failure}


def passed(trial, outcome):
    """Whether all that must be denied was, and all layers that must be there are."""
    results = outcome["results"]
    denied = all(results.get(name, "").startswith("denied") for name in trial["denied"])
    return denied and set(trial["layers"]) <= set(outcome["layers"])

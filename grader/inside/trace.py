"""Which lines of a submission's own files wrote an attribute. Runs in the box; standard library
only, and only in a worker that explains: it takes time, and a submission can see it.

Theory of operation. The `__setattr__` of each graded class is wrapped, so every assignment to an
attribute of its objects is noted: the innermost line of the submission's files, and the number
written. What an object is given while it is built is noted as such, with the line that builds it,
for `self.data = data` in a constructor says nothing of who computed the number. Assignments that
go another way (`__dict__`, `object.__setattr__`, other classes' objects) are not seen: the other
side compares the last number noted with the one that was read.
"""

import sys
from math import isfinite

address = id  # before a submission's own `id` takes the place of the builtin

MAX_WRITES = 20
"""The last writes of one value that are told."""
MAX_FRAMES = 40
MAX_INT = 2**53
BUILDERS = frozenset({"__init__", "__post_init__", "__new__"})


class Trace:
    """Runs programs on an evaluator with these graded objects, and tells who wrote what."""

    def __init__(self, evaluator, graded):
        self.evaluator = evaluator
        self.count = 0
        self.writes = {}
        self.kept = []  # an address that is used again would bring old writes back
        for held in graded:
            try:
                self.wrap(held)
            except Exception:
                pass  # no class, or one with odd ways: nothing will be noted

    def wrap(self, held):
        original = type.__getattribute__(held, "__setattr__")
        note, frame = self.note, sys._getframe

        def assign(thing, name, value, /):
            original(thing, name, value)
            note(thing, name, value, frame(1))

        type.__setattr__(held, "__setattr__", assign)

    def run(self, steps, salt):
        """The results of a program, and the writes of each value that its last step reads: None
        where nothing was noted, else `[at, path, line, function, is building, number]` each, of
        which `at` counts all writes of the program."""
        self.count = 0
        self.writes.clear()
        self.kept.clear()
        results = self.evaluator.run(0, steps, salt)
        action, names, operands, _ = steps[-1]
        if action != "read" or results[-1][0] != "m":
            return [results, []]
        things = [address(self.evaluator.table[at]) for (at,) in operands]
        return [results, [self.writes.get((one, n)) for one in things for n in names.split()]]

    def note(self, thing, name, value, frame):
        try:
            key = address(thing), str.__str__(name)
            written = self.writes.get(key)
            if written is None:
                self.kept.append(thing)
                written = self.writes[key] = []
            self.count += 1
            written.append([self.count, *self.place(thing, frame), number_of(value)])
            del written[:-MAX_WRITES]
        except BaseException:
            pass  # what is not noted is missing on the other side, where it is compared

    def place(self, thing, frame):
        """Path, line and function of the innermost frame in the submission's files, and whether
        the object is being built: then of the frame that builds it, where there is one."""
        inside = found = None
        is_building = False
        for _ in range(MAX_FRAMES):
            if frame is None:
                break
            code = frame.f_code
            name, path = code.co_name, code.co_filename
            if found is None and path in self.evaluator.paths and name != "__setattr__":
                found = [path[:200], frame.f_lineno, code.co_qualname[:200]]
            if name in BUILDERS and builds(frame, thing):
                is_building, inside, found = True, inside or found, None
            frame = frame.f_back
        return [*(found or inside or ["", None, ""]), is_building]


def builds(frame, thing):
    """Whether a constructor's frame is that of the object."""
    if frame.f_code.co_name == "__new__":
        return any(one is thing for one in frame.f_locals.values())
    return frame.f_locals.get(frame.f_code.co_varnames[0]) is thing


def number_of(value):
    """The number as a float, None for what is none that JSON has."""
    if isinstance(value, float):
        number = float.__float__(value)
        return number if isfinite(number) else None
    if isinstance(value, int):
        number = int.__int__(value)
        return float(number) if -MAX_INT < number < MAX_INT else None
    return None

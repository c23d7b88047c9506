"""Imports a submission as far as it goes. Runs in the box; standard library only.

Theory of operation. A file is one unit, a notebook has one for each cell. A unit that raises ends
there; what it did before stays, and the units after it run, as in Jupyter. What ended a unit is
told as a problem, `[unit, statement, kind, name, raised]`: the other side decides whether it was
worth trying again in another worker, with something changed: modules that stand in for missing
ones, annotations left unevaluated, statements left out, or every statement announced before it
runs, so that the one that does not end is known.
"""

import builtins
import errno
import importlib.util
import linecache
import sys
import types

MAX_PROBLEMS = 20
ANNOTATIONS = 0x1000000  # the compiler's flag for `from __future__ import annotations`
SYNTAX_TREE = 0x400  # its flag for giving the tree instead of code
FORBIDDEN = frozenset({errno.EPERM, errno.EACCES, errno.EROFS})
NO_THREAD = "can't start new thread"
MAX_CAUSES = 5


class SubmissionImporter:
    """Finds and loads the submission's own files, from memory; the rest is left to the others.

    A finder and a loader without the base classes: importing `importlib.abc` takes 15 ms.
    """

    def __init__(self, files, flags):
        self.files = files
        self.flags = flags

    def path_of(self, name):
        base = name.replace(".", "/")
        for path in (base + ".py", base + "/__init__.py"):
            if path in self.files:
                return path
        return None

    def find_spec(self, name, path=None, target=None):
        found = self.path_of(name)
        if found is None:
            prefix = name.replace(".", "/") + "/"
            if not any(file.startswith(prefix) for file in self.files):
                return None
        spec = importlib.util.spec_from_loader(name, self, origin=found)
        is_package = found is None or found.endswith("__init__.py")
        spec.submodule_search_locations = [] if is_package else None
        spec.has_location = found is not None
        return spec

    def get_source(self, name):
        return self.files.get(self.path_of(name) or "", "")

    def get_code(self, name):
        path = self.path_of(name) or name
        return compile(self.get_source(name), path, "exec", self.flags, dont_inherit=True)

    def is_package(self, name):
        return (self.path_of(name) or "").endswith("__init__.py")

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        exec(self.get_code(module.__name__), module.__dict__)


class Import:
    """One import of a submission.

    `describe` words an exception, `announce` tells of a statement before it runs. Afterwards there
    are `module` and `problems`.
    """

    def __init__(self, frame, describe, announce, stand_ins):
        self.frame = frame
        self.describe = describe
        self.announce = announce
        self.stand_ins = stand_ins
        self.files = dict(frame["files"])
        self.main = frame["main"]
        self.flags = ANNOTATIONS if frame.get("deferred") else 0
        self.left_out = {tuple(one) for one in frame.get("left_out", ())}
        self.end = tuple(frame["end"]) if "end" in frame else None
        self.is_announced = frame.get("announced", False)
        self.by_statement = bool(self.is_announced or self.left_out or self.end)
        self.statement = 0
        self.problems = []
        self.module = None

    def run(self):
        """Executes the main file as the module, its siblings importable from memory."""
        frame, main = self.frame, self.main
        for path, source in self.files.items():
            linecache.cache[path] = (len(source), None, source.splitlines(True), path)
        others = {path: source for path, source in self.files.items() if path != main}
        importer = SubmissionImporter(others, self.flags)
        importer.files[frame["module"] + ".py"] = self.files[main]
        sys.meta_path.insert(0, importer)
        missing, names = frame.get("missing", ()), frame.get("names", ())
        self.stand_ins.install(missing, names, vars(builtins))
        self.module = module = types.ModuleType(frame["module"])
        module.__file__ = main
        module.__loader__ = importer
        sys.modules[frame["module"]] = module
        for number, text in enumerate(self.units()):
            if self.end is not None and number > self.end[0]:
                break
            try:
                self.execute(number, text, module.__dict__)
            except BaseException as error:
                if len(self.problems) < MAX_PROBLEMS:
                    self.problems.append(self.problem(number, text, error))
        self.stand_ins.state.importing = False

    def units(self):
        """The texts to execute, each with its lines where they are in the file."""
        source, cells = self.files[self.main], self.frame.get("cells")
        if not cells:
            yield source
            return
        lines = source.split("\n")
        for first, last in cells:
            yield "\n" * (first - 1) + "\n".join(lines[first - 1 : last])

    def execute(self, number, text, namespace):
        if not self.by_statement:
            self.execute_one(text, namespace)
            return
        tree = self.parsed(text)
        for index, statement in enumerate(tree.body):
            if (number, index) == self.end:
                return
            self.statement = index
            if (number, index) in self.left_out:
                continue
            if self.is_announced:
                self.announce([number, index, statement.lineno])
            tree.body = [statement]
            self.execute_one(tree, namespace)

    def execute_one(self, source, namespace):
        code = compile(source, self.main, "exec", self.flags, dont_inherit=True)
        # what a cell imports from __future__ holds for those after it, as in Jupyter
        self.flags |= code.co_flags & ANNOTATIONS
        exec(code, namespace)

    def parsed(self, text):
        return compile(text, self.main, "exec", self.flags | SYNTAX_TREE, dont_inherit=True)

    def problem(self, number, text, error):
        raised = self.describe(error, frozenset(self.files))
        try:
            kind, name = self.kind(text, error)
            statement = self.statement if self.by_statement else self.statement_of(text, error)
        except Exception:
            kind, name, statement = "", "", 0  # an exception with odd ways
        return [number, statement, kind, name, raised]

    def kind(self, text, error):
        """What could be changed for another try, and the name that is missing."""
        if type(error) is ModuleNotFoundError and type(error.name) is str:
            return "module", error.name.partition(".")[0][:100]
        if type(error) is NameError and error.name in self.stand_ins.IN_A_NOTEBOOK:
            return "name", error.name
        if is_forbidden(error):
            return "forbidden", ""
        if isinstance(error, Exception) and self.is_in_annotation(text, error):
            return "annotation", ""
        return "", ""

    def frames(self, error):
        """The frames of the submission's own files that an exception came through, with its place
        in them."""
        place = error.__traceback__
        while place is not None:
            if place.tb_frame.f_code.co_filename in self.files:
                yield place
            place = place.tb_next

    def statement_of(self, text, error):
        """The index of the unit's own statement in which an exception was raised."""
        line = next((place.tb_lineno for place in self.frames(error)), 0)
        if not line:
            return 0
        body = self.parsed(text).body
        return next((i for i, one in enumerate(body) if one.end_lineno >= line), 0)

    def is_in_annotation(self, text, error):
        """Whether an exception was raised by evaluating an annotation."""
        import ast

        place = ([None, *self.frames(error)])[-1]
        if place is None:
            return False
        code = place.tb_frame.f_code
        line, _, column, _ = list(code.co_positions())[place.tb_lasti // 2]
        if line is None or column is None:
            return False
        path = code.co_filename
        tree = ast.parse(text if path == self.main else self.files[path])
        at = line, column
        return any(
            (one.lineno, one.col_offset) <= at < (one.end_lineno, one.end_col_offset)
            for node in ast.walk(tree)
            for name in ("annotation", "returns")
            if (one := getattr(node, name, None)) is not None
        )


def is_forbidden(error):
    """Whether an exception comes of what the box does not allow, and other places may."""
    for _ in range(MAX_CAUSES):
        if error is None:
            break
        if isinstance(error, OSError) and error.errno in FORBIDDEN:
            return True
        if isinstance(error, RuntimeError) and str(error) == NO_THREAD:
            return True
        error = error.__cause__ or error.__context__
    return False

"""Imports a submission as far as it goes. Runs in the box; standard library only.

Theory of operation. A file is one unit, a notebook has one for each cell. A unit that raises ends
there; what it did before stays, and the units after it run, as in Jupyter. What failed is told as
a problem, `[unit, line, kind, name, raised]`: the other side decides whether it was worth trying
again in another worker, with something changed: modules that stand in for missing ones,
annotations left unevaluated, every statement run by itself so that one that fails costs no other,
or announced before it runs, so that the one that does not end is known.
"""

import builtins
import importlib.util
import linecache
import sys
import types

MAX_PROBLEMS = MAX_MISSING = 20
ANNOTATIONS = 0x1000000  # the compiler's flag for `from __future__ import annotations`
SYNTAX_TREE = 0x400  # its flag for giving the tree instead of code
NO_THREAD = "can't start new thread"


class SubmissionImporter:
    """Finds and loads the submission's own files, from memory; the rest is left to the others.

    `modules` are made already, for they are looked at from outside. A finder and a loader without
    the base classes: importing `importlib.abc` takes 15 ms.
    """

    def __init__(self, files, run, modules=()):
        self.files = files
        self.run = run
        self.modules = dict(modules)

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

    def is_package(self, name):
        return (self.path_of(name) or "").endswith("__init__.py")

    def create_module(self, spec):
        return self.modules.get(spec.name)

    def exec_module(self, module):
        name = module.__name__
        self.run(self.get_source(name), self.path_of(name) or name, module.__dict__)


class Import:
    """One import of a submission.

    `describe` words an exception, `announce` tells of a statement before it runs. Afterwards there
    are `module`, `others` that are graded as well, `problems` and how many there were, `failed`.
    Each of the others is a unit of its own, after those of the main file.
    """

    def __init__(self, frame, describe, announce, stand_ins):
        self.frame = frame
        self.describe = describe
        self.announce = announce
        self.stand_ins = stand_ins
        self.files = dict(frame["files"])
        self.main = frame["main"]
        self.flags = ANNOTATIONS if frame.get("deferred") else 0
        self.ends = {tuple(one) for one in frame.get("ends", ())}
        self.is_announced = frame.get("announced", False)
        self.is_forgiving = frame.get("forgiving", False)
        self.unit = 0
        self.held = {}
        self.missing = {}
        self.problems = []
        self.failed = 0
        self.module = None
        self.others = {}
        self.other_units = {}

    def run(self):
        """Executes the main file as the module, its siblings importable from memory."""
        frame, main = self.frame, self.main
        for path, source in self.files.items():
            linecache.cache[path] = (len(source), None, source.splitlines(True), path)
        siblings = {path: source for path, source in self.files.items() if path != main}
        importer = SubmissionImporter(siblings, self.execute_sibling)
        self.prepare(importer)
        importer.files[frame["module"] + ".py"] = self.files[main]
        sys.meta_path.insert(0, importer)
        missing, names = frame.get("missing", ()), frame.get("names", ())
        self.stand_ins.install(missing, names, vars(builtins))
        self.module = module = types.ModuleType(frame["module"])
        module.__file__ = main
        module.__loader__ = importer
        sys.modules[frame["module"]] = module
        last = max(self.ends)[0] if frame.get("is_over") else None
        for number, text in enumerate(self.units()):
            if last is not None and number > last:
                break
            self.unit = number
            try:
                self.execute(text, main, module.__dict__)
            except BaseException as error:
                self.add_problem(text, 0, error)
        self.import_others()
        self.problems = [*self.missing.values(), *self.problems]
        self.stand_ins.state.importing = False

    def prepare(self, importer):
        """Makes the other graded modules of which there is a file; the name is theirs from now on,
        whatever the standard library has under it."""
        first = len(self.frame.get("cells") or (0,))
        for unit, name in enumerate(self.frame.get("others", ()), start=first):
            path = importer.path_of(name)
            if path is not None:
                sys.modules.pop(name, None)
                self.others[name] = types.ModuleType(name)
                self.other_units[path] = unit
        importer.modules.update(self.others)

    def import_others(self):
        """Imports those that the main file did not."""
        for name in self.others:
            try:
                __import__(name)
            except BaseException as error:
                self.add_problem("", 0, error)

    def execute_sibling(self, text, path, namespace):
        """What ends the import of a graded module ends that of no other."""
        if path not in self.other_units:
            self.execute(text, path, namespace)
            return
        before, self.unit = self.unit, self.other_units[path]
        try:
            self.execute(text, path, namespace)
        except BaseException as error:
            self.add_problem(text, 0, error)
        self.unit = before

    def units(self):
        """The texts to execute, each with its lines where they are in the file."""
        source, cells = self.files[self.main], self.frame.get("cells")
        if not cells:
            yield source
            return
        lines = source.split("\n")
        for first, last in cells:
            yield "\n" * (first - 1) + "\n".join(lines[first - 1 : last])

    def execute(self, text, path, namespace):
        if not (self.is_forgiving or self.is_announced or self.ends):
            self.execute_one(text, path, namespace)
            return
        tree = self.parsed(text, path)
        is_main = namespace is vars(self.module)
        unit = self.unit if is_main else self.other_units.get(path)
        for index, statement in enumerate(tree.body):
            if (unit, index) in self.ends:
                return
            if unit is not None and self.is_announced:
                self.announce([unit, index, statement.lineno])
            tree.body = [statement]
            try:
                self.execute_one(tree, path, namespace)
            except Exception as error:
                if not self.is_forgiving:
                    raise
                self.add_problem(text, statement.lineno, error)
            if unit is not None:
                self.keep_classes(namespace)

    def execute_one(self, source, path, namespace):
        code = compile(source, path, "exec", self.flags, dont_inherit=True)
        # what a cell imports from __future__ holds for those after it, as in Jupyter
        self.flags |= code.co_flags & ANNOTATIONS
        exec(code, namespace)

    def parsed(self, text, path):
        return compile(text, path, "exec", self.flags | SYNTAX_TREE, dont_inherit=True)

    def keep_classes(self, namespace):
        """What comes of a module that is not there takes no class's place."""
        for module, name in map(self.owner, self.frame["objects"]):
            if module is not None and vars(module) is namespace:
                held, before = namespace.get(name), self.held.get((module, name))
                if before is not None and isinstance(held, self.stand_ins.Placeholder):
                    namespace[name] = before
                else:
                    self.held[module, name] = held

    def owner(self, address):
        """The module that `Value` or `helpers.dot` is in, None without its file; and the name."""
        first, _, rest = address.rpartition(".")
        if first:
            return self.others.get(first), rest
        return self.module, rest

    def names(self):
        """Up to 50 names that the modules define, as addresses: the graded ones first. What comes
        of a module that is not there is none of them."""
        found = {}
        for address in self.frame["objects"]:
            module, name = self.owner(address)
            if module is not None and name in self.own_names(module):
                found[address] = None
        for prefix, module in (("", self.module), *self.others.items()):
            public = (name for name in self.own_names(module) if name[:1] != "_")
            found.update((f"{prefix}.{name}" if prefix else name, None) for name in public)
        return [name[:100].encode("utf-8", "replace").decode("utf-8") for name in list(found)[:50]]

    def own_names(self, module):
        """The names in a module that are not of a type that is made up."""
        made_up, held = self.stand_ins.MADE_UP, vars(module)
        return [
            name for name in list(held) if type(name) is str and type(held[name]) not in made_up
        ]

    def graded(self):
        """What there is of the graded objects, by their addresses."""
        places = {address: self.owner(address) for address in self.frame["objects"]}
        return {
            address: vars(module).get(name)
            for address, (module, name) in places.items()
            if module is not None
        }

    def add_problem(self, text, line, error):
        """Notes what failed: at that line, or the rest of a unit. Each missing name is told once,
        and however much else fails."""
        self.failed += 1
        raised = self.describe(error, frozenset(self.files))
        try:
            kind, name = self.kind(text, error)
        except Exception:
            kind, name = "", ""  # an exception with odd ways
        problem = [self.unit, line, kind, name, raised]
        if name:
            if len(self.missing) < MAX_MISSING:
                self.missing.setdefault((kind, name), problem)
        elif len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)

    def kind(self, text, error):
        """What could be changed for another try, and the name that is missing."""
        if type(error) is ModuleNotFoundError and type(error.name) is str:
            name = error.name.partition(".")[0][:100]
            if name.isidentifier():
                return ("surroundings", "") if name in sys.stdlib_module_names else ("module", name)
        if type(error) is NameError and error.name in self.stand_ins.IN_A_NOTEBOOK:
            return "name", error.name
        if isinstance(error, OSError | EOFError):
            return "surroundings", ""
        if isinstance(error, RuntimeError) and str(error) == NO_THREAD:
            return "surroundings", ""
        if isinstance(error, SyntaxError):
            return self.kind_of_syntax_error(text), ""
        if isinstance(error, Exception) and self.is_in_annotation(text, error):
            return "annotation", ""
        return "", ""

    def kind_of_syntax_error(self, text):
        """Statement by statement all but one of a cell may run, `await` for example."""
        try:
            self.parsed(text, self.main)
        except SyntaxError:
            return "unread"
        return "surroundings" if self.frame.get("cells") else "unread"

    def is_in_annotation(self, text, error):
        """Whether an exception was raised by evaluating an annotation."""
        import ast

        place, found = error.__traceback__, None
        while place is not None:
            if place.tb_frame.f_code.co_filename in self.files:
                found = place
            place = place.tb_next
        if found is None:
            return False
        code = found.tb_frame.f_code
        line, _, column, _ = list(code.co_positions())[found.tb_lasti // 2]
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

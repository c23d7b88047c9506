"""Finds an exercise folder, reads its tasks.yaml, and checks that its parts are there.

The only file that knows where content lives, and the only one that reads YAML. The manifest
is read as a stream of events and not loaded in one go: so every complaint has its line,
doubled keys are seen, and neither deep nesting nor aliases can grow without bound.
"""

from __future__ import annotations

import hashlib
import math
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

import msgspec
import yaml
from msgspec import Struct

from grader.model.errors import ExerciseProblem
from grader.model.exercise import Contract, Exercise, Limits, Manifest, Parts, Task
from grader.text.words import said

MANIFEST = "tasks.yaml"
ALLOWED = "allowed.yaml"
FORMAT = 1
EXERCISE_VARIABLE = "AUTOGRAD_GRADER_EXERCISE"
DEEPEST = 8

_SHAPES: dict[str, Any] = {
    "$": Manifest,
    "$.submission": Contract,
    "$.parts": Parts,
    "$.limits": Limits,
    "$.tasks[]": Task,
}
_Shape = Callable[[str, int], Any]
"""The record that the keys at a path belong to, so deep in the file; None where any will do."""

_PLAIN_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("bool", "int", "float", "null")}
_WORDS = {
    "str": "text",
    "int": said("a whole number"),
    "float": said("a number"),
    "int | float": said("a number"),
    "bool": said("true or false"),
    "array": said("a list"),
    "object": said("a block of keys"),
    "null": "empty",
}


class NearMiss(Struct, frozen=True, forbid_unknown_fields=True):
    """What is wrong with a submission that no known mistake describes, and what may be said of it.

    `may_say` are the ids of known mistakes that are true of it all the same; `shows` has to stand
    in the messages of its failing checks.
    """

    wrong: str
    may_say: tuple[str, ...]
    shows: tuple[str, ...] = ()
    full_marks: bool = False


def load(folder: Path | None = None) -> Exercise:
    """The exercise in `folder`, else the one the environment names, else the bundled one.

    Raises ExerciseProblem when it is not there or not sound.
    """
    given = _chosen(folder)
    root = given.resolve()
    page = _Page(
        str(given / MANIFEST),
        _read(root / MANIFEST, given / MANIFEST),
        lambda path, depth: _SHAPES.get(re.sub(r"\[\d+\]", "[]", path)),
        said("Begin it with `format: {format}`.", format=FORMAT),
    )
    manifest = page.manifest()
    _check_names(page, manifest)
    _check_tasks(page, manifest.tasks)
    _check_parts(page, root, manifest)
    return Exercise(
        root=root,
        id=manifest.id,
        title=manifest.title,
        contract=manifest.submission,
        parts=manifest.parts,
        limits=manifest.limits,
        packages=manifest.packages,
        tasks=manifest.tasks,
        handout=manifest.handout,
        digest=_digest(root, manifest.parts),
    )


def hole_line(exercise: Exercise, task: Task) -> int | None:
    """The line of the starter file where the task's hole begins, None where it has none."""
    import ast

    if task.hole is None:
        return None
    path = exercise.starter_file
    try:
        body = ast.parse(_read(path, path)).body
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise ExerciseProblem(
            said(
                "{path}:{line}: the starter file is not Python: {error}",
                path=path,
                line=line,
                error=error,
            ),
            next_move=said("Mend it: learners begin with this file."),
        ) from None
    line = None
    for name in task.hole.split("."):
        kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        found = [node for node in body if isinstance(node, kinds) and node.name == name]
        if not found:
            return None
        body, line = found[-1].body, found[-1].lineno
    return line


def known_mistake_files(exercise: Exercise) -> tuple[Path, ...]:
    """The files of known mistakes: the module's own first, then in the order of the tasks."""
    order = [exercise.contract.module, *(task.id for task in exercise.tasks)]
    places = {name: place for place, name in enumerate(order)}
    files = _python_files(exercise.reference_file.parent / "misconceptions")
    return tuple(sorted(files, key=lambda path: (places.get(path.stem, len(order)), path.name)))


def right_styles(exercise: Exercise) -> tuple[Path, ...]:
    """Other right solutions, each of which has to earn every point."""
    return tuple(_python_files(exercise.reference_file.parent / "correct"))


def near_misses(exercise: Exercise) -> dict[Path, NearMiss]:
    """The submissions in `unknown`, and what their list says of each.

    Raises ExerciseProblem where the list is not sound, or does not fit the files.
    """
    folder = exercise.reference_file.parent / "unknown"
    files = {path.name: path for path in _python_files(folder)}
    listing = folder / ALLOWED
    if not files and not listing.exists():
        return {}
    page = _Page(
        str(listing),
        _read(listing, listing),
        lambda path, depth: NearMiss if depth == 1 else None,
        said("Begin it with the name of a file: `name.py:`."),
    )
    entries = page.near_misses()
    for name in entries:
        if name not in files:
            what = said("there is no `{name:.60}` in this folder.", name=name)
            page.refuse(f"$.{name}", what, _nearest(name, files or [ALLOWED]))
    for name in files:
        if name not in entries:
            what = said("`{name}` has no entry here.", name=name)
            page.refuse("$", what, said("Add the key `{key}:`.", key=name))
    return {files[name]: entries[name] for name in sorted(entries)}


# --- where it is --------------------------------------------------------------------------


def _chosen(folder: Path | None) -> Path:
    next_move = said("Give the folder that holds {manifest}.", manifest=MANIFEST)
    if folder is None and (named := os.environ.get(EXERCISE_VARIABLE)):
        folder = Path(named)
        next_move = said(
            "Correct or unset {exercise_variable}: it names this folder.",
            exercise_variable=EXERCISE_VARIABLE,
        )
    if folder is None:
        return _bundled()
    if not folder.is_dir():
        what = said("this is a file.") if folder.is_file() else said("there is no such folder.")
        raise ExerciseProblem(f"{folder}: {what}", next_move=next_move)
    if not (folder / MANIFEST).is_file():
        raise ExerciseProblem(
            said("{folder}: no {manifest} in this folder.", folder=folder, manifest=MANIFEST),
            next_move=next_move,
        )
    return folder


def _bundled() -> Path:
    package = Path(__file__).resolve().parent
    if (package / "_bundle" / MANIFEST).is_file():
        return package / "_bundle"
    # tasks.yaml alone proves nothing: site-packages may hold a stray one.
    checkout, project = package.parent, package.parent / "pyproject.toml"
    if (checkout / MANIFEST).is_file() and project.is_file():
        text = project.read_text(encoding="utf-8", errors="replace")
        if re.search(r"^name\s*=\s*[\"']autograd-grader[\"']", text, re.MULTILINE):
            return checkout
    raise ExerciseProblem(
        said("This installation of the grader carries no exercise."),
        next_move=said(
            "Install autograd-grader again, or name an exercise folder with --exercise."
        ),
    )


def _read(path: Path, shown: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ExerciseProblem(
            said("{shown}: cannot be read ({error}).", shown=shown, error=error.strerror or error),
            next_move=said("Check that the file is there and that you may read it."),
        ) from None


# --- reading the manifest -----------------------------------------------------------------


class _Page:
    """A file as plain data, with the line of every value under its path (`$.tasks[0].id`)."""

    def __init__(self, shown: str, data: bytes, shape: _Shape, beginning: str) -> None:
        self.shown = shown
        self.shape = shape
        self.beginning = beginning
        self.lines: dict[str, int] = {}
        self._complaints: list[ExerciseProblem] = []
        self._loader: Any = None
        try:
            self._text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise self._problem(
                line, said("not UTF-8 text."), said("Save the file as UTF-8.")
            ) from None

    def refuse(self, path: str, what: str, next_move: str) -> NoReturn:
        """Raise ExerciseProblem for the value at `path`, or the nearest value around it."""
        while path not in self.lines and path:
            path = re.sub(r"[.\[][^.\[]*$", "", path) if path != "$" else ""
        raise self._problem(self.lines.get(path, 1), what, next_move)

    def manifest(self) -> Manifest:
        """The typed record. The format is judged first: another one may mean other keys."""
        data = self._document()
        if not isinstance(data, dict):
            self.refuse(
                "$",
                said("an exercise begins with keys."),
                said("Begin with `format: {format}`.", format=FORMAT),
            )
        if "format" not in data:
            self.refuse(
                "$",
                said("`format` is missing."),
                said("Begin the file with `format: {format}`.", format=FORMAT),
            )
        if type(data["format"]) is not int or data["format"] != FORMAT:
            what = said(
                "format {given!r:.40} is unknown; this grader reads format {format}.",
                given=data["format"],
                format=FORMAT,
            )
            self.refuse(
                "$.format",
                what,
                said("Write `format: {format}`, or update the grader.", format=FORMAT),
            )
        for complaint in self._complaints:
            raise complaint
        try:
            return msgspec.convert(data, Manifest)
        except msgspec.ValidationError as error:
            self.refuse(*_in_words(str(error)))

    def near_misses(self) -> dict[str, NearMiss]:
        """The entries by the name of their file."""
        data = self._document()
        if not isinstance(data, dict):
            self.refuse("$", said("this file begins with keys."), self.beginning)
        for complaint in self._complaints:
            raise complaint
        found = {}
        for name, value in data.items():
            path = f"$.{name}"
            if not isinstance(value, dict):
                what = said("nothing is said of `{name:.60}`.", name=name)
                self.refuse(path, what, said("Add the keys `wrong:` and `may_say:` below it."))
            try:
                found[name] = msgspec.convert(value, NearMiss)
            except msgspec.ValidationError as error:
                self.refuse(*_in_words(str(error), path))
            if not found[name].wrong.strip():
                what = said("`{name}` is empty.", name="wrong")
                self.refuse(f"{path}.wrong", what, said("Write it."))
        return found

    def _problem(self, line: int, what: str, next_move: str) -> ExerciseProblem:
        return ExerciseProblem(f"{self.shown}:{line}: {what}", next_move=next_move)

    def _complain(self, line: int, what: str, next_move: str) -> None:
        self._complaints.append(self._problem(line, what, next_move))

    def _document(self) -> object:
        try:
            self._loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(self._text)
            self._loader.get_event()
            event = self._loader.get_event()
            if isinstance(event, yaml.StreamEndEvent):
                raise self._problem(1, said("the file is empty."), self.beginning)
            data = self._value(self._loader.get_event(), "$", 0)
            self._loader.get_event()
            event = self._loader.get_event()
        except yaml.MarkedYAMLError as error:
            raise self._not_yaml(error) from None
        except yaml.reader.ReaderError as error:
            line = self._text.count("\n", 0, self._text.find(chr(error.character))) + 1
            what = said(
                "the character U+{character:04X} is not allowed here.", character=error.character
            )
            raise self._problem(line, what, said("Remove it.")) from None
        if not isinstance(event, yaml.StreamEndEvent):
            line = event.start_mark.line + 1
            raise self._problem(
                line, said("a second document begins here."), said("Keep one: drop the `---`.")
            )
        return data

    def _not_yaml(self, error: yaml.MarkedYAMLError) -> ExerciseProblem:
        line = error.problem_mark.line if error.problem_mark else 0
        if "nesting depth" in (error.problem or ""):
            # PyYAML 6.0.4 and later look ahead no deeper, and may say so before we do
            return self._too_deep(line + 1)
        what = said("this is not YAML: {problem}.", problem=error.problem)
        if error.context and error.context_mark and error.context_mark.line != line:
            what = said(
                "this is not YAML: {problem}, {context} that begins in line {line}.",
                problem=error.problem,
                context=error.context,
                line=error.context_mark.line + 1,
            )
        next_move = said("Look for a missing quote, colon or bracket, or uneven indentation.")
        if "\t" in "".join(self._text.split("\n")[line : line + 1]):
            next_move = said("Indent with spaces: YAML takes no tabs.")
        return self._problem(line + 1, what, next_move)

    def _too_deep(self, line: int) -> ExerciseProblem:
        return self._problem(
            line, said("nested too deeply."), said("This file needs no such depth.")
        )

    def _value(self, event: Any, path: str, depth: int) -> object:
        line = self.lines[path] = event.start_mark.line + 1
        if depth > DEEPEST:
            raise self._too_deep(line)
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            self._complain(
                line, said("anchors (&) and aliases (*) are not read."), said("Write it out.")
            )
        elif event.tag not in (None, "!"):
            self._complain(line, said("tags (!) are not read."), said("Write the plain value."))
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, line)
        if isinstance(event, yaml.SequenceStartEvent):
            items = self._until(yaml.SequenceEndEvent)
            return [self._value(e, f"{path}[{at}]", depth + 1) for at, e in enumerate(items)]
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path, depth)
        return None

    def _until(self, end: type[yaml.Event]) -> Iterator[Any]:
        while not isinstance(event := self._loader.get_event(), end):
            yield event

    def _scalar(self, event: Any, line: int) -> object:
        tag = self._loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        if tag not in _PLAIN_TAGS:
            return event.value
        try:
            value = self._loader.construct_object(yaml.ScalarNode(tag, event.value))
        except ValueError:
            value = math.nan
        if isinstance(value, float) and not math.isfinite(value):
            self._complain(
                line,
                said("{value:.40} is not a number.", value=event.value),
                said("Write a plain number."),
            )
        return value

    def _mapping(self, path: str, depth: int) -> dict[str, object]:
        shape = self.shape(path, depth)
        known = [field.encode_name for field in msgspec.structs.fields(shape)] if shape else None
        found: dict[str, object] = {}
        for event in self._until(yaml.MappingEndEvent):
            line = event.start_mark.line + 1
            name = str(getattr(event, "value", "?"))
            if not isinstance(event, yaml.ScalarEvent):
                raise self._problem(
                    line, said("a key has to be a plain word."), said("Quote [, { and *.")
                )
            if name in found:
                first = self.lines[f"{path}.{name}"]
                self._complain(
                    line,
                    said("`{name}` is here twice.", name=name),
                    said("The first is in line {first}.", first=first),
                )
            elif known is not None and name not in known:
                self._complain(
                    line, said("unknown key `{name:.60}`.", name=name), _nearest(name, known)
                )
            found[name] = self._value(self._loader.get_event(), f"{path}.{name}", depth + 1)
        return found


def _in_words(complaint: str, below: str = "$") -> tuple[str, str, str]:
    """A msgspec complaint about what is `below` a path, as (path, what is wrong, next move)."""
    what, _, path = complaint.partition(" - at `")
    path = below + path.rstrip("`").removeprefix("$")
    name = re.sub(r".*\.", "", path)
    if missing := re.fullmatch(r"Object missing required field `(.+)`", what):
        key = missing[1]
        inside = path.removeprefix("$.")
        where = said("`{key}` is missing in `{path}`.", key=key, path=inside)
        what = said("`{key}` is missing.", key=key) if path == "$" else where
        return path, what, said("Add the key `{key}:`.", key=key)
    if got := re.fullmatch(r"Expected `(.+?)`, got `(.+)`", what):
        kinds = [_WORDS.get(kind.removesuffix(" | null"), kind) for kind in got.groups()]
        next_move = (
            said('Put it in quotes: {name}: "..."', name=name)
            if kinds[0] == "text"
            else said("Correct it.")
        )
        if kinds[0] == "a list":
            next_move = said("Write a list: {name}: [one, two]", name=name)
        return (
            path,
            said(
                "`{name}` has to be {due}; it is {found}.", name=name, due=kinds[0], found=kinds[1]
            ),
            next_move,
        )
    if "matching regex" in what:
        what = said(
            "`{name}` takes small letters, digits, - and _, and begins with a letter.", name=name
        )
        return path, what, said("Choose such a name.")
    if "of length >= 1" in what:
        return path, said("`{name}` is empty.", name=name), said("Give at least one.")
    bound = re.sub(r"Expected `\w+` ", "", what).replace(".0", "")
    return (
        path,
        said("`{name}` has to be {bound}.", name=name, bound=bound),
        said("Correct the number."),
    )


def _nearest(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    if close := get_close_matches(word, list(known), 1):
        return said("Did you mean `{close}`?", close=close[0])
    return said("Known here: {known}.", known=", ".join(known))


# --- what the manifest says ---------------------------------------------------------------


def _check_names(page: _Page, manifest: Manifest) -> None:
    ids = [("$.id", manifest.id)]
    ids += [(f"$.tasks[{at}].id", task.id) for at, task in enumerate(manifest.tasks)]
    for path, name in ids:
        if name.endswith("\n"):  # a pattern's $ lets one pass
            page.refuse(
                path,
                said("the id ends with a line break."),
                said("Write it on one line, without |."),
            )
    contract = manifest.submission
    names = [("module", contract.module), ("class", contract.class_name)]
    names += [(f"requires[{at}]", name) for at, name in enumerate(contract.requires)]
    for key, name in names:
        if not name.isidentifier():
            what = said("`{name:.60}` cannot be a name in Python.", name=name)
            page.refuse(f"$.submission.{key}", what, said("Letters, digits and _, no digit first."))


def _check_tasks(page: _Page, tasks: tuple[Task, ...]) -> None:
    places = {task.id: at for at, task in reversed(list(enumerate(tasks)))}
    for at, task in enumerate(tasks):
        here = f"$.tasks[{at}]"
        if (first := places[task.id]) != at:
            line = page.lines[f"$.tasks[{first}].id"]
            what = said("two tasks have the id `{task}`.", task=task.id)
            page.refuse(
                f"{here}.id", what, said("The first is in line {line}: rename one.", line=line)
            )
        for key, text in (("title", task.title), ("statement", task.statement)):
            if not text.strip():
                page.refuse(
                    f"{here}.{key}",
                    said("`{key}` of task `{task}` is empty.", key=key, task=task.id),
                    said("Write it."),
                )
        for number, need in enumerate(task.needs):
            if places.get(need, at) < at:
                continue
            where = f"{here}.needs[{number}]"
            if need not in places:
                what = said(
                    "task `{task}` needs `{need:.60}`, but there is no such task.",
                    task=task.id,
                    need=need,
                )
                page.refuse(where, what, _nearest(need, places))
            if ring := _ring(tasks, places, task.id, need):
                what = said("these tasks need each other: {ring}.", ring=" -> ".join(ring))
                page.refuse(where, what, said("Take one `needs` out."))
            what = said(
                "task `{task}` needs `{need}`, which comes after it.", task=task.id, need=need
            )
            page.refuse(
                where,
                what,
                said("Move task `{need}` before task `{task}`.", need=need, task=task.id),
            )


def _ring(
    tasks: tuple[Task, ...], places: dict[str, int], start: str, need: str
) -> list[str] | None:
    """The way from `start` over `need` back to `start`, None when there is none."""
    ways, seen = [[start, need]], {need}
    while ways:
        way = ways.pop()
        if way[-1] == start:
            return way
        for further in tasks[places[way[-1]]].needs:
            if further in places and further not in seen:
                seen.add(further)
                ways.append([*way, further])
    return None


# --- what lies in the folder --------------------------------------------------------------


def _check_parts(page: _Page, root: Path, manifest: Manifest) -> None:
    parts, module_file = manifest.parts, f"{manifest.submission.module}.py"
    wanted: list[tuple[str, str, str, str, Callable[[Path], bool]]] = [
        (
            "parts.starter",
            parts.starter,
            module_file,
            said("the file learners begin with"),
            Path.is_file,
        ),
        ("parts.reference", parts.reference, module_file, said("the solution"), Path.is_file),
        ("parts.battery", parts.battery, "", said("the folder of checks"), Path.is_dir),
    ]
    wanted += [
        (f"handout[{at}]", name, "", said("part of the handout"), Path.is_file)
        for at, name in enumerate(manifest.handout)
    ]
    for key, name, inner, meaning, present in wanted:
        path = _inside(page, root, f"$.{key}", name) / inner
        if not present(path):
            missing = path.relative_to(root).as_posix()
            what = said("`{missing}` is missing: {meaning}.", missing=missing, meaning=meaning)
            page.refuse(
                f"$.{key}",
                what,
                said("Add it to the exercise folder, or correct `{key}`.", key=key),
            )


def _inside(page: _Page, root: Path, where: str, name: str) -> Path:
    pure = PurePosixPath(name)
    plain = name.isprintable() and not re.search(r"[\\:]", name) and pure.parts
    if not plain or pure.is_absolute() or ".." in pure.parts:
        what = said("`{name:.60}` is not a path inside the exercise folder.", name=name)
        page.refuse(
            where, what, said("Name a file or folder below tasks.yaml, with / between names.")
        )
    if not (root / pure).resolve().is_relative_to(root):
        what = said("`{name:.60}` leads out of the exercise folder through a link.", name=name)
        page.refuse(where, what, said("Put the content itself into the folder."))
    return root / pure


def _digest(root: Path, parts: Parts) -> str:
    """sha256 over the sorted lines `path NUL sha256` of every declared file."""
    files = {MANIFEST: root / MANIFEST}
    for part in (parts.starter, parts.reference, parts.battery):
        files.update((path.relative_to(root).as_posix(), path) for path in _content(root / part))
    whole = hashlib.sha256()
    for name, path in sorted(files.items()):
        whole.update(f"{name}\0{hashlib.sha256(_read(path, path)).hexdigest()}\n".encode())
    return whole.hexdigest()


def _content(part: Path) -> Iterator[Path]:
    """Every regular file below; caches and dotfiles differ from machine to machine."""
    for folder, folders, names in os.walk(part):
        folders[:] = [name for name in folders if name != "__pycache__" and name[0] != "."]
        for name in (*folders, *names):
            path = Path(folder, name)
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode) and name[0] != ".":
                raise ExerciseProblem(
                    said(
                        "{path}: is a link, and the digest of an exercise covers files only.",
                        path=path,
                    ),
                    next_move=said("Put a copy of the file in its place."),
                )
            if stat.S_ISREG(mode) and name[0] != "." and not name.endswith(".pyc"):
                yield path


def _python_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("[!._]*.py") if path.is_file())

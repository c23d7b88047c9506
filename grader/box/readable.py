HEAD
_NOT_IN_THE_BOX = frozenset({"idlelib", "tkinter", "turtledemo", "ensurepip", "test"})
_ALWAYS = ("/dev/null", "/dev/urandom", "/etc/ld.so.cache")

# Runs in the box's interpreter, before any submission. Mapping an extension module tells which
# libraries it needs without running it. Prints one line of JSON, the last.
_PROBE = """
import ctypes, importlib, importlib.machinery as machinery, json, os, sys
wanted = json.loads(sys.argv[1])
found = {"version": sys.version, "names": sorted(sys.stdlib_module_names), "failed": {}}
found["folders"] = [entry for entry in sys.path if os.path.isdir(entry)]
found["suffixes"] = machinery.all_suffixes()
for folder in found["folders"]:
    for file in os.listdir(folder):
        if file.endswith(tuple(machinery.EXTENSION_SUFFIXES)) and file[:8] != "_tkinter":
            try:
                ctypes.CDLL(os.path.join(folder, file))
            except OSError:
                pass
sys.path += wanted["folders"]
for name in wanted["modules"]:
    try:
        importlib.import_module(name)
    except BaseException as error:
        found["failed"][name] = repr(error)[:300]
with open("/proc/self/maps") as maps:
    rows = [line.rstrip("\\n").split(None, 5) for line in maps]
found["mapped"] = sorted({row[5] for row in rows
    if len(row) == 6 and "x" in row[1] and row[5][0] == "/" and os.path.exists(row[5])})
print()
print(json.dumps(found))
"""


@dataclass(frozen=True)
class ReadablePlan:
    """What the box may read, and the modules that each folder offers (`kernel_plan` takes both).

    `version` is the probed interpreter's `sys.version`: a zygote that says otherwise runs
    another Python than the one that was looked at.
    """

    paths: tuple[str, ...]
    imports: Mapping[str, Mapping[str, str]]
    version: str


def readable_paths(python: Path, packages: Sequence[str] = ()) -> ReadablePlan:
    """Name every file and folder that `python` needs in the box, and what `packages` adds."""
    bundles = [_distribution(name) for name in packages]
    found = _probe(python, bundles)
    paths = {path for path in _ALWAYS if os.path.exists(path)} | set(found["mapped"])
    imports: dict[str, dict[str, str]] = {}
    for folder in found["folders"]:
        imports[folder] = _library_modules(folder, found)
        paths.update(_entry(folder, file) for file in imports[folder].values())
        cache = os.path.join(folder, "__pycache__")
        paths.update([cache] if os.path.isdir(cache) else [])
    for bundle in bundles:
        paths.update(bundle.paths)
        imports.setdefault(bundle.folder, {}).update(bundle.modules)
    return ReadablePlan(tuple(sorted(paths)), imports, found["version"])


def _probe(python: Path, bundles: Sequence[_Bundle]) -> dict[str, Any]:
    wanted = {
        "folders": [bundle.folder for bundle in bundles],
        "modules": [module for bundle in bundles for module in bundle.modules],
    }
    command = [os.fspath(python), "-I", "-S", "-B", "-c", _PROBE, json.dumps(wanted)]
    try:
        done = subprocess.run(
            command, env={}, cwd="/", capture_output=True, timeout=PROBE_SECONDS, check=False
        )
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = getattr(error, "strerror", None) or f"no answer within {PROBE_SECONDS} s"
        raise Fault(f"the Python for the box, {python}, cannot be used: {reason}") from None
    except (ValueError, IndexError):
        said = (done.stderr.decode(errors="replace").splitlines() or ["no output"])[-1][:300]
        raise Fault(f"the Python for the box, {python}, cannot be used: {said}") from None
    for module, reason in found["failed"].items():
        raise Fault(
            f"the package module {module!r} cannot be imported by {python}: {reason}",
            next_move="Name the packages that it needs under `packages:` too.",
        )
    return found


def _library_modules(folder: str, found: Mapping[str, Any]) -> dict[str, str]:
    """Module name -> file, for the modules of the standard library that lie in `folder`."""
    allowed = set(found["names"]) - _NOT_IN_THE_BOX
    modules: dict[str, str] = {}
    for entry in sorted(os.listdir(folder)):
        file = _module_file(folder, entry, found["suffixes"])
        name = entry.partition(".")[0]
        if file and (name in allowed or name.startswith("_sysconfigdata_")):
            modules.setdefault(name, file)  # sorted: folder, extension, source, as Python prefers
    return modules


def _module_file(folder: str, entry: str, suffixes: Iterable[str]) -> str:
    """The file that defines the module of a folder's entry; empty when it is no module."""
    if os.path.isfile(os.path.join(folder, entry, "__init__.py")):
        return f"{entry}/__init__.py"
    name = entry.partition(".")[0]
    named = any(entry == name + suffix for suffix in suffixes)
    return entry if named and os.path.isfile(os.path.join(folder, entry)) else ""


def _entry(folder: str, file: str) -> str:
    return os.path.join(folder, file.partition("/")[0])


@dataclass(frozen=True)
class _Bundle:
    """An installed distribution: where it lies, its own entries there, its modules."""

    folder: str
    paths: tuple[str, ...]
    modules: Mapping[str, str]


def _distribution(name: str) -> _Bundle:
    try:
        found = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        raise Fault(
            f"the exercise names the package {name!r}, which is not installed here",
            next_move=f"Install it for the grader's Python: pip install {name}",
        ) from None
    folder = os.path.abspath(str(found.locate_file("")))
    modules: dict[str, str] = {}
    paths = []
    for entry in _own_entries(found):
        path = os.path.join(folder, entry)
        file = _module_file(folder, entry, importlib.machinery.all_suffixes())
        if file:
            modules.setdefault(entry.partition(".")[0], file)
        elif not entry.endswith((".libs", "-info")):
            continue  # a .pth file, a cache, or a namespace folder that others share
        if os.path.exists(path):
            paths.append(path)
    if not modules:
        raise Fault(
            f"the package {name!r} has no module folder of its own (an editable install?)",
            next_move=f"Install it the ordinary way: pip install {name}",
        )
    return _Bundle(folder, tuple(paths), modules)


def _own_entries(found: importlib.metadata.Distribution) -> list[str]:
    """The distribution's top-level names; systems' own packagers list modules only."""
    if found.files:
        tops = {PurePosixPath(file).parts[0] for file in found.files}
        return sorted(top for top in tops if top not in ("..", "/"))
    listed = (found.read_text("top_level.txt") or "").split()
    return sorted({*listed, *(f"{name}.py" for name in listed)})

"""An exercise folder is found where it was named, read whole, and refused with a line number."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from grader.exercise import document, find
from grader.exercise.content import hole_line, known_mistake_files, right_styles
from grader.exercise.load import load
from grader.model.errors import ExerciseMissing, ExerciseProblem
from grader.model.exercise import Contract, Limits

MANIFEST = """\
format: 1
id: stack-basics
title: A stack
submission: {module: stack, class: Stack, requires: [items]}
parts:
  starter: starter
  reference: reference
  battery: tests/battery
limits: {check_cpu_s: 2, memory_mb: 256}
packages: []
tasks:
  - id: push
    title: Push
    points: 2
    needs: []
    hole: Stack.push
    statement: |
      Put an item on top: $s' = s + x$.
    hints: [think, of, lists]
  - id: pop
    title: Pop
    points: 2.5
    needs: [push]
    hole: Stack.pop
    statement: Take the top item off.
handout: [starter/stack.py]
"""

STARTER = """\
class Stack:
    def __init__(self):
        self.items = []

    def push(self, item):
        raise NotImplementedError("task push")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small sound exercise."""
    root = tmp_path / "stack-course"
    for name, text in {
        "tasks.yaml": MANIFEST,
        "starter/stack.py": STARTER,
        "reference/stack.py": STARTER,
        "tests/battery/test_push.py": "def test_push(): pass\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.fixture(autouse=True)
def _no_exercise_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(find.EXERCISE_VARIABLE, raising=False)


def problem(folder: Path | None) -> ExerciseProblem:
    """What load refuses the folder with."""
    with pytest.raises(ExerciseProblem) as caught:
        load(folder)
    assert caught.value.exit_code == 3
    assert caught.value.next_move
    assert len(str(caught.value).splitlines()) == 2
    return caught.value


# --- a sound folder -----------------------------------------------------------------------


def test_everything_in_the_manifest_is_read(folder: Path) -> None:
    """The record holds what the file says, and defaults where it says nothing."""
    exercise = load(folder)
    assert (exercise.id, exercise.title, exercise.root) == (
        "stack-basics",
        "A stack",
        folder.resolve(),
    )
    assert exercise.contract.class_name == "Stack"
    assert exercise.contract.requires == {"Stack": ("items",)}
    assert exercise.limits == Limits(check_cpu_s=2.0, memory_mb=256)
    assert [(task.id, task.points, task.needs) for task in exercise.tasks] == [
        ("push", 2, ()),
        ("pop", 2.5, ("push",)),
    ]
    assert exercise.tasks[0].statement == "Put an item on top: $s' = s + x$.\n"
    assert exercise.tasks[0].hints == ("think", "of", "lists")
    assert exercise.handout == ("starter/stack.py",)
    assert exercise.reference_file.is_file()
    assert exercise.starter_files[0].is_file()


def test_parts_and_limits_have_defaults(folder: Path) -> None:
    """A manifest without parts and limits uses the usual folders and limits."""
    parts = MANIFEST[MANIFEST.index("parts:") : MANIFEST.index("packages:")]
    (folder / "tasks.yaml").write_text(MANIFEST.replace(parts, ""))
    exercise = load(folder)
    assert exercise.battery == folder.resolve() / "tests" / "battery"
    assert exercise.limits == Limits()


def test_text_that_looks_like_a_date_stays_text(folder: Path) -> None:
    """YAML would make a date of it; nothing in an exercise is a date."""
    (folder / "tasks.yaml").write_text(MANIFEST.replace("title: Push", "title: 2026-02-30"))
    assert load(folder).tasks[0].title == "2026-02-30"


def test_the_pure_python_reader_reads_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where PyYAML has no C loader, nothing changes, complaints included."""
    fast = load(folder)
    monkeypatch.delattr(document.yaml, "CSafeLoader", raising=False)
    assert load(folder) == fast
    (folder / "tasks.yaml").write_text(MANIFEST + "\x07")
    assert "tasks.yaml:27: the character U+0007" in problem(folder).message
    (folder / "tasks.yaml").write_text(MANIFEST.replace("title: Pop", "titel: Pop"))
    assert "tasks.yaml:21: unknown key `titel`" in problem(folder).message


def test_reading_is_quick(folder: Path) -> None:
    """Start-up counts: 300 lines of manifest take a small part of a second."""
    tasks = "".join(
        f"  - id: task{number}\n    title: T\n    points: 1\n    statement: |\n"
        + "      words\n" * 9
        for number in range(24)
    )
    (folder / "tasks.yaml").write_text(MANIFEST.replace("handout:", tasks + "handout:"))
    assert len((folder / "tasks.yaml").read_text().splitlines()) > 300
    times = []
    for _ in range(5):
        start = time.perf_counter()
        load(folder)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.1


# --- where the exercise is looked for -----------------------------------------------------


def test_the_environment_names_an_exercise(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a folder, the variable is asked; a folder given outright goes before it."""
    monkeypatch.setenv(find.EXERCISE_VARIABLE, str(folder))
    assert load().id == "stack-basics"
    monkeypatch.setenv(find.EXERCISE_VARIABLE, str(folder / "nowhere"))
    with pytest.raises(ExerciseMissing) as caught:
        load(None)
    assert find.EXERCISE_VARIABLE in caught.value.next_move
    assert load(folder).id == "stack-basics"


def test_the_working_folder_is_never_asked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A learner's folder with a tasks.yaml must not become the exercise."""
    monkeypatch.setattr(
        find, "__file__", str(folder.parent / "site-packages/grader/exercise/find.py")
    )
    (folder / "pyproject.toml").write_text('[project]\nname = "autograd-grader"\n')
    monkeypatch.chdir(folder)
    refused = problem(None)
    assert "carries no exercise" in refused.message
    assert "--exercise" in refused.next_move


def test_a_checkout_needs_our_project_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stray tasks.yaml in site-packages is not an exercise; beside our pyproject.toml it is."""
    monkeypatch.setattr(find, "__file__", str(folder / "grader/exercise/find.py"))
    assert "carries no exercise" in problem(None).message
    (folder / "pyproject.toml").write_text('[project]\nname = "something-else"\n')
    assert "carries no exercise" in problem(None).message
    (folder / "pyproject.toml").write_text('[project]\nname = "autograd-grader"\n')
    assert load().root == folder.resolve()


def test_an_installed_wheel_carries_its_exercise(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bundle inside the package is found, and has the digest of the checkout."""
    package = tmp_path / "site-packages" / "grader"
    shutil.copytree(folder, package / "_bundle")
    monkeypatch.setattr(find, "__file__", str(package / "exercise/find.py"))
    assert load().root == (package / "_bundle").resolve()
    assert load().digest == load(folder).digest


def test_a_folder_that_is_no_exercise_is_named(folder: Path) -> None:
    """The message names the folder and what to give instead."""
    (folder / "tasks.yaml").unlink()
    refused = problem(folder)
    assert str(folder) in refused.message
    assert "no tasks.yaml in this folder" in refused.message
    assert "holds tasks.yaml" in refused.next_move


def test_a_folder_that_is_not_there_is_wrong_usage(folder: Path) -> None:
    """The exercise is not broken: its name is misspelt."""
    with pytest.raises(ExerciseMissing, match="nowhere: there is no such folder") as caught:
        load(folder / "nowhere")
    assert "holds tasks.yaml" in caught.value.next_move


def test_a_file_is_not_a_folder(folder: Path) -> None:
    """Giving tasks.yaml itself is answered with what to give."""
    assert "this is a file" in problem(folder / "tasks.yaml").message


# --- the manifest is refused by line ------------------------------------------------------

BROKEN = [
    # what is replaced, by what, the line it is in, the complaint, the next move
    ("title: A stack", "titel: A stack", 3, "unknown key `titel`", "Did you mean `title`?"),
    ("    points: 2\n", "    pionts: 2\n", 14, "unknown key `pionts`", "Did you mean `points`?"),
    ("memory_mb", "zzz", 9, "unknown key `zzz`", "Known here: check_cpu_s, "),
    ("class: Stack", "klass: Stack", 4, "unknown key `klass`", "Did you mean `class`?"),
    ("  battery:", "  batery:", 8, "unknown key `batery`", "Did you mean `battery`?"),
    ("title: Pop", "title: Pop\n    title: Poop", 22, "`title` is here twice", "line 21"),
    ("packages:", "id: again\npackages:", 10, "`id` is here twice", "first is in line 2"),
    ("format: 1\n", "", 1, "`format` is missing", "Begin the file with `format: 1`"),
    ("format: 1", "format: 3", 1, "format 3 is unknown", "update the grader"),
    ("format: 1", "format: true", 1, "format True is unknown", "Write `format: 1`"),
    ("format: 1", "format: '1'", 1, "format '1' is unknown", "Write `format: 1`"),
    ("title: A stack\n", "", 1, "`title` is missing.", "Add the key `title:`"),
    ("    title: Pop\n", "", 20, "`title` is missing in `tasks[1]`", "Add the key `title:`"),
    ("module: stack, ", "", 4, "`module` is missing in `submission`", "Add the key `module:`"),
    ("title: A stack", "title: 42", 3, "`title` has to be text; it is a whole number", 'title: "'),
    ("title: Pop", "title: yes", 21, "`title` has to be text; it is true or false", "quotes"),
    ("title: Pop", "title:", 21, "`title` has to be text; it is empty", "quotes"),
    ("title: Pop", "title: ' '", 21, "`title` of task `pop` is empty", "Write it"),
    ("needs: [push]", "needs: push", 23, "`needs` has to be a list; it is text", "[one, two]"),
    ("needs: [push]", "needs: [1]", 23, "has to be text; it is a whole number", "quotes"),
    ("points: 2.5", "points: 0", 22, "`points` has to be > 0.", "Correct the number"),
    ("points: 2.5", "points: -0.5", 22, "`points` has to be > 0.", "Correct the number"),
    ("points: 2.5", "points: two", 22, "`points` has to be a number; it is text", "Correct"),
    ("points: 2.5", "points: .nan", 22, ".nan is not a number", "plain number"),
    ("points: 2.5", "points: .inf", 22, ".inf is not a number", "plain number"),
    ("points: 2.5", "points: 0x_", 22, "0x_ is not a number", "plain number"),
    ("memory_mb: 256", "memory_mb: 1", 9, "`memory_mb` has to be >= 64", "Correct the number"),
    ("memory_mb: 256", "memory_mb: 99.5", 9, "has to be a whole number; it is a number", "Corr"),
    ("check_cpu_s: 2", "check_cpu_s: 0", 9, "`check_cpu_s` has to be > 0.", "Correct"),
    ("id: pop", "id: Pop!", 20, "takes small letters, digits, - and _", "Choose"),
    ("id: stack-basics", "id: 'A b'", 2, "takes small letters, digits, - and _", "Choose"),
    ("id: pop", "id: |\n      pop", 20, "the id ends with a line break", "one line"),
    ("id: pop", "id: push", 20, "two tasks have the id `push`", "first is in line 12"),
    ("needs: [push]", "needs: [pusch]", 23, "no such task", "Did you mean `push`?"),
    ("needs: []", "needs: [pop]", 15, "each other: push -> pop -> push", "Take one"),
    ("needs: []", "needs: [push]", 15, "need each other: push -> push", "Take one"),
    ("module: stack", "module: my-stack", 4, "`my-stack` cannot be a name in Python", "Letters"),
    ("[items]", "[items, '2']", 4, "`2` cannot be a name in Python", "Letters"),
    ("starter: starter", "starter: ../x", 6, "`../x` is not a path inside", "below tasks.yaml"),
    ("starter: starter", "starter: /etc", 6, "`/etc` is not a path inside", "below tasks.yaml"),
    ("starter: starter", "starter: .", 6, "`.` is not a path inside", "below tasks.yaml"),
    ("starter: starter", "starter: ''", 6, "`` is not a path inside", "below tasks.yaml"),
    ("starter: starter", r"starter: 'a\b'", 6, r"`a\b` is not a path inside", "with / between"),
    ("starter: starter", "starter: 'C:x'", 6, "`C:x` is not a path inside", "with / between"),
    ("starter: starter", r'starter: "a\0"', 6, "is not a path inside", "with / between"),
    ("[starter/stack.py]", "[../key]", 26, "`../key` is not a path inside", "below tasks.yaml"),
    ("starter: starter", "starter: sta", 6, "`sta/stack.py` is missing", "correct `parts.starter`"),
    ("[starter/stack.py]", "[a, b]", 26, "`a` is missing: part of the handout", "handout[0]"),
    ("title: Pop", "title: &x Pop", 21, "anchors (&) and aliases (*)", "Write it out"),
    ("title: Pop", "title: *x", 21, "anchors (&) and aliases (*)", "Write it out"),
    ("title: Pop", "title: !!python/name:os.x Pop", 21, "tags (!) are not read", "plain value"),
    ("title: Pop", "title: !t {a: b}", 21, "tags (!) are not read", "plain value"),
    ("title: Pop", "[a]: Pop", 21, "a key has to be a plain word", "Quote"),
    ("title: Pop", "<<: {title: Pop}", 21, "unknown key `<<`", "Known here"),
    ("title: Pop", "title: Pop: it", 21, "this is not YAML: mapping values", "missing quote"),
    ("title: Pop", "\ttitle: Pop", 21, "this is not YAML", "YAML takes no tabs"),
    ("hints: [think", "hints: [[[[[[[[think", 19, "nested too deeply", "no such depth"),
    ("of, lists]", "of", 20, "a flow sequence that begins in line 19", "bracket"),
    ("handout:", "--- \nhandout:", 26, "a second document begins here", "drop the `---`"),
    (MANIFEST, "", 1, "the file is empty", "Begin it with `format: 1`"),
    (MANIFEST, "# only words\n", 1, "the file is empty", "Begin it with `format: 1`"),
    (MANIFEST, "- format: 1\n", 1, "this file begins with keys", "Begin it with `format: 1`"),
    ("title: Pop", "title: P\x07p", 21, "the character U+0007 is not allowed", "Remove it"),
]


@pytest.mark.parametrize(("old", "new", "line", "what", "next_move"), BROKEN)
def test_a_broken_manifest_is_refused_with_line_and_next_move(
    folder: Path, old: str, new: str, line: int, what: str, next_move: str
) -> None:
    """What is wrong, where, and what to do: for every way a manifest can be wrong."""
    assert old in MANIFEST
    (folder / "tasks.yaml").write_text(MANIFEST.replace(old, new, 1))
    refused = problem(folder)
    assert refused.message.startswith(f"{folder / 'tasks.yaml'}:{line}: "), refused.message
    assert what in refused.message
    assert next_move in refused.next_move


def test_tasks_have_to_be_there(folder: Path) -> None:
    """An exercise without tasks is none."""
    text = MANIFEST[: MANIFEST.index("tasks:\n")] + "tasks: []\n"
    (folder / "tasks.yaml").write_text(text)
    assert "tasks.yaml:11: `tasks` is empty" in problem(folder).message


def test_a_need_that_comes_later_is_told_to_move(folder: Path) -> None:
    """Order without a ring: only the place is wrong."""
    text = MANIFEST.replace("needs: [push]", "needs: []").replace("needs: []", "needs: [pop]", 1)
    (folder / "tasks.yaml").write_text(text)
    refused = problem(folder)
    assert "tasks.yaml:15: task `push` needs `pop`, which comes after it" in refused.message
    assert "Move task `pop` before task `push`" in refused.next_move


def test_a_long_ring_is_named_whole(folder: Path) -> None:
    """Every task of the ring is in the message."""
    third = "  - {id: top, title: T, points: 1, statement: s, needs: [pop]}\n"
    text = MANIFEST.replace("needs: []", "needs: [top]").replace("handout:", third + "handout:")
    (folder / "tasks.yaml").write_text(text)
    assert "push -> top -> pop -> push" in problem(folder).message


def test_the_format_is_judged_before_the_keys(folder: Path) -> None:
    """A manifest of a later format may well have keys we do not know."""
    text = MANIFEST.replace("format: 1", "format: 7").replace("title: A", "caption: A")
    (folder / "tasks.yaml").write_text(text)
    assert "format 7 is unknown" in problem(folder).message


def test_a_manifest_in_another_encoding_is_refused_by_line(folder: Path) -> None:
    """The line of the first byte that is not UTF-8; a byte order mark does no harm."""
    (folder / "tasks.yaml").write_bytes(MANIFEST.replace("Pop", "P\xf6p").encode("latin-1"))
    refused = problem(folder)
    assert "tasks.yaml:21: not UTF-8 text" in refused.message
    (folder / "tasks.yaml").write_bytes(b"\xef\xbb\xbf" + MANIFEST.encode())
    assert load(folder).id == "stack-basics"


def test_nesting_without_end_is_refused_and_not_followed(folder: Path) -> None:
    """200,000 brackets end in a sentence."""
    (folder / "tasks.yaml").write_text("format: 1\nid: " + "[" * 200_000)
    assert "tasks.yaml:2: nested too deeply" in problem(folder).message


# --- the parts of the folder --------------------------------------------------------------


@pytest.mark.parametrize(
    ("gone", "line", "what"),
    [
        ("starter/stack.py", 6, "`starter/stack.py` is missing: the file learners begin with"),
        ("reference/stack.py", 7, "`reference/stack.py` is missing: the solution"),
        ("tests/battery", 8, "`tests/battery` is missing: the folder of checks"),
    ],
)
def test_a_missing_part_is_named(folder: Path, gone: str, line: int, what: str) -> None:
    """A declared part that is not there points at the line that declares it."""
    path = folder / gone
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    refused = problem(folder)
    assert f"tasks.yaml:{line}: {what}" in refused.message
    assert "Add it to the exercise folder" in refused.next_move


def test_a_part_behind_a_link_out_of_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    """A part has to be inside, also after links are followed."""
    shutil.move(folder / "starter", tmp_path / "elsewhere")
    (folder / "starter").symlink_to(tmp_path / "elsewhere")
    assert "leads out of the exercise folder through a link" in problem(folder).message


def test_a_link_inside_a_part_is_refused(folder: Path) -> None:
    """What a link leads to is not covered by the digest."""
    (folder / "tests" / "battery" / "oracle.py").symlink_to(folder / "reference" / "stack.py")
    refused = problem(folder)
    assert "oracle.py: is a link" in refused.message
    assert "Put a copy" in refused.next_move


def test_an_unreadable_file_is_the_exercises_problem(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Permissions end in a sentence that names the file."""

    def denied(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", denied)
    refused = problem(folder)
    assert "tasks.yaml: cannot be read (Permission denied)" in refused.message
    assert "that you may read it" in refused.next_move


# --- the digest ---------------------------------------------------------------------------


def test_the_digest_covers_content_and_nothing_else(folder: Path) -> None:
    """Caches, dotfiles and files beside the parts leave it alone."""
    before = load(folder).digest
    for name in (
        "starter/__pycache__/stack.cpython-311.pyc",
        "starter/stray.pyc",
        "reference/.ruff_cache/x",
        "tests/battery/.coverage",
        "README.md",
        "tests/test_engine.py",
    ):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("x")
    assert load(folder).digest == before
    assert len(before) == 64


@pytest.mark.parametrize(
    "name",
    ["tasks.yaml", "starter/stack.py", "reference/misconceptions/push.py", "tests/battery/deep/x"],
)
def test_every_declared_file_changes_the_digest(folder: Path, name: str) -> None:
    """A byte more in any of them is another exercise."""
    before = load(folder).digest
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("a") as file:
        file.write("\n")
    assert load(folder).digest != before


def test_a_renamed_file_changes_the_digest(folder: Path) -> None:
    """The same bytes under another name are another exercise."""
    before = load(folder).digest
    battery = folder / "tests" / "battery"
    (battery / "test_push.py").rename(battery / "test_pop.py")
    assert load(folder).digest != before


# --- what lies beside the parts -----------------------------------------------------------


def test_the_line_of_a_hole(folder: Path) -> None:
    """The line of the method in the starter; None where the starter has no such method."""
    exercise = load(folder)
    assert hole_line(exercise, exercise.task("push")) == 5
    assert hole_line(exercise, exercise.task("pop")) is None
    (folder / "tasks.yaml").write_text(MANIFEST.replace("    hole: Stack.push\n", ""))
    exercise = load(folder)
    assert hole_line(exercise, exercise.task("push")) is None


def test_a_starter_that_is_not_python_is_the_exercises_problem(folder: Path) -> None:
    """The learner is not to blame for it."""
    (folder / "starter" / "stack.py").write_text("class Stack:\n  def push(:\n")
    exercise = load(folder)
    with pytest.raises(ExerciseProblem, match=r"stack\.py:2: the starter file is not Python"):
        hole_line(exercise, exercise.task("push"))


def test_known_mistakes_come_in_the_order_of_the_tasks(folder: Path) -> None:
    """The module's own first, then task by task, then the rest; none is no error."""
    exercise = load(folder)
    assert known_mistake_files(exercise) == ()
    assert right_styles(exercise) == ()
    for name in ("zzz", "pop", "push", "stack", "__init__", ".hidden"):
        for kind in ("misconceptions", "correct"):
            (folder / "reference" / kind).mkdir(exist_ok=True)
            (folder / "reference" / kind / f"{name}.py").write_text("")
    names = [path.stem for path in known_mistake_files(exercise)]
    assert names == ["stack", "push", "pop", "zzz"]
    assert [path.stem for path in right_styles(exercise)] == ["pop", "push", "stack", "zzz"]


# --- format 2 -----------------------------------------------------------------------------

TWO = (
    MANIFEST.replace("format: 1", "format: 2")
    .replace(
        "{module: stack, class: Stack, requires: [items]}",
        "{modules: [stack, tools], objects: [Stack, tools.swap], requires: {Stack: [items]}}",
    )
    .replace("hole: Stack.pop", "hole: tools.swap")
    .replace("starter/stack.py]", "starter/stack.py, starter/tools.py]")
)
TOOLS = """\
BOTH = 2

def swap(one, other):
    raise NotImplementedError("task pop")
"""


@pytest.fixture
def two(folder: Path) -> Path:
    """A small sound exercise of two modules."""
    (folder / "tasks.yaml").write_text(TWO)
    for part in ("starter", "reference"):
        (folder / part / "tools.py").write_text(TOOLS)
    return folder


def test_modules_and_what_is_graded_in_them_are_read(two: Path) -> None:
    """Which of the objects are functions is the reference's to say."""
    exercise = load(two)
    contract = exercise.contract
    assert (contract.files, contract.classes) == (("stack.py", "tools.py"), ("Stack",))
    assert contract.functions == {"tools.swap"}
    assert contract.requires == {"Stack": ("items",)}
    assert [hole_line(exercise, task) for task in exercise.tasks] == [5, 3]
    assert exercise.reference_files == tuple(
        (two / "reference" / name).resolve() for name in ("stack.py", "tools.py")
    )


def test_what_is_used_is_imported() -> None:
    """The first module's names by themselves, another module as a whole."""
    contract = Contract(("stack", "tools"), ("Stack", "tools.swap"))
    used = ["Stack", "tools.swap", "Stack", "tools.BOTH"]
    assert contract.imports(used) == ["from stack import Stack", "import tools"]
    assert contract.imports(["tools.swap"]) == ["import tools"]


@pytest.mark.parametrize(
    ("old", "new", "what", "next_move"),
    [
        ("modules: [stack, tools]", "modules: []", "`modules` is empty", "at least one"),
        ("[stack, tools]", "[stack, t-ools]", "`t-ools` cannot be a name", "Letters, digits"),
        ("[stack, tools]", "[stack, stack]", "`stack` is here twice", "Take one out"),
        ("modules: [stack, tools]", "module: stack", "unknown key `module`", "`modules`"),
        (
            "tools.swap]",
            "tools.swp]",
            "the reference has no `tools.swp` in tools.py",
            "`tools.swap`",
        ),
        ("tools.swap]", "swap]", "the reference has no `swap` in stack.py", "Known here: Stack"),
        (
            "tools.swap]",
            "spare.swap]",
            "`spare.swap` is in none of the `modules`",
            "`stack` stands",
        ),
        ("{Stack: [items]}", "{Stak: [items]}", "`Stak` is none of the `objects`", "`Stack`"),
        ("{Stack: [items]}", "{tools.swap: [items]}", "is a function", "Take it out"),
        ("{Stack: [items]}", "{Stack: [my items]}", "`my items` cannot be a name", "Letters"),
    ],
)
def test_a_broken_contract_is_refused_with_its_line(
    two: Path, old: str, new: str, what: str, next_move: str
) -> None:
    """Format 2 has its own keys, and names only what the reference has."""
    assert old in TWO
    (two / "tasks.yaml").write_text(TWO.replace(old, new, 1))
    refused = problem(two)
    assert refused.message.startswith(f"{two / 'tasks.yaml'}:4: "), refused.message
    assert what in refused.message
    assert next_move in refused.next_move


def test_every_module_has_its_file(two: Path) -> None:
    """In the starter and in the reference."""
    (two / "starter" / "tools.py").unlink()
    assert "`starter/tools.py` is missing" in problem(two).message


def test_a_reference_that_is_not_python_is_told_with_its_line(two: Path) -> None:
    """What is a function cannot be seen there."""
    (two / "reference" / "tools.py").write_text("def swap(:\n")
    assert "reference/tools.py:1: the reference is not Python" in problem(two).message

"""`grader verify` on exercises that are sound, and on copies with one thing broken."""

import json
import re

import pytest

from grader.author.new import write_exercise
from grader.author.verify import PROOFS, verify
from grader.cli import run
from grader.errors import ExerciseProblem
from grader.exercise import load
from tests.author.kit import bundled


@pytest.fixture
def folder(tmp_path):
    """A fresh scaffold."""
    write_exercise(tmp_path / "stack")
    return tmp_path / "stack"


def change(path, old, new):
    text = path.read_text("utf-8")
    assert old in text, f"{path.name} does not hold {old!r}"
    path.write_text(text.replace(old, new), "utf-8")


def proved(folder, **options):
    return verify(load(folder), **options)


# --- sound exercises ------------------------------------------------------------------------


@pytest.mark.slow
def test_this_exercise_is_sound():
    """Starter 0, reference and styles full marks, every mistake caught and named, none idle."""
    heard = []
    found = verify(bundled(), listen=lambda what, done, of: heard.append((what, done, of)))
    assert found.defects == ()
    assert {proof.id for proof in found.proofs} == set(PROOFS) - {"mutants"}
    assert len(found.mistakes) >= 90
    assert {use.named for use in found.mistakes} <= {"first", "group"}
    assert all(use.failed_by for use in found.checks)
    assert {what for what, _, _ in heard} >= {"right styles", "naming known mistakes"}
    print("\ntied:", [use.group for use in found.mistakes if use.named == "group"])


def test_the_scaffold_is_sound(folder):
    """What `grader new` writes passes at once, and every mistake in it has a name of its own."""
    found = proved(folder)
    assert found.defects == ()
    assert {use.named for use in found.mistakes} == {"first"}


def test_the_scaffold_leaves_no_survivors(folder):
    """Every fault that can be generated from its reference is caught, but for equal ones."""
    found = proved(folder, mutants=1000)
    assert found.mutants.survivors == ()
    assert found.mutants.made > 30
    assert [one.diff.splitlines()[1:] for one in found.mutants.alike] == [
        ["-        return tuple(self._items)", "+        return self._items"]
    ]
    assert found.defects == ()


# --- one thing broken -----------------------------------------------------------------------


def add_idle_check(folder):
    with (folder / "tests/battery/test_size.py").open("a") as file:
        file.write(
            "\n\ndef test_ten(pile):\n"
            '    """Ten items are ten."""\n'
            "    stack = pile(*range(9), 9)\n    stack.items()\n    len(stack)\n"
        )


def add_passing_mistake(folder):
    with (folder / "reference/misconceptions/push.py").open("a") as file:
        file.write(
            '\n\nclass AppendsSlowly:\n    """`push` is slow\n\n    It copies the list.\n    """\n\n'
            "    def push(self, item):\n        self._items = [*self._items, item]\n"
        )


def add_twin_of_two(folder):
    """A mistake that does what two others do together is taken for those two."""
    with (folder / "reference/misconceptions/stack.py").open("a") as file:
        file.write(
            '\n\nclass ChangesWithTheWeather:\n    """`items` depends on chance\n\n    It does.\n'
            '    """\n\n    def items(self):\n        import random\n\n'
            "        return tuple(random.random() for _ in self._items)\n"
        )


def add_endless_mistake(folder):
    with (folder / "reference/misconceptions/peek.py").open("a") as file:
        file.write(
            '\n\nclass NeverEnds:\n    """`peek` never ends\n\n    It waits for an item.\n    """\n\n'
            "    def peek(self):\n        while True:\n            try:\n"
            "                self._items.nothing\n            except Exception:\n"
            "                pass\n"
        )


def add_broken_mistake(folder):
    with (folder / "reference/misconceptions/peek.py").open("a") as file:
        file.write(
            '\n\nclass Broken:\n    """`peek` is broken\n\n    It names nothing.\n    """\n\n'
            "    def peek(self, place=nowhere):\n        return place\n"
        )


def let_starter_pass(folder):
    change(
        folder / "starter/stack.py",
        'raise NotImplementedError("task pop: pop is yours to write")',
        "return self._items.pop()",
    )
    change(
        folder / "tests/battery/test_pop.py",
        '"""Taking from an empty stack raises IndexError."""\n    stack = pile(1)\n    stack.pop()\n',
        '"""Taking from an empty stack raises IndexError."""\n    stack = submission.Stack()\n',
    )
    change(folder / "tasks.yaml", "title: Take the top off\n    points: 3\n    needs: [push]", "")
    change(
        folder / "tasks.yaml",
        "  - id: pop\n    \n",
        "  - id: pop\n    title: Take the top off\n    points: 3\n    needs: []\n",
    )


BROKEN = {
    "idle check": (add_idle_check, "checks", r"size/ten", "is idle"),
    "mistake that passes": (add_passing_mistake, "mistakes", r"push/AppendsSlowly", "full marks"),
    "mistake without a name": (
        add_twin_of_two,
        "naming",
        r"stack/ChangesWithTheWeather",
        "no known mistake explains",
    ),
    "mistake that never ends": (add_endless_mistake, "mistakes", r"peek/NeverEnds", "does not end"),
    "mistake that cannot be run": (add_broken_mistake, "mistakes", r"peek/Broken", "nowhere"),
    "starter that passes": (let_starter_pass, "starter", r"pop/empty", "passes on the starter"),
    "hole that is filled": (
        let_starter_pass,
        "holes",
        r"starter/stack\.py:23",
        "does not end in NotImplementedError",
    ),
    "hole without a method": (
        lambda f: change(f / "tasks.yaml", "hole: Stack.pop", "hole: Stack.pop_it"),
        "holes",
        r"starter/stack\.py",
        "names the hole Stack.pop_it",
    ),
    "wrong number in an example": (
        lambda f: change(f / "tasks.yaml", ">>> len(s)\n      2", ">>> len(s)\n      3"),
        "examples",
        r"example of task size, line 5",
        "`len(s)` gives 2, not 3",
    ),
    "example that raises": (
        lambda f: change(f / "tasks.yaml", ">>> len(s)\n      2", ">>> s.len()\n      2"),
        "examples",
        r"example of task size, line 5",
        "raises AttributeError",
    ),
    "example without code": (
        lambda f: change(
            f / "tasks.yaml",
            ">>> from stack import Stack\n      >>> s = Stack()\n"
            '      >>> s.push("plate")\n      >>> s.push("plate")\n      >>> len(s)\n',
            "",
        ),
        "examples",
        r"example of task size",
        "no line that begins with `>>> `",
    ),
    "style that loses points": (
        lambda f: change(
            f / "reference/correct/places_in_a_dict.py", "self.height -= 1", "self.height -= 2"
        ),
        "styles",
        r"reference/correct/places_in_a_dict\.py",
        "loses points at pop/",
    ),
    "style that does not load": (
        lambda f: change(f / "reference/correct/linked_cells.py", "class Stack:", "class Stack"),
        "styles",
        r"reference/correct/linked_cells\.py",
        "SyntaxError",
    ),
    "task without hints": (
        lambda f: change(
            f / "tasks.yaml", "hints:\n      - A list knows how many items it holds.", "hints: []"
        ),
        "hints",
        r"task size",
        "has no hints",
    ),
    "visible example that is wrong": (
        lambda f: change(f / "starter/test_stack.py", '"cup")) == 2', '"cup")) == 3'),
        "visible",
        r"test_stack\.py",
        "test_size failed beside the reference",
    ),
    "visible example that asks for nothing": (
        lambda f: change(
            f / "starter/test_stack.py", 'assert len(pile("plate", "cup")) == 2', "assert Stack()"
        ),
        "visible",
        r"test_stack\.py",
        "test_size passed beside the starter",
    ),
    "answer in the handout": (
        lambda f: change(
            f / "starter/stack.py",
            "raise NotImplementedError(\"task push: push is yours to write\")",
            "# self._items.append(item)\n"
            '        raise NotImplementedError("task push: push is yours to write")',
        ),
        "handout",
        r"handout",
        "stack.py:17: this line of the handout is also in reference",
    ),
    "reference that loses points": (
        lambda f: change(f / "reference/stack.py", "return len(self._items)", "return 1"),
        "reference",
        r"reference/stack\.py",
        "loses points at size/length[0]",
    ),
    "no known mistakes": (
        lambda f: [path.unlink() for path in (f / "reference/misconceptions").iterdir()],
        "checks",
        r"reference/misconceptions",
        "there are no known mistakes",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_defect_is_found_and_named(folder, name):
    """The right proof fails, says where and what, and gives the next move."""
    break_it, proof, where, what = BROKEN[name]
    break_it(folder)
    found = proved(folder)
    hits = [d for d in found.defects if d.proof == proof and re.search(where, d.where)]
    assert any(what in defect.what for defect in hits), found.defects
    assert all(defect.next_move for defect in found.defects)
    assert {p.id for p in found.proofs if p.defects} == {d.proof for d in found.defects}


def test_a_hole_in_the_battery_shows_as_a_survivor(folder):
    """Without the checks that look at repeats, faults get full marks and are listed."""
    (folder / "tests/battery/test_size.py").write_text(
        "import pytest\n\npytestmark = pytest.mark.task('size')\n\n\n"
        "def test_length(pile, rng):\n"
        "    count = rng.choice([3, 3, 3, 3, 3, 3, 3, 3, 4])\n"
        "    assert (len(pile(*range(count))) == count) or count == 4\n"
    )
    found = proved(folder, mutants=1000)
    diffs = [one.diff for one in (*found.mutants.survivors, *found.mutants.alike)]
    assert len(diffs) == len(set(diffs))
    assert "checks" not in {d.proof for d in found.defects} or found.checks


def test_a_broken_reference_is_the_exercises_problem(folder):
    """Nothing can be proved with a reference that does not load."""
    change(folder / "reference/stack.py", "class Stack:", "class Stack")
    with pytest.raises(ExerciseProblem, match="the reference is broken") as caught:
        proved(folder)
    assert caught.value.exit_code == 3


# --- the command ----------------------------------------------------------------------------


def test_a_sound_exercise_ends_with_0(folder, capfd):
    """The table says yes to every proof."""
    assert run(["verify", "--exercise", str(folder), "--mutants", "5", "--no-color"]) == 0
    said = capfd.readouterr().out
    assert "The exercise is sound." in said
    assert "size/equal_items" in said
    assert not re.search(r"^no ", said, re.MULTILINE)


def test_a_defect_ends_with_1(folder, capfd):
    """The table says no, and the defect is named with its place and the next move."""
    add_passing_mistake(folder)
    assert run(["verify", "--exercise", str(folder), "--no-color"]) == 1
    said = " ".join(capfd.readouterr().out.split())
    assert "no every known mistake loses points" in said
    assert "push/AppendsSlowly `push` is slow` gets full marks" in said or (
        "push/AppendsSlowly ``push` is slow` gets full marks" in said
    )
    assert "Next: Add a check that it fails" in said


def test_json_holds_the_whole_proof(folder, capfd):
    """Proofs, checks, mistakes and faults, for machines."""
    assert run(["verify", "--exercise", str(folder), "--json", "--mutants", "5"]) == 0
    told = json.loads(capfd.readouterr().out)
    assert told["schema_version"] == "1.0"
    assert told["exercise"]["id"] == "stack"
    assert told["defects"] == []
    assert {proof["id"] for proof in told["proofs"]} == set(PROOFS)
    assert told["mutants"]["made"] == 5
    check = next(use for use in told["checks"] if use["id"] == "peek/stays")
    assert check["failed_by"] > 1
    assert check["only_by"] == ["peek/TakesTheItemOff"]

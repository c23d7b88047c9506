"""`grader verify` on exercises that are sound, and on copies with one thing broken."""

import json
import re

import pytest

from grader.author.new import write_exercise
from grader.author.proof import PROOFS
from grader.author.verify import verify
from grader.cli import run
from grader.exercise.load import load
from grader.exercise.near_misses import near_misses
from grader.grading.state import check_rng
from grader.model.errors import ExerciseProblem
from tests.author.kit import bundled

ASKED_FOR = {"mutants", "repeat"}
"""Proofs that are made where an option asks for them."""


@pytest.fixture
def folder(tmp_path):
    """A fresh exercise."""
    write_exercise(tmp_path / "stack")
    return tmp_path / "stack"


@pytest.fixture
def figures(tmp_path):
    """The smallest exercise that `grader new` writes."""
    write_exercise(tmp_path / "figures", "functions")
    return tmp_path / "figures"


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
    near = {"unknown"} if near_misses(bundled()) else set()
    assert {proof.id for proof in found.proofs} == (set(PROOFS) - ASKED_FOR - {"unknown"}) | near
    assert len(found.mistakes) >= 90
    assert {use.named for use in found.mistakes} <= {"first", "group"}
    assert all(use.failed_by for use in found.checks)
    assert {what for what, _, _ in heard} >= {"right styles", "naming known mistakes"}
    print("\ntied:", [use.group for use in found.mistakes if use.named == "group"])


LIKE_THE_REFERENCE = {
    "stack": ["return self._items"],
    "functions": [
        "raise ValueError",
        "raise ValueError()",
        "raise ValueError('')",
        "return max(abs(middle - number) for number in numbers)",
    ],
    "two-classes": [
        "return ((other.x - self.x) ** 2 + (self.y - other.y) ** 2) ** 0.5",
        "return ((self.x - other.x) ** 2 + (other.y - self.y) ** 2) ** 0.5",
    ],
}


QUICK = "functions"
OTHERS = [pytest.param(one, marks=pytest.mark.slow) for one in LIKE_THE_REFERENCE if one != QUICK]


@pytest.mark.parametrize("template", [QUICK, *OTHERS])
def test_a_template_is_sound_and_leaves_no_survivors(tmp_path, template):
    """What `grader new` writes passes at once, and every mistake in it has a name of its own;
    every fault that can be generated from its reference is caught, but for equal ones."""
    write_exercise(tmp_path / "exercise", template)
    found = proved(tmp_path / "exercise", mutants=1000)
    assert found.mutants.survivors == ()
    assert found.mutants.made > 30
    alike = [one.diff.splitlines()[-1].removeprefix("+").strip() for one in found.mutants.alike]
    assert alike == LIKE_THE_REFERENCE[template]
    assert found.defects == ()
    assert len(found.mistakes) >= 4
    assert {use.named for use in found.mistakes} == {"first"}


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
            '\n\nclass AppendsSlowly:\n    """`push` is slow\n\n    It copies it all.\n    """\n\n'
            "    def push(self, item):\n        self._items = [*self._items, item]\n"
        )


def add_mistake_by_chance(folder):
    with (folder / "reference/misconceptions/stack.py").open("a") as file:
        file.write(
            '\n\nclass DependsOnChance:\n    """`items` depends on chance\n\n    It does.\n'
            '    """\n\n    def items(self):\n        import random\n\n'
            "        return tuple(random.random() for _ in self._items)\n"
        )


def add_endless_mistake(folder):
    change(folder / "tasks.yaml", "{check_cpu_s: 1,", "{check_cpu_s: 0.2,")
    with (folder / "reference/misconceptions/peek.py").open("a") as file:
        file.write(
            '\n\nclass NeverEnds:\n    """`peek` never ends\n\n    It waits.\n    """\n\n'
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


SIZE_EXAMPLE = """\
      >>> from stack import Stack
      >>> s = Stack()
      >>> s.push("plate")
      >>> s.push("plate")
      >>> len(s)
      2
"""
PUSH_HOLE = 'raise NotImplementedError("task push: push is yours to write")'


def let_starter_pass(folder):
    change(
        folder / "starter/stack.py",
        'raise NotImplementedError("task pop: pop is yours to write")',
        "return self._items.pop()",
    )
    change(
        folder / "tests/battery/test_pop.py",
        "    stack = pile(1)\n    stack.pop()\n    with",
        "    stack = submission.Stack()\n    with",
    )
    change(folder / "tasks.yaml", "points: 3\n    needs: [push]", "points: 3\n    needs: []")


def in_tasks(old, new):
    return lambda folder: change(folder / "tasks.yaml", old, new)


def in_file(name, old, new):
    return lambda folder: change(folder / name, old, new)


def without_mistakes(folder):
    for path in (folder / "reference/misconceptions").iterdir():
        path.unlink()


# Each group is one copy of the template with several things broken: what breaks it, and the
# proof, the place and the words of the defect that has to be found.
BROKEN = {
    "mistakes": [
        (add_idle_check, "checks", r"size/ten", "is idle"),
        (add_passing_mistake, "mistakes", r"push/AppendsSlowly", "full marks"),
        (add_mistake_by_chance, "naming", r"stack/DependsOnChance", "no known mistake explains"),
        (add_endless_mistake, "mistakes", r"peek/NeverEnds", "does not end"),
        (add_broken_mistake, "mistakes", r"peek/Broken", "nowhere"),
    ],
    "no mistakes": [(without_mistakes, "checks", r"misconceptions", "there are no known mistakes")],
    "starter": [
        (let_starter_pass, "starter", r"pop/empty", "passes on the starter"),
        (let_starter_pass, "holes", r"starter/stack\.py:22", "not end in NotImplementedError"),
        (
            in_tasks("hole: Stack.__len__", "hole: Stack.length"),
            "holes",
            r"starter/stack\.py",
            "names the hole Stack.length",
        ),
    ],
    "what learners read": [
        (
            in_tasks("s.pop()\n      'cup'", "s.pop()\n      'plate'"),
            "examples",
            r"example of task pop, line 5",
            "`s.pop()` gives 'cup', not 'plate'",
        ),
        (
            in_tasks("      >>> s.peek()", "      >>> s.look()"),
            "examples",
            r"example of task peek, line 4",
            "raises AttributeError",
        ),
        (
            in_tasks(SIZE_EXAMPLE, "      See above.\n"),
            "examples",
            r"example of task size",
            "no line that begins with `>>> `",
        ),
        (
            in_tasks("hints:\n      - A list knows how many items it holds.", "hints: []"),
            "hints",
            r"task size",
            "has no hints",
        ),
        (
            in_file("starter/test_stack.py", "both.pop(), both.pop()", 'both.pop(), "cup"'),
            "visible",
            r"test_stack\.py",
            "test_pop failed beside the reference",
        ),
        (
            in_file(
                "starter/test_stack.py", 'len(pile("plate", "cup")) == 2', "Stack().items() == ()"
            ),
            "visible",
            r"test_stack\.py",
            "test_size passed beside the starter",
        ),
    ],
    "right code and handout": [
        (
            in_file(
                "reference/correct/places_in_a_dict.py", "self.height -= 1", "self.height -= 2"
            ),
            "styles",
            r"reference/correct/places_in_a_dict\.py",
            "loses points at pop/",
        ),
        (
            in_file("reference/correct/linked_cells.py", "class Stack:", "class Stack"),
            "styles",
            r"reference/correct/linked_cells\.py",
            "SyntaxError",
        ),
        (
            in_file("reference/stack.py", "return len(self._items)", "return 1"),
            "reference",
            r"reference/stack\.py",
            "loses points at size/length[0]",
        ),
        (
            in_file(
                "starter/stack.py", PUSH_HOLE, "# self._items.append(item)\n        " + PUSH_HOLE
            ),
            "handout",
            r"handout",
            "stack.py:16: this line of the handout is also in reference",
        ),
    ],
}


@pytest.mark.parametrize("group", BROKEN)
def test_defects_are_found_and_named(folder, group):
    """For each: the right proof fails, says where and what, and gives the next move."""
    if group != "what learners read":
        # pytest is started on them twice
        change(folder / "tasks.yaml", ", starter/test_stack.py]", "]")
    for break_it in dict.fromkeys(case[0] for case in BROKEN[group]):
        break_it(folder)
    found = proved(folder)
    for _, proof, where, what in BROKEN[group]:
        hits = [d for d in found.defects if d.proof == proof and re.search(where, d.where)]
        assert any(what in defect.what for defect in hits), found.defects
    assert all(defect.next_move for defect in found.defects)
    assert {p.id for p in found.proofs if p.defects} == {d.proof for d in found.defects}


def test_a_hole_in_the_battery_shows_as_a_survivor(figures):
    """A fault that only some random numbers show is a survivor, and says which seed shows it."""
    (figures / "tests/battery/test_spread.py").write_text(
        "import pytest\n\npytestmark = pytest.mark.task('spread')\n\n\n"
        "def test_far(submission, rng):\n"
        "    numbers = rng.choice([(2,), (2, 3, 7)])\n"
        "    assert submission.spread(numbers) == 3 * (len(numbers) == 3)\n"
    )
    lucky = [seed for seed in range(50) if check_rng(seed, "spread/far").choice([1, 2]) == 1]
    seed = next(seed for seed in lucky if seed + 1 not in lucky)
    found = proved(figures, mutants=1000, seed=seed)
    assert {one.shown_by for one in found.mutants.survivors} == {
        f"the battery's own random checks with seed {seed + 1}"
    }
    assert any(
        "+    return max(abs(middle - middle)" in one.diff for one in found.mutants.survivors
    )
    assert "mutants" in {defect.proof for defect in found.defects}


def test_a_broken_reference_is_the_exercises_problem(folder):
    """Nothing can be proved with a reference that does not load."""
    change(folder / "reference/stack.py", "class Stack:", "class Stack")
    with pytest.raises(ExerciseProblem, match="the reference is broken") as caught:
        proved(folder)
    assert caught.value.exit_code == 3


# --- the command ----------------------------------------------------------------------------


def test_a_sound_exercise_ends_with_0(figures, capfd):
    """The table says yes to every proof."""
    assert run(["verify", "--exercise", str(figures), "--mutants", "5", "--no-color"]) == 0
    said = capfd.readouterr().out
    assert "The exercise is sound." in said
    assert "spread/below" in said
    assert not re.search(r"^no ", said, re.MULTILINE)


def test_a_defect_ends_with_1(figures, capfd):
    """The table says no, and the defect is named with its place and the next move."""
    with (figures / "reference/misconceptions/mean.py").open("a") as file:
        file.write(
            '\n\nclass Slow:\n    """`mean` is slow\n\n    It copies it all.\n    """\n\n'
            "    def mean(numbers):\n        return sum([*numbers]) / len([*numbers])\n"
        )
    assert run(["verify", "--exercise", str(figures), "--no-color"]) == 1
    said = " ".join(capfd.readouterr().out.split())
    assert "no every known mistake loses points" in said
    assert "mean/Slow `mean` is slow: and yet it gets full marks" in said
    assert "Next: Add a check that it fails" in said


def test_json_holds_the_whole_proof(figures, capfd):
    """Proofs, checks, mistakes and faults, for machines."""
    options = ["--json", "--mutants", "5", "--repeat", "2"]
    assert run(["verify", "--exercise", str(figures), *options]) == 0
    told = json.loads(capfd.readouterr().out)
    assert told["schema_version"] == "1.1"
    assert told["exercise"]["id"] == "figures"
    assert told["defects"] == []
    assert {proof["id"] for proof in told["proofs"]} == set(PROOFS) - {"unknown", "box"}
    assert told["mutants"]["made"] == 5
    check = next(use for use in told["checks"] if use["id"] == "spread/nothing")
    assert check["failed_by"] > 0
    assert check["only_by"] == ["spread/NothingIsZero"]

"""A made-up class of any size: right styles, every known mistake, hostile files, refused ones.

    python tests/bench/synthetic_class.py FOLDER --count 1000

Every submission is a file of its own kind or carries a comment of its own, so no two are equal.
The same count and seed give the same class. Known mistakes are put into the reference as a learner
would have written them: their methods take the place of its methods.
"""

from __future__ import annotations

import argparse
import ast
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
NULL_BYTE = b"class Value:\0\n"
WIDE = "class Value: pass\n".encode("utf-16")
HOSTILE = {
    "endless import": "while True:\n    pass\n",
    "endless product": "class Value:\n    def __init__(self, data):\n        self.data = data\n"
    "        self.grad = 0\n    def backward(self):\n        while True:\n            pass\n"
    "    def __add__(self, other):\n        return self\n    __mul__ = __add__\n",
    "greedy": "keep = bytearray(1 << 40)\n",
    "leaver": "import os\nos._exit(0)\n",
    "talker": "print('x' * 10_000_000)\nclass Value:\n    pass\n",
    "deep": "def f():\n    f()\nf()\n",
    "reader": "import os\nclass Value:\n    found = os.listdir('/')\n",
    "liar": "class Value(float):\n    data = grad = property(lambda self: self)\n"
    "    def __eq__(self, other):\n        return True\n    def backward(self):\n        pass\n",
}


class Made(NamedTuple):
    """One submission: the name of its kind, and its content."""

    kind: str
    content: bytes


def right_styles() -> list[Made]:
    """The reference and every other right solution."""
    files = [ROOT / "reference/value.py", *sorted((ROOT / "reference/correct").glob("*.py"))]
    return [Made(f"right {path.stem}", path.read_bytes()) for path in files]


def known_mistakes() -> list[Made]:
    """The reference with each known mistake put in."""
    made = []
    for path in sorted((ROOT / "reference/misconceptions").glob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef):
                made.append(Made(f"{path.stem}/{node.name}", _with(node).encode()))
    return made


def _with(mistake: ast.ClassDef) -> str:
    tree = ast.parse((ROOT / "reference/value.py").read_text("utf-8"))
    held = next(node for node in tree.body if isinstance(node, ast.ClassDef))
    body = [node for node in mistake.body if not _is_docstring(node)]
    names = {node.name for node in body if isinstance(node, ast.FunctionDef)}
    held.body = [node for node in held.body if getattr(node, "name", None) not in names] + body
    return ast.unparse(tree) + "\n"


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def submissions(count: int, *, seed: int = 0, hostile: bool = True) -> Iterator[Made]:
    """So many submissions. Without hostile ones: four right ones to one with a known mistake."""
    rng = random.Random(seed)
    right, wrong = right_styles(), known_mistakes()
    starter = (ROOT / "starter/value.py").read_bytes()
    for number in range(count):
        made = _pick(rng, number, right, wrong, starter, hostile)
        if made.kind.startswith("refused"):
            yield made
        else:
            yield Made(made.kind, made.content + f"\n# {number} of {count}\n".encode())


def _pick(
    rng: random.Random,
    number: int,
    right: list[Made],
    wrong: list[Made],
    starter: bytes,
    hostile: bool,
) -> Made:
    if not hostile:
        pool = wrong if number % 5 == 4 else right
        return pool[(number // 5 if number % 5 == 4 else number) % len(pool)]
    if number < len(wrong):
        return wrong[number]
    share = rng.random()
    if share < 0.03:
        return Made("starter", starter)
    if share < 0.04:
        kind = rng.choice(sorted(HOSTILE))
        return Made(f"hostile {kind}", HOSTILE[kind].encode())
    if share < 0.06:
        return rng.choice([Made("refused null", NULL_BYTE), Made("refused wide", WIDE)])
    return rng.choice(wrong) if share < 0.4 else rng.choice(right)


def long_tailed(count: int, *, seed: int = 0) -> Iterator[Made]:
    """So many submissions, one in three with a known mistake: the n-th most common of these has
    1/n of the first one's share (Zipf's law)."""
    rng = random.Random(seed)
    right, wrong = right_styles(), known_mistakes()
    rng.shuffle(wrong)
    shares = [1 / rank for rank in range(1, len(wrong) + 1)]
    for number in range(count):
        (made,) = rng.choices(wrong, shares) if rng.random() < 1 / 3 else [rng.choice(right)]
        yield Made(made.kind, made.content + f"\n# {number} of {count}\n".encode())


def write(folder: Path, submissions: Iterable[Made]) -> dict[str, str]:
    """Writes a class into a folder; the kind of each learner's submission."""
    folder.mkdir(parents=True, exist_ok=True)
    kinds = {}
    for number, made in enumerate(submissions):
        learner = f"learner{number:06}"
        (folder / f"{learner}.py").write_bytes(made.content)
        kinds[learner] = made.kind
    return kinds


def main() -> None:
    """Writes a class and says what is in it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tame", action="store_true", help="no hostile and no refused ones")
    asked = parser.parse_args()
    made = submissions(asked.count, seed=asked.seed, hostile=not asked.tame)
    kinds = write(asked.folder, made)
    words = [kind.split()[0] if " " in kind or kind == "starter" else "mistake" for kind in
             kinds.values()]  # fmt: skip
    for word in sorted(set(words)):
        print(f"{words.count(word):7} {word}")


if __name__ == "__main__":
    main()

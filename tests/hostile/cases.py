"""The hostile submissions: a folder each, with `value.py` and what must come of it.

`expected.json` may hold: `score` (exact) or `score_at_most` (default 0) · `tasks` (a task's
outcome, or a list of possible ones) · `not_loaded` · `message_has`, `output_has` (text that a
message, the printed output holds) · `contained_from` (the weakest level that promises
containment, default `none`) · `at_none` (`gained`, `gained_as_root` or `full`: what the attack
achieves where nothing contains it, which shows that it is a real one) · `destructive` (not run
where it is not contained) · `with` (modules of `kit/` that travel along) · `files` (more files) ·
`name` (the submission's name) · `whole` (graded on every task, not on one) · `machine` (the only
architecture it is written for) · `xfail` (why it is known to fail).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from grader.intake import take as intake
from grader.model.exercise import SourceFile, Submission

HERE = Path(__file__).parent
CONFINED = ("forging", "reading", "resources", "escape")
"""Groups whose cases it takes a box to contain, or may take."""
TRUSTED = ("lying", "natural", "injection")
"""Groups whose cases are met by the trusted side alone, whatever confines their process."""
GROUPS = (*CONFINED, *TRUSTED)
LEVELS = ("none", "kernel", "strict")
STRONGEST = "strongest"
"""The name of whichever level is the strongest that this machine offers."""
MODULE = "value.py"


class Case(NamedTuple):
    """A hostile submission and what is expected of it."""

    id: str
    files: Mapping[str, str]
    expected: Mapping[str, Any]

    @property
    def group(self) -> str:
        """The folder it lies in."""
        return self.id.partition("/")[0]

    @property
    def room(self) -> str:
        """Which exercise it is handed in for, and how much of that is graded."""
        if self.group == "natural":
            return "natural"
        return "whole" if self.expected.get("whole") else "one_task"

    @property
    def level(self) -> str:
        """Where it is always run."""
        return LEVELS[0] if self.group in TRUSTED else STRONGEST

    def contained(self, level: str) -> bool:
        """Whether the level promises to contain it."""
        weakest = self.expected.get("contained_from", "none")
        return LEVELS.index(level) >= LEVELS.index(weakest)

    def runs(self, level: str) -> bool:
        """Whether it is safe to run it at that level."""
        return self.contained(level) or not self.expected.get("destructive")

    def submission(self, places: Mapping[str, str]) -> Submission:
        """The submission, with the names of real places put in."""
        files = []
        for path, text in sorted(self.files.items()):
            for name, place in places.items():
                text = text.replace(f"@{name}@", place)
            data = text.encode()
            files.append(SourceFile(path, text, hashlib.sha256(data).hexdigest(), len(data)))
        digest = hashlib.sha256("".join(file.sha256 for file in files).encode()).hexdigest()
        name = str(self.expected.get("name", f"{self.id.rpartition('/')[2]}.py"))
        if len(files) == 1:
            return intake.take_source(name, files[0].text.encode(), MODULE)
        return Submission(name, MODULE, tuple(files), digest)


@cache
def load_cases() -> tuple[Case, ...]:
    """Every case, in order of groups and names."""
    folders = [
        folder for group in GROUPS for folder in sorted((HERE / group).iterdir()) if folder.is_dir()
    ]
    return tuple(_load(folder) for folder in folders if (folder / "expected.json").is_file())


def _load(folder: Path) -> Case:
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    files = {path.name: path.read_text("utf-8") for path in folder.glob("*.py")}
    for name in expected.get("with", ()):
        files[f"{name}.py"] = (HERE / "kit" / f"{name}.py").read_text("utf-8")
    files.update(expected.get("files", {}))
    return Case(f"{folder.parent.name}/{folder.name}", files, expected)

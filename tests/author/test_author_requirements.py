"""What a course's image pins: everything that is needed there, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from grader import load_exercise
from grader.author.package_wheel import requirements

NEEDS = {
    "numbers-of-a-course": (
        "Everywhere>=1",
        "only-on-nowhere; sys_platform == 'nowhere'",
        "for-an-old-python; python_version < '3'",
        "for-tests; extra == 'test'",
        "With.Extra[fast] ; python_version >= '3'",
    ),
    "everywhere": ("numbers-of-a-course",),
    "only-on-nowhere": (),
    "for-an-old-python": (),
    "for-tests": (),
    "with-extra": ("speed; extra == 'fast'", "looks; extra == 'slow'"),
    "speed": (),
    "looks": (),
}


def test_only_what_is_needed_here_is_pinned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them are installed, as packages of other people's projects are."""
    for name, needs in NEEDS.items():
        info = tmp_path / f"{name.replace('-', '_')}-2.0.dist-info"
        info.mkdir()
        lines = [f"Name: {name}", "Version: 2.0", *(f"Requires-Dist: {one}" for one in needs)]
        (info / "METADATA").write_text("Metadata-Version: 2.1\n" + "\n".join(lines) + "\n")
    monkeypatch.syspath_prepend(tmp_path)
    exercise = replace(load_exercise(), packages=("numbers-of-a-course",))
    pinned = {line.partition("==")[0] for line in requirements(exercise).splitlines()}
    assert pinned & NEEDS.keys() == {"numbers-of-a-course", "everywhere", "with-extra", "speed"}
    assert "pytest" in pinned

"""Copies of the tree and fresh virtual environments, for what only shows after an installation."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import ROOT, variables

INSTALL_WALL_S = 900
NOT_SOURCE = frozenset({".git", ".venv", "dist", "build", "htmlcov"})


def tree() -> list[str]:
    """Every file of the project: what git would take, or, without git, all but rests of runs."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        listing = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
        done = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True)
        names = done.stdout.decode().split("\0")
        return sorted({name for name in names if name and (ROOT / name).is_file()})
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in found if not _left_by_a_run(path))


def _left_by_a_run(path: Path) -> bool:
    parts = path.parts[:-1]
    caches = any(part == "__pycache__" or part.endswith(("_cache", ".egg-info")) for part in parts)
    return caches or parts[:1] == (".hypothesis",) or not NOT_SOURCE.isdisjoint(parts)


def copy_of_tree(folder: Path) -> Path:
    """The project as a fresh clone has it."""
    for name in tree():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    return folder


def package_variables(**more: str) -> dict[str, str]:
    """The environment for package tools: where this machine's index is stays known."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.startswith("PIP_") or name.lower().endswith("_proxy")
    }
    return variables(**kept, **more)


def run(*command: object, cwd: Path, **more: str) -> str:
    """Runs a command that must succeed; what it printed."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=package_variables(**more),
        capture_output=True,
        timeout=INSTALL_WALL_S,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout.decode()}\n{done.stderr.decode()}"
    return done.stdout.decode()


def need_package_index(folder: Path) -> None:
    """Skips where pip reaches no package index; in CI that is a failure."""
    command = (sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "hatchling")
    done = subprocess.run(
        command, cwd=folder, env=package_variables(), capture_output=True, check=False
    )
    if done.returncode == 0:
        return
    reason = "pip reaches no package index"
    if os.environ.get("CI"):
        pytest.fail(f"{reason}: {done.stderr.decode()}")
    pytest.skip(reason)

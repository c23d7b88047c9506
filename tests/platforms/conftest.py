"""The packages as the command line writes them, and an installation made by their `setup.sh`.

They are of a copy of the exercise that gives a check little time, so that endless ones end soon.
"""

from __future__ import annotations

import fcntl
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.running import grader, quick_exercise
from tests.platforms.layout import HOME, enter, wheels


@pytest.fixture(scope="session")
def exercise(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is packaged."""
    return quick_exercise(tmp_path_factory.mktemp("quick"))


def once(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], None]) -> Path:
    """A folder that one of the processes of a run of the tests builds, for all of them."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder = base / name
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            begun = factory.mktemp(name)
            build(begun)
            begun.rename(folder)
    return folder


@pytest.fixture(scope="session")
def packages(exercise: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every platform's package; Gradescope's is unpacked as Gradescope does it."""
    return once(tmp_path_factory, "packages", lambda folder: pack(exercise, folder))


def pack(exercise: Path, folder: Path) -> None:
    """Writes every platform's package into the folder."""
    for platform in (
        *("gradescope.zip", "prairielearn", "github", "docker"),
        *("classroom50", "vpl", "aplus", "dodona", "xqueue"),
    ):
        words = (platform.removesuffix(".zip"), folder / platform, "--exercise", exercise)
        done = grader("package", *words)
        assert done.code == 0, done
    with zipfile.ZipFile(folder / "gradescope.zip") as archive:
        archive.extractall(folder / "gradescope")


@pytest.fixture(scope="session")
def installed(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `setup.sh` of the built artifact leaves in /opt, in a root of its own and offline."""
    return once(tmp_path_factory, "installed", lambda folder: install(packages, folder)) / "opt"


def install(packages: Path, base: Path) -> None:
    """Leaves in `base/opt` what `setup.sh` of Gradescope's package installs, offline."""
    source = packages / "gradescope"
    index = wheels(base / "wheels", (source / "requirements.txt").read_text())
    root, opt = base / "root", base / "opt"
    root.mkdir()
    opt.mkdir(mode=0o755)
    opt.chmod(0o755)  # other users enter it too
    done = enter(
        root,
        *("/bin/sh", "/autograder/source/setup.sh"),
        bind={"/opt": opt, "/autograder/source": source, "/wheels": index},
        PIP_NO_INDEX="1",
        PIP_FIND_LINKS="/wheels",
    )
    assert done.code == 0, done
    assert (opt / HOME.name / "bin/grader").is_file()

"""The packages as the command line writes them, and an installation made by their `setup.sh`."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.cli.running import grader
from tests.platforms.layout import HOME, enter, wheels


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every platform's package; Gradescope's is unpacked as Gradescope does it."""
    folder = tmp_path_factory.mktemp("packages")
    for platform in (
        *("gradescope.zip", "prairielearn", "github", "docker"),
        *("classroom50", "vpl", "aplus"),
    ):
        done = grader("package", platform.removesuffix(".zip"), folder / platform)
        assert done.code == 0, done
    with zipfile.ZipFile(folder / "gradescope.zip") as archive:
        archive.extractall(folder / "gradescope")
    return folder


@pytest.fixture(scope="session")
def installed(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `setup.sh` of the built artifact leaves in /opt, in a root of its own and offline."""
    base = tmp_path_factory.mktemp("installed")
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
    return opt

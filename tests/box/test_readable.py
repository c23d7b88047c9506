"""What a plan names as readable, and what it refuses to name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.box import policy
from grader.box.readable import readable_paths
from grader.model.errors import Fault
from tests.box.test_confine import CONFINE, ROOT, interpreters, readable

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel layers are Linux's")


@pytest.mark.parametrize("python", interpreters())
def test_nothing_readable_holds_an_installed_package(python: str) -> None:
    found = readable(python)
    folders = {path for path in found.paths if os.path.isdir(path)}
    library = [sys.executable, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    library[0] = python
    site = subprocess.run(library, capture_output=True, text=True, check=True).stdout.strip()
    for place in (site, str(CONFINE), str(Path(policy.__file__))):
        assert not any(
            os.path.realpath(place).startswith(os.path.realpath(f) + "/") for f in folders
        )
    assert not [path for path in found.paths if "-packages" in path or path.endswith(".pth")]
    assert found.version.split()[0].count(".") == 2


def test_a_package_that_is_not_installed_is_named() -> None:
    with pytest.raises(Fault, match="'no-such-package-here', which is not installed"):
        readable_paths(Path(sys.executable), ["no-such-package-here"])


def test_an_editable_install_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = tmp_path / "toy-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: toy\nVersion: 1.0\n")
    (info / "RECORD").write_text("toy.pth,,\ntoy-1.0.dist-info/METADATA,,\n")
    (tmp_path / "toy.pth").write_text("/somewhere/else\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(Fault, match="editable install"):  # nothing of its own lies here
        readable_paths(Path(sys.executable), ["toy"])


def test_a_packagers_install_without_a_file_list_goes_by_its_top_level_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "__init__.py").write_text("")
    info = tmp_path / "toy-1.0.egg-info"
    info.mkdir()
    (info / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: toy\nVersion: 1.0\n")
    (info / "top_level.txt").write_text("toy\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = readable_paths(Path(sys.executable), ["toy"])
    assert found.imports[str(tmp_path)] == {"toy": "toy/__init__.py"}
    assert str(tmp_path / "toy") in found.paths


def test_a_python_that_cannot_start_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="cannot be used: No such file"):
        readable_paths(tmp_path / "python")


def test_a_closed_folder_keeps_the_uid_and_says_which(tmp_path: Path) -> None:
    closed = tmp_path / "home"
    closed.mkdir(mode=0o700)
    (closed / "module.py").write_text("")
    possible, reason = policy.can_drop_uid([str(closed / "module.py")])
    assert not possible
    assert ("is closed to other users" in reason) if ROOT else ("not started as root" in reason)


def test_the_plan_is_plain_data_and_names_what_it_leaves_out() -> None:
    plan = policy.kernel_plan(
        readable=["/dev/null"], memory_bytes=1, cpu_seconds=2, output_bytes=3, open_files=4,
        seccomp=None, drop_uid=None, landlock=False,
        absent={"uid": "the interpreter's folder is closed"},
    )  # fmt: skip
    assert json.loads(json.dumps(plan)) == plan
    assert plan["rlimits"]["RLIMIT_CPU"] == [2, 3]
    assert plan["absent"] == {
        "uid": "the interpreter's folder is closed",
        "landlock": "left out of the plan",
        "seccomp": "left out of the plan",
    }


def distribution(folder: Path, name: str, *needed: str) -> None:
    """A distribution of one module, installed in the folder."""
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    lines = "".join(f"Requires-Dist: {one}\n" for one in needed)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{lines}")
    (info / "RECORD").write_text(f"{name}.py,,\n{name}-1.0.dist-info/METADATA,,\n")
    (folder / f"{name}.py").write_text("".join(f"import {one}\n" for one in needed[:1]))


def test_what_a_package_needs_is_readable_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    distribution(tmp_path, "toy", "toybase", "absent; extra == 'more'", "gone; os_name == 'none'")
    distribution(tmp_path, "toybase", "toy_root")
    distribution(tmp_path, "toy_root")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = readable_paths(Path(sys.executable), ["toy"])
    assert set(found.imports[str(tmp_path)]) == {"toy", "toybase", "toy_root"}
    assert str(tmp_path / "toy_root.py") in found.paths


def test_what_a_package_needs_and_is_not_installed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    distribution(tmp_path, "toy", "no-such-base")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(Fault, match="'toy' needs 'no-such-base', which is not installed"):
        readable_paths(Path(sys.executable), ["toy"])

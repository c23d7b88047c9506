"""What is shipped: the exact files of sdist and wheel, and that an installed wheel is complete."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path, PurePosixPath

import pytest
from msgspec import Struct

from grader import load_exercise
from tests.cli import submissions
from tests.cli.fresh import copy_of_tree, need_package_index, run, tree
from tests.cli.running import ROOT, grader

pytestmark = pytest.mark.slow

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
VERSION = PROJECT["project"]["version"]
SDIST_PARTS = (".ci", "grader", "starter", "reference", "tests", "docs")
SDIST_FILES = (
    ".gitignore CHANGELOG.md CONTRIBUTING.md LICENSE README.md pyproject.toml tasks.yaml".split()
)
BUNDLE = "grader/_bundle"
BUNDLED = ("tasks.yaml", "starter", "reference", "tests/battery")
METADATA = ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")


class Built(Struct):
    """The two archives that `python -m build` makes: the wheel comes out of the sdist."""

    sdist: Path
    wheel: Path
    sources: list[str]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Built from a copy of the tree in which stray files lie about."""
    pytest.importorskip("build")
    need_package_index(tmp_path_factory.mktemp("index"))
    source = copy_of_tree(tmp_path_factory.mktemp("source"))
    for stray in ("starter/__pycache__/value.cpython-311.pyc", "tests/battery/.pytest_cache/x"):
        (source / stray).parent.mkdir(parents=True, exist_ok=True)
        (source / stray).write_bytes(b"stray")
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", out, cwd=source)
    (sdist,) = out.glob("*.tar.gz")
    (wheel,) = out.glob("*.whl")
    return Built(sdist, wheel, tree())


def below(parts: tuple[str, ...], name: str) -> bool:
    """Whether a file is one of these or lies in one of them."""
    return any(name == part or name.startswith(f"{part}/") for part in parts)


def test_the_sdist_holds_exactly_the_source(built: Built) -> None:
    """Every file of the named parts, the named files at the top, and nothing else."""
    with tarfile.open(built.sdist) as archive:
        names = {str(PurePosixPath(*PurePosixPath(n).parts[1:])) for n in archive.getnames()}
    expected = {name for name in built.sources if below(SDIST_PARTS, name)}
    assert names == expected | set(SDIST_FILES) | {"PKG-INFO"}


def test_the_wheel_holds_exactly_the_package_and_the_exercise(built: Built) -> None:
    """The package; below it the exercise with its battery; of the tests nothing else."""
    with zipfile.ZipFile(built.wheel) as archive:
        names = set(archive.namelist())
    package = {name for name in built.sources if below(("grader",), name)}
    bundle = {f"{BUNDLE}/{name}" for name in built.sources if below(BUNDLED, name)}
    metadata = {f"autograd_grader-{VERSION}.dist-info/{name}" for name in METADATA}
    assert names == package | bundle | metadata
    assert f"{BUNDLE}/tests/battery/oracle.py" in names
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


def test_the_wheel_installs_one_command(built: Built) -> None:
    """`grader`, and no plugin that would load itself into other people's pytest."""
    with zipfile.ZipFile(built.wheel) as archive:
        text = archive.read(f"autograd_grader-{VERSION}.dist-info/entry_points.txt").decode()
    assert text.split() == ["[console_scripts]", "grader", "=", "grader.__main__:main"]


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel in it."""
    folder = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", "venv", cwd=folder)
    run("venv/bin/pip", "install", "--quiet", built.wheel, cwd=folder)
    return folder / "venv/bin"


def test_the_installed_wheel_carries_the_same_exercise(installed: Path, tmp_path: Path) -> None:
    """pip has compiled the bundled files by now; the digest does not change by it."""
    code = "import grader; e = grader.load_exercise(); print(e.root); print(e.digest)"
    root, digest = run(installed / "python", "-I", "-c", code, cwd=tmp_path).split()
    assert root.endswith(BUNDLE)
    assert list(Path(root).rglob("*.pyc"))
    assert digest == load_exercise(ROOT).digest


def test_the_installed_grader_works_without_the_checkout(installed: Path, tmp_path: Path) -> None:
    """Version, starter and a scorecard, in an empty folder."""
    command = (str(installed / "grader"),)
    assert VERSION in grader("--version", command=command, cwd=tmp_path).out
    assert grader("init", command=command, cwd=tmp_path).code == 0
    assert (tmp_path / "value.py").read_bytes() == (ROOT / "starter/value.py").read_bytes()
    submissions.write(tmp_path, submissions.wrong_mul())
    done = grader("grade", "value.py", command=command, cwd=tmp_path)
    assert done.code == 0
    assert "expected 6.0, got 3.0" in done.out
    assert "Aufgabe" in grader("tasks", command=command, cwd=tmp_path, LANGUAGE="de").out
    new = ("new", "more", "--template", "autograd-more")
    assert grader(*new, command=command, cwd=tmp_path).code == 0
    shared = "tests/battery/oracle.py"
    assert (tmp_path / "more" / shared).read_bytes() == (ROOT / shared).read_bytes()
    (templates,) = installed.parent.glob("lib/python*/site-packages/grader/author/templates")
    assert not list(templates.rglob("*.pyc"))


def test_the_installed_grader_may_be_unwritable(installed: Path, tmp_path: Path) -> None:
    """Nothing is ever written beside the program."""
    site = next(installed.parent.glob("lib/python*/site-packages/grader"))
    before = sorted((path, path.stat().st_mtime_ns) for path in site.rglob("*"))
    subprocess.run(
        [str(installed / "grader"), "grade", str(submissions.OVERWRITING)],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert sorted((path, path.stat().st_mtime_ns) for path in site.rglob("*")) == before


def test_the_core_is_small_and_knows_no_web(installed: Path) -> None:
    """Less than 60 MB with all bytecode, beside the installer; what serves HTTP is an extra."""
    (site,) = installed.parent.glob("lib/python*/site-packages")
    tools = ("pip", "setuptools", "pkg_resources", "_distutils_hack")
    brought = [path for path in site.iterdir() if not path.name.startswith(tools)]
    files = [path for place in brought for path in (place, *place.rglob("*")) if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 60e6
    names = {path.name for path in brought}
    assert names.isdisjoint({"starlette", "uvicorn", "multipart", "python_multipart"})

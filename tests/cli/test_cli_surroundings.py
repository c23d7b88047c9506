"""From the outside: a learner's folder does not capture the grader that stands in it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cli import submissions
from tests.cli.running import COMMAND, Done, grader

SCRIPT = Path(sys.executable).with_name("grader")
TRAP = "import pathlib\npathlib.Path(__file__).with_name('SPRUNG').write_text(__name__)\n"
TRAPS = (
    "__future__.py typing.py rich.py click.py msgspec.py yaml.py pytest.py json.py oracle.py "
    "expressions.py conftest.py sitecustomize.py usercustomize.py test_value.py"
).split()
FILES = {
    "pytest.ini": "[pytest]\naddopts = --no-such-option -p no_such_plugin\n",
    "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "--no-such-option"\n',
    "tox.ini": "[pytest]\naddopts = --no-such-option\n",
    "setup.cfg": "[tool:pytest]\naddopts = --no-such-option\n",
    "tasks.yaml": "format: 1\nid: mine\ntitle: Everything is right\n",
    ".coveragerc": "[run]\nplugins = no_such_plugin\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A submission among everything that could change how Python and pytest behave."""
    home = tmp_path / "handed-in"
    home.mkdir()
    submissions.write(home, submissions.wrong_mul())
    for name in TRAPS:
        (home / name).write_text(TRAP)
    for name, text in FILES.items():
        (home / name).write_text(text)
    (home / "pytest").mkdir()
    (home / "pytest/__init__.py").write_text(TRAP)
    return home


@pytest.fixture
def anew(tmp_path: Path) -> dict[str, str]:
    """Variables with which nothing is known of the battery: pytest collects it."""
    (tmp_path / "empty").mkdir()
    return {"XDG_CACHE_HOME": str(tmp_path / "empty")}


WAYS = {
    "script": (str(SCRIPT),),
    "module": (sys.executable, "-m", "grader"),
    "safe module": COMMAND,
}


def unmoved(done: Done) -> None:
    """The scorecard is that of the honest wrong product."""
    assert done.code == 0, done
    assert "expected 6.0, got 3.0" in done.out


@pytest.mark.parametrize(
    ("way", "what"),
    [("script", "."), ("module", "."), ("module", "value.py"), ("safe module", "value.py")],
)
def test_a_folder_full_of_traps_changes_nothing(
    way: str, what: str, folder: Path, anew: dict[str, str]
) -> None:
    """As the working folder, for every way to start the grader, for the file and the folder.

    No trap is sprung, and no cache, report or compiled file is left in the folder.
    """
    if way == "script" and not SCRIPT.exists():
        pytest.skip("the grader is not installed as a script")
    before = sorted(folder.rglob("*"))
    unmoved(grader("grade", what, cwd=folder, command=WAYS[way], **anew))
    assert sorted(folder.rglob("*")) == before


def test_variables_of_pytest_change_nothing(folder: Path, anew: dict[str, str]) -> None:
    """PYTEST_ADDOPTS and PYTEST_PLUGINS are for other runs of pytest."""
    done = grader(
        "grade",
        "value.py",
        cwd=folder,
        PYTEST_ADDOPTS="--no-such-option",
        PYTEST_PLUGINS="no_such_plugin",
        **anew,
    )
    unmoved(done)


def test_a_working_folder_that_is_gone_does_no_harm(tmp_path: Path) -> None:
    """The shell may stand in a folder that was deleted."""
    path = submissions.write(tmp_path, submissions.wrong_mul())
    gone = tmp_path / "gone"
    gone.mkdir()
    script = 'rmdir "$0" && exec "$@"'
    done = grader("grade", path, cwd=gone, command=("sh", "-c", script, str(gone), *COMMAND))
    assert done.code == 0, done
    assert "expected 6.0, got 3.0" in done.out

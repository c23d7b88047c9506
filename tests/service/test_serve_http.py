"""How `grader serve --http` is started: what it refuses, and what it leaves alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli import submissions
from tests.cli.inside import inside
from tests.cli.running import ROOT, variables
from tests.service.running import serving

WEB = ("anyio", "h11", "python_multipart", "starlette", "uvicorn")
HELP = f"""
import sys
from grader.cli import carry_out
for arguments in (["--help"], ["serve", "--help"], ["grade", "reference/value.py"]):
    carry_out(arguments)
print([name for name in {WEB} if name in sys.modules])
"""
WITHOUT = """
import sys
from grader.cli import carry_out
sys.modules["starlette"] = None
sys.exit(carry_out(["serve", "--http", "0"]))
"""


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=ROOT,
        env=variables(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_nothing_of_the_web_is_imported_where_it_is_not_asked_for() -> None:
    done = python(HELP)
    assert done.stdout.splitlines()[-1] == "[]", done


def test_what_is_not_installed_is_named() -> None:
    done = python(WITHOUT)
    assert done.returncode == 2
    assert done.stderr == (
        "grader: serving HTTP needs the package starlette\n"
        "pip install 'autograd-grader[http]' brings it.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "serve needs --stdio or --http, and not both"),
        (("--stdio", "--http", "0"), "serve needs --stdio or --http, and not both"),
        (("--http", "x"), "x is no address to serve at"),
        (("--http", "70000"), "70000 is no address to serve at"),
        (("--http", "0.0.0.0:0"), "without tokens the service is for this machine alone"),
        (("--http", ":0"), ":0 is no address to serve at"),
        (("--http", "0", "--token-file", "none"), "cannot read the tokens in none"),
        (("--http", "0", "--store", "/proc/x/y"), "cannot use the jobs in /proc/x/y"),
    ],
    ids=["nothing", "both", "word", "large", "afar", "no host", "no tokens", "no store"],
)
def test_what_cannot_be_served_is_told(arguments: tuple[str, ...], says: str) -> None:
    done = inside("serve", *arguments)
    assert done.code == 2
    assert done.err.startswith(f"grader: {says}"), done
    assert done.out == ""


def test_a_second_service_gets_neither_the_store_nor_the_port(tmp_path: Path) -> None:
    """And a waiting queue that is full says so; a later submission takes an earlier one's place."""
    arguments = ("--queue", 2, "--jobs", 1, "--on-resubmit", "replace")
    with serving(tmp_path, *arguments) as service:
        store = tmp_path / "jobs.sqlite"
        taken = inside("serve", "--http", "0", "--store", store)
        assert (taken.code, taken.err.splitlines()[0]) == (
            2,
            f"grader: another service uses the jobs in {store}",
        )
        busy = inside("serve", "--http", service.port, "--store", tmp_path / "another")
        assert busy.err.startswith(f"grader: cannot serve at 127.0.0.1:{service.port}")

        service.later(source="while True: pass", learner_id="bob")  # keeps the helper busy
        first = service.later(source=submissions.wrong_mul(), learner_id="ada")
        second = service.later(source=submissions.REFERENCE, learner_id="ada")
        found = service.get(f"/v1/jobs/{first}").json
        assert (found["state"], found["replaced_by"]) == ("replaced", second)
        full = service.grade(source=submissions.REFERENCE)
        assert full.error == (429, "busy")
        assert int(full.headers["retry-after"]) >= 1
        assert service.graded(second)["score"] == 10

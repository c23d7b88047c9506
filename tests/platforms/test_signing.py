"""A signed report: other JSON tools may carry it, and nobody may change it."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.model.errors import UsageProblem
from grader.report import wire
from grader.report.signing import Mismatch, signed_bytes, signer, verify
from tests.cli import submissions
from tests.cli.running import Done, grader
from tests.render.reports import SAMPLES

pytest.importorskip("rfc8785")
serialization = pytest.importorskip("cryptography.hazmat.primitives.serialization")
ed25519 = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.ed25519")

NODE = shutil.which("node")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a private and a public key, and the public key of someone else."""
    folder = tmp_path_factory.mktemp("keys")
    mine, other = ed25519.Ed25519PrivateKey.generate(), ed25519.Ed25519PrivateKey.generate()
    private = mine.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "private.pem").write_bytes(private)
    for name, key in (("public", mine), ("other", other)):
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        (folder / f"{name}.pem").write_bytes(public)
    return folder


@pytest.fixture(scope="module")
def signed(keys: Path) -> bytes:
    """A report with programs, graphs, diagnoses and timing, signed."""
    return wire.encode(signer(keys / "private.pem")(SAMPLES["partial"]))


def test_the_command_line_signs_and_verifies(keys: Path, tmp_path: Path) -> None:
    """From a grading to another machine."""
    file = tmp_path / "report.json"
    words = ("--json", file, "--sign", keys / "private.pem")
    done = grader("grade", submissions.OVERWRITING, *words)
    assert done.code == 0, done
    good = _verified(file, keys / "public.pem")
    assert good.code == 0
    assert "the signature matches" in good.err
    assert "autograd" in good.out
    other = _verified(file, keys / "other.pem")
    assert other.code == 1
    assert other.err.count("\n") == 1
    assert not other.out


def test_no_signature_is_not_verified(keys: Path, tmp_path: Path) -> None:
    """Leaving the signature out does not help."""
    file = tmp_path / "report.json"
    file.write_bytes(wire.encode(SAMPLES["full"]))
    done = _verified(file, keys / "public.pem")
    assert (done.code, done.out) == (1, "")
    assert done.err == "grader: this report is not verified: it is not signed\n"


@pytest.mark.parametrize("name", SAMPLES)
def test_every_kind_of_report_can_be_signed(name: str, keys: Path) -> None:
    """Refusals, faults and hostile text too; what is signed decodes."""
    data = wire.encode(signer(keys / "private.pem")(SAMPLES[name]))
    verify(data, keys / "public.pem")
    assert wire.decode(data).signature is not None


TOOLS: dict[str, Callable[[Any], str]] = {
    "indented": lambda values: json.dumps(values, indent=7),
    "keys sorted": lambda values: json.dumps(values, sort_keys=True),
    "keys reversed": lambda values: json.dumps(_reversed(values), ensure_ascii=False),
    "whole numbers": lambda values: json.dumps(_whole(values)),
}


@pytest.mark.parametrize("tool", TOOLS)
def test_another_tool_that_keeps_values_keeps_the_signature(
    tool: str, signed: bytes, keys: Path
) -> None:
    """The order of keys, white space and 6.0 for 6 are no values."""
    verify(TOOLS[tool](json.loads(signed)).encode(), keys / "public.pem")


@pytest.mark.skipif(NODE is None, reason="needs node")
def test_javascript_keeps_the_signature(signed: bytes, keys: Path) -> None:
    """Through JSON.parse and JSON.stringify."""
    assert NODE is not None
    program = (
        "const text = require('fs').readFileSync(0, 'utf8');"
        "process.stdout.write(JSON.stringify(JSON.parse(text), null, 3));"
    )
    done = subprocess.run([NODE, "-e", program], input=signed, capture_output=True, check=True)
    assert done.stdout != signed
    verify(done.stdout, keys / "public.pem")


def test_any_changed_value_is_found(signed: bytes, keys: Path) -> None:
    """Every leaf of the report, one after the other, and a key more or less."""
    values = json.loads(signed)
    seen = 0
    for change in _changes(values):
        with pytest.raises(Mismatch):
            verify(json.dumps(change).encode(), keys / "public.pem")
        seen += 1
    assert seen > 100


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"score"', b'"score": 10, "score"'),
        (b'"schema_version"', b'"added": 1, "schema_version"'),
        (b'"schema_version"', b'"added": NaN, "schema_version"'),
        (b'"schema_version"', b'"added": 1e999, "schema_version"'),
        (b'"schema_version"', b'"added": "\\ud800", "schema_version"'),
        (b'"ed25519"', b'"none"'),
        (b'"value": "', b'"value": "!'),
        (b'"value": "', b'"value": "AAAA'),
    ],
)
def test_tricks_are_found(old: bytes, new: bytes, signed: bytes, keys: Path) -> None:
    """A key that stands twice, numbers that are none, a signature of another kind."""
    assert old in signed
    with pytest.raises(Mismatch):
        verify(signed.replace(old, new, 1), keys / "public.pem")


def test_the_covered_bytes_are_those_of_the_standard() -> None:
    """Keys by UTF-16 code units, numbers as ECMAScript writes them, escapes only where due."""
    values = '{"\\u20ac": 1e21, "\\ud83d\\ude00": 333333333.33333329, "\\ufb33": [1E30, 4.50, 2e-3,'
    values += ' 0.000000000000000000000000001, -0.0], "a": "\\u000f\\n\\u0041\\"\\u20ac"}'
    assert signed_bytes(values.encode()).decode() == (
        '{"a":"\\u000f\\nA\\"€","€":1e+21,"😀":333333333.3333333,'
        '"\ufb33":[1e+30,4.5,0.002,1e-27,0]}'
    )


def test_bad_keys_are_told_before_grading(keys: Path, tmp_path: Path) -> None:
    """No file, no key, the wrong kind of key, nothing to sign."""
    (tmp_path / "none.pem").write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n")
    for key in (tmp_path / "missing", tmp_path / "none.pem", keys / "public.pem"):
        with pytest.raises(UsageProblem):
            signer(key)
    with pytest.raises(UsageProblem):
        verify(b"{}", keys / "private.pem")
    done = grader("grade", "-", "--sign", keys / "private.pem", stdin=b"")
    assert (done.code, "Add --json" in done.err) == (2, True)


def test_a_missing_package_is_told_in_one_line(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signing is an extra."""
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.serialization", None)
    with pytest.raises(UsageProblem, match=r"autograd-grader\[sign\]") as caught:
        signer(keys / "private.pem")
    assert "\n" not in str(caught.value)


def _verified(file: Path, key: Path) -> Done:
    return grader("report", file, "--verify", key)


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _reversed(item) for key, item in reversed(value.items())}
    return [_reversed(item) for item in value] if isinstance(value, list) else value


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _changes(values: Any) -> Iterator[Any]:
    """The report with one leaf changed, for each leaf that the signature covers."""
    for path in _leaves({key: item for key, item in values.items() if key != "signature"}):
        copy = json.loads(json.dumps(values))
        place = copy
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = _other(place[path[-1]])
        yield copy


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list) and value:
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in pairs:
            yield from _leaves(item, (*path, key))
    else:
        yield path


def _other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, float):
        return math.nextafter(value, math.inf)
    if isinstance(value, int):
        return value + 1
    return f"{value} " if isinstance(value, str) else 0

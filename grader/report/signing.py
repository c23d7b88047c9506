"""Signed reports: an Ed25519 signature that survives any JSON tool which keeps the values.

Theory of operation. The signature covers the canonical bytes (RFC 8785) of the report's parsed
values without the key `signature`: keys in one order, numbers as every JSON reader that has only
doubles sees them, no white space. So indentation, the order of keys and `6.0` for `6` do not
matter, and any other change does, also in keys that this version does not know. Verifying
therefore works on the raw values and never on our records. A key that stands twice in an object is
refused: two readers could each see another value.

The key inside the report only tells which key it was; what counts is the one the verifier has.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from msgspec.structs import replace

from grader.model.errors import UsageProblem
from grader.model.report import Report, Signature
from grader.report import wire
from grader.text.words import said

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

ALGORITHM = "ed25519"
_LARGEST_KEY = 64 * 1024


class Mismatch(Exception):
    """The report is not what the key's owner signed; the message says why."""


def signer(path: Path) -> Callable[[Report], Report]:
    """What signs reports with the private key in a PEM file. UsageProblem when there is none."""
    key = _private_key(path)
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()

    def sign(report: Report) -> Report:
        plain = replace(report, signature=None)
        value = base64.b64encode(key.sign(signed_bytes(wire.encode(plain)))).decode()
        return replace(plain, signature=Signature(ALGORITHM, public, value))

    return sign


def verify(data: bytes, path: Path) -> None:
    """Holds a saved report against the public key in a PEM file. Mismatch, UsageProblem."""
    key = _public_key(path)
    invalid = _needed("cryptography.exceptions").InvalidSignature
    try:
        key.verify(_signature(_values(data)), signed_bytes(data))
    except invalid:
        raise Mismatch(said("the signature does not match: report or key is another one")) from None


def signed_bytes(data: bytes) -> bytes:
    """What a signature of this report covers. Mismatch when nothing could have been signed."""
    rfc8785 = _needed("rfc8785")
    values = _values(data)
    values.pop("signature", None)
    try:
        covered: bytes = rfc8785.dumps(values)
    except (rfc8785.CanonicalizationError, UnicodeError, RecursionError) as error:
        raise Mismatch(said("it holds what no signed report holds: {error}", error=error)) from None
    return covered


def _values(data: bytes) -> dict[str, Any]:
    try:
        values = json.loads(
            data.decode("utf-8-sig"),
            parse_int=float,
            parse_constant=_no_number,
            object_pairs_hook=_object,
        )
    except (ValueError, RecursionError) as error:
        raise Mismatch(said("it holds what no signed report holds: {error}", error=error)) from None
    if not isinstance(values, dict):
        raise Mismatch(said("it is no report"))
    return values


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(said("a key stands twice in one object"))
    return found


def _no_number(word: str) -> NoReturn:
    raise ValueError(said("{word} is not JSON", word=word))


def _signature(values: dict[str, Any]) -> bytes:
    found = values.get("signature")
    if not isinstance(found, dict):
        raise Mismatch(said("it is not signed"))
    if found.get("algorithm") != ALGORITHM:
        raise Mismatch(said("it is not signed with {algorithm}", algorithm=ALGORITHM))
    try:
        return base64.b64decode(found.get("value", ""), validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise Mismatch(said("its signature is not base64")) from None


def _private_key(path: Path) -> Ed25519PrivateKey:
    serialization = _needed("cryptography.hazmat.primitives.serialization")
    ed25519 = _needed("cryptography.hazmat.primitives.asymmetric.ed25519")
    pem = _pem(path)
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except TypeError:
        raise UsageProblem(
            said("the key in {path} has a passphrase", path=path),
            next_move=said("Give one without a passphrase."),
        ) from None
    except Exception:
        key = None
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise UsageProblem(
            said("there is no Ed25519 private key in {path}", path=path),
            next_move=said(
                "Make one: openssl genpkey -algorithm ed25519 -out {path}", path=path.name
            ),
        )
    found: Ed25519PrivateKey = key
    return found


def _public_key(path: Path) -> Ed25519PublicKey:
    serialization = _needed("cryptography.hazmat.primitives.serialization")
    ed25519 = _needed("cryptography.hazmat.primitives.asymmetric.ed25519")
    pem = _pem(path)
    try:
        key = serialization.load_pem_public_key(pem)
    except Exception:
        key = None
    if not isinstance(key, ed25519.Ed25519PublicKey):
        raise UsageProblem(
            said("there is no Ed25519 public key in {path}", path=path),
            next_move=said(
                "Make it from the private one: openssl pkey -in key.pem -pubout -out public.pem"
            ),
        )
    found: Ed25519PublicKey = key
    return found


def _pem(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(_LARGEST_KEY)
    except OSError as error:
        raise UsageProblem(
            said("cannot read the key {path}: {error}", path=path, error=error.strerror or error)
        ) from None


def _needed(module: str) -> Any:
    from importlib import import_module

    try:
        return import_module(module)
    except ImportError:
        raise UsageProblem(
            said(
                "signatures need the package {package}: python -m pip install "
                "'autograd-grader[sign]'",
                package=module.partition(".")[0],
            )
        ) from None

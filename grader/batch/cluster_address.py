"""Finds out, before a batch relies on it, whether an address is that of a Dask scheduler."""

from __future__ import annotations

import asyncio
import logging
import re
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from grader.model.errors import Fault, UsageProblem
from grader.text.clean import clean_text
from grader.text.words import said

SECURE = "tls://"
ANSWER_S = 10
_ADDRESS = re.compile(r"(?:tcp|tls|ws|wss|ucx)://(?:\[[^\]\s]+\]|[^\s/:\[\]]+):([0-9]{1,5})/?")


class Scheduler(NamedTuple):
    """Where a scheduler is, and the files by which it and we know each other."""

    address: str
    ca_file: str | None = None
    cert: str | None = None
    key: str | None = None

    def check(self) -> None:
        """UsageProblem for an address that cannot be, and for TLS without its files."""
        found = _ADDRESS.fullmatch(self.address)
        if found is None or not 0 < int(found[1]) < 65536:
            raise UsageProblem(
                said(
                    "--scheduler {address!r} is no address of a scheduler",
                    address=clean_text(self.address, limit=80),
                ),
                next_move=said("Write tcp://HOST:PORT or tls://HOST:PORT."),
            )
        named = {
            "--tls-ca-file": self.ca_file,
            "--tls-cert": self.cert,
            "--tls-key": self.key,
        }
        for option, path in named.items():
            if path is None and self.address.startswith(SECURE):
                raise UsageProblem(
                    said("a tls:// scheduler needs {option}", option=option),
                    next_move=said("Give --tls-ca-file, --tls-cert and --tls-key."),
                )
            if path is not None and not Path(path).is_file():
                raise UsageProblem(
                    said("{option}: there is no file {path}", option=option, path=path)
                )

    def security(self) -> Any:
        """What Dask makes of the files; None without any."""
        if not (self.address.startswith(SECURE) or self.ca_file or self.cert or self.key):
            return None
        return import_module("distributed").Security(
            tls_ca_file=self.ca_file,
            tls_client_cert=self.cert,
            tls_client_key=self.key,
            require_encryption=True,
        )

    def ask(self) -> None:
        """Fault where no scheduler answers in time."""
        for name in ("distributed", "tornado", "asyncio"):
            # what Dask logs of a lost connection is tracebacks; what counts is told by us
            logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            kind = asyncio.run(asyncio.wait_for(_kind(self.address, self.security()), ANSWER_S))
        except TimeoutError:
            self.refuse(said("nothing answered as a scheduler does within {s} s", s=ANSWER_S))
        except Exception as error:
            self.refuse(clean_text(str(error) or type(error).__name__, limit=300))
        if kind != "Scheduler":
            self.refuse(said("it is no scheduler"))

    def refuse(self, why: str) -> NoReturn:
        """Raises Fault: the scheduler cannot be used."""
        raise Fault(
            said(
                "the scheduler at {address} cannot be used: {error}",
                address=self.address,
                error=why,
            ),
            next_move=said("Check the address, and that workers are connected to it."),
        ) from None


async def _kind(address: str, security: Any) -> str:
    """What answers there says that it is."""
    core, comm = import_module("distributed.core"), import_module("distributed.comm")
    given = security.get_connection_args("client") if security is not None else {}
    # two attempts within the time that is told
    line = await comm.connect(address, timeout=ANSWER_S / 2, **given)
    try:
        told = await core.send_recv(line, op="identity", reply=True)
    finally:
        line.abort()
    return str(told.get("type", "")) if isinstance(told, dict) else ""

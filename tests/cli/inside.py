"""Carries a command out in this process: quick, for what needs no process of its own to be true."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path
from unittest import mock

from grader.cli import carry_out
from tests.cli.running import ROOT, Done


def inside(*arguments: object, cwd: Path = ROOT, columns: int = 80) -> Done:
    """As `tests.cli.running.grader`, without standard input."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with (
        mock.patch.dict(os.environ, {"COLUMNS": str(columns)}),
        mock.patch.object(sys, "stdin", None),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        contextlib.chdir(cwd),
    ):
        code = carry_out([*map(str, arguments)])
    done = Done(code, *(stream.buffer.getvalue().decode() for stream in (out, err)))  # type: ignore[attr-defined]
    assert "Traceback" not in done.out + done.err, done
    return done

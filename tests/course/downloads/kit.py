"""Downloads made up in the exact naming of each platform, as a folder and as a zip."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from grader.course.downloads import Download, Entry, open_download

MODULE = "value.py"
GOOD = "class Value:\n    pass\n"

Files = Mapping[str, str | bytes]

both = pytest.mark.parametrize("as_zip", [False, True], ids=["folder", "zip"])
posix = pytest.mark.skipif(os.name == "nt", reason="POSIX files")


def lay(tmp_path: Path, files: Files, *, as_zip: bool, name: str = "class") -> Path:
    """The files as a download; a name that ends with a slash is an empty folder."""
    if as_zip:
        path = tmp_path / f"{name}.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for inside, data in files.items():
                archive.writestr(inside, data)
        return path
    top = tmp_path / name
    for inside, data in files.items():
        path = top / inside
        if inside.endswith("/"):
            path.mkdir(parents=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return top


def opened(tmp_path: Path, files: Files, *, as_zip: bool, name: str = "class") -> Download:
    """The download that the files make."""
    return open_download(lay(tmp_path, files, as_zip=as_zip, name=name), MODULE)


def entries(tmp_path: Path, files: Files, *, as_zip: bool, name: str = "class") -> dict[str, Entry]:
    """Every entry by its learner; the order is checked on the way."""
    with opened(tmp_path, files, as_zip=as_zip, name=name) as download:
        found = list(download)
    ids = [entry.learner_id for entry in found]
    assert ids == sorted(set(ids))
    assert len(download) == len(found)
    for entry in found:
        check_whole(entry)
    return {entry.learner_id: entry for entry in found}


def check_whole(entry: Entry) -> None:
    """What holds for every entry: taken or refused, in words that can be shown to anybody."""
    assert (entry.submission is None) != (entry.refusal is None)
    for words in (entry.refusal or "Taken.", *entry.notes):
        assert words.isprintable(), words
        assert words.endswith((".", "?")), words
    if entry.submission is not None:
        assert entry.submission.main == MODULE
        assert entry.submission.learner_id == entry.learner_id
        assert entry.submission.learner_name == entry.learner_name


def main_text(entry: Entry) -> str:
    """The text of the module that would be graded."""
    assert entry.submission is not None, entry.refusal
    return next(file.text for file in entry.submission.files if file.path == MODULE)


def refusal(entry: Entry) -> str:
    """The sentence of a refused entry."""
    assert entry.refusal is not None
    return entry.refusal


def notebook(*cells: str) -> bytes:
    """A notebook of code cells."""
    code = [{"cell_type": "code", "source": cell} for cell in cells]
    return json.dumps({"nbformat": 4, "metadata": {}, "cells": code}).encode()


def packed(files: Files) -> bytes:
    """A zip in memory."""
    import io

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for inside, data in files.items():
            archive.writestr(inside, data)
    return buffer.getvalue()


def moodle_page(body: str) -> str:
    """A typed text as Moodle exports it."""
    head = '<head><meta charset="UTF-8"></head>'
    return f"<!DOCTYPE html><html>{head}<body>{body}</body></html>"


def canvas_page(body: str, *, title: str = "Autograd: Ada Lovelace") -> str:
    """A typed text as Canvas exports it."""
    return (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"\n'
        '        "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n'
        f'<html xmlns="http://www.w3.org/1999/xhtml">\n<head>\n  <title>{title}</title>\n</head>\n'
        f"<body>\n<h1>{title}</h1>\n"
        '<div style="width: 600px; margin: 20px auto; padding: 20px;">\n'
        f"  {body}\n</div>\n</body>\n</html>\n"
    )

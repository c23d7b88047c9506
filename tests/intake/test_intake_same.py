"""One tree of files has the same members, or the same refusal, in whatever form it is handed in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from grader.course.downloads import open_download
from grader.intake import take as intake
from grader.intake.take import take
from grader.model.errors import SubmissionRefused
from tests.course.downloads.kit import GOOD, MODULE, notebook, packed, posix

LINK = object()
Outcome = tuple[str, ...] | str


class Case(NamedTuple):
    """A tree, its outcome in most forms, and the kinds of form in which it has another."""

    members: list[tuple[str, str | bytes | object]]
    outcome: Outcome
    otherwise: Mapping[str, Outcome] = {}
    bounds: Mapping[str, int] = {}
    on_a_disk: bool = True
    says_utf8: bool = True


def lay(top: Path, members: Iterable[tuple[str, str | bytes | object]]) -> Path:
    """The tree on the disk; a name that ends with a slash is a folder."""
    for name, data in members:
        path = top / name
        (path if name.endswith("/") else path.parent).mkdir(parents=True, exist_ok=True)
        if data is LINK:
            path.symlink_to(MODULE)
        elif isinstance(data, (str, bytes)) and not name.endswith("/"):
            path.write_bytes(data.encode() if isinstance(data, str) else data)
    return top


def zipped(case: Case, around: str = "") -> bytes:
    """The tree as a zip, below a folder if one is named, and a classmate beside that."""
    buffer = io.BytesIO()
    raw = {}
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        if around:
            archive.writestr("eve.py", GOOD)
        for name, data in case.members:
            info = zipfile.ZipInfo("placeholder")
            info.filename = f"{around}{name}"
            info.compress_type = zipfile.ZIP_DEFLATED
            if data is LINK:
                info.external_attr, data = 0o120777 << 16, MODULE
            if not case.says_utf8:
                plain = "".join(
                    sign if sign.isascii() else "~" * len(sign.encode()) for sign in info.filename
                )
                raw[plain.encode()] = info.filename.encode()
                info.filename = plain
            assert isinstance(data, (str, bytes))
            archive.writestr(info, data)
    whole = buffer.getvalue()
    for plain_name, meant in raw.items():
        whole = whole.replace(plain_name, meant)
    return whole


def alone(path: Path) -> Outcome:
    """What `grader grade` makes of it: the paths that are taken, or the refusal."""
    try:
        return tuple(file.path for file in take(path, MODULE).files)
    except SubmissionRefused as error:
        return f"{error.message} {error.next_move}"


def in_a_class(path: Path) -> Outcome:
    """What `grader batch` makes of ada's."""
    with open_download(path, MODULE) as download:
        (entry,) = [entry for entry in download if entry.learner_id == "ada"]
    if entry.submission is None:
        assert entry.refusal is not None
        return entry.refusal
    return tuple(file.path for file in entry.submission.files)


def outcome(form: str, case: Case, tmp_path: Path) -> Outcome:
    """The outcome of the tree in that form; whatever holds it is called `ada`."""
    top, path = tmp_path / "class", tmp_path / "class.zip"
    if form == "folder":
        found = alone(lay(tmp_path / "ada", case.members))
    elif form == "zip":
        found = alone(lay(tmp_path, [("ada.zip", zipped(case))]) / "ada.zip")
    elif form == "folder in a class folder":
        lay(top / "ada", case.members)
        found = in_a_class(lay(top, [("eve.py", GOOD)]))
    elif form == "zip in a class folder":
        found = in_a_class(lay(top, [("eve.py", GOOD), ("ada.zip", zipped(case))]))
    elif form == "folder in a class zip":
        path.write_bytes(zipped(case, "ada/"))
        found = in_a_class(path)
    else:
        path.write_bytes(packed({"eve.py": GOOD, "ada.zip": zipped(case)}))
        found = in_a_class(path)
    if isinstance(found, str):
        return found.replace(f"{tmp_path}/", "").replace("ada.zip", "ada")
    return found


FORMS = {
    "folder": "on a disk",
    "folder in a class folder": "on a disk",
    "zip": "zip",
    "zip in a class folder": "zip",
    "zip in a class zip": "zip",
    "folder in a class zip": "in a class zip",
}
"""Each form and its kind: a tree may fare differently in each of these three."""

PLAIN: list[tuple[str, str | bytes | object]] = [(MODULE, GOOD), ("more/nodes.py", "x = 1\n")]
TAKEN = ("more/nodes.py", MODULE)
TWICE = "ada holds {} twice. Pack it again."
LINKED = "{} in ada is a link. Put the file itself in its place."
BOMB = "{} in ada unpacks to far more than it holds: a zip bomb. Leave it out."
UNSAFE = "{} in ada has an unsafe name. Pack the folder again with an ordinary zip tool."
LARGE = "{} is too large: more than 0 KiB. Hand in the source only, without data or saved output."
AROUND = "Give the folder that holds your value.py, nothing around it."

CASES = {
    "plain": Case(PLAIN, TAKEN),
    "other files": Case([*PLAIN, ("notes.txt", b"\xff"), ("empty/", "")], TAKEN),
    # --- where it lies --------------------------------------------------------------------
    "one top": Case([("hw/value.py", GOOD)], (MODULE,)),
    "one top, others": Case(
        [("hw/value.py", GOOD), ("hw/more/nodes.py", ""), ("__pycache__/x.py", ""), ("a.txt", "")],
        TAKEN,
    ),
    "deeper, an environment": Case([("a/b/value.py", GOOD), ("e/pyvenv.cfg", "")], (MODULE,)),
    "beside others": Case([("solution.py", ""), ("hw/value.py", "")], (MODULE,)),
    "another name": Case([("hw/solution.py", "")], (MODULE,)),
    "a notebook": Case([("hw/solution.ipynb", notebook(GOOD))], (MODULE,)),
    # --- what is left out -----------------------------------------------------------------
    "hidden": Case([*PLAIN, (".x.py", b"\0"), (".git/x.py", b"\0"), ("a/.b/x.py", b"\0")], TAKEN),
    "caches": Case([*PLAIN, ("__pycache__/x.py", b"\0"), ("__MACOSX/._value.py", b"\0")], TAKEN),
    "venv": Case([*PLAIN, ("env/pyvenv.cfg", ""), ("env/lib/x.py", b"\0")], TAKEN),
    "venv below": Case([*PLAIN, ("a/env/pyvenv.cfg", ""), ("a/env/lib/x.py", b"\0")], TAKEN),
    "conda": Case([*PLAIN, ("env/conda-meta/history", ""), ("env/lib/x.py", b"\0")], TAKEN),
    "conda, empty": Case([*PLAIN, ("env/conda-meta/", ""), ("env/lib/x.py", b"\0")], TAKEN),
    "marks at the top": Case([*PLAIN, ("pyvenv.cfg", ""), ("conda-meta/x", "")], TAKEN),
    "nested zip": Case(
        [*PLAIN, ("old.zip", packed({MODULE: ""}))],
        TAKEN,
        {"zip": "old.zip in ada is an archive in an archive. Pack the files themselves."},
    ),
    # --- names ----------------------------------------------------------------------------
    "UTF-8 names": Case([*PLAIN, ("größe/käse.py", "")], ("größe/käse.py", *TAKEN)),
    "UTF-8 names, unsaid": Case(
        [*PLAIN, ("größe/käse.py", "")],
        ("größe/käse.py", *TAKEN),
        says_utf8=False,
    ),
    "twice": Case(
        [*PLAIN, ("more/nodes.py", "x = 2\n")], TWICE.format("more/nodes.py"), on_a_disk=False
    ),
    "twice, hidden": Case([*PLAIN, (".x", "1"), (".x", "2")], TAKEN, on_a_disk=False),
    "file and folder of a name": Case(
        [*PLAIN, ("a.py/b.py", ""), ("a.py", "")], ("a.py", "a.py/b.py", *TAKEN), on_a_disk=False
    ),
    "unsafe": Case(
        [*PLAIN, ("../x.py", "")],
        UNSAFE.format("../x.py"),
        {"in a class zip": TAKEN},  # a row of its own, as it is nobody's
        on_a_disk=False,
    ),
    "unsafe and hidden": Case(
        [*PLAIN, (".git/../../x.py", "")],
        UNSAFE.format(".git/../../x.py"),
        {"in a class zip": TAKEN},
        on_a_disk=False,
    ),
    "name that cannot be shown": Case(
        [*PLAIN, ("more/a\x1b.py", "")],
        "The name more/a?.py in ada has characters that cannot be shown. Rename it.",
    ),
    # --- links: a zip by itself is looked at whole ----------------------------------------
    "link": Case(
        [*PLAIN, ("more/link.py", LINK)],
        LINKED.format("more/link.py"),
    ),
    "link, hidden": Case([*PLAIN, (".link", LINK)], TAKEN, {"zip": LINKED.format(".link")}),
    "link in an environment": Case(
        [*PLAIN, ("e/pyvenv.cfg", ""), ("e/python", LINK)],
        TAKEN,
        {"zip": LINKED.format("e/python")},
    ),
    # --- bounds ---------------------------------------------------------------------------
    "entries": Case(
        [*PLAIN, ("a", ""), ("b", "")],
        f"ada holds more than 3 files and folders. {AROUND}",
        bounds={"MOST_ENTRIES": 3},
    ),
    "sources": Case(
        [*PLAIN, ("a.py", "")],
        "ada holds more than 2 Python files. Give only the files of your solution.",
        bounds={"MOST_FILES": 2},
    ),
    "one is too large": Case(
        [*PLAIN, ("more/a.py", "x" * 99)],
        LARGE.format("ada/more/a.py"),
        {"zip": LARGE.format("more/a.py")},
        {"LARGEST_SOURCE": 30},
    ),
    "too large together": Case(
        [*PLAIN, ("more/a.py", "x = 1\n" * 2)], LARGE.format("ada"), bounds={"LARGEST_SOURCE": 30}
    ),
    "unpacked": Case(
        [*PLAIN, ("a.txt", "x" * 99)],
        TAKEN,
        {"zip": "ada unpacks to more than 0 KiB. Pack only the source of your solution."},
        {"LARGEST_UNPACKED": 50},
    ),
    "bomb": Case(
        [*PLAIN, ("zeros.txt", b"\0" * 10**6)],
        TAKEN,
        {"zip": BOMB.format("zeros.txt"), "in a class zip": BOMB.format("zeros.txt")},
    ),
    "deep": Case([*PLAIN, (f"{'d/' * 32}x.py", "")], (f"{'d/' * 32}x.py", *TAKEN)),
    "too deep": Case(  # in a folder, each level holds a descriptor
        [*PLAIN, (f"{'d/' * 33}x.py", "")],
        (f"{'d/' * 33}x.py", *TAKEN),
        {"on a disk": f"ada holds folders more than 32 deep. {AROUND}"},
    ),
    # --- what there is --------------------------------------------------------------------
    "nothing": Case(
        [("notes/", "")],
        "ada holds no value.py, and no other Python file. Put your value.py into it, at the top.",
    ),
    "several": Case(
        [("b.py", ""), ("a/c.ipynb", "")],
        "ada holds no value.py. Found: a/c.ipynb, b.py. "
        "Leave only your solution, or rename it to value.py.",
    ),
    "twice below": Case(
        [("b/value.py", ""), ("a/value.py", "")],
        "ada holds value.py more than once: a/value.py, b/value.py. "
        "Leave the one that counts, or give the folder it is in.",
    ),
    "not UTF-8": Case(
        [*PLAIN, ("more/x.py", b"\xff")],
        "more/x.py in ada has the byte 0xFF, which is not UTF-8, at offset 0 (line 1). "
        "Save it as plain UTF-8 text.",
    ),
}


@posix
@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("name", "form"),
    [
        (name, form)
        for name, case in CASES.items()
        for form, kind in FORMS.items()
        if case.on_a_disk or kind != "on a disk"
    ],
)
def test_a_tree_is_the_same_in_every_form(
    name: str, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = CASES[name]
    for bound, value in case.bounds.items():
        monkeypatch.setattr(intake, bound, value)
    assert outcome(form, case, tmp_path) == case.otherwise.get(FORMS[form], case.outcome)

"""Clones of GitHub Classroom repositories."""

from __future__ import annotations

from pathlib import Path

from tests.course.downloads.kit import GOOD, both, entries, main_text, opened


def clone(assignment: str, username: str, **files: str) -> dict[str, str]:
    """A clone as git leaves it."""
    names = {".git/HEAD": "ref: refs/heads/main\n", ".git/hooks/x.py": "bad", ".gitignore": ""}
    names |= {f"{name}.py": text for name, text in files.items()} or {"value.py": GOOD}
    return {f"{assignment}-{username}/{name}": text for name, text in names.items()}


@both
def test_the_username_is_the_id(tmp_path: Path, as_zip: bool) -> None:
    files = {
        **clone("autograd-1", "ada-lovelace"),
        **clone("autograd-1", "BobK"),
        **clone("autograd-1", "cy", solution=GOOD),
    }
    found = entries(tmp_path, files, as_zip=as_zip)
    assert list(found) == ["BobK", "ada-lovelace", "cy"]
    assert main_text(found["BobK"]) == main_text(found["ada-lovelace"]) == GOOD
    assert found["cy"].notes == ("solution.py was taken as value.py: it is the only Python file.",)
    assert [file.path for file in found["BobK"].submission.files] == ["value.py"]


def test_the_platform_is_told(tmp_path: Path) -> None:
    files = clone("hw", "ada") | clone("hw", "bob")
    assert opened(tmp_path, files, as_zip=False).platform == "GitHub Classroom"


@both
def test_the_folder_around_the_clones_names_the_assignment(tmp_path: Path, as_zip: bool) -> None:
    """So a single clone is known too, and usernames that begin alike stay whole."""
    one = clone("hw-2", "ada-lovelace")
    assert list(entries(tmp_path, one, as_zip=as_zip, name="hw-2-submissions")) == ["ada-lovelace"]
    two = one | clone("hw-2", "ada-byron")
    inside = {f"hw-2-submissions/{name}": text for name, text in two.items()}
    assert list(entries(tmp_path, inside, as_zip=as_zip, name="x")) == ["ada-byron", "ada-lovelace"]


@both
def test_folders_that_only_begin_alike_are_no_clones(tmp_path: Path, as_zip: bool) -> None:
    files = {"team-a/value.py": GOOD, "team-b/value.py": GOOD}
    assert list(entries(tmp_path, files, as_zip=as_zip)) == ["team-a", "team-b"]


@both
def test_other_things_beside_the_clones_are_nobodys(tmp_path: Path, as_zip: bool) -> None:
    files = clone("hw", "ada") | clone("hw", "bob") | {"late.py": GOOD, "classroom_roster.csv": "x"}
    with opened(tmp_path, files, as_zip=as_zip) as download:
        assert [entry.learner_id for entry in download] == ["ada", "bob"]
        assert download.summary.aside == ["classroom_roster.csv", "late.py"]

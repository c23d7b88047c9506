"""The handout: allow-listed, the same bytes every time, and nothing hidden inside."""

import io
import zipfile

import pytest

from grader.author.handout import SHORTEST_SECRET, handout_zip, prove_nothing_hidden
from grader.author.new import write_exercise
from grader.cli import run
from grader.exercise.load import load
from grader.model.errors import ExerciseProblem
from tests.author.kit import bundled


@pytest.fixture
def folder(tmp_path):
    write_exercise(tmp_path / "stack")
    return tmp_path / "stack"


def members(packed):
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def put_first(path, text):
    path.write_text(text + "\n" + path.read_text("utf-8"), "utf-8")


def refused(folder):
    with pytest.raises(ExerciseProblem) as caught:
        handout_zip(load(folder))
    assert caught.value.exit_code == 3
    assert caught.value.next_move
    return caught.value.message


def test_it_holds_the_listed_files_and_no_others():
    """Under their own names, byte for byte."""
    exercise = bundled()
    expected = {name.rpartition("/")[2]: exercise.root / name for name in exercise.handout}
    found = members(handout_zip(exercise))
    assert sorted(found) == sorted(expected) == ["test_value.py", "value.py"]
    assert all(found[name] == path.read_bytes() for name, path in expected.items())


def test_equal_files_give_equal_bytes(folder):
    """Time stamps, order and permissions on this machine leave the zip alone."""
    before = handout_zip(load(folder))
    path = folder / "starter" / "stack.py"
    path.write_bytes(path.read_bytes())
    path.chmod(0o600)
    (folder / "starter" / "stray.py").write_text("never handed out")
    manifest = folder / "tasks.yaml"
    listed = "[starter/stack.py, starter/test_stack.py]"
    turned = "[starter/test_stack.py, starter/stack.py]"
    manifest.write_text(manifest.read_text("utf-8").replace(listed, turned), "utf-8")
    assert handout_zip(load(folder)) == before


def test_no_telling_line_of_battery_or_reference_is_inside():
    """Held here against the built zip once more, by the plain rule."""
    exercise = bundled()
    packed = b"\n".join(members(handout_zip(exercise)).values())
    starter = exercise.starter_files[0].read_bytes()
    for part in (exercise.battery, exercise.reference_file.parent):
        for path in part.rglob("*.py"):
            for line in path.read_bytes().splitlines():
                text = line.strip()
                if len(text) >= SHORTEST_SECRET and text not in starter:
                    assert text not in packed, f"{path.name}: {text!r}"


def test_a_line_of_the_battery_is_refused(folder):
    """The message names the file and the line of the handout, and where the line comes from."""
    put_first(folder / "starter/test_stack.py", '# assert pile(3, 1, 2).peek() == 2, "found"')
    message = refused(folder)
    assert message.startswith("test_stack.py:1: ")
    assert "tests/battery/test_peek.py" in message
    assert "assert pile(3, 1, 2).peek() == 2" in message


@pytest.mark.parametrize(
    ("secret", "source"),
    [
        ("#         return self._items.pop()", "reference/stack.py"),
        ("self._items = [*self._items, item, item]", "reference/correct/twice.py"),
        ("        self._items.insert(0, item)", "reference/misconceptions/push.py"),
    ],
)
def test_a_line_of_the_reference_is_refused(folder, secret, source):
    """Solution, other styles and known mistakes are all hidden."""
    if source.endswith("twice.py"):
        (folder / source).write_text(secret)
    put_first(folder / "starter/test_stack.py", secret)
    message = refused(folder)
    assert message.startswith("test_stack.py:1: ")
    assert f"is also in {source}" in message


def test_an_answer_in_the_starter_is_refused(folder):
    """What fills a hole is an answer, even where the starter holds it."""
    path = folder / "starter/stack.py"
    text = path.read_text("utf-8").replace('"""Put an item', '"""self._items.append(item)')
    path.write_text(text, "utf-8")
    assert refused(folder).startswith("stack.py:15: ")


def test_a_hidden_file_is_refused_by_its_place(folder):
    """Also one with no line long enough to tell."""
    (folder / "reference" / "notes.txt").write_text("short")
    manifest = folder / "tasks.yaml"
    text = manifest.read_text("utf-8").replace("handout: [", "handout: [reference/notes.txt, ")
    manifest.write_text(text, "utf-8")
    assert "reference/notes.txt, which is hidden" in refused(folder)


def test_a_handout_without_the_file_to_write_in_is_refused(folder):
    """Learners could not begin."""
    manifest = folder / "tasks.yaml"
    text = manifest.read_text("utf-8").replace("[starter/stack.py, ", "[")
    manifest.write_text(text, "utf-8")
    assert "lacks stack.py" in refused(folder)


def test_two_files_of_one_name_are_refused(folder):
    """Learners get all files in one folder."""
    (folder / "extra").mkdir()
    (folder / "extra" / "stack.py").write_text("")
    manifest = folder / "tasks.yaml"
    text = manifest.read_text("utf-8").replace("handout: [", "handout: [extra/stack.py, ")
    manifest.write_text(text, "utf-8")
    assert "two files named stack.py" in refused(folder)


def test_a_zip_made_elsewhere_is_proved_too(folder):
    """The proof reads a finished zip, whoever packed it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("notes.md", b"fine\n    return self._items.pop()  # so\n")
    with pytest.raises(ExerciseProblem, match=r"notes\.md:2: "):
        prove_nothing_hidden(load(folder), packed.getvalue())


# --- the command ----------------------------------------------------------------------------


def test_the_command_writes_the_zip(folder, tmp_path, capfd):
    """And says what is inside."""
    out = tmp_path / "out.zip"
    assert run(["handout", str(out), "--exercise", str(folder)]) == 0
    assert sorted(members(out.read_bytes())) == ["stack.py", "test_stack.py"]
    assert "stack.py, test_stack.py; nothing hidden is inside" in capfd.readouterr().out


def test_the_command_refuses_a_leak_and_writes_nothing(folder, tmp_path, capfd):
    """Exit code 3, the file and the line."""
    put_first(folder / "starter/test_stack.py", "# return self._items.pop()")
    out = tmp_path / "out.zip"
    assert run(["handout", str(out), "--exercise", str(folder)]) == 3
    assert "test_stack.py:1: " in capfd.readouterr().err
    assert not out.exists()


def test_the_command_wants_a_zip(tmp_path, capfd):
    """Another ending is a slip, as in `grader handout my-folder`."""
    assert run(["handout", str(tmp_path / "out")]) == 2
    assert "Let it end in .zip" in capfd.readouterr().err

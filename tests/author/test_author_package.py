"""What a package gives learners: the statement, and what to start from."""

import functools
import io
import zipfile
from html.parser import HTMLParser

import pytest

from grader.author.handout import handout_files
from grader.author.new import write_exercise
from grader.author.package import package
from grader.author.package_wheel import wheel_name
from grader.exercise.load import load
from grader.model.errors import ExerciseProblem
from tests.author.kit import bundled

PAGES = {
    "prairielearn": ("question.html", "clientFilesQuestion/"),
    "gradescope": ("for-learners/statement.html", "for-learners/"),
}


class Read(HTMLParser):
    """The words of a page, and the elements it begins with their attributes."""

    def __init__(self, page):
        super().__init__()
        self.words, self.begun = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.begun.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture(scope="module")
def handout():
    """What learners get of the bundled exercise."""
    return handout_files(bundled())


@pytest.fixture(scope="module")
def packages():
    """A platform's files of the bundled exercise, made once."""
    return functools.cache(lambda platform: package(platform, bundled(), "kernel", None))


@pytest.fixture(params=PAGES)
def packed(request, packages):
    """Each platform's files, with the place of its page and of its starter."""
    return packages(request.param), *PAGES[request.param]


def test_the_page_tells_every_task(packed):
    """Titles, statements with their mathematics, and hints; nothing is left to be filled in."""
    files, place, _ = packed
    page = files[place].decode()
    read = Read(page)
    words = " ".join("".join(read.words).split())
    for task in bundled().tasks:
        assert task.title in words
        assert " ".join(task.hints[0].split())[:20].split("`")[0] in words
    assert ("math", {}) in read.begun
    assert "$" not in words
    assert "@STATEMENT@" not in page


def test_the_starter_is_there_and_nothing_hidden(packed, handout):
    """The handout, byte for byte; no other file beside it."""
    files, page, place = packed
    given = {f"{place}{name}": data for name, data in handout.items()}
    if page == "question.html":
        del given[f"{place}statement.html"]
    assert {name: data for name, data in files.items() if name.startswith(place)} == given


def test_prairielearn_offers_the_files(packages):
    """A link a file, by its name; what looks like a tag of its template is text."""
    page = packages("prairielearn")["question.html"].decode()
    links = [attributes for name, attributes in Read(page).begun if name == "pl-file-download"]
    given = ["exercise.json", "test_value.py", "value.py"]
    assert links == [{"file-name": name} for name in given]


@pytest.fixture
def folder(tmp_path):
    write_exercise(tmp_path / "stack")
    return tmp_path / "stack"


def test_an_author_cannot_write_template_code(folder):
    """Braces of a statement reach PrairieLearn's template engine as text."""
    manifest = folder / "tasks.yaml"
    text = manifest.read_text("utf-8")
    title = load(folder).tasks[0].title
    manifest.write_text(text.replace(title, "'{{params.secret}} @FILE@'"), "utf-8")
    page = package("prairielearn", load(folder), "kernel", None)["question.html"].decode()
    assert "{" not in page
    assert "{{params.secret}} @FILE@" in "".join(Read(page).words)


def test_without_a_handout_there_is_still_a_statement(folder):
    """An exercise that hands nothing out is packed all the same."""
    manifest = folder / "tasks.yaml"
    lines = manifest.read_text("utf-8").splitlines(keepends=True)
    manifest.write_text("".join(line for line in lines if not line.startswith("handout:")), "utf-8")
    files = package("gradescope", load(folder), "kernel", None)
    assert [name for name in files if name.startswith("for-learners/")] == [
        "for-learners/statement.html"
    ]


# --- for learners ---------------------------------------------------------------------------


def test_the_learners_package_holds_no_solution(packages, handout):
    """The handout, and a wheel in which no long line of battery, reference or another exercise's
    solution is to be found."""
    files = packages("learner")
    (wheel,) = (data for name, data in files.items() if name.endswith(".whl"))
    assert {name for name in files if name.startswith("exercise/")} == {
        f"exercise/{name}" for name in handout
    }
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    assert not [name for name in inside if "_bundle" in name or "-tpl" in name]
    whole = b"\n".join(inside.values())
    for part in (bundled().battery, bundled().reference):
        for path in part.rglob("*.py"):
            for line in path.read_bytes().splitlines():
                assert len(line.strip()) < 45 or line.strip() not in whole, (path.name, line)
    assert wheel_name() in files["START.md"].decode()


def test_an_exercise_without_a_handout_has_none_for_learners(folder):
    """There would be nothing to write in."""
    manifest = folder / "tasks.yaml"
    lines = manifest.read_text("utf-8").splitlines(keepends=True)
    manifest.write_text("".join(line for line in lines if not line.startswith("handout:")), "utf-8")
    with pytest.raises(ExerciseProblem, match="no handout"):
        package("learner", load(folder), "kernel", None)

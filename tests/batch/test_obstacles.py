"""What stands where an output goes is found before anybody is graded, and named."""

import pytest

from grader.gradebook.store import FILE, Gradebook
from grader.model.errors import UsageProblem
from tests.batch import kit


def graded(out):
    with Gradebook(out / FILE, readonly=True) as book:
        return book.one("SELECT count(*) FROM marks")[0]


@pytest.mark.parametrize("name", ["grades.csv", "class.json", "class.html"])
@pytest.mark.parametrize("anonymous", [False, True])
def test_a_folder_in_the_place_of_a_file(exercise, school, out, name, anonymous):
    place = out / "anonymous" if anonymous else out
    (place / name).mkdir(parents=True)
    with pytest.raises(UsageProblem) as refused:
        kit.run(exercise, school, out, anonymous=anonymous)
    assert refused.value.message.startswith(f"{place / name} is a folder")
    assert graded(out) == 0


@pytest.mark.parametrize(("name", "anonymous"), [("reports", False), ("anonymous", True)])
def test_a_file_in_the_place_of_a_folder(exercise, school, out, name, anonymous):
    out.mkdir()
    (out / name).write_text("mine", "utf-8")
    with pytest.raises(UsageProblem) as refused:
        kit.run(exercise, school, out, anonymous=anonymous)
    assert refused.value.message.startswith(f"{out / name} is a file")
    assert (out / name).read_text("utf-8") == "mine"
    assert graded(out) == 0


def test_a_merge_finds_it_too(exercise, school, out):
    kit.run(exercise, school, out / "shard")
    (out / "grades.csv").mkdir()
    told = kit.merge(exercise, out / "shard", "--out", out)
    assert told.code == 2, told
    assert f"{out / 'grades.csv'} is a folder" in told.err

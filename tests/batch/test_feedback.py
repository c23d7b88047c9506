"""What goes back after a batch: pages for learners, archives for platforms, nothing twice."""

import io
import json
import zipfile

import pytest

from grader.batch.given import kept_policy
from grader.course.downloads import page_names
from grader.gradebook.handed_in import POLICY, ROSTER, TIMES, Given, given_with
from grader.gradebook.store import FILE, Gradebook
from grader.model.errors import ExerciseProblem, UsageProblem
from tests.batch import kit
from tests.cli.inside import inside
from tests.course.downloads.kit import lay, notebook

ADA, GRACE, ALAN = "lovelaceada_101_5001", "hoppergrace_LATE_102_5002", "turingalan_103_5003"


def member(archive, name):
    """What is in a file of an archive."""
    with zipfile.ZipFile(archive) as opened:
        return opened.read(name)


def names(archive):
    """The names in an archive, in their order."""
    with zipfile.ZipFile(archive) as opened:
        return opened.namelist()


def packed(files):
    """A zip of these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


# --- names -------------------------------------------------------------------------------------


def test_a_page_is_named_as_its_learner():
    ids = ["A01", "b02", "Ada Lovelace", "Zoë@example.org", "学生 7"]
    assert page_names(ids) == {one: one for one in ids}


@pytest.mark.parametrize(
    "ids",
    [
        ["A01", "a01"],
        ["Zoë", "Zoe\u0308".upper()],
        ["straße", "STRASSE"],
        ["a/b", "a\\b", "a_b"],
        ["con", "CON.txt", "aux"],
        ["", ".", " ", "~", "x."],
        ["n" * 200, "n" * 199 + "m"],
        ["é" * 100, "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16") * 60],
    ],
)
def test_a_name_is_altered_where_a_file_system_would_not_keep_it_apart(ids):
    found = page_names(ids)
    assert len({name.casefold() for name in found.values()}) == len(ids)
    for name in found.values():
        assert name.strip(" .") == name != ""
        assert len(name.encode()) <= 140
        assert not set('<>:"/\\|?*') & set(name)
    if len(ids) == 2:
        assert not set(ids) & set(found.values())


def test_a_name_that_looks_altered_takes_nobody_elses_place():
    altered = page_names(["A01", "a01"])["A01"]
    found = page_names(["A01", "a01", altered])
    assert len(set(found.values())) == 3


# --- platforms ---------------------------------------------------------------------------------


def test_canvas_gets_a_file_of_each_submissions_own_name_and_kind(exercise, tmp_path, out):
    right, wrong = kit.source(exercise), kit.source(exercise, 1, "bottom")
    files = {
        f"{ADA}_stack.py": right,
        f"{GRACE}_homework.ipynb": notebook(wrong),
        f"{ALAN}_all.zip": packed({"stack.py": right}),
        f"{ALAN[:-1]}4_notes.py": "# remarks\n",
    }
    kit.run(exercise, lay(tmp_path, files, as_zip=True), out)
    written = kit.give_feedback(exercise, out)
    archive = written.folder / "canvas-upload.zip"
    assert written.uploads == ("canvas-upload.zip", "canvas-gradebook.csv")
    assert set(names(archive)) < set(files)
    assert len(names(archive)) == 3
    text = member(archive, f"{ADA}_stack.py").decode()
    assert "7 of 7 points" in text
    compile(text, "stack.py", "exec")
    cells = json.loads(member(archive, f"{GRACE}_homework.ipynb"))["cells"]
    assert "of 7 points" in "".join(cells[0]["source"])
    inner = member(archive, f"{ALAN}_all.zip")
    assert names(io.BytesIO(inner)) == ["feedback.html"]


def test_moodle_gets_its_own_folders_and_files(exercise, tmp_path, out):
    text = kit.source(exercise)
    files = {
        "Ada Lovelace_11_assignsubmission_file_/stack.py": text,
        "Zoë Ångström_12_assignsubmission_file/stack.py": text,
        "Alan Turing_13_assignsubmission_file_stack.py": text,
    }
    kit.run(exercise, lay(tmp_path, files, as_zip=True), out)
    archive = kit.give_feedback(exercise, out).folder / "moodle-feedback.zip"
    assert names(archive) == [
        "Ada Lovelace_11_assignsubmission_file_/feedback.html",
        "Zoë Ångström_12_assignsubmission_file/feedback.html",
        "Alan Turing_13_assignsubmission_file_feedback.html",
    ]
    assert "Ångström" in member(archive, names(archive)[1]).decode()


def test_gradescope_gets_results_and_a_group_is_told_once_and_unnamed(exercise, tmp_path, out):
    metadata = (
        "submission_1:\n  :submitters:\n"
        "  - :name: Ada\n    :sid: '7'\n    :email: ada@example.org\n"
        "  - :name: Alan\n    :sid: '8'\n    :email: alan@example.org\n"
    )
    files = {
        "submission_metadata.yml": metadata,
        "submission_1/stack.py": kit.source(exercise),
    }
    kit.run(exercise, lay(tmp_path, files, as_zip=False), out)
    written = kit.give_feedback(exercise, out)
    archive = written.folder / "gradescope-results.zip"
    assert names(archive) == ["submission_1/results.json"]
    assert json.loads(member(archive, "submission_1/results.json"))["score"] == 7
    assert set(written.pages) == {"7", "8"}


def test_a_group_of_moodle_shares_a_page_that_names_nobody(exercise, tmp_path, out):
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name,group\na1,Ada Byron,Team 1\na2,Alan Turing,Team 1\n", "utf-8")
    files = {"Team 1_11_assignsubmission_file_/stack.py": kit.source(exercise)}
    kit.run(exercise, lay(tmp_path, files, as_zip=True), out, roster=roster)
    written = kit.give_feedback(exercise, out)
    (name,) = names(written.folder / "moodle-feedback.zip")
    page = member(written.folder / "moodle-feedback.zip", name).decode()
    assert "Byron" not in page
    assert "Turing" not in page
    assert "Byron" in (written.folder / written.pages["a1"]).read_text("utf-8")


def test_what_has_no_way_back_gets_pages_and_an_index(exercise, school, out):
    (school / "Refused.py").write_bytes(b"\0")
    kit.run(exercise, school, out)
    written = kit.give_feedback(exercise, out)
    inside = names(written.folder / "feedback.zip")
    assert inside[-1] == "index.html"
    assert set(inside[:-1]) == set(written.pages.values())
    index = member(written.folder / "feedback.zip", "index.html").decode()
    assert 'href="pages/s0000.html"' in index
    assert "Refused" in (written.folder / written.pages["Refused"]).read_text("utf-8")


# --- tables ------------------------------------------------------------------------------------

MOODLE = "Ada Lovelace_11_assignsubmission_file_/stack.py"
WORKSHEET = (
    "\ufeffID,Vollst\u00e4ndiger Name,E-Mail-Adresse,Status,Bewertung,Bestwertung,"
    "Bewertung kann ge\u00e4ndert werden,Zuletzt ge\u00e4ndert (Abgabe),"
    "Zuletzt ge\u00e4ndert (Bewertung),Feedback als Kommentar\r\n"
    'Teilnehmer/in11,"Lovelace, Ada",ada@example.org,Zur Bewertung abgegeben,,"7,00",Ja,-,-,\r\n'
    'Teilnehmer/in12,Alan Turing,alan@example.org,Keine Abgabe,,"7,00",Ja,-,-,\r\n'
)


def test_the_worksheet_that_was_the_roster_comes_back_filled(exercise, tmp_path, out):
    roster = tmp_path / "Noten.csv"
    roster.write_bytes(WORKSHEET.encode())
    files = {MOODLE: kit.source(exercise, 0, "bottom")}
    given = {ROSTER: Given(roster.name, roster.read_bytes())}
    kit.run(exercise, lay(tmp_path, files, as_zip=True), out, roster=roster, given=given)
    written = kit.give_feedback(exercise, out)
    assert written.uploads == ("moodle-feedback.zip", "Noten-filled.csv")
    assert written.remarks == ()
    before = WORKSHEET.splitlines()
    after = (written.folder / "Noten-filled.csv").read_bytes().decode().splitlines()
    assert (after[0], after[2]) == (before[0], before[2])
    start = before[1].partition(',,"7,00"')[0]
    assert after[1].startswith(f'{start},"4,5","7,00"')
    assert "of 7 points" in after[1]


def test_a_moodle_class_without_its_worksheet_is_told_what_is_missing(exercise, tmp_path, out):
    kit.run(exercise, lay(tmp_path, {MOODLE: kit.source(exercise)}, as_zip=True), out)
    written = kit.give_feedback(exercise, out)
    assert written.uploads == ("moodle-feedback.zip",)
    assert "with --roster" in written.remarks[0]
    worksheet = Given("Grades.csv", WORKSHEET.encode())
    again = kit.give_feedback(exercise, out, roster=worksheet)
    assert again.uploads == ("moodle-feedback.zip", "Grades-filled.csv")
    with pytest.raises(UsageProblem, match="Punkte"):
        kit.give_feedback(exercise, out, roster=worksheet, column="Punkte")


def test_a_column_without_a_table_is_wrong_usage(exercise, school, out):
    kit.run(exercise, school, out)
    with pytest.raises(UsageProblem, match="--column is of no use"):
        kit.give_feedback(exercise, out, column="Stack (12)")


# --- pages -------------------------------------------------------------------------------------


def test_a_page_is_the_whole_page_for_a_learners_eyes(exercise, tmp_path, school, out):
    kit.run(exercise, school, out)
    written = kit.give_feedback(exercise, out)
    page = (written.folder / written.pages["s0002"]).read_text("utf-8")
    json_path, html = tmp_path / "report.json", tmp_path / "page.html"
    inside(
        *("grade", school / "s0002.py", "--exercise", exercise.root, "--isolation", "none"),
        *("--html", html, "--json", json_path),
    )
    assert statement(page) == statement(html.read_text("utf-8")) != ""


def statement(page):
    """The first task's statement on a page."""
    return page.partition('class="statement"')[2].partition("</details>")[0]


def test_a_second_run_writes_only_what_changed(exercise, school, out):
    (school / "refused.py").write_bytes(b"\0")
    kit.run(exercise, school, out)
    first = kit.give_feedback(exercise, out)
    assert first.changed == len(first.pages) + 2
    files = [path for path in first.folder.rglob("*") if path.is_file()]
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}
    assert kit.give_feedback(exercise, out).changed == 0
    assert all(before[path] == (path.read_bytes(), path.stat().st_mtime_ns) for path in files)
    (school / "s0000.py").write_text(kit.source(exercise, 0, "leaves"), "utf-8")
    (school / "s0001.py").unlink()
    edited = first.folder / first.pages["s0003"]
    edited.write_text("another hand", "utf-8")
    kit.run(exercise, school, out)
    again = kit.give_feedback(exercise, out)
    changed = {
        path.relative_to(first.folder).as_posix() for path in files if changed_since(path, before)
    }
    pages = {first.pages["s0000"], first.pages["s0003"]}
    assert changed == {*pages, "index.html", "feedback.zip"}
    assert again.changed == len(changed)
    assert edited.read_bytes() == before[edited][0]


def changed_since(path, before):
    """Whether the file is another one, or was written again."""
    return before[path] != (path.read_bytes(), path.stat().st_mtime_ns)


def test_the_class_page_leads_to_the_pages(exercise, school, out):
    kit.run(exercise, school, out)
    kit.give_feedback(exercise, out)
    assert 'href="feedback/pages/s0002.html"' in (out / "class.html").read_text("utf-8")
    assert 'href="reports/' not in (out / "class.html").read_text("utf-8")


def test_who_left_the_class_leaves_no_page(exercise, school, out):
    (school / "gone.py").write_bytes(b"\0")
    kit.run(exercise, school, out)
    page = kit.give_feedback(exercise, out).folder / "pages" / "gone.html"
    assert page.is_file()
    (school / "gone.py").unlink()
    kit.run(exercise, school, out)
    kit.give_feedback(exercise, out)
    assert not page.exists()


def test_the_courses_rule_is_told_beside_the_mark(exercise, school, out):
    policy = (
        "format: 1\ndue: 2026-03-28 23:59\ntime_zone: Europe/Berlin\nlate:\n  per_day: 1 point\n"
    )
    times = "id,time\ns0000,2026-03-28 12:00\ns0001,2026-03-30 12:00\n"
    given = {
        POLICY: Given("policy.yaml", policy.encode()),
        TIMES: Given("times.csv", times.encode()),
    }
    kit.run(exercise, school, out, given=given)
    with Gradebook(out / FILE) as book:
        ruled = kept_policy(given_with(book))
    written = kit.give_feedback(exercise, out, ruled)
    late, on_time = (
        (written.folder / written.pages[one]).read_text("utf-8") for one in ("s0001", "s0000")
    )
    assert "the mark is 5 of 7" in late
    assert "rule" not in on_time.partition("<main")[2].partition('id="first"')[0]


# --- what cannot be ----------------------------------------------------------------------------


def test_no_feedback_without_a_sound_gradebook(exercise, school, out, tmp_path):
    kit.run(exercise, school, out)
    with Gradebook(out / FILE) as book:
        book.do("UPDATE runs SET finished = 0")
    with pytest.raises(UsageProblem, match="is not finished"):
        kit.give_feedback(exercise, out)
    with Gradebook(out / FILE) as book:
        book.do("UPDATE runs SET finished = 1")
        book.do("UPDATE marks SET score = 6.5")
    with pytest.raises(UsageProblem, match="edited by another hand"):
        kit.give_feedback(exercise, out)


def test_no_feedback_by_another_version_of_the_exercise(exercise, school, out):
    kit.run(exercise, school, out)
    with pytest.raises(ExerciseProblem, match="the class was graded with the exercise"):
        kit.give_feedback(kit.change_battery(exercise), out)


def test_a_file_where_the_folder_goes_is_named(exercise, school, out):
    kit.run(exercise, school, out)
    (out / "feedback").write_text("mine", "utf-8")
    with pytest.raises(UsageProblem, match="feedback is a file"):
        kit.give_feedback(exercise, out)
    assert (out / "feedback").read_text("utf-8") == "mine"


def test_the_command_says_where_everything_is(exercise, school, out, tmp_path):
    nothing = inside("feedback", tmp_path, "--exercise", exercise.root)
    assert nothing.code == 2
    assert "there is no gradebook in" in nothing.err
    kit.run(exercise, school, out)
    done = inside("feedback", out, "--exercise", exercise.root)
    assert done.code == 0, done
    assert "12 pages" in done.out
    assert str(out / "feedback" / "feedback.zip") in done.out

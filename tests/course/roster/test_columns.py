"""Columns of rosters: in any language, of any platform, and as spreadsheets leave them."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.roster import Enrolled, Roster, columns, read_roster
from grader.model.errors import UsageProblem


def roster(tmp_path: Path, text: str, encoding: str = "utf-8") -> Roster:
    """The roster that the text is."""
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode(encoding))
    return read_roster(path)


def only(tmp_path: Path, text: str) -> Enrolled:
    """The one learner of the text."""
    (learner,) = roster(tmp_path, text).learners
    return learner


def refused(tmp_path: Path, text: str) -> str:
    """Why the text is no roster, and what to do."""
    with pytest.raises(UsageProblem) as caught:
        roster(tmp_path, text)
    return f"{caught.value.message} {caught.value.next_move}"


# --- Moodle's grading worksheet -----------------------------------------------------------

WORKSHEETS = {
    "en": ("Identifier,Full name,Email address,Group", "Participant {}"),
    "en-masked": ("Identifier,Full name,Email address,Group", "Participant{}"),
    "de": ("ID,Vollständiger Name,E-Mail-Adresse,Gruppe", "Teilnehmer/in{}"),
    "fr": ("Identifiant,Nom complet,Adresse de courriel,Groupe", "Participant{}"),
    "es": ("Identificador,Nombre completo,Dirección de correo,Grupo", "Participante{}"),
    "nl": ("Identificatie,Volledige naam,E-mailadres,Groep", "Deelnemer {}"),
    "it": ("Identificativo,Nome completo,Indirizzo email,Gruppo", "Partecipante{}"),
    "pt": ("Número de identificação,Nome completo,Endereço de email,Grupo", "Participante {}"),
    "pl": ("Identyfikator,Imię i nazwisko,Adres e-mail,Grupa", "Uczestnik {}"),
    "sv": ("Identifierare,Fullständigt namn,E-postadress,Grupp", "Deltagare {}"),
    "tr": ("Tanımlayıcı,Tam ad,E-posta adresi,Grup", "Katılımcı{}"),
    "ru": ("Идентификатор,Полное имя,Адрес электронной почты,Группа", "Участник {}"),
    "ja": ("識別子,フルネーム,メールアドレス,グループ", "参加者{}"),
    "zh": ("标识符,全名,电子邮件地址,小组", "参与者{}"),
}


@pytest.mark.parametrize(("titles", "word"), WORKSHEETS.values(), ids=WORKSHEETS)
def test_a_worksheet_of_moodle_in_any_language(tmp_path: Path, titles: str, word: str) -> None:
    text = f"{titles},x\n"
    for number in (1234, 1235):
        text += f"{word.format(number)},Student {number},{number}@example.edu,red,-\n"
    found = roster(tmp_path, text)
    first = word.format(1234)
    assert found.learners[0] == Enrolled(first, "Student 1234", "red", ("1234@example.edu", "1234"))
    assert found.find("1235") is found.learners[1]


def test_participants_are_known_in_a_language_that_is_not(tmp_path: Path) -> None:
    text = "Osaleja kood,Täisnimi\nOsaleja1234,Student One\nOsaleja1235,Student Two\n"
    assert roster(tmp_path, text).find("1235") == Enrolled("Osaleja1235", None, None, ("1235",))
    text = "Osaleja kood,E-Mail\nOsaleja1234,a@example.edu\nOsaleja1235,b@example.edu\n"
    assert roster(tmp_path, text).find("1235") == Enrolled(
        "b@example.edu", None, None, ("Osaleja1235", "1235")
    )


@pytest.mark.parametrize(
    "ids",
    [
        ("student10", "student11"),
        ("S1234567", "S1234568"),
        ("Participant0012", "Participant0013"),
        ("Participant12", "Guest13"),
        ("ada10", "bob11"),
    ],
)
def test_a_number_in_a_login_is_no_participant(tmp_path: Path, ids: tuple[str, str]) -> None:
    found = roster(tmp_path, "id\n" + "\n".join(ids) + "\n")
    assert found.learners == tuple(map(Enrolled, ids))


def test_addresses_do_where_no_title_is_known(tmp_path: Path) -> None:
    found = roster(tmp_path, "Aadress,Nimi\na@example.edu,Student One\nb@example.edu,B\n")
    assert found.learners[0] == Enrolled("a@example.edu", "Student One")


# --- other platforms, registration numbers ------------------------------------------------


def test_the_gradebook_of_brightspace(tmp_path: Path) -> None:
    text = (
        "OrgDefinedId,Username,Last Name,First Name,Email,Points <MaxPoints:10>,"
        "End-of-Line Indicator\n#0017,#student01,One,Student,student01@example.edu,,#\n"
    )
    assert only(tmp_path, text) == Enrolled(
        "0017", "Student One", None, ("student01", "student01@example.edu")
    )
    short = "OrgDefinedId,End-of-Line Indicator\n#student01,#\n"
    assert only(tmp_path, short) == Enrolled("student01")
    assert only(tmp_path, "OrgDefinedId\n#student01,#\n") == Enrolled("student01")


@pytest.mark.parametrize(
    "title",
    [
        *("Matrikelnummer", "Matr.-Nr.", "MATRIKEL_NR", "Mtknr", "MatNr", "Matrikel"),
        *("Registration Number", "Reg. No", "registration_no", "Matriculation Number", "Roll No."),
        *("Student No", "Enrolment number", "Enrollment No.", "Studierendennummer"),
        *("Numéro d'étudiant", "N° étudiant", "NUMERO ETUDIANT", "Número de matrícula"),
        *("Matricola", "Studienummer", "学籍番号", "学号"),
    ],
)
def test_a_registration_number_is_the_id(tmp_path: Path, title: str) -> None:
    text = f"E-Mail,Login,Vorname,Nachname,{title}\na@example.edu,aa,Student,One,0017\n"
    assert only(tmp_path, text) == Enrolled("0017", "Student One", None, ("aa", "a@example.edu"))


@pytest.mark.parametrize(
    ("titles", "cells"),
    [
        ("Surname,Given Names", "One,Student"),
        ("Name,Vorname", "One,Student"),
        ("Nom,Prénom", "One,Student"),
        ("Nombre,Apellidos", "Student,One"),
        ("Nome,Cognome", "Student,One"),
        ("姓名,Vorname", "Student One,Student"),
        ("Name,First Name", '"One, Student",Student'),
        ("Vorname,Nachname,Name", "S.,One,Student One"),
    ],
)
def test_a_name_in_two_columns(tmp_path: Path, titles: str, cells: str) -> None:
    found = roster(tmp_path, f"id,{titles}\n17,{cells}\n")
    assert found.named("Student One") is found.learners[0]


def test_a_title_means_one_thing() -> None:
    kinds = [columns._IDS, columns._NAMES, columns._FIRST_NAMES, columns._LAST_NAMES]
    titles = [title for kind in (*kinds, columns._GROUPS) for title in kind]
    assert len(titles) == len(set(titles))
    assert "" not in titles


# --- the choice of a column ---------------------------------------------------------------


def test_the_choice_among_several_columns_is_told(tmp_path: Path) -> None:
    found = roster(tmp_path, "Login,E-Mail,Matr.-Nr.\naa,a@example.edu,17\n")
    assert found.choice == (
        'the roster\'s ids are taken from "Matr.-Nr."; '
        'submissions are joined by "Login" and "E-Mail", too'
    )
    assert roster(tmp_path, "Login,Name\naa,Student One\n").choice is None


def test_two_columns_of_one_title_both_join(tmp_path: Path) -> None:
    assert only(tmp_path, "id,ID\n17,aa\n") == Enrolled("17", None, None, ("aa",))
    assert only(tmp_path, "id,ID\n17,17\n") == Enrolled("17")


# --- what spreadsheets do to ids ----------------------------------------------------------


@pytest.mark.parametrize("id_", ["1.23457E+11", "1,23457E+11", "1E+11", "1.2e+011", "#1.5E+07"])
@pytest.mark.parametrize("titles", ["id,name,email", "email,name,Matrikelnummer"])
def test_a_shortened_number_is_refused_with_its_line(tmp_path: Path, id_: str, titles: str) -> None:
    cells = [f'"{id_}"' if title in ("id", "Matrikelnummer") else "x" for title in
             titles.split(",")]  # fmt: skip
    told = refused(tmp_path, f"{titles}\n17,18,19\n{','.join(cells)}\n")
    assert f"line 3: the id {id_.removeprefix('#')} was shortened by a spreadsheet" in told
    assert "Export the roster again" in told


@pytest.mark.parametrize("id_", ["1e5", "12E4", "e+10", "1.5", "0017", "00"])
def test_ids_that_only_look_like_it_stay(tmp_path: Path, id_: str) -> None:
    assert only(tmp_path, f"id\n{id_}\n").id == id_


def test_whole_numbers_written_with_decimals(tmp_path: Path) -> None:
    found = roster(tmp_path, 'id;name\n123456.0;A\n"123457,0";B\n')
    assert [one.id for one in found.learners] == ["123456", "123457"]


def test_the_test_student_of_canvas_is_left_out(tmp_path: Path) -> None:
    text = (
        "Student,ID,SIS User ID,SIS Login ID,Section,HW 1 (111)\n"
        "    Points Possible,,,,,10.00\n"
        '"One, Student",50,0017,student01,CS 101,9\n'
        '"Student, Test",99,,7cd9a8b8e1f0,CS 101,\n'
    )
    assert only(tmp_path, text).id == "50"


def test_utf_16_with_semicolons(tmp_path: Path) -> None:
    text = 'Matrikelnummer;"Vollständiger Name"\r\n0017;"Zoë\r\nOne"\r\n'
    (learner,) = roster(tmp_path, text, "utf-16").learners
    assert learner == Enrolled("0017", "Zoë One")

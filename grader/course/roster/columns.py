"""What rosters call their columns, in the languages that courses are held in.

Case, accents, spaces and punctuation do not matter, so each title stands here once. Of titles that
identify a learner the best come first: the first one of a roster becomes the id of its rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from grader.course.roster.table import Table, column_keys
from grader.text.clean import clean_text
from grader.text.words import listed, said

_REGISTRATION = "|".join(
    f"{stem} {ending}"
    for stem in (
        *("matrikel", "matr", "mat", "mtk", "immatrikulations", "matriculation", "matric"),
        *("registration", "reg", "registrierungs", "student", "student id", "studenten"),
        *("studierenden", "enrolment", "enrollment", "roll", "candidate", "university"),
    )
    for ending in ("number", "no", "nr", "num", "nummer")
)

_IDS = column_keys(
    "id|learner id|student id|student number|identifier|OrgDefinedId|SIS user id|SIS id|SID",
    # Moodle's column of participants
    "Identifiant|Identificador|Identificativo|Identificatie|Identyfikator|Identifikator",
    "Identifierare|Identifikation|Identifikátor|Tunniste|Azonosító|Tanımlayıcı|Kimlik",
    "Идентификатор|Ідентифікатор|Αναγνωριστικό|識別子|识别码|标识符|識別碼|식별자|מזהה|المعرف",
    "user id|id number|canvas id|moodle id|UIN|UID|Empl ID|Campus ID",
    "ID-Nummer|Numéro d'identification|Número de identificación|Número de ID",
    "Número de identificação|Codice identificativo|Numer ID|ID番号",
    _REGISTRATION,
    "Matrikel|Legi-Nr|Leginummer|Personenkennzahl|Personenkennzeichen|Index number",
    "Numéro d'étudiant|Numéro étudiant|N° étudiant|Nº étudiant|Code étudiant|Matricule",
    "Numéro de matricule|Matrícula|Número de matrícula|Nº de matrícula|Número de estudiante",
    "Número de alumno|Número de aluno|Número mecanográfico|Matricola|Numero di matricola",
    "Studienummer|Registratienummer|Numer albumu|Nr albumu|Numer indeksu|Nr indeksu",
    "Opiskelijanumero|Öğrenci numarası|Öğrenci No|Číslo studenta|UČO|Neptun kód",
    "Номер зачётной книжки|Студенческий билет|学籍番号|学生番号|学号|學號|학번",
    "username|login id|SIS login id|login|GitHub username|GitHub id|login name|net id",
    "Benutzername|Nutzername|Anmeldename|Benutzerkennung|Nutzerkennung|Kennung|Uni-Kennung",
    "Hochschulkennung|RZ-Kennung|Nom d'utilisateur|Nombre de usuario|Usuario|Gebruikersnaam",
    "Nome utente|Nome de usuário|Nome de utilizador|Nom d'usuari|Nazwa użytkownika",
    "Användarnamn|Brugernavn|Brukernavn|Käyttäjätunnus|Kullanıcı adı|Uživatelské jméno",
    "Felhasználónév|Имя пользователя|Логин|ユーザ名|ユーザー名|用户名|使用者名稱|사용자 이름",
    "email|email address|mail|mail address|student email|E-Mail-Adresse|Mailadresse",
    "Courriel|Adresse de courriel|Adresse électronique|Adresse e-mail|Adresse mail|Mél",
    "Correo|Correo electrónico|Dirección de correo|Dirección de correo electrónico",
    "Dirección email|E-mailadres|Indirizzo email|Indirizzo di posta elettronica|Posta elettronica",
    "Endereço de email|Endereço de correio eletrónico|Endereço de correio eletrônico",
    "Correio eletrónico|Adreça electrònica|Correu electrònic|Adres e-mail|E-postadress|E-post",
    "E-postadresse|Sähköpostiosoite|Sähköposti|E-posta|E-posta adresi|E-mailová adresa",
    "E-mail cím|Адрес электронной почты|Электронная почта|メールアドレス|メール|电子邮件",
    "电子邮件地址|邮箱|電子郵件|電子郵件信箱|이메일|이메일 주소",
)
_NAMES = column_keys(
    "name|full name|student|student name|learner|learner name|display name",
    "Vollständiger Name|Vollstaendiger Name|Vor- und Nachname|Nachname, Vorname",
    "Nom complet|Nom|Nom et prénom|Prénom et nom|Étudiant|Nombre completo|Nombre",
    "Nombre y apellidos|Apellidos y nombre|Estudiante|Alumno|Volledige naam|Naam",
    "Nome completo|Nome|Nome e cognome|Cognome e nome|Nom i cognoms|Imię i nazwisko",
    "Nazwisko i imię|Pełna nazwa|Fullständigt namn|Namn|Fulde navn|Fullt navn|Navn|Koko nimi",
    "Nimi|Celé jméno|Jméno a příjmení|Teljes név|Név|Tam ad|Ad Soyad|Adı Soyadı|Полное имя",
    "ФИО|フルネーム|氏名|名前|姓名|全名|이름|성명|전체 이름",
)
_FIRST_NAMES = column_keys(
    "first name|first|given name|forename|first names|given names|forenames|Vorname|Vornamen",
    "Rufname|Prénom|Prénoms|Nombre de pila|Voornaam",
    "Nome próprio|Imię|Förnamn|Fornavn|Etunimi|Jméno|Keresztnév|Имя|名",
)
_LAST_NAMES = column_keys(
    "last name|last|surname|family name|last names|Nachname|Familienname|Nom de famille|Apellido",
    "Apellidos|Apellido(s)|Achternaam|Cognome|Apelido|Sobrenome|Cognoms|Nazwisko|Efternamn",
    "Efternavn|Etternavn|Sukunimi|Příjmení|Vezetéknév|Soyad|Soyadı|Фамилия|姓|성",
)
_GROUPS = column_keys(
    "group|group name|team|team name|Gruppe|Gruppenname|Teamname|Groupe|Nom du groupe|Équipe",
    "Grupo|Nombre del grupo|Equipo|Equipe|Groep|Groepsnaam|Gruppo|Grup|Grupa|Grupp|Gruppenavn",
    "Ryhmä|Skupina|Csoport|Группа|グループ|小组|組別|그룹",
)

_PARTICIPANT = re.compile(r"(?P<word>[^\W\d_]\D*?)(?P<space> ?)(?P<number>[1-9][0-9]*)")
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")

Rows = Sequence[tuple[int, Sequence[str]]]


class Columns(Struct, frozen=True):
    """The places of the columns; `participants` are those of Moodle's numbered participants."""

    ids: Sequence[int]
    participants: frozenset[int]
    names: Sequence[int]
    first_names: Sequence[int]
    last_names: Sequence[int]
    groups: Sequence[int]


def columns_of(table: Table, rows: Rows) -> Columns:
    """Where the table tells what, by the titles of its columns, else by what stands in them."""
    known = [*map(table.find, (_IDS, _NAMES, _FIRST_NAMES, _LAST_NAMES, _GROUPS))]
    taken = {place for places in known for place in places}
    free = [place for place in range(len(table.columns)) if place not in taken]
    # Moodle puts its participants first, whatever they are called in the language of the site.
    first = [0] if 0 in free and _tells_apart(rows, 0) and _holds_participants(rows, 0) else []
    addresses = [place for place in free if _tells_apart(rows, place, _ADDRESS)]
    ids = [*known[0], *first, *addresses]
    participants = frozenset(place for place in ids if _holds_participants(rows, place))
    return Columns(ids, participants, *known[1:])


def participant_number(text: str) -> str | None:
    """The number at the end of `Participant 1234`."""
    match = _PARTICIPANT.fullmatch(text)
    return match["number"] if match else None


def chosen(table: Table, ids: Sequence[int]) -> str | None:
    """Which of several columns gives the ids, in a line; None where there was no choice."""
    first, *others = [clean_text(table.titles[place], limit=40) for place in ids]
    if not others:
        return None
    return said(
        'the roster\'s ids are taken from "{first}"; submissions are joined by {others}, too',
        first=first,
        others=listed([f'"{other}"' for other in others]),
    )


def _tells_apart(rows: Rows, place: int, pattern: re.Pattern[str] | None = None) -> bool:
    cells = [cells[place] for _, cells in rows]
    return (
        len(cells) > 0
        and len(set(cells)) == len(cells)
        and all(pattern.fullmatch(cell) if pattern else cell for cell in cells)
    )


def _holds_participants(rows: Rows, place: int) -> bool:
    """Whether all cells are one word and a number, where the word is no part of a login."""
    words = set()
    for _, cells in rows:
        if not cells[place]:
            continue
        match = _PARTICIPANT.fullmatch(cells[place])
        if match is None:
            return False
        word = match["word"]
        if not match["space"] and word.isascii() and (word.islower() or word.isupper()):
            return False
        words.add(word)
    return len(words) == 1

"""All SQL of a class stands in one room."""

import ast
import re
from pathlib import Path

import grader

ENGINE = Path(grader.__file__).parent
ROOM = ENGINE / "gradebook"
SQL = re.compile(
    r"\b(SELECT\s.+\sFROM|INSERT\s(OR\s\w+\s)?INTO|UPDATE\s\w+\sSET|DELETE\sFROM|PRAGMA\s|"
    r"(LEFT\s)?JOIN\s\w+\s\w+\sON|WHERE\s\w+(\.\w+)?\s*[=<>])",
    re.DOTALL,
)
ASKING = re.compile(r"(^|\.)(book|db|shard)\.(execute\w*|rows|stream|one|do|do_each|put)$")


def asked(path):
    """Where a file asks a database: its strings of SQL, and what it calls on a gradebook."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Constant(value=str(text)) if SQL.search(text):
                yield node.lineno
            case ast.Call(func=ast.Attribute()) if ASKING.search(ast.unparse(node.func)):
                yield node.lineno


def test_no_module_outside_asks_in_sql():
    jobs = ENGINE / "service/store.py"  # the jobs of a service, which are no gradebook
    outside = [path for path in ENGINE.rglob("*.py") if not path.is_relative_to(ROOM)]
    outside.remove(jobs)
    found = [f"{path.relative_to(ENGINE)}:{line}" for path in outside for line in asked(path)]
    assert found == []


def test_the_room_itself_would_be_found():
    assert any(asked(ROOM / "queries.py"))
    assert any(asked(ROOM / "runs.py"))

"""The registry of kinds, its page, and what every kind owes: a test, an explanation, a place in the views."""

import re
from pathlib import Path

import psycopg
import pytest

from lakectl import database
from lakectl.config import Settings
from lakectl.kinds_page import kinds_page

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    path
    for path in sorted((ROOT / "db/functions/takeout").glob("*.sql"))
    if "imports.register_document" in path.read_text(encoding="utf-8")
]

NOT_IN_TIMELINE = {
    "album": "its pictures are there",
    "device": "the time at which one was heard of first is nothing that happened",
    "file": "a picture is there as media_item; of other files only the last change is known",
    "playlist": "its items are there",
    "sidecar": "its picture is there as media_item",
    "signal": "guesses of a phone, in between the movements and visits that they led to",
}
"""Tables with a time that lake.timeline leaves out, and why."""

NOT_SEARCHED = {
    "attachment": "has the name of a file only; what it hangs on is found",
    "device": "names of models",
    "sidecar": "its texts stand in media_item",
    "sign_in": "addresses and browsers, no words of anybody",
    "version": "older states of what is found in its present one",
    "trip": "has no words",
    "signal": "has no words",
    "sleep": "has no words",
    "album_item": "has no words",
}
"""Tables of user_data with a text of some kind that search leaves out, and why."""


@pytest.fixture(scope="module")
def connection(lake: Settings) -> psycopg.Connection:
    return database.superuser(lake)


def column(connection: psycopg.Connection, query: str) -> set[str]:
    return {row[0] for row in connection.execute(query.encode()).fetchall()}


def tables_with(connection: psycopg.Connection, condition: str) -> set[str]:
    """Tables of user_data that have a column for which `condition` holds."""
    return column(
        connection,
        "SELECT DISTINCT c.relname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid "
        "WHERE c.relnamespace = 'user_data'::regnamespace AND c.relkind IN ('r', 'p') "
        f"AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped AND {condition}",
    )


def test_the_page_is_the_registry(lake: Settings) -> None:
    with database.superuser(lake) as connection:
        page = kinds_page(database.rows(connection, "list_kinds"))
    assert (ROOT / "docs/kinds.md").read_text(encoding="utf-8") == page, (
        "run `lakectl deploy && lakectl kinds --markdown > docs/kinds.md`"
    )


def test_a_page_of_two_kinds() -> None:
    rows = [
        {
            "kind": "b",
            "product": "Y",
            "patterns": [r"(^|/)(B|Bee)\.json$"],
            "by_content": True,
            "decoder": "json",
            "targets": ["t"],
        },
        {
            "kind": "a",
            "product": "X",
            "patterns": [],
            "by_content": True,
            "decoder": "csv",
            "targets": ["s", "t"],
        },
    ]
    assert kinds_page(rows).splitlines()[-2:] == [
        "| X | `a` | *content* | csv | `s`, `t` |",
        r"| Y | `b` | `(B\|Bee).json`; *or content* | json | `t` |",
    ]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_a_document_is_explained_and_tested(path: Path) -> None:
    """Its file begins with what it is, and a pgTAP file of the same name tries each of its parsers."""
    text = path.read_text(encoding="utf-8")
    head = re.match(r"(?:-- .*\n)+", text)
    assert head, "the file does not begin with a comment"
    assert len(head.group().split()) >= 8
    assert head.group().rstrip()[-1] in ".:", "the comment does not end with a sentence"
    tests = ROOT / "tests/sql/takeout" / path.name
    assert tests.is_file(), f"{tests.relative_to(ROOT)} is missing"
    own = set(re.findall(r"CREATE OR REPLACE FUNCTION (takeout\.\w+)\(p_records jsonb, p_file jsonb\)", text))
    tested = set(re.findall(r"takeout\.\w+", tests.read_text(encoding="utf-8")))
    assert own <= tested, "no test of " + ", ".join(sorted(own - tested))


def test_every_parser_is_used_and_explained(connection: psycopg.Connection) -> None:
    used = column(
        connection, "SELECT DISTINCT t ->> 'parser' FROM imports.kind, jsonb_array_elements(targets) AS t"
    )
    parsers = column(
        connection,
        "SELECT 'takeout.' || proname FROM pg_proc WHERE pronamespace = 'takeout'::regnamespace "
        "AND proretset AND proargtypes = ARRAY['jsonb'::regtype, 'jsonb'::regtype]::oidvector "
        "AND proargnames[1:4] = '{p_records,p_file,ordinal,reject}'",
    )
    assert used == parsers
    unexplained = column(
        connection,
        "SELECT proname FROM pg_proc WHERE pronamespace = 'takeout'::regnamespace "
        "AND obj_description(oid, 'pg_proc') IS NULL",
    )
    assert unexplained == set()


def test_every_time_is_in_the_timeline(connection: psycopg.Connection) -> None:
    shown = column(
        connection,
        "SELECT DISTINCT refobjid::regclass::text FROM pg_depend AS d "
        "JOIN pg_rewrite AS r ON r.oid = d.objid "
        "WHERE r.ev_class = 'lake.timeline'::regclass AND d.refclassid = 'pg_class'::regclass",
    )
    shown = {name.removeprefix("user_data.") for name in shown}
    timed = tables_with(connection, "a.attname = 'at'")
    assert timed - shown == set(NOT_IN_TIMELINE)


def test_every_text_is_searched(connection: psycopg.Connection) -> None:
    found = column(connection, "SELECT relation FROM vectors.source")
    found = {name.removeprefix("user_data.") for name in found}
    worded = tables_with(connection, "a.atttypid IN ('text'::regtype, 'text[]'::regtype)")
    assert worded - found == set(NOT_SEARCHED) & worded
    assert set(NOT_SEARCHED) <= tables_with(connection, "true"), "a reason for a table that is gone"

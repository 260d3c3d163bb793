"""Whatever stands in a record, a parser makes a row, a reject or nothing of it: it never fails.

A parser that fails costs no record, since imports.ingest finds the bad one; but it costs time, and its reason
is PostgreSQL's. Every parser of the registry gets records made of the keys that it asks for, with odd values.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from lakectl import database
from lakectl.config import Settings

_OWN = "its records are made by a decoder of ours, in one shape"
FAILING = {
    "takeout.calendar_component": _OWN,
    "takeout.contact_card": _OWN,
    "takeout.mail_attachment": _OWN,
    "takeout.mail_message": _OWN,
    "takeout.own_phone": _OWN,
    "takeout.fit_point": "casts its numbers while it unpacks a record, which is faster",
    "takeout.location_record": "casts its numbers while it unpacks a record, which is a third faster",
}
"""Parsers that may fail, and why."""

ODD: list[Any] = [
    None,
    True,
    -1,
    0.5,
    12345678901234567890,
    10**400,
    "",
    " ",
    "x",
    "-1",
    "NaN",
    "Infinity",
    "99999999999999999999",
    "1e999",
    "0x1F",
    "1_000",
    "now",
    "2024-13-45T99:99:99Z",
    "2024-02-30",
    "292277026596-01-01T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "24:61",
    "13/32/24 25:00:00",
    "31.02.2024, 10:00",
    "Feb 31, 2024, 10:00:00 AM PST",
    "Tuesday, February 31, 2024 at 6:07:09 PM UTC",
    "1.2.3.4/99",
    "95.0°, 999.0°",
    "geo:1,2,3",
    "P1Y",
    "{",
    "[1,2",
    '{"takeoutSegments":',
    "\\",
    "%s'\"",
    "(",
    "\u202f\u00a0",
    "\u0663\u0664",
    "\U0001f30a" * 3000,
    [],
    [None],
    [[]],
    {},
    {"": ""},
]
FILES = [
    {"path": "Takeout/Fit/2024-02-30.json", "product": "Fit", "exported_at": "2024-03-06T00:00:00Z"},
    {"path": "x", "product": "", "exported_at": "2024-03-06T00:00:00Z"},
]

CALL = r"takeout\.(\w+)\(([^()]*\bp_records\b[^()]*)\)"
"""A function that a parser hands its records to, and with them perhaps names of keys."""


def keys_of(source: str) -> list[str]:
    """Keys of JSON that the text of a parser names."""
    found = set(re.findall(r"(?:->>?|\?)\s*'([^'{}]+)'", source))
    for path in re.findall(r"'\{([^'{}]+)\}'", source):
        found.update(path.split(","))
    for path in re.findall(r"'\$([^']*)'", source):
        found.update(re.findall(r"\.\"?(\w+)", path))
    for given in re.findall(CALL, source):
        found.update(re.findall(r"'([^']+)'", given[1]))
    return sorted(found)[:40]


def records(keys: list[str]) -> Iterator[Any]:
    """Odd values at every depth at which the parser may look."""
    for value in ODD:
        flat = dict.fromkeys(keys, value)
        yield from (value, flat, [value] * 20, [[key, value] for key in keys])
        yield from (dict.fromkeys(keys, flat), {key: [flat] for key in keys})
    good = dict.fromkeys(keys, "2024-03-05T18:07:09Z")  # one odd value among good ones
    for value in (None, "x", -1, [], [[]], {}, [good], good):
        yield from (good | {key: value} for key in keys)
    for value in (None, "x", "", -1, [], {}):
        flat = dict.fromkeys(keys, value)
        yield {key: {inner: [flat] for inner in keys[:15]} for key in keys[:15]}


@pytest.fixture(scope="module")
def connection(lake: Settings) -> Iterator[psycopg.Connection]:
    with database.superuser(lake) as connection:
        connection.autocommit = True
        connection.execute("SET statement_timeout = '60s'")
        yield connection


@pytest.fixture(scope="module")
def parsers(connection: psycopg.Connection) -> dict[str, str]:
    """Every parser of the registry with its source, and with that of what it hands its records to."""
    query = (
        b"SELECT DISTINCT t ->> 'parser', p.prosrc FROM imports.kind, jsonb_array_elements(targets) AS t "
        b"JOIN pg_proc AS p ON p.oid = to_regprocedure((t ->> 'parser') || '(jsonb, jsonb)') ORDER BY 1"
    )
    helpers = b"SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'takeout'::regnamespace"
    sources: dict[str, str] = dict(connection.execute(helpers).fetchall())
    return {
        parser: source + "".join(sources[name] for name, _ in re.findall(CALL, source))
        for parser, source in connection.execute(query).fetchall()
    }


def test_no_parser_fails(connection: psycopg.Connection, parsers: dict[str, str]) -> None:
    assert len(parsers) > 50
    said = {
        parser: complaint
        for parser, source in parsers.items()
        if parser not in FAILING and (complaint := first_complaint(connection, parser, source))
    }
    assert not said, "\n".join(f"{parser}: {complaint}" for parser, complaint in said.items())


def first_complaint(connection: psycopg.Connection, parser: str, source: str) -> str | None:
    """What the parser fails with, and on which record; None when it fails on none."""
    odd = list(records(keys_of(source)))
    for file in FILES:
        if complaint := attempt(connection, parser, odd, file):
            for record in odd:
                if alone := attempt(connection, parser, [record], file):
                    return f"{alone} on {json.dumps(record)[:200]}"
            return complaint
    return None


def attempt(connection: psycopg.Connection, parser: str, odd: list[Any], file: dict[str, str]) -> str | None:
    statement = f"SELECT count(p.*) FROM {parser}(%s::jsonb, %s::jsonb) AS p".encode()
    try:
        connection.execute(statement, [json.dumps(odd), json.dumps(file)])
    except psycopg.Error as error:
        return str(error).splitlines()[0]
    return None

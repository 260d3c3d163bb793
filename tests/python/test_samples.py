"""Exports with exact expectations, loaded by the command line. They lie beside the checkout, not in it.

The folder's NOTES.md says how its EXPECTED.tsv counts, and which records of several files are one event.
"""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from lakectl import database
from lakectl.config import Settings

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "takeout-samples"
SYNTHETIC = SAMPLES / "synthetic"
pytestmark = pytest.mark.skipif(
    not SYNTHETIC.is_dir(), reason=f"the sample exports are not here: {SAMPLES} is no folder"
)

KINDS = {
    "activity": {"my_activity", "my_activity_html", "youtube_activity", "youtube_activity_html"},
    "semantic_segment": {"semantic_segment", "semantic_segment_ios"},
} | {
    kind: {kind}
    for kind in (
        "location_record",
        "place_visit",
        "activity_segment",
        "unknown_timeline_object",
        "raw_signal",
        "frequent_place",
        "timeline_edit",
        "browser_visit",
        "typed_url",
        "session_tab",
    )
}
"""Kinds of EXPECTED.tsv that the lake knows, and what it calls them."""

TABLES = {
    "activity": "user_data.activity",
    "browser_visit": "user_data.activity",
    "typed_url": "user_data.activity",
    "session_tab": "user_data.activity",
    "location_record": "timeseries.location",
    "raw_signal": "timeseries.location",
    "timelinePath point": "timeseries.location",
    "place_visit": "user_data.place_visit",
    "visit": "user_data.place_visit",
    "activity_segment": "user_data.trip",
    "trip": "user_data.trip",
    "frequent_place": "user_data.place",
    "timeline_edit": "user_data.signal",
}
"""Where the facts about a kind are to be found."""

Expectation = dict[str, Any]
File = dict[str, Any]


def lakectl(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lakectl", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))


def list_files(user: str) -> list[File]:
    listed = lakectl("files", "--user", user, "--json")
    assert listed.returncode == 0, listed.stderr
    files: list[File] = json.loads(listed.stdout)
    return files


def read_expectations() -> list[Expectation]:
    if not SYNTHETIC.is_dir():
        return []
    with (SYNTHETIC / "EXPECTED.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    parsed: dict[str, Callable[[str], Any]] = {"records": int, "rejects": int, "info": json.loads}
    return [row | {column: read(row[column]) for column, read in parsed.items()} for row in rows]


def is_known(expected: Expectation) -> bool:
    return expected["kind"] in KINDS and expected["product"] in {
        "Location History",
        "My Activity",
        "YouTube",
        "Chrome",
    }


EXPECTATIONS = read_expectations()
KNOWN = [row for row in EXPECTATIONS if is_known(row)]


def new_user() -> str:
    name = f"samples-{uuid4().hex[:8]}"
    added = lakectl("user", "add", name)
    assert added.returncode == 0, added.stderr
    return name


@pytest.fixture(scope="module")
def user(settings: Settings) -> str:
    """A user who has loaded all of the synthetic exports."""
    name = new_user()
    loaded = lakectl("load", "--user", name, SYNTHETIC)
    assert loaded.returncode == 1, "records are rejected on purpose: " + loaded.stderr
    return name


@pytest.fixture(scope="module")
def files(user: str) -> list[File]:
    return list_files(user)


@pytest.fixture(scope="module")
def connection(settings: Settings, user: str) -> Iterator[psycopg.Connection]:
    with database.user(settings, user, autocommit=True) as logged_in:
        yield logged_in


def label(expected: Expectation) -> str:
    return f"{expected['path']}: {expected['kind']}"


@pytest.mark.parametrize("expected", KNOWN, ids=label)
def test_counts_of_a_file(expected: Expectation, files: list[File]) -> None:
    """A file has the records and rejects that it should have, and each record one outcome."""
    found = [f for f in files if f["path"] == expected["path"] and f["kind"] in KINDS[expected["kind"]]]
    assert len(found) == 1
    (file,) = found
    info = expected["info"]
    low, high = info.get("rejects_ok", [expected["rejects"], expected["rejects"]])
    right = [(expected["records"], low, high)]
    right += [(a["records"], a.get("rejects", 0), a.get("rejects", 0)) for a in info.get("alt", [])]
    assert any(file["records"] == n and low <= file["rejects"] <= high for n, low, high in right), file
    assert file["records"] == file["rows"] + file["duplicates"] + file["rejects"]
    assert file["duplicates"] >= info.get("dups", 0)
    assert file["product"] == expected["product"]
    if info.get("truncated"):
        assert file["state"] == "failed"
        assert file["error"]
    elif file["records"] > file["rejects"]:
        assert file["state"] == "done"


FACTS = [(row, spot) for row in KNOWN for spot in row["info"].get("spots", [])]


def name_part(part: dict[str, Any]) -> str:
    return label(part) if "path" in part else str(part)


@pytest.mark.parametrize(("expected", "spot"), FACTS, ids=name_part)
def test_fact_about_a_record(
    expected: Expectation, spot: dict[str, Any], connection: psycopg.Connection
) -> None:
    """A record that is known exactly has become the row that it should become."""
    kind = expected["kind"]
    if kind == "semantic_segment":
        kind = {"activity": "trip"}.get(spot["kind"], spot["kind"])
    if "title_contains" in spot:  # U+0000, which no text of PostgreSQL can hold
        assert find(connection, "lake.rejects", ["path = %(path)s", "state LIKE '22%%'"], expected)
        return
    for at in spot.get("visits", [spot.get("at")]):
        rules = conditions(TABLES[kind], spot, coarse=expected["path"].endswith(".html"))
        assert find(connection, TABLES[kind], rules, spot | {"at": at}), rules


def conditions(table: str, spot: dict[str, Any], *, coarse: bool) -> list[str]:
    """What the spot says, in terms of the table's columns."""
    columns = {
        "end": "end_at",
        "accuracy_m": "accuracy_m",
        "distance_m": "distance_m",
        "semantic_type": "semantic_type",
        "url": "url",
        "channel": "channel",
        "details": "details",
        "device_tag": "device",
        "title": {"user_data.place_visit": "name", "user_data.place": "label"}.get(table, "title"),
        "place_id": "place_id",
        "header": "product",
    }
    rules = []
    for key, value in spot.items():
        if key == "header" and value is None:  # a file's own column is filled from elsewhere
            continue
        if key in columns:
            rules.append(f"{columns[key]} IS NOT DISTINCT FROM %({key})s")
    if "at" in spot or "visits" in spot:
        rules.append("date_trunc('second', at) = %(at)s" if coarse else "at = %(at)s")
    if spot.get("lat") is not None:
        place = "start_pos" if table == "user_data.trip" else "pos"
        rules.append(f"abs(st_y({place}::geometry) - %(lat)s) < 1e-6")
        rules.append(f"abs(st_x({place}::geometry) - %(lon)s) < 1e-6")
    if "activity" in spot:
        rules.append("mode = upper(replace(%(activity)s, ' ', '_'))")
    if "transition" in spot:
        rules.append("attrs ->> 'page_transition' = %(transition)s")
    if "attachment" in spot:
        rules.append("attrs -> 'audioFiles' ? %(attachment)s")
    if "subtitle" in spot:
        rules.append(
            "attrs -> 'subtitles' @> jsonb_build_array(jsonb_build_object('name', %(subtitle)s::text))"
        )
    if "subtitles" in spot:
        rules.append("jsonb_path_query_array(attrs, '$.subtitles[*].name') = to_jsonb(%(subtitles)s::text[])")
    return rules


def find(connection: psycopg.Connection, table: str, rules: list[str], spot: dict[str, Any]) -> bool:
    query = f"SELECT EXISTS (SELECT FROM {table} WHERE {' AND '.join(rules)})"
    row = connection.execute(query.encode(), spot).fetchone()
    assert row is not None
    return bool(row[0])


def test_everything_else_is_kept(files: list[File]) -> None:
    """Files of kinds that the lake does not know are listed; litter is ignored; an empty file is empty."""
    known = {row["path"] for row in KNOWN}
    states = {f["path"]: f["state"] for f in files if f["kind"] is None}
    for row in EXPECTATIONS:
        if row["path"] in known:
            continue
        if row["kind"] == "empty_file":
            assert [f["state"] for f in files if f["path"] == row["path"]] == ["empty"]
        elif row["product"] == "junk":
            assert states[row["path"]] == "ignored", row["path"]
        else:
            assert states[row["path"]] in {"unrecognized", "empty"}, row["path"]


@pytest.mark.parametrize(
    ("what", "query", "count"),
    [
        ("YouTube events in four files", "activity WHERE product ~ '^YouTube'", 19),
        ("a watch in JSON and HTML", "activity WHERE url LIKE '%%watch?v=tp0Dawn_001'", 2),
        ("a watch of two exports", "activity WHERE url LIKE '%%watch?v=ferryFog_01'", 1),
        ("a search in JSON and HTML", "activity WHERE title = 'Searched for low tide walk'", 1),
        ("an advertisement in two files", "activity WHERE url LIKE '%%watch?v=ad_sprgsale'", 1),
        ("a search twice in its file", "activity WHERE title = 'Searched for tide table yaquina bay'", 1),
        ("a visit twice in its file", "activity WHERE at = '2024-03-05 18:07:32.123456+00'", 1),
        ("a page visit and its search", "activity WHERE title LIKE '%%Tide tables – Harbor Office'", 2),
    ],
)
def test_the_same_thing_in_several_files(
    what: str, query: str, count: int, connection: psycopg.Connection
) -> None:
    found = connection.execute(f"SELECT count(*) FROM user_data.{query}".encode(), {}).fetchone()
    assert found == (count,), what


def test_finer_times_win(connection: psycopg.Connection) -> None:
    """An event that a page knows to the second has the milliseconds of the JSON."""
    query = b"SELECT count(*) FROM user_data.activity WHERE coarse AND url LIKE '%watch?v=tp0Dawn_001'"
    assert connection.execute(query).fetchone() == (0,)


def test_one_point_for_one_place_and_time(connection: psycopg.Connection) -> None:
    query = b"SELECT count(*) FROM timeseries.location WHERE at = '2023-04-07 09:00:00+00'"
    assert connection.execute(query).fetchone() == (1,)


def test_edits_are_not_the_history(connection: psycopg.Connection) -> None:
    query = b"SELECT count(*) FROM timeseries.location WHERE at = '2024-02-17 04:14:41.412+00'"
    assert connection.execute(query).fetchone() == (0,)


def count_rows(connection: psycopg.Connection) -> list[tuple[Any, ...]]:
    tables = sorted(set(TABLES.values()) | {"user_data.note"})
    query = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in tables)
    return connection.execute(query.encode()).fetchall()


def test_a_second_load_adds_nothing(user: str, files: list[File], connection: psycopg.Connection) -> None:
    before = count_rows(connection)
    again = lakectl("load", "--user", user, SYNTHETIC)
    assert again.returncode in {0, 1}, again.stderr
    assert count_rows(connection) == before
    assert list_files(user) == files


PUBLIC = {
    "export-2017": {"location_record": 3, "my_activity": 2},
    "export-2023": {
        "location_record": 0,
        "activity_segment": 4,
        "timeline_edit": 1,
        "my_activity_html": 3,
    },
    "on-device-android": {"semantic_segment": 0, "raw_signal": 0},
    "on-device-ios": {"semantic_segment_ios": 7},
    "takeout-20150518T000000Z.zip": {"my_activity_html": 3},
}
"""Records of each kind in files from public projects; 0 where the list itself is counted below."""


def elements(path: Path, key: str) -> int:
    return len(json.loads(path.read_text(encoding="utf-8-sig"))[key])


def test_files_of_public_projects(settings: Settings) -> None:
    """Real shapes: all records of known kinds become rows or duplicates, but for empty Wi-Fi scans."""
    phone = SAMPLES / "on-device-android/Timeline.json"
    empty = json.loads(phone.read_text(encoding="utf-8"))["rawSignals"].count({"wifiScan": {}})
    name = new_user()
    loaded = lakectl("load", "--user", name, *(SAMPLES / part for part in PUBLIC))
    assert loaded.returncode == (1 if empty else 0), loaded.stdout + loaded.stderr
    counts: dict[str, int] = {}
    for file in list_files(name):
        assert file["rejects"] == (empty if file["kind"] == "raw_signal" else 0), file
        if file["kind"]:
            assert file["state"] in {"done", "empty"}, file
            counts[file["kind"]] = counts.get(file["kind"], 0) + file["records"]
    expected: dict[str, int] = {}
    for part in PUBLIC.values():
        for kind, count in part.items():
            expected[kind] = expected.get(kind, 0) + count
    records = SAMPLES / "export-2023/Takeout/Location History (Timeline)/Records.json"
    old = SAMPLES / "export-2017/Takeout/Location History/Location History.json"
    expected["location_record"] = elements(records, "locations") + elements(old, "locations")
    expected["semantic_segment"] = elements(phone, "semanticSegments")
    expected["raw_signal"] = elements(phone, "rawSignals")
    assert {kind: n for kind, n in counts.items() if n} == {kind: n for kind, n in expected.items() if n}

# ruff: noqa: E501 - statements stay on one line
"""Plans on a filled lake, as a plain user: nothing that README, demo or docs show reads other users' rows."""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from e2e.plans import assert_no_foreign_scan, explain, explain_as, inner_plans, nodes, shared_tables
from e2e.users import User, new_user, rows, value
from lakectl import database
from lakectl.config import Settings

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SHOWN = [
    statement.strip()
    for document in DOCUMENTS
    for block in re.findall(r"```sql\n(.*?)```", document.read_text(encoding="utf-8"), re.S)
    for statement in re.sub(r"--[^\n]*", "", block).split(";")
    if re.match(r"\s*(SELECT|WITH)\b", statement) and "lake_" not in statement
] + [
    statement.decode().rstrip("; \n")
    for statement in database.named_queries(
        (ROOT / "lakectl" / "demo.sql").read_text(encoding="utf-8")
    ).values()
]

FILL = """
INSERT INTO user_data.activity (user_id, at, ident, product, title, url, channel, file_id, ordinal)
SELECT {id}, '2015-01-01'::timestamptz + n * interval '1 minute' * {step}, md5('{id} ' || n)::uuid,
       (ARRAY['YouTube', 'Search', 'Chrome'])[1 + n % 3], 'title ' || n % 5000, 'https://example.org/' || n,
       CASE WHEN n % 3 = 0 THEN 'channel ' || n % 50 END, md5('{id}' || n % 100)::uuid, n
  FROM generate_series(1, {many}) AS n;
INSERT INTO timeseries.location (user_id, at, cell, pos)
SELECT {id}, '2015-01-01'::timestamptz + n * interval '1 minute' * {step}, lake.cell(480000000 + n % 1000 * 3000, 160000000 + n % 777 * 3000),
       ext.st_point(16 + n % 777 * 0.0003, 48 + n % 1000 * 0.0003, 4326)::ext.geography
  FROM generate_series(1, {many}) AS n;
INSERT INTO user_data.place_visit (user_id, at, end_at, ident, place_id, name)
SELECT {id}, '2015-01-01'::timestamptz + n * interval '1 hour', '2015-01-01'::timestamptz + n * interval '1 hour' + interval '30 min',
       'p' || n % 500, 'p' || n % 500, 'place ' || n % 500 FROM generate_series(1, {many} / 10) AS n;
INSERT INTO user_data.trip (user_id, at, end_at, mode, distance_m)
SELECT {id}, '2015-01-01'::timestamptz + n * interval '1 hour', '2015-01-01'::timestamptz + n * interval '1 hour' + interval '20 min',
       (ARRAY['WALKING', 'IN_BUS'])[1 + n % 2], n % 9000 FROM generate_series(1, {many} / 10) AS n;
INSERT INTO user_data.note (user_id, at, ident, title, body)
SELECT {id}, '2015-01-01'::timestamptz + n * interval '1 day', md5('n' || n)::uuid, 'note ' || n, 'body ' || n FROM generate_series(1, {many} / 50) AS n;
INSERT INTO user_data.place (user_id, place_id, name)
SELECT {id}, 'p' || n, 'place ' || n FROM generate_series(1, {many} / 50) AS n;
INSERT INTO imports.file (user_id, id, archive_id, path, size_bytes, product, kind, state, records, rows)
SELECT {id}, md5('{id}' || n)::uuid, md5('{id}')::uuid, 'Takeout/' || n || '.json', n, 'My Activity', 'x', 'done', 1, 1
  FROM generate_series(1, {many} / 50) AS n;
INSERT INTO imports.archive (user_id, id, import_id, name, format, size_bytes, fingerprint, exported_at)
VALUES ({id}, md5('{id}')::uuid, 1, 'x', 'zip', 1, '', now());
INSERT INTO imports.import (user_id, id, export, exported_at) OVERRIDING SYSTEM VALUE VALUES ({id}, 1, 'x', now());
INSERT INTO imports.batch (user_id, file_id, ordinals, records)
SELECT {id}, md5('{id}' || n)::uuid, '[1,2)', 1 FROM generate_series(1, {many} / 50) AS n;
INSERT INTO imports.reject (user_id, began_at, file_id, ordinal, reason)
SELECT {id}, now(), md5('{id}' || n)::uuid, 1, 'no time' FROM generate_series(1, {many} / 50) AS n;
INSERT INTO ops.event (user_id, kind) SELECT {id}, 'x' FROM generate_series(1, {many} / 50) AS n;
INSERT INTO archive.blob (user_id, sha256, size_bytes)
SELECT {id}, sha256(n::text::bytea), 1 FROM generate_series(1, {many} / 50) AS n;
INSERT INTO vectors.text (user_id, id, text, embedding)
SELECT {id}, md5('t' || n)::uuid, 'title ' || n, ext.l2_normalize((array_fill(1.0 + n % 97, ARRAY[128])::real[] || array_fill(1.0 + n % 89, ARRAY[128])::real[])::ext.vector)
  FROM generate_series(1, {many} / 50) AS n;
INSERT INTO vectors.item (user_id, entity, row_id, text_id, at)
SELECT {id}, 'activity', n, md5('t' || n)::uuid, now() FROM generate_series(1, {many} / 50) AS n;
"""
FILLED = re.findall(r"INSERT INTO (\S+)", FILL)
OTHERS = """
SELECT relation::text,
       format($$INSERT INTO %%s (user_id, at, %%s)
                SELECT {id}, '2015-01-01'::timestamptz + n * interval '1 hour', %%s FROM generate_series(1, {many} / 20) AS n$$,
              relation, string_agg(quote_ident(a.attname), ', '),
              string_agg(CASE a.atttypid::regtype::text
                           WHEN 'uuid' THEN $$md5({id} || ' ' || n)::uuid$$
                           WHEN 'bytea' THEN $$sha256(({id} || ' ' || n)::bytea)$$
                           WHEN 'text' THEN coalesce(quote_literal(k.allowed), $$'text ' || n$$)
                           WHEN 'text[]' THEN $$ARRAY['text ' || n]$$
                           ELSE 'n' END, ', '))
  FROM unnest(%s::text[]::regclass[]) AS t(relation)
  JOIN pg_attribute AS a ON a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull AND NOT a.atthasdef
   AND a.attidentity = '' AND a.attname NOT IN ('user_id', 'at')
  LEFT JOIN LATERAL (SELECT substring(pg_get_constraintdef(c.oid) FROM $$ARRAY\\['(\\w+)'$$) AS allowed FROM pg_constraint AS c
                      WHERE c.conrelid = relation AND c.contype = 'c' AND c.conkey = ARRAY[a.attnum] LIMIT 1) AS k ON true
 GROUP BY relation
"""
"""Statements that fill tables with whatever they need to have."""
TIMELINE = """
SELECT DISTINCT refobjid::regclass::text FROM pg_depend AS d JOIN pg_rewrite AS r ON r.oid = d.objid
 WHERE r.ev_class = 'lake.timeline'::regclass AND d.refclassid = 'pg_class'::regclass AND refobjid <> r.ev_class
"""
"""The tables that lake.timeline reads."""


@pytest.fixture(scope="module")
def user(settings: Settings, superuser: psycopg.Connection) -> Iterator[User]:
    """A user with 20,000 activities and positions beside a neighbour who has ten times as many."""
    users = {new_user(settings, "quiet"): 20_000, new_user(settings, "noisy"): 200_000}
    others = [table for (table,) in rows(superuser, TIMELINE) if table not in FILLED]
    statements: dict[str, str] = dict(superuser.execute(OTHERS.encode(), [others]).fetchall())
    filled = [*FILLED, *statements]
    with superuser.transaction():
        superuser.execute("SET LOCAL session_replication_role = replica")
        for some, many in users.items():
            step = 200_000 // many  # both over the same days
            superuser.execute(
                ";".join([*statements.values(), FILL])
                .replace("{id}", str(some.id))
                .replace("{many}", str(many))
                .replace("{step}", str(step))
                .replace("%", "%%")
                .encode(),
                [],
            )
    superuser.execute(f"VACUUM ANALYZE {', '.join(filled)}".encode())
    superuser.execute("REFRESH MATERIALIZED VIEW analytics.activity_of_all_users")
    superuser.execute("ANALYZE analytics.activity_of_all_users")
    yield next(iter(users))
    with superuser.transaction():
        superuser.execute("SET LOCAL session_replication_role = replica")
        for some in users:
            for table in filled:
                superuser.execute(f"DELETE FROM {table} WHERE user_id = %s".encode(), [some.id])
    superuser.execute(f"VACUUM ANALYZE {', '.join(filled)}".encode())


def test_something_is_shown() -> None:
    assert len(SHOWN) >= 14


@pytest.mark.parametrize("statement", SHOWN, ids=lambda statement: " ".join(statement.split())[:60])
def test_what_is_shown_reads_own_rows_only(superuser: psycopg.Connection, user: User, statement: str) -> None:
    assert_no_foreign_scan(explain_as(user, statement), shared_tables(superuser))


@pytest.mark.parametrize(
    "order",
    ["ORDER BY at DESC LIMIT 50", "ORDER BY at LIMIT 1", "WHERE at < '2015-03-01' ORDER BY at DESC LIMIT 50"],
)
def test_the_timeline_is_a_merge(superuser: psycopg.Connection, user: User, order: str) -> None:
    """It stops after what it shows: every branch comes in order from its index, none is sorted."""
    plan = explain_as(user, f"SELECT * FROM lake.timeline {order}")
    kinds = [node["Node Type"] for node in nodes(plan)]
    assert "Merge Append" in kinds
    assert "Sort" not in kinds
    assert not {"Seq Scan", "Bitmap Heap Scan"} & set(kinds)
    assert_no_foreign_scan(plan, shared_tables(superuser))


def test_every_entity_with_a_time_is_in_the_timeline_merge(superuser: psycopg.Connection, user: User) -> None:
    plan = explain_as(user, "SELECT * FROM lake.timeline ORDER BY at DESC LIMIT 50")
    read = {f"user_data.{node['Relation Name']}" for node in nodes(plan) if "Relation Name" in node}
    tables = {table for (table,) in rows(superuser, TIMELINE)}
    assert len(tables) >= 20
    assert read == tables


def test_a_time_range_uses_the_index(superuser: psycopg.Connection, user: User) -> None:
    for source in ("user_data.activity", "timeseries.location", "lake.timeline"):
        plan = explain_as(user, f"SELECT * FROM {source} WHERE at >= '2015-02-01' AND at < '2015-02-02'")
        conditions = [str(node.get("Index Cond")) for node in nodes(plan) if "Index Cond" in node]
        assert conditions
        assert all("user_id" in condition for condition in conditions)
        assert any("at >=" in condition for condition in conditions)
        assert_no_foreign_scan(plan, shared_tables(superuser))


@pytest.mark.parametrize("radius", [200, 2000])
def test_a_place_uses_the_index_on_place(superuser: psycopg.Connection, user: User, radius: int) -> None:
    plan = explain_as(
        user,
        f"SELECT l.at FROM lake.cells_near(48.1, 16.1, {radius}) AS c JOIN timeseries.location AS l "
        "ON l.cell BETWEEN c.first_cell AND c.last_cell "
        f"WHERE ext.ST_DWithin(l.pos, ext.ST_Point(16.1, 48.1, 4326)::ext.geography, {radius})",
    )
    used = {node["Index Name"] for node in nodes(plan) if "Index Name" in node}
    assert used
    assert all(name.endswith("location_place") for name in used), used
    assert_no_foreign_scan(plan, shared_tables(superuser))


def test_counts_per_day_come_from_the_key(superuser: psycopg.Connection, user: User) -> None:
    plan = explain_as(
        user, "SELECT * FROM analytics.activity_daily WHERE day >= '2015-02-01' AND day < '2015-02-08'"
    )
    assert_no_foreign_scan(plan, shared_tables(superuser))
    assert {node.get("Index Name") for node in nodes(plan)} & {"activity_of_all_users_key"}


@pytest.mark.parametrize("call", ["SELECT * FROM lake.search('title 7')", "SELECT * FROM lake.verify()"])
def test_what_functions_run_inside(superuser: psycopg.Connection, user: User, call: str) -> None:
    found = inner_plans(superuser, user, call)
    tables = shared_tables(superuser)
    assert found
    for plan in found:
        assert_no_foreign_scan(plan, tables)


def test_the_check_itself(superuser: psycopg.Connection, user: User) -> None:
    """A plan that does read the neighbour's rows is found."""
    with user.connect() as connection:
        for setting in ("enable_indexscan", "enable_bitmapscan", "enable_indexonlyscan"):
            connection.execute(f"SET {setting} = off".encode())
        plan = explain(connection, "SELECT * FROM user_data.activity")
        assert value(connection, "SELECT count(*) FROM user_data.activity") == 20_000
    with pytest.raises(AssertionError, match="sequential"):
        assert_no_foreign_scan(plan, shared_tables(superuser))

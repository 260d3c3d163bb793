"""Every lint finds what it is for, and nothing in the lake as it is deployed."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from lakectl import database
from lakectl.config import Settings
from lakectl.deploy import default_folder

LINTS = {path.stem: path for path in sorted((default_folder() / "lint").glob("*.sql"))}

TABLE = """
SET LOCAL ROLE lake_owner;
CREATE TABLE user_data.odd (user_id bigint, id bigint, PRIMARY KEY (user_id, id));
"""
ISOLATED = TABLE + "SELECT ops.isolate('user_data.odd', true);"
FUNCTION = "SET LOCAL ROLE lake_owner; CREATE FUNCTION {name} RETURNS int LANGUAGE sql {how} AS 'SELECT 1';"

# Lint, what breaks it, the object it must name, a part of the problem it must state.
VIOLATIONS = [
    ("comments", TABLE, "user_data.odd", "comment"),
    ("comments", FUNCTION.format(name="lake.odd()", how=""), "lake.odd()", "comment"),
    ("comments", "COMMENT ON SCHEMA lake IS NULL;", "schema lake", "comment"),
    (
        "definer_functions",
        FUNCTION.format(name="lake.odd()", how="SECURITY DEFINER"),
        "lake.odd()",
        "without a pinned search_path",
    ),
    (
        "definer_functions",
        FUNCTION.format(name="lake.odd()", how="SECURITY DEFINER SET search_path = user_1, pg_catalog"),
        "lake.odd()",
        "without a pinned search_path",
    ),
    (
        "definer_functions",
        FUNCTION.format(name="lake.odd()", how="SECURITY DEFINER SET search_path = pg_catalog, pg_temp")
        + "GRANT EXECUTE ON FUNCTION lake.odd() TO PUBLIC;",
        "lake.odd()",
        "PUBLIC",
    ),
    (
        "definer_functions",
        "CREATE FUNCTION lake.odd() RETURNS int LANGUAGE sql SECURITY DEFINER "
        "SET search_path = pg_catalog, pg_temp AS 'SELECT 1'; REVOKE ALL ON FUNCTION lake.odd() FROM PUBLIC;",
        "lake.odd()",
        "belongs to postgres",
    ),
    (
        "grants_beyond_policies",
        "GRANT TRUNCATE ON user_data.activity TO lake_user;",
        "user_data.activity",
        "TRUNCATE",
    ),
    (
        "grants_beyond_policies",
        "GRANT MAINTAIN ON user_data.activity TO PUBLIC;",
        "user_data.activity",
        "MAINTAIN",
    ),
    ("grants_beyond_policies", "GRANT TRIGGER ON lake.timeline TO lake_user;", "lake.timeline", "TRIGGER"),
    (
        "grants_on_parts",
        "DO $$ BEGIN EXECUTE (SELECT format('GRANT SELECT ON %s TO lake_user', inhrelid::regclass) "
        "FROM pg_inherits WHERE inhparent = 'ops.event'::regclass ORDER BY inhrelid LIMIT 1); END $$;",
        "ops.event_",
        "lake_user",
    ),
    ("grants_on_parts", "GRANT USAGE ON SCHEMA timeseries_chunks TO PUBLIC;", "timeseries_chunks", "USAGE"),
    (
        "grants_on_parts",
        "CREATE TABLE timeseries.odd (user_id bigint, at timestamptz NOT NULL);"
        "SELECT ext.create_hypertable('timeseries.odd', 'at'); INSERT INTO timeseries.odd VALUES (1, now());",
        "timeseries.odd",
        "outside timeseries_chunks",
    ),
    ("jobs", "INSERT INTO ops.job VALUES ('odd', '* * * * *', 'SELECT 1');", "odd", "no file"),
    (
        "materialized_views",
        "GRANT SELECT ON analytics.activity_of_all_users TO lake_user;",
        "analytics.activity_of_all_users",
        "lake_user may read it",
    ),
    (
        "materialized_views",
        "SET LOCAL ROLE lake_owner; CREATE MATERIALIZED VIEW analytics.odd AS SELECT 1 AS n;",
        "analytics.odd",
        "belongs to lake_owner",
    ),
    (
        "overloads",
        FUNCTION.format(name="lake.odd(int)", how="") + FUNCTION.format(name="lake.odd(text)", how=""),
        "lake.odd",
        "several",
    ),
    ("owners", "CREATE VIEW lake.odd AS SELECT 1 AS n;", "lake.odd", "superuser"),
    (
        "owners",
        "CREATE FUNCTION lake.odd() RETURNS int LANGUAGE sql AS 'SELECT 1';",
        "lake.odd()",
        "superuser",
    ),
    ("owners", "CREATE DOMAIN lake.odd AS text;", "lake.odd", "superuser"),
    ("privileged_roles", "CREATE ROLE odd_role BYPASSRLS;", "odd_role", "BYPASSRLS"),
    ("privileged_roles", "ALTER ROLE lake_admin SUPERUSER;", "lake_admin", "superuser"),
    (
        "privileged_roles",
        "CREATE ROLE user_790009 IN ROLE lake_user; GRANT lake_service TO user_790009;",
        "user_790009",
        "member of lake_service",
    ),
    ("public_surface", FUNCTION.format(name="lake.odd()", how=""), "lake.odd()", "neither"),
    (
        "public_surface",
        "SET LOCAL ROLE lake_owner; CREATE VIEW lake.odd AS SELECT 1 AS n;",
        "lake.odd",
        "neither",
    ),
    ("row_level_security", TABLE, "user_data.odd", "not enabled"),
    ("row_level_security", "ALTER TABLE ops.event NO FORCE ROW LEVEL SECURITY;", "ops.event", "not forced"),
    (
        "row_level_security",
        "ALTER TABLE timeseries.location DISABLE ROW LEVEL SECURITY;",
        "timeseries.location",
        "not enabled",
    ),
    ("statistics", "GRANT SELECT ON pg_catalog.pg_stats TO PUBLIC;", "pg_stats", "PUBLIC"),
    (
        "time_range",
        TABLE + "ALTER TABLE user_data.odd ADD COLUMN end_at timestamptz;",
        "user_data.odd.end_at",
        "no range check",
    ),
    (
        "time_range",
        TABLE + "ALTER TABLE user_data.odd ADD COLUMN at timestamptz CHECK (at >= '1900-01-01 00:00:00+00');",
        "user_data.odd.at",
        "no range check",
    ),
    (
        "timescaledb_internals",
        "GRANT EXECUTE ON ALL ROUTINES IN SCHEMA _timescaledb_functions TO PUBLIC;",
        "_timescaledb_functions",
        "PUBLIC may call",
    ),
    (
        "user_foreign_keys",
        "ALTER TABLE imports.archive ADD UNIQUE (id); ALTER TABLE user_data.note ADD FOREIGN KEY (file_id) "
        "REFERENCES imports.archive (id);",
        "user_data.note",
        "does not pair user_id",
    ),
    (
        "user_foreign_keys",
        "ALTER TABLE timeseries.location ADD FOREIGN KEY (user_id, file_id) REFERENCES imports.file;",
        "timeseries.location",
        "stands on a hypertable",
    ),
    (
        "user_isolation_policy",
        TABLE + "ALTER TABLE user_data.odd ENABLE ROW LEVEL SECURITY;",
        "user_data.odd",
        "no policy",
    ),
    (
        "user_isolation_policy",
        ISOLATED + "CREATE POLICY wide ON user_data.odd FOR SELECT TO lake_user USING (true);",
        "user_data.odd",
        "wide",
    ),
    (
        "user_isolation_policy",
        ISOLATED + "ALTER POLICY user_isolation_policy ON user_data.odd USING (true);",
        "user_data.odd",
        "user_isolation_policy",
    ),
    (
        "user_isolation_policy",
        ISOLATED + "ALTER POLICY user_isolation_policy ON user_data.odd TO lake_user;",
        "user_data.odd",
        "user_isolation_policy",
    ),
    (
        "user_isolation_policy",
        ISOLATED
        + "ALTER POLICY user_isolation_policy ON user_data.odd USING (user_id = lake.current_user_id());",
        "user_data.odd",
        "user_isolation_policy",
    ),
    ("user_keys", ISOLATED + "ALTER TABLE user_data.odd ADD UNIQUE (id);", "user_data.odd", "does not start"),
    (
        "user_keys",
        ISOLATED + "ALTER TABLE user_data.odd DROP CONSTRAINT odd_pkey;",
        "user_data.odd",
        "no primary key",
    ),
    (
        "user_keys",
        ISOLATED
        + "ALTER TABLE user_data.odd DROP CONSTRAINT odd_pkey; ALTER TABLE user_data.odd ALTER user_id DROP "
        "NOT NULL;",
        "user_data.odd",
        "may be null",
    ),
    (
        "views",
        "SET LOCAL ROLE lake_owner; CREATE VIEW lake.odd AS SELECT 1 AS n;",
        "lake.odd",
        "security_invoker",
    ),
    (
        "views",
        "SET LOCAL ROLE lake_service; CREATE VIEW analytics.odd WITH (security_barrier = true) AS "
        "SELECT * FROM user_data.activity;",
        "analytics.odd",
        "more than materialized views",
    ),
    (
        "views",
        "SET LOCAL ROLE lake_service; "
        "CREATE VIEW analytics.odd AS SELECT * FROM analytics.activity_of_all_users;",
        "analytics.odd",
        "security_barrier",
    ),
]


@pytest.fixture
def connection(lake: Settings) -> Iterator[psycopg.Connection]:
    """As the superuser, in a transaction that is rolled back."""
    with database.superuser(lake) as superuser:
        yield superuser
        superuser.rollback()


def findings(connection: psycopg.Connection, lint: str) -> list[tuple[str, str, str, str]]:
    connection.execute("RESET ROLE; SET LOCAL search_path = pg_catalog, pg_temp")
    return connection.execute(LINTS[lint].read_bytes()).fetchall()


@pytest.mark.parametrize("lint", LINTS)
def test_lint_finds_nothing_in_the_lake(connection: psycopg.Connection, lint: str) -> None:
    assert findings(connection, lint) == []


@pytest.mark.parametrize(
    ("lint", "violation", "item", "problem"),
    VIOLATIONS,
    ids=[f"{lint}-{number}" for number, (lint, *_) in enumerate(VIOLATIONS)],
)
def test_lint_finds_a_violation(
    connection: psycopg.Connection, lint: str, violation: str, item: str, problem: str
) -> None:
    connection.execute("SET LOCAL search_path = lake, ext")
    connection.execute(violation.encode())
    found = [row for row in findings(connection, lint) if row[1].startswith(item) and problem in row[2]]
    assert found
    assert all(row[0] == lint for row in found)
    assert all(row[3] for row in found)


def test_every_lint_has_a_violation_and_says_why() -> None:
    assert {lint for lint, *_ in VIOLATIONS} == set(LINTS)
    for path in LINTS.values():
        assert Path(path).read_text(encoding="utf-8").startswith("-- ")

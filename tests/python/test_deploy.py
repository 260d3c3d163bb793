"""Deploying: what is applied, left alone and refused, and that a failure leaves nothing behind."""

import dataclasses
import hashlib
import json
import shutil
import threading
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner
from conftest import NOTE, SHOUT, SmallTree

from lakectl import database
from lakectl.cli import main
from lakectl.config import Settings
from lakectl.deploy import Report, default_folder, deploy
from lakectl.deploy.snapshot import Snapshot, snapshot
from lakectl.errors import LakeError


def rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with database.superuser(settings) as connection:
        return connection.execute(query.encode()).fetchall()


def state(settings: Settings) -> tuple[Snapshot, list[tuple[Any, ...]]]:
    """Everything a deploy may change: the catalog, the ledger, yoyo's marks."""
    with database.superuser(settings) as connection:
        catalog = snapshot(connection)
        ledger: list[tuple[Any, ...]] = []
        if connection.execute("SELECT to_regclass('ops.applied')").fetchone() != (None,):
            for table in ("applied", "applied_object", "_yoyo_migration", "_yoyo_log"):
                ledger += connection.execute(
                    f"SELECT '{table}', t::text FROM ops.{table} t ORDER BY 2".encode()
                )
    return catalog, ledger


def functions(settings: Settings) -> list[str]:
    found = rows(
        settings, "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'lake'::regnamespace"
    )
    return sorted(row[0] for row in found)


def refused(settings: Settings, tree: SmallTree, *parts: str) -> LakeError:
    """Deploy, which must fail with a one-line message that holds `parts`, and must change nothing."""
    before = state(settings)
    with pytest.raises(LakeError) as caught:
        deploy(settings, tree.folder)
    for part in parts:
        assert part in caught.value.message
    assert "Traceback" not in caught.value.message
    assert caught.value.status == 3
    assert state(settings) == before
    return caught.value


# What a deploy does


def test_real_tree_deploys_twice_and_does_nothing_the_second_time(fresh_database: Settings) -> None:
    first = deploy(fresh_database)
    assert first.migrations
    assert first.files
    before = state(fresh_database)
    second = deploy(fresh_database)
    assert second.nothing_to_do
    assert second.seconds < 2
    assert state(fresh_database) == before


def test_real_tree_gives_the_same_catalog_when_every_file_is_applied_again(fresh_database: Settings) -> None:
    deploy(fresh_database)
    with database.superuser(fresh_database) as connection:
        before = snapshot(connection)
        connection.execute("UPDATE ops.applied SET sha256 = '' WHERE path NOT LIKE 'db/migrations/%'")
    report = deploy(fresh_database)
    assert not report.migrations
    assert len(report.files) > 10
    assert report.dropped == []
    with database.superuser(fresh_database) as connection:
        assert snapshot(connection) == before


def test_small_tree_applies_in_order_and_keeps_a_ledger(
    fresh_database: Settings, small_tree: SmallTree
) -> None:
    report = deploy(fresh_database, small_tree.folder)
    assert report.migrations == ["db/migrations/0001_roles_and_schemas.sql", "db/migrations/0002_note.sql"]
    assert report.files == [
        "db/functions/lake/shout.sql",
        "db/views/lake/notes.sql",
        "db/policies/user_data.sql",
    ]
    ledger = dict(rows(fresh_database, "SELECT path, sha256 FROM ops.applied"))
    assert ledger["db/functions/lake/shout.sql"] == hashlib.sha256(SHOUT.encode()).hexdigest()
    assert len(ledger) == 5
    assert (report.dropped, report.users_lost, report.ended) == ([], [], [])
    marks = rows(fresh_database, "SELECT migration_id FROM ops._yoyo_migration ORDER BY 1")
    assert marks == [("0001_roles_and_schemas",), ("0002_note",)]
    assert deploy(fresh_database, small_tree.folder).nothing_to_do


def test_only_what_changed_is_applied_again(fresh_database: Settings, small_tree: SmallTree) -> None:
    deploy(fresh_database, small_tree.folder)
    small_tree.edit("functions/lake/shout.sql", "'!'", "'!!'")
    assert deploy(fresh_database, small_tree.folder).files == ["db/functions/lake/shout.sql"]
    assert rows(fresh_database, "SELECT lake.shout('a')") == [("A!!",)]


def test_statements_are_split_as_the_server_would(fresh_database: Settings, small_tree: SmallTree) -> None:
    small_tree.write(
        "migrations/0003_traps.sql",
        """\
/* outer /* nested; */ still a comment; */
CREATE TABLE lake.trap ("begin" int, declare text DEFAULT 'é;', "end" int);
CREATE FUNCTION lake.body() RETURNS text LANGUAGE plpgsql AS $outer$
BEGIN
  EXECUTE $inner$ SELECT 1; $inner$;
  RETURN 'a;b';
END $outer$;
DO $$ BEGIN INSERT INTO lake.trap VALUES (1, 'x;', 2); END $$;
INSERT INTO lake.trap VALUES (3, '%s and :name', 4); -- the end;
ALTER TABLE lake.trap OWNER TO lake_owner""",
    )
    deploy(fresh_database, small_tree.folder)
    assert rows(fresh_database, 'SELECT "begin", declare FROM lake.trap ORDER BY 1') == [
        (1, "x;"),
        (3, "%s and :name"),
    ]
    assert rows(fresh_database, "SELECT lake.body()") == [("a;b",)]


def test_role_and_settings_of_a_file_do_not_reach_the_next(
    fresh_database: Settings, small_tree: SmallTree
) -> None:
    small_tree.write(
        "migrations/0003_leaks.sql",
        "SET LOCAL ROLE lake_owner; SET LOCAL search_path = pg_catalog; SET LOCAL TimeZone = 'Asia/Tokyo';",
    )
    small_tree.write(
        "migrations/0004_clean.sql", "CREATE TABLE lake.who AS SELECT current_user::text AS role;"
    )
    deploy(fresh_database, small_tree.folder)
    assert rows(fresh_database, "SELECT role FROM lake.who") == [("postgres",)]


def test_deleted_function_file_drops_the_function(fresh_database: Settings, small_tree: SmallTree) -> None:
    small_tree.write("functions/lake/whisper.sql", SHOUT.replace("shout", "whisper"))
    deploy(fresh_database, small_tree.folder)
    small_tree.remove("functions/lake/whisper.sql")
    report = deploy(fresh_database, small_tree.folder)
    assert report.dropped == ["function lake.whisper(text)"]
    assert functions(fresh_database) == ["lake.shout(text)"]


def test_renamed_file_keeps_its_function(fresh_database: Settings, small_tree: SmallTree) -> None:
    deploy(fresh_database, small_tree.folder)
    oid = rows(fresh_database, "SELECT 'lake.shout(text)'::regprocedure::oid")
    small_tree.remove("functions/lake/shout.sql")
    small_tree.write("functions/lake/voice.sql", SHOUT)
    assert deploy(fresh_database, small_tree.folder).dropped == []
    assert rows(fresh_database, "SELECT 'lake.shout(text)'::regprocedure::oid") == oid


def test_function_moved_into_an_earlier_or_later_file_survives(
    fresh_database: Settings, small_tree: SmallTree
) -> None:
    small_tree.write("functions/lake/m.sql", SHOUT.replace("shout", "moved"))
    deploy(fresh_database, small_tree.folder)
    for target in ("a", "z", "m"):
        for path in (small_tree.folder / "functions/lake").glob("[amz].sql"):
            path.write_text(SHOUT.replace("shout", f"other_{path.stem}"))
        small_tree.write(f"functions/lake/{target}.sql", SHOUT.replace("shout", "moved"))
        deploy(fresh_database, small_tree.folder)
        assert "lake.moved(text)" in functions(fresh_database)


def test_changed_signature_leaves_no_overload(fresh_database: Settings, small_tree: SmallTree) -> None:
    deploy(fresh_database, small_tree.folder)
    small_tree.edit("functions/lake/shout.sql", "lake.shout(p_text text)", "lake.shout(p_text varchar)")
    small_tree.edit("functions/lake/shout.sql", "lake.shout(text)", "lake.shout(varchar)")
    deploy(fresh_database, small_tree.folder)
    assert functions(fresh_database) == ["lake.shout(character varying)"]
    # The view that used the old one, and its grant, are there again.
    granted = rows(fresh_database, "SELECT has_table_privilege('lake_user', 'lake.notes', 'SELECT')")
    assert granted == [(True,)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("lake.shout(p_text text)", "lake.shout(p_words text)"),
        ("RETURNS text", "RETURNS varchar"),
    ],
)
def test_what_replace_cannot_do_is_dropped_and_made_again(
    fresh_database: Settings, small_tree: SmallTree, old: str, new: str
) -> None:
    deploy(fresh_database, small_tree.folder)
    small_tree.edit("functions/lake/shout.sql", old, new)
    small_tree.edit(
        "functions/lake/shout.sql", "upper(p_text)", f"upper({'p_words' if 'words' in new else 'p_text'})"
    )
    deploy(fresh_database, small_tree.folder)
    assert functions(fresh_database) == ["lake.shout(text)"]
    assert rows(fresh_database, "SELECT count(*) FROM lake.notes") == [(0,)]
    assert deploy(fresh_database, small_tree.folder).nothing_to_do


def test_what_migrations_made_is_not_taken_for_a_files(
    fresh_database: Settings, small_tree: SmallTree
) -> None:
    """The first repeatable file was once taken for the maker of the functions of migrations."""
    small_tree.write(
        "migrations/0003_id.sql",
        "SET LOCAL ROLE lake_owner;\nCREATE FUNCTION lake.id() RETURNS bigint LANGUAGE sql AS 'SELECT 1';\n"
        "ALTER TABLE user_data.note ALTER COLUMN id SET DEFAULT lake.id();",
    )
    deploy(fresh_database, small_tree.folder)
    small_tree.edit("functions/lake/shout.sql", "'!'", "'!!'")
    assert deploy(fresh_database, small_tree.folder).dropped == []
    assert "lake.id()" in functions(fresh_database)


def test_change_that_would_take_along_what_a_migration_made_is_refused(
    fresh_database: Settings, small_tree: SmallTree
) -> None:
    deploy(fresh_database, small_tree.folder)
    small_tree.write(
        "migrations/0003_default.sql",
        "ALTER TABLE user_data.note ALTER COLUMN title SET DEFAULT lake.shout('none');",
    )
    deploy(fresh_database, small_tree.folder)
    small_tree.edit("functions/lake/shout.sql", "RETURNS text", "RETURNS varchar")
    refused(
        fresh_database, small_tree, "db/functions/lake/shout.sql", "default value", "user_data.note.title"
    )


def test_view_with_other_columns_is_made_again(fresh_database: Settings, small_tree: SmallTree) -> None:
    small_tree.write(
        "views/lake/notes_count.sql",
        "CREATE OR REPLACE VIEW lake.notes_count AS SELECT count(*) AS notes FROM lake.notes;",
    )
    deploy(fresh_database, small_tree.folder)
    small_tree.edit("views/lake/notes.sql", "SELECT id, lake", "SELECT id AS note_id, lake")
    report = deploy(fresh_database, small_tree.folder)
    assert "db/views/lake/notes_count.sql" in report.files
    assert rows(fresh_database, "SELECT notes FROM lake.notes_count") == [(0,)]


def test_materialized_view_is_kept_until_its_definition_changes(
    fresh_database: Settings, small_tree: SmallTree
) -> None:
    def oid() -> list[tuple[Any, ...]]:
        return rows(fresh_database, "SELECT 'lake.total'::regclass::oid")

    small_tree.write(
        "views/lake/total.sql",
        "CREATE MATERIALIZED VIEW IF NOT EXISTS lake.total AS SELECT 1 AS n;\n"
        "CREATE UNIQUE INDEX IF NOT EXISTS total_n ON lake.total (n);\n",
    )
    deploy(fresh_database, small_tree.folder)
    first = oid()
    small_tree.edit("views/lake/total.sql", "CREATE UNIQUE", "-- The key.\nCREATE UNIQUE")
    deploy(fresh_database, small_tree.folder)
    assert oid() == first
    small_tree.edit("views/lake/total.sql", "SELECT 1 AS n", "SELECT 2 AS n")
    deploy(fresh_database, small_tree.folder)
    assert rows(fresh_database, "SELECT n FROM lake.total") == [(2,)]
    assert rows(fresh_database, "SELECT to_regclass('lake.total_n') IS NOT NULL") == [(True,)]
    small_tree.remove("views/lake/total.sql")
    deploy(fresh_database, small_tree.folder)
    assert rows(fresh_database, "SELECT to_regclass('lake.total') IS NULL") == [(True,)]


def test_recreated_table_has_its_policies_grants_and_views_back(
    fresh_database: Settings, small_tree: SmallTree
) -> None:
    deploy(fresh_database, small_tree.folder)
    before = state(fresh_database)[0]
    small_tree.write(
        "migrations/0003_again.sql",
        "SET LOCAL ROLE lake_owner;\nDROP TABLE user_data.note CASCADE;\n" + NOTE.split("\n", 1)[1],
    )
    deploy(fresh_database, small_tree.folder)
    assert state(fresh_database)[0] == before


def test_policies_are_applied_again_after_any_migration(
    fresh_database: Settings, small_tree: SmallTree
) -> None:
    deploy(fresh_database, small_tree.folder)
    small_tree.write("migrations/0003_more.sql", "REVOKE ALL ON user_data.note FROM lake_user;")
    assert "db/policies/user_data.sql" in deploy(fresh_database, small_tree.folder).files
    granted = rows(fresh_database, "SELECT has_table_privilege('lake_user', 'user_data.note', 'SELECT')")
    assert granted == [(True,)]


def test_settings_are_filled_in_and_a_change_of_settings_is_applied(
    fresh_database: Settings, small_tree: SmallTree
) -> None:
    small_tree.write(
        "views/lake/cpus.sql.j2",
        "CREATE OR REPLACE VIEW lake.cpus AS SELECT '{{1},{2}}'::int[], << settings.resources.cpus >> AS n;",
    )
    deploy(fresh_database, small_tree.folder)
    resources = dataclasses.replace(fresh_database.resources, cpus=77)
    changed = dataclasses.replace(fresh_database, resources=resources)
    assert deploy(changed, small_tree.folder).files == ["db/views/lake/cpus.sql.j2"]
    assert rows(fresh_database, "SELECT n FROM lake.cpus") == [(77,)]


def test_lake_admin_can_log_in_after_the_first_deploy(fresh_database: Settings) -> None:
    deploy(fresh_database)
    with database.admin(fresh_database) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("lake_admin",)


# What is refused


def test_edited_migration_is_refused_by_name(fresh_database: Settings, small_tree: SmallTree) -> None:
    deploy(fresh_database, small_tree.folder)
    small_tree.edit("migrations/0002_note.sql", "title text", "title text, body text")
    error = refused(fresh_database, small_tree, "db/migrations/0002_note.sql", "edited")
    assert "next number" in str(error.hint)


def test_deleted_or_renamed_migration_is_refused_by_name(
    fresh_database: Settings, small_tree: SmallTree
) -> None:
    deploy(fresh_database, small_tree.folder)
    small_tree.remove("migrations/0002_note.sql")
    small_tree.write("migrations/0002_notes.sql", NOTE)
    refused(fresh_database, small_tree, "db/migrations/0002_note.sql", "renamed")


def test_edited_released_migration_is_refused_on_an_empty_database(
    fresh_database: Settings, small_tree: SmallTree
) -> None:
    digest = hashlib.sha256(NOTE.encode()).hexdigest()
    small_tree.write("migrations/RELEASED.sha256", f"{digest}  0002_note.sql\n")
    deploy(fresh_database, small_tree.folder, plan=True)
    small_tree.edit("migrations/0002_note.sql", "title text", "title varchar")
    refused(fresh_database, small_tree, "db/migrations/0002_note.sql", "release")


def test_migration_slipped_in_before_an_applied_one_is_refused(
    fresh_database: Settings, small_tree: SmallTree
) -> None:
    small_tree.write("migrations/0005_last.sql", "SELECT 1;")
    deploy(fresh_database, small_tree.folder)
    small_tree.write("migrations/0004_late.sql", "SELECT 1;")
    refused(fresh_database, small_tree, "db/migrations/0004_late.sql", "0005_last.sql")


def test_two_migrations_of_one_number_and_odd_names_are_refused(
    fresh_database: Settings, small_tree: SmallTree
) -> None:
    small_tree.write("migrations/0002_other.sql", "SELECT 1;")
    refused(fresh_database, small_tree, "0002_note.sql", "0002_other.sql", "same number")
    small_tree.remove("migrations/0002_other.sql")
    small_tree.write("migrations/2_other.sql", "SELECT 1;")
    refused(fresh_database, small_tree, "2_other.sql")


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("CREATE FUNCTION lake.f() RETURNS int LANGUAGE sql AS 'SELECT 1';", "OR REPLACE"),
        ("CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';", "schema"),
        ("CREATE VIEW lake.v AS SELECT 1;", "OR REPLACE"),
        ("CREATE TABLE lake.t (n int);", "Create"),
        ("CREATE TABLE lake.t AS SELECT 1;", "table"),
        ("CREATE MATERIALIZED VIEW lake.m AS SELECT 1;", "IF NOT EXISTS"),
        ("CREATE INDEX ON user_data.note (title);", "IF NOT EXISTS"),
        ("DROP VIEW lake.v;", "IF EXISTS"),
        ("CREATE POLICY p ON user_data.note USING (true);", "DROP POLICY IF EXISTS"),
        ("INSERT INTO user_data.note VALUES (1, 1);", "ON CONFLICT"),
        ("ALTER TABLE user_data.note ADD COLUMN body text;", "ALTER TABLE"),
        ("SET search_path = public;", "LOCAL"),
        ("COMMIT;", "transaction"),
    ],
)
def test_statement_that_cannot_be_repeated_is_refused(
    fresh_database: Settings, small_tree: SmallTree, statement: str, why: str
) -> None:
    small_tree.write("functions/lake/wrong.sql", f"-- A comment\nSELECT 1;\n\n{statement}\n")
    refused(fresh_database, small_tree, "db/functions/lake/wrong.sql, line 4:", why)


@pytest.mark.parametrize(
    "statement", ["COMMIT;", "BEGIN;", "SET work_mem = '1GB';", "COPY lake.t FROM STDIN;"]
)
def test_migration_cannot_leave_the_transaction(
    fresh_database: Settings, small_tree: SmallTree, statement: str
) -> None:
    small_tree.write("migrations/0003_wrong.sql", f"SELECT 1;\n{statement}\n")
    refused(fresh_database, small_tree, "db/migrations/0003_wrong.sql, line 2:")


# What fails leaves nothing behind, and says where and why

FAILURES = {
    "migration": (
        "migrations/0003_bad.sql",
        "SELECT 1;\n\nSELECT 1,\n  no_such_column;\n",
        4,
        "no_such_column",
    ),
    "migration without position": (
        "migrations/0003_bad.sql",
        "SELECT 1;\n\n-- twice\nCREATE SCHEMA lake;\n",
        4,
        '"lake" already exists',
    ),
    "migration, inside DO": (
        "migrations/0003_bad.sql",
        "SELECT 1;\nDO $$\nDECLARE\n  v_n int;\nBEGIN\n  v_n := 1 / 0;\nEND $$;\n",
        6,
        "division by zero",
    ),
    "migration, syntax": ("migrations/0003_bad.sql", "SELECT 1;\nSELEC 2;\n", 2, "SELEC"),
    "migration, text beyond ASCII": ("migrations/0003_bad.sql", "SELECT 'ééé';\nSELECT 'é', x;\n", 2, '"x"'),
    "function, syntax": (
        "functions/lake/bad.sql",
        "\nCREATE OR REPLACE FUNCTION lake.f()\nRETURNS int LANGUAGE;",
        3,
        '";"',
    ),
    "function, unknown type": (
        "functions/lake/bad.sql",
        "\nCREATE OR REPLACE FUNCTION lake.f()\nRETURNS no_such_type\nLANGUAGE sql AS 'SELECT 1';",
        2,
        "no_such_type",
    ),
    "PL/pgSQL body, syntax": (
        "functions/lake/bad.sql",
        "CREATE OR REPLACE FUNCTION lake.f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  RETRUN 1;\nEND $$;",
        3,
        "RETRUN",
    ),
    "PL/pgSQL body, meaning": (
        "functions/lake/bad.sql",
        "-- x\nCREATE OR REPLACE FUNCTION lake.f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n"
        "  RETURN (SELECT nothing FROM user_data.note);\nEND $$;",
        4,
        '"nothing"',
    ),
    "SQL body": (
        "functions/lake/bad.sql",
        "CREATE OR REPLACE FUNCTION lake.f() RETURNS int LANGUAGE sql AS $$\n  SELECT 1\n    + nothing\n$$;",
        3,
        '"nothing"',
    ),
    "view": (
        "views/lake/bad.sql",
        "CREATE OR REPLACE VIEW lake.v AS\nSELECT * FROM lake.nowhere;",
        2,
        "nowhere",
    ),
    "policy": ("policies/bad.sql", "GRANT SELECT ON user_data.note TO nobody_here;", 1, "nobody_here"),
    "job": ("jobs/bad.sql", "SELECT 1;\nSELECT lake.no_such_function();", 2, "no_such_function"),
    "lint": (
        "lint/bad.sql",
        "-- Why.\nSELECT 'bad' AS lint, 'lake.x' AS object, 'it is bad' AS problem, 'Mend it.' AS remedy;",
        2,
        "lake.x: it is bad",
    ),
    "lint that does not run": ("lint/bad.sql", "-- Why.\nSELECT nothing;", 2, "nothing"),
    "template": ("jobs/bad.sql.j2", "SELECT 1;\nSELECT << settings.nothing >>;", 2, "nothing"),
    "template, syntax": ("jobs/bad.sql.j2", "SELECT 1;\nSELECT << settings. >>;", 2, "template"),
}


@pytest.mark.parametrize("first_deploy", [True, False], ids=["on an empty database", "on a deployed one"])
@pytest.mark.parametrize("what", FAILURES)
def test_failure_rolls_everything_back_and_says_file_line_and_cause(
    fresh_database: Settings, small_tree: SmallTree, what: str, first_deploy: bool
) -> None:
    path, text, line, cause = FAILURES[what]
    if not first_deploy:
        deploy(fresh_database, small_tree.folder)
        # Something that would be applied before the failure, so that there is something to roll back.
        small_tree.edit("functions/lake/shout.sql", "'!'", "'!!'")
        small_tree.write("migrations/0004_more.sql", "CREATE TABLE lake.more (n int);")
    small_tree.write(path, text)
    error = refused(fresh_database, small_tree, f"db/{path}, line {line}:", cause)
    assert "\n" not in error.message
    assert "Nothing was changed." in str(error.hint)


def test_failure_of_a_called_function_names_it(fresh_database: Settings, small_tree: SmallTree) -> None:
    small_tree.write(
        "functions/lake/fail.sql",
        "CREATE OR REPLACE FUNCTION lake.fail() RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n"
        "  RAISE EXCEPTION 'no way' USING HINT = 'Try another.';\nEND $$;",
    )
    small_tree.write("jobs/call.sql", "SELECT 1;\nSELECT lake.fail();")
    error = refused(fresh_database, small_tree, "db/jobs/call.sql, line 2: no way, in fail() line 3")
    assert "Try another." in str(error.hint)


# Two at once


@pytest.mark.parametrize("empty", [True, False], ids=["on an empty database", "on a deployed one"])
def test_two_deploys_at_once_serialise(fresh_database: Settings, small_tree: SmallTree, empty: bool) -> None:
    if not empty:
        deploy(fresh_database, small_tree.folder)
    small_tree.write("migrations/0003_slow.sql", "SELECT pg_sleep(1.5);\nCREATE TABLE lake.once (n int);")
    reports: list[Report | BaseException] = []

    def run() -> None:
        try:
            reports.append(deploy(fresh_database, small_tree.folder))
        except BaseException as error:
            reports.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    done = [report for report in reports if isinstance(report, Report)]
    assert len(done) == 2, reports
    assert sorted(report.nothing_to_do for report in done) == [False, True]
    assert rows(fresh_database, "SELECT count(*) FROM ops._yoyo_log WHERE migration_id = '0003_slow'") == [
        (1,)
    ]


def test_killed_deploy_leaves_nothing_and_the_next_one_works(
    fresh_database: Settings, small_tree: SmallTree, superuser: psycopg.Connection
) -> None:
    small_tree.write("migrations/0003_slow.sql", "SELECT pg_sleep(30);")
    before = state(fresh_database)
    errors: list[LakeError] = []

    def run() -> None:
        with pytest.raises(LakeError) as caught:
            deploy(fresh_database, small_tree.folder)
        errors.append(caught.value)

    thread = threading.Thread(target=run)
    thread.start()
    kill = b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(30)%'"
    while thread.is_alive() and superuser.execute(kill).rowcount == 0:
        thread.join(0.1)
    thread.join(30)
    assert "db/migrations/0003_slow.sql, line 1:" in errors[0].message
    assert state(fresh_database) == before
    small_tree.write("migrations/0003_slow.sql", "SELECT pg_sleep(0);")
    assert len(deploy(fresh_database, small_tree.folder).migrations) == 3


# The plan and the command line


def test_plan_shows_the_changes_and_rolls_back(fresh_database: Settings, small_tree: SmallTree) -> None:
    deploy(fresh_database, small_tree.folder)
    before = state(fresh_database)
    small_tree.write("migrations/0003_body.sql", "ALTER TABLE user_data.note ADD COLUMN body text NOT NULL;")
    small_tree.edit("functions/lake/shout.sql", "'!'", "'!!'")
    small_tree.edit("policies/user_data.sql", "GRANT SELECT ON", "GRANT SELECT, INSERT ON")
    small_tree.remove("views/lake/notes.sql")
    report = deploy(fresh_database, small_tree.folder, plan=True)
    changes = {(change.change, change.kind, change.identity): change for change in report.changes}
    assert changes["added", "column", "user_data.note.body"].after == "text not null"
    assert ("changed", "function", "lake.shout(p_text text)") in changes
    assert changes["changed", "grant", "lake_user on user_data.note"].after == "INSERT, SELECT"
    assert ("dropped", "view", "lake.notes") in changes
    assert not any(kind == "policy" for _, kind, _ in changes)
    assert state(fresh_database) == before


def test_plan_on_an_empty_database_changes_nothing(fresh_database: Settings) -> None:
    before = state(fresh_database)
    report = deploy(fresh_database, plan=True)
    assert any(change.kind == "table" for change in report.changes)
    assert state(fresh_database) == before


def test_command_prints_what_it_did(fresh_database: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("LAKE_HOME", str(fresh_database.home)),
        ("LAKE_ENGINE_KIND", "external"),
        ("LAKE_ENGINE_DSN", fresh_database.engine.dsn),
    ):
        monkeypatch.setenv(name, value)

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(main, ["deploy", *arguments], catch_exceptions=False)
        assert result.exit_code == 0
        return result.stdout

    plan = json.loads(run("--plan", "--json"))
    assert plan["plan"] is True
    assert {"change", "kind", "identity", "before", "after"} == set(plan["changes"][0])
    assert "+ table user_data.activity" in run("--plan")
    assert "Applied " in run()
    assert run() == "Nothing to do: the server is in the state of db/.\n"
    assert json.loads(run("--json"))["files"] == []


def test_upgrade_equals_fresh_install(
    fresh_database: Settings, small_tree: SmallTree, tmp_path: Path, superuser: psycopg.Connection
) -> None:
    """The same catalog whether the tree came at once or file by file."""
    for path in sorted(default_folder().glob("migrations/0*.sql")):
        target = tmp_path / "grown" / "migrations" / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
        deploy(fresh_database, tmp_path / "grown")
    deploy(fresh_database)
    with database.superuser(fresh_database) as connection:
        grown = snapshot(connection)
        name = connection.info.dbname
        connection.commit()
    superuser.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
    superuser.execute(f'CREATE DATABASE "{name}"'.encode())
    deploy(fresh_database)
    with database.superuser(fresh_database) as connection:
        assert snapshot(connection) == grown

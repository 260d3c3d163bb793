"""A deploy while users are at work: nobody blocks it, and what they built on the lake survives it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from conftest import SmallTree
from psycopg import conninfo, sql

from lakectl import database
from lakectl.config import Settings
from lakectl.deploy import Report, deploy, runner
from lakectl.errors import LakeError

USER = "user_790001"
OTHER = "user_790002"
SERVICE = "service_deploytest"
PASSWORD = "only for this test"


@pytest.fixture
def deployed(
    fresh_database: Settings, small_tree: SmallTree, superuser: psycopg.Connection
) -> Iterator[Settings]:
    """The small tree, two lake users with schemas of their own, and a service that acts for the first."""
    deploy(fresh_database, small_tree.folder)
    with database.superuser(fresh_database) as connection:
        for role in (USER, OTHER, SERVICE):
            connection.execute(f"CREATE ROLE {role} LOGIN NOINHERIT PASSWORD '{PASSWORD}'".encode())
        for role in (USER, OTHER):
            connection.execute(f"GRANT lake_user TO {role} WITH INHERIT TRUE, SET FALSE".encode())
            connection.execute(f"CREATE SCHEMA {role} AUTHORIZATION {role}".encode())
        connection.execute(f"GRANT {USER} TO {SERVICE} WITH INHERIT FALSE, SET TRUE".encode())
    yield fresh_database
    with database.superuser(fresh_database) as connection:
        for role in (SERVICE, USER, OTHER):
            connection.execute(f"DROP OWNED BY {role} CASCADE".encode())
            connection.execute(f"DROP ROLE {role}".encode())


@contextmanager
def session(settings: Settings, role: str = USER) -> Iterator[psycopg.Connection]:
    dsn = conninfo.make_conninfo(settings.engine.dsn, user=role, password=PASSWORD)
    connection = psycopg.connect(dsn)
    try:
        yield connection
    finally:
        connection.close()


def run(settings: Settings, role: str, *statements: str) -> list[tuple[Any, ...]]:
    """Run the statements in one transaction as `role`; rows of the last."""
    with session(settings, role) as connection:
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement.encode())
        found = cursor.fetchall() if cursor.description else []
        connection.commit()
    return found


# Locks


@pytest.mark.parametrize(
    ("role", "lock"),
    [
        (USER, ["SELECT * FROM user_data.note"]),
        (USER, ["SELECT * FROM lake.notes"]),
        (SERVICE, [f"SET ROLE {USER}", "SELECT * FROM lake.notes"]),
    ],
    ids=["a table", "a view", "a service"],
)
def test_open_transaction_of_a_user_does_not_block(
    deployed: Settings, small_tree: SmallTree, role: str, lock: list[str]
) -> None:
    small_tree.write("migrations/0003_body.sql", "ALTER TABLE user_data.note ADD COLUMN body text;")
    with session(deployed, role) as holder:
        for statement in lock:
            holder.execute(statement.encode())
        report = deploy(deployed, small_tree.folder)
        assert report.migrations == ["db/migrations/0003_body.sql"]
        assert len(report.ended) == 1
        assert f"of {role} " in report.ended[0]
        assert report.seconds < 20
        with pytest.raises(psycopg.OperationalError):
            holder.execute("SELECT 1")


def test_short_transaction_is_waited_for(deployed: Settings, small_tree: SmallTree) -> None:
    small_tree.write("migrations/0003_body.sql", "ALTER TABLE user_data.note ADD COLUMN body text;")
    with session(deployed) as holder:
        holder.execute("SELECT * FROM user_data.note")
        timer = threading.Timer(1.5, holder.commit)
        timer.start()
        assert deploy(deployed, small_tree.folder).ended == []
        timer.join()
        assert holder.execute("SELECT 1").fetchone() == (1,)


def test_user_cannot_win_a_deadlock(deployed: Settings, small_tree: SmallTree) -> None:
    """The user holds a table and waits for another that the deploy holds, which waits for the first."""
    small_tree.write(
        "migrations/0003_two.sql",
        "ALTER TABLE user_data.note ADD COLUMN body text;\nSELECT pg_sleep(1);\n"
        "CREATE OR REPLACE VIEW lake.notes WITH (security_invoker = true) AS\n"
        "SELECT id, lake.shout(title) AS title FROM user_data.note;",
    )
    done = threading.Event()

    def user() -> None:
        try:
            with session(deployed) as holder:
                holder.execute("SELECT id FROM lake.notes LIMIT 0")
                holder.commit()
                holder.execute("BEGIN")
                holder.execute("SELECT lake.shout('a')")
                while not done.wait(0.05):
                    holder.execute("SELECT id FROM lake.notes")
        except psycopg.Error:
            return

    threads = [threading.Thread(target=user) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        assert deploy(deployed, small_tree.folder).migrations == ["db/migrations/0003_two.sql"]
    finally:
        done.set()
        for thread in threads:
            thread.join(10)


def test_superuser_is_not_ended_and_the_deploy_says_who_blocks(
    deployed: Settings, small_tree: SmallTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(runner.queries, "work_limits", b"SET LOCAL lock_timeout = '5s'")
    small_tree.write(
        "migrations/0003_body.sql", "SELECT 1;\nALTER TABLE user_data.note ADD COLUMN body text;"
    )
    with database.superuser(deployed) as holder:
        holder.execute("SELECT * FROM user_data.note")
        with pytest.raises(LakeError) as caught:
            deploy(deployed, small_tree.folder)
        assert "db/migrations/0003_body.sql, line 2:" in caught.value.message
        assert f"process {holder.info.backend_pid}" in str(caught.value.hint)
        assert holder.execute("SELECT 1").fetchone() == (1,)


def test_user_cannot_take_the_lock_that_deploys_serialise_on(deployed: Settings) -> None:
    for statement in ("SELECT * FROM ops.applied", "LOCK TABLE ops.applied IN ACCESS SHARE MODE"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run(deployed, USER, statement)


def test_advisory_locks_of_a_user_do_not_matter(deployed: Settings, small_tree: SmallTree) -> None:
    small_tree.write("migrations/0003_body.sql", "ALTER TABLE user_data.note ADD COLUMN body text;")
    with session(deployed) as holder:
        holder.execute("SELECT pg_advisory_lock(n) FROM generate_series(0, 500) AS n")
        report = deploy(deployed, small_tree.folder)
        assert (report.migrations, report.ended) == (["db/migrations/0003_body.sql"], [])


# What users built on ours


CHANGES = {
    "a table made again": (
        "migrations/0003_change.sql",
        "SET LOCAL ROLE lake_owner;\nDROP VIEW lake.notes;\nDROP TABLE user_data.note;\n"
        "CREATE TABLE user_data.note (user_id bigint, id bigint, title text, PRIMARY KEY (user_id, id));",
    ),
    "a column's type": (
        "migrations/0003_change.sql",
        "SET LOCAL ROLE lake_owner;\nDROP VIEW lake.notes;\n"
        "ALTER TABLE user_data.note ALTER COLUMN title TYPE varchar(500);",
    ),
    "a drop in a DO block": (
        "migrations/0003_change.sql",
        "DO $$ BEGIN EXECUTE 'DROP VIEW lake.notes'; END $$;",
    ),
    "a drop with CASCADE": ("migrations/0003_change.sql", "DROP VIEW lake.notes CASCADE;"),
    "a view with another column first": (
        "views/lake/notes.sql",
        "CREATE OR REPLACE VIEW lake.notes WITH (security_invoker = true) AS\n"
        "SELECT user_id, id, lake.shout(title) AS title FROM user_data.note;\n"
        "GRANT SELECT ON lake.notes TO lake_user;",
    ),
    "a function with another argument name": (
        "functions/lake/shout.sql",
        "CREATE OR REPLACE FUNCTION lake.shout(p_words text) RETURNS text LANGUAGE sql IMMUTABLE\n"
        "AS $$ SELECT upper(p_words) $$;\nGRANT EXECUTE ON FUNCTION lake.shout(text) TO lake_user;",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_users_views_survive_a_change_below_them(
    deployed: Settings, small_tree: SmallTree, change: str
) -> None:
    run(
        deployed,
        USER,
        f"CREATE VIEW {USER}.mine WITH (security_barrier=true) AS "
        "SELECT id, title, lake.shout('x') AS x FROM lake.notes",
        f"CREATE VIEW {USER}.on_mine AS SELECT count(*) AS n FROM {USER}.mine",
        f"CREATE VIEW {USER}.direct AS SELECT title FROM user_data.note",
        f"CREATE FUNCTION {USER}.titles() RETURNS SETOF lake.notes LANGUAGE sql STABLE "
        "AS 'SELECT * FROM lake.notes'",
        f"COMMENT ON VIEW {USER}.mine IS 'What I wrote'",
        f"GRANT USAGE ON SCHEMA {USER} TO {OTHER}",
        f"GRANT SELECT ON {USER}.mine TO {OTHER}",
    )
    path, text = CHANGES[change]
    small_tree.write(path, text)
    report = deploy(deployed, small_tree.folder)
    assert report.users_lost == []
    assert run(deployed, USER, f"SELECT n FROM {USER}.on_mine") == [(0,)]
    assert run(deployed, USER, f"SELECT * FROM {USER}.titles()") == []
    assert run(deployed, USER, f"SELECT title FROM {USER}.direct") == []
    assert run(deployed, OTHER, f"SELECT count(*) FROM {USER}.mine") == [(0,)]
    view = f"'{USER}.mine'::regclass"
    assert run(
        deployed,
        USER,
        f"SELECT obj_description({view}), reloptions, pg_get_userbyid(relowner) FROM pg_class "
        f"WHERE oid = {view}",
    ) == [("What I wrote", ["security_barrier=true"], USER)]
    assert deploy(deployed, small_tree.folder).nothing_to_do


def test_view_that_lost_its_column_is_reported_with_its_definition(
    deployed: Settings, small_tree: SmallTree
) -> None:
    small_tree.write(
        "migrations/0003_events.sql",
        "SET LOCAL ROLE lake_owner;\nCREATE TABLE ops.event (user_id bigint, kind text, detail jsonb);",
    )
    small_tree.write(
        "functions/ops/record_event.sql",
        "CREATE OR REPLACE FUNCTION ops.record_event(p_user_id bigint, p_kind text, p_detail jsonb)\n"
        "RETURNS void LANGUAGE sql AS $$ INSERT INTO ops.event VALUES (p_user_id, p_kind, p_detail) $$;",
    )
    deploy(deployed, small_tree.folder)
    run(
        deployed,
        USER,
        f"CREATE VIEW {USER}.mine AS SELECT title FROM user_data.note",
        f"CREATE MATERIALIZED VIEW {USER}.copied AS SELECT title FROM user_data.note",
    )
    small_tree.remove("views/lake/notes.sql")
    small_tree.write(
        "migrations/0004_untitled.sql", "DROP VIEW lake.notes;\nALTER TABLE user_data.note DROP COLUMN title;"
    )
    report = deploy(deployed, small_tree.folder)
    assert sorted(line.split(" of ")[0] for line in report.users_lost) == [
        f"MATERIALIZED VIEW {USER}.copied",
        f"VIEW {USER}.mine",
    ]
    with database.superuser(deployed) as connection:
        events = connection.execute("SELECT user_id, kind, detail ->> 'definition' FROM ops.event").fetchall()
    assert {(user_id, kind) for user_id, kind, _ in events} == {(790001, "dropped_by_deploy")}
    assert all("SELECT title" in definition for _, _, definition in events)


def test_what_a_drop_takes_off_a_users_table_is_reported(deployed: Settings, small_tree: SmallTree) -> None:
    run(deployed, USER, f"CREATE TABLE {USER}.scratch (n int, t text DEFAULT lake.shout('a'))")
    run(deployed, USER, f"INSERT INTO {USER}.scratch VALUES (1)")
    small_tree.edit("functions/lake/shout.sql", "RETURNS text", "RETURNS varchar")
    report = deploy(deployed, small_tree.folder)
    assert [line.split(" was ")[0] for line in report.users_lost] == [f"default value for {USER}.scratch.t"]
    assert run(deployed, USER, f"SELECT * FROM {USER}.scratch") == [(1, "A!")]


def test_temporary_view_of_an_idle_session_does_not_block(deployed: Settings, small_tree: SmallTree) -> None:
    with database.superuser(deployed) as connection:
        name = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("GRANT TEMPORARY ON DATABASE {} TO lake_user").format(name))
    with session(deployed) as holder:
        holder.execute("CREATE TEMPORARY VIEW mine AS SELECT * FROM lake.notes")
        holder.commit()
        small_tree.write("migrations/0003_change.sql", "DROP VIEW lake.notes;")
        assert deploy(deployed, small_tree.folder).migrations == ["db/migrations/0003_change.sql"]


def test_deploy_runs_no_code_of_a_user(deployed: Settings, small_tree: SmallTree) -> None:
    """A view is made again in a session that could be superuser again: so it is only defined."""
    run(
        deployed,
        USER,
        f"CREATE TABLE {USER}.trace (who text)",
        f"CREATE FUNCTION {USER}.spy(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN "
        f"INSERT INTO {USER}.trace VALUES (session_user); RETURN $1; END $$",
        f"CREATE VIEW {USER}.mine AS SELECT {USER}.spy('x'), {USER}.spy(title) AS t FROM lake.notes "
        f"WHERE {USER}.spy('y') = 'y'",
        f"CREATE MATERIALIZED VIEW {USER}.copied AS SELECT {USER}.spy('z') AS t FROM lake.notes WITH NO DATA",
        f"CREATE INDEX ON {USER}.copied ({USER}.spy(t))",
    )
    run(deployed, USER, f"TRUNCATE {USER}.trace")
    small_tree.write("migrations/0003_change.sql", "DROP VIEW lake.notes;")
    report = deploy(deployed, small_tree.folder)
    assert [line.split(" of ")[0] for line in report.users_lost] == [f"MATERIALIZED VIEW {USER}.copied"]
    assert run(deployed, USER, f"SELECT * FROM {USER}.trace") == []
    assert run(deployed, USER, f"SELECT to_regclass('{USER}.mine') IS NOT NULL") == [(True,)]


def test_plan_leaves_users_views_alone(deployed: Settings, small_tree: SmallTree) -> None:
    run(deployed, USER, f"CREATE VIEW {USER}.mine AS SELECT * FROM lake.notes")
    oid = run(deployed, USER, f"SELECT '{USER}.mine'::regclass::oid")
    small_tree.write("migrations/0003_change.sql", "DROP VIEW lake.notes;")
    report: Report = deploy(deployed, small_tree.folder, plan=True)
    assert report.migrations == ["db/migrations/0003_change.sql"]
    assert run(deployed, USER, f"SELECT '{USER}.mine'::regclass::oid") == oid

# ruff: noqa: E501 - statements stay on one line
"""Each job does what it says, as the role that runs it; and pg_cron does run them."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from e2e.users import User, new_user, rows, value
from lakectl import database
from lakectl.config import Settings

JOBS = {"analytics", "analyze", "blockers", "embed", "housekeeping", "partitions", "verify"}
PARTITIONED = ["imports.reject", "ops.event"]
MONTHS_AHEAD = 3


@pytest.fixture(scope="module")
def owner(settings: Settings) -> User:
    """A user with one activity and one rejected record."""
    user = new_user(settings, "jobs")
    with user.connect() as connection:
        connection.execute(
            "INSERT INTO user_data.activity (at, ident, product, title) "
            "VALUES ('2024-02-03 04:05Z', gen_random_uuid(), 'Search', 'tide tables')"
        )
        archive, imported = rows(
            connection,
            "SELECT archive_id, import_id FROM imports.begin_archive('x.zip', 'zip', 1, sha256('x'), now())",
        )[0]
        members = [
            {"member": 0, "path": "Takeout/Location History/Records.json", "size_bytes": 1, "head": None}
        ]
        file = value(
            connection, "SELECT file_id FROM imports.register_files(%s, %s)", [archive, json.dumps(members)]
        )
        connection.execute("SELECT imports.ingest(%s, '[1,2)', '{}')", [file])
        connection.execute("SELECT imports.finish_file(%s)", [file])
        connection.execute("SELECT imports.finish_archive(%s)", [archive])
        connection.execute("SELECT imports.finish_import(%s)", [imported])
    return user


@contextmanager
def as_jobs(superuser: psycopg.Connection) -> Iterator[None]:
    superuser.execute("SET ROLE lake_jobs")
    try:
        yield
    finally:
        superuser.execute("RESET ROLE")


def run(superuser: psycopg.Connection, name: str) -> None:
    """Run the job's own command, as the role that pg_cron runs it as."""
    command = value(superuser, "SELECT command FROM ops.job WHERE name = %s", [name])
    with as_jobs(superuser):
        superuser.execute(command.encode())


def test_every_job_is_known_and_scheduled(superuser: psycopg.Connection) -> None:
    assert {name for (name,) in rows(superuser, "SELECT name FROM ops.job")} == JOBS
    scheduled = rows(
        superuser,
        "SELECT j.jobname, j.username, j.active FROM cron.job AS j JOIN ops.job AS o ON o.name = j.jobname "
        "AND (o.schedule, o.command) = (j.schedule, j.command) WHERE j.database = current_database()",
    )
    assert set(scheduled) == {(name, "lake_jobs", True) for name in JOBS}


@pytest.mark.parametrize("name", sorted(JOBS))
def test_job_runs_as_lake_jobs(superuser: psycopg.Connection, owner: User, name: str) -> None:
    run(superuser, name)


def test_lake_jobs_can_do_nothing_else(superuser: psycopg.Connection, owner: User) -> None:
    with as_jobs(superuser):
        for table in (
            "user_data.activity",
            "timeseries.location",
            "vectors.text",
            "imports.file",
            "ops.event",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                superuser.execute(f"SELECT count(*) FROM {table}".encode())


def test_partitions_are_made_ahead_and_belong_to_the_owner(superuser: psycopg.Connection) -> None:
    """Dropped ones of the months ahead come back, as lake_owner's, with no grant to anybody."""
    for parent in PARTITIONED:
        last = value(
            superuser,
            "SELECT max(inhrelid::regclass::text) FROM pg_inherits WHERE inhparent = %s::regclass "
            "AND inhrelid::regclass::text !~ 'default'",
            [parent],
        )
        superuser.execute(f"DROP TABLE {last}".encode())
        run(superuser, "partitions")
        assert value(superuser, "SELECT to_regclass(%s) IS NOT NULL", [last]), last
        parts = rows(
            superuser,
            "SELECT c.oid::regclass::text, pg_get_userbyid(c.relowner), c.relacl, pg_get_expr(c.relpartbound, c.oid) "
            "FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid WHERE i.inhparent = %s::regclass",
            [parent],
        )
        assert {owner for _, owner, _, _ in parts} == {"lake_owner"}
        granted = [
            name for name, _, acl, _ in parts if acl is not None and "lake_owner=" not in acl.strip("{}")
        ]
        assert granted == []
        ahead = value(
            superuser,
            "SELECT count(*) FROM unnest(%s::text[]) AS bound "
            "WHERE substring(bound FROM 'FROM \\(''([^'']+)''')::timestamptz > now()",
            [[bound for *_, bound in parts]],
        )
        assert ahead >= MONTHS_AHEAD


def test_rows_land_in_the_partition_of_their_month(superuser: psycopg.Connection, owner: User) -> None:
    for parent, column in (("imports.reject", "began_at"), ("ops.event", "at")):
        found = rows(
            superuser,
            f"SELECT DISTINCT tableoid::regclass::text, to_char({column}, 'YYYYMM') FROM {parent} "
            "WHERE user_id = %s",
            [owner.id],
        )
        assert found
        for name, month in found:
            assert name.removeprefix(f"{parent}_p").startswith(month), name


def test_events_past_their_retention_are_dropped(superuser: psycopg.Connection) -> None:
    kept = rows(
        superuser,
        "SELECT parent_table, retention, retention_keep_table, infinite_time_partitions, inherit_privileges "
        "FROM partman.part_config ORDER BY 1",
    )
    assert kept == [
        ("imports.reject", None, True, True, False),
        ("ops.event", "24 months", False, True, False),
    ]


def test_analytics_shows_each_user_its_own(
    settings: Settings, superuser: psycopg.Connection, owner: User
) -> None:
    run(superuser, "analytics")
    with owner.connect() as connection:
        found = rows(connection, "SELECT day::text, product, events FROM analytics.activity_daily")
        assert found == [("2024-02-03", "Search", 1)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT * FROM analytics.activity_of_all_users")
    with new_user(settings, "empty").connect() as connection:
        assert rows(connection, "SELECT * FROM analytics.activity_daily") == []


def test_embedding_makes_new_rows_searchable(superuser: psycopg.Connection, owner: User) -> None:
    run(superuser, "embed")
    with owner.connect() as connection:
        found = rows(connection, "SELECT entity, title, match FROM lake.search('tide')")
    assert ("activity", "tide tables", "both") in found


def test_housekeeping_clears_checkpoints_of_what_is_done(superuser: psycopg.Connection, owner: User) -> None:
    checkpoints = "SELECT count(*) FROM imports.batch WHERE user_id = %s"
    assert value(superuser, checkpoints, [owner.id]) == 1
    with superuser.transaction(force_rollback=True):
        run_housekeeping(superuser)
        assert value(superuser, checkpoints, [owner.id]) == 1, "its archive failed: it may be loaded again"
        superuser.execute("UPDATE imports.file SET state = 'done' WHERE user_id = %s", [owner.id])
        superuser.execute(
            "UPDATE imports.archive SET state = 'done', finished_at = now() - interval '2 days' WHERE user_id = %s",
            [owner.id],
        )
        run_housekeeping(superuser)
        assert value(superuser, checkpoints, [owner.id]) == 0


def run_housekeeping(superuser: psycopg.Connection) -> None:
    superuser.execute("SET LOCAL ROLE lake_jobs")
    superuser.execute("SELECT ops.keep_house(interval '30 days')")
    superuser.execute("RESET ROLE")


def test_analyze_after_a_load(superuser: psycopg.Connection, owner: User) -> None:
    """A table that changed by thousands of rows has fresh statistics afterwards."""
    with owner.connect() as connection:
        connection.execute(
            "INSERT INTO user_data.signal (at, ident, type) "
            "SELECT now(), gen_random_uuid(), 'activity' FROM generate_series(1, 20000)"
        )
    analyzed = "SELECT coalesce(analyze_count, 0) FROM pg_stat_user_tables WHERE relid = 'user_data.signal'::regclass"
    changed = "SELECT n_mod_since_analyze FROM pg_stat_user_tables WHERE relid = 'user_data.signal'::regclass"
    before = value(superuser, analyzed)
    deadline = time.monotonic() + 30
    while value(superuser, changed) < 1000 and time.monotonic() < deadline:
        time.sleep(0.2)
    run(superuser, "analyze")
    superuser.execute("SELECT pg_stat_force_next_flush()")
    while value(superuser, analyzed) == before and time.monotonic() < deadline:
        time.sleep(0.2)
    # Autovacuum may have been quicker; then nothing was left to do.
    assert value(superuser, analyzed) > before or value(superuser, changed) < 1000


def test_verify_finds_an_account_that_does_not_add_up(superuser: psycopg.Connection, owner: User) -> None:
    with superuser.transaction(force_rollback=True):
        superuser.execute("UPDATE imports.file SET records = records + 1 WHERE user_id = %s", [owner.id])
        superuser.execute("SET LOCAL ROLE lake_jobs")
        assert value(superuser, "SELECT ops.verify_all()") >= 1
        superuser.execute("RESET ROLE")
        wrong = "SELECT count(*) FROM ops.event WHERE user_id = %s AND kind = 'account_wrong'"
        assert value(superuser, wrong, [owner.id]) >= 1


def test_pg_cron_runs_them_and_job_status_says_so(settings: Settings, superuser: psycopg.Connection) -> None:
    """Within two minutes the jobs of every minute have run, and lake_admin sees how it went."""
    deadline = time.monotonic() + 150
    while time.monotonic() < deadline:
        with database.admin(settings) as connection:
            status = {
                name: (schedule, outcome, message)
                for name, schedule, outcome, message in rows(
                    connection, "SELECT name, schedule, status, message FROM lake.job_status()"
                )
            }
        if status["blockers"][1] == "succeeded" and status["embed"][1] == "succeeded":
            break
        time.sleep(1)
    assert set(status) == JOBS
    assert status["blockers"][1] == "succeeded", status["blockers"]
    assert status["embed"][1] == "succeeded", status["embed"]
    assert value(superuser, "SELECT bool_and(username = 'lake_jobs') FROM cron.job_run_details")

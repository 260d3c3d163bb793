# ruff: noqa: E501 - statements stay on one line
"""Who is acting: the role's name and nothing else, wherever it is asked; and how users and services are made."""

import contextlib
from collections.abc import Iterator

import psycopg
import pytest

from e2e.users import User, new_user, rows, value
from lakectl import database, people
from lakectl.config import Settings
from lakectl.errors import LakeError

ME = "SELECT lake.current_user_id()"


@pytest.fixture(scope="module")
def one(settings: Settings) -> User:
    return new_user(settings, "one")


@pytest.fixture(scope="module")
def two(settings: Settings) -> User:
    return new_user(settings, "two")


@pytest.fixture
def session(one: User) -> Iterator[psycopg.Connection]:
    with one.connect() as connection:
        yield connection


@pytest.fixture
def service(settings: Settings, one: User, two: User) -> Iterator[psycopg.Connection]:
    """Logged in as a service that may act for both."""
    login = people.add_service(settings, f"identity_{one.id}", [one.name, two.name])
    with database.connect(settings, login.role, autocommit=True) as connection:
        yield connection


def test_a_login_is_its_user(one: User, session: psycopg.Connection) -> None:
    assert value(session, ME) == one.id


def test_it_is_the_caller_inside_a_definer_function(
    one: User, two: User, session: psycopg.Connection, superuser: psycopg.Connection
) -> None:
    """A definer function of another user's runs with that one's rights and with the caller's identity."""
    with two.connect() as owner:
        owner.execute(
            f"CREATE FUNCTION {two.role}.who() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS '{ME}'; "
            f"GRANT USAGE ON SCHEMA {two.role} TO lake_user".encode()
        )
    assert value(session, f"SELECT {two.role}.who()") == one.id
    with two.connect() as owner:
        owner.execute(f"REVOKE USAGE ON SCHEMA {two.role} FROM lake_user".encode())


def test_it_follows_set_local_role(one: User, two: User, service: psycopg.Connection) -> None:
    for user in (one, two):
        with service.transaction():
            service.execute(f"SET LOCAL ROLE {user.role}".encode())
            assert value(service, ME) == user.id
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        service.execute(ME.encode())


def test_plans_that_are_kept_ask_again(one: User, two: User, service: psycopg.Connection) -> None:
    """A prepared statement, and a function's cached plan, made as one user and run as another."""
    for user in (one, two):
        with user.connect() as connection:
            connection.execute(
                "INSERT INTO user_data.note (at, ident, title) VALUES (now(), md5('plan')::uuid, current_user)"
            )
    service.execute("SET plan_cache_mode = force_generic_plan")
    for turn in range(8):
        user = (one, two)[turn % 2]
        with service.transaction():
            service.execute(f"SET LOCAL ROLE {user.role}".encode())
            if turn == 0:
                service.execute(
                    "PREPARE mine AS SELECT title FROM user_data.note WHERE ident = md5('plan')::uuid"
                )
            assert rows(service, "EXECUTE mine") == [(user.role,)]
            assert value(service, "SELECT count(*) FROM lake.timeline WHERE entity = 'note'") == 1


def test_it_holds_in_parallel_workers(one: User, session: psycopg.Connection) -> None:
    session.execute(
        "INSERT INTO user_data.note (at, ident, title) "
        "SELECT now(), gen_random_uuid(), 'parallel' FROM generate_series(1, 3000)"
    )
    for setting in (
        "debug_parallel_query = on",
        "parallel_setup_cost = 0",
        "parallel_tuple_cost = 0",
        "min_parallel_table_scan_size = 0",
    ):
        session.execute(f"SET {setting}".encode())
    query = "SELECT count(*), min(lake.current_user_id()) FROM user_data.note WHERE title = 'parallel'"
    plan = "\n".join(line for (line,) in rows(session, f"EXPLAIN (ANALYZE, COSTS OFF) {query}"))
    assert "Workers Launched: " in plan
    assert rows(session, query) == [(3000, one.id)]


@pytest.mark.parametrize(
    "role", ["lake_owner", "lake_service", "lake_jobs", "lake_admin", "lake_user", "postgres"]
)
def test_nobody_else_is_a_user(superuser: psycopg.Connection, role: str) -> None:
    with superuser.transaction(force_rollback=True):
        superuser.execute(f"SET LOCAL ROLE {role}".encode())
        assert value(superuser, ME) is None


@pytest.mark.parametrize(
    "name",
    ["user_0", "user_01", "user_1x", "user_", "User_1", "user_9999999999999999999", "xuser_1", "user_1\n"],
)
def test_names_that_only_look_like_users(superuser: psycopg.Connection, name: str) -> None:
    with superuser.transaction(force_rollback=True):
        superuser.execute(f'CREATE ROLE "{name}"; GRANT USAGE ON SCHEMA lake TO "{name}"'.encode())
        superuser.execute(f'SET LOCAL ROLE "{name}"'.encode())
        assert value(superuser, ME) is None


def test_without_identity_nothing_is_seen_or_written(superuser: psycopg.Connection) -> None:
    with superuser.transaction(force_rollback=True):
        superuser.execute("SET LOCAL ROLE lake_owner")
        assert value(superuser, "SELECT count(*) FROM user_data.note") == 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            superuser.execute(
                "INSERT INTO user_data.note (user_id, at, ident) VALUES (1, now(), md5('x')::uuid)"
            )


def test_adding_and_listing_users(settings: Settings, one: User) -> None:
    assert {"name": one.name, "role": one.role, "user_id": one.id} in [
        {key: user[key] for key in ("name", "role", "user_id")} for user in people.list_users(settings)
    ]
    for name in (one.name, "", "Ada", "a b", "-x", "x" * 64, "é", "a'; DROP ROLE lake_user; --"):
        with pytest.raises(LakeError):
            people.add_user(settings, name)
    assert len([user for user in people.list_users(settings) if user["name"] == one.name]) == 1


def test_adding_and_listing_services(settings: Settings, one: User, two: User) -> None:
    role = people.add_service(settings, f"listed_{one.id}", [one.name]).role
    # A second call lets it act for one user more, and leaves its password as it is.
    password = database.dsn(settings, role)
    people.add_service(settings, f"listed_{one.id}", [two.name])
    assert database.dsn(settings, role) == password
    listed = {str(service["role"]): service["users"] for service in people.list_services(settings)}
    assert listed[role] == sorted([one.name, two.name])
    for name, users in (("Bad Name", [one.name]), ("fine", ["nobody-of-that-name"]), ("", [])):
        with pytest.raises(LakeError):
            people.add_service(settings, name, users)


def test_passwords_are_kept_and_sent_safely(
    settings: Settings, superuser: psycopg.Connection, one: User
) -> None:
    file = settings.home / "credentials" / one.role
    assert file.stat().st_mode & 0o777 == 0o600
    verifier = value(superuser, "SELECT rolpassword FROM pg_authid WHERE rolname = %s", [one.role])
    assert verifier.startswith("SCRAM-SHA-256$")
    assert file.read_text().strip() not in verifier
    with contextlib.closing(psycopg.connect(database.dsn(settings, one.role))) as connection:
        assert value(connection, "SELECT session_user") == one.role

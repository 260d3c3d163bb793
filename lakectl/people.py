"""Users and services: the login is made in SQL, the password here."""

from dataclasses import dataclass

import psycopg

from lakectl import credentials, database
from lakectl.config import Settings
from lakectl.database import queries


@dataclass(frozen=True)
class Login:
    """A login role and the file that holds its password."""

    role: str
    password_file: str


def add_user(settings: Settings, name: str) -> Login:
    """Make the lake user `name`; LakeError when the name is no name or taken."""
    return _add(settings, "add_user", {"name": name})


def add_service(settings: Settings, name: str, users: list[str]) -> Login:
    """Make the service `name`, or let it act for more users; LakeError for an unknown user."""
    return _add(settings, "add_service", {"name": name, "users": users})


def _add(settings: Settings, query: str, values: dict[str, object]) -> Login:
    with database.admin(settings) as connection:
        try:
            row = connection.execute(queries[query], values).fetchone()
            assert row is not None  # noqa: S101 - a function call always gives a row
            role = str(row[0])
            # One that is here already is set again: it may be left from an attempt that failed half-way,
            # and a service that is given more users keeps its password.
            if not credentials.exists(settings, role):
                credentials.write(settings, role, credentials.generate())
            database.set_password(connection, role, credentials.read(settings, role))
        except psycopg.Error as error:
            raise database.explain(error) from None
    return Login(role, str(credentials.path(settings, role)))


def list_users(settings: Settings) -> list[dict[str, object]]:
    """[{"name", "role", "user_id", "created_at"}], by id."""
    with database.admin(settings) as connection:
        return database.rows(connection, "list_users")


def list_services(settings: Settings) -> list[dict[str, object]]:
    """[{"role", "users"}], by name."""
    with database.admin(settings) as connection:
        return database.rows(connection, "list_services")

"""Users of a test's own, made as lakectl makes them and logged in over TCP as themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import psycopg

from lakectl import database, people
from lakectl.config import Settings


@dataclass(frozen=True)
class User:
    settings: Settings
    name: str
    role: str

    @property
    def id(self) -> int:
        return int(self.role.removeprefix("user_"))

    def connect(self) -> psycopg.Connection:
        return database.connect(self.settings, self.role, autocommit=True)


def new_user(settings: Settings, prefix: str) -> User:
    """A user whose name starts with `prefix`."""
    name = f"{prefix}-{uuid4().hex[:8]}"
    return User(settings, name, people.add_user(settings, name).role)


def rows(
    connection: psycopg.Connection, statement: str, values: Sequence[object] | dict[str, object] | None = None
) -> list[tuple[Any, ...]]:
    return connection.execute(statement.encode(), values).fetchall()


def value(
    connection: psycopg.Connection, statement: str, values: Sequence[object] | dict[str, object] | None = None
) -> Any:
    return rows(connection, statement, values)[0][0]

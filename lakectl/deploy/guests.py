"""What users built on our objects in schemas of their own: it must not block a deploy, nor get lost in one.

Views and functions are made again afterwards, as their owner, from the definition they had. What cannot be
made again is reported with its definition as an event.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from lakectl.database import named_queries

queries = named_queries((Path(__file__).parent / "guests.sql").read_text(encoding="utf-8"))
PARTS_OF_TABLES = {"table column", "default value", "table constraint", "policy", "trigger"}


@dataclass(frozen=True)
class Guest:
    """A user's object that stands on ours; `remake` is what makes it again, as `owner`.

    `user_id` is 0 when the owner is not a lake user.
    """

    class_: str
    identity: str
    owner: str
    user_id: int
    definition: str
    remake: list[str]

    @property
    def name(self) -> str:
        return f"{self.class_} {self.identity}"


class Guests:
    """Users' objects that stand on ours, as they were when the deploy began."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        # Those that others stand on come first.
        self._guests = [Guest(*row) for row in connection.execute(queries["guests"]).fetchall()]
        self.lost: list[str] = []

    def __bool__(self) -> bool:
        return bool(self._guests)

    def step_aside(self) -> None:
        """Drop them all; `come_back` makes them again."""
        role = self._connection.execute(queries["role"]).fetchone()
        self._connection.execute("RESET ROLE")
        for guest in reversed(self._guests):
            # class_ and identity are the server's own text, quoted where needed.
            self._connection.execute(f"DROP {guest.class_} IF EXISTS {guest.identity} CASCADE".encode())
        self._connection.execute(queries["set_role"], role)

    def come_back(self) -> None:
        """Make again what is missing, as its owner; report what cannot be."""
        for guest in self._guests:
            if self._exists(guest):
                continue
            problem = self._remake(guest)
            if problem is not None:
                self._report(f"{guest.name} of {guest.owner}", guest.user_id, guest.definition, problem)

    def note_dropped(self, class_: str, identity: str, schema: str) -> None:
        """Report what a drop took off a user's own table: a column, default, constraint, policy, trigger."""
        if class_ in PARTS_OF_TABLES:
            owner = re.match(r"user_([1-9]\d{0,17})$", schema)
            reason = "it stood on an object of the lake that is gone"
            self._report(f"{class_} {identity}", int(owner[1]) if owner else 0, None, reason)

    def _exists(self, guest: Guest) -> bool:
        row = self._connection.execute(queries["exists"], {"class": guest.class_, "identity": guest.identity})
        return bool(row.fetchone()[0])  # type: ignore[index]

    def _remake(self, guest: Guest) -> str | None:
        """None, or why it did not work."""
        if not guest.remake:
            return "it cannot be made again without running its code"
        self._connection.execute("SAVEPOINT lakectl_guest")
        try:
            self._connection.execute(queries["enter_guest"])
            self._connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(guest.owner)))
            for statement in guest.remake:
                self._connection.execute(statement.encode())
        except psycopg.Error as error:
            self._connection.execute("ROLLBACK TO SAVEPOINT lakectl_guest")
            return error.diag.message_primary or type(error).__name__
        finally:
            self._connection.execute(queries["leave_guest"])
        self._connection.execute("RELEASE SAVEPOINT lakectl_guest")
        return None

    def _report(self, name: str, user_id: int, definition: str | None, problem: str) -> None:
        self.lost.append(f"{name} was dropped: {problem}")
        row = self._connection.execute(queries["can_record_event"]).fetchone()
        if row is not None and row[0]:
            detail = {"object": name, "definition": definition, "reason": problem}
            self._connection.execute(
                queries["record_event"],
                {"user_id": user_id, "kind": "dropped_by_deploy", "detail": json.dumps(detail)},
            )

"""ops.applied and ops.applied_object: what was applied, and which file made which object."""

from dataclasses import dataclass

import psycopg
from psycopg import errors

from lakectl import __version__
from lakectl.deploy.runner import queries
from lakectl.deploy.source import Source
from lakectl.errors import LakeError

ATTEMPTS = 5
RACE = (errors.UniqueViolation, errors.DuplicateSchema, errors.DuplicateTable)


@dataclass(frozen=True)
class Made:
    """An object and the file it came from; `sha256` is of the statement that made it."""

    path: str
    class_: str
    identity: str
    sha256: str

    @property
    def key(self) -> tuple[str, str]:
        return self.class_, self.identity


class Ledger:
    """The ledger, locked for this transaction from `open` on."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def open(self) -> None:
        """Make the ledger when it is missing, and wait until no other deploy is running.

        Two first deploys may both try to make it: the second waits for the first to commit, fails on the
        unique name, and looks again.
        """
        for _ in range(ATTEMPTS):
            try:
                self._connection.execute(queries["begin_limits"])
                row = self._connection.execute(queries["ledger_exists"]).fetchone()
                if row is None or not row[0]:
                    self._connection.execute(queries["create_ledger"])
                self._connection.execute(queries["lock_ledger"])
                self._connection.execute(queries["work_limits"])
            except RACE:
                self._connection.rollback()
            else:
                return
        raise LakeError("The ledger ops.applied cannot be made.", "Is there another object of this name?", 3)

    def applied(self) -> dict[str, str]:
        """Path → sha256."""
        return dict(self._connection.execute(queries["applied"]).fetchall())

    def objects(self) -> list[Made]:
        return [Made(*row) for row in self._connection.execute(queries["applied_objects"])]

    def mark(self, source: Source) -> None:
        self._connection.execute(
            queries["mark_applied"], {"path": source.path, "sha256": source.sha256, "version": __version__}
        )

    def forget(self, path: str) -> None:
        self._connection.execute(queries["forget_applied"], {"path": path})

    def mark_object(self, made: Made) -> None:
        self._connection.execute(
            queries["mark_object"],
            {"path": made.path, "class": made.class_, "identity": made.identity, "sha256": made.sha256},
        )

    def forget_object(self, made: Made) -> None:
        self._connection.execute(queries["forget_object"], {"class": made.class_, "identity": made.identity})

"""The victim, the attacker, and how an attack is made: over TCP, as a user who is truly logged in."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from e2e.attacks.victim import Mark, digest
from e2e.users import User, rows

DENIED = "42501"


@dataclass(frozen=True)
class Scene:
    superuser: psycopg.Connection
    victim: User
    attacker: User
    mark: Mark
    tables: list[str]

    @contextmanager
    def unharmed(self) -> Iterator[None]:
        """Whatever happens inside, the victim's rows are the same afterwards."""
        before = digest(self.superuser, self.victim)
        yield
        assert digest(self.superuser, self.victim) == before

    def attempt(
        self, connection: psycopg.Connection, statement: str, values: Sequence[object] | None = None
    ) -> str:
        """Run, roll back, and give the SQLSTATE, or what came back; no answer may show the mark."""
        answer = ""
        try:
            with connection.transaction(force_rollback=True):
                cursor = connection.execute(statement.encode(), values)
                if cursor.description is not None:
                    answer = str(cursor.fetchall())
                else:
                    answer = cursor.statusmessage or ""
        except psycopg.Error as error:
            diagnosis = error.diag
            said = f"{diagnosis.message_primary} {diagnosis.message_detail} {diagnosis.message_hint}"
            assert not re.search(self.mark.pattern, said), f"{statement}: the error tells: {said}"
            return diagnosis.sqlstate or "no state"
        assert not re.search(self.mark.pattern, answer), f"{statement}: {answer}"
        return answer

    def denied(
        self, connection: psycopg.Connection, statement: str, values: Sequence[object] | None = None
    ) -> None:
        outcome = self.attempt(connection, statement, values)
        assert outcome == DENIED, f"{statement}: {outcome} instead of {DENIED}"

    def clear_attacker(self) -> None:
        """Delete what the attacker wrote for itself, the mark among it: later tests look for the mark."""
        with self.superuser.transaction():
            self.superuser.execute("SET LOCAL session_replication_role = replica")
            for table in self.tables:
                if table != "ops.account":
                    self.superuser.execute(
                        f"DELETE FROM {table} WHERE user_id = %s".encode(), [self.attacker.id]
                    )

    def parts(self) -> list[str]:
        """Every partition and every chunk, by name."""
        return [
            name
            for (name,) in rows(
                self.superuser,
                "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_inherits AS i "
                "JOIN pg_class AS c ON c.oid = i.inhrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace "
                "WHERE c.relkind IN ('r', 'p') ORDER BY 1",
            )
        ]

"""Migrations through yoyo's API, on the deploy's own connection and in its transaction.

yoyo as shipped marks a migration on a second connection, locks with a row that a dead process leaves behind and
splits files with sqlparse, which takes a column named "begin" for a block. Here it stays on our connection, the
ledger's lock is the only one, and PostgreSQL's own parser splits.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from typing import Any

import psycopg
from yoyo import internalmigrations
from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend
from yoyo.migrations import Migration, MigrationList, StepCollector

from lakectl.deploy.runner import queries, run_statement
from lakectl.deploy.source import NOTHING_CHANGED, Source, Tree
from lakectl.errors import LakeError


class OneTransaction(PostgresqlPsycopgBackend):  # type: ignore[misc]
    """yoyo's backend on a connection that is already in the deploy's transaction."""

    migration_table = "_yoyo_migration"
    own_tables = frozenset({"_yoyo_migration", "_yoyo_log", "_yoyo_version"})

    def __init__(self, connection: psycopg.Connection) -> None:
        # Not super().__init__: it would open a connection of its own.
        self._connection = connection
        self.DatabaseError = psycopg.DatabaseError

    def quote_identifier(self, s: str) -> str:
        quoted: str = super().quote_identifier(s)
        return f"ops.{quoted}" if s in self.own_tables else quoted

    def list_tables(self, **_: Any) -> list[str]:
        return [row[0] for row in self._connection.execute(queries["yoyo_tables"])]

    def transaction(self, rollback_on_exit: bool = False) -> AbstractContextManager[None]:
        return nullcontext()

    def ensure_internal_schema_updated(self) -> None:
        if internalmigrations.needs_upgrading(self):
            internalmigrations.upgrade(self)

    @contextmanager
    def copy(self) -> Iterator["OneTransaction"]:
        """What a migration runs on: this very connection, in a known state before and after."""
        self._connection.execute(queries["enter_migration"])
        yield self
        self._connection.execute(queries["leave"])


class SqlMigration(Migration):  # type: ignore[misc]
    """A yoyo migration whose steps are the statements as PostgreSQL's parser splits them."""

    def __init__(self, source: Source) -> None:
        name = source.path.rsplit("/", 1)[1].removesuffix(".sql")
        super().__init__(name, source.path, source_dir="db/migrations")
        self.sql = source

    def load(self) -> None:
        if self.loaded:
            return
        collector = StepCollector(migration=self)
        for statement in self.sql.statements:
            collector.add_step(partial(run_statement, source=self.sql, statement=statement))
        self._depends: set[Migration] = set()
        self.steps = collector.create_steps(use_transactions=True)


def refuse_rewritten_history(tree: Tree, applied: dict[str, str]) -> None:
    """LakeError by name for an applied or released migration that was edited, renamed or deleted, or slipped in."""
    here = {source.path: source.sha256 for source in tree.migrations}
    next_file = f"Put the change into a new migration with the next number. {NOTHING_CHANGED}"
    for path, digest in sorted(tree.released.items()):
        if here.get(path) != digest:
            raise LakeError(f"{path} is part of a release and was {_verb(path, here)}.", next_file, 3)
    done = sorted(path for path in applied if path.startswith("db/migrations/"))
    for path in done:
        if here.get(path) != applied[path]:
            raise LakeError(f"{path} was applied here and has been {_verb(path, here)} since.", next_file, 3)
    for path in here:
        if done and path not in applied and path < done[-1]:
            raise LakeError(
                f"{path} comes before {done[-1]}, which is applied here already.",
                f"Give it the next free number. {NOTHING_CHANGED}",
                3,
            )


def _verb(path: str, here: dict[str, str]) -> str:
    return "edited" if path in here else "deleted or renamed"


def pending(connection: psycopg.Connection, tree: Tree) -> tuple[OneTransaction, list[SqlMigration]]:
    """yoyo's backend on this transaction, and what it has not applied yet, in order."""
    backend = OneTransaction(connection)
    migrations = MigrationList([SqlMigration(source) for source in tree.migrations])
    return backend, list(backend.to_apply(migrations))

"""Migrations through yoyo's API, on the deploy's own connection and in its transaction.

yoyo as shipped marks a migration on a second connection, locks with a row that a dead process leaves behind,
and splits files with sqlparse, which takes a column named "begin" for a block. Here it stays on our
connection, the ledger's lock is the only one, and PostgreSQL's own parser splits.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from typing import Any

import psycopg
from yoyo import internalmigrations
from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend
from yoyo.migrations import Migration, MigrationList, StepCollector

from lakectl.deploy.ledger import Ledger
from lakectl.deploy.runner import Runner, queries
from lakectl.deploy.source import NOTHING_CHANGED, Source, Statement, Tree
from lakectl.errors import LakeError


class OneTransaction(PostgresqlPsycopgBackend):  # type: ignore[misc]
    """yoyo's backend on a connection that is already in the deploy's transaction."""

    migration_table = "_yoyo_migration"
    own_tables = frozenset({"_yoyo_migration", "_yoyo_log", "_yoyo_version"})

    def __init__(self, runner: Runner) -> None:
        # Not super().__init__: it would open a connection of its own.
        self._runner = runner
        self._connection = runner.connection
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
        self._runner.enter("migrations")
        yield self
        self._connection.execute(queries["constraints_now"])
        self._runner.leave()


class SqlMigration(Migration):  # type: ignore[misc]
    """A yoyo migration whose steps are the statements as PostgreSQL's parser splits them."""

    def __init__(self, runner: Runner, source: Source) -> None:
        name = source.path.rsplit("/", 1)[1].removesuffix(".sql")
        super().__init__(name, source.path, source_dir="db/migrations")
        self.sql = source
        self._runner = runner

    def load(self) -> None:
        if self.loaded:
            return
        collector = StepCollector(migration=self)
        for statement in self.sql.statements:
            collector.add_step(partial(self._apply, statement))
        self._depends: set[Migration] = set()
        self.steps = collector.create_steps(use_transactions=True)

    def _apply(self, statement: Statement, _: psycopg.Connection) -> None:
        self._runner.run(self.sql, statement)


def refuse_rewritten_history(tree: Tree, applied: dict[str, str]) -> None:
    """LakeError by name for a past migration that was edited, renamed, deleted or slipped in."""
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


def run_migrations(runner: Runner, ledger: Ledger, tree: Tree) -> list[str]:
    """Apply what yoyo has not applied yet, in order; returns the paths."""
    backend = OneTransaction(runner)
    migrations = MigrationList([SqlMigration(runner, source) for source in tree.migrations])
    done = []
    for migration in backend.to_apply(migrations):
        runner.progress(migration.sql.path)
        backend.apply_one(migration)
        ledger.mark(migration.sql)
        done.append(migration.sql.path)
    return done

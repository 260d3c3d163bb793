"""Applies the repeatable files: what is new or changed, what lost an object, and drops what no file makes any more."""

import hashlib
from collections.abc import Iterable

import psycopg
from pglast import ast
from psycopg import sql

from lakectl.deploy.ledger import Ledger, Made
from lakectl.deploy.runner import Refused, queries, run_statement
from lakectl.deploy.source import NOTHING_CHANGED, Source, Statement
from lakectl.errors import LakeError

# What CREATE OR REPLACE cannot do: other argument names or result, other view columns, another kind of object.
CANNOT_REPLACE = {"42P13", "42P16", "42809"}
# Dropped along with its parent, and part of it.
PARTS = {"index", "view column", "materialized view column", "function", "trigger", "policy"}
ENTER = {
    "functions": "enter_owner",
    "views": "enter_owner",
    "policies": "enter_owner",
    "jobs": "enter_superuser",
}


class Repeatables:
    """One deploy's pass over db/functions, db/views, db/policies and db/jobs."""

    def __init__(self, connection: psycopg.Connection, ledger: Ledger, sources: list[Source]) -> None:
        self._connection = connection
        self._ledger = ledger
        self._sources = {source.path: source for source in sources}
        self._objects = {made.key: made for made in ledger.objects()}
        self.applied: list[str] = []
        self.dropped: list[str] = []
        self.users_dropped: list[tuple[str, str, str]] = []

    def run(self, changed: set[str], gone: set[str], everything_after: bool) -> None:
        """Apply `changed`, forget `gone`; `everything_after`: policies and jobs too, whatever their sums say."""
        pending = set(changed)
        self.note_dropped(pending)
        if everything_after:
            pending |= {path for path, source in self._sources.items() if source.area in ("policies", "jobs")}
        # A drop may take along what another file made; that file is then applied again.
        for _ in range(10):
            for path, source in self._sources.items():
                if path in pending:
                    pending.discard(path)
                    self._apply(source, pending)
            for path in sorted(gone):
                self._drop([made for made in self._objects.values() if made.path == path], pending)
                self._ledger.forget(path)
            gone = set()
            if not pending:
                return
        raise LakeError(
            f"These files drop what the others make: {', '.join(sorted(pending))}.", NOTHING_CHANGED, status=3
        )

    def note_dropped(self, pending: set[str]) -> None:
        """Forget what was dropped since the last look, and mark for another run the files that made it."""
        for class_, schema, identity, _ in self._connection.execute(queries["take_dropped"]).fetchall():
            made = self._objects.pop((class_, identity), None)
            if made is not None:
                self._ledger.forget_object(made)
                if made.path in self._sources:
                    pending.add(made.path)
                    # Grants and policies may stand in another file.
                    pending |= {p for p, s in self._sources.items() if s.area == "policies"}

    def _apply(self, source: Source, pending: set[str]) -> None:
        self._connection.execute("SAVEPOINT lakectl_file")
        try:
            made = self._run(source, pending)
        except Refused as refused:
            in_the_way = self._namesakes(refused.statement)
            if refused.sqlstate not in CANNOT_REPLACE or not in_the_way:
                raise
            self._connection.execute("ROLLBACK TO SAVEPOINT lakectl_file")
            self._connection.execute(queries["leave"])
            self._drop(in_the_way, pending)
            made = self._run(source, pending)
        self._connection.execute("RELEASE SAVEPOINT lakectl_file")
        self._connection.execute(queries["leave"])
        pending.discard(source.path)
        before = [old for old in self._objects.values() if old.path == source.path]
        self._ledger.mark(source)
        for new in made:
            self._objects[new.key] = new
            self._ledger.mark_object(new)
        keys = {new.key for new in made}
        self._drop([old for old in before if old.key not in keys], pending)
        self.applied.append(source.path)

    def _run(self, source: Source, pending: set[str]) -> list[Made]:
        """Run the file's statements; returns the objects it makes, kept materialized views among them."""
        self._connection.execute(queries[ENTER[source.area]])
        made: dict[tuple[str, str], Made] = {}
        for statement in source.statements:
            digest = hashlib.sha256(statement.text.encode()).hexdigest()
            kept = self._kept_view(statement, digest, pending, source)
            if kept is not None:
                made[kept.key] = kept
                continue
            run_statement(self._connection, source, statement)
            for class_, identity in self._connection.execute(queries["take_made"]).fetchall():
                made[class_, identity] = Made(source.path, class_, identity, digest)
        return list(made.values())

    def _kept_view(self, statement: Statement, digest: str, pending: set[str], source: Source) -> Made | None:
        """A materialized view whose definition is the same keeps its rows; with another one it is dropped."""
        if not isinstance(statement.node, ast.CreateTableAsStmt):
            return None
        for old in self._namesakes(statement):
            if old.class_ == "materialized view":
                if old.sha256 == digest:
                    return Made(source.path, old.class_, old.identity, digest)
                self._connection.execute(queries["leave"])
                self._drop([old], pending)
                self._connection.execute(queries[ENTER[source.area]])
        return None

    def _namesakes(self, statement: Statement) -> list[Made]:
        """Objects of our files that have the name of the one this statement makes."""
        node = statement.node
        if isinstance(node, ast.CreateFunctionStmt):
            parts = [part.sval for part in node.funcname]
        elif isinstance(node, ast.ViewStmt):
            parts = [node.view.schemaname, node.view.relname]
        elif isinstance(node, ast.CreateTableAsStmt):
            parts = [node.into.rel.schemaname, node.into.rel.relname]
        else:
            return []
        name = ".".join(sql.Identifier(part).as_string(None).strip('"') for part in parts if part)
        return [
            made for made in self._objects.values() if made.identity.split("(")[0].replace('"', "") == name
        ]

    def _drop(self, objects: Iterable[Made], pending: set[str]) -> None:
        """Drop with all that depends on it; the files of ours that made those are marked for another run."""
        for made in objects:
            if made.key not in self._objects:
                continue
            # The identity is the server's own text of it, quoted where needed.
            self._connection.execute(f"DROP {made.class_} IF EXISTS {made.identity} CASCADE".encode())
            self._objects.pop(made.key, None)
            self._ledger.forget_object(made)
            self.dropped.append(f"{made.class_} {made.identity}")
            self.note_dropped(pending)

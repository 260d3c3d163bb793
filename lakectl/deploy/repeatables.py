"""Applies the repeatable files that are new, changed or lost an object; drops what no file makes any more."""

import hashlib
from collections.abc import Container, Iterable

from pglast import ast

from lakectl.deploy.ledger import Ledger, Made
from lakectl.deploy.runner import Refused, Runner, queries
from lakectl.deploy.source import NOTHING_CHANGED, Source, Statement
from lakectl.errors import LakeError

# What CREATE OR REPLACE cannot do: other argument names or result, other view columns, another kind.
CANNOT_REPLACE = {"42P13", "42P16", "42809"}
PASSES = 10


class Repeatables:
    """One deploy's pass over db/functions, db/views, db/policies and db/jobs."""

    def __init__(self, runner: Runner, ledger: Ledger, sources: list[Source]) -> None:
        self._runner = runner
        self._ledger = ledger
        self._sources = {source.path: source for source in sources}
        self._objects = {made.key: made for made in ledger.objects()}
        self._pending: set[str] = set()
        self.applied: list[str] = []
        self.dropped: list[str] = []

    def run(self, changed: set[str], gone: set[str], everything_after: bool) -> None:
        """Apply `changed`, forget `gone`; `everything_after`: policies and jobs too, whatever their sums."""
        self._pending = {path for path in changed if path in self._sources}
        # What the migrations made is theirs; what they dropped of ours is made again.
        self._runner.connection.execute(queries["take_made"])
        self._note_dropped(self._take_dropped())
        if everything_after:
            self._pending |= self._paths("policies") | self._paths("jobs")
        # A drop may take along what another file made; that file is then applied again.
        for _ in range(PASSES):
            for path, source in self._sources.items():
                if path in self._pending:
                    self._apply(source)
            for path in sorted(gone):
                self._drop(made for made in list(self._objects.values()) if made.path == path)
                self._ledger.forget(path)
            gone = set()
            if not self._pending:
                break
        else:
            raise LakeError(
                f"These files drop what the others make: {', '.join(sorted(self._pending))}.",
                NOTHING_CHANGED,
                3,
            )
        self._retire_jobs()

    def _retire_jobs(self) -> None:
        """End the jobs whose file is gone: a job is named after its file."""
        names = [path.rsplit("/", 1)[1].split(".")[0] for path in self._paths("jobs")]
        if self._runner.connection.execute(queries["has_jobs"]).fetchone() == (True,):
            self._runner.connection.execute(queries["retire_jobs"], {"names": names})

    def _paths(self, area: str) -> set[str]:
        return {path for path, source in self._sources.items() if source.area == area}

    def _apply(self, source: Source) -> None:
        self._runner.progress(source.path)
        self._runner.connection.execute("SAVEPOINT lakectl_file")
        try:
            made = self._run(source)
        except Refused as refused:
            in_the_way = self._namesakes(refused.statement)
            if refused.sqlstate not in CANNOT_REPLACE or not in_the_way:
                raise
            self._runner.connection.execute("ROLLBACK TO SAVEPOINT lakectl_file")
            self._runner.leave()
            self._drop(in_the_way)
            made = self._run(source)
        self._runner.connection.execute("RELEASE SAVEPOINT lakectl_file")
        self._note_dropped(self._checked_drops(source.path, made), made_again=made)
        self._pending.discard(source.path)
        before = [old for old in self._objects.values() if old.path == source.path]
        self._ledger.mark(source)
        for new in made.values():
            self._objects[new.key] = new
            self._ledger.mark_object(new)
        if source.path not in self.applied:
            self.applied.append(source.path)
        self._drop(old for old in before if old.key not in made)

    def _run(self, source: Source) -> dict[tuple[str, str], Made]:
        """Run the file's statements; returns the objects it makes, materialized views it kept among them."""
        for statement in source.statements:
            self._drop(self._changed_view(source, statement))
        made: dict[tuple[str, str], Made] = {}
        self._runner.enter(source.area)
        for statement in source.statements:
            self._runner.run(source, statement)
            digest = _digest(source, statement)
            for class_, identity in self._runner.connection.execute(queries["take_made"]).fetchall():
                made[class_, identity] = Made(source.path, class_, identity, digest)
            if isinstance(statement.node, ast.CreateTableAsStmt):
                kept = (
                    Made(source.path, old.class_, old.identity, digest) for old in self._namesakes(statement)
                )
                made |= {old.key: old for old in kept if old.key not in made}
        self._runner.leave()
        return made

    def _changed_view(self, source: Source, statement: Statement) -> list[Made]:
        """The materialized view of this statement's name, when it was made from another definition."""
        if not isinstance(statement.node, ast.CreateTableAsStmt):
            return []
        digest = _digest(source, statement)
        return [old for old in self._namesakes(statement) if old.sha256 != digest]

    def _namesakes(self, statement: Statement) -> list[Made]:
        """Objects of our files that have the name of the one this statement makes."""
        name = _target(statement)
        return [
            made for made in self._objects.values() if made.identity.split("(")[0].replace('"', "") == name
        ]

    def _drop(self, objects: Iterable[Made]) -> None:
        """Drop with all that depends on it; the files of ours that made those are applied again."""
        for made in list(objects):
            if made.key not in self._objects:
                continue
            # class_ and identity are the server's own text, quoted where needed.
            self._runner.connection.execute(f"DROP {made.class_} IF EXISTS {made.identity} CASCADE".encode())
            dropped = self._checked_drops(made.path, ())
            self._objects.pop(made.key)
            self._ledger.forget_object(made)
            self.dropped.append(f"{made.class_} {made.identity.replace('pg_catalog.', '')}")
            self._note_dropped(dropped)

    def _take_dropped(self) -> list[tuple[str, str, bool]]:
        """Class and identity of what was dropped of ours since last time, and whether it was taken along."""
        dropped = self._runner.connection.execute(queries["take_dropped"]).fetchall()
        for class_, schema, identity, cascaded, ours in dropped:
            if cascaded and not ours:
                self._runner.guests.note_dropped(class_, identity, schema)
        return [(class_, identity, cascaded) for class_, _, identity, cascaded, ours in dropped if ours]

    def _checked_drops(
        self, path: str, made_again: Container[tuple[str, str]]
    ) -> list[tuple[str, str, bool]]:
        """What was dropped; LakeError when a cascade took along what only a migration could make again."""
        dropped = self._take_dropped()
        views = any(class_ == "materialized view" for class_, _, _ in dropped)
        for class_, identity, cascaded in dropped:
            key = (class_, identity)
            part = class_ == "toast table" or (class_ == "index" and views)
            if cascaded and not part and key not in self._objects and key not in made_again:
                raise LakeError(
                    f"{path}: the change would take along the {class_} {identity}, which a migration made.",
                    f"Let a new migration take it off what this file makes. {NOTHING_CHANGED}",
                    3,
                )
        return dropped

    def _note_dropped(
        self, dropped: list[tuple[str, str, bool]], made_again: Container[tuple[str, str]] = ()
    ) -> None:
        """Forget what was dropped, and apply again the files that made it."""
        for class_, identity, _ in dropped:
            made = self._objects.get((class_, identity))
            if made is None or made.key in made_again:
                continue
            self._objects.pop(made.key)
            self._ledger.forget_object(made)
            # Grants on it may stand among the policies.
            self._pending |= {made.path} & set(self._sources) | self._paths("policies")


def _target(statement: Statement) -> str | None:
    """schema.name of what the statement makes."""
    node = statement.node
    if isinstance(node, ast.CreateFunctionStmt):
        return ".".join(part.sval for part in node.funcname or ())
    relation = None
    if isinstance(node, ast.ViewStmt):
        relation = node.view
    elif isinstance(node, ast.CreateTableAsStmt) and node.into is not None:
        relation = node.into.rel
    return f"{relation.schemaname}.{relation.relname}" if relation is not None else None


def _digest(source: Source, statement: Statement) -> str:
    """Of the statement, and for a materialized view of its indexes too, which live and die with it."""
    texts = [statement.text]
    if isinstance(statement.node, ast.CreateTableAsStmt):
        name = _target(statement)
        texts += [
            other.text
            for other in source.statements
            if isinstance(other.node, ast.IndexStmt)
            and other.node.relation is not None
            and f"{other.node.relation.schemaname}.{other.node.relation.relname}" == name
        ]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()

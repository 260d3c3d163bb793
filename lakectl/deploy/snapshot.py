"""The catalog as rows that can be compared: what a plan shows, and how tests see that nothing changed."""

from dataclasses import dataclass
from pathlib import Path

import psycopg

from lakectl.database import named_queries

# Kind and identity → definition.
Snapshot = dict[tuple[str, str], str]

queries = named_queries((Path(__file__).parent / "snapshot.sql").read_text(encoding="utf-8"))
# Tables that belong to an extension which may not be there.
OPTIONAL = {"cron.job": "cron_jobs", "partman.part_config": "partman_config"}


@dataclass(frozen=True)
class Change:
    """One difference: `change` is added, dropped or changed."""

    change: str
    kind: str
    identity: str
    before: str | None
    after: str | None


def snapshot(connection: psycopg.Connection) -> Snapshot:
    """Everything in the database that is ours or a user's, and the cluster's roles."""
    rows = connection.execute(queries["catalog"]).fetchall()
    for relation, query in OPTIONAL.items():
        found = connection.execute(queries["exists"], {"relation": relation}).fetchone()
        if found is not None and found[0]:
            rows += connection.execute(queries[query]).fetchall()
    return {(kind, identity): definition or "" for kind, identity, definition in rows}


def compare(before: Snapshot, after: Snapshot) -> list[Change]:
    """The differences, by kind and identity."""
    changes = []
    for kind, identity in sorted(before.keys() | after.keys()):
        old, new = before.get((kind, identity)), after.get((kind, identity))
        if old != new:
            change = "added" if old is None else "dropped" if new is None else "changed"
            changes.append(Change(change, kind, identity, old, new))
    return changes

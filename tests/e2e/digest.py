"""The state that loads have left for one user, as one digest, and how two such states differ."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

_STATEMENTS = (Path(__file__).parent / "digest.sql").read_text(encoding="utf-8").encode()
_SHOWN = 5


@dataclass(frozen=True)
class State:
    """All rows of a user but for surrogate ids and wall-clock times, as texts in order, by table."""

    tables: dict[str, list[str]]

    def digest(self) -> str:
        found = hashlib.sha256()
        for name, lines in sorted(self.tables.items()):
            found.update(f"{name} {len(lines)}\n".encode())
            for line in lines:
                found.update(line.encode() + b"\n")
        return found.hexdigest()

    def count(self, table: str) -> int:
        return len(self.tables[table])

    def difference(self, other: "State") -> str:
        """What `other` has more or less, the first lines of each table; empty when they are the same."""
        said = []
        for name in sorted(self.tables.keys() | other.tables.keys()):
            here, there = self.tables.get(name, []), other.tables.get(name, [])
            if here == there:
                continue
            missing, added = sorted(set(here) - set(there)), sorted(set(there) - set(here))
            said.append(
                f"{name}: {len(here)} rows became {len(there)}; {len(missing)} gone, {len(added)} new"
            )
            said += [f"  - {line[:1500]}" for line in missing[:_SHOWN]]
            said += [f"  + {line[:1500]}" for line in added[:_SHOWN]]
        return "\n".join(said)


def state_of(superuser: psycopg.Connection[Any], role: str) -> State:
    """The state of the lake user that logs in as `role` (user_N), read as the superuser, at one moment."""
    user_id = int(role.removeprefix("user_"))
    with superuser.transaction():
        superuser.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        tables = {}
        for name, statement in superuser.execute(_STATEMENTS).fetchall():
            tables[name] = sorted(line for (line,) in superuser.execute(statement, [user_id]))
    return State(tables)


def blob_problems(superuser: psycopg.Connection[Any], home: Path, role: str) -> list[str]:
    """Where the blob store of a user and its catalogue differ: every blob is there, whole, and no other."""
    catalogue = {
        bytes(sha256).hex(): size
        for sha256, size in superuser.execute(
            "SELECT sha256, size_bytes FROM archive.blob WHERE user_id = %s",
            [int(role.removeprefix("user_"))],
        )
    }
    stored = {path.name: path for path in (home / "blobs" / role).rglob("*") if path.is_file()}
    problems = [f"{name} is in the catalogue and not on disk" for name in catalogue.keys() - stored.keys()]
    problems += [f"{name} is on disk and not in the catalogue" for name in stored.keys() - catalogue.keys()]
    for name in catalogue.keys() & stored.keys():
        content = stored[name].read_bytes()
        if len(content) != catalogue[name] or hashlib.sha256(content).hexdigest() != name:
            problems.append(f"{name} is damaged on disk")
    return problems

# ruff: noqa: E501 - statements stay on one line
"""A user with a row in every table that has a user_id, each value of which carries a mark.

Tables are found in the catalog, so that one made tomorrow is filled and attacked without anybody thinking of it.
"""

import hashlib
import json
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg
from psycopg import sql
from psycopg.types.range import Range

from e2e.users import User, rows, value

OURS = """
  n.nspname NOT IN ('ext', 'partman', 'public', 'timeseries_chunks') AND n.nspname !~ '^(pg_|user_[1-9])'
  AND has_schema_privilege('lake_owner', n.oid, 'CREATE')
"""
TABLES = f"""
SELECT n.nspname, c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND {OURS}
   AND EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname = 'user_id' AND NOT a.attisdropped)
 ORDER BY 1, 2
"""
COLUMNS = """
SELECT a.attname, t.typname,
       (SELECT min(split_part(split_part(pg_get_constraintdef(k.oid), 'ARRAY[', 2), '''', 2))
          FROM pg_constraint AS k WHERE k.conrelid = a.attrelid AND k.contype = 'c' AND a.attnum = ANY (k.conkey)) AS allowed
  FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
 WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attidentity = '' AND a.attgenerated = ''
   AND NOT (a.atthasdef AND t.typname IN ('timestamptz', 'int2', 'int4', 'int8', 'bool'))
   AND NOT (t.typname = 'text' AND (a.atthasdef OR NOT a.attnotnull) AND EXISTS (
         SELECT FROM pg_constraint AS k WHERE k.conrelid = a.attrelid AND k.contype = 'c' AND a.attnum = ANY (k.conkey)
            AND pg_get_constraintdef(k.oid) ~ 'ARRAY') )
   AND a.attname <> 'user_id'
"""


@dataclass(frozen=True)
class Mark:
    """One secret in every type: whoever sees any of these has seen the victim's data."""

    text: str

    @property
    def uuid(self) -> UUID:
        return UUID(bytes=hashlib.md5(self.text.encode()).digest())  # noqa: S324 - a mark, not a secret

    @property
    def bytes(self) -> bytes:
        return hashlib.sha256(self.text.encode()).digest()

    @property
    def number(self) -> int:
        return 10**14 + int.from_bytes(self.bytes[:5], "big")

    @property
    def pattern(self) -> str:
        """A regular expression that finds the mark in any row written as text."""
        return f"{self.text}|{self.uuid}|{self.bytes.hex()}|{self.number}"

    def of_type(self, name: str) -> object:
        """A value of the PostgreSQL type `name`, with the mark in it where there is room."""
        values: dict[str, object] = {
            "text": self.text,
            "uuid": self.uuid,
            "bytea": self.bytes,
            "int8": self.number,
            "numeric": self.number,
            "inet": "203.0.113.77",
            "int4": 1,
            "int2": 1,
            "float4": 0.5,
            "float8": 0.5,
            "bool": True,
            "jsonb": json.dumps({"mark": self.text}),
            "_text": [self.text],
            "geography": "SRID=4326;POINT(13.123456 52.123456)",
            "vector": str([1.0] + [0.0] * 255),
            "int8range": Range(self.number, self.number + 1),
        }
        if name not in values:
            raise AssertionError(f"no mark of type {name} yet: add one to {__name__}")
        return values[name]


def fill(superuser: psycopg.Connection, user: User, mark: Mark) -> list[str]:
    """Insert a marked row of `user` into every table with a user_id; the tables' names."""
    tables = [f"{schema}.{name}" for schema, name in rows(superuser, TABLES)]
    import_id = _load(user, mark)
    with superuser.transaction():
        # Foreign keys are not the point here: rows need not refer to each other.
        superuser.execute("SET LOCAL session_replication_role = replica")
        for table in tables:
            insert(superuser, table, user.id, mark, import_id)
    # What the jobs would write of this user is written now, so that it does not look like an attack later.
    superuser.execute("CALL vectors.run_embed_job()")
    superuser.execute("REFRESH MATERIALIZED VIEW analytics.activity_of_all_users")
    return tables


def insert(
    connection: psycopg.Connection, table: str, user_id: int, mark: Mark, import_id: int | None = None
) -> int:
    """Insert one marked row for `user_id`; how many were."""
    columns = {"user_id": user_id}
    for name, type_, allowed in rows(connection, COLUMNS, [table]):
        if type_ in ("timestamptz", "date"):
            columns[name] = _now(connection)  # type: ignore[assignment]
        elif type_ == "_timestamptz":
            columns[name] = [_now(connection)]  # type: ignore[assignment]
        else:
            columns[name] = allowed or mark.of_type(type_)  # type: ignore[assignment]
        if name == "import_id":
            columns[name] = import_id or 1
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT DO NOTHING").format(
        sql.Identifier(*table.split(".")),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join([sql.Placeholder()] * len(columns)),
    )
    return connection.execute(statement, list(columns.values())).rowcount


def _now(connection: psycopg.Connection) -> object:
    return value(connection, "SELECT date_trunc('day', now())")


def _load(user: User, mark: Mark) -> int:
    """A real load of one good and one bad record, so that functions find something to work on."""
    good = {
        "timestamp": "2024-01-01T00:00:00Z",
        "latitudeE7": 521234560,
        "longitudeE7": 131234560,
        "source": mark.text,
    }
    bad = {"latitudeE7": 1, "comment": mark.text}
    with user.connect() as connection:
        archive, import_id = rows(
            connection,
            "SELECT archive_id, import_id FROM imports.begin_archive(%s, 'zip', 1, %s, now())",
            [f"takeout-20240101T000000Z-{mark.text}.zip", mark.bytes],
        )[0]
        member = {"member": 0, "path": "Takeout/Location History/Records.json", "size_bytes": 1, "head": None}
        file = value(
            connection,
            "SELECT file_id FROM imports.register_files(%s, %s)",
            [archive, json.dumps([member])],
        )
        records = "\r,\r".join(json.dumps(record) for record in (good, bad))
        connection.execute("SELECT imports.ingest(%s, '[1,3)', %s)", [file, records])
        connection.execute("SELECT imports.finish_file(%s)", [file])
        connection.execute("SELECT imports.finish_archive(%s)", [archive])
        connection.execute("SELECT imports.finish_import(%s)", [import_id])
    return int(import_id)


def digest(superuser: psycopg.Connection, user: User) -> dict[str, tuple[object, ...]]:
    """Count and digest of the user's rows of every table: whether anybody changed anything."""
    return {
        f"{schema}.{name}": rows(
            superuser,
            f"SELECT count(*), md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {schema}.{name} AS t "
            "WHERE t.user_id = %s",
            [user.id],
        )[0]
        for schema, name in rows(superuser, TABLES)
    }


def new_mark() -> Mark:
    return Mark("m" + uuid4().hex)

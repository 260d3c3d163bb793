"""The one place that opens connections to the lake."""

import json
from pathlib import Path
from typing import Any

import psycopg
from psycopg import conninfo, sql
from psycopg.rows import dict_row

from lakectl import credentials
from lakectl.config import Settings
from lakectl.errors import LakeError

SUPERUSER = "postgres"
ADMIN = "lake_admin"


def write_endpoint(settings: Settings, endpoint: dict[str, Any]) -> None:
    """Remember where the running server is: {"engine", "host", "port", "dbname"}."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = settings.home / "server.json"
    scratch = path.with_suffix(".new")
    scratch.write_text(json.dumps(endpoint, indent=2) + "\n")
    scratch.replace(path)


def read_endpoint(settings: Settings) -> dict[str, Any]:
    """What write_endpoint kept; LakeError when `lakectl up` has not run here."""
    try:
        endpoint: dict[str, Any] = json.loads((settings.home / "server.json").read_text())
    except FileNotFoundError:
        raise LakeError(
            f"There is no lake in {settings.home} yet.", "Start one with `lakectl up`.", status=3
        ) from None
    return endpoint


def dsn(settings: Settings, role: str) -> str:
    """A libpq connection string for `role`, password included: never print it."""
    if settings.engine.kind == "external" and role == SUPERUSER:
        return settings.engine.dsn
    endpoint = read_endpoint(settings)
    return conninfo.make_conninfo(
        host=endpoint["host"],
        port=endpoint["port"],
        dbname=endpoint["dbname"],
        user=role,
        password=credentials.read(settings, role),
        application_name="lakectl",
    )


def environment(settings: Settings, role: str) -> dict[str, str]:
    """The libpq variables that make psql log in as `role`; the password does not stand in a command line."""
    endpoint = read_endpoint(settings)
    return {
        "PGHOST": endpoint["host"],
        "PGPORT": str(endpoint["port"]),
        "PGDATABASE": endpoint["dbname"],
        "PGUSER": role,
        "PGPASSWORD": credentials.read(settings, role),
    }


def connect(settings: Settings, role: str, *, autocommit: bool = False) -> psycopg.Connection:
    """Log in as `role`; LakeError when the server does not answer or refuses."""
    try:
        return psycopg.connect(dsn(settings, role), autocommit=autocommit, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise LakeError(
            f"The lake does not answer as {role}: {refusal(error).rstrip('.')}.",
            "Start it with `lakectl up`; `lakectl doctor` says what is wrong.",
            status=3,
        ) from None


def refusal(error: psycopg.OperationalError) -> str:
    """Why there is no connection, out of what libpq says of it.

    That is: connection failed: connection to server at "127.0.0.1", port 5432 failed: Connection refused,
    and in a second line the question whether the server is running.
    """
    return str(error).strip().splitlines()[0].rsplit(" failed: ", 1)[-1]


def superuser(settings: Settings) -> psycopg.Connection:
    """The bootstrap superuser: only deploy and doctor."""
    return connect(settings, SUPERUSER)


def admin(settings: Settings) -> psycopg.Connection:
    return connect(settings, ADMIN)


def role_of(settings: Settings, name: str) -> str:
    """The role user_N of the lake user called `name`; LakeError when there is none."""
    with admin(settings) as connection:
        try:
            row = connection.execute(queries["user_role"], {"name": name}).fetchone()
        except psycopg.Error as error:
            raise explain(error) from None
    if row is None:
        raise LakeError(
            f"The lake has no user {name!r}.",
            f"`lakectl user list` shows those it has; `lakectl user add {name}` makes this one.",
        )
    return str(row[0])


def user(settings: Settings, name: str, *, autocommit: bool = False) -> psycopg.Connection:
    """Truly logged in as the lake user called `name`."""
    return connect(settings, role_of(settings, name), autocommit=autocommit)


def encrypt_password(connection: psycopg.Connection, role: str, password: str) -> str:
    """The SCRAM verifier, so that no clear password reaches the server or its log."""
    return connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()


def set_password(connection: psycopg.Connection, role: str, password: str) -> None:
    """Give `role` this password, as a SCRAM verifier."""
    connection.execute(
        sql.SQL("ALTER ROLE {} PASSWORD {}").format(
            sql.Identifier(role), sql.Literal(encrypt_password(connection, role, password))
        )
    )


def run(
    connection: psycopg.Connection, statement: bytes, values: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """The rows of a statement, each as {column: value}."""
    return connection.cursor(row_factory=dict_row).execute(statement, values).fetchall()


def rows(
    connection: psycopg.Connection, query: str, values: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """The rows of a named query, each as {column: value}."""
    return run(connection, queries[query], values)


def explain(error: psycopg.Error) -> LakeError:
    """What the database says, as a sentence and a hint: for its own LK errors, and for any other."""
    message = (error.diag.message_primary or str(error)).strip()
    return LakeError(
        message[:1].upper() + message[1:] + ("" if message.endswith((".", "?")) else "."),
        error.diag.message_hint,
        status=2 if (error.sqlstate or "").startswith("LK1") else 3,
    )


def named_queries(text: str) -> dict[str, bytes]:
    """Statements by the name in the `-- name: …` line above each."""
    found: dict[str, bytes] = {}
    for block in text.split("-- name: ")[1:]:
        name, body = block.split("\n", 1)
        found[name.strip()] = body.strip().encode()
    return found


queries = named_queries((Path(__file__).parent / "queries.sql").read_text(encoding="utf-8"))
"""Every statement that Python sends, by the name above it in queries.sql."""

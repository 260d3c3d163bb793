"""What a server must be and have to hold a lake, compared with what it is and has."""

import dataclasses
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from lakectl import __version__, database
from lakectl.config import Settings
from lakectl.errors import LakeError

OK, MISSING, TOO_OLD, WRONG, UNKNOWN = "ok", "missing", "too old", "wrong", "unknown"

POSTGRESQL = 17
# Oldest version that will do, and where a server without it gets it from; empty: any version.
EXTENSIONS = {
    "vector": ("0.8.0", "pgvector"),  # lake.search needs hnsw.iterative_scan
    "pg_partman": ("5.0", "pg_partman"),
    "postgis": ("3.4", "PostGIS"),
    "timescaledb": ("", "TimescaleDB"),
    "pg_cron": ("", "pg_cron"),
    "pgaudit": ("", "pgAudit"),
    "pgtap": ("", "pgTAP"),
    "plpgsql_check": ("", "plpgsql_check"),
    "pg_stat_statements": ("", "PostgreSQL's contrib modules"),
}
PRELOADED = ("timescaledb", "pg_cron", "pgaudit", "pg_stat_statements")
# Less than this is used up by one load: WAL alone may take 8 GB.
ROOM_GB = 10

queries = database.named_queries((Path(__file__).parent / "doctor.sql").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Check:
    """One line of the report. `state` is ok, missing, too old, wrong or unknown; ok has no remedy."""

    check: str
    state: str
    found: str
    wanted: str
    remedy: str = ""


def examine(settings: Settings) -> list[Check]:
    """Every check, in the order to mend them in. A server that does not answer is one of them."""
    checks = [_room(settings)]
    try:
        connection = database.superuser(settings)
    except LakeError as error:
        return [Check("server", MISSING, error.message, "an answer", error.hint or ""), *checks]
    with connection:
        connection.autocommit = True
        checks.insert(0, Check("server", OK, f"answers on port {connection.info.port}", "an answer"))
        for ask in (_server, _extensions, _trust, _deployed):
            try:
                checks.extend(ask(connection))
            except psycopg.Error as error:
                reason = error.diag.message_primary or str(error)
                checks.append(Check(ask.__name__.strip("_"), UNKNOWN, reason, "", "Ask as a superuser."))
    return checks


def _judge(good: bool, check: Check) -> Check:
    """`check` as it stands when it is not good."""
    return dataclasses.replace(check, state=OK, remedy="") if good else check


def _room(settings: Settings) -> Check:
    folder = settings.home if settings.home.exists() else Path("/")
    free = shutil.disk_usage(folder).free / 1e9
    remedy = "Make room, or move LAKE_HOME to a larger disk."
    check = Check("room on disk", "too little", f"{free:.0f} GB", f"{ROOM_GB} GB or more", remedy)
    return _judge(free >= ROOM_GB, check)


def _server(connection: psycopg.Connection) -> Iterator[Check]:
    facts = _rows(connection, "facts")[0]
    remedy = f"Use a server of PostgreSQL {POSTGRESQL}."
    check = Check("PostgreSQL", TOO_OLD, facts["version"], f"{POSTGRESQL} or newer", remedy)
    yield _judge(facts["postgresql"] >= POSTGRESQL, check)
    preloaded = [name.strip() for name in facts["preloaded"].split(",")]
    absent = [name for name in PRELOADED if name not in preloaded]
    remedy = f"Add {', '.join(absent)} to shared_preload_libraries and restart the server."
    check = Check("preloaded libraries", MISSING, ", ".join(preloaded), ", ".join(PRELOADED), remedy)
    yield _judge(not absent, check)
    for name, found, wanted, setting in (
        ("database of pg_cron", facts["cron_database"], facts["database"], "cron.database_name"),
        ("telemetry", facts["telemetry"], "off", "timescaledb.telemetry_level"),
        ("passwords", facts["password_encryption"], "scram-sha-256", "password_encryption"),
    ):
        remedy = f"Set {setting} = '{wanted}' and restart the server."
        yield _judge(found == wanted, Check(name, WRONG, found or "not set", wanted, remedy))
    remedy = "Stop the server and run `pg_checksums --enable` on its data directory."
    check = Check("data checksums", WRONG, facts["checksums"], "on", remedy)
    yield _judge(facts["checksums"] == "on", check)


def _extensions(connection: psycopg.Connection) -> Iterator[Check]:
    available = {row["name"]: row for row in _rows(connection, "extensions", {"names": list(EXTENSIONS)})}
    for name, (oldest, product) in EXTENSIONS.items():
        wanted = f"{oldest} or newer" if oldest else "any version"
        row = available.get(name)
        if row is None:
            yield Check(name, MISSING, "none", wanted, f"Install {product} on the server.")
            continue
        enough = _version(row["available"]) >= _version(oldest)
        # An upgrade of the server's packages leaves what the database has made of the older ones.
        current = row["installed"] in (None, row["available"])
        remedy = (
            f"Run ALTER EXTENSION {name} UPDATE as a superuser." if enough else f"Install a newer {product}."
        )
        found = row["installed"] or row["available"]
        yield _judge(enough and current, Check(name, TOO_OLD, found, wanted, remedy))


def _trust(connection: psycopg.Connection) -> Iterator[Check]:
    lines = [str(row["line_number"]) for row in _rows(connection, "trusting_lines")]
    found = f"lines {', '.join(lines)}" if lines else "none"
    remedy = "Change `trust` to `scram-sha-256` in pg_hba.conf and reload the server."
    yield _judge(not lines, Check("trust lines", WRONG, found, "none", remedy))


def _deployed(connection: psycopg.Connection) -> Iterator[Check]:
    if not _rows(connection, "is_deployed")[0]["yes"]:
        yield Check("deployed version", MISSING, "nothing", __version__, "Run `lakectl deploy`.")
        return
    version = _rows(connection, "deployed")[0]["version"]
    check = Check("deployed version", WRONG, version, __version__, "Run `lakectl deploy`.")
    yield _judge(version == __version__, check)


def _rows(
    connection: psycopg.Connection, name: str, values: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    return connection.cursor(row_factory=dict_row).execute(queries[name], values).fetchall()


def _version(text: str) -> tuple[int, ...]:
    """'3.5.2dev-4' -> (3, 5, 2); '' -> ()."""
    return tuple(int(part) for part in re.findall(r"\d+", text.partition("-")[0]))

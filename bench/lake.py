"""A lake of the benchmarks' own: started, emptied, loaded and, for the floor, filled again by bare COPY."""

import json
import os
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import psycopg
from psycopg import sql

from bench import measure
from lakectl import database
from lakectl.config import Settings, load_settings

USER = "bench"
_MARK = "this-is-a-bench-lake"
_SETTLE_SECONDS = 120
_OURS = ("user_data", "timeseries", "vectors", "imports", "archive")


class BenchLake:
    """A lake at `home` that is emptied again and again; never one that the benchmarks did not make."""

    def __init__(self, home: Path, port: int, workers: int) -> None:
        if home.exists() and not (home / _MARK).exists():
            raise SystemExit(
                f"{home} was not made by the benchmarks, which empty their lake: choose another folder."
            )
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        (home / _MARK).touch()
        os.environ.pop("LAKE_ENGINE_DSN", None)
        os.environ.setdefault("LAKE_ENGINE_CACHE", str(load_settings(None).home / "engine"))  # built once
        os.environ |= {
            "LAKE_HOME": str(home),
            "LAKE_ENGINE_PORT": str(port),
            "LAKE_ENGINE_CONTAINER": "datapunk-lake-bench",
            "LAKE_LOAD_WORKERS": str(workers),
        }
        self.workers = workers
        self.settings: Settings = load_settings(None)
        self.versions: dict[str, str] = {}

    def lakectl(self, *arguments: str | Path, accept: int = 0) -> measure.Run:
        return measure.run([sys.executable, "-m", "lakectl", *arguments], accept=accept)

    def start(self) -> None:
        """Up, deployed, and with a user."""
        self.lakectl("up")
        self.lakectl("deploy")
        users = json.loads(self.lakectl("user", "list", "--json").output)
        if USER not in {user["name"] for user in users}:
            self.lakectl("user", "add", USER)
        with database.superuser(self.settings) as connection:
            found = connection.execute("SELECT extname, extversion FROM pg_extension")
            self.versions = {"postgresql": connection.info.parameter_status("server_version") or ""}
            self.versions |= {str(name): str(version) for name, version in found}

    def stop(self) -> None:
        self.lakectl("down")

    def empty(self) -> None:
        """No row of any user in any table; the next load finds a new lake."""
        with database.connect(self.settings, database.SUPERUSER, autocommit=True) as connection:
            tables = connection.execute(
                "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE n.nspname = ANY (%s) AND c.relkind IN ('r', 'p') AND NOT c.relispartition "
                "AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'user_id')",
                [list(_OURS)],
            ).fetchall()
            names = sql.SQL(", ").join(sql.Identifier(schema, table) for schema, table in tables)
            connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(names))
        self._settle()

    def forget_blobs(self) -> None:
        """Remove the files that earlier loads kept: storing them again would cost nothing."""
        shutil.rmtree(self.settings.home / "blobs", ignore_errors=True)

    def _settle(self) -> None:
        """Wait until the lake's own jobs have ended: they look after what the last run loaded."""
        with database.connect(self.settings, database.SUPERUSER, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
            deadline = time.monotonic() + _SETTLE_SECONDS
            while time.monotonic() < deadline:
                (busy,) = connection.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' "
                    "AND (backend_type IN ('autovacuum worker', 'pg_cron') OR usename = 'lake_jobs')"
                ).fetchone() or (0,)
                if not busy:
                    return
                time.sleep(0.5)

    def load(self, path: Path) -> measure.Run:
        """`lakectl load` end to end; single rejected records do not count as a failure."""
        return self.lakectl("load", "--user", USER, path, accept=1)

    def watch(self, path: Path) -> dict[str, Any]:
        """What bench.watch_load saw of the progress of a load."""
        run = measure.run([sys.executable, "-m", "bench.watch_load", USER, path])
        seen: dict[str, Any] = json.loads(run.output)
        return seen

    def rows(self, table: str) -> int:
        with database.superuser(self.settings) as connection:
            row = connection.execute(
                sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(*table.split(".")))
            ).fetchone()
        return int(row[0]) if row else 0

    def copy_floor(self, table: str, at: str) -> tuple[float, int]:
        """Seconds and rows of a bare COPY: the rows of `table`, already parsed, back into it once emptied.

        As many server-side COPY commands at once as the load had connections, each with a part of the rows
        by the time in column `at`, in binary form, from files on the server.
        """
        name = sql.Identifier(*table.split("."))
        with database.connect(self.settings, database.SUPERUSER, autocommit=True) as connection:
            columns = sql.SQL(", ").join(
                sql.Identifier(str(row[0]))
                for row in connection.execute(
                    "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
                    "AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
                    [table],
                )
            )
            rows = self.rows(table)
            files = self._dump(connection, name, columns, sql.Identifier(at))
            try:
                connection.execute(sql.SQL("TRUNCATE {}").format(name))
                self._settle()
                seconds = self._copy_back(name, columns, files)
            finally:
                for file in files:
                    connection.execute(
                        sql.SQL("COPY (SELECT) TO PROGRAM {}").format(sql.Literal(f"rm -f {file}"))
                    )
        if self.rows(table) != rows:
            raise measure.CommandFailed(f"COPY brought back {self.rows(table)} of {rows} rows.")
        return seconds, rows

    def _dump(
        self, connection: psycopg.Connection, name: sql.Identifier, columns: sql.Composed, at: sql.Identifier
    ) -> list[str]:
        row = connection.execute("SELECT current_setting('data_directory')").fetchone()
        folder = str(row[0]) if row else ""
        shares = [part / self.workers for part in range(1, self.workers)]
        cut = connection.execute(
            sql.SQL("SELECT percentile_disc(%s::float8[]) WITHIN GROUP (ORDER BY {}) FROM {}").format(
                at, name
            ),
            [shares],
        ).fetchone()
        bounds = ["-infinity", *(cut[0] if cut else []), "infinity"]
        files = []
        for part in range(self.workers):
            file = f"{folder}/lake-bench-{part}"
            connection.execute(
                sql.SQL(
                    "COPY (SELECT {} FROM {} WHERE {} >= {} AND {} < {} ORDER BY {}) TO {} (FORMAT binary)"
                ).format(
                    columns,
                    name,
                    at,
                    sql.Literal(bounds[part]),
                    at,
                    sql.Literal(bounds[part + 1]),
                    at,
                    sql.Literal(file),
                )
            )
            files.append(file)
        return files

    def _copy_back(self, name: sql.Identifier, columns: sql.Composed, files: list[str]) -> float:
        ready = Barrier(len(files) + 1)

        def copy(file: str) -> None:
            with database.superuser(self.settings) as connection:
                # With pgaudit logging, COPY into a hypertable ends the server (timescale/timescaledb#7667).
                connection.execute("SET pgaudit.log = 'none'")
                ready.wait()
                connection.execute(
                    sql.SQL("COPY {} ({}) FROM {} (FORMAT binary)").format(name, columns, sql.Literal(file))
                )

        with ThreadPoolExecutor(len(files)) as pool:
            copies = [pool.submit(copy, file) for file in files]
            ready.wait()
            began = time.monotonic()
            for done in copies:
                done.result()
            return time.monotonic() - began

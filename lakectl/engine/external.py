"""A server that somebody else runs: nothing to start, only to know."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from psycopg import ProgrammingError, conninfo

from lakectl import database
from lakectl.config import Settings
from lakectl.engine.report import Report
from lakectl.errors import LakeError


class External:
    """The server at [engine] dsn."""

    name = "external"

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def up(self, report: Report) -> str:
        """Check that the server lets the superuser in, and remember where it is."""
        if not self.settings.engine.dsn:
            raise LakeError(
                "The external engine needs the address of the server.",
                "Set LAKE_ENGINE_DSN, or dsn under [engine] in lake.toml: postgresql://postgres:…@host:5432/lake",
            )
        try:
            given = conninfo.conninfo_to_dict(self.settings.engine.dsn)
        except ProgrammingError:
            raise LakeError("The dsn of the external engine is not a PostgreSQL address.") from None
        endpoint = {
            "engine": self.name,
            "host": given.get("host") or "127.0.0.1",
            "port": int(given.get("port") or 5432),
            "dbname": given.get("dbname") or "lake",
        }
        report(f"Asking the server at {endpoint['host']}, port {endpoint['port']}")
        database.write_endpoint(self.settings, endpoint)
        database.superuser(self.settings).close()
        return "The lake's server is managed elsewhere, and answers. `lakectl doctor` says what it lacks."

    def down(self, report: Report) -> str:
        """Nothing: the server is not ours to stop."""
        return "The lake's server is managed elsewhere: stop it there."

    def tool(self, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> list[str]:
        """The program of this machine, for there is no engine to take it from."""
        if not shutil.which(command[0]):
            raise LakeError(
                f"There is no {command[0]} on this machine.",
                "Install PostgreSQL's client programs.",
                status=3,
            )
        return list(command)

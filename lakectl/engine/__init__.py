"""The server of a lake: in a container, in a private root file system, or somebody else's."""

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from lakectl import database
from lakectl.config import Settings
from lakectl.engine.report import Report
from lakectl.errors import LakeError

# Older ones do not know what the present server's catalog looks like.
OLDEST_PSQL = 15


class Engine(Protocol):
    """What every way of running a server can do.

    `up` and `down` may be repeated, and return a sentence. `tool` gives the command line that runs a program
    of the engine (psql, pg_prove) under `environment`, which the caller must pass, working in `folder`.
    """

    name: str

    def up(self, report: Report) -> str: ...

    def down(self, report: Report) -> str: ...

    def tool(self, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> list[str]: ...


def choose(settings: Settings) -> Engine:
    """The engine of this lake: as set, else the one it was started with, else a Docker API, else embedded."""
    from lakectl.engine.container import Container  # noqa: PLC0415 - the SDK takes a while to load
    from lakectl.engine.embedded import Embedded  # noqa: PLC0415
    from lakectl.engine.external import External  # noqa: PLC0415

    kind = settings.engine.kind
    if kind == "auto":
        try:
            kind = str(database.read_endpoint(settings)["engine"])
        except LakeError:
            kind = "docker" if Container(settings).is_reachable() else "embedded"
    if kind == "external":
        return External(settings)
    return Container(settings) if kind == "docker" else Embedded(settings)


def psql_command(settings: Settings, arguments: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """The command line of psql: this machine's own where it is recent enough, else the engine's.

    `environment` must be passed to it; it holds the address and the password (libpq's PG variables).
    """
    if _recent_psql():
        return ["psql", *arguments]
    return choose(settings).tool(["psql", *arguments], environment, Path.cwd())


def _recent_psql() -> bool:
    if not shutil.which("psql"):
        return False
    said = subprocess.run(["psql", "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"\d+", said)
    return version is not None and int(version[0]) >= OLDEST_PSQL

"""The server of a lake: in a container, in a private root file system, or somebody else's."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from lakectl import database
from lakectl.config import Settings
from lakectl.engine.report import Report
from lakectl.errors import LakeError


class Engine(Protocol):
    """What every way of running a server can do. `up` and `down` may be repeated, and return a sentence."""

    name: str

    def up(self, report: Report) -> str: ...

    def down(self, report: Report) -> str: ...

    def run_tool(self, command: Sequence[str], environment: dict[str, str], folder: Path) -> int: ...


def choose(settings: Settings) -> Engine:
    """The engine of this lake: as set, else the one it was started with, else a Docker API, else embedded."""
    from lakectl.engine.container import Container  # noqa: PLC0415 - the SDK takes a while to load
    from lakectl.engine.embedded import Embedded  # noqa: PLC0415
    from lakectl.engine.external import External  # noqa: PLC0415

    kind = settings.engine.kind
    if kind == "auto" and settings.engine.dsn:
        kind = "external"
    if kind == "auto":
        try:
            kind = str(database.read_endpoint(settings)["engine"])
        except LakeError:
            kind = "docker" if Container(settings).is_reachable() else "embedded"
    if kind == "external":
        return External(settings)
    return Container(settings) if kind == "docker" else Embedded(settings)

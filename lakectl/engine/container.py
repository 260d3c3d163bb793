"""The docker engine: a container behind any Docker-compatible API, through the docker SDK."""

from collections.abc import Sequence
from pathlib import Path

import docker

from lakectl.config import Settings
from lakectl.engine.report import Report
from lakectl.errors import LakeError


class Container:
    name = "docker"

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def is_reachable(self) -> bool:
        try:
            docker.from_env(timeout=5).ping()
        except (docker.errors.DockerException, OSError):
            return False
        return True

    def up(self, report: Report) -> str:
        raise LakeError("not yet")

    def down(self, report: Report) -> str:
        raise LakeError("not yet")

    def run_tool(self, command: Sequence[str], environment: dict[str, str], folder: Path) -> int:
        raise LakeError("not yet")

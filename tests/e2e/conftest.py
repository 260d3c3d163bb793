"""What the end-to-end tests share: lakectl as its user runs it, and lakes of a test's own."""

import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from e2e.attacks.scene import Scene
from e2e.attacks.victim import fill, new_mark
from e2e.podman import Podman
from e2e.program import PROGRAM
from e2e.users import new_user
from lakectl import database
from lakectl.config import Settings, load_settings
from lakectl.engine import rootfs


def free_port() -> int:
    """A port of the loopback address that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Lake:
    """A lake of a test's own, driven through the command line in processes of its own."""

    home: Path
    engine: str
    port: int = field(default_factory=free_port)
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def variables(self) -> dict[str, str]:
        outside = {name: value for name, value in os.environ.items() if not name.startswith("LAKE_")}
        own = {
            "LAKE_HOME": str(self.home),
            "LAKE_ENGINE_KIND": self.engine,
            "LAKE_ENGINE_PORT": str(self.port),
        }
        return outside | own | self.environment

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start lakectl and do not wait for it."""
        return subprocess.Popen(
            [PROGRAM, *arguments],
            env=self.variables,
            cwd=self.home,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, status: int = 0, seconds: float = 300) -> str:
        """Run lakectl, check its exit status, return what it printed (stdout, then stderr)."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=seconds)
        assert process.returncode == status, (
            f"lakectl {' '.join(arguments)}: {process.returncode}\n{out}{err}"
        )
        return out + err

    def connect(self, role: str = database.SUPERUSER) -> psycopg.Connection:
        return database.connect(self.settings, role, autocommit=True)

    @property
    def settings(self) -> Settings:
        with pytest.MonkeyPatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("LAKE_")]:
                patch.delenv(name)
            for name, value in self.variables.items():
                if name.startswith("LAKE_"):
                    patch.setenv(name, value)
            return load_settings()

    @property
    def postmaster(self) -> int:
        """Process id of the embedded server."""
        return int((self.home / "postgres/data/postmaster.pid").read_text().split()[0])

    def kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="session")
def engine_root(settings: Settings) -> Path:
    """The root file system of the engine that runs the test server."""
    return rootfs.path(settings)


@pytest.fixture
def new_lake(tmp_path: Path, engine_root: Path) -> Iterator[Callable[..., Lake]]:
    """Makes lakes with the embedded engine, out of the root that is built already; stops them afterwards."""
    made: list[Lake] = []

    def make(name: str = "lake", arguments: Sequence[tuple[str, str]] = ()) -> Lake:
        home = tmp_path / name
        home.mkdir(mode=0o700)
        lake = Lake(
            home, "embedded", environment={"LAKE_ENGINE_CACHE": str(engine_root.parent), **dict(arguments)}
        )
        made.append(lake)
        return lake

    yield make
    for lake in made:
        lake.run("down")


@pytest.fixture(scope="session")
def podman(tmp_path_factory: pytest.TempPathFactory, engine_root: Path) -> Iterator[Podman]:
    """A Docker-compatible API, whose debian:trixie-slim is the engine's own root file system."""
    with Podman(tmp_path_factory.mktemp("podman")) as service:
        service.import_base(engine_root)
        yield service


@pytest.fixture(scope="module")
def scene(settings: Settings, superuser: psycopg.Connection) -> Scene:
    """A victim with a marked row in every table, and an attacker with none."""
    victim = new_user(settings, "victim")
    mark = new_mark()
    return Scene(superuser, victim, new_user(settings, "attacker"), mark, fill(superuser, victim, mark))


@pytest.fixture
def attacker(scene: Scene) -> Iterator[psycopg.Connection]:
    """A session of the attacker's."""
    with scene.attacker.connect() as connection:
        yield connection


@pytest.fixture
def victim(scene: Scene) -> Iterator[psycopg.Connection]:
    """A session of the victim's."""
    with scene.victim.connect() as connection:
        yield connection

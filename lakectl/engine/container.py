"""The docker engine: a container behind any Docker-compatible API, through the docker SDK."""

import io
import shutil
import sys
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import docker
import requests
from docker.errors import APIError, DockerException, ImageNotFound, NotFound
from docker.models.containers import Container as Handle

from lakectl import credentials, database
from lakectl.config import Settings
from lakectl.engine import lock, processes, readiness, recipe, resources
from lakectl.engine.report import Report
from lakectl.errors import LakeError

STOP_SECONDS = 60
# One crash may be bad luck; a server that the API had to start again and again will not come up.
MANY_RESTARTS = 3


class Container:
    """One lake's container; its data is in the named volume <container>-data, which outlives it."""

    name = "docker"

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def is_reachable(self) -> bool:
        """Whether a Docker API answers here."""
        try:
            self._client(timeout=5).ping()
        except (DockerException, requests.RequestException, OSError):
            return False
        return True

    def up(self, report: Report) -> str:
        """Build the image when the recipe is new, run the container, wait until the server answers."""
        engine = self.settings.engine
        endpoint = {"engine": self.name, "host": "127.0.0.1", "port": engine.port, "dbname": "lake"}
        self.settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with lock.held(self.settings.home / "lakectl.lock", report), self._explained():
            client = self._client()
            image = self._ensure_image(client, report)
            rendered = resources.render(self.settings)
            mark = recipe.digest((), image, rendered, str(engine.port))
            handle = self._find(client)
            if handle and handle.labels.get("lake.settings") != mark:
                report("Settings have changed: replacing the container, keeping its data")
                handle.stop(timeout=STOP_SECONDS)
                handle.remove()
                handle = None
            running = handle is not None and handle.status == "running"
            if handle is None:
                report("Making the container")
                handle = self._create(client, image, mark, rendered)
            if not running:
                processes.require_free(engine.port)
                report("Starting PostgreSQL 17")
                handle.start()
            readiness.wait(self.settings, endpoint, report, lambda: _failure(handle))
            database.write_endpoint(self.settings, endpoint)
        if running:
            return f"The lake is running already, in the container {engine.container} on port {engine.port}."
        return f"The lake is up, in the container {engine.container} on port {engine.port}."

    def down(self, report: Report) -> str:
        """Stop the container; it and its data stay."""
        with lock.held(self.settings.home / "lakectl.lock", report), self._explained():
            handle = self._find(self._client())
            if handle is None or handle.status in ("created", "exited"):
                return "The lake is not running."
            report("Stopping PostgreSQL 17")
            handle.stop(timeout=STOP_SECONDS)
        return "The lake has stopped; `lakectl up` starts it again."

    def tool(self, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> list[str]:
        """A program of the container, which does not see `folder`, through the docker or podman command."""
        program = shutil.which("docker") or shutil.which("podman")
        if program is None:
            raise LakeError(
                f"There is no {command[0]} on this machine, and no docker command to run the container's.",
                "Install PostgreSQL's client programs.",
                status=3,
            )
        host = self.settings.engine.docker_host
        where = [f"--{'host' if program.endswith('docker') else 'url'}={host}"] if host else []
        terminal = ["-t"] if sys.stdin.isatty() and sys.stdout.isatty() else []
        # A name without a value takes it from the environment: a password shows in no list of processes.
        inside = {"PGHOST": "PGHOST=127.0.0.1", "PGPORT": "PGPORT=5432"}
        given = [f"--env={inside.get(name, name)}" for name in environment if name.startswith("PG")]
        return [program, *where, "exec", "-i", *terminal, *given, self.settings.engine.container, *command]

    def _client(self, timeout: int = 120) -> docker.DockerClient:
        if self.settings.engine.docker_host:
            return docker.DockerClient(base_url=self.settings.engine.docker_host, timeout=timeout)
        return docker.from_env(timeout=timeout)

    def _find(self, client: docker.DockerClient) -> Handle | None:
        try:
            handle = client.containers.get(self.settings.engine.container)
        except NotFound:
            return None
        home = handle.labels.get("lake.home", "nobody that lakectl knows")
        if home != str(self.settings.home):
            raise LakeError(
                f"The container {handle.name} belongs to {home}, not to {self.settings.home}.",
                "Choose another name with LAKE_ENGINE_CONTAINER or `container` under [engine] in lake.toml.",
                status=3,
            )
        return handle

    def _ensure_image(self, client: docker.DockerClient, report: Report) -> str:
        """The name of the image of the present recipe, built when the API does not have it."""
        files = (*recipe.BUILD_FILES, *recipe.RUN_FILES, recipe.DOCKERFILE)
        tag = f"{self.settings.engine.image}:{recipe.digest(files)}"
        if not _has_image(client, tag):
            report(f"Building the image {tag}")
            context = _archive({name: (recipe.root() / name).read_bytes() for name in files}, mode=0o755)
            said = ""
            for event in client.api.build(
                fileobj=io.BytesIO(context),
                custom_context=True,
                dockerfile=recipe.DOCKERFILE,
                tag=tag,
                rm=True,
                forcerm=True,
                decode=True,
            ):
                said = str(event.get("stream", said)).strip() or said
                if said.startswith("==> "):
                    report(said[4:])
                if "error" in event:
                    raise LakeError(
                        f"The image was not built: {event['error'].strip()}", f"It last said: {said}", 3
                    )
        return tag

    def _create(self, client: docker.DockerClient, image: str, mark: str, rendered: str) -> Handle:
        settings, engine = self.settings, self.settings.engine
        limit = resources.memory_mb(settings)
        if not credentials.exists(settings, database.SUPERUSER):
            credentials.write(settings, database.SUPERUSER, credentials.generate())
        # Up again after the machine was, but not after `lakectl down`.
        restart: Any = {"Name": "unless-stopped"}
        handle = client.containers.create(
            image,
            name=engine.container,
            labels={"lake.settings": mark, "lake.home": str(settings.home)},
            volumes={f"{engine.container}-data": {"bind": "/var/lib/lake", "mode": "rw"}},
            ports={"5432/tcp": ("127.0.0.1", engine.port)},
            nano_cpus=resources.cpus(settings) * 1_000_000_000,
            # A share, against containers of 1024, when CPUs are scarce.
            cpu_shares=max(1, settings.resources.reserved_cpus) * 1024,
            mem_limit=f"{limit}m",
            mem_reservation=f"{resources.reserved_memory_mb(settings)}m",
            # The shared memory of parallel queries.
            shm_size=f"{limit // 2}m",
            cap_drop=["ALL"],
            security_opt=["no-new-privileges"],
            restart_policy=restart,
            detach=True,
        )
        handle.put_archive("/etc/lake", _archive({"resources.conf": rendered.encode()}, mode=0o644))
        # In a file that server.sh removes, for environment and labels show in `docker inspect`.
        password = credentials.read(settings, database.SUPERUSER).encode() + b"\n"
        handle.put_archive("/run/lake", _archive({"superuser_password": password}, mode=0o444))
        return handle

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except APIError as error:
            raise LakeError(f"The Docker API refused: {error.explanation or error}", status=3) from None
        except (DockerException, requests.RequestException) as error:
            raise LakeError(
                f"No Docker API answers here: {error}",
                "Start Docker or Podman, set DOCKER_HOST, or choose another engine with LAKE_ENGINE_KIND.",
                status=3,
            ) from None


def _has_image(client: docker.DockerClient, tag: str) -> bool:
    try:
        client.images.get(tag)
    except ImageNotFound:
        return False
    return True


def _failure(handle: Handle) -> str | None:
    """Why the server in the container has ended; None while it runs or is being started again."""
    handle.reload()
    state: dict[str, Any] = handle.attrs
    if state["State"]["Status"] not in ("exited", "dead") and state.get("RestartCount", 0) <= MANY_RESTARTS:
        return None
    lines = handle.logs(tail=20).decode(errors="replace").strip().splitlines()
    fatal = [line for line in lines if "FATAL" in line or "error:" in line]
    return (fatal or lines or ["it said nothing"])[-1]


def _archive(files: dict[str, bytes], mode: int) -> bytes:
    """A tar archive of `files`, owned by root."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), mode
            archive.addfile(entry, io.BytesIO(content))
    return target.getvalue()

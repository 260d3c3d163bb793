"""The embedded engine: a server in a private Debian root, for a Linux machine without a container engine."""

import contextlib
import os
import platform
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from lakectl import credentials, database
from lakectl.config import Settings
from lakectl.engine import lock, processes, readiness, recipe, resources, rootfs
from lakectl.engine.report import Report
from lakectl.errors import LakeError

STOP_SECONDS = 60
SETTLE_SECONDS = 4
# As the account postgres, with no way back to more rights.
UNPRIVILEGED = (
    "setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--no-new-privs", "--inh-caps=-all",
    "--bounding-set=-all",
)  # fmt: skip


class Embedded:
    """One lake's server; it sees $LAKE_HOME/postgres as /var/lib/lake and $LAKE_HOME/etc as /etc/lake."""

    name = "embedded"

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.files = settings.home / "postgres"
        self.data = self.files / "data"
        self.etc = settings.home / "etc"

    def up(self, report: Report) -> str:
        """Build what is missing, start the server, wait until it answers."""
        _check_machine()
        self.settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with lock.held(self.settings.home / "lakectl.lock", report):
            root = rootfs.ensure(self.settings, report)
            mark = f"lake.settings={self._write_settings(root)}"
            endpoint = {
                "engine": self.name, "host": "127.0.0.1", "port": self.settings.engine.port, "dbname": "lake",
            }  # fmt: skip
            pid = self._find(report)
            if pid and mark in processes.arguments(pid):
                readiness.wait(self.settings, endpoint, report, lambda: self._failure(pid))
                database.write_endpoint(self.settings, endpoint)
                return f"The lake is running already, on port {endpoint['port']}."
            if pid:
                report("Settings have changed: restarting the server")
                self._stop(pid, report)
            processes.require_free(self.settings.engine.port)
            processes.forget_postmaster(self.files)
            report("Starting PostgreSQL 17")
            child = self._start(root, mark)
            readiness.wait(self.settings, endpoint, report, lambda: self._failure(child.pid))
            database.write_endpoint(self.settings, endpoint)
            return f"The lake is up on port {endpoint['port']}."

    def down(self, report: Report) -> str:
        """Stop the server; what is running is rolled back, what is committed stays."""
        _check_machine()
        with lock.held(self.settings.home / "lakectl.lock", report):
            pid = self._find(report)
            if pid is None:
                return "The lake is not running."
            report("Stopping PostgreSQL 17")
            self._stop(pid, report)
        return "The lake has stopped; `lakectl up` starts it again."

    def tool(self, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> list[str]:
        """A program of the root, in a mount namespace where `folder` is /mnt and the working directory."""
        _check_machine()
        root = rootfs.path(self.settings)
        if not root.is_dir():
            raise LakeError("The engine is not built yet.", "Build and start it with `lakectl up`.", status=3)
        path = "PATH=/usr/lib/postgresql/17/bin:/usr/sbin:/usr/bin"
        # The root has neither the locales nor the pagers that the host's environment may name.
        clean = ["env", "--unset=PAGER", "--unset=PSQL_PAGER", "--chdir=/mnt", "LC_ALL=C.UTF-8", path]
        return _enter(root, [(folder, "/mnt")], [*clean, *command])

    def _write_settings(self, root: Path) -> str:
        """Write the files of /etc/lake; a digest of all that a running server must have been started with."""
        self.etc.mkdir(parents=True, exist_ok=True)
        self.etc.chmod(0o755)
        for name in recipe.RUN_FILES:
            _replace(self.etc / Path(name).name, (recipe.root() / name).read_text("utf-8"))
        rendered = resources.render(self.settings)
        _replace(self.etc / "resources.conf", rendered)
        return recipe.digest(recipe.RUN_FILES, rendered, str(root), str(self.settings.engine.port))

    def _start(self, root: Path, mark: str) -> subprocess.Popen[bytes]:
        owner = _owner(root)
        self.files.mkdir(mode=0o700, exist_ok=True)
        os.chown(self.files, *owner)
        if not self.data.exists():
            if not credentials.exists(self.settings, database.SUPERUSER):
                credentials.write(self.settings, database.SUPERUSER, credentials.generate())
            password = self.files / "superuser_password"
            password.touch(mode=0o600)
            password.write_text(credentials.read(self.settings, database.SUPERUSER) + "\n")
            os.chown(password, *owner)
        server = [
            "bash", "/etc/lake/server.sh",
            "-c", "listen_addresses=127.0.0.1",
            "-c", f"port={self.settings.engine.port}",
            "-c", "logging_collector=on",
            "-c", mark,
        ]  # fmt: skip
        with self._console.open("wb") as console:
            return subprocess.Popen(
                _enter(
                    root, [(self.files, "/var/lib/lake"), (self.etc, "/etc/lake")], [*UNPRIVILEGED, *server]
                ),
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                cwd="/",
                env={"PATH": "/usr/sbin:/usr/bin", "LAKE_PASSWORD_FILE": "/var/lib/lake/superuser_password"},
                start_new_session=True,
            )

    @property
    def _console(self) -> Path:
        """What the server says before its log is open."""
        return self.settings.home / "server.log"

    def _failure(self, pid: int) -> str | None:
        """Why the server with this process id ended; None while it runs."""
        try:
            # A child of ours that ended stays as a zombie until it is waited for.
            if (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
                return None
        except OSError:
            pass
        lines = [line for line in self._console.read_text(errors="replace").splitlines() if line.strip()]
        fatal = [line for line in lines if "FATAL" in line]
        for log in sorted((self.files / "log").glob("*.log"), key=lambda log: log.stat().st_mtime)[-1:]:
            logged = log.read_text(errors="replace").splitlines()
            lines += logged
            # Without those that only turned a client away.
            fatal = fatal or [
                line for line in logged if "PANIC" in line or (" @ " in line and "FATAL" in line)
            ]
        return (
            f"{(fatal or lines or ['it said nothing'])[-1]} ({self._console} and {self.files}/log say more)"
        )

    def _stop(self, pid: int, report: Report) -> None:
        os.kill(pid, signal.SIGINT)
        if not _gone(self.files, STOP_SECONDS):
            report("It does not stop; asking for an immediate shutdown")
            os.kill(pid, signal.SIGQUIT)
            if not _gone(self.files, STOP_SECONDS):
                raise LakeError(
                    f"The server (process {pid}) does not stop.", f"Its log is in {self.files}/log.", 3
                )

    def _find(self, report: Report) -> int | None:
        """The running postmaster; None once nothing of an earlier server is left.

        A postmaster that was killed leaves servers behind, which hold its shared memory until they notice;
        a lakectl that was killed leaves a server that is still starting.
        """
        told = False
        for ending in (int(signal.SIGQUIT), int(signal.SIGKILL), 0):
            deadline = time.monotonic() + SETTLE_SECONDS
            while time.monotonic() < deadline:
                if (pid := processes.postmaster(self.files)) or not processes.of_server(self.files):
                    return pid
                if not told:
                    report("Waiting for what is left of an earlier server")
                    told = True
                time.sleep(0.1)
            for pid in processes.of_server(self.files) if ending else ():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, ending)
        raise LakeError(f"Processes of an earlier server on {self.files} do not end.", status=3)


def _check_machine() -> None:
    if platform.system() != "Linux":
        raise LakeError(
            "The embedded engine needs Linux.", "Use Docker or Podman (LAKE_ENGINE_KIND=docker).", 3
        )
    if os.geteuid() != 0:
        raise LakeError(
            "The embedded engine needs root: it starts the server in a root file system of its own.",
            "Run this with sudo, or use Docker or Podman (LAKE_ENGINE_KIND=docker), "
            "or a server of your own (LAKE_ENGINE_KIND=external).",
            status=3,
        )
    for tool in ("unshare", "setpriv", "mount", "chroot"):
        if not shutil.which(tool):
            raise LakeError(
                f"The embedded engine needs {tool}.", "Install the packages util-linux and mount.", 3
            )


def _enter(root: Path, folders: list[tuple[Path, str]], command: Sequence[str]) -> list[str]:
    """The command line that runs `command` inside `root` with `folders` of the host mounted in it."""
    mounts = [text for source, target in folders for text in (str(source), target)]
    script = str(recipe.root() / "db/engine/enter.sh")
    return ["unshare", "--mount", "sh", script, str(root), *mounts, "--", *command]


def _owner(root: Path) -> tuple[int, int]:
    """User and group id of the account postgres inside the root."""
    for line in (root / "etc/passwd").read_text().splitlines():
        fields = line.split(":")
        if fields[0] == "postgres":
            return int(fields[2]), int(fields[3])
    raise LakeError(f"{root} is not complete.", "Remove it and run `lakectl up` again.", status=3)


def _replace(path: Path, text: str) -> None:
    if not path.exists() or path.read_text("utf-8") != text:
        scratch = path.with_suffix(".new")
        scratch.write_text(text, "utf-8")
        scratch.chmod(0o644)
        scratch.replace(path)


def _gone(files: Path, seconds: float) -> bool:
    """Wait up to `seconds` until no process of the server of `files` is left."""
    deadline = time.monotonic() + seconds
    while processes.of_server(files):
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.1)
    return True

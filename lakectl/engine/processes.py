"""Looking at this machine's processes: the server of a data directory, and who holds a port."""

import contextlib
import os
import socket
from pathlib import Path

from lakectl.errors import LakeError

LISTENING = "0A"


def of_server(files: Path) -> list[int]:
    """Ids of the processes of the server that keeps its files in `files`, in any mount namespace.

    PostgreSQL works in the data directory below it, server.sh in the folder itself.
    """
    wanted = {(found.st_dev, found.st_ino) for folder in (files, files / "data") if (found := _stat(folder))}
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and (found := _stat(entry / "cwd")) and (found.st_dev, found.st_ino) in wanted
    ]


def postmaster(files: Path) -> int | None:
    """Id of the postmaster that serves the data in `files`, if it is alive."""
    pid = _recorded(files)
    return pid if pid in of_server(files) else None


def forget_postmaster(files: Path) -> None:
    """Remove a postmaster.pid whose number another process has now, or one that ended and was not waited for.

    PostgreSQL would take either for a running server. Only to be called when nothing of the server is left.
    """
    if (pid := _recorded(files)) and (Path("/proc") / str(pid)).exists():
        (files / "data/postmaster.pid").unlink(missing_ok=True)


def _recorded(files: Path) -> int | None:
    try:
        return int((files / "data/postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def arguments(pid: int) -> list[str]:
    """The command line of a process, empty when it is gone."""
    try:
        return (Path("/proc") / str(pid) / "cmdline").read_text().split("\0")
    except OSError:
        return []


def require_free(port: int) -> None:
    """LakeError when something listens on this port of the loopback address already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise LakeError(
                f"Port {port} is taken by {_holder(port)}.",
                "Choose another with LAKE_ENGINE_PORT or `port` under [engine] in lake.toml.",
                status=3,
            ) from None


def _holder(port: int) -> str:
    """Who listens on `port`, as "postgres (process 12)"; "another program" when it cannot be told."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                    inodes.add(f"socket:[{fields[9]}]")
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if any(os.readlink(link) in inodes for link in (entry / "fd").iterdir()):  # noqa: PTH115
                    return f"{(entry / 'comm').read_text().strip()} (process {entry.name})"
    return "another program"

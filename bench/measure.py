"""Runs a command and says how long it took and how much memory its processes had at once."""

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_POLL_S = 0.02


class CommandFailed(Exception):
    """A measured command ended with an error: its output is the message."""


@dataclass(frozen=True)
class Run:
    """What one run of a command cost."""

    seconds: float
    peak_mb: float
    output: str


def run(command: Sequence[str | Path], env: Mapping[str, str] | None = None, *, accept: int = 0) -> Run:
    """Run `command` with `env` added to the environment.

    `peak_mb` is the highest sum of resident memory (VmRSS) of the command and its descendants, looked at
    every 20 ms. Raises CommandFailed when the exit status is above `accept`.
    """
    peak = 0
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            [str(part) for part in command],
            env={**os.environ, **(env or {})},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        while process.poll() is None:
            peak = max(peak, sum(_resident_bytes(pid) for pid in _family(process.pid)))
            time.sleep(_POLL_S)
        seconds = time.monotonic() - began
        log.seek(0)
        output = log.read()
    if not 0 <= process.returncode <= accept:
        raise CommandFailed(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{output}")
    return Run(seconds, peak / 1e6, output)


def _family(pid: int) -> list[int]:
    """The process and its descendants."""
    found = [pid]
    for member in found:
        try:
            for task in Path(f"/proc/{member}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
        except OSError:
            continue  # it has ended
    return found


def _resident_bytes(pid: int) -> int:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")

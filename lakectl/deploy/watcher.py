"""Keeps sessions of lake users and services from standing in the way of a deploy."""

import threading
import time
from types import TracebackType

import psycopg

from lakectl.deploy.runner import queries

GRACE_S = 3.0
POLL_S = 0.5


class Watcher(threading.Thread):
    """Looks, on a connection of its own, at who blocks the deploy; ends users' sessions after a grace of 3 s.

    Superusers, lake_admin, lake_jobs and other deploys are never ended: the deploy waits for them, until its
    lock_timeout. A connection that fails is no reason to fail the deploy: then nobody is ended.
    """

    def __init__(self, connection: psycopg.Connection, deploy_pid: int) -> None:
        super().__init__(name="lakectl-watcher", daemon=True)
        self._connection = connection
        self._deploy_pid = deploy_pid
        self._stop_asked = threading.Event()
        self._since: dict[int, float] = {}
        self.ended: list[str] = []
        self.blockers: list[str] = []

    def __enter__(self) -> "Watcher":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop_asked.set()
        self.join(timeout=10)
        self._connection.close()

    def run(self) -> None:
        try:
            while not self._stop_asked.wait(POLL_S):
                self._look()
        except psycopg.Error:
            return

    def _look(self) -> None:
        now = time.monotonic()
        blocking = self._connection.execute(queries["blockers"], {"pid": self._deploy_pid}).fetchall()
        self._since = {row[0]: self._since.get(row[0], now) for row in blocking}
        if blocking:
            self.blockers = [
                f"{who} (process {pid}, {state or 'waiting'}{f', {program}' if program else ''})"
                for pid, who, state, program, _ in blocking
            ]
        for pid, who, state, _, theirs in blocking:
            if theirs and now - self._since[pid] >= GRACE_S:
                self._connection.execute(queries["end_session"], {"pid": pid})
                self.ended.append(f"ended a session of {who} (process {pid}, {state}) that held a lock")
                del self._since[pid]

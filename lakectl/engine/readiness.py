"""Waiting until a server accepts the superuser's password."""

import time
from collections.abc import Callable
from typing import Any

import psycopg

from lakectl import credentials, database
from lakectl.config import Settings
from lakectl.engine.report import Report
from lakectl.errors import LakeError

# Recovery after a crash replays at most max_wal_size; a slow disk takes minutes for that.
PATIENCE_SECONDS = 600
USUAL_SECONDS = 5


def wait(
    settings: Settings, endpoint: dict[str, Any], report: Report, ended: Callable[[], str | None]
) -> None:
    """Return when the server at `endpoint` lets the superuser in.

    `ended` says why the server has ended, or None while it runs. Raises LakeError when it has ended, when it
    refuses the password, or after ten minutes.
    """
    password = credentials.read(settings, database.SUPERUSER)
    began = time.monotonic()
    told = False
    while True:
        try:
            psycopg.connect(
                host=endpoint["host"],
                port=endpoint["port"],
                dbname=endpoint["dbname"],
                user=database.SUPERUSER,
                password=password,
                connect_timeout=5,
            ).close()
            return
        except psycopg.OperationalError as error:
            reason = database.refusal(error)
        waited = time.monotonic() - began
        if waited > USUAL_SECONDS and not told:
            report(f"Still waiting: {reason}")
            told = True
        if (why := ended()) is not None:
            raise LakeError(f"The server did not start: {why}", status=3)
        if "password authentication failed" in reason:
            raise LakeError(
                "The server refuses the superuser's password that this machine has.",
                f"Is {settings.home}/credentials of another lake?",
                status=3,
            )
        if waited > PATIENCE_SECONDS:
            raise LakeError(
                f"The server does not answer: {reason}", "Look into its log, then try again.", status=3
            )
        time.sleep(0.2)

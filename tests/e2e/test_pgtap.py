"""Runs the pgTAP tests below tests/sql with pg_prove, each file on the test server; every file rolls back."""

import os
import subprocess
from pathlib import Path

import psycopg
import pytest

from lakectl import database
from lakectl.config import Settings
from lakectl.engine import choose

FOLDER = Path(__file__).parents[1] / "sql"
FILES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.sql"))


@pytest.fixture(scope="module", autouse=True)
def pgtap(superuser: psycopg.Connection) -> None:
    superuser.execute("CREATE EXTENSION IF NOT EXISTS pgtap SCHEMA ext")


def test_there_are_files() -> None:
    assert FILES


@pytest.mark.parametrize("file", FILES)
def test_file(settings: Settings, file: str) -> None:
    environment = database.environment(settings, database.SUPERUSER) | {
        "PGOPTIONS": "--client-min-messages=warning"
    }
    command = ["pg_prove", "--failures", "--comments", file]
    proved = subprocess.run(
        choose(settings).tool(command, environment, FOLDER),
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert proved.returncode == 0, proved.stdout + proved.stderr

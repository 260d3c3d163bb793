"""Runs the pgTAP tests below tests/sql with the engine's pg_prove, in a new lake; each file rolls back."""

import os
import subprocess
from pathlib import Path

import pytest

from lakectl import database
from lakectl.config import Settings
from lakectl.engine import choose

FOLDER = Path(__file__).parents[1] / "sql"
FILES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.sql"))


@pytest.fixture(scope="module")
def proving(lake: Settings) -> dict[str, str]:
    """The environment of a pg_prove on a lake that has pgTAP."""
    with database.superuser(lake) as connection:
        connection.execute("CREATE EXTENSION pgtap SCHEMA ext")
    quiet = {"PGOPTIONS": "--client-min-messages=warning"}
    return database.environment(lake, database.SUPERUSER) | quiet


def test_there_are_files() -> None:
    assert FILES


@pytest.mark.parametrize("file", FILES)
def test_file(settings: Settings, proving: dict[str, str], file: str) -> None:
    command = choose(settings).tool(["pg_prove", "--failures", "--comments", file], proving, FOLDER)
    proved = subprocess.run(command, env=os.environ | proving, capture_output=True, text=True, check=False)
    assert proved.returncode == 0, proved.stdout + proved.stderr

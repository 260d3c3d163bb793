"""What the database says in the middle of a command is a sentence too, whichever command it is."""

import re
import socket
from pathlib import Path

import psycopg
import pytest

from lakectl import cli, database
from lakectl.cli.progress import Steps
from lakectl.config import Settings, load_settings


def test_a_server_that_is_not_there(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """What libpq says of it is two lines, with the address and a question: here it is the reason alone."""
    monkeypatch.setenv("LAKE_HOME", str(tmp_path))
    (tmp_path / "credentials").symlink_to(settings.home / "credentials")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        endpoint = {
            "engine": "embedded",
            "host": "127.0.0.1",
            "port": probe.getsockname()[1],
            "dbname": "lake",
        }
        database.write_endpoint(load_settings(), endpoint)
        with pytest.raises(SystemExit) as stopped:
            cli.run(["kinds"])
    assert stopped.value.code == 3
    assert capsys.readouterr().err.splitlines() == [
        "Error: The lake does not answer as lake_admin: Connection refused.",
        "Hint: Start it with `lakectl up`; `lakectl doctor` says what is wrong.",
    ]


def test_steps_in_a_pipe_are_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with Steps() as steps:
        steps("Building")
    assert re.fullmatch(r"\[ +\d\.\d s\] Building\n", capsys.readouterr().err)


def test_a_server_that_stops_meanwhile_is_no_defect(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def stop(*_: object) -> None:
        raise psycopg.errors.AdminShutdown("terminating connection due to administrator command")

    monkeypatch.setenv("LAKE_HOME", str(tmp_path))
    monkeypatch.setattr(database, "admin", stop)
    with pytest.raises(SystemExit) as stopped:
        cli.run(["kinds"])
    assert stopped.value.code == 3
    assert capsys.readouterr().err == "Error: Terminating connection due to administrator command.\n"

"""What the database says in the middle of a command is a sentence too, whichever command it is."""

from pathlib import Path

import psycopg
import pytest

from lakectl import cli, database


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

"""What load and the listings print: JSON for scripts, whole paths in a pipe, exit statuses."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner

from lakectl import people
from lakectl.cli.listings import files, kinds, rejects, status
from lakectl.cli.load import load
from lakectl.cli.output import visible
from lakectl.config import Settings

LONG = "Takeout/" + "a long folder name " * 8 + "/things.xyz"


@pytest.fixture(scope="module")
def loaded(lake: Settings, tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, str, Path]:
    """A lake, a user, and a folder with a good record, a bad one, and an unknown file."""
    user = f"listed-{uuid4().hex[:12]}"
    people.add_user(lake, user)
    folder = tmp_path_factory.mktemp("export")
    records = folder / "Takeout/Location History/Records.json"
    records.parent.mkdir(parents=True)
    records.write_text(
        '{"locations": [{"timestamp": "2024-03-05T18:07:09Z", "latitudeE7": 1, "longitudeE7": 2}, '
        '{"x": "\\u001b[31m"}]}'
    )
    (folder / LONG).parent.mkdir(parents=True)
    (folder / LONG).write_text("x")
    return lake, user, folder


def run(command: Any, settings: Settings, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, list(arguments), obj=settings, catch_exceptions=False)
    return result.exit_code, result.stdout


def test_load_and_listings(loaded: tuple[Settings, str, Path]) -> None:
    lake, user, folder = loaded
    code, text = run(load, lake, "--user", user, "--json", str(folder))
    account = json.loads(text)
    assert code == 1
    assert account["total"] == {
        "files": 2, "records": 3, "rows": 2, "duplicates": 0, "rejects": 1, "failed": 0, "unrecognized": 1
    }  # fmt: skip
    assert len(account["first_rejects"]) == 1

    code, text = run(load, lake, "--user", user, str(folder))
    assert code == 1
    assert text.splitlines()[-1].split() == ["total", "2", "3", "2", "0", "1", "0", "1"]

    listed = {row["path"]: row for row in json.loads(run(files, lake, "--user", user, "--json")[1])}
    assert set(listed[LONG]) == {
        "path", "archive", "product", "kind", "state", "records", "rows", "duplicates", "rejects", "error"
    }  # fmt: skip
    assert (listed[LONG]["state"], listed[LONG]["kind"], listed[LONG]["archive"]) == (
        "unrecognized",
        "unknown_file",
        folder.name,
    )
    assert LONG in run(files, lake, "--user", user)[1]
    assert "Records" not in run(files, lake, "--user", user, "--state", "unrecognized")[1]

    (reject,) = json.loads(run(rejects, lake, "--user", user, "--json")[1])
    assert (reject["ordinal"], reject["path"]) == (2, "Takeout/Location History/Records.json")
    assert "\x1b" not in run(rejects, lake, "--user", user)[1]

    state = json.loads(run(status, lake, "--json")[1])
    assert {"users", "tables", "imports"} <= set(state)
    assert state["tables"]["timeseries.location"] >= 1
    assert user in run(status, lake)[1]


def test_kinds(lake: Settings) -> None:
    listed = json.loads(run(kinds, lake, "--json")[1])
    assert all(
        set(kind) == {"kind", "product", "patterns", "by_content", "decoder", "targets"} for kind in listed
    )
    assert "location_record" in run(kinds, lake)[1]


def test_text_from_files_cannot_steer_the_terminal() -> None:
    assert visible("a\x1b[31m\nb\u202e") == "a\ufffd[31m b\ufffd"

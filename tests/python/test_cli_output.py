"""How tables look on a terminal of 80 columns and in a pipe."""

import pytest

from lakectl.cli import output
from lakectl.cli.output import console, count, print_table

ROWS = [
    {
        "state": "unrecognized",
        "records": 1200,
        "kind": "unknown_file",
        "path": "a folder/" * 12,
        "error": None,
    },
    {"state": "done", "records": 1, "kind": "semantic_segment_ios", "path": "b", "error": None},
]
COLUMNS = {key: key for key in ROWS[0]}


def shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], width: int) -> list[str]:
    terminal = console()
    terminal.width, terminal._force_terminal, terminal.no_color = width, True, True
    monkeypatch.setattr(output, "console", lambda: terminal)
    print_table(ROWS, COLUMNS, empty="", spare="kind")
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


def test_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(monkeypatch, capsys, 80)
    assert lines[0].split() == ["state", "records", "path"]  # not the spare column, not the empty one
    assert lines[1].split()[:2] == ["unrecognized", "1,200"]
    assert len(lines) == 4
    assert max(map(len, lines)) <= 80


def test_a_wide_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(monkeypatch, capsys, 120)
    assert lines[0].split() == ["state", "records", "kind", "path"]
    assert lines[-1].split() == ["done", "1", "semantic_segment_ios", "b"]


def test_a_pipe_gets_every_column_whole(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(ROWS, COLUMNS, empty="", spare="kind")
    heading, first, _ = capsys.readouterr().out.splitlines()
    assert heading.split() == list(COLUMNS)
    assert str(ROWS[0]["path"]) in first


def test_one_is_singular() -> None:
    assert [count(n, "record") for n in (0, 1, 1200)] == ["0 records", "1 record", "1,200 records"]

"""What all commands print with: tables for people, JSON for scripts, no colour and no cut text in a pipe."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

_NARROW = 110
_WHOLE = 24
_STATE_STYLES = {"done": "green", "failed": "red", "unrecognized": "yellow", "loading": "cyan"}


def console(*, stderr: bool = False) -> Console:
    """A rich console on stdout (or stderr); plain where that is no terminal."""
    return Console(stderr=stderr, highlight=False)


def print_json(value: Any) -> None:
    """One JSON document on stdout; times in ISO 8601, anything else unknown to JSON as text."""
    text = msgspec.json.format(msgspec.json.encode(value, enc_hook=_plain), indent=2)
    click.echo(text.decode())


def print_table(
    rows: Sequence[Mapping[str, Any]],
    columns: Mapping[str, str],
    *,
    empty: str,
    total: Mapping[str, Any] | None = None,
    spare: str | None = None,
) -> None:
    """Rows as a table on a terminal, as aligned plain text in a pipe.

    `columns` maps keys of the rows to headings; `empty` is said when there is no row; `total` is a last row.
    A terminal does not show columns without a value, and a narrow one not the `spare` one.
    """
    if not rows:
        click.echo(empty, err=True)
        return
    shown = console()
    if not shown.is_terminal:
        lines = [
            [_line(row.get(key)) for key in columns] for row in [columns, *rows, *([total] if total else [])]
        ]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        for line in lines:
            click.echo(
                "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
            )
        return
    table = Table(header_style="bold", box=None, pad_edge=False)
    keys = [key for key in columns if any(row.get(key) is not None for row in rows)]
    if spare in keys and shown.width < _NARROW:
        keys.remove(spare)
    for key in keys:
        numeric = all(isinstance(row.get(key), int | float | Decimal) for row in rows)
        # Names and numbers stay whole; long texts and paths take what room there is.
        whole = all(
            len(text) <= _WHOLE and " " not in text for text in (_in_table(row.get(key)) for row in rows)
        )
        table.add_column(
            columns[key], justify="right" if numeric else "left", overflow="fold", no_wrap=numeric or whole
        )
    for row in rows:
        table.add_row(*(_cell(key, row.get(key)) for key in keys))
    if total:
        table.add_section()
        table.add_row(*(_cell(key, total.get(key)) for key in keys), style="bold")
    shown.print(table)


def count(number: int, noun: str) -> str:
    """`1 record`, `1,200 records`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listing(rows: Sequence[Mapping[str, Any]], *, as_json: bool, nothing: str) -> None:
    """All columns of `rows`, as JSON or as a table; `nothing` is said instead of an empty table."""
    if as_json:
        print_json(rows)
    else:
        print_table(rows, {key: key for key in rows[0]} if rows else {}, empty=nothing)


def _cell(key: str, value: Any) -> Text:
    style = _STATE_STYLES.get(value, "") if key == "state" and isinstance(value, str) else ""
    return Text(_in_table(value), style=style)


def _in_table(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        return _line(value)
    return f"{value:,}"


def _line(value: Any) -> str:
    return visible(_text(value))


def visible(text: str) -> str:
    """Text from files, safe for a terminal: one line, without control characters."""
    return "".join(
        c if c.isprintable() else " " if c in "\n\r\t" else "\N{REPLACEMENT CHARACTER}" for c in text
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value))
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value)

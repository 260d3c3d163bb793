"""lakectl files, rejects, kinds, status: what is in the lake and how it got there."""

from typing import Any

import click
import psycopg
from psycopg.rows import dict_row

from lakectl import database
from lakectl.cli.output import print_json, print_table
from lakectl.config import Settings

_STATES = ["pending", "loading", "done", "failed", "empty", "unrecognized", "ignored"]


def _rows(connection: psycopg.Connection, name: str, **parameters: Any) -> list[dict[str, Any]]:
    with connection, connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(database.queries[name], parameters).fetchall()


@click.command()
@click.option("--user", required=True, metavar="NAME", help="Whose files.")
@click.option("--state", type=click.Choice(_STATES), help="Only files in this state.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def files(settings: Settings, user: str, state: str | None, as_json: bool) -> None:
    """List every file that was loaded, with its account: records = rows + duplicates + rejects."""
    rows = _rows(database.user(settings, user), "list_files", state=state)
    if as_json:
        print_json(rows)
        return
    headings = ["state", "records", "rows", "duplicates", "rejects", "kind", "path", "error"]
    print_table(
        rows,
        {h: h for h in headings},
        empty="There are no such files." if state else "Nothing is loaded yet.",
    )


@click.command()
@click.option("--user", required=True, metavar="NAME", help="Whose rejects.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def rejects(settings: Settings, user: str, as_json: bool) -> None:
    """List the records that could not become rows, each with its place and the reason."""
    rows = _rows(database.user(settings, user), "list_rejects")
    if as_json:
        print_json(rows)
        return
    headings = {"path": "path", "ordinal": "record", "reason": "reason", "record": "begins with"}
    print_table(rows, headings, empty="No record was rejected.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def kinds(settings: Settings, as_json: bool) -> None:
    """List the kinds of record that the lake understands, and where they go."""
    rows = _rows(database.admin(settings), "list_kinds")
    if as_json:
        print_json(rows)
        return
    headings = ["kind", "product", "decoder", "targets", "patterns"]
    print_table(rows, {h: h for h in headings}, empty="The lake knows no kinds: run `lakectl deploy`.")

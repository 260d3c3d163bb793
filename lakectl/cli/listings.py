"""lakectl files, rejects, kinds, status: what is in the lake and how it got there."""

from datetime import datetime
from typing import Any

import click

from lakectl import database
from lakectl.cli.output import print_json, print_table
from lakectl.config import Settings
from lakectl.kinds_page import kinds_page

_STATES = ["pending", "loading", "done", "failed", "empty", "unrecognized", "ignored"]


@click.command()
@click.option("--user", required=True, metavar="NAME", help="Whose files.")
@click.option(
    "--state",
    type=click.Choice(_STATES),
    metavar="STATE",
    help=f"Only files in this state: {', '.join(_STATES)}.",
)
@click.option("--duplicates", is_flag=True, help="Only files with duplicates, and why they are duplicates.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def files(settings: Settings, user: str, state: str | None, duplicates: bool, as_json: bool) -> None:
    """List every file that was loaded, with its account.

    In each file, records = rows + duplicates + rejects.
    """
    with database.user(settings, user) as connection:
        query = "list_duplicates" if duplicates else "list_files"
        rows = database.rows(connection, query, {"state": state})
    if as_json:
        print_json(rows)
        return
    headings = ["state", "records", "rows", "duplicates", "rejects", "kind", "path", "error"]
    if duplicates:
        headings = ["records", "duplicates", "kind", "path", "reason"]
    print_table(
        rows,
        {h: h for h in headings},
        empty="There are no such files." if state or duplicates else "Nothing is loaded yet.",
        spare="kind",
    )


@click.command()
@click.option("--user", required=True, metavar="NAME", help="Whose rejects.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def rejects(settings: Settings, user: str, as_json: bool) -> None:
    """List the records that could not become rows.

    Each comes with its file, its place there and the reason.
    """
    with database.user(settings, user) as connection:
        rows = database.rows(connection, "list_rejects")
    if as_json:
        print_json(rows)
        return
    headings = {"path": "path", "ordinal": "record", "reason": "reason", "record": "begins with"}
    print_table(rows, headings, empty="No record was rejected.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print docs/kinds.md, as it should be.")
@click.pass_obj
def kinds(settings: Settings, as_json: bool, as_markdown: bool) -> None:
    """List the kinds of record that the lake understands.

    With each: how its files are read, and the tables that it goes to. JSON has the patterns of paths, too.
    """
    with database.admin(settings) as connection:
        rows = database.rows(connection, "list_kinds")
    if as_json or as_markdown:
        if as_json:
            print_json(rows)
        else:
            click.echo(kinds_page(rows), nl=False)
        return
    headings = ["kind", "product", "decoder", "targets"]
    print_table(rows, {h: h for h in headings}, empty="The lake knows no kinds: run `lakectl deploy`.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def status(settings: Settings, as_json: bool) -> None:
    """Show the whole lake in numbers.

    Its users, the imports, the rows in each table, and what the jobs did last.
    """
    with database.admin(settings) as connection:
        (found,) = database.rows(connection, "status")
    state: dict[str, Any] = found["status"]
    if as_json:
        print_json(state)
        return
    for row in [*state["imports"], *state["jobs"]]:
        row.update({key: datetime.fromisoformat(row[key]) for key in row if key.endswith("_at") and row[key]})
    _section("Users")
    print_table(
        state["users"], {"name": "name", "role": "role"}, empty="There is no user: `lakectl user add NAME`."
    )
    _section("Imports")
    headings = ["user", "state", "began_at", "archives", "files", "records", "rejects"]
    print_table(
        state["imports"], {h: h.removesuffix("_at") for h in headings}, empty="Nothing is loaded yet."
    )
    _section("Tables")
    tables = [{"table": name, "rows": rows} for name, rows in sorted(state["tables"].items())]
    print_table(tables, {"table": "table", "rows": "rows"}, empty="There is no table: run `lakectl deploy`.")
    _section("Jobs")
    headings = ["name", "schedule", "status", "started_at", "message"]
    print_table(state["jobs"], {h: h.removesuffix("_at") for h in headings}, empty="There are no jobs here.")


def _section(title: str) -> None:
    click.secho(f"\n{title}", bold=True)

"""lakectl search and embed: finding by words and by meaning."""

from collections.abc import Callable
from typing import Any

import click
import psycopg
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from lakectl import credentials, database, people
from lakectl.cli.output import console, count, print_json, print_table
from lakectl.config import Settings
from lakectl.embed import Library, embed_user

_COLUMNS = {"date": "date", "title": "title", "entity": "what", "occurrences": "times", "match": "match"}


@click.command()
@click.argument("query")
@click.option("--user", required=True, metavar="NAME", help="Whose lake to search.")
@click.option(
    "--limit", default=20, show_default=True, metavar="N", help="How many texts at most, 1 to 1000."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def search(settings: Settings, query: str, user: str, limit: int, as_json: bool) -> None:
    """Find what you did, wrote and kept, by word and by meaning.

    \b
    lakectl search "where did we eat ramen" --user ada
    lakectl search '"central station" -munich' --user ada --limit 5

    The best comes first, and each text once, with the date of its latest occurrence and how often it occurs;
    match says whether the words, the meaning or both fit.
    In SQL: SELECT * FROM lake.search('where did we eat ramen', 20);
    """
    with database.user(settings, user) as connection:
        try:
            rows = database.rows(connection, "search", {"query": query, "limit": limit})
        except psycopg.Error as error:
            raise database.explain(error) from None
    if as_json:
        print_json(rows)
    else:
        shown = [{**row, "date": row["at"].date() if row["at"] else None} for row in rows]
        print_table(
            shown,
            _COLUMNS,
            empty=f"Nothing is found. What was just loaded is found after `lakectl embed --user {user}`.",
        )


def _known_users(settings: Settings) -> list[str]:
    """Names of the users whose passwords are on this machine."""
    everybody = people.list_users(settings)
    return [str(row["name"]) for row in everybody if credentials.exists(settings, str(row["role"]))]


def _shown_as(bar: Progress, task: TaskID) -> Callable[[int, int], None]:
    return lambda done, total: bar.update(task, completed=done, total=total)


@click.command()
@click.option("--user", metavar="NAME", help="Only this user; else all whose passwords are on this machine.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def embed(settings: Settings, user: str | None, as_json: bool) -> None:
    """Make what was loaded searchable by meaning at once.

    The lake's own job does the same within minutes; after a large load this is quicker. It may be interrupted
    and run again.
    """
    names = [user] if user else _known_users(settings)
    library = Library()
    counts: list[dict[str, Any]] = []
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    said = console(stderr=True)
    with Progress(*columns, console=said, transient=True, disable=not said.is_terminal) as bar:
        for name in names:
            embedded = embed_user(settings, name, library, _shown_as(bar, bar.add_task(name, total=None)))
            counts.append({"user": name, "embedded": embedded})
    if as_json:
        print_json(counts)
    else:
        for row in counts:
            click.echo(f"{row['user']}: {count(row['embedded'], 'text')} embedded.")

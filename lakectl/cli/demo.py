"""lakectl demo: all of it, shown."""

import click

from lakectl import demo as lake_demo
from lakectl.cli.load import print_account
from lakectl.cli.output import listing
from lakectl.cli.progress import Steps
from lakectl.config import Settings
from lakectl.load.progress import Watch


@click.command()
@click.pass_obj
def demo(settings: Settings) -> None:
    """Show all of it on a synthetic export.

    It starts the server, deploys, makes a user, writes and loads an export, and asks four questions. It can
    be run again: what is there already stays.
    """
    with Steps() as steps:
        account = lake_demo.prepare(settings, steps, Watch)
    print_account(account, lake_demo.USER)
    for answer in lake_demo.answers(settings):
        click.secho(f"\n{answer.question}", bold=True)
        click.secho(answer.statement, dim=True)
        click.echo()
        listing(answer.rows, as_json=False, nothing="(nothing)")
    click.echo(
        "\nGo on:\n"
        f"  .venv/bin/lakectl search 'a day by the sea' --user {lake_demo.USER}\n"
        f"  .venv/bin/lakectl psql --user {lake_demo.USER}          then \\dv+ lake.* and \\df+ lake.*\n"
        "  .venv/bin/lakectl user add YOU\n"
        "  .venv/bin/lakectl load --user YOU ~/Downloads/takeout-*.zip\n"
        "  .venv/bin/lakectl status\n"
        "  .venv/bin/lakectl down"
    )

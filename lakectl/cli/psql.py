"""lakectl psql: psql itself, logged in as a user."""

import os
import signal
import subprocess
import sys

import click

from lakectl import database
from lakectl.config import Settings
from lakectl.engine import psql_command


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.option("--user", metavar="USER", help="The lake user to log in as; without it lake_admin.")
@click.option("-c", "--command", "commands", multiple=True, metavar="SQL", help="Run this and leave.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def psql(settings: Settings, user: str | None, commands: tuple[str, ...], arguments: tuple[str, ...]) -> None:
    """Open psql on the lake, truly logged in as USER.

    \b
    Examples:
      lakectl psql --user ada
      lakectl psql --user ada -c "SELECT * FROM lake.timeline LIMIT 9"
      lakectl psql --user ada -- --csv -c "TABLE lake.files" > files.csv
    """
    role = database.role_of(settings, user) if user else database.ADMIN
    database.connect(settings, role).close()  # a clear sentence where psql would only say what failed
    environment = os.environ | database.environment(settings, role)
    given = [part for command in commands for part in ("-c", command)]
    command = psql_command(settings, [*given, *arguments], environment)
    if sys.stdout.isatty():
        os.execvpe(command[0], command, environment)  # noqa: S606 - psql takes over this process and its terminal
    status = subprocess.run(command, env=environment, check=False).returncode
    # SIGPIPE: its reader has gone (`lakectl psql … | head`). A shell between us tells it by 128 + its number.
    sys.exit(0 if status in (-signal.SIGPIPE, 128 + signal.SIGPIPE) else status)

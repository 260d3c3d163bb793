"""lakectl up, down, doctor: the server."""

import dataclasses
import sys

import click

from lakectl.cli import output
from lakectl.cli.progress import Steps
from lakectl.config import Settings
from lakectl.engine import choose
from lakectl.engine.doctor import OK, examine


@click.command()
@click.pass_obj
def up(settings: Settings) -> None:
    """Start the lake's server; the first time, build it.

    The first run takes a few minutes, later ones seconds. It can be run again at any time: it starts
    what is stopped, applies settings that changed, and recovers what was killed.

    \b
    Engines ([engine] kind in lake.toml, or LAKE_ENGINE_KIND):
      auto       a Docker API if there is one, else embedded
      docker     a container, by Docker or Podman
      embedded   a private Debian root on this Linux machine (as root)
      external   a server of your own, at LAKE_ENGINE_DSN
    """
    with Steps() as steps:
        message = choose(settings).up(steps)
    click.echo(message)


@click.command()
@click.pass_obj
def down(settings: Settings) -> None:
    """Stop the lake's server. Nothing is lost; `lakectl up` starts it again."""
    with Steps() as steps:
        message = choose(settings).down(steps)
    click.echo(message)


@click.command()
@click.option(
    "--json", "as_json", is_flag=True, help="Print a list of {check, state, found, wanted, remedy}."
)
@click.pass_obj
def doctor(settings: Settings, as_json: bool) -> None:
    """Check that the server has all that a lake needs.

    Where something is missing, too old or wrong, it says what to do.

    Exit status 0 when all is well, else 1.
    """
    checks = [dataclasses.asdict(check) for check in examine(settings)]
    output.listing(checks, as_json=as_json, nothing="")
    sys.exit(any(check["state"] != OK for check in checks))

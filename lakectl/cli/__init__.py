"""The command line: parses and prints, and holds no logic."""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import click

from lakectl import __version__
from lakectl.config import load_settings
from lakectl.errors import LakeError

# Which module of lakectl.cli holds which command: loaded when used, so that `lakectl --help` is quick.
COMMANDS = {
    "up": "engine",
    "down": "engine",
    "doctor": "engine",
    "deploy": "deploy",
    "user": "people",
    "service": "people",
    "load": "load",
    "files": "listings",
    "kinds": "listings",
    "rejects": "listings",
    "status": "listings",
    "search": "search",
    "embed": "search",
    "psql": "psql",
    "sample": "sample",
    "demo": "demo",
}


class Lake(click.Group):
    """Finds a command's module by name and offers the nearest name for a typo."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"lakectl.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        from difflib import get_close_matches  # noqa: PLC0415 - only needed for a typo

        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            near = get_close_matches(args[0], COMMANDS, n=1)
            raise LakeError(
                f"There is no command {args[0]!r}.",
                f"Did you mean `lakectl {near[0]}`?" if near else "`lakectl --help` lists the commands.",
            )
        return super().resolve_command(ctx, args)


@click.group(cls=Lake, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lakectl")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Settings file; else ./lake.toml, else $LAKE_HOME/lake.toml, else the defaults.",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.pass_context
def main(ctx: click.Context, config: Path | None, debug: bool) -> None:
    """A personal data lake inside PostgreSQL.

    \b
    First steps:
      lakectl up                 start the server (built on the first run)
      lakectl deploy             bring it to the state of db/
      lakectl user add ada       make a lake user
      lakectl load --user ada takeout-*.zip
      lakectl search "ramen" --user ada
    """
    ctx.obj = load_settings(config)


def run(argv: list[str] | None = None) -> Any:
    """Entry point: errors become one sentence, a hint and an exit status."""
    arguments = sys.argv[1:] if argv is None else argv
    try:
        main.main(arguments, prog_name="lakectl", standalone_mode=False)
    except LakeError as error:
        _stop(error, debug="--debug" in arguments)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted; run the same command again to go on.", err=True)
        sys.exit(130)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except Exception as error:
        from psycopg import Error  # noqa: PLC0415 - `lakectl --help` does without

        from lakectl.database import explain  # noqa: PLC0415

        if isinstance(error, Error):  # such as a server that is stopped while it works
            _stop(explain(error), debug="--debug" in arguments)
        if "--debug" in arguments:
            raise
        click.secho("Error: ", fg="red", nl=False, err=True)
        click.echo(f"{type(error).__name__}: {error}", err=True)
        click.echo("This is a defect of lakectl; --debug shows where.", err=True)
        sys.exit(70)


def _stop(error: LakeError, *, debug: bool) -> NoReturn:
    if debug:
        import traceback  # noqa: PLC0415 - seldom needed

        traceback.print_exc()
    click.secho("Error: ", fg="red", nl=False, err=True)
    click.echo(error.message, err=True)
    if error.hint:
        click.secho("Hint: ", fg="yellow", nl=False, err=True)
        click.echo(error.hint, err=True)
    sys.exit(error.status)

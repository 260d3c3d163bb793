"""lakectl deploy: db/ into the server, or what that would change."""

import dataclasses
import sys

import click
from rich.console import Console

from lakectl.cli.output import count, print_json
from lakectl.config import Settings
from lakectl.deploy import Report
from lakectl.deploy import deploy as bring_up_to_date

SIGNS = {"added": ("+", "green"), "dropped": ("-", "red"), "changed": ("~", "yellow")}


@click.command()
@click.option("--plan", is_flag=True, help="Find out what would change in the catalog, and roll back.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done, or would be, as JSON.")
@click.pass_obj
def deploy(settings: Settings, plan: bool, as_json: bool) -> None:
    """Bring the server to the state of db/, all or nothing.

    Everything happens in one transaction: when a file fails, the message names it, with line and cause, and
    the database is as it was. A second deploy finds nothing to do. It can run while users work; a user's
    session that holds a lock it needs for more than 3 seconds is ended.
    """
    if sys.stderr.isatty() and not as_json:
        with Console(stderr=True).status("Deploying") as status:
            report = bring_up_to_date(
                settings, plan=plan, progress=lambda path: status.update(f"Deploying {path}")
            )
    else:
        report = bring_up_to_date(settings, plan=plan)
    if as_json:
        print_json({"plan": plan, **dataclasses.asdict(report)})
    else:
        _print(report, plan)


def _print(report: Report, plan: bool) -> None:
    if report.nothing_to_do:
        click.echo("Nothing to do: the server is in the state of db/.")
        return
    for change in report.changes:
        sign, colour = SIGNS[change.change]
        click.secho(f"{sign} {change.kind} {change.identity}", fg=colour)
        if change.kind in ("grant", "column", "constraint", "policy") and change.after:
            click.echo(f"    {change.after}")
    for line in report.users_lost + report.ended:
        click.secho(f"Note: {line}.", fg="yellow")
    did = "Would apply" if plan else "Applied"
    tail = ", dropping " + ", ".join(report.dropped) if report.dropped else ""
    click.echo(
        f"{did} {count(len(report.migrations), 'migration')}, {count(len(report.files), 'file')} "
        f"in {report.seconds:.1f} s{tail}."
    )

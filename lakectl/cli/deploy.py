"""`lakectl deploy`."""

import dataclasses
import json

import click

from lakectl.config import Settings
from lakectl.deploy import deploy as bring_up_to_date


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@click.pass_obj
def deploy(settings: Settings, as_json: bool) -> None:
    """Bring the server to the state of db/, all or nothing."""
    report = bring_up_to_date(settings)
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(report), indent=2))
    elif report.nothing_to_do:
        click.echo("Nothing to do: the server is in the state of db/.")
    else:
        click.echo(
            f"Applied {len(report.migrations)} migrations, {len(report.files)} files in {report.seconds:.1f} s."
        )

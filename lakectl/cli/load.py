"""lakectl load: exports into the lake, and the account of what came of them."""

import sys
from pathlib import Path
from typing import Any

import click

from lakectl.cli.output import console, count, print_json, print_table, visible
from lakectl.config import Settings
from lakectl.load.loader import SHOWN, Account, LoadOptions
from lakectl.load.loader import load as run_load
from lakectl.load.progress import Watch

_COLUMNS = {
    "product": "product",
    "files": "files",
    "records": "records",
    "rows": "rows",
    "duplicates": "duplicates",
    "rejects": "rejects",
    "failed": "failed",
    "unrecognized": "unrecognized",
}


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(path_type=Path))
@click.option("--user", required=True, metavar="NAME", help="The lake user whose data it is.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    metavar="N",
    help="Connections that load at once, 1 to 64; else by cores and memory.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the account as JSON.")
@click.pass_obj
def load(settings: Settings, paths: tuple[Path, ...], user: str, workers: int | None, as_json: bool) -> None:
    """Load exports: zip, tgz, folders, single files, any mix.

    \b
    lakectl load --user ada takeout-*.zip
    lakectl load --user ada ~/Takeout Timeline.json

    The parts of one export are one import. Loading the same thing again adds nothing; a load that was
    interrupted goes on where it stopped. Nothing is unpacked; files of unknown kinds are kept.

    \b
    Exit status:
      0  all is in
      1  files failed or records were rejected; both are listed
      2  wrong use
      3  and above: nothing or not everything was loaded
    """
    account = run_load(settings, user, paths, LoadOptions(workers=workers or 0), Watch)
    if as_json:
        print_json(_as_json(account))
    else:
        print_account(account, user)
    sys.exit(account.exit_status())


def _as_json(account: Account) -> dict[str, Any]:
    return {
        "archives": [
            {"archive": a.name, "archive_id": a.archive_id, "state": a.state, "error": a.error}
            for a in account.archives
        ],
        "products": account.products,
        "total": _total(account),
        "failed_files": account.failed_files,
        "first_rejects": account.rejects,
        "seconds": round(account.seconds, 3),
        "records_loaded": account.records_loaded,
    }


def _total(account: Account) -> dict[str, int]:
    return {column: account.total(column) for column in _COLUMNS if column != "product"}


def print_account(account: Account, user: str) -> None:
    """The table of products on stdout; what went wrong, and how fast it was, on stderr."""
    print_table(
        account.products,
        _COLUMNS,
        empty="There is no file in what was given.",
        total={"product": "total", **_total(account)},
    )
    said = console(stderr=True)

    def say(line: str, style: str = "") -> None:
        said.print(visible(line), style=style, markup=False, soft_wrap=True)

    for archive in account.archives:
        if archive.state == "already loaded":
            say(f"{archive.name} was already loaded.")
        if archive.error:
            say(f"{archive.name}: {archive.error}.", "red")
    for file in account.failed_files:
        say(f"failed: {file['path']} in {file['archive']}: {file['error']}", "red")
    if (failed := account.total("failed")) > SHOWN:
        say(f"… and {failed - SHOWN:,} more: lakectl files --user {user} --state failed")
    for reject in account.rejects:
        say(f"rejected: record {reject['ordinal']} of {reject['path']}: {reject['reason']}", "yellow")
    if (rejects := account.total("rejects")) > SHOWN:
        say(f"… and {rejects - SHOWN:,} more: lakectl rejects --user {user}")
    rate = account.records_loaded / max(account.seconds, 0.001)
    say(f"{count(account.records_loaded, 'record')} in {account.seconds:.1f} s ({rate:,.0f} records/s).")

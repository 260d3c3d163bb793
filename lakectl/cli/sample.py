"""lakectl sample: a synthetic export to try the lake with."""

import re
from pathlib import Path

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from lakectl.errors import LakeError
from lakectl.sample import KINDS, ON_REQUEST, archive_path, write_sample

_UNITS = {
    "": 1,
    "b": 1,
    "k": 1e3,
    "m": 1e6,
    "g": 1e9,
    "t": 1e12,
    "ki": 2**10,
    "mi": 2**20,
    "gi": 2**30,
    "ti": 2**40,
}
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?([kmgt]?i?)b?", re.IGNORECASE)


def parse_size(text: str) -> int:
    """Bytes of `50MB`, `1.5 GB`, `200MiB` or `1000000`; LakeError when it is none of these."""
    match = _SIZE.fullmatch(text.strip())
    if match is None or match[2].lower() not in _UNITS:
        raise LakeError(f"{text!r} is not a size.", "Write it like 50MB, 1.5GB or 200MiB.")
    size = int(float(match[1]) * _UNITS[match[2].lower()])
    if size < 1:
        raise LakeError("The size must be more than nothing.", "Write it like 50MB or 2GB.")
    return size


@click.command()
@click.argument("out", metavar="OUT.zip", type=click.Path(path_type=Path))
@click.option(
    "--size", default="50MB", show_default=True, metavar="SIZE", help="Of the files, unpacked: 50MB, 2GB."
)
@click.option("--seed", default=7, show_default=True, metavar="N", help="Another number is another person.")
@click.option(
    "--only",
    multiple=True,
    metavar="KIND",
    type=click.Choice([*KINDS, *ON_REQUEST]),
    help="Only this kind of file (see above); may be repeated.",
)
def sample(out: Path, size: str, seed: int, only: tuple[str, ...]) -> None:
    """Write a synthetic Google Takeout to try the lake with.

    It is the history of an invented person, and all of its files tell the same life: someone in Vienna who
    goes to work, eats out, climbs, travels, searches and watches. The same seed and size give the same
    archive. OUT.zip may be a folder; the archive in it is then named as Takeout names them.

    \b
    Kinds for --only:
      records, semantic, timeline-edits, activity-json, activity-html,
      youtube, youtube-lists, chrome, photos, fit, chat, keep, contacts,
      calendar, play, settings, other (files the lake does not know);
      and, only on request: mail, mail-attachments,
      records-2017 (Location History.json as it was),
      on-device-android, on-device-ios (Timeline exports made on a phone)

    \b
    Examples:
      lakectl sample sample.zip
      lakectl sample big.zip --size 2GB --seed 11
      lakectl sample points.zip --size 200MB --only records
      lakectl sample phone.zip --size 5MB --only on-device-android
    """
    size_bytes = parse_size(size)
    target = archive_path(out)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not Console(stderr=True).is_terminal,
        transient=True,
    ) as bar:
        task = bar.add_task(f"Writing {target.name}", total=size_bytes)
        counts = write_sample(
            out, size_bytes, seed, only or None, progress=lambda done: bar.advance(task, done)
        )
    records = sum(counts.values())
    packed = target.stat().st_size / 1e6
    click.echo(f"{target}: {len(counts)} files with {records:,} records, {packed:.1f} MB packed")
    click.echo(f"Load it with: lakectl load --user NAME {target}")

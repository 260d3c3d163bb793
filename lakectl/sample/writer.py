"""Writes a sample export: finds the rate that gives the size, then streams one file after the other."""

import zipfile
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from lakectl.errors import LakeError
from lakectl.sample import (
    activity,
    chrome,
    desk,
    extras,
    fit,
    lists,
    locations,
    mail,
    ondevice,
    photos,
    semantic,
    talk,
)
from lakectl.sample.kinds import Kind, Member, Window

DEFAULT_END = date(2024, 6, 30)
"""The day of the export: the last months in which Records.json was still part of Takeout."""

KINDS: dict[str, Kind] = {
    "records": Kind(0.60, locations.records),
    "semantic": Kind(0.13, semantic.semantic),
    "timeline-edits": Kind(0.01, semantic.edits),
    "activity-json": Kind(0.11, activity.activity_json),
    "activity-html": Kind(0.08, activity.activity_html),
    "youtube": Kind(0.04, activity.youtube),
    "chrome": Kind(0.03, chrome.chrome),
    "photos": Kind(0.08, photos.photos),
    "fit": Kind(0.04, fit.fit),
    "chat": Kind(0.02, talk.chat),
    "keep": Kind(0, desk.keep),
    "contacts": Kind(0, desk.contacts),
    "calendar": Kind(0, desk.calendar),
    "youtube-lists": Kind(0, lists.youtube_lists),
    "play": Kind(0, lists.play),
    "settings": Kind(0, extras.settings),
    "other": Kind(0, extras.small),
}
"""What a sample holds, with its share of the size (0: small, whatever the size)."""

ON_REQUEST: dict[str, Kind] = {
    "mail": Kind(0.20, mail.mail),
    "mail-attachments": Kind(0.20, mail.mail_with_attachments),
    "records-2017": Kind(0.60, locations.records_2017),
    "on-device-android": Kind(0.13, ondevice.android),
    "on-device-ios": Kind(0.13, ondevice.ios),
}
"""Written only when asked for: they tell the same life in the words of another time or device."""

_BYTES_PER_DAY = 68_000  # of an ordinary life, all kinds together
_BLOCK_BYTES = 1 << 18
_LONGEST_DAYS = 12 * 365
_REFERENCE = Window(date(2023, 5, 1), date(2023, 6, 12))

Progress = Callable[[int], None]
"""Called with the number of bytes written since the last call."""


def archive_path(path: Path, end: date = DEFAULT_END) -> Path:
    """Where the archive goes: `path`, or a file in the folder `path`, named as Takeout names its archives."""
    return path / f"takeout-{end:%Y%m%d}T000000Z-001.zip" if path.is_dir() else path


def write_sample(
    path: Path,
    size_bytes: int,
    seed: int = 7,
    only: Collection[str] | None = None,
    end: date = DEFAULT_END,
    *,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Write a synthetic Takeout of about `size_bytes` (of unpacked files) and say what is in it.

    `path` is a new file or a folder (archive_path); `only` picks from KINDS and ON_REQUEST. The same seed,
    size and kinds with a later `end` are the same person's next export: where the two overlap they agree,
    and each has days that the other lacks. Returns the number of records by path in the archive (0 for
    files that are not lists of records). Raises LakeError when the file exists or cannot be written.
    """
    target = archive_path(path, end)
    _check(target)
    window, members = plan(size_bytes, seed, only, end)
    page = extras.index_page(window, [member.path for member in members])
    scratch = target.with_name(target.name + ".part")
    counts: dict[str, int] = {}
    try:
        # One block is compressed while the next is made: zlib lets go of the interpreter.
        with ThreadPoolExecutor(1) as pool, zipfile.ZipFile(scratch, "w", zipfile.ZIP_DEFLATED) as archive:
            for member in (page, *members):
                counts[member.path] = _write(archive, pool, member, end, progress)
        scratch.rename(target)
    except OSError as error:
        raise LakeError(
            f"{target} cannot be written: {error.strerror or error}", "Choose another folder, or make room."
        ) from error
    finally:
        scratch.unlink(missing_ok=True)
    return counts


def plan(size_bytes: int, seed: int, only: Collection[str] | None, end: date) -> tuple[Window, list[Member]]:
    """The days the export covers, and its files."""
    known = KINDS | ON_REQUEST
    unknown = set(only or ()) - set(known)
    if unknown:
        raise LakeError(f"There is no kind {min(unknown)!r}.", f"The kinds are {', '.join(known)}.")
    chosen = {name: known[name] for name in (only or KINDS)}
    shares = sum(kind.share for kind in chosen.values()) or 1.0
    days = max(7, min(_LONGEST_DAYS, round(size_bytes / shares / _BYTES_PER_DAY)))
    window = Window(end - timedelta(days=days), end)
    members: list[Member] = []
    for kind in chosen.values():
        rate = _rate(kind, seed, size_bytes * kind.share / shares / days)
        members += kind.members(seed, window, rate)
    return window, members


def _rate(kind: Kind, seed: int, bytes_per_day: float) -> float:
    """The rate at which a kind fills its share, from what some reference days would weigh.

    The reference days are always the same, so that the rate does not depend on the end of the export.
    """
    if not kind.share:
        return 1.0
    once, twice = _bytes_per_day(kind, seed, 1.0), _bytes_per_day(kind, seed, 2.0)
    return max(0.01, 1.0 + (bytes_per_day - once) / (twice - once))


@lru_cache(maxsize=256)
def _bytes_per_day(kind: Kind, seed: int, rate: float) -> float:
    days = (_REFERENCE.end - _REFERENCE.start).days
    return sum(_weight(member) for member in kind.members(seed, _REFERENCE, rate)) / days


def _weight(member: Member) -> int:
    return sum(len(piece) for piece, _ in _encoded(member))


def _encoded(member: Member) -> Iterator[tuple[bytes, int]]:
    for piece, records in member.chunks():
        yield piece.encode() if isinstance(piece, str) else piece, records


def _blocks(member: Member) -> Iterator[tuple[bytes, int]]:
    """The pieces joined to blocks that are worth handing to another thread."""
    block, held, total = [], 0, 0
    for piece, records in _encoded(member):
        block.append(piece)
        held += len(piece)
        total += records
        if held >= _BLOCK_BYTES:
            yield b"".join(block), total
            block, held, total = [], 0, 0
    yield b"".join(block), total


def _write(
    archive: zipfile.ZipFile, pool: ThreadPoolExecutor, member: Member, end: date, progress: Progress | None
) -> int:
    entry = zipfile.ZipInfo(member.path, (end.year, end.month, end.day, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_STORED if member.path.endswith(".jpg") else zipfile.ZIP_DEFLATED
    entry._compresslevel = 1  # type: ignore[attr-defined] # public as compress_level from 3.13 on
    total = 0
    with archive.open(entry, "w", force_zip64=True) as output:
        pending = None
        for block, records in _blocks(member):
            if pending:
                pending.result()
            if len(block) < _BLOCK_BYTES:
                pending = None
                output.write(block)
            else:
                pending = pool.submit(output.write, block)
            total += records
            if progress:
                progress(len(block))
        if pending:
            pending.result()
    return total


def _check(target: Path) -> None:
    if target.exists():
        raise LakeError(f"{target} exists already.", "Choose another name, or remove it first.")
    if not target.parent.is_dir():
        raise LakeError(f"There is no folder {target.parent}.", f"Make it first: mkdir -p {target.parent}")

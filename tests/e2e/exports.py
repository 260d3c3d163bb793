"""A few small exports of one person that overlap, disagree and are damaged in every way a load must stand."""

import gzip
import io
import os
import tarfile
import warnings
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from e2e.changing import account, chat_pictures, keep_pictures, pictures, recordings
from lakectl.sample import write_sample
from lakectl.sample.activity import activity_record, cell
from lakectl.sample.events import Event
from lakectl.sample.kinds import iso_ms

_BEGIN_MS = 1_709_251_200_000  # 2024-03-01T00:00:00Z
_WRITTEN = datetime(2024, 3, 15, 12, tzinfo=UTC)
_SEMANTIC = "Takeout/Location History (Timeline)/Semantic Location History/2024/2024_MARCH.json"
_SAMPLED = ["records", "timeline-edits", "activity-json", "activity-html"]
_RECORDS = "Takeout/Location History (Timeline)/Records.json"

BAD_POINTS: Sequence[bytes] = (
    b'{"latitudeE7": 480000000, "longitudeE7": 160000000}',
    b'{"latitudeE7": 480000000, "longitudeE7": 160000000, "timestamp": "40000-01-01T00:00:00Z"}',
    b'{"latitudeE7": 480000000, "longitudeE7": 160000000, "timestamp": "2024-02-30T00:00:00Z"}',
    b'{"latitudeE7": 480000000, "longitudeE7": 160000000, "timestamp": "1850-01-01T00:00:00Z"}',
    b'{"latitudeE7": 910000000, "longitudeE7": 160000000, "timestamp": "2024-03-01T00:00:00Z"}',
    b'{"latitudeE7": 1e400, "longitudeE7": 160000000, "timestamp": "2024-03-01T00:00:00Z"}',
    b'{"latitudeE7": NaN, "longitudeE7": 160000000, "timestamp": "2024-03-01T00:00:00Z"}',
    b'{"latitudeE7": 1, "longitudeE7": 2, "timestamp": "2024-03-01T00:00:00Z", "note": "a\\u0000b"}',
    b'{"latitudeE7": 1, "longitudeE7": 2, "timestamp": "2024-03-01T00:00:00Z", "note": "\\ud83d"}',
    b'{"latitudeE7": 1, "longitudeE7": 2, "timestamp": "2024-03-01T00:00:00Z", "note": "\xff\xfe"}',
    b'{"latitudeE7": 1, "longitudeE7": 2, "timestamp": "2024-03-01T00:00:00Z", "note": "a\x00b"}',
    b'{"latitudeE7": "north", "longitudeE7": 2, "timestamp": "2024-03-01T00:00:00Z"}',
    b'{"latitudeE7": 99999999999999999999, "longitudeE7": 2, "timestamp": "2024-03-01T00:00:00Z"}',
    b"null",
    b"17",
    b"[]",
    b"{}",
    b'"text"',
    b"[" * 2000 + b"]" * 2000,
)
"""Elements of "locations" of which each must become a reject, and nothing else."""


def write_exports(folder: Path) -> list[Path]:
    """Write the exports into `folder`, the same ones each time; what to load, in no order that matters."""
    sample = folder / "sample.zip"
    cut = folder / "takeout-20240312T060000Z-001.zip"
    paths = [
        folder / "takeout-20240304T101112Z-001.zip",
        folder / "takeout-20240307T101112Z-001.zip",
        folder / "takeout-20240309T080000Z-001.tgz",
        folder / "takeout-20240310T090000Z-001.zip",
        folder / "takeout-20240310T090000Z-002.zip",
        folder / "From the phone",
        cut,
        folder / "watch-history.html",
        folder / "takeout-20240320T080000Z-001.zip",
    ]
    write_sample(paths[0], 50_000, only=_SAMPLED, end=date(2024, 3, 4))
    write_sample(paths[1], 50_000, only=_SAMPLED, end=date(2024, 3, 7))
    write_sample(
        sample,
        50_000,
        end=date(2024, 3, 6),
        only=["on-device-android", "on-device-ios", "records-2017", "semantic", "chrome"],
    )
    seen = {version: pictures(version) for version in (1, 2, 3)}
    _write_tgz(
        paths[2],
        [
            *_members(sample),
            *_messy(1),
            *account(1),
            *seen[1][0],
            *seen[1][1],
            *keep_pictures(1),
            *chat_pictures(),
            *recordings(1),
        ],
    )
    # Of one export: what is said of things, and the things themselves.
    _write_zip(paths[3], [*_messy(2), *account(2), *seen[2][1]])
    _write_zip(
        paths[4],
        [
            *seen[2][0],
            *keep_pictures(2),
            *chat_pictures(),
            *recordings(2),
            ("Takeout/My Activity/YouTube/MyActivity.html", page(watches()[150:])),
            # Twice the same name, with different content.
            ("Takeout/YouTube and YouTube Music/history/watch-history.json", history(watches()[:90])),
            ("Takeout/YouTube and YouTube Music/history/watch-history.json", history(watches()[60:140])),
            # Ends in the middle of a record.
            ("Takeout/Chrome/History.json", _chrome(120)[:-1900]),
            ("Takeout/My Activity/Search/MyActivity.json", b"[]"),
            ("Takeout/My Activity/Maps/MyActivity.json", b'{"not": "a list"}'),
            (
                "Takeout/My Activity/Ads/MyActivity.html",
                b"<html><title>My Activity</title><body>none</body></html>",
            ),
            ("Takeout/Photos/one.jpg", b"the same picture" * 5000),
        ],
    )
    _write_folder(
        paths[5],
        [
            *((name, data) for name, data in _members(sample) if "/" not in name),
            ("one copy.jpg", b"the same picture" * 5000),
            ("another.jpg", bytes(range(256)) * 900),
            ("empty.csv", b""),
            ("My Activity/YouTube/MyActivity.json", history(watches(detail="Watched twice")[100:220])),
        ],
    )
    write_sample(sample.with_name("whole.zip"), 50_000, only=_SAMPLED, end=date(2024, 3, 9))
    whole = sample.with_name("whole.zip").read_bytes()
    cut.write_bytes(whole[: len(whole) * 6 // 10])
    paths[7].write_bytes(page(watches(detail="From an old page")[40:200]))
    _write_zip(paths[8], [*account(3), *seen[3][0], *seen[3][1], *keep_pictures(3), *recordings(3)])
    sample.unlink()
    sample.with_name("whole.zip").unlink()
    for path in paths:
        _set_time(path)
    return paths


def watches(count: int = 240, detail: str = "") -> list[Event]:
    """Things watched: several within one second, the same one twice within a second, some without a link."""
    events = []
    at_ms = _BEGIN_MS
    for number in range(count):
        at_ms += (37_411, 211, 350, 61_007, 1_000)[number % 5]
        video = number - 1 if number % 5 in (1, 2) else number
        title = f"Watched Number {video} – a film"
        url = "" if number % 11 == 0 else f"https://www.youtube.com/watch?v=video{video:06d}"
        by = (f"Channel {video % 9}", f"https://www.youtube.com/channel/UC{video % 9:022d}")
        events.append(Event(at_ms, "YouTube", title, url, by, detail, control="YouTube watch history"))
    return events


def history(events: Iterable[Event]) -> bytes:
    """The events as watch-history.json: to the millisecond."""
    return ("[" + ",\n".join(map(activity_record, events)) + "]").encode()


def page(events: Iterable[Event]) -> bytes:
    """The events as a page of My Activity: to the second."""
    head = '<html><head><title>My Activity History</title></head><body><div class="mdl-grid">'
    return (head + "\n".join(map(cell, events)) + "</div></body></html>").encode()


def points(first: int, count: int, accuracy: int) -> list[bytes]:
    """Positions, one a minute; `accuracy` is what two files may say differently of one position."""
    records = []
    for number in range(first, first + count):
        east = 163_738_000 + number * 131
        # Every ninth lies west of Greenwich, written unsigned as some exports do.
        lon = 4_294_967_296 - east if number % 9 == 0 else east
        records.append(
            f'{{"latitudeE7": {482_082_000 + number * 17}, "longitudeE7": {lon}, "accuracy": {accuracy},'
            f' "source": "WIFI", "timestamp": "{iso_ms(_BEGIN_MS + number * 50_000)}"}}'.encode()
        )
    return records


def locations(records: Iterable[bytes]) -> bytes:
    """A Records.json of the elements."""
    return b'{"locations": [' + b",".join(records) + b"]}"


def _messy(version: int) -> list[tuple[str, bytes]]:
    """Files of an export that says everything a little differently from the other version."""
    good = points(250 * version, 500, accuracy=10 * version)
    records = [*good[:300], *BAD_POINTS, *good[250:], *BAD_POINTS[version:7]]
    return [
        (_RECORDS, locations(records)),
        (_SEMANTIC, _semantic(version)),
        (
            "Takeout/YouTube and YouTube Music/history/watch-history.json",
            history(watches(detail=f"Version {version}")[30 * version : 180 + 30 * version]),
        ),
        ("Takeout/My Activity/YouTube/MyActivity.html", page(watches(detail=f"Page {version}")[:190])),
        ("Takeout/Chrome/History.json", _chrome(200 + version)),
        ("Takeout/Keep/note.txt", f"a file of no known kind, version {version}".encode()),
        ("Takeout/Keep/same.txt", b"in several exports"),
    ]


def _semantic(version: int) -> bytes:
    objects = []
    for number in range(20 * version, 20 * version + 90):
        at, end = iso_ms(_BEGIN_MS + number * 3_600_000), iso_ms(_BEGIN_MS + number * 3_600_000 + 1_800_000)
        place = number % 12
        where = f'"latitudeE7": {482_000_000 + place}, "longitudeE7": {163_000_000 + place}'
        span = f'"duration": {{"startTimestamp": "{at}", "endTimestamp": "{end}"}}'
        objects.append(
            f'{{"placeVisit": {{"location": {{{where}, "placeId": "place{place}",'
            f' "name": "Place {place} in {version}.{number}"}}, {span}, "visitConfidence": {60 + version}}}}}'
        )
        objects.append(
            f'{{"activitySegment": {{"startLocation": {{{where}}}, "endLocation": {{{where}}}, {span},'
            f' "distance": {100 + version}, "activityType": "WALKING", "waypointPath": {{"waypoints": ['
            f'{{"latE7": {482_000_000 + place}, "lngE7": {163_000_000 + place}}},'
            f' {{"latE7": {482_000_500 + place}, "lngE7": {163_000_500 + place}}}]}}}}}}'
        )
    objects.append('{"somethingNew": {"version": 1}}')
    return ('{"timelineObjects": [' + ",\n".join(objects) + "]}").encode()


def _chrome(count: int) -> bytes:
    visits = [
        f'{{"page_transition": "LINK", "title": "Page {number} of {count}", "url": "https://example.org/{number}",'
        f' "time_usec": {(_BEGIN_MS + number * 977) * 1000 + number}, "client_id": "client=="}}'
        for number in range(count)
    ]
    return ('{"Browser History": [' + ",\n".join(visits) + "]}").encode()


def _members(archive: Path) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(archive) as opened:
        return [(info.filename, opened.read(info)) for info in opened.infolist()]


def _write_zip(path: Path, members: Iterable[tuple[str, bytes]]) -> None:
    with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name that is there already is meant to be
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name, (2024, 3, 10, 9, 0, 0)), data, zipfile.ZIP_DEFLATED)


def _write_tgz(path: Path, members: Iterable[tuple[str, bytes]]) -> None:
    with (
        path.open("wb") as file,
        gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|") as archive,
    ):
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), int(_WRITTEN.timestamp())
            archive.addfile(info, io.BytesIO(data))


def _write_folder(path: Path, members: Iterable[tuple[str, bytes]]) -> None:
    for name, data in members:
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def _set_time(path: Path) -> None:
    """What has no time in its name is known by that of its files."""
    for file in [path, *path.rglob("*")] if path.is_dir() else [path]:
        os.utime(file, (_WRITTEN.timestamp(), _WRITTEN.timestamp()))

"""The synthetic export: its shape, its size, that it is the same again, and that two exports overlap."""

import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from click.testing import CliRunner

from lakectl import database, people
from lakectl.cli.sample import parse_size, sample
from lakectl.config import Settings
from lakectl.errors import LakeError
from lakectl.load.loader import LoadOptions, load
from lakectl.sample import DEFAULT_END, KINDS, ON_REQUEST, archive_path, write_sample

RECORDS = "Takeout/Location History (Timeline)/Records.json"
WATCHES = "Takeout/YouTube and YouTube Music/history/watch-history.json"
YOUTUBE_PAGE = "Takeout/My Activity/YouTube/MyActivity.html"
SIZE = 4_000_000
ONE_RECORD = re.compile(r"/Keep/|/(group_info|user_info|metadata)\.json$|supplemental-metadata\.json$")
"""Files of JSON that are one record as a whole."""


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> tuple[zipfile.ZipFile, dict[str, int]]:
    """One archive with every kind in it, and what write_sample said of it."""
    path = tmp_path_factory.mktemp("sample") / "all.zip"
    counts = write_sample(path, SIZE, only=[*KINDS, *ON_REQUEST])
    return zipfile.ZipFile(path), counts


Loaded = tuple[psycopg.Connection, dict[str, int]]


def documents(archive: zipfile.ZipFile) -> dict[str, Any]:
    return {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}


def lists_in(document: Any) -> int:
    """Records of a document: the elements of its lists."""
    if isinstance(document, list):
        return len(document)
    if "Data Points" in document:
        return len(document["Data Points"])
    frequent = document.get("userLocationProfile", {}).get("frequentPlaces", [])
    return len(frequent) + sum(
        len(value) for key, value in document.items() if isinstance(value, list) and key != "deviceSettings"
    )


def test_counts_are_what_the_files_hold(everything: tuple[zipfile.ZipFile, dict[str, int]]) -> None:
    archive, counts = everything
    assert archive.testzip() is None
    assert set(archive.namelist()) == set(counts)
    for name, document in documents(archive).items():
        assert counts[name] == (1 if ONE_RECORD.search(name) else lists_in(document)), name
    for name in archive.namelist():
        if name.endswith("MyActivity.html"):
            assert counts[name] == archive.read(name).count(b'<div class="outer-cell'), name
    assert all(counts[name] > 0 for name in (RECORDS, WATCHES, YOUTUBE_PAGE, "Takeout/Chrome/History.json"))


NEWER = ("fit", "chat", "keep", "contacts", "calendar", "youtube-lists", "play", "photos", "other")


@pytest.fixture(scope="module")
def loaded(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """A sample of lists, messages, measurements and pictures, loaded; and what write_sample said of it."""
    user = f"sample-{uuid4().hex[:8]}"
    people.add_user(settings, user)
    path = tmp_path_factory.mktemp("loaded") / "takeout-20240630T000000Z-001.zip"
    counts = write_sample(path, 3_000_000, only=NEWER)
    load(settings, user, [path], LoadOptions(), lambda _: nullcontext())
    with database.user(settings, user, autocommit=True) as connection:
        yield connection, counts


def test_every_record_is_understood(loaded: Loaded) -> None:
    """The lake counts as the sample does, and rejects nothing; one file is of a kind that nobody knows."""
    connection, counts = loaded
    files = database.rows(connection, "list_files", {"state": None})
    assert {f["path"] for f in files} == set(counts)
    for file in files:
        unknown = file["path"].endswith(("readings.dat", "archive_browser.html"))
        assert file["state"] in ({"unrecognized", "ignored", "done"} if unknown else {"done"}), file
        assert file["rejects"] == 0, file
        assert unknown or file["records"] == counts[file["path"]], file


def test_the_tables_hold_what_the_sample_tells(loaded: Loaded) -> None:
    connection, counts = loaded

    def told(pattern: str) -> int:
        return sum(n for path, n in counts.items() if re.search(pattern, path))

    def held(table: str) -> int:
        row = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
        assert row is not None
        return int(row[0])

    for table, pattern in (
        ("user_data.message", r"/messages\.json$"),
        ("user_data.thread", r"/group_info\.json$"),
        ("user_data.note", r"/Keep/"),
        ("user_data.contact", r"\.vcf$"),
        ("user_data.calendar_event", r"\.ics$"),
        ("user_data.app_install", r"/Installs\.json$"),
        ("user_data.purchase", r"/Purchase History\.json$"),
        ("user_data.subscription", r"/subscriptions\.csv$"),
        ("user_data.playlist", r"/playlists\.csv$"),
        ("user_data.comment", r"/comments\.csv$"),
        ("user_data.album", r"/metadata\.json$"),
        ("user_data.device", r"/Devices\.json$"),
    ):
        assert held(table) == told(pattern) > 0, table
    assert held("timeseries.metric WHERE metric ~ 'heart'") > 0


def test_pictures_tell_when_and_where(loaded: Loaded) -> None:
    """The bytes and the sidecar of a picture agree; a copy in an album is the same picture."""
    connection, counts = loaded
    pictures = [
        path for path in counts if path.startswith("Takeout/Google Photos/") and path.endswith(".jpg")
    ]
    names = {path.rsplit("/", 1)[1] for path in pictures}
    assert len(names) < len(pictures), "some are in an album, too"
    query = (
        b"SELECT count(*), sum(cardinality(paths)), bool_and(at IS NOT NULL), count(pos) > 0, min(camera) "
        b"FROM user_data.media_item WHERE title ~ '^PXL_'"
    )
    assert connection.execute(query).fetchone() == (len(names), len(pictures), True, True, "Example Phone 8")


def test_positions_are_plausible_and_a_few_are_not(tmp_path: Path) -> None:
    write_sample(tmp_path / "s.zip", 12_000_000, only=["records"])
    points = documents(zipfile.ZipFile(tmp_path / "s.zip"))[RECORDS]["locations"]
    placed = [point for point in points if "latitudeE7" in point]
    wrapped = [point for point in placed if point["longitudeE7"] > 1_800_000_000]
    assert 0 < len(points) - len(placed) < len(points) / 100
    assert 0 < len(wrapped) < len(points) / 50
    for point in placed:
        longitude = point["longitudeE7"] - (2**32 if point["longitudeE7"] > 1_800_000_000 else 0)
        assert abs(point["latitudeE7"]) <= 900_000_000
        assert abs(longitude) <= 1_800_000_000
    texts = Counter(json.dumps(point) for point in points)
    assert any(times > 1 for times in texts.values()), "some reports are doubled"
    stamps = [point["timestamp"] for point in points]
    assert stamps == sorted(stamps)


def test_youtube_is_told_twice_to_the_second_and_to_the_millisecond(
    everything: tuple[zipfile.ZipFile, dict[str, int]],
) -> None:
    archive, _ = everything
    page = archive.read(YOUTUBE_PAGE).decode()
    on_page = set(re.findall(r'"https://(?:www|music)\.youtube\.com/watch\?v=([\w-]{11})"', page))
    in_json = {
        record["titleUrl"].split("=")[1] for record in documents(archive)[WATCHES] if "titleUrl" in record
    }
    assert on_page & in_json
    assert re.search(r"[A-Z][a-z]{2} \d+, \d{4}, \d+:\d\d:\d\d\u202f[AP]M CES?T<", page)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("a.zip", 7), ("b.zip", 7), ("c.zip", 8)):
        write_sample(tmp_path / name, 300_000, seed)
    first, again, other = ((tmp_path / name).read_bytes() for name in ("a.zip", "b.zip", "c.zip"))
    assert first == again
    assert first != other


@pytest.mark.parametrize("size", [1_000_000, 20_000_000])
def test_the_size_is_about_what_was_asked(tmp_path: Path, size: int) -> None:
    write_sample(tmp_path / "s.zip", size)
    with zipfile.ZipFile(tmp_path / "s.zip") as archive:
        assert sum(info.file_size for info in archive.infolist()) == pytest.approx(size, rel=0.25)


def test_a_later_export_agrees_where_the_two_overlap(tmp_path: Path) -> None:
    later_end = DEFAULT_END + timedelta(days=9)
    write_sample(tmp_path / "early.zip", 2_000_000, 7)
    write_sample(tmp_path / "late.zip", 2_000_000, 7, end=later_end)
    early, late = (documents(zipfile.ZipFile(tmp_path / name)) for name in ("early.zip", "late.zip"))

    def points(export: dict[str, Any]) -> dict[str, str]:
        return {point["timestamp"]: json.dumps(point) for point in export[RECORDS]["locations"]}

    first, second = points(early), points(late)
    begin, end = min(second), max(first)
    assert {at: text for at, text in first.items() if at >= begin} == {
        at: text for at, text in second.items() if at <= end
    }
    assert set(first) - set(second), "the early export has days the late one lacks"
    assert set(second) - set(first)

    for name in (WATCHES, "Takeout/My Activity/Search/MyActivity.json"):
        old, new = ({json.dumps(record) for record in export[name]} for export in (early, late))
        assert old & new
        assert old - new
        assert new - old

    def visits(export: dict[str, Any]) -> dict[str, str]:
        return {
            (record.get("placeVisit") or record["activitySegment"])["duration"]["startTimestamp"]: json.dumps(
                record
            )
            for name, document in export.items()
            if "Semantic" in name
            for record in document["timelineObjects"]
        }

    old_visits, new_visits = visits(early), visits(late)
    shared = set(old_visits) & set(new_visits)
    assert shared
    assert all(old_visits[at] == new_visits[at] for at in shared)
    assert all(at in new_visits for at in old_visits if at > min(new_visits))


def test_only_writes_only_that(tmp_path: Path) -> None:
    counts = write_sample(tmp_path / "s.zip", 200_000, only=["records-2017"])
    assert set(counts) == {"Takeout/archive_browser.html", "Takeout/Location History/Location History.json"}
    assert (
        "timestampMs"
        in documents(zipfile.ZipFile(tmp_path / "s.zip"))["Takeout/Location History/Location History.json"][
            "locations"
        ][0]
    )


def test_a_folder_gets_an_archive_named_as_takeout_does(tmp_path: Path) -> None:
    write_sample(tmp_path, 100_000, end=date(2024, 1, 2))
    assert archive_path(tmp_path, date(2024, 1, 2)).name == "takeout-20240102T000000Z-001.zip"
    assert [path.name for path in tmp_path.iterdir()] == ["takeout-20240102T000000Z-001.zip"]


def test_an_existing_file_and_a_missing_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "there.zip").write_text("mine")
    with pytest.raises(LakeError, match="exists already"):
        write_sample(tmp_path / "there.zip", 100_000)
    with pytest.raises(LakeError, match="no folder"):
        write_sample(tmp_path / "nowhere" / "s.zip", 100_000)
    with pytest.raises(LakeError, match="no kind 'hangouts'"):
        write_sample(tmp_path / "s.zip", 100_000, only=["hangouts"])
    assert (tmp_path / "there.zip").read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_failure_leaves_no_half_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lakectl.sample.writer._write", full)
    with pytest.raises(LakeError, match="No space left"):
        write_sample(tmp_path / "s.zip", 100_000)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "size"),
    [("50MB", 50_000_000), ("1.5 GB", 1_500_000_000), ("2gib", 2**31), ("100k", 100_000), ("12345", 12_345)],
)
def test_sizes(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "big", "50 parsecs", "-3MB", "0", "MB", "1e9", "i"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(LakeError):
        parse_size(text)


def test_the_command_says_what_it_wrote(tmp_path: Path) -> None:
    result = CliRunner().invoke(sample, [str(tmp_path / "s.zip"), "--size", "200kB", "--only", "youtube"])
    assert result.exit_code == 0
    assert "3 files" in result.output
    assert "lakectl load" in result.output

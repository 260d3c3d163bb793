"""Loading: what goes wrong stays where it is, and a load can be run again, killed, or run twice."""

import contextlib
import json
import multiprocessing
import os
import signal
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from lakectl import database, people
from lakectl.config import Settings
from lakectl.errors import LakeError
from lakectl.load.blobs import BlobStore
from lakectl.load.decoders.batch import Blob
from lakectl.load.loader import Account, LoadOptions, Status, load

RECORDS = "Takeout/Location History (Timeline)/Records.json"
ACTIVITY = "Takeout/My Activity/Search/MyActivity.json"


@pytest.fixture
def user(lake: Settings) -> str:
    name = f"load-{uuid4().hex[:12]}"
    people.add_user(lake, name)
    return name


@pytest.fixture
def connection(lake: Settings, user: str) -> Iterator[psycopg.Connection]:
    with database.user(lake, user, autocommit=True) as opened:
        yield opened


def run(settings: Settings, user: str, *paths: Path, **options: int) -> Account:
    return load(settings, user, paths, LoadOptions(**options), lambda _: contextlib.nullcontext())


def points(count: int, first: int = 0) -> bytes:
    elements = [
        {"timestamp": f"2024-03-{1 + n // 86400:02}T{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}Z"}
        | {"latitudeE7": 455051250 + n, "longitudeE7": -1226750000}
        for n in range(first, first + count)
    ]
    return json.dumps({"locations": elements}).encode()


def make_zip(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr({"records": RECORDS, "activity": ACTIVITY}.get(name, name), data)
    return path


def files(connection: psycopg.Connection) -> dict[str, tuple[Any, ...]]:
    found = connection.execute(
        "SELECT path, state, records, rows, duplicates, rejects, error FROM lake.files ORDER BY file_id"
    )
    return {row[0]: row[1:] for row in found}


def test_bad_records_become_rejects_and_the_rest_is_loaded(
    lake: Settings, user: str, connection: psycopg.Connection, tmp_path: Path
) -> None:
    bad = [
        b'{"timestamp": NaN}',
        b'{"timestamp":"2024-03-05T19:00:01Z","latitudeE7":1e400,"longitudeE7":1}',
        b'{"timestamp":"2024-03-05T19:00:02Z","source":"a\\u0000b","latitudeE7":1,"longitudeE7":1}',
        b'{"timestamp":"2024-03-05T19:00:03Z","source":"\\ud800","latitudeE7":1,"longitudeE7":1}',
        b'{"timestamp":"2024-03-05T19:00:04Z","source":"\xff","latitudeE7":1,"longitudeE7":1}',
        b'{"timestamp":"40000-03-05T19:00:05Z","latitudeE7":1,"longitudeE7":1}',
        b'{"timestamp":"2024-03-05T19:00:06Z","latitudeE7":1111111111,"longitudeE7":1}',
        b'{"timestamp":"2024-03-05T19:00:07Z","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"timestamp":"2024-03-05T19:00:08Z","source":"a\x00b","latitudeE7":1,"longitudeE7":1}',
        b'"text"',
        b"null",
    ]
    document = points(300).replace(b"[", b"[" + b", ".join(bad) + b", ", 1)
    account = run(lake, user, make_zip(tmp_path / "x.zip", records=document))
    assert account.exit_status() == 1
    assert files(connection)[RECORDS][:5] == ("done", 300 + len(bad), 300, 0, len(bad))
    ordinals = connection.execute("SELECT ordinal, reason FROM lake.rejects ORDER BY ordinal").fetchall()
    assert [ordinal for ordinal, _ in ordinals] == list(range(1, len(bad) + 1))
    assert all(reason for _, reason in ordinals)


def test_files_fail_one_by_one(
    lake: Settings, user: str, connection: psycopg.Connection, tmp_path: Path
) -> None:
    archive = make_zip(
        tmp_path / "x.zip",
        **{
            "Takeout/My Activity/A/MyActivity.json": b"rubbish",
            "Takeout/My Activity/B/MyActivity.json": b"[]",
            "Takeout/My Activity/C/MyActivity.json": b"",
            "Takeout/My Activity/D/MyActivity.html": b"<p>no cells</p>",
            "../evil.json": b"[]",
            "Takeout/Unknown/x.bin": b"kept \0 bytes",
            "records": points(10),
        },
    )
    account = run(lake, user, archive)
    assert account.exit_status() == 1
    states = {path.removeprefix("Takeout/My Activity/"): row[0] for path, row in files(connection).items()}
    assert states == {
        "A/MyActivity.json": "failed",
        "B/MyActivity.json": "empty",
        "C/MyActivity.json": "empty",
        "D/MyActivity.html": "failed",
        "../evil.json": "failed",
        "Takeout/Unknown/x.bin": "unrecognized",
        RECORDS: "done",
    }
    assert account.total("records") == account.total("rows") == 11
    role = database.role_of(lake, user)
    (blob,) = (path for path in (lake.home / "blobs" / role).rglob("*") if path.is_file())
    assert blob.read_bytes() == b"kept \0 bytes"
    assert blob.stat().st_mode & 0o777 == 0o600


def test_a_damaged_archive_keeps_what_came_before(
    lake: Settings, user: str, connection: psycopg.Connection, tmp_path: Path
) -> None:
    archive = make_zip(tmp_path / "x.zip", records=points(2000), activity=os.urandom(3000))
    data = archive.read_bytes()
    archive.write_bytes(data[: data.index(b"MyActivity.json") + 1000])
    account = run(lake, user, archive)
    assert account.exit_status() == 1
    assert account.archives[0].error is not None
    found = files(connection)
    assert found[RECORDS][:3] == ("done", 2000, 2000)
    assert found[ACTIVITY][0] == "failed"


def test_the_same_again_adds_nothing(lake: Settings, user: str, tmp_path: Path) -> None:
    archive = make_zip(tmp_path / "x.zip", records=points(500))
    first = run(lake, user, archive)
    again = run(lake, user, archive)
    assert (first.archives[0].state, again.archives[0].state) == ("loaded", "already loaded")
    assert again.products == first.products
    assert (first.records_loaded, again.records_loaded) == (500, 0)
    assert again.exit_status() == 0


def test_batches_and_workers_change_nothing(
    lake: Settings, user: str, connection: psycopg.Connection, tmp_path: Path
) -> None:
    archive = make_zip(tmp_path / "x.zip", records=points(700))
    run(lake, user, archive, workers=3, batch_records=13, queue_bytes=1000)
    assert files(connection)[RECORDS] == ("done", 700, 700, 0, 0, None)
    ordinals = connection.execute("SELECT count(DISTINCT ordinal), max(ordinal) FROM timeseries.location")
    assert ordinals.fetchone() == (700, 700)


def _load_slowly(lake: Settings, user: str, archive: Path) -> None:
    run(lake, user, archive, workers=1, batch_records=20)


def test_a_killed_load_goes_on(
    lake: Settings, user: str, connection: psycopg.Connection, tmp_path: Path
) -> None:
    archive = make_zip(tmp_path / "x.zip", records=points(20_000))
    process = multiprocessing.get_context("spawn").Process(target=_load_slowly, args=(lake, user, archive))
    process.start()
    while connection.execute("SELECT count(*) > 3 FROM imports.batch").fetchone() != (True,):
        assert process.is_alive()
        time.sleep(0.02)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    account = run(lake, user, archive)
    assert 0 < account.records_loaded < 20_000
    assert files(connection)[RECORDS] == ("done", 20_000, 20_000, 0, 0, None)


def test_two_loads_of_one_archive(
    lake: Settings, user: str, connection: psycopg.Connection, tmp_path: Path
) -> None:
    archive = make_zip(tmp_path / "x.zip", records=points(3000))
    accounts: list[Account] = []
    threads = [
        threading.Thread(target=lambda: accounts.append(run(lake, user, archive, batch_records=200)))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(a.archives[0].state for a in accounts) == ["already loaded", "loaded"]
    assert files(connection)[RECORDS] == ("done", 3000, 3000, 0, 0, None)


def test_a_load_that_goes_on_elsewhere_is_said(
    lake: Settings,
    user: str,
    connection: psycopg.Connection,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lakectl.load.loader._CLAIM_SECONDS", 0.1)
    archive = make_zip(tmp_path / "x.zip", records=points(10))
    run(lake, user, archive)
    name, form, size, fingerprint = connection.execute(
        "SELECT name, format, size_bytes, fingerprint FROM imports.archive"
    ).fetchall()[0]
    connection.execute("SELECT imports.begin_archive(%s, %s, %s, %s, NULL)", (name, form, size, fingerprint))
    with pytest.raises(LakeError, match="another load of this archive is running") as caught:
        run(lake, user, archive)
    assert caught.value.status == 3


def test_a_lost_connection_is_said_and_the_load_can_go_on(
    lake: Settings,
    user: str,
    connection: psycopg.Connection,
    superuser: psycopg.Connection,
    tmp_path: Path,
) -> None:
    archive = make_zip(tmp_path / "x.zip", records=points(20_000))
    role = database.role_of(lake, user)

    def end_sessions() -> None:
        while connection.execute("SELECT count(*) > 3 FROM imports.batch").fetchone() != (True,):
            time.sleep(0.02)
        superuser.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s AND pid <> %s",
            (role, connection.info.backend_pid),
        )

    thread = threading.Thread(target=end_sessions)
    thread.start()
    with pytest.raises(LakeError, match="The lake stopped answering") as caught:
        run(lake, user, archive, workers=1, batch_records=20)
    thread.join()
    assert caught.value.status == 3
    run(lake, user, archive)
    assert files(connection)[RECORDS] == ("done", 20_000, 20_000, 0, 0, None)


def test_progress_is_known_while_it_runs(lake: Settings, user: str, tmp_path: Path) -> None:
    seen: list[Status] = []

    def watch(status: Status) -> contextlib.AbstractContextManager[None]:
        seen.append(status)
        return contextlib.nullcontext()

    load(lake, user, [make_zip(tmp_path / "x.zip", records=points(100))], LoadOptions(), watch)
    (status,) = seen
    assert status.counters.position == status.total() > 0
    assert status.counters.records == 100


def test_too_little_room_is_said_before_the_start(
    lake: Settings,
    user: str,
    connection: psycopg.Connection,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lakectl.load.blobs.RESERVE_BYTES", 10**18)
    with pytest.raises(LakeError, match="too little room") as caught:
        run(lake, user, make_zip(tmp_path / "x.zip", **{"Takeout/Unknown/x.bin": b"x" * 100}))
    assert caught.value.status == 3
    assert files(connection) == {}


def test_blobs_are_kept_once(tmp_path: Path) -> None:
    store = BlobStore(tmp_path, "user_1")
    source = tmp_path / "source"
    source.write_bytes(b"x" * 3_000_000)
    for _ in range(2):
        with source.open("rb") as stream:
            digest, size = store.keep(stream)
    store.settle([Blob(digest, size)])
    assert size == 3_000_000
    (kept,) = (path for path in (tmp_path / "blobs").rglob("*") if path.is_file())
    assert kept.relative_to(tmp_path / "blobs" / "user_1").parts == (digest.hex()[:2], digest.hex())


def test_nothing_to_load_is_not_a_success(lake: Settings, user: str, tmp_path: Path) -> None:
    assert run(lake, user, tmp_path).exit_status() == 3

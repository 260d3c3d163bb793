"""`lakectl load` as its owner types it: again, twice at once, killed, interrupted, and on bad input."""

import io
import json
import os
import shutil
import signal
import struct
import subprocess
import tarfile
import time
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from e2e.digest import State, blob_problems, state_of
from e2e.exports import BAD_POINTS, history, locations, page, points, watches
from e2e.program import PROGRAM
from e2e.users import new_user, value
from lakectl import database
from lakectl.config import Settings
from lakectl.load.archives import open_archives
from lakectl.sample import write_sample

RECORDS = "Takeout/Location History (Timeline)/Records.json"
WATCHED = "Takeout/YouTube and YouTube Music/history/watch-history.json"
ENTITIES = ("timeseries.location", "user_data.activity", "user_data.place_visit", "user_data.trip")


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str


@dataclass
class Command:
    """A running lakectl."""

    process: "subprocess.Popen[str]"

    def end(self) -> Said:
        out, err = self.process.communicate(timeout=120)
        assert "Traceback" not in err, err
        assert "defect" not in err, err
        return Said(self.process.returncode, out, err)


def lakectl(*arguments: str | Path, environment: dict[str, str] | None = None) -> Command:
    """Start lakectl in the environment of the tests."""
    return Command(
        subprocess.Popen(
            [PROGRAM, *arguments],
            env=os.environ | (environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    )


@dataclass
class Owner:
    """A lake user of the test's own."""

    settings: Settings
    superuser: psycopg.Connection
    name: str
    role: str

    def start(self, *paths: Path, environment: dict[str, str] | None = None) -> Command:
        return lakectl("load", "--user", self.name, *paths, environment=environment)

    def load(self, *paths: Path, status: int = 0, environment: dict[str, str] | None = None) -> Said:
        said = self.start(*paths, environment=environment).end()
        assert said.status == status, f"status {said.status}\n{said.out}{said.err}"
        return said

    def load_sample(self, *paths: Path) -> Said:
        """Load samples: a few of their records are bad, as in life."""
        said = self.start(*paths).end()
        assert said.status in (0, 1), said
        assert "failed:" not in said.err
        return said

    def listing(self, command: str) -> list[dict[str, Any]]:
        said = lakectl(command, "--user", self.name, "--json").end()
        assert said.status == 0, said.err
        found: list[dict[str, Any]] = json.loads(said.out)
        return found

    def file(self, path: str) -> dict[str, Any]:
        (found,) = [file for file in self.listing("files") if file["path"] == path]
        return found

    def state(self) -> State:
        """Everything that is in, which must also add up."""
        with database.connect(self.settings, self.role) as connection:
            assert connection.execute("SELECT path, problem FROM lake.verify()").fetchall() == []
        assert blob_problems(self.superuser, self.settings.home, self.role) == []
        return state_of(self.superuser, self.role)

    def entities(self) -> dict[str, set[str]]:
        """The rows of the entities without where they came from."""
        state = self.state()
        return {table: {_without_source(line) for line in state.tables[table]} for table in ENTITIES}


def _without_source(line: str) -> str:
    row = json.loads(line)
    return json.dumps({key: value for key, value in row.items() if key not in ("file_id", "ordinal")})


@pytest.fixture
def make_owner(settings: Settings, superuser: psycopg.Connection) -> Callable[[], Owner]:
    def make() -> Owner:
        user = new_user(settings, "again")
        return Owner(settings, superuser, user.name, user.role)

    return make


@pytest.fixture
def owner(make_owner: Callable[[], Owner]) -> Owner:
    return make_owner()


@pytest.fixture(scope="module")
def early(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("early") / "takeout-20240304T101112Z-001.zip"
    write_sample(path, 300_000, end=date(2024, 3, 4))
    return path


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("late") / "takeout-20240307T101112Z-001.zip"
    write_sample(path, 300_000, end=date(2024, 3, 7))
    return path


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Takes a few seconds to load, so that something can happen meanwhile."""
    path = tmp_path_factory.mktemp("long") / "takeout-20240401T101112Z-001.zip"
    write_sample(path, 20_000_000, only=["records", "activity-json"])
    return path


def write_zip(path: Path, members: Iterable[tuple[str | zipfile.ZipInfo, bytes]]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members:
            archive.writestr(member, data)
    return path


# Again


def test_the_same_archive_twice_adds_nothing_and_says_so(owner: Owner, early: Path, tmp_path: Path) -> None:
    owner.load_sample(early)
    state = owner.state()
    again = owner.load_sample(early)
    assert f"{early.name} was already loaded." in again.err
    assert "0 records in" in again.err
    assert owner.state() == state
    # Known by its bytes, not by its name.
    copy = Path(shutil.copy(early, tmp_path / "a copy of it.zip"))
    assert "a copy of it.zip was already loaded." in owner.load_sample(copy).err
    assert owner.state() == state


def test_the_same_files_in_another_packing_add_no_row(owner: Owner, early: Path, tmp_path: Path) -> None:
    owner.load_sample(early)
    rows = owner.entities()
    with zipfile.ZipFile(early) as archive:
        archive.extractall(tmp_path / "unpacked")  # noqa: S202 - our own
    with tarfile.open(tmp_path / "takeout-20240304T101113Z-001.tgz", "w:gz") as packed:
        packed.add(tmp_path / "unpacked" / "Takeout", "Takeout")
    owner.load_sample(tmp_path / "unpacked")
    owner.load_sample(tmp_path / "takeout-20240304T101113Z-001.tgz")
    assert owner.entities() == rows
    records = {early.name: 0, "unpacked": 0, "takeout-20240304T101113Z-001.tgz": 0}
    for file in owner.listing("files"):
        records[file["archive"]] += file["records"]
    assert len(set(records.values())) == 1, records


def test_overlapping_exports_give_the_union(make_owner: Callable[[], Owner], early: Path, late: Path) -> None:
    only_early, only_late, both = make_owner(), make_owner(), make_owner()
    only_early.load_sample(early)
    only_late.load_sample(late)
    both.load_sample(late)
    both.load_sample(early)
    first, second, together = only_early.entities(), only_late.entities(), both.entities()
    for table in ENTITIES:
        assert first[table] & second[table], f"{table}: the exports do not overlap"
        assert second[table] - first[table], f"{table}: the later export has nothing of its own"
        assert together[table] == first[table] | second[table], table


@pytest.mark.parametrize("json_first", [True, False])
def test_html_and_json_of_one_history_are_one(
    make_owner: Callable[[], Owner], tmp_path: Path, json_first: bool
) -> None:
    events = watches()
    as_json = write_zip(tmp_path / "takeout-20240310T101112Z-001.zip", [(WATCHED, history(events))])
    as_html = write_zip(
        tmp_path / "takeout-20240311T101112Z-001.zip",
        [("Takeout/My Activity/YouTube/MyActivity.html", page(events))],
    )
    alone, both = make_owner(), make_owner()
    alone.load(as_json)
    for path in (as_json, as_html) if json_first else (as_html, as_json):
        both.load(path)
    assert both.entities()["user_data.activity"] == alone.entities()["user_data.activity"]
    assert both.state().count("user_data.activity") == len(events)
    files = {file["archive"]: file for file in both.listing("files")}
    assert files[as_json.name]["rows"] == len(events)
    assert (files[as_html.name]["rows"], files[as_html.name]["duplicates"]) == (0, len(events))


def test_parts_of_one_export_are_one_import(owner: Owner, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        write_zip(
            tmp_path / f"takeout-20240310T101112Z-00{number}.zip",
            [(RECORDS, locations(points(100 * number, 100, 5)))],
        )
    owner.load(tmp_path)
    imports = [json.loads(line) for line in owner.state().tables["imports.import"]]
    assert [(i["export"], i["state"]) for i in imports] == [("takeout-20240310T101112Z", "done")]
    assert owner.state().count("timeseries.location") == 300


# Twice at once, killed, interrupted


def wait_until_working(owner: Owner, command: Command) -> None:
    """Until the load has its first records in and is still running."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and command.process.poll() is None:
        if state_of(owner.superuser, owner.role).count("imports.batch"):
            break
        time.sleep(0.02)
    assert command.process.poll() is None, f"it has ended before: {command.end()}"


@pytest.fixture(scope="module")
def whole(settings: Settings, superuser: psycopg.Connection, long: Path) -> State:
    """What is in the lake when nothing disturbs the load of `long`."""
    user = new_user(settings, "again")
    undisturbed = Owner(settings, superuser, user.name, user.role)
    undisturbed.load_sample(long)
    return undisturbed.state()


def test_two_loads_of_one_archive_at_once_give_one_result(owner: Owner, long: Path, whole: State) -> None:
    commands = [owner.start(long), owner.start(long)]
    said = [command.end() for command in commands]
    statuses = sorted(s.status for s in said)
    assert statuses[0] < 2, said
    # The other has waited until there was nothing left to do, or has said that it waited long enough.
    if statuses[1] == 3:
        assert any("another load of this archive is running" in s.err for s in said)
    else:
        assert sum("was already loaded" in s.err for s in said) == 1, said
    assert owner.state().difference(whole) == ""


def test_a_load_stops_politely_while_another_has_the_archive(owner: Owner, long: Path, whole: State) -> None:
    first = owner.start(long)
    wait_until_working(owner, first)
    first.process.send_signal(signal.SIGSTOP)
    try:
        second = owner.load(long, status=3)
        assert "another load of this archive is running" in second.err
        assert "Hint: Wait for it to end" in second.err
    finally:
        first.process.send_signal(signal.SIGCONT)
    assert first.end().status in (0, 1)
    assert owner.state().difference(whole) == ""


def test_a_killed_load_goes_on_where_it_stopped(owner: Owner, long: Path, whole: State) -> None:
    command = owner.start(long)
    wait_until_working(owner, command)
    command.process.kill()
    command.process.communicate()
    owner.load_sample(long)
    assert owner.state().difference(whole) == ""


def test_a_batch_that_a_killed_load_left_running_is_waited_for(
    make_owner: Callable[[], Owner], tmp_path: Path
) -> None:
    records = points(0, 3000, 5)
    path = tmp_path / "Records.json"
    path.write_bytes(locations(records))
    undisturbed, owner = make_owner(), make_owner()
    undisturbed.load(path)

    (archive,) = open_archives([path], owner.settings.load)
    # As a load does it: what it has claimed is free when its session ends, but its last batch may still run.
    with database.connect(owner.settings, owner.role) as killed:
        facts = [
            archive.name,
            archive.format,
            archive.size_bytes,
            archive.fingerprint,
            archive.newest_member_at,
        ]
        begin = "SELECT archive_id FROM imports.begin_archive(%s, %s, %s, %s, %s)"
        archive_id = value(killed, begin, facts)
        members = [{"member": 0, "path": path.name, "size_bytes": archive.size_bytes, "head": None}]
        register = "SELECT file_id FROM imports.register_files(%s, %s)"
        file_id = value(killed, register, [archive_id, Jsonb(members)])
    with database.connect(owner.settings, owner.role) as late:
        late.execute(
            "SELECT imports.ingest(%s, int8range(1001, 1701), %s)",
            [file_id, b"\r,\r".join(records[1000:1700]).decode()],
        )
        command = owner.start(path)
        wait_until_blocked(owner)
        late.commit()
    said = command.end()
    assert said.status == 0, said
    assert owner.state().difference(undisturbed.state()) == ""


def wait_until_blocked(owner: Owner) -> None:
    """Until a session of the owner waits for another one."""
    waiting = "SELECT FROM pg_stat_activity WHERE usename = %s AND wait_event_type = 'Lock'"
    deadline = time.monotonic() + 60
    while not owner.superuser.execute(waiting, [owner.role]).fetchall():
        assert time.monotonic() < deadline, "nobody waits"
        time.sleep(0.02)


def test_ctrl_c_ends_with_status_130_and_can_be_resumed(owner: Owner, long: Path, whole: State) -> None:
    command = owner.start(long)
    wait_until_working(owner, command)
    command.process.send_signal(signal.SIGINT)
    said = command.end()
    assert said.status == 130, said
    assert "run the same command again to go on" in said.err
    owner.load_sample(long)
    assert owner.state().difference(whole) == ""


# Wrong use


def test_wrong_use_is_status_2_and_one_sentence(owner: Owner, tmp_path: Path) -> None:
    missing = tmp_path / "takeout-nowhere.zip"
    assert f"There is no file or folder {missing}." in owner.load(missing, status=2).err
    typo = lakectl("load", "--user", owner.name + "x", tmp_path).end()
    assert typo.status == 2
    assert f"The lake has no user '{owner.name}x'." in typo.err
    assert "lakectl user list" in typo.err
    assert lakectl("load", tmp_path).end().status == 2
    assert lakectl("load", "--user", owner.name).end().status == 2


def test_no_lake_is_status_3_and_one_sentence(owner: Owner, early: Path, tmp_path: Path) -> None:
    nowhere = owner.start(early, environment={"LAKE_HOME": str(tmp_path / "nowhere")}).end()
    assert nowhere.status == 3
    assert "There is no lake in" in nowhere.err
    assert "lakectl up" in nowhere.err

    stopped = tmp_path / "stopped"
    stopped.mkdir()
    (stopped / "credentials").symlink_to(owner.settings.home / "credentials")
    (stopped / "server.json").write_text(
        json.dumps({"engine": "embedded", "host": "127.0.0.1", "port": 1, "dbname": "lake"})
    )
    silent = owner.start(early, environment={"LAKE_HOME": str(stopped)}).end()
    assert silent.status == 3
    assert "The lake does not answer" in silent.err


# Bad archives: each has a good file in it, which must be loaded whatever happens to the rest

GOOD = locations(points(0, 50, 5))


def entry(name: str, mode: int = 0o100644) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, (2024, 3, 10, 9, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = mode << 16
    return info


def patch_header(path: Path, name: str, offset: int, value: bytes) -> None:
    """Overwrite some bytes of a member's entry in the list of members; `offset` counts from its signature."""
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    while data[at + 46 : at + 46 + len(name)] != name.encode():
        at = data.index(b"PK\x01\x02", at + 4)
    data[at + offset : at + offset + len(value)] = value
    path.write_bytes(data)


def encrypted(path: Path) -> None:
    write_zip(path, [(entry(RECORDS), GOOD), (entry("secret.json"), b"[1, 2, 3]")])
    patch_header(path, "secret.json", 8, struct.pack("<H", 0x801))


def bad_checksum(path: Path) -> None:
    content = history(watches(40))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(RECORDS, GOOD)
        archive.writestr(WATCHED, content)
    path.write_bytes(path.read_bytes().replace(b"Number 31", b"Number 13", 1))


def climbing(path: Path) -> None:
    names = ("../../evil.txt", "/evil.txt", "Takeout/../../evil.txt", "..\\evil.txt", "C:/evil.txt")
    write_zip(path, [(entry(RECORDS), GOOD), *((entry(name), b"evil") for name in names)])


def link(path: Path) -> None:
    write_zip(path, [(entry(RECORDS), GOOD), (entry("Takeout/link.txt", 0o120777), b"/etc/passwd")])


def link_in_tgz(path: Path) -> None:
    with tarfile.open(path, "w:gz") as archive:
        info = tarfile.TarInfo(RECORDS)
        info.size = len(GOOD)
        archive.addfile(info, io.BytesIO(GOOD))
        for kind, name in ((tarfile.SYMTYPE, "soft"), (tarfile.LNKTYPE, "hard"), (tarfile.FIFOTYPE, "pipe")):
            info = tarfile.TarInfo(f"Takeout/{name}.txt")
            info.type = kind
            info.linkname = "/etc/passwd"
            archive.addfile(info)
        info = tarfile.TarInfo("../evil.txt")
        info.size = 4
        archive.addfile(info, io.BytesIO(b"evil"))


def bomb_that_says_so(path: Path) -> None:
    write_zip(path, [(entry(RECORDS), GOOD), (entry("bomb.txt"), b"0" * 100_000)])
    patch_header(path, "bomb.txt", 24, struct.pack("<I", 4_000_000_000))


def over_the_cap(path: Path) -> None:
    write_zip(path, [(entry(RECORDS), GOOD), (entry("bomb.txt"), b"0" * 30_000_000)])


def cut_zip(path: Path) -> None:
    noise = os.urandom(100_000)
    write_zip(path, [(entry(RECORDS), GOOD), (entry("noise.bin"), noise)])
    path.write_bytes(path.read_bytes()[:-40_000])


def cut_tgz(path: Path) -> None:
    noise = os.urandom(200_000)
    with tarfile.open(path, "w:gz") as archive:
        for name, data in ((RECORDS, GOOD), ("noise.bin", noise)):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    path.write_bytes(path.read_bytes()[:-100_000])


@dataclass(frozen=True)
class BadArchive:
    """How to write it, the files that must fail with the reason, and what is said of the archive itself."""

    write: Callable[[Path], None]
    failed: dict[str, str]
    archive: str | None = None
    suffix: str = "zip"
    environment: tuple[tuple[str, str], ...] = ()


CLIMBS = "its name leads out of the archive"
BAD_ARCHIVES = [
    BadArchive(encrypted, {"secret.json": "encrypted"}),
    BadArchive(bad_checksum, {WATCHED: "damaged: its checksum is wrong"}),
    BadArchive(
        climbing,
        {
            "../../evil.txt": CLIMBS,
            "/evil.txt": CLIMBS,
            "Takeout/../../evil.txt": CLIMBS,
            "..\\evil.txt": CLIMBS,
            "C:/evil.txt": CLIMBS,
        },
    ),
    BadArchive(link, {"Takeout/link.txt": "a link, which is not followed"}),
    BadArchive(
        link_in_tgz,
        {
            "Takeout/soft.txt": "a link, which is not followed",
            "Takeout/hard.txt": "a link, which is not followed",
            "Takeout/pipe.txt": "a device or pipe, which is not read",
            "../evil.txt": CLIMBS,
        },
        suffix="tgz",
    ),
    BadArchive(bomb_that_says_so, {"bomb.txt": "times its size"}),
    BadArchive(
        over_the_cap, {"bomb.txt": "over the limit of"}, environment=(("LAKE_LOAD_MAX_MEMBER_GB", "0.02"),)
    ),
    BadArchive(cut_zip, {"noise.bin": "the archive ends inside this file"}, "is damaged or cut off"),
    BadArchive(
        cut_tgz, {"noise.bin": "the archive ends or is damaged"}, "is damaged or cut off", suffix="tgz"
    ),
]


@pytest.mark.parametrize("bad", BAD_ARCHIVES, ids=lambda bad: bad.write.__name__)
def test_a_bad_archive_costs_what_is_bad_in_it(owner: Owner, tmp_path: Path, bad: BadArchive) -> None:
    folder = tmp_path / "far" / "down" / "there"
    folder.mkdir(parents=True)
    path = folder / f"takeout-20240310T101112Z-001.{bad.suffix}"
    bad.write(path)
    before = sorted(tmp_path.rglob("*"))
    said = owner.load(path, status=1, environment=dict(bad.environment))
    if bad.archive:
        assert bad.archive in said.err
    good = owner.file(RECORDS)
    assert (good["state"], good["rows"]) == ("done", 50)
    failed = {f["path"]: f["error"] for f in owner.listing("files") if f["state"] == "failed"}
    assert failed.keys() == bad.failed.keys()
    for name, reason in bad.failed.items():
        assert reason in failed[name]
    state = owner.state()
    # Nothing is written outside of the lake, and a second load ends where the first one did.
    assert sorted(tmp_path.rglob("*")) == before
    assert list(owner.settings.home.rglob("*evil*")) == []
    owner.load(path, status=1, environment=dict(bad.environment))
    assert owner.state().difference(state) == ""


def test_members_with_one_name_are_two_files(owner: Owner, tmp_path: Path) -> None:
    path = tmp_path / "takeout-20240310T101112Z-001.zip"
    with pytest.warns(UserWarning, match="Duplicate name"):
        write_zip(path, [(RECORDS, locations(points(0, 30, 5))), (RECORDS, locations(points(20, 30, 5)))])
    owner.load(path)
    files = owner.listing("files")
    assert [(f["path"], f["rows"], f["duplicates"]) for f in files] == [(RECORDS, 30, 0), (RECORDS, 20, 10)]


def test_links_in_a_folder_are_not_followed(owner: Owner, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    export = tmp_path / "export"
    (export / "Takeout").mkdir(parents=True)
    (export / "Records.json").write_bytes(GOOD)
    (export / "Takeout/link.txt").symlink_to(tmp_path / "secret.txt")
    (export / "Takeout/folder").symlink_to(tmp_path)
    os.mkfifo(export / "Takeout/pipe")
    owner.load(export, status=1)
    failed = {f["path"]: f["error"] for f in owner.listing("files") if f["state"] == "failed"}
    assert failed.keys() == {"Takeout/link.txt", "Takeout/folder", "Takeout/pipe"}
    assert owner.file("Records.json")["rows"] == 50
    assert owner.state().count("archive.blob") == 0


# Bad records


def test_bad_records_are_rejected_with_a_reason_and_the_rest_is_loaded(owner: Owner, tmp_path: Path) -> None:
    deep = b'{"timestamp": "2024-03-01T00:00:00Z", "a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    bad: Sequence[bytes] = [*BAD_POINTS, deep]
    good = points(0, 2 * len(bad), 5)
    mixed = [record for n, record in enumerate(bad) for record in (good[2 * n], record, good[2 * n + 1])]
    path = tmp_path / "Records.json"
    path.write_bytes(locations(mixed))
    owner.load(path, status=1)
    file = owner.file("Records.json")
    assert (file["records"], file["rows"], file["rejects"]) == (3 * len(bad), 2 * len(bad), len(bad))
    rejects = owner.listing("rejects")
    assert [reject["ordinal"] for reject in rejects] == [3 * n + 2 for n in range(len(bad))]
    assert all(reject["reason"] for reject in rejects)
    owner.state()


def test_a_document_of_bad_nesting_fails_alone(owner: Owner, tmp_path: Path) -> None:
    path = write_zip(
        tmp_path / "takeout-20240310T101112Z-001.zip",
        [(WATCHED, b"[" * 100_000), ("Takeout/Chrome/History.json", b'{"a":' * 100_000), (RECORDS, GOOD)],
    )
    owner.load(path, status=1)
    assert owner.file(RECORDS)["rows"] == 50
    files = owner.listing("files")
    assert all(f["state"] == "failed" and f["error"] for f in files if f["path"] != RECORDS)


def test_nothing_to_load_is_status_3_and_said(owner: Owner, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write_zip(tmp_path / "empty.zip", [])
    for path in (tmp_path / "empty", tmp_path / "empty.zip"):
        assert "There is no file in what was given." in owner.load(path, status=3).err

"""The embedded engine as its user meets it: repeated, killed half-way, changed, and without what it needs."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from e2e.conftest import Lake
from lakectl import credentials
from lakectl.config import Settings, load_settings
from lakectl.engine import choose, embedded, rootfs
from lakectl.errors import LakeError

NewLake = Callable[..., Lake]
# A later `up` must take less; PostgreSQL's own share is one or two.
SECONDS_OF_A_LATER_UP = 15


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, engine_root: Path) -> Iterator[Lake]:
    """A lake that the tests of this file hand on, running or not; a table in it must outlive them all."""
    home = tmp_path_factory.mktemp("shared")
    lake = Lake(home, "embedded", environment={"LAKE_ENGINE_CACHE": str(engine_root.parent)})
    lake.run("up")
    with lake.connect() as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS id")
    yield lake
    lake.run("down")


@pytest.fixture
def lake(shared: Lake) -> Lake:
    """The shared lake, running, with its table."""
    shared.run("up")
    assert one(shared, "SELECT count(*) FROM kept") == 1000
    return shared


def alive(pid: int) -> bool:
    """Whether the process runs; one that ended and was not waited for does not."""
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for(condition: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)


def one(lake: Lake, query: str) -> object:
    with lake.connect() as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row
    return row[0]


def test_up_and_down_can_be_repeated(lake: Lake) -> None:
    before = lake.postmaster
    assert "running already" in lake.run("up")
    assert lake.postmaster == before
    assert "has stopped" in lake.run("down")
    assert "is not running" in lake.run("down")
    began = time.monotonic()
    lake.run("up")
    assert time.monotonic() - began < SECONDS_OF_A_LATER_UP
    assert one(lake, "SELECT count(*) FROM kept") == 1000


def test_the_server_has_no_rights_and_no_open_door(lake: Lake) -> None:
    status = (Path("/proc") / str(lake.postmaster) / "status").read_text()
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert fields["Uid"].split()[0] not in ("0", str(os.getuid()))
    assert int(fields["CapEff"], 16) == int(fields["CapBnd"], 16) == 0
    assert fields["NoNewPrivs"] == "1"
    assert (Path("/proc") / str(lake.postmaster) / "root").readlink() != Path("/")

    assert one(lake, "SHOW listen_addresses") == "127.0.0.1"
    assert one(lake, "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'") == 0
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host="127.0.0.1", port=lake.port, user="postgres", dbname="lake", password="guess")

    password = credentials.read(lake.settings, "postgres")
    assert (lake.home / "credentials/postgres").stat().st_mode & 0o777 == 0o600
    assert not (lake.home / "postgres/superuser_password").exists()
    for arguments in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            assert password not in arguments.read_text()


def test_the_log_never_quotes_what_a_user_stored(lake: Lake) -> None:
    with lake.connect() as connection:
        connection.execute("SET log_lock_waits = on")
        for query in (
            "SELECT 'my diary'::integer",
            "CREATE TABLE diary (line text UNIQUE); INSERT INTO diary VALUES ('my diary'), ('my diary')",
            "DO $$ BEGIN RAISE WARNING 'my diary'; END $$",
            "SELECT * FROM my_diary WHERE line = 'my diary'",
        ):
            with suppress(psycopg.Error):
                connection.execute(query.encode())
        connection.execute("CREATE ROLE diarist PASSWORD 'my diary'")
    logs = list((lake.home / "postgres/log").iterdir())
    assert logs
    assert not [log for log in logs if "diary" in log.read_text()]


def test_up_recovers_from_a_killed_postmaster(lake: Lake) -> None:
    for _ in range(2):
        lake.kill(lake.postmaster)
        assert "is up" in lake.run("up")
        assert one(lake, "SELECT count(*) FROM kept") == 1000


def test_up_recovers_when_a_killed_postmaster_leaves_a_busy_server(lake: Lake) -> None:
    """Such a server looks neither at its postmaster nor at its client, and holds the shared memory."""
    busy = lake.connect()
    process = busy.info.backend_pid
    busy.pgconn.send_query(b"DO $$ BEGIN LOOP NULL; END LOOP; END $$")
    time.sleep(0.5)
    lake.kill(lake.postmaster)
    began = time.monotonic()
    assert "Waiting for what is left" in lake.run("up")
    assert time.monotonic() - began < SECONDS_OF_A_LATER_UP
    assert not alive(process)
    assert one(lake, "SELECT count(*) FROM kept") == 1000
    busy.close()


def test_up_is_not_fooled_by_a_number_that_another_process_has_now(lake: Lake) -> None:
    record = lake.home / "postgres/data/postmaster.pid"
    text = record.read_text()
    lake.run("down")
    owner = (lake.home / "postgres").stat().st_uid
    other = subprocess.Popen(
        ["setpriv", f"--reuid={owner}", f"--regid={owner}", "--clear-groups", "sleep", "99"]
    )
    record.write_text("\n".join([str(other.pid), *text.split("\n")[1:]]))
    assert "is up" in lake.run("up")
    assert one(lake, "SELECT count(*) FROM kept") == 1000
    assert other.poll() is None
    other.kill()
    other.wait()


@pytest.mark.parametrize("after", [0.5, 1.0, 2.0])
def test_up_recovers_from_a_killed_lakectl(new_lake: NewLake, after: float) -> None:
    lake = new_lake()
    first = lake.start("up")
    time.sleep(after)
    first.kill()
    first.communicate()
    lake.run("up")
    assert one(lake, "SELECT 1") == 1


def test_two_ups_at_once_make_one_server(lake: Lake) -> None:
    lake.run("down")
    both = [lake.start("up"), lake.start("up")]
    said = ["".join(process.communicate(timeout=60)) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sum("is up" in text for text in said) == 1
    assert sum("running already" in text for text in said) == 1


def test_the_query_of_a_killed_client_ends(lake: Lake) -> None:
    """A loader that was killed must not go on holding its locks."""
    script = "import os, psycopg; psycopg.connect(os.environ['DSN']).execute('SELECT pg_sleep(600)')"
    dsn = f"host=127.0.0.1 port={lake.port} user=postgres dbname=lake application_name=doomed"
    client = subprocess.Popen(
        [sys.executable, "-c", script],
        env=os.environ | {"DSN": dsn, "PGPASSWORD": credentials.read(lake.settings, "postgres")},
    )
    count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'doomed' AND state = 'active'"
    wait_for(lambda: one(lake, count) == 1, 20, "the query runs")
    client.kill()
    client.wait()
    wait_for(lambda: one(lake, count) == 0, 20, "its query ends")


def test_changed_settings_are_applied_by_a_restart(lake: Lake) -> None:
    before = one(lake, "SHOW work_mem")
    lake.environment["LAKE_RESOURCES_MEMORY_GB"] = "1"
    assert "restarting" in lake.run("up")
    assert one(lake, "SHOW work_mem") != before
    assert one(lake, "SELECT count(*) FROM kept") == 1000
    assert "running already" in lake.run("up")


def test_a_taken_port_is_named_with_its_holder(lake: Lake) -> None:
    lake.run("down")
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", lake.port))
        holder.listen()
        said = lake.run("up", status=3)
    assert f"Port {lake.port} is taken by" in said
    assert f"(process {os.getpid()})" in said
    assert "LAKE_ENGINE_PORT" in said


def test_a_build_that_is_killed_leaves_nothing_that_counts(new_lake: NewLake, tmp_path: Path) -> None:
    """Neither processes that go on nor a root that looks complete; the next `up` begins anew."""
    cache = tmp_path / "cache"
    lake = new_lake(arguments=[("LAKE_ENGINE_CACHE", str(cache))])
    for expected in ("Unpacking Debian", "Removing an unfinished build"):
        build = lake.start("up")
        assert build.stderr
        assert any(expected in line for line in build.stderr)
        wait_for(lambda: bool(list(cache.glob(".building-*/usr"))), 120, "the new root takes shape")
        build.send_signal(signal.SIGKILL)
        build.communicate()
        wait_for(lambda: not _works_in(cache), 10, "nothing of the build goes on")
        assert not [entry for entry in cache.iterdir() if entry.is_dir() and entry.name[0] != "."]
    lake.environment["LAKE_ENGINE_CACHE"] = str(rootfs.cache(load_settings()))
    lake.run("up")


def _works_in(folder: Path) -> list[str]:
    found = []
    for arguments in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if str(folder) in arguments.read_text():
                found.append(arguments.read_text())
    return found


def test_without_root_it_says_what_to_do(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(LakeError, match="needs root") as error:
        embedded.Embedded(settings).up(print)
    assert "sudo" in (error.value.hint or "")


def test_without_apt_it_says_what_to_do(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAKE_ENGINE_CACHE", str(tmp_path))
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(LakeError, match=r"neither it nor apt-get"):
        rootfs.ensure(settings, print)


def test_without_room_it_says_what_to_do(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAKE_ENGINE_CACHE", str(tmp_path))
    monkeypatch.setattr(rootfs, "ROOM_BYTES", 10**15)
    with pytest.raises(LakeError, match="GB left") as error:
        rootfs.ensure(settings, print)
    assert "LAKE_ENGINE_CACHE" in (error.value.hint or "")


def test_doctor_finds_the_test_server_well(settings: Settings) -> None:
    lake = Lake(settings.home, settings.engine.kind, settings.engine.port)
    checks = {check["check"]: check for check in json.loads(lake.run("doctor", "--json"))}
    assert {check["state"] for check in checks.values()} == {"ok"}
    assert checks["PostgreSQL"]["found"].startswith("17.")
    for name in ("vector", "pg_partman", "postgis", "timescaledb", "pg_cron", "pgaudit", "plpgsql_check"):
        assert checks[name]["found"][0].isdigit()


def test_doctor_says_what_is_missing_and_how_to_mend_it(new_lake: NewLake) -> None:
    lake = new_lake()
    said = json.loads(lake.run("doctor", "--json", status=1))
    assert said[0]["check"] == "server"
    assert "lakectl up" in said[0]["remedy"]
    lake.run("up")
    wrong = [check for check in json.loads(lake.run("doctor", "--json", status=1)) if check["state"] != "ok"]
    assert [check["check"] for check in wrong] == ["deployed version"]
    assert "lakectl deploy" in wrong[0]["remedy"]


def test_the_external_engine_takes_a_server_as_it_is(lake: Lake, tmp_path: Path) -> None:
    password = credentials.read(lake.settings, "postgres")
    dsn = f"postgresql://postgres:{password}@127.0.0.1:{lake.port}/lake"
    guest = Lake(tmp_path, "external", environment={"LAKE_ENGINE_DSN": dsn})
    said = guest.run("up")
    assert "managed elsewhere" in said
    assert password not in said
    assert "managed elsewhere" in guest.run("down")
    assert one(guest, "SELECT 1") == 1
    guest.environment["LAKE_ENGINE_DSN"] = dsn.replace(password, "a-guess")
    refused = guest.run("up", status=3)
    assert "a-guess" not in refused


def test_tools_come_from_the_engine_where_the_machine_has_none(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "here.sql").write_text("")
    command = choose(settings).tool(["ls", "here.sql"], {}, tmp_path)
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "here.sql\n"

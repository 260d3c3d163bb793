"""One load, from paths to the account at its end."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from lakectl import database
from lakectl.config import Settings
from lakectl.errors import LakeError
from lakectl.load.archives import open_archives
from lakectl.load.blobs import BlobStore
from lakectl.load.decoders import processes
from lakectl.load.decoders.batch import Batch, Limits
from lakectl.load.decoders.registry import DECODERS, make_decoder
from lakectl.load.decoders.text import head_text
from lakectl.load.ingest import Counters, FileWork, Workers, execute, fatal, lost
from lakectl.load.members import Archive, ArchiveError, Member, MemberError

HEAD_BYTES = 8 * 1024
_GROUP_MEMBERS = 500  # members are recognised in groups
_GROUP_BYTES = 8 * 1024 * 1024
_FIRST_BYTES = 64 * 1024  # of a member that can be read on when others have been looked at
_WHOLE_BYTES = 4 * 1024 * 1024  # of one that cannot: most then need not be recognised alone
_CHUNK = 256 * 1024
_CLAIM_SECONDS = 15
_MEMORY_PER_WORKER = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """What decides how fast a load is, and never its result."""

    workers: int = 0  # 0: see worker_count
    batch_bytes: int = 2 * 1024 * 1024
    batch_records: int = 10_000
    queue_bytes: int = 8 * 1024 * 1024


@dataclass(slots=True)
class Outcome:
    """One archive after the load: `state` is loaded, already loaded or failed, `error` what broke it off."""

    name: str
    archive_id: UUID
    state: str
    error: str | None = None


@dataclass(slots=True)
class Status:
    """What a progress display shows while the load runs; written by the loader, read by the display."""

    counters: Counters
    archives: Sequence[Archive] = ()
    current: str = ""
    began: float = 0.0

    def total(self) -> int:
        return sum(archive.total for archive in self.archives)

    def read(self) -> int:
        """How far the archives have been read; `counters.position` is how far they are in."""
        return sum(min(archive.position, archive.total) for archive in self.archives)


@dataclass(slots=True)
class Account:
    """The end of a load: archives, totals per product, and the first of what went wrong."""

    archives: list[Outcome]
    products: list[dict[str, Any]]
    failed_files: list[dict[str, Any]]
    rejects: list[dict[str, Any]]
    seconds: float
    records_loaded: int

    def total(self, column: str) -> int:
        return sum(product[column] for product in self.products)

    def exit_status(self) -> int:
        """0: all is in; 1: files failed, records rejected, or an archive broke off; 3: there was no file."""
        if not self.products and not any(a.error for a in self.archives):
            return 3
        bad = self.total("failed") or self.total("rejects") or any(a.error for a in self.archives)
        return 1 if bad else 0


SHOWN = 20


def worker_count(settings: Settings, options: LoadOptions) -> int:
    """As many as the server or this machine has cores, but no more than 8 and than memory allows.

    Measured: up to the number of cores each connection adds speed, one more costs some. 64 MiB each is what a
    batch takes on both sides of the queue.
    """
    if wanted := options.workers or settings.load.workers:
        return wanted
    cores = min(len(os.sched_getaffinity(0)), settings.resources.cpus)
    return max(1, min(cores, 8, _free_memory() // _MEMORY_PER_WORKER))


def _free_memory() -> int:
    return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


class Load:
    """Loads archives for one lake user. Use `run` once."""

    def __init__(self, settings: Settings, user: str, options: LoadOptions, status: Status) -> None:
        self._settings = settings
        self._options = options
        self._status = status
        try:
            self._role = database.role_of(settings, user)
        except psycopg.OperationalError as error:
            raise lost(error) from None
        self._blobs = BlobStore(settings.home, self._role)
        self._limits = Limits(options.batch_bytes, options.batch_records)

    def run(self, paths: Sequence[Path]) -> Account:
        """Load what `paths` name. LakeError when nothing could be loaded or the load had to stop."""
        status = self._status
        status.began = time.monotonic()
        status.archives = open_archives(paths, self._settings.load)
        with self._connect() as connection:
            connection.add_notice_handler(self._say)
            try:
                outcomes = self._archives(connection, status.archives)
                account = self._account(connection, outcomes)
            except psycopg.Error as error:
                raise (lost(error) if fatal(connection, error) else database.explain(error)) from None
        return account

    def _connect(self) -> psycopg.Connection:
        return database.connect(self._settings, self._role, autocommit=True)

    def _say(self, notice: psycopg.errors.Diagnostic) -> None:
        """Show what the lake says that it is doing."""
        if notice.sqlstate == "LK000":
            self._status.current = notice.message_primary or ""

    def _archives(self, connection: psycopg.Connection, archives: Iterable[Archive]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        imports: dict[int, bool] = {}  # whether something of it was loaded now
        workers: Workers | None = None
        try:
            for archive in archives:
                archive_id, import_id, state = self._begin(connection, archive)
                imports.setdefault(import_id, False)
                if state == "done":
                    archive.position = archive.total
                    self._status.counters.position = self._status.read()
                    outcomes.append(Outcome(archive.name, archive_id, "already loaded"))
                    continue
                self._check_room(connection, archive)
                if workers is None:
                    workers = Workers(
                        self._connect,
                        self._blobs.settle,
                        count=worker_count(self._settings, self._options),
                        queue_bytes=self._options.queue_bytes,
                        counters=self._status.counters,
                        position=self._status.read,
                    )
                try:
                    error = self._members(connection, workers, archive, archive_id)
                finally:
                    archive.close()
                workers.drain()
                _run(connection, "finish_archive", archive=archive_id, error=error)
                imports[import_id] = True
                outcomes.append(Outcome(archive.name, archive_id, "failed" if error else "loaded", error))
        finally:
            if workers is not None:
                workers.close()
            self._blobs.close()
            processes.end()
        self._status.current = "counting"
        for import_id, changed in imports.items():
            if changed or not _run(connection, "import_is_finished", **{"import": import_id})[0][0]:
                _run(connection, "finish_import", **{"import": import_id})
        return outcomes

    def _begin(self, connection: psycopg.Connection, archive: Archive) -> tuple[UUID, int, str]:
        """Claim the archive. The claim of a loader that was killed ends with its session, within seconds."""
        deadline = time.monotonic() + _CLAIM_SECONDS
        while True:
            try:
                found = _run(
                    connection,
                    "begin_archive",
                    name=archive.name,
                    format=archive.format,
                    size=archive.size_bytes,
                    fingerprint=archive.fingerprint,
                    newest=archive.newest_member_at,
                )
            except psycopg.Error as error:
                if error.sqlstate != "LK301":
                    raise
                if time.monotonic() > deadline:
                    raise LakeError(
                        f"{archive.name}: {error.diag.message_primary}.", error.diag.message_hint, status=3
                    ) from None
                time.sleep(0.5)
            else:
                archive_id, import_id, state = found[0]
                return archive_id, import_id, state

    def _check_room(self, connection: psycopg.Connection, archive: Archive) -> None:
        """Refuse to start when the files that will be kept as they are do not fit on the disk."""
        endings: dict[str, int] = {}
        for path, size in archive.listing():
            ending = path.rpartition("/")[2].rpartition(".")[2].lower() if "." in path else ""
            endings[ending] = endings.get(ending, 0) + size
        if endings:
            self._blobs.check_room(int(_run(connection, "room_needed", endings=Jsonb(endings))[0][0]))

    # Members

    def _members(
        self, connection: psycopg.Connection, workers: Workers, archive: Archive, archive_id: UUID
    ) -> str | None:
        """Read all members; what broke the archive off, if anything."""
        group: list[_Opened] = []
        held = 0
        error = None
        members = archive.members()
        while True:
            try:
                member = next(members, None)
            except ArchiveError as broken:
                error, member = str(broken), None
            if member is None:
                break
            self._status.current = member.path
            opened = _Opened(member, _FIRST_BYTES if archive.in_any_order else _WHOLE_BYTES)
            group.append(opened)
            held += opened.held
            last = not (opened.whole or archive.in_any_order)
            if last or len(group) >= _GROUP_MEMBERS or held >= _GROUP_BYTES:
                self._group(connection, workers, archive_id, group)
                group, held = [], 0
        self._group(connection, workers, archive_id, group)
        return error

    def _group(
        self, connection: psycopg.Connection, workers: Workers, archive_id: UUID, group: Sequence["_Opened"]
    ) -> None:
        workers.check()
        if not group:
            return
        described = [opened.describe() for opened in group]
        rows = _run(connection, "register_files", archive=archive_id, members=Jsonb(described))
        sections: dict[int, list[_Section]] = {}
        for number, section, file_id, kind, decoder, options, state, done in rows:
            ranges = [(part.lower, part.upper) for part in done]
            sections.setdefault(number, []).append(
                _Section(section, FileWork(file_id), kind, decoder, options, state == "loading", ranges)
            )
        for opened in group:
            self._member(workers, opened, sorted(sections[opened.member.number], key=lambda s: s.number))
            opened.close()

    def _member(self, workers: Workers, opened: "_Opened", sections: Sequence["_Section"]) -> None:
        """Decode a member; its batches go in while it is read."""
        errors = self._decode(
            opened, sections, lambda number, part: workers.submit(sections[number].work, part)
        )
        for section, error in zip(sections, errors, strict=True):
            if section.wanted:
                workers.finish(section.work, error)

    def _decode(
        self,
        opened: "_Opened",
        sections: Sequence["_Section"],
        take: Callable[[int, Batch], None],
    ) -> list[str | None]:
        """Hand on what the lake lacks of a member; what is wrong with each of its sections."""
        decoder = sections[0].decoder
        if opened.error is not None or decoder == "none" or not any(section.wanted for section in sections):
            return [opened.error] * len(sections)
        if decoder not in DECODERS:
            return [f"this lakectl cannot decode {decoder!r}; it is older than the lake"] * len(sections)
        try:
            options = [section.options for section in sections]
            decoding = make_decoder(decoder, opened, options, self._limits, self._blobs)
            for batch in decoding:
                section = sections[batch.section]
                if section.wanted:
                    for part in batch.without(section.done):
                        take(batch.section, part)
            return [opened.error or error for error in decoding.errors]
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError) as fault:
            # Whatever a hostile file makes of a decoder, or of the library behind it: that file fails.
            return [f"its decoder failed: {type(fault).__name__}: {fault}"] * len(sections)

    def _account(self, connection: psycopg.Connection, outcomes: list[Outcome]) -> Account:
        archives = [outcome.archive_id for outcome in outcomes]
        return Account(
            outcomes,
            database.rows(connection, "account", {"archives": archives}),
            database.rows(connection, "failed_files", {"archives": archives, "limit": SHOWN}),
            database.rows(connection, "first_rejects", {"archives": archives, "limit": SHOWN}),
            time.monotonic() - self._status.began,
            self._status.counters.records,
        )


@dataclass(slots=True)
class _Section:
    """A file of the lake: one list of a member."""

    number: int
    work: FileWork
    kind: str | None
    decoder: str
    options: dict[str, Any]
    wanted: bool
    done: list[tuple[int, int]]


class _Opened:
    """A member whose beginning has been read; reads it again from the start.

    Damage ends it like the end of the file, with the reason in `error`, so that what came before is loaded.
    """

    def __init__(self, member: Member, at_first: int) -> None:
        self.member = member
        self.error = member.error
        self._stream = member.stream
        self._ended = self.error is not None
        parts = list(self._first(at_first)) if self.error is None else []
        self._data = b"".join(parts)
        self.whole = self._ended
        self.held = len(self._data)
        # A damaged member is still read up to the damage; one that may not be read at all is not.
        self._damage, self.error = self.error, member.error

    def close(self) -> None:
        self._stream.close()

    def _first(self, wanted: int) -> Iterator[bytes]:
        held = 0
        while held < wanted and (part := self._next(_FIRST_BYTES)):
            held += len(part)
            yield part

    def _next(self, size: int = _CHUNK) -> bytes:
        if self._ended:
            return b""
        try:
            part = self._stream.read(size)
        except MemberError as error:
            self.error = str(error)
            part = b""
        self._ended = not part
        return part

    def describe(self) -> dict[str, Any]:
        """The member as imports.register_files wants it."""
        size = len(self._data) if self.whole and not self._damage else self.member.size
        head = head_text(self._data[:HEAD_BYTES])
        return {"member": self.member.number, "path": self.member.path, "size_bytes": size, "head": head}

    def read(self, size: int = -1, /) -> bytes:
        """Some of what is left, whatever `size` is; empty only at the end."""
        part, self._data = self._data or self._next(), b""
        if not part:
            self.error = self.error or self._damage
        return part


def _run(connection: psycopg.Connection, query: str, /, **parameters: Any) -> list[tuple[Any, ...]]:
    return execute(connection, query, parameters)


def load(
    settings: Settings,
    user: str,
    paths: Sequence[Path],
    options: LoadOptions,
    watch: Callable[[Status], Any],
) -> Account:
    """Load `paths` for `user`; `watch` gets the status to show and returns a context manager."""
    status = Status(Counters())
    run = Load(settings, user, options, status)
    with watch(status):
        return run.run(paths)

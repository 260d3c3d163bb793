"""Sends batches to the database: a queue bounded in bytes, and workers with a connection each."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format
from psycopg.types.range import Range

from lakectl.database import queries
from lakectl.errors import LakeError
from lakectl.load.decoders.batch import Batch, Blob

_Result = TypeVar("_Result")
_SMALL_BYTES = 64 * 1024  # of records: a file with more goes in alone
_BUNDLE_FILES = 100
_BUNDLE_BYTES = 1024 * 1024
_BUNDLE_BLOB_BYTES = 64 * 1024 * 1024
_RETRIES = 20
_RETRIED = (
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    psycopg.errors.LockNotAvailable,
)
# Not the fault of a file: nothing more can be loaded.
_FATAL = ("08", "57P", "58", "53100", "53300")


class Utf8:
    """Bytes that go to the server as a text parameter, without a round trip through str."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data


class _Utf8Dumper(Dumper):
    format = Format.BINARY
    oid = psycopg.adapters.types["text"].oid

    def dump(self, obj: Utf8) -> bytes:
        return obj.data


@dataclass(slots=True)
class Counters:
    """What the progress display reads while others write."""

    records: int = 0
    position: int = 0  # how far into the archives everything is in


@dataclass(slots=True)
class FileWork:
    """A file (one section of a member) whose batches are on their way.

    As long as they are small they are `held`, to go in together with other files.
    """

    file_id: UUID
    error: str | None = None  # what was wrong with reading it
    refused: str | None = None  # why the database took no more of it
    held: list[Batch] = field(default_factory=list)
    small: bool = True
    pending: int = 0
    read: bool = False  # all its batches are in the queue
    lock: threading.Lock = field(default_factory=threading.Lock)

    def held_bytes(self) -> int:
        return sum(batch.size() for batch in self.held)

    def held_blob_bytes(self) -> int:
        return sum(blob.size for batch in self.held for blob in batch.blobs)


@dataclass(frozen=True, slots=True)
class Task:
    """A batch or (None) the end of a file, or a bundle of small files.

    `position` is how far had been read when it was made.
    """

    work: FileWork | Sequence[FileWork]
    batch: Batch | None
    position: int
    size: int


class Queue:
    """Tasks from one reader to several workers; the reader waits while `limit` bytes are in it."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._tasks: deque[Task] = deque()
        self._bytes = 0
        self._busy = 0
        self._closed = False
        self._changed = threading.Condition()

    def put(self, task: Task) -> bool:
        """False when the queue is closed."""
        with self._changed:
            while self._bytes >= self._limit and not self._closed:
                self._changed.wait()
            if self._closed:
                return False
            self._tasks.append(task)
            self._bytes += task.size
            self._changed.notify_all()
            return True

    def get(self) -> Task | None:
        """The next task, to be given to `done`; None when the queue is closed."""
        with self._changed:
            while not self._tasks and not self._closed:
                self._changed.wait()
            if self._closed:
                return None
            self._busy += 1
            return self._tasks.popleft()

    def done(self, task: Task) -> None:
        with self._changed:
            self._busy -= 1
            self._bytes -= task.size
            self._changed.notify_all()

    def join(self) -> None:
        """Wait until all tasks are done, or the queue is closed."""
        with self._changed:
            while (self._tasks or self._busy) and not self._closed:
                self._changed.wait(1)  # a time limit lets Ctrl-C through

    def close(self) -> None:
        """Drop what is waiting; `get` and `put` return at once from now on."""
        with self._changed:
            self._closed = True
            self._tasks.clear()
            self._changed.notify_all()


class Workers:
    """`count` threads that take batches from a queue into the database.

    `connect` opens a connection as the lake user, `settle` makes the bytes of blobs safe before the lake
    names them, `position` says how far the reader is. What cannot be put down to one file (a lost connection,
    a full disk) closes the queue and is raised by `check`, `submit` and `drain`.
    """

    def __init__(
        self,
        connect: Callable[[], psycopg.Connection],
        settle: Callable[[Sequence[Blob]], None],
        *,
        count: int,
        queue_bytes: int,
        counters: Counters,
        position: Callable[[], int],
    ) -> None:
        self._connect = connect
        self._settle = settle
        self._position = position
        self._queue = Queue(queue_bytes)
        self._counters = counters
        self._failure: LakeError | None = None
        self._bundle: list[FileWork] = []
        self._bundle_bytes = 0
        self._blob_bytes = 0
        self._threads = [
            threading.Thread(target=self._run, name=f"worker-{n}", daemon=True) for n in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, work: FileWork, batch: Batch) -> None:
        """A batch of a file, which may be held until the file has ended."""
        work.held.append(batch)
        if work.small and work.held_bytes() <= _SMALL_BYTES:
            return
        work.small = False
        for ready in work.held:
            with work.lock:
                work.pending += 1
            self._put(Task(work, ready, self._position(), ready.size()))
        work.held.clear()

    def finish(self, work: FileWork, error: str | None) -> None:
        """All batches of the file are submitted; it ends when the last one is in."""
        with work.lock:
            work.read = True
            work.error = error
            work.pending += 1
        if not work.small:
            self._put(Task(work, None, self._position(), 0))
            return
        self._bundle.append(work)
        self._bundle_bytes += work.held_bytes()
        self._blob_bytes += work.held_blob_bytes()
        if (
            len(self._bundle) >= _BUNDLE_FILES
            or self._bundle_bytes >= _BUNDLE_BYTES
            or self._blob_bytes >= _BUNDLE_BLOB_BYTES
        ):
            self._send_bundle()

    def _send_bundle(self) -> None:
        bundle, size = self._bundle, self._bundle_bytes
        self._bundle, self._bundle_bytes, self._blob_bytes = [], 0, 0
        if bundle:
            self._put(Task(bundle, None, self._position(), size))

    def _put(self, task: Task) -> None:
        if not self._queue.put(task):
            self.check()

    def drain(self) -> None:
        """Wait until everything submitted is in."""
        self._send_bundle()
        self._queue.join()
        self.check()
        self._counters.position = self._position()

    def check(self) -> None:
        """Raise what stopped the workers."""
        if self._failure is not None:
            raise self._failure

    def close(self) -> None:
        """Let each worker end the batch it has in hand, and stop."""
        self._queue.close()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        try:
            with self._connect() as connection:
                connection.adapters.register_dumper(Utf8, _Utf8Dumper)
                # A batch that a crash of the server loses is loaded again: its checkpoint is lost with it.
                connection.execute(queries["load_session"])
                while (task := self._queue.get()) is not None:
                    try:
                        self._task(connection, task)
                        self._counters.position = max(self._counters.position, task.position)
                    finally:
                        self._queue.done(task)
        except LakeError as error:
            self._fail(error)
        except Exception as error:
            self._fail(LakeError(f"The load stopped: {_first_line(error)}", _GO_ON, status=3))

    def _fail(self, error: LakeError) -> None:
        self._failure = self._failure or error
        self._queue.close()

    def _task(self, connection: psycopg.Connection, task: Task) -> None:
        if isinstance(task.work, FileWork):
            self._do(connection, task.work, task.batch)
        elif not self._together(connection, task.work):
            for work in task.work:
                work.pending += len(work.held)
                for batch in [*work.held, None]:
                    self._do(connection, work, batch)

    def _together(self, connection: psycopg.Connection, works: Sequence[FileWork]) -> bool:
        """All in one transaction and few round trips; False when a file is refused, and so all are."""
        batches = [(work.file_id, batch) for work in works for batch in work.held]
        whole = [(file_id, batch) for file_id, batch in batches if not batch.broken]
        blobs = [blob for _, batch in batches for blob in batch.blobs]
        self._settle(blobs)
        try:
            with connection.transaction(), connection.pipeline():
                _keep_blobs(connection, blobs)
                if whole:
                    _run(connection, "ingest_files", _as_parameters(whole))
                for file_id, batch in batches:
                    if batch.broken:
                        self._ingest(connection, file_id, batch)
                ends = {"files": [work.file_id for work in works], "errors": [work.error for work in works]}
                _run(connection, "finish_files", ends)
        except psycopg.Error as error:
            if fatal(connection, error):
                raise lost(error) from None
            return False
        self._counters.records += sum(_records(batch) for _, batch in batches)
        return True

    def _do(self, connection: psycopg.Connection, work: FileWork, batch: Batch | None) -> None:
        if batch is not None and work.refused is None:
            try:
                self._send(connection, work.file_id, batch)
            except psycopg.Error as error:
                if fatal(connection, error):
                    raise lost(error) from None
                work.refused = _first_line(error)
        with work.lock:
            work.pending -= 1
            ended = work.read and work.pending == 0
        if ended:
            execute(connection, "finish_file", {"file": work.file_id, "error": work.refused or work.error})

    def _send(self, connection: psycopg.Connection, file_id: UUID, batch: Batch) -> None:
        try:
            _again(lambda: self._transaction(connection, file_id, batch))
        except psycopg.Error as error:
            if error.sqlstate != "LK302":
                raise
            # A load that was killed had a batch on its way, and the server has committed it since.
            taken = execute(connection, "taken", {"file": file_id})[0][0]
            parts = list(batch.without((part.lower, part.upper) for part in taken))
            if parts and parts[0] is batch:
                raise
            for part in parts:
                self._send(connection, file_id, part)
        else:
            self._counters.records += _records(batch)

    def _transaction(self, connection: psycopg.Connection, file_id: UUID, batch: Batch) -> None:
        if batch.blobs:
            self._settle(batch.blobs)
            with connection.transaction():
                _keep_blobs(connection, batch.blobs)
                self._ingest(connection, file_id, batch)
        else:
            self._ingest(connection, file_id, batch)

    def _ingest(self, connection: psycopg.Connection, file_id: UUID, batch: Batch) -> None:
        _run(
            connection,
            "ingest",
            {
                "file": file_id,
                "ordinals": Range(batch.first, batch.end),
                "records": Utf8(batch.text()),
                "positions": None if _is_contiguous(batch) else batch.positions,
                "broken_ordinals": [b.ordinal for b in batch.broken] or None,
                "broken_reasons": [b.reason for b in batch.broken] or None,
                "broken_raws": [b.raw for b in batch.broken] or None,
            },
        )


def _as_parameters(batches: Sequence[tuple[UUID, Batch]]) -> dict[str, Any]:
    """Batches of several files, of which nothing is broken, as imports.ingest_files wants them."""
    positions = None
    if not all(_is_contiguous(batch) for _, batch in batches):
        positions = [
            position for _, batch in batches for position in batch.positions or range(batch.first, batch.end)
        ]
    return {
        "files": [file_id for file_id, _ in batches],
        "ordinals": [Range(batch.first, batch.end) for _, batch in batches],
        "records": [batch.text().decode() for _, batch in batches],
        "positions": positions,
    }


def _is_contiguous(batch: Batch) -> bool:
    return len(batch.records) == batch.end - batch.first


def _keep_blobs(connection: psycopg.Connection, blobs: Sequence[Blob]) -> None:
    if blobs:
        parameters = {"sha256s": [b.sha256 for b in blobs], "sizes": [b.size for b in blobs]}
        _run(connection, "keep_blobs", parameters)


def _records(batch: Batch) -> int:
    return len(batch.records) + len(batch.broken)


_GO_ON = "What was loaded is safe. Run the same command again to go on."


def execute(connection: psycopg.Connection, name: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    """One statement, one transaction; again where the server asks for it."""
    return _again(lambda: _run(connection, name, parameters).fetchall())


def _run(connection: psycopg.Connection, name: str, parameters: dict[str, Any]) -> psycopg.Cursor:
    return connection.execute(queries[name], parameters, prepare=True)


def _again(transaction: Callable[[], _Result]) -> _Result:
    for attempt in range(_RETRIES):
        try:
            return transaction()
        except _RETRIED:
            if attempt == _RETRIES - 1:
                raise
            time.sleep(0.01 * 2 ** min(attempt, 6))
    raise AssertionError


def fatal(connection: psycopg.Connection, error: psycopg.Error) -> bool:
    """Whether the error is of the connection or the server, not of the statement."""
    state = error.sqlstate or ""
    return connection.closed or not state or state.startswith(_FATAL)


def lost(error: psycopg.Error) -> LakeError:
    """What to tell when the server has gone away or cannot go on."""
    return LakeError(f"The lake stopped answering: {_first_line(error)}", _GO_ON, status=3)


def _first_line(error: Exception) -> str:
    if isinstance(error, psycopg.Error) and error.diag.message_primary:
        hint = f" ({error.diag.message_hint})" if error.diag.message_hint else ""
        return error.diag.message_primary + hint
    return (str(error).strip().splitlines() or [type(error).__name__])[0]

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
    """A file (one section of a member) whose batches are on their way."""

    file_id: UUID
    error: str | None = None  # what was wrong with reading it
    refused: str | None = None  # why the database took no more of it
    pending: int = 0
    read: bool = False  # all its batches are in the queue
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(slots=True)
class Parcel:
    """A small file: all that was read of it."""

    work: FileWork
    batches: list[Batch] = field(default_factory=list)
    error: str | None = None

    def size(self) -> int:
        return sum(batch.size() for batch in self.batches)

    def single(self) -> bytes | None:
        """Its only record, where it has no more to it."""
        match self.batches:
            case [Batch(first=1, end=2, records=[record], broken=[])] if self.error is None:
                return bytes(record)
        return None


@dataclass(frozen=True, slots=True)
class Task:
    """A batch or (None) the end of a file, or a bundle of small files.

    `position` is how far had been read when it was made.
    """

    work: FileWork | None
    what: Batch | Sequence[Parcel] | None
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
        self._threads = [
            threading.Thread(target=self._run, name=f"worker-{n}", daemon=True) for n in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, work: FileWork, batch: Batch) -> None:
        with work.lock:
            work.pending += 1
        self._put(Task(work, batch, self._position(), batch.size()))

    def finish(self, work: FileWork, error: str | None) -> None:
        """All batches of the file are submitted; it ends when the last one is in."""
        with work.lock:
            work.read = True
            work.error = error
            work.pending += 1
        self._put(Task(work, None, self._position(), 0))

    def submit_bundle(self, parcels: Sequence[Parcel]) -> None:
        """Small files, which go in with one transaction."""
        for parcel in parcels:
            parcel.work.error = parcel.error
            parcel.work.read = True
        self._put(Task(None, parcels, self._position(), sum(parcel.size() for parcel in parcels)))

    def _put(self, task: Task) -> None:
        if not self._queue.put(task):
            self.check()

    def drain(self) -> None:
        """Wait until everything submitted is in."""
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
        if task.work is not None and not isinstance(task.what, Sequence):
            self._do(connection, task.work, task.what)
        elif isinstance(task.what, Sequence) and not self._bundle(connection, task.what):
            for parcel in task.what:
                parcel.work.pending = len(parcel.batches) + 1
                for batch in [*parcel.batches, None]:
                    self._do(connection, parcel.work, batch)

    def _bundle(self, connection: psycopg.Connection, parcels: Sequence[Parcel]) -> bool:
        """All in one transaction and few round trips; False when a file is refused, and so all are."""
        blobs = [blob for parcel in parcels for batch in parcel.batches for blob in batch.blobs]
        single = {
            parcel.work.file_id: record for parcel in parcels if (record := parcel.single()) is not None
        }
        self._settle(blobs)
        try:
            with connection.transaction():
                _keep_blobs(connection, blobs)
                records = [record.decode() for record in single.values()]
                done = _run(
                    connection, "ingest_files", {"files": list(single), "records": records}
                ).fetchone()
                taken = set(done[0] if done else ())
                with connection.pipeline():
                    for parcel in parcels:
                        if parcel.work.file_id in taken:
                            continue
                        for batch in parcel.batches:
                            self._statements(connection, parcel.work.file_id, batch)
                        end = {"file": parcel.work.file_id, "error": parcel.work.error}
                        _run(connection, "finish_file", end)
        except psycopg.Error as error:
            if fatal(connection, error):
                raise lost(error) from None
            return False
        for parcel in parcels:
            self._counters.records += sum(_records(batch) for batch in parcel.batches)
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
                self._statements(connection, file_id, batch)
        else:
            self._statements(connection, file_id, batch)

    def _statements(self, connection: psycopg.Connection, file_id: UUID, batch: Batch) -> None:
        """What puts a batch into the lake."""
        _keep_blobs(connection, batch.blobs)
        contiguous = len(batch.records) == batch.end - batch.first
        _run(
            connection,
            "ingest",
            {
                "file": file_id,
                "ordinals": Range(batch.first, batch.end),
                "records": Utf8(batch.text()),
                "positions": None if contiguous else batch.positions,
                "broken_ordinals": [b.ordinal for b in batch.broken] or None,
                "broken_reasons": [b.reason for b in batch.broken] or None,
                "broken_raws": [b.raw for b in batch.broken] or None,
            },
        )


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

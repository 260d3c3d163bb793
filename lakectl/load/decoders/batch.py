"""What a decoder yields: batches of records, with the position of each in its source list."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Protocol

import msgspec

from lakectl.load.decoders.text import Readable

MAX_RECORD_BYTES = 64 * 1024 * 1024
"""A longer record is kept as broken, without its text."""

SEPARATOR = b"\r,\r"
"""Stands between the records of a batch, which between brackets are a JSON array as they stand: replacing
another separator would cost a twentieth of a load. Inside a record, where it is white space, it gets line
feeds."""

_NUL = b"\\u0000"

RAW_KEPT = 64 * 1024
"""So many bytes of a broken record are kept for its owner to look at."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large batches may get. Results never depend on it."""

    batch_bytes: int = 2 * 1024 * 1024
    batch_records: int = 10_000


@dataclass(frozen=True, slots=True)
class Broken:
    """A record that cannot be sent as text: its ordinal, why, and the beginning of its bytes."""

    ordinal: int
    reason: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes that are safe in the blob store."""

    sha256: bytes
    size: int


@dataclass(slots=True)
class Batch:
    """Records of one section with ordinals in [first, end).

    `records` are JSON texts (bytes, or views of a window): valid UTF-8 without NUL and without the
    separator.
    `positions` holds the ordinal of each record, or is None where records[i] has ordinal first + i and
    nothing is broken. Ordinals of the range that neither `positions` nor `broken` names belong to another
    section of the same list.
    """

    section: int
    first: int
    end: int
    records: Sequence[bytes]
    positions: list[int] | None = None
    broken: list[Broken] = field(default_factory=list)
    blobs: list[Blob] = field(default_factory=list)

    def size(self) -> int:
        """Bytes of the records."""
        return sum(map(len, self.records)) + sum(len(b.raw) for b in self.broken)

    def text(self) -> bytes:
        """The records, joined as imports.ingest wants them."""
        return SEPARATOR.join(self.records)

    def without(self, done: Iterable[tuple[int, int]]) -> Iterator["Batch"]:
        """The parts of this batch outside the half-open ranges `done`, which are sorted and disjoint."""
        first = self.first
        for low, high in done:
            if high <= first:
                continue
            if low >= self.end:
                break
            if low > first:
                yield self._part(first, low)
            first = high
        if first < self.end:
            yield self if first == self.first else self._part(first, self.end)

    def _part(self, first: int, end: int) -> "Batch":
        if self.positions is None:
            records = self.records[first - self.first : end - self.first]
            return Batch(self.section, first, end, records, blobs=self.blobs)
        chosen = [i for i, ordinal in enumerate(self.positions) if first <= ordinal < end]
        return Batch(
            self.section,
            first,
            end,
            [self.records[i] for i in chosen],
            [self.positions[i] for i in chosen],
            [b for b in self.broken if first <= b.ordinal < end],
            self.blobs,
        )


def check_text(record: bytes) -> tuple[bytes, str | None]:
    """The record as it can be sent, and why it cannot be sent at all (else None)."""
    if b"\0" in record:
        return record, "contains a NUL byte"
    try:
        record.decode()
    except UnicodeDecodeError as error:
        return record, f"not valid UTF-8 (byte {error.start} of the record)"
    return record.replace(SEPARATOR, b"\n,\n"), None


class Collector:
    """Makes batches of one section out of records that come one by one, numbered in the order they come."""

    def __init__(self, limits: Limits, section: int = 0) -> None:
        self._limits = limits
        self._section = section
        self._encode = msgspec.json.Encoder().encode
        self._end = 1
        self._begin()

    def _begin(self) -> None:
        self._first = self._end
        self._size = 0
        self._records: list[bytes] = []
        self._positions: list[int] = []
        self._broken: list[Broken] = []
        self._blobs: list[Blob] = []

    def add(self, value: Any, blobs: Sequence[Blob] = ()) -> None:
        """The next record. It is broken when a text in it has a NUL or bytes that are no text."""
        try:
            record = self._encode(value)
        except UnicodeEncodeError:
            self.broken("not valid UTF-8", repr(value))
            return
        except RecursionError:
            self.broken("nested too deeply", "")
            return
        if _NUL in record and has_nul(value):
            self.broken("contains a NUL byte", record)
            return
        self._records.append(record)
        self._positions.append(self._end)
        self._blobs.extend(blobs)
        self._size += len(record)
        self._end += 1

    def broken(self, reason: str, raw: bytes | str) -> None:
        """The next record cannot be sent."""
        beginning = raw[:RAW_KEPT]
        if isinstance(beginning, str):
            beginning = beginning.encode("utf-8", "surrogateescape")[:RAW_KEPT]
        self._broken.append(Broken(self._end, reason, beginning))
        self._size += len(beginning)
        self._end += 1

    def full(self) -> bool:
        """It is time to take what is there."""
        return self._size >= self._limits.batch_bytes or self._end - self._first >= self._limits.batch_records

    def take(self) -> Batch:
        """What has come since the last batch."""
        positions = self._positions if self._broken else None
        batch = Batch(
            self._section, self._first, self._end, self._records, positions, self._broken, self._blobs
        )
        self._begin()
        return batch

    def rest(self) -> Iterator[Batch]:
        """The last batch, if anything is left."""
        if self._end > self._first:
            yield self.take()

    def count(self) -> int:
        """Records so far."""
        return self._end - 1


def has_nul(value: Any) -> bool:
    """Whether a text anywhere in a value of lists and objects has a NUL."""
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(has_nul(key) or has_nul(inner) for key, inner in value.items())
    if isinstance(value, list | tuple):
        return any(map(has_nul, value))
    return False


class Keeper(Protocol):
    """A blob store."""

    def keep(self, stream: Readable) -> tuple[bytes, int]:
        """Take in what is left in `stream`; (sha256, bytes). It is safe before a batch that names it is."""
        ...

    def open(self, sha256: bytes) -> IO[bytes]:
        """What was taken in, to be read."""
        ...


class Decoder(Protocol):
    """Iterate it once for its batches; `errors` then holds what is wrong with each section, or None."""

    errors: list[str | None]

    def __iter__(self) -> Iterator[Batch]: ...

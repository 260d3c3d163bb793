"""What a decoder yields: batches of records, with the position of each in its source list."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

MAX_RECORD_BYTES = 64 * 1024 * 1024
"""A longer record is kept as broken, without its text."""

SEPARATOR = b"\r,\r"
"""Stands between the records of a batch, which between brackets are a JSON array as they stand: replacing
another separator would cost a twentieth of a load. Inside a record, where it is white space, it gets line
feeds."""

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
            return Batch(self.section, first, end, self.records[first - self.first : end - self.first])
        chosen = [i for i, ordinal in enumerate(self.positions) if first <= ordinal < end]
        return Batch(
            self.section,
            first,
            end,
            [self.records[i] for i in chosen],
            [self.positions[i] for i in chosen],
            [b for b in self.broken if first <= b.ordinal < end],
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


class Decoder(Protocol):
    """Iterate it once for its batches; `errors` then holds what is wrong with each section, or None."""

    errors: list[str | None]

    def __iter__(self) -> Iterator[Batch]: ...

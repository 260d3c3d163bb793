"""What the kinds of a sample (listed in writer.py) have in common: days, files, pieces of files, times."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

_EPOCH = date(1970, 1, 1).toordinal()
_DAY_S = 86_400


@dataclass(frozen=True)
class Window:
    """The days of an export: from midnight UTC of `start` up to, not including, midnight UTC of `end`."""

    start: date
    end: date

    @cached_property
    def start_ms(self) -> int:
        return midnight_ms(self.start)

    @cached_property
    def end_ms(self) -> int:
        return midnight_ms(self.end)


def midnight_ms(on: date) -> int:
    """Midnight UTC of a day, in ms since 1970."""
    return (on.toordinal() - _EPOCH) * _DAY_S * 1000


Chunk = tuple[str | bytes, int]
"""A piece of a file and how many records it completes."""


@dataclass(frozen=True)
class Member:
    """One file of the archive: its path and its content, made while it is written."""

    path: str
    chunks: Callable[[], Iterator[Chunk]]


@dataclass(frozen=True)
class Kind:
    """One kind of content: its share of the whole, and its files.

    `members(seed, window, rate)`: `rate` is how much happens, 1 being an ordinary life; bytes grow with
    it, and what happens at a lower rate also happens at a higher one wherever that is possible.
    """

    share: float
    members: Callable[[int, Window, float], Iterator[Member]]


def whole(path: str, content: Callable[[], str | bytes], records: int = 0) -> Member:
    """A file that is made in one piece, with so many records."""

    def chunks() -> Iterator[Chunk]:
        yield content(), records

    return Member(path, chunks)


def listed(texts: Iterator[str], opening: str, between: str, closing: str) -> Iterator[Chunk]:
    """Texts, one a record, in pieces of some hundred."""
    batch: list[str] = []
    lead = opening
    for text in texts:
        batch.append(text)
        if len(batch) == 500:
            yield lead + between.join(batch), len(batch)
            batch, lead = [], between
    yield (lead + between.join(batch) if batch or lead == opening else "") + closing, len(batch)


def iso_ms(at_ms: int) -> str:
    """`2023-04-05T06:07:08.123Z`."""
    seconds, milliseconds = divmod(at_ms, 1000)
    day, second = divmod(seconds, _DAY_S)
    return (
        f"{_day_text(day)}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}.{milliseconds:03d}Z"
    )


@lru_cache(maxsize=1024)
def _day_text(day: int) -> str:
    return date.fromordinal(_EPOCH + day).isoformat()

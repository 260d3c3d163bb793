"""What every kind of archive has in common: members, their names, and what is refused."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from lakectl.config import Load
from lakectl.load.decoders.text import Readable

MIB = 1024 * 1024
GB = 10**9
BOMB_BYTES = GB
"""Below this many unpacked bytes the ratio does not matter."""


class MemberError(Exception):
    """A member cannot be read (further); the message is the reason that its owner sees."""


class ArchiveError(Exception):
    """An archive cannot be read (further); what was read before is good."""


class Stream(Readable, Protocol):
    """The bytes of a member; reading raises MemberError."""

    def close(self) -> None:
        """Be done with it, read or not."""
        ...


@dataclass(slots=True)
class Member:
    """One file in an archive.

    `number` counts members from 0 in archive order, `path` is normalised to NFC, `error` says why the
    member must not be read.
    """

    number: int
    path: str
    size: int
    modified: datetime | None
    stream: Stream
    error: str | None = None


class Archive(Protocol):
    """Something that is loaded as one: read once, nothing unpacked.

    Where it is not `in_any_order`, a member must be read before the next one is asked for.
    """

    name: str
    format: str  # zip, tgz, tar, folder, file
    size_bytes: int
    fingerprint: bytes
    newest_member_at: datetime | None
    in_any_order: bool
    position: int  # how much has been read …
    total: int  # … of how much, in any unit

    def listing(self) -> Iterable[tuple[str, int]]:
        """Path and size of each member, where that is known without reading; else nothing."""
        ...

    def members(self) -> Iterator[Member]:
        """All members, in order; raises ArchiveError where the archive breaks off."""
        ...

    def close(self) -> None:
        """Be done with reading it."""
        ...


class Nothing:
    """The stream of a member that is not read."""

    def read(self, size: int = -1, /) -> bytes:
        return b""

    def close(self) -> None:
        pass


@dataclass(slots=True)
class Guard:
    """Refuses members that unpack to absurd sizes."""

    limits: Load
    archive_bytes: int
    unpacked: int = field(default=0)

    def check(self, unpacked: int, packed: int | None = None) -> str | None:
        """Why a member of `unpacked` bytes that takes `packed` in the archive is refused, or None.

        Counts all that was let through, so that many small bombs are one large one.
        """
        if unpacked > self.limits.max_member_gb * GB:
            return f"unpacks to {unpacked / GB:.1f} GB, over the limit of {self.limits.max_member_gb:g} GB"
        if packed is not None and unpacked > BOMB_BYTES and unpacked > packed * self.limits.max_ratio:
            return f"unpacks to more than {self.limits.max_ratio:g} times its size"
        self.unpacked += unpacked
        return self.over()

    def over(self) -> str | None:
        """Why no more may be unpacked from this archive, or None."""
        if self.unpacked > BOMB_BYTES and self.unpacked > self.archive_bytes * self.limits.max_ratio:
            return f"the archive unpacks to more than {self.limits.max_ratio:g} times its size"
        return None


def clean_path(name: str) -> str:
    """A member's name as text that can be stored: NFC, no NUL, no undecodable bytes, no leading ./"""
    if name.isascii() and "\0" not in name:
        return name.removeprefix("./") or "."
    text = (
        name.encode("utf-8", "surrogateescape")
        .decode("utf-8", "replace")
        .replace("\0", "\N{REPLACEMENT CHARACTER}")
    )
    return unicodedata.normalize("NFC", text.removeprefix("./")) or "."


def climbs(path: str) -> bool:
    """Whether the name leads out of its archive."""
    parts = re.split(r"[/\\]", path)
    return ".." in parts or parts[0] == "" or re.fullmatch(r"[A-Za-z]:", parts[0]) is not None


def file_fingerprint(path: Path) -> tuple[int, bytes]:
    """Size, and a sha256 over size, first and last MiB."""
    size = path.stat().st_size
    digest = hashlib.sha256(size.to_bytes(8, "big"))
    with path.open("rb") as file:
        digest.update(file.read(MIB))
        file.seek(max(0, size - MIB))
        digest.update(file.read(MIB))
    return size, digest.digest()


def from_timestamp(seconds: float) -> datetime | None:
    """A time of a file system, or None where it is out of any calendar."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None

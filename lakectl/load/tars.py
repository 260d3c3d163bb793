"""Tar archives, compressed with gzip or not, as one stream."""

import gzip
import lzma
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, cast

from lakectl.config import Load
from lakectl.load.members import (
    ArchiveError,
    Guard,
    Member,
    MemberError,
    Nothing,
    clean_path,
    climbs,
    file_fingerprint,
    from_timestamp,
)

_ERRORS = (tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError)
_BLOCK = 512
_BUFFER = 1024 * 1024


class TarArchive:
    """A tar file; `position` is in bytes of the file as it lies on disk."""

    in_any_order = False

    def __init__(self, path: Path, limits: Load, *, compressed: bool) -> None:
        self.name = path.name
        self.format = "tgz" if compressed else "tar"
        self._path = path
        self._limits = limits
        self._compressed = compressed
        self.size_bytes, self.fingerprint = file_fingerprint(path)
        self.total = self.size_bytes
        self.position = 0
        self.newest_member_at = self._first_time()

    def listing(self) -> Iterable[tuple[str, int]]:
        return []

    def members(self) -> Iterator[Member]:
        guard = Guard(self._limits, self.size_bytes)
        number = 0
        try:
            with self._path.open("rb") as file:
                source = _Source(file, compressed=self._compressed)
                archive = _open(source)
                while (info := archive.next()) is not None:
                    archive.members = []  # type: ignore[attr-defined]  # else it remembers all of them
                    self.position = file.tell()
                    if info.isdir():
                        continue
                    path = clean_path(info.name)
                    error = _refusal(info, path)
                    stream = Nothing() if error else _TarStream(self, file, archive, info, guard)
                    size = 0 if error else info.size
                    yield Member(number, path, size, from_timestamp(info.mtime), stream, error)
                    number += 1
                    if reason := guard.over():
                        raise ArchiveError(reason)
                if source.damage:
                    raise ArchiveError(f"the archive is damaged or cut off ({source.damage})")
                self.position = self.total
        except _ERRORS as error:
            raise ArchiveError(f"the archive is damaged or cut off ({error})") from None

    def close(self) -> None:
        pass

    def _first_time(self) -> datetime | None:
        try:
            with self._path.open("rb") as file:
                source = _Source(file, compressed=self._compressed)
                first = _open(source).next()
        except _ERRORS:
            return None
        return from_timestamp(first.mtime) if first else None


class _TarStream:
    def __init__(
        self,
        owner: TarArchive,
        file: IO[bytes],
        archive: tarfile.TarFile,
        info: tarfile.TarInfo,
        guard: Guard,
    ) -> None:
        self._owner = owner
        self._file = file
        self._stream = cast(IO[bytes], archive.extractfile(info))
        self._guard = guard
        self._reason = guard.check(info.size)

    def read(self, size: int = -1, /) -> bytes:
        if self._reason:
            raise MemberError(self._reason)
        try:
            data = self._stream.read(size)
        except _ERRORS:
            self._reason = "the archive ends or is damaged inside this file"
            raise MemberError(self._reason) from None
        self._owner.position = self._file.tell()
        return data

    def close(self) -> None:
        pass


def _open(source: "_Source") -> tarfile.TarFile:
    stream = cast(IO[bytes], source)
    return tarfile.open(fileobj=stream, mode="r|", bufsize=_BUFFER, errorlevel=2)


class _Source:
    """The tar stream; damage of the compression ends it, after everything that came before."""

    def __init__(self, file: IO[bytes], *, compressed: bool) -> None:
        self._stream = gzip.GzipFile(fileobj=file) if compressed else cast(gzip.GzipFile, file)
        self.damage = ""

    def read(self, size: int) -> bytes:
        parts = []
        while size > 0 and not self.damage:
            try:
                part = self._stream.read1(size)
            except _ERRORS as error:
                self.damage = str(error)
                break
            if not part:
                break
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


def _refusal(info: tarfile.TarInfo, path: str) -> str | None:
    if climbs(path):
        return "its name leads out of the archive"
    if info.issym() or info.islnk():
        return "a link, which is not followed"
    if not info.isreg():
        return "a device or pipe, which is not read"
    return None


def is_tar(head: bytes) -> bool:
    """Whether the first 512 bytes are a tar header."""
    if len(head) < _BLOCK:
        return False
    try:
        tarfile.TarInfo.frombuf(head[:_BLOCK], "utf-8", "surrogateescape")
    except tarfile.TarError:
        return False
    return True

"""Zip archives, also ones whose end is missing."""

import gc
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

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
)

_ENCRYPTED = 0x1
_HAS_DESCRIPTOR = 0x8
_IS_UTF8 = 0x800
_ZIP64 = 0xFFFFFFFF
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_CHUNK = 256 * 1024


class ZipArchive:
    """A zip file, its members in the order of their bytes."""

    format = "zip"

    def __init__(self, path: Path, limits: Load) -> None:
        self.name = path.name
        self._path = path
        self._limits = limits
        self.size_bytes, self.fingerprint = file_fingerprint(path)
        self.position = 0
        self._file: IO[bytes] | None = None
        try:
            # The list of members is read once: of 300,000 it takes seconds, and much memory.
            with path.open("rb") as file, _no_search_for_cycles():
                self._archive = zipfile.ZipFile(file)
            self._infos = sorted(self._archive.infolist(), key=lambda info: info.header_offset)
            self.in_any_order = True
        except (zipfile.BadZipFile, OSError, ValueError, struct.error) as error:
            self.in_any_order = False
            # The list of members is missing: go from one local header to the next as far as they last.
            self._infos = []
            self._damage: str | None = f"the archive is damaged or cut off ({error})"
            self.total = self.size_bytes
            with path.open("rb") as file:
                first = _read_header(file)
            self.newest_member_at = _time(first.date_time) if first else None
        else:
            self._damage = None
            self.total = sum(info.file_size for info in self._infos)
            self.newest_member_at = max(
                filter(None, map(_time, {i.date_time for i in self._infos})), default=None
            )

    def listing(self) -> Iterable[tuple[str, int]]:
        return ((clean_path(_name(info)), info.file_size) for info in self._infos if not info.is_dir())

    def members(self) -> Iterator[Member]:
        if self._damage:
            yield from self._salvaged(self._damage)
            return
        guard = Guard(self._limits, self.size_bytes)
        # Open while it is read only: an export may have more parts than files may be open.
        self._file = self._archive.fp = self._path.open("rb")
        number = 0
        for info in self._infos:
            if info.is_dir():
                continue
            path = clean_path(_name(info))
            error = _refusal(info, path) or guard.check(info.file_size, info.compress_size)
            stream = Nothing() if error else _ZipStream(self, self._archive, info)
            self.position += info.file_size if error else 0
            yield Member(number, path, info.file_size, _time(info.date_time), stream, error)
            number += 1

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _salvaged(self, damage: str) -> Iterator[Member]:
        guard = Guard(self._limits, self.size_bytes)
        with self._path.open("rb") as file:
            number = 0
            while info := _read_header(file):
                path = clean_path(_name(info))
                stream = _SalvagedStream(file, info, guard)
                if not info.is_dir():
                    error = _refusal(info, path)
                    yield Member(
                        number,
                        path,
                        info.file_size,
                        _time(info.date_time),
                        Nothing() if error else stream,
                        error,
                    )
                    number += 1
                try:
                    stream.skip()
                except MemberError:
                    break
                self.position = file.tell()
        raise ArchiveError(damage)


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """A fifth of the time in which a long list of objects is made goes into looking for cycles among them."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class _ZipStream:
    """Reads one member; opened when first read."""

    def __init__(self, owner: ZipArchive, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        self._owner = owner
        self._archive = archive
        self._info = info
        self._file: IO[bytes] | None = None
        self._left = info.file_size

    def read(self, size: int = -1, /) -> bytes:
        try:
            if self._file is None:
                self._file = self._archive.open(self._info)
            data = self._file.read(size)
        except NotImplementedError:
            method = self._info.compress_type
            raise MemberError(f"compressed by method {method}, which is not supported") from None
        except RuntimeError:
            raise MemberError("encrypted") from None
        except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, struct.error) as error:
            raise MemberError(_reason(error)) from None
        self._owner.position += len(data)
        self._left -= len(data)
        return data

    def close(self) -> None:
        self._owner.position += self._left
        if self._file is not None:
            self._file.close()


class _SalvagedStream:
    """Reads one member from its local header on, and knows where it ends."""

    def __init__(self, file: IO[bytes], info: zipfile.ZipInfo, guard: Guard) -> None:
        self._file = file
        self._info = info
        self._guard = guard
        self._inflate = zlib.decompressobj(-15) if info.compress_type == zipfile.ZIP_DEFLATED else None
        self._left = info.compress_size  # stored bytes to come; unused for deflate, which knows its end
        self._crc = 0
        self._ended = False

    def read(self, size: int = -1, /) -> bytes:
        if self._ended:
            return b""
        parts = []
        wanted = size
        while size < 0 or wanted > 0:
            part = self._some(_CHUNK if size < 0 else wanted)
            if not part:
                break
            parts.append(part)
            wanted -= len(part)
        return b"".join(parts)

    def close(self) -> None:
        pass

    def skip(self) -> None:
        """Go to the next header; MemberError when the bytes do not last."""
        if self._info.flag_bits & _ENCRYPTED:
            if self._info.flag_bits & _HAS_DESCRIPTOR:
                raise MemberError("encrypted")
            self._file.seek(self._left, 1)
            return
        while self._some(_CHUNK):
            pass

    def _some(self, size: int) -> bytes:
        while not self._ended:
            if self._inflate is None:
                data = self._file.read(min(size, self._left))
                self._left -= len(data)
                if not data and self._left:
                    raise MemberError("the archive ends inside this file")
                self._ended = self._left == 0
            else:
                packed = self._inflate.unconsumed_tail or self._file.read(_CHUNK)
                if not packed:
                    raise MemberError("the archive ends inside this file")
                try:
                    data = self._inflate.decompress(packed, size)
                except zlib.error as error:
                    raise MemberError(_reason(error)) from None
                self._ended = self._inflate.eof
                if self._ended:
                    self._file.seek(-len(self._inflate.unused_data), 1)
            self._crc = zlib.crc32(data, self._crc)
            self._guard.unpacked += len(data)
            if reason := self._guard.over():
                raise MemberError(reason)
            if self._ended:
                self._check()
            if data:
                return data
        return b""

    def _check(self) -> None:
        crc = self._info.CRC
        if self._info.flag_bits & _HAS_DESCRIPTOR:
            found = self._file.read(16)
            shift = 4 if found.startswith(b"PK\x07\x08") else 0
            crc = int.from_bytes(found[shift : shift + 4], "little")
            # The sizes take 4 bytes each, or 8: the next header tells which.
            rest = found[shift + 4 :] + self._file.read(shift + 12)
            length = next((n for n in (8, 16) if rest[n : n + 2] == b"PK"), 8)
            self._file.seek(length - len(rest), 1)
        if crc != self._crc:
            raise MemberError("damaged: its checksum is wrong")


def _read_header(file: IO[bytes]) -> zipfile.ZipInfo | None:
    """The local header at the file's position, or None where there is no (whole) one."""
    fixed = file.read(_LOCAL_HEADER.size)
    if len(fixed) < _LOCAL_HEADER.size or not fixed.startswith(b"PK\x03\x04"):
        return None
    fields = _LOCAL_HEADER.unpack(fixed)
    _, _, flags, method, time, date, crc, packed, unpacked, name_length, extra_length = fields
    name, extra = file.read(name_length), file.read(extra_length)
    if len(extra) < extra_length:
        return None
    info = zipfile.ZipInfo(name.decode("utf-8" if flags & _IS_UTF8 else "cp437", "replace") or "?")
    info.date_time = (
        (date >> 9) + 1980,
        date >> 5 & 15,
        date & 31,
        time >> 11,
        time >> 5 & 63,
        (time & 31) * 2,
    )
    info.flag_bits, info.compress_type, info.CRC = flags, method, crc
    info.compress_size, info.file_size = packed, unpacked
    while len(extra) >= 4:
        tag, length = struct.unpack_from("<2H", extra)
        if tag == 1 and length >= 16 and _ZIP64 in (packed, unpacked):
            info.file_size, info.compress_size = struct.unpack_from("<2Q", extra, 4)
        extra = extra[4 + length :]
    return info


def _refusal(info: zipfile.ZipInfo, path: str) -> str | None:
    if climbs(path):
        return "its name leads out of the archive"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "a link, which is not followed"
    if info.flag_bits & _ENCRYPTED:
        return "encrypted"
    return None


def _name(info: zipfile.ZipInfo) -> str:
    """The name in UTF-8, also where the archive forgot to say that it is."""
    if not info.flag_bits & _IS_UTF8 and not info.filename.isascii():
        try:
            return info.filename.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return info.filename


def _time(parts: tuple[int, int, int, int, int, int]) -> datetime | None:
    try:
        return datetime(*parts, tzinfo=UTC)
    except ValueError:
        return None


def _reason(error: Exception) -> str:
    text = str(error)
    if "CRC" in text:
        return "damaged: its checksum is wrong"
    if isinstance(error, EOFError) or "truncated" in text:
        return "the archive ends inside this file"
    return f"damaged: {text}" if text else "damaged"

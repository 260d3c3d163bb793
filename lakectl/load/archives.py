"""Opens what a person wants to load: zip and tar files, folders, single files."""

import gzip
import hashlib
import os
import re
import stat
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

from lakectl.config import Load
from lakectl.errors import LakeError
from lakectl.load.members import (
    Archive,
    Member,
    MemberError,
    Nothing,
    clean_path,
    file_fingerprint,
    from_timestamp,
)
from lakectl.load.tars import TarArchive, is_tar
from lakectl.load.zips import ZipArchive

_PART = re.compile(r"(?i)takeout-.*\.(zip|tgz|tar\.gz|tar)\Z")


def open_archives(paths: Sequence[Path], limits: Load) -> list[Archive]:
    """The archives that `paths` name, each once, those of one folder and the parts of one export by name.

    A folder is one archive; Takeout archives that lie directly in it are archives of their own. LakeError
    when a path is missing or cannot be read.
    """
    archives: list[Archive] = []
    seen: set[Path] = set()
    for path in sorted(paths, key=lambda p: (str(p.parent), p.name)):
        for archive_path, parts in _expand(path):
            real = archive_path.resolve()
            if real in seen:
                continue
            seen.add(real)
            try:
                archives.append(_open(archive_path, parts, limits))
            except OSError as error:
                raise LakeError(f"{archive_path} cannot be read: {error.strerror or error}.") from None
    return archives


def _expand(path: Path) -> Iterator[tuple[Path, list[Path]]]:
    """The archives in `path`; a folder comes with those of its files that are archives of their own."""
    if not path.exists():
        raise LakeError(f"There is no file or folder {path}.")
    if not path.is_dir():
        yield path, []
        return
    try:
        found = sorted(path.iterdir())
        parts = [p for p in found if _PART.match(p.name) and p.is_file() and not p.is_symlink()]
    except OSError as error:
        raise LakeError(f"{path} cannot be read: {error.strerror or error}.") from None
    for part in parts:
        yield part, []
    # A folder of archives and nothing else is no archive of its own.
    if not parts or len(found) > len(parts):
        yield path, parts


def _open(path: Path, parts: list[Path], limits: Load) -> Archive:
    if path.is_dir():
        return FolderArchive(path, parts)
    if not path.is_file():
        raise LakeError(f"{path} is neither a file nor a folder.")
    with path.open("rb") as file:
        head = file.read(512)
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return ZipArchive(path, limits)
    if head[:2] == b"\x1f\x8b":
        try:
            with gzip.open(path) as stream:
                inner = stream.read(512)
        except (OSError, EOFError, zlib.error):
            inner = b""
        if is_tar(inner):
            return TarArchive(path, limits, compressed=True)
    elif is_tar(head):
        return TarArchive(path, limits, compressed=False)
    return _open_by_name(path, limits)


def _open_by_name(path: Path, limits: Load) -> Archive:
    """What does not begin as an archive: a file, or, where its name says archive, a damaged one."""
    if path.name.lower().endswith(".zip"):
        return ZipArchive(path, limits)
    if path.name.lower().endswith((".tgz", ".tar.gz")):
        return TarArchive(path, limits, compressed=True)
    return SingleFile(path)


class _FileStream:
    """Reads a file of `size` bytes, opened when first read, never through a link."""

    def __init__(self, owner: "FolderArchive | SingleFile", path: Path, size: int, *, follow: bool) -> None:
        self._owner = owner
        self._path = path
        self._left = size
        self._flags = os.O_RDONLY | os.O_NONBLOCK | (0 if follow else os.O_NOFOLLOW)
        self._file: IO[bytes] | None = None

    def read(self, size: int = -1, /) -> bytes:
        try:
            if self._file is None:
                self._file = os.fdopen(os.open(self._path, self._flags), "rb")
            data = self._file.read(size)
        except OSError as error:
            raise MemberError(f"cannot be read: {error.strerror or error}") from None
        self._owner.position += len(data)
        self._left -= len(data)
        return data

    def close(self) -> None:
        self._owner.position += self._left
        if self._file is not None:
            self._file.close()


class FolderArchive:
    """All files below a folder, in the order of their paths; `position` is in bytes."""

    format = "folder"
    in_any_order = True

    def __init__(self, path: Path, without: Sequence[Path]) -> None:
        self.name = path.resolve().name or "/"
        self._root = path
        self.position = 0
        self._files = sorted(_walk(path, {p.name for p in without}), key=lambda found: found[0])
        self.size_bytes = self.total = sum(
            info.st_size for _, _, info in self._files if stat.S_ISREG(info.st_mode)
        )
        digest = hashlib.sha256()
        for name, _, info in self._files:
            digest.update(f"{name}\0{info.st_size}\0{info.st_mtime_ns}\0".encode("utf-8", "surrogateescape"))
        self.fingerprint = digest.digest()
        newest = max((info.st_mtime for _, _, info in self._files), default=None)
        self.newest_member_at = None if newest is None else from_timestamp(newest)

    def listing(self) -> Iterable[tuple[str, int]]:
        return [
            (clean_path(name), info.st_size) for name, _, info in self._files if stat.S_ISREG(info.st_mode)
        ]

    def members(self) -> Iterator[Member]:
        for number, (name, path, info) in enumerate(self._files):
            error = None
            if stat.S_ISLNK(info.st_mode):
                error = "a link, which is not followed"
            elif not stat.S_ISREG(info.st_mode):
                error = "a device or pipe, which is not read"
            size = 0 if error else info.st_size
            stream = _FileStream(self, path, size, follow=False)
            yield Member(
                number,
                clean_path(name),
                size,
                from_timestamp(info.st_mtime),
                Nothing() if error else stream,
                error,
            )

    def close(self) -> None:
        pass


def _walk(root: Path, without: set[str]) -> Iterator[tuple[str, Path, os.stat_result]]:
    """(relative path, path, status) of everything below `root` that is no folder."""
    waiting = [(root, "")]
    while waiting:
        folder, prefix = waiting.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((Path(entry.path), f"{prefix}{entry.name}/"))
                elif prefix or entry.name not in without:
                    yield f"{prefix}{entry.name}", Path(entry.path), entry.stat(follow_symlinks=False)


class SingleFile:
    """One file, given by itself; `position` is in bytes."""

    format = "file"
    in_any_order = True

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._path = path
        self.position = 0
        self.size_bytes, self.fingerprint = file_fingerprint(path)
        self.total = self.size_bytes
        self.newest_member_at = from_timestamp(path.stat().st_mtime)

    def listing(self) -> Iterable[tuple[str, int]]:
        return [(clean_path(self.name), self.size_bytes)]

    def members(self) -> Iterator[Member]:
        stream = _FileStream(self, self._path, self.size_bytes, follow=True)
        yield Member(0, clean_path(self.name), self.size_bytes, self.newest_member_at, stream)

    def close(self) -> None:
        pass

"""Bytes that are kept as they are: a content-addressed store, $LAKE_HOME/blobs/<role>/<aa>/<sha256>."""

import contextlib
import ctypes
import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO

from lakectl.errors import LakeError
from lakectl.load.decoders.batch import Blob
from lakectl.load.decoders.text import Readable

RESERVE_BYTES = 256 * 1024 * 1024
"""Left free on the disk, since the server may live on it too."""

_CHUNK = 1024 * 1024
_SCRATCH = ".new-"
_FEW = 4
_CHECKED_EVERY = 64 * 1024 * 1024

_libc = ctypes.CDLL(None, use_errno=True)


class BlobStore:
    """The blobs of one lake user.

    One thread takes bytes in (`keep`), into a scratch folder that is locked as long as the load lives; any
    thread makes them safe (`settle`).
    """

    def __init__(self, home: Path, role: str) -> None:
        self._root = home / "blobs" / role
        self._scratch: Path | None = None
        self._lock = -1  # a descriptor of the scratch folder
        self._count = 0
        self._waiting: dict[bytes, str] = {}  # scratch files by digest
        self._settling = threading.Lock()
        self._folders: set[str] = set()  # that are there
        self._unchecked = 0  # so many bytes may come before the room on the disk is looked at again

    def check_room(self, needed: int) -> None:
        """LakeError when `needed` more bytes would not fit."""
        try:
            self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
            free = shutil.disk_usage(self._root).free
        except OSError as error:
            raise _not_writable(self._root, error) from None
        if needed + RESERVE_BYTES > free:
            raise _no_room(self._root, needed, free)

    def keep(self, stream: Readable) -> tuple[bytes, int]:
        """Take in what is left in `stream`; (sha256, bytes). It is safe on disk after `settle`."""
        digest = hashlib.sha256()
        size = 0
        held: list[bytes] = []  # a small blob that is there already is not written at all
        descriptor, path = -1, ""
        try:
            while data := stream.read(_CHUNK):
                digest.update(data)
                size += len(data)
                held.append(data)
                if size > _CHUNK:
                    if descriptor < 0:
                        descriptor, path = self._new()
                    self._write(descriptor, held)
            if self._has(digest.digest()):
                return digest.digest(), size
            if descriptor < 0:
                descriptor, path = self._new()
            self._write(descriptor, held)
            self._waiting[digest.digest()] = path
            path = ""
        except OSError as error:
            raise self._fault(error, size) from None
        finally:
            if descriptor >= 0:
                os.close(descriptor)
            if path:
                Path(path).unlink(missing_ok=True)
        return digest.digest(), size

    def open(self, sha256: bytes) -> IO[bytes]:
        """What was taken in, to be read; its name in the file system may be any."""
        try:
            return Path(self._waiting[sha256]).open("rb")
        except (KeyError, FileNotFoundError):  # it is safe by now
            return Path(self._folder(sha256), sha256.hex()).open("rb")

    def settle(self, blobs: Iterable[Blob]) -> None:
        """Make some of what was taken in safe on disk, under its name."""
        with self._settling:  # who comes second waits for what the first one has in hand
            waiting = {b.sha256: self._waiting[b.sha256] for b in blobs if b.sha256 in self._waiting}
            if not waiting:
                return
            try:
                _sync(list(waiting.values()))
                folders = {str(self._root)}
                for sha256, scratch in waiting.items():
                    folder = self._folder(sha256)
                    if folder not in self._folders:
                        Path(folder).mkdir(exist_ok=True, mode=0o700)
                        self._folders.add(folder)
                    os.rename(scratch, f"{folder}/{sha256.hex()}")  # noqa: PTH104 - half the time of Path's
                    del self._waiting[sha256]
                    folders.add(folder)
                _sync(sorted(folders))
            except OSError as error:
                raise self._fault(error, 0) from None

    def close(self) -> None:
        """Drop what was taken in and is not safe."""
        self._waiting.clear()
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
            os.close(self._lock)
            self._scratch = None

    def _has(self, sha256: bytes) -> bool:
        return sha256 in self._waiting or os.path.exists(f"{self._folder(sha256)}/{sha256.hex()}")  # noqa: PTH110

    def _folder(self, sha256: bytes) -> str:
        return f"{self._root}/{sha256[:1].hex()}"

    def _fault(self, error: OSError, needed: int) -> LakeError:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return _no_room(self._root, needed, shutil.disk_usage(self._root).free)
        return _not_writable(self._root, error)

    def _new(self) -> tuple[int, str]:
        """A new scratch file of mode 0600, and its path."""
        if self._scratch is None:
            self._begin()
        self._count += 1
        path = f"{self._scratch}/{self._count}"
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), path

    def _begin(self) -> None:
        """Make the scratch folder and remove those of loads that were killed: nobody has locked them."""
        self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
        for path in self._root.glob(f"{_SCRATCH}*"):
            with contextlib.suppress(OSError):
                descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(path, ignore_errors=True)
                finally:
                    os.close(descriptor)
        while self._scratch is None:
            path = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=self._root))
            self._lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            if path.exists():
                self._scratch = path
            else:
                os.close(self._lock)  # swept away by another load before it was locked

    def _write(self, descriptor: int, held: list[bytes]) -> None:
        """Write what is held, and let go of it."""
        for data in held:
            self._unchecked -= len(data)
            if self._unchecked < 0:
                self.check_room(len(data))
                self._unchecked = _CHECKED_EVERY
            view = memoryview(data)
            while view:
                view = view[os.write(descriptor, view) :]
        held.clear()


def _sync(paths: Sequence[str]) -> None:
    """Wait until files or folders are on the disk. Many on one file system have one barrier together."""
    for path in paths[:1] if len(paths) > _FEW else paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            if len(paths) <= _FEW:
                os.fsync(descriptor)
            elif _libc.syncfs(descriptor) != 0:
                raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        finally:
            os.close(descriptor)


def _not_writable(root: Path, error: OSError) -> LakeError:
    return LakeError(f"{root} cannot be written: {error.strerror}.", status=3)


def _no_room(root: Path, needed: int, free: int) -> LakeError:
    return LakeError(
        f"There is too little room for the files to keep: {needed / 1e9:.1f} GB and some reserve, "
        f"but {free / 1e9:.1f} GB are free in {root}.",
        "Free some space, or put LAKE_HOME on a larger disk; then run the same command again.",
        status=3,
    )

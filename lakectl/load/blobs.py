"""Bytes that are kept as they are: a content-addressed store, $LAKE_HOME/blobs/<role>/<aa>/<sha256>."""

import contextlib
import ctypes
import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lakectl.errors import LakeError
from lakectl.load.decoders.text import Readable

RESERVE_BYTES = 256 * 1024 * 1024
"""Left free on the disk, since the server may live on it too."""

_CHUNK = 1024 * 1024
_SCRATCH = ".new-"
_MAX_WAITING = 250  # each is an open file
_FEW = 4
_CHECKED_EVERY = 64 * 1024 * 1024

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Bytes in a scratch file, which is open and locked."""

    descriptor: int
    scratch: str
    path: Path


class BlobStore:
    """The blobs of one lake user."""

    def __init__(self, home: Path, role: str) -> None:
        self._root = home / "blobs" / role
        self._swept = False
        self._waiting: list[_Waiting] = []
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
        """Take in what is left in `stream`; (sha256, bytes). It is safe on disk, and there, after `flush`."""
        descriptor, scratch, size = -1, "", 0
        try:
            descriptor, scratch = self._scratch()
            digest = hashlib.sha256()
            while data := stream.read(_CHUNK):
                self._unchecked -= len(data)
                if self._unchecked < 0:
                    self.check_room(len(data))
                    self._unchecked = _CHECKED_EVERY
                digest.update(data)
                _write(descriptor, data)
                size += len(data)
            path = self._root / digest.hexdigest()[:2] / digest.hexdigest()
            if not path.exists():
                self._waiting.append(_Waiting(descriptor, scratch, path))
                descriptor = -1
        except OSError as error:
            raise self._fault(error, size) from None
        finally:
            if descriptor >= 0:
                Path(scratch).unlink(missing_ok=True)
                os.close(descriptor)
        if len(self._waiting) >= _MAX_WAITING:
            self.flush()
        return digest.digest(), size

    def flush(self) -> None:
        """Make all that was taken in safe on disk, under its name."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        try:
            _sync([blob.descriptor for blob in waiting])
            folders = {self._root}
            for blob in waiting:
                blob.path.parent.mkdir(exist_ok=True, mode=0o700)
                Path(blob.scratch).replace(blob.path)
                folders.add(blob.path.parent)
            descriptors = [os.open(folder, os.O_RDONLY) for folder in sorted(folders)]
            try:
                _sync(descriptors)
            finally:
                for descriptor in descriptors:
                    os.close(descriptor)
        except OSError as error:
            raise self._fault(error, 0) from None
        finally:
            for blob in waiting:
                Path(blob.scratch).unlink(missing_ok=True)
                os.close(blob.descriptor)

    def forget(self) -> None:
        """Drop what was taken in and not flushed."""
        waiting, self._waiting = self._waiting, []
        for blob in waiting:
            Path(blob.scratch).unlink(missing_ok=True)
            os.close(blob.descriptor)

    def _fault(self, error: OSError, needed: int) -> LakeError:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return _no_room(self._root, needed, shutil.disk_usage(self._root).free)
        return _not_writable(self._root, error)

    def _scratch(self) -> tuple[int, str]:
        """A new file of mode 0600, locked as long as it is written."""
        self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self._swept:
            self._swept = True
            self._sweep()
        while True:
            descriptor, scratch = tempfile.mkstemp(prefix=_SCRATCH, dir=self._root)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if os.fstat(descriptor).st_nlink:
                return descriptor, scratch
            os.close(descriptor)  # swept away by another load before it was locked

    def _sweep(self) -> None:
        """Remove what loads that were killed have left: files that nobody has locked."""
        for path in self._root.glob(f"{_SCRATCH}*"):
            with contextlib.suppress(OSError), path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _sync(descriptors: Sequence[int]) -> None:
    """Wait until files or folders are on the disk. Many on one file system have one barrier together."""
    if len(descriptors) > _FEW:
        if _libc.syncfs(descriptors[0]) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        return
    for descriptor in descriptors:
        os.fsync(descriptor)


def _not_writable(root: Path, error: OSError) -> LakeError:
    return LakeError(f"{root} cannot be written: {error.strerror}.", status=3)


def _no_room(root: Path, needed: int, free: int) -> LakeError:
    return LakeError(
        f"There is too little room for the files to keep: {needed / 1e9:.1f} GB and some reserve, "
        f"but {free / 1e9:.1f} GB are free in {root}.",
        "Free some space, or put LAKE_HOME on a larger disk; then run the same command again.",
        status=3,
    )

"""Bytes that are kept as they are: a content-addressed store, $LAKE_HOME/blobs/<role>/<aa>/<sha256>."""

import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from lakectl.errors import LakeError
from lakectl.load.decoders.text import Readable

RESERVE_BYTES = 256 * 1024 * 1024
"""Left free on the disk, since the server may live on it too."""

_CHUNK = 1024 * 1024
_SCRATCH = ".new-"


class BlobStore:
    """The blobs of one lake user."""

    def __init__(self, home: Path, role: str) -> None:
        self._root = home / "blobs" / role
        self._swept = False

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
        """Store what is left in `stream`, safe on disk on return; (sha256, bytes)."""
        scratch, size = None, 0
        try:
            descriptor, scratch = self._scratch()
            with os.fdopen(descriptor, "wb") as file:
                digest = hashlib.sha256()
                while data := stream.read(_CHUNK):
                    if size % (64 * _CHUNK) == 0:
                        self.check_room(len(data))
                    digest.update(data)
                    file.write(data)
                    size += len(data)
                path = self._root / digest.hexdigest()[:2] / digest.hexdigest()
                if not path.exists():
                    file.flush()
                    os.fsync(file.fileno())
                    path.parent.mkdir(exist_ok=True, mode=0o700)
                    Path(scratch).replace(path)
                    _sync_folder(path.parent)
                    _sync_folder(self._root)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise _no_room(self._root, size, shutil.disk_usage(self._root).free) from None
            raise _not_writable(self._root, error) from None
        finally:
            if scratch is not None:
                Path(scratch).unlink(missing_ok=True)
        return digest.digest(), size

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


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
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

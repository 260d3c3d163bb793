"""Bytes that are kept as they are: a content-addressed store, $LAKE_HOME/blobs/<role>/<aa>/<sha256>."""

import errno
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


class BlobStore:
    """The blobs of one lake user."""

    def __init__(self, home: Path, role: str) -> None:
        self._root = home / "blobs" / role

    def check_room(self, needed: int) -> None:
        """LakeError when `needed` more bytes would not fit."""
        self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
        free = shutil.disk_usage(self._root).free
        if needed + RESERVE_BYTES > free:
            raise _no_room(self._root, needed, free)

    def keep(self, stream: Readable) -> tuple[bytes, int]:
        """Store what is left in `stream`, safe on disk on return; (sha256, bytes)."""
        self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, scratch = tempfile.mkstemp(prefix=".new-", dir=self._root)  # mode 0600
        try:
            with os.fdopen(descriptor, "wb") as file:
                digest = hashlib.sha256()
                size = 0
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
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise _no_room(self._root, size, shutil.disk_usage(self._root).free) from None
            raise LakeError(f"{self._root} cannot be written: {error.strerror}.", status=3) from None
        finally:
            Path(scratch).unlink(missing_ok=True)
        return digest.digest(), size


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _no_room(root: Path, needed: int, free: int) -> LakeError:
    return LakeError(
        f"There is too little room for the files to keep: {needed / 1e9:.1f} GB and some reserve, "
        f"but {free / 1e9:.1f} GB are free in {root}.",
        "Free some space, or put LAKE_HOME on a larger disk; then run the same command again.",
        status=3,
    )

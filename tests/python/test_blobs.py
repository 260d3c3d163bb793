"""The blob store after a kill: what was left half-written goes, what another load is writing stays."""

import fcntl
import io
from pathlib import Path

import pytest

from lakectl.errors import LakeError
from lakectl.load.blobs import BlobStore


def test_what_a_killed_load_left_is_swept_away(tmp_path: Path) -> None:
    root = tmp_path / "blobs" / "user_1"
    root.mkdir(parents=True)
    left, written = root / ".new-left", root / ".new-written"
    left.write_bytes(b"half of a pict")
    with written.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        BlobStore(tmp_path, "user_1").keep(io.BytesIO(b"whole"))
        assert not left.exists()
        assert written.exists()
    BlobStore(tmp_path, "user_1").keep(io.BytesIO(b"whole"))
    assert not written.exists()


def test_a_store_that_cannot_be_written_is_an_error_of_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("a file where the folder should be")
    with pytest.raises(LakeError, match="cannot be written"):
        BlobStore(tmp_path, "user_1").keep(io.BytesIO(b"whole"))
    with pytest.raises(LakeError, match="cannot be written"):
        BlobStore(tmp_path, "user_1").check_room(1)

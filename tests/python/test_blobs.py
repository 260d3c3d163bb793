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


def test_bytes_are_there_when_they_are_safe(tmp_path: Path) -> None:
    store = BlobStore(tmp_path, "user_1")
    kept = [store.keep(io.BytesIO(b"%d" % (n % 90))) for n in range(150)]
    assert not any(path.is_file() and not path.name.startswith(".new-") for path in tmp_path.rglob("*"))
    store.flush()
    names = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert len(names) == 90
    assert all(names[digest.hex()] == b"%d" % (n % 90) for n, (digest, _) in enumerate(kept))


def test_what_is_not_wanted_leaves_nothing(tmp_path: Path) -> None:
    store = BlobStore(tmp_path, "user_1")
    store.keep(io.BytesIO(b"whole"))
    store.forget()
    store.flush()
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


def test_many_blobs_do_not_exhaust_open_files(tmp_path: Path) -> None:
    store = BlobStore(tmp_path, "user_1")
    for n in range(1100):
        store.keep(io.BytesIO(b"%d" % n))
    store.flush()
    assert sum(path.is_file() for path in tmp_path.rglob("*")) == 1100


def test_a_store_that_cannot_be_written_is_an_error_of_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("a file where the folder should be")
    with pytest.raises(LakeError, match="cannot be written"):
        BlobStore(tmp_path, "user_1").keep(io.BytesIO(b"whole"))
    with pytest.raises(LakeError, match="cannot be written"):
        BlobStore(tmp_path, "user_1").check_room(1)

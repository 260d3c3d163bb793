"""The blob store after a kill: what was left half-written goes, what another load is writing stays."""

import fcntl
import hashlib
import io
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lakectl.errors import LakeError
from lakectl.load.blobs import BlobStore
from lakectl.load.decoders.batch import Blob


def kept(root: Path) -> dict[str, bytes]:
    """What stands under its name in the store."""
    return {path.name: path.read_bytes() for path in root.rglob("*") if len(path.name) == 64}


def settled(store: BlobStore, *contents: bytes) -> list[bytes]:
    blobs = [Blob(*store.keep(io.BytesIO(content))) for content in contents]
    store.settle(blobs)
    return [blob.sha256 for blob in blobs]


def test_what_a_killed_load_left_is_swept_away(tmp_path: Path) -> None:
    root = tmp_path / "blobs" / "user_1"
    left, written = root / ".new-left", root / ".new-written"
    for folder in (left, written):
        folder.mkdir(parents=True)
        (folder / "1").write_bytes(b"half of a pict")
    descriptor = os.open(written, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    settled(BlobStore(tmp_path, "user_1"), b"whole")
    assert not left.exists()
    assert written.exists()
    os.close(descriptor)
    settled(BlobStore(tmp_path, "user_1"), b"another")
    assert not written.exists()


def test_a_load_beside_another_one_is_left_alone(tmp_path: Path) -> None:
    first, second = BlobStore(tmp_path, "user_1"), BlobStore(tmp_path, "user_1")
    blobs = [Blob(*store.keep(io.BytesIO(b"whole"))) for store in (first, second)]
    second.settle(blobs[1:])
    first.settle(blobs[:1])
    assert list(kept(tmp_path).values()) == [b"whole"]
    first.close()
    second.close()
    assert not list((tmp_path / "blobs" / "user_1").glob(".new-*"))


def test_bytes_are_there_when_they_are_safe(tmp_path: Path) -> None:
    store = BlobStore(tmp_path, "user_1")
    blobs = [Blob(*store.keep(io.BytesIO(b"%d" % (n % 90)))) for n in range(150)]
    assert kept(tmp_path) == {}
    store.settle(blobs[:3])
    assert len(kept(tmp_path)) == 3
    store.settle(blobs)
    found = kept(tmp_path)
    assert len(found) == 90
    assert all(found[blob.sha256.hex()] == b"%d" % (n % 90) for n, blob in enumerate(blobs))


def test_bytes_of_any_length_are_kept(tmp_path: Path) -> None:
    store = BlobStore(tmp_path, "user_1")
    contents = [b"x" * size for size in (0, 1, 2**20 - 1, 2**20, 2**20 + 1, 5 * 2**20)]
    digests = settled(store, *contents, *contents)
    assert digests[:6] == digests[6:] == [hashlib.sha256(content).digest() for content in contents]
    assert kept(tmp_path) == {
        digest.hex(): content for digest, content in zip(digests, contents, strict=False)
    }


def test_what_was_taken_in_can_be_read_before_and_after_it_is_safe(tmp_path: Path) -> None:
    store = BlobStore(tmp_path, "user_1")
    blob = Blob(*store.keep(io.BytesIO(b"whole")))
    with store.open(blob.sha256) as file:
        assert file.read() == b"whole"
    store.settle([blob])
    with store.open(blob.sha256) as file:
        assert file.read() == b"whole"


def test_several_threads_may_settle_the_same(tmp_path: Path) -> None:
    store = BlobStore(tmp_path, "user_1")
    blobs = [Blob(*store.keep(io.BytesIO(b"%d" % n))) for n in range(300)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(store.settle, [blobs[:200], blobs[100:], blobs, blobs[::2]]))
    assert len(kept(tmp_path)) == 300


def test_what_is_not_wanted_leaves_nothing(tmp_path: Path) -> None:
    store = BlobStore(tmp_path, "user_1")
    blob = Blob(*store.keep(io.BytesIO(b"whole")))
    store.close()
    store.settle([blob])
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


def test_many_blobs_do_not_exhaust_open_files(tmp_path: Path) -> None:
    settled(BlobStore(tmp_path, "user_1"), *(b"%d" % n for n in range(1100)))
    assert len(kept(tmp_path)) == 1100


def test_a_store_that_cannot_be_written_is_an_error_of_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("a file where the folder should be")
    with pytest.raises(LakeError, match="cannot be written"):
        BlobStore(tmp_path, "user_1").keep(io.BytesIO(b"whole"))
    with pytest.raises(LakeError, match="cannot be written"):
        BlobStore(tmp_path, "user_1").check_room(1)

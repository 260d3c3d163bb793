"""A file that is kept: its bytes in the blob store, and one record of what it is."""

import hashlib
import io
import json
import struct
import tracemalloc
import zipfile
import zlib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from lakectl.load.decoders.batch import Limits
from lakectl.load.decoders.kept_file import KeptFile, describe
from lakectl.load.decoders.text import Readable
from lakectl.load.members import Member


class Store:
    """A blob store that forgets."""

    def keep(self, stream: Readable) -> tuple[bytes, int]:
        digest, size = hashlib.sha256(), 0
        while data := stream.read(65536):
            digest.update(data)
            size += len(data)
        return digest.digest(), size


class Source:
    """A member that is being read."""

    def __init__(self, data: bytes, path: str = "Takeout/Drive/x", error: str | None = None) -> None:
        self._data = io.BytesIO(data)
        self.member = Member(0, path, len(data), datetime(2024, 3, 5, 18, 7, 9, tzinfo=UTC), self._data)
        self.error = error

    def read(self, size: int = -1, /) -> bytes:
        return self._data.read(size)


def record(data: bytes, path: str = "Takeout/Drive/x") -> dict[str, Any]:
    decoder = KeptFile(Source(data, path), [{}], Limits(), Store())
    (batch,) = decoder
    assert decoder.errors == [None]
    assert [blob.sha256 for blob in batch.blobs] == [hashlib.sha256(data).digest()]
    assert (batch.first, batch.end, len(batch.records), batch.broken) == (1, 2, 1, [])
    found: dict[str, Any] = json.loads(batch.records[0])
    return found


def test_a_text() -> None:
    assert record("Gr\u00fc\u00dfe\n".encode(), "Takeout/Drive/plans/note.txt") == {
        "path": "Takeout/Drive/plans/note.txt",
        "name": "note.txt",
        "size": 8,
        "sha256": hashlib.sha256("Gr\u00fc\u00dfe\n".encode()).hexdigest(),
        "modified": "2024-03-05T18:07:09+00:00",
        "media_type": "text/plain",
        "text": "Gr\u00fc\u00dfe\n",
    }


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\xfd", b"a\0b", b"\x80\x81"])
def test_what_is_no_text_has_none(data: bytes) -> None:
    assert "text" not in record(data)


def test_only_the_beginning_of_a_long_text() -> None:
    assert len(record(b"\xc3\xa4" * 2_000_000)["text"]) == 2**19


def picture(form: str, **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48)).save(out, form, **options)
    return out.getvalue()


def exif() -> Image.Exif:
    tags = Image.Exif()
    tags[ExifTags.Base.Make] = "Tide"
    tags[ExifTags.Base.Model] = "Tide TW-3"
    tags.get_ifd(ExifTags.IFD.Exif).update(
        {ExifTags.Base.DateTimeOriginal: "2023:04:05 06:07:08", ExifTags.Base.OffsetTimeOriginal: "-07:00"}
    )
    tags.get_ifd(ExifTags.IFD.GPSInfo).update(
        {
            ExifTags.GPS.GPSLatitudeRef: "N",
            ExifTags.GPS.GPSLatitude: (44.0, 40.0, 33.6),
            ExifTags.GPS.GPSLongitudeRef: "W",
            ExifTags.GPS.GPSLongitude: (124.0, 4.0, 44.4),
        }
    )
    return tags


def test_a_picture_tells_when_where_and_by_what() -> None:
    found = describe(picture("JPEG", exif=exif()), "a.bin")
    assert found == {
        "media_type": "image/jpeg",
        "width": 64,
        "height": 48,
        "taken_at": "2023-04-05T06:07:08-07:00",
        "camera": "Tide TW-3",
        "latitude": 44.676,
        "longitude": -124.079,
    }


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF"])
def test_sizes_of_pictures(form: str) -> None:
    found = describe(picture(form), "a")
    assert found["media_type"].startswith("image/")
    assert (found["width"], found["height"]) == (64, 48)


def test_a_picture_that_would_unpack_to_gigabytes_costs_nothing() -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 200_000, 200_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 10_000_000))
    tracemalloc.start()
    assert describe(bomb, "a.png") == {"media_type": "image/png", "width": 200_000, "height": 200_000}
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_a_document_that_is_a_zip_is_what_its_name_says() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert "officedocument" in describe(out.getvalue(), "Tide notes.docx")["media_type"]
    assert describe(out.getvalue(), "backup.zip")["media_type"] == "application/zip"


def test_a_member_that_breaks_off_gives_no_record() -> None:
    assert list(KeptFile(Source(b"half", error="damaged"), [{}], Limits(), Store())) == []


pictures = st.sampled_from([picture("JPEG", exif=exif()), picture("PNG"), picture("TIFF"), picture("GIF")])


@given(st.binary(max_size=200) | st.tuples(pictures, st.data()).map(lambda drawn: damaged(*drawn)))
@settings(deadline=None, max_examples=300)
def test_any_bytes_give_one_record(data: bytes) -> None:
    found = record(data)
    assert found["size"] == len(data)
    assert -90 <= found.get("latitude", 0) <= 180


def damaged(data: bytes, choice: st.DataObject) -> bytes:
    changed = bytearray(data)
    for _ in range(choice.draw(st.integers(0, 8))):
        changed[choice.draw(st.integers(0, len(data) - 1))] = choice.draw(st.integers(0, 255))
    return bytes(changed[: choice.draw(st.integers(1, len(data)))])

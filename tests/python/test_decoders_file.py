"""A file that is kept: its bytes in the blob store, and one record of what it is."""

import base64
import hashlib
import io
import json
import struct
import tempfile
import tracemalloc
import wave
import zipfile
import zlib
from datetime import UTC, datetime
from typing import IO, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from lakectl.load.decoders.batch import Limits
from lakectl.load.decoders.kept_file import KeptFile
from lakectl.load.decoders.text import Readable
from lakectl.load.members import Member


class Store:
    """A blob store of one blob."""

    def __init__(self, data: bytes = b"") -> None:
        self._data = data

    def keep(self, stream: Readable) -> tuple[bytes, int]:
        self._data = b"".join(iter(lambda: stream.read(65536), b""))
        return hashlib.sha256(self._data).digest(), len(self._data)

    def open(self, sha256: bytes) -> IO[bytes]:
        assert hashlib.sha256(self._data).digest() == sha256
        file = tempfile.TemporaryFile()  # noqa: SIM115 - for the caller
        file.write(self._data)
        file.seek(0)
        return file


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


def facts(data: bytes, path: str = "Takeout/Drive/x") -> dict[str, Any]:
    """What is read from the bytes."""
    return {
        name: value
        for name, value in record(data, path).items()
        if name not in ("path", "name", "size", "sha256", "modified")
    }


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
    found = facts(picture("JPEG", exif=exif()), "a.bin")
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
    found = facts(picture(form), "a")
    assert found["media_type"].startswith("image/")
    assert (found["width"], found["height"]) == (64, 48)


def test_a_picture_that_would_unpack_to_gigabytes_costs_nothing() -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 200_000, 200_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 10_000_000))
    tracemalloc.start()
    assert facts(bomb, "a.png") == {"media_type": "image/png", "width": 200_000, "height": 200_000}
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_a_document_that_is_a_zip_is_what_its_name_says() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert "officedocument" in facts(out.getvalue(), "Tide notes.docx")["media_type"]
    assert facts(out.getvalue(), "backup.zip")["media_type"] == "application/zip"


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


def box(name: bytes, *parts: bytes) -> bytes:
    """A part of an MP4 file."""
    data = b"".join(parts)
    return struct.pack(">I", 8 + len(data)) + name + data


def film(*, index_first: bool) -> bytes:
    """An MP4 of 12.345 s, 640 x 480, whose index (moov) stands before or after 2 MiB of nothing."""
    frames, duration_ms = 1000, 12_345
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    size = struct.pack(">II", 640 << 16, 480 << 16)
    frame = struct.pack(">6xH16xHHII4xH32xHh", 1, 640, 480, 0x480000, 0x480000, 1, 24, -1)
    table = box(
        b"stbl",
        box(b"stsd", struct.pack(">4xI", 1), box(b"avc1", frame)),
        box(b"stts", struct.pack(">4x3I", 1, frames, duration_ms // frames)),
        box(b"stsc", struct.pack(">4x4I", 1, 1, 1, 1)),
        box(b"stsz", struct.pack(">4xII", 10, frames)),
        box(b"stco", struct.pack(">4xII", 1, 40)),
    )
    media = box(
        b"mdia",
        box(b"mdhd", struct.pack(">12xIIHH", 1000, duration_ms, 0x55C4, 0)),
        box(b"hdlr", struct.pack(">8x4s12x2s", b"vide", b"v")),
        box(b"minf", box(b"vmhd", bytes(12)), table),
    )
    track = box(b"trak", box(b"tkhd", struct.pack(">I8xI4xI16x", 7, 1, duration_ms), matrix, size), media)
    head = box(b"mvhd", struct.pack(">12xIIIH10x", 1000, duration_ms, 0x10000, 0x100), matrix, bytes(28))
    parts = [box(b"moov", head, track), box(b"mdat", bytes(2 * 1024 * 1024))]
    return b"".join([box(b"ftyp", b"isom\0\0\2\0isomavc1mp41"), *(parts if index_first else parts[::-1])])


def sound() -> bytes:
    """A WAV of 3 s."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(2 * 8000 * 3))
    return out.getvalue()


# MPEG 1 layer 3 of 128 kbit/s and 44.1 kHz: 1152 samples a frame.
MP3 = (b"\xff\xfb\x90\x00" + bytes(413)) * 200
# 64 x 48, with the EXIF data of `exif`; by pillow-heif.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb5tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAA"
    "AAAAADRpbG9jAAAAAERAAAIAAQAAAAAB4gABAAAAAAAAABMAAgAAAAAB9QABAAAAAAAAAPgAAAA4aWluZgAAAAAAAgAAABVp"
    "bmZlAgAAAAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZo"
    "dmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAA"
    "AwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAA"
    "AAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1h"
    "AAAAAAAAAAEAAQWBAgMFhAAAABppcmVmAAAAAAAAAA5jZHNjAAIAAQABAAABE21kYXQAAAAPKAGvBRj6AuiO/5DGG+ggAAAA"
    "BkV4aWYAAE1NACoAAAAIAAQBDwACAAAABQAAAD4BEAACAAAACgAAAESHaQAEAAAAAQAAAE6IJQAEAAAAAQAAAIgAAAAAVGlk"
    "ZQAAVGlkZSBUVy0zAAACkAMAAgAAABQAAABskBEAAgAAAAcAAACAAAAAADIwMjM6MDQ6MDUgMDY6MDc6MDgALTA3OjAwAAAA"
    "BAABAAIAAAACTgAAAAACAAUAAAADAAAAvgADAAIAAAACVwAAAAAEAAUAAAADAAAA1gAAAAAAAAAsAAAAAQAAACgAAAABAAAA"
    "qAAAAAUAAAB8AAAAAQAAAAQAAAABAAAA3gAAAAU="
)


@pytest.mark.parametrize("index_first", [True, False])
def test_a_film_tells_how_long_and_how_large_it_is(index_first: bool) -> None:
    assert facts(film(index_first=index_first), "a.MP4") == {
        "media_type": "video/mp4",
        "duration_s": 12.345,
        "width": 640,
        "height": 480,
    }


def test_a_sound_tells_how_long_it_is() -> None:
    assert facts(sound(), "a.wav")["duration_s"] == 3
    assert facts(MP3, "a.mp3")["duration_s"] == pytest.approx(200 * 1152 / 44_100, abs=0.05)


def test_a_heif_picture_tells_what_a_jpeg_does() -> None:
    assert facts(HEIC, "a.HEIC") == facts(picture("JPEG", exif=exif())) | {"media_type": "image/heic"}


def test_what_is_no_film_has_no_length() -> None:
    assert facts(b"\0" * 5000, "a.mp4") == {"media_type": "video/mp4"}
    assert facts(b"", "a.mp4") == {"media_type": "video/mp4"}
    assert facts(b"a text", "a.mp4") == {"media_type": "video/mp4", "text": "a text"}
    assert "duration_s" not in facts(film(index_first=False)[:100_000], "a.mp4")


def test_a_film_that_promises_billions_of_frames_is_given_up() -> None:
    whole = film(index_first=True)
    at = whole.index(b"stsz") + 12
    assert "text" not in facts(whole[:at] + b"\xff" * 4 + whole[at + 4 :], "a.mp4")
    # The next one is read again.
    assert facts(whole, "a.mp4")["duration_s"] == 12.345


films = st.sampled_from([film(index_first=True)[:3000], sound()[:3000], MP3[:3000], HEIC])


@given(data=st.tuples(films, st.data()).map(lambda drawn: damaged(*drawn)))
@settings(deadline=None, max_examples=200)
def test_any_damaged_film_gives_one_record(data: bytes) -> None:
    found = record(data, "a.mp4")
    assert found["size"] == len(data)
    assert found.get("duration_s", 1) > 0

"""Decoder `file`: the bytes go to the blob store, and one record says what they are.

    {"path": "Takeout/Drive/a.jpg", "name": "a.jpg", "size": 12345, "sha256": "hex",
     "modified": "2024-03-05T18:07:09+00:00" | null,    the archive's time of the member
     "media_type": "image/jpeg" | null,    by the bytes, else by the name
     "text": "…",                          the first MiB of what is text
     "width", "height", "taken_at", "camera", "latitude", "longitude"}    of pictures, from their headers

Everything from "text" on is left out where it is not known. Only the first MiB is looked at, and no pixel is
decoded.
"""

import io
import mimetypes
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import filetype
from PIL import ExifTags, Image

from lakectl.load.decoders.batch import Batch, Blob, Collector, Keeper, Limits
from lakectl.load.decoders.text import Readable, head_text
from lakectl.load.members import Member

HEAD_BYTES = 1024 * 1024

# Headers only: a picture that would be huge costs nothing.
Image.MAX_IMAGE_PIXELS = None
_PICTURES = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")
_EXIF = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)")
_OFFSET = re.compile(r"[+-]\d\d:\d\d")


class Source(Readable, Protocol):
    """A member of an archive that is being read; `error` says what broke it off."""

    member: Member
    error: str | None


class KeptFile:
    """See the module's description."""

    def __init__(
        self, stream: Source, sections: Sequence[dict[str, Any]], limits: Limits, blobs: Keeper
    ) -> None:
        self._stream = stream
        self._limits = limits
        self._blobs = blobs
        self.errors: list[str | None] = [None] * len(sections)

    def __iter__(self) -> Iterator[Batch]:
        head = _Head(self._stream)
        try:
            digest, size = self._blobs.keep(head)
        except _CutOffError:
            return  # the bytes are not those of the file: nothing of them is kept
        member = self._stream.member
        record = {
            "path": member.path,
            "name": member.path.rpartition("/")[2],
            "size": size,
            "sha256": digest.hex(),
            "modified": member.modified.isoformat() if member.modified else None,
        }
        collector = Collector(self._limits)
        collector.add(record | describe(bytes(head.data), member.path), [Blob(digest, size)])
        yield from collector.rest()


class _CutOffError(Exception):
    """The file could not be read to its end."""


class _Head:
    """Passes a stream on and keeps its beginning; a stream that breaks off is an exception."""

    def __init__(self, stream: Source) -> None:
        self._stream = stream
        self.data = bytearray()

    def read(self, size: int = -1, /) -> bytes:
        part = self._stream.read(size)
        if self._stream.error:
            raise _CutOffError
        if len(self.data) < HEAD_BYTES:
            self.data += part[: HEAD_BYTES - len(self.data)]
        return part


def describe(head: bytes, path: str) -> dict[str, Any]:
    """What can be told of a file from its beginning and its name."""
    by_name = mimetypes.guess_type(path, strict=False)[0]
    by_bytes = filetype.guess_mime(head)
    # An archive by its bytes may be a document by its name.
    if by_bytes is not None and not by_bytes.startswith(("image/", "video/", "audio/")) and by_name:
        by_bytes = by_name
    facts: dict[str, Any] = {"media_type": by_bytes or by_name}
    if by_bytes is None:
        text = head_text(head)
        if text:
            facts["text"] = text
            facts["media_type"] = by_name or "text/plain"
    elif by_bytes.startswith("image/"):
        facts |= _picture(head)
    return facts


def _picture(head: bytes) -> dict[str, Any]:
    """What the headers of a picture say."""
    facts: dict[str, Any] = {}
    try:
        with (
            warnings.catch_warnings(action="ignore"),
            Image.open(io.BytesIO(head), formats=_PICTURES) as image,
        ):
            facts["width"], facts["height"] = image.size
            # Looking for EXIF at the end of a PNG would decode its pixels.
            if image.format in ("JPEG", "MPO", "TIFF", "WEBP"):
                facts |= _exif(image.getexif())
    except Exception:  # noqa: S110  # whatever a damaged header makes of the library
        pass
    return facts


def _exif(exif: Image.Exif) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    shot = exif.get_ifd(ExifTags.IFD.Exif)
    taken = shot.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    if match := _EXIF.match(str(taken)):
        year, month, day, clock = match.groups()
        offset = str(shot.get(ExifTags.Base.OffsetTimeOriginal, ""))
        text = f"{year}-{month}-{day}T{clock}" + (offset if _OFFSET.fullmatch(offset) else "")
        if _is_time(text):
            facts["taken_at"] = text
    make, model = (str(exif.get(tag, "")).strip(" \0") for tag in (ExifTags.Base.Make, ExifTags.Base.Model))
    if camera := (model if model.startswith(make) else f"{make} {model}").strip():
        facts["camera"] = _plain(camera)
    return facts | _place(exif.get_ifd(ExifTags.IFD.GPSInfo))


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _place(gps: Mapping[int, Any]) -> dict[str, Any]:
    """Degrees, south and west negative."""
    place = {}
    for name, value, side in (
        ("latitude", ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef),
        ("longitude", ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef),
    ):
        if value not in gps:
            return {}
        degrees, minutes, seconds = (float(part) for part in gps[value])
        total = degrees + minutes / 60 + seconds / 3600
        if not 0 <= total <= 180:  # NaN, too
            return {}
        place[name] = round(-total if str(gps.get(side)).upper() in ("S", "W") else total, 7)
    return place


def _plain(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode()

"""What the headers of a picture say: its size; by EXIF when, where and with what it was taken."""

import os
import re
import warnings
from collections.abc import Mapping
from datetime import datetime
from typing import IO, Any

import pi_heif
from PIL import ExifTags, Image

# Headers only: a picture that would be huge costs nothing.
Image.MAX_IMAGE_PIXELS = None
pi_heif.register_heif_opener()
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")
_MOST_HEIF_BYTES = 256 * 1024 * 1024
_EXIF = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)")
_OFFSET = re.compile(r"[+-]\d\d:\d\d")


def picture_facts(file: IO[bytes]) -> dict[str, Any]:
    """Its "width", "height", "taken_at", "camera", "latitude", "longitude", as far as they are known.

    The beginning of the file is enough.
    """
    return _facts(file, _FORMATS)


def heif_facts(file: IO[bytes]) -> dict[str, Any]:
    """The same of a HEIF file, which is read whole."""
    return _facts(file, ("HEIF",)) if os.fstat(file.fileno()).st_size <= _MOST_HEIF_BYTES else {}


def _facts(file: IO[bytes], formats: tuple[str, ...]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    try:
        with (
            warnings.catch_warnings(action="ignore"),
            Image.open(file, formats=formats) as image,
        ):
            facts["width"], facts["height"] = image.size
            # Looking for EXIF at the end of a PNG would decode its pixels.
            if image.format in ("JPEG", "MPO", "TIFF", "WEBP", "HEIF"):
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

"""Google Photos: pictures with their sidecars, edited copies, and an album for each journey.

The pictures are real JPEG files of one pixel, with a camera, a time and a place in their EXIF data and
enough noise in a comment to weigh as much as a small picture.
"""

import base64
import json
import math
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial

from lakectl.sample.kinds import Member, Window, whole
from lakectl.sample.life import Trip, city_on, day, trips
from lakectl.sample.noise import digest, generator
from lakectl.sample.people import friends
from lakectl.sample.world import Place, utc_offset_s

# The smallest picture that is one: a single pixel.
PIXEL = base64.b64decode(
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////"
    "////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA="
)
_FOLDER = "Takeout/Google Photos"


@dataclass(frozen=True)
class Shot:
    """A picture: when (UTC, ms), where, and its number in the day."""

    at_ms: int
    place: Place
    number: int

    @property
    def local(self) -> datetime:
        at_s = self.at_ms // 1000
        return datetime.fromtimestamp(at_s + utc_offset_s(self.place.city, at_s), UTC)

    @property
    def stem(self) -> str:
        return f"PXL_{self.local:%Y%m%d_%H%M%S}{self.at_ms % 1000:03d}"


def shots(seed: int, on: date, rate: float) -> list[Shot]:
    """The pictures of a local day; those of a lower rate are among those of a higher one."""
    chance = generator(seed, "photos", on)
    stays = [part for part in day(seed, on) if not part.mode and part.target.kind != "work"]
    often = 9 if city_on(seed, on).name != "Vienna" else 2
    taken: dict[int, Shot] = {}
    for number in range(math.floor(rate * often + chance.random()) if stays else 0):
        stay = stays[int(chance.random() * len(stays))]
        at_ms = int(stay.start_ms + chance.random() * (stay.end_ms - stay.start_ms))
        taken.setdefault(at_ms, Shot(at_ms, stay.target, number))
    return sorted(taken.values(), key=lambda shot: shot.at_ms)


def photos(seed: int, window: Window, rate: float) -> Iterator[Member]:
    """`Google Photos/Photos from <year>/…`, and the same pictures again in an album for each journey."""
    on = window.start - timedelta(days=2)
    while on <= window.end:
        for shot in shots(seed, on, rate):
            if window.start_ms <= shot.at_ms < window.end_ms:
                yield from _files(seed, f"{_FOLDER}/Photos from {shot.local.year}", shot)
        on += timedelta(days=1)
    for year in range(window.start.year, window.end.year + 1):
        for trip in trips(seed, year):
            yield from _album(seed, trip, window, rate)


def _album(seed: int, trip: Trip, window: Window, rate: float) -> Iterator[Member]:
    folder = f"{_FOLDER}/{trip.city.name} {trip.first.year}"
    days = [trip.first + timedelta(days=n) for n in range((trip.last - trip.first).days + 1)]
    chosen = [
        shot
        for on in days
        for shot in shots(seed, on, rate)
        if shot.number % 2 == 0 and window.start_ms <= shot.at_ms < window.end_ms
    ]
    if not chosen:
        return
    about = {
        "title": f"{trip.city.name} {trip.first.year}",
        "description": "",
        "access": "protected",
        "date": _moment(chosen[0].at_ms),
        "location": "",
        "geoData": _position(trip.city.lat, trip.city.lng, 0.0),
    }
    yield whole(f"{folder}/metadata.json", partial(_json, about), 1)
    for shot in chosen:
        yield from _files(seed, folder, shot)


def _files(seed: int, folder: str, shot: Shot) -> Iterator[Member]:
    path = f"{folder}/{shot.stem}.jpg"
    yield whole(path, partial(_picture, seed, shot, ""), 1)
    yield whole(f"{path}.supplemental-metadata.json", partial(_sidecar, seed, shot), 1)
    if digest(seed, "edited", shot.stem) % 25 == 0:
        yield whole(f"{folder}/{shot.stem}-edited.jpg", partial(_picture, seed, shot, "edited"), 1)


def _sidecar(seed: int, shot: Shot) -> str:
    chance = generator(seed, "sidecar", shot.stem)
    placed = chance.random() < 0.85
    lat, lng = (shot.place.lat_e7 / 1e7, shot.place.lng_e7 / 1e7) if placed else (0.0, 0.0)
    position = _position(lat, lng, float(shot.place.altitude_m) if placed else 0.0)
    about: dict[str, object] = {
        "title": f"{shot.stem}.jpg",
        "description": shot.place.name if chance.random() < 0.1 else "",
        "imageViews": str(int(chance.random() * 40)),
        "creationTime": _moment(shot.at_ms + 3_600_000),
        "photoTakenTime": _moment(shot.at_ms),
        "geoData": position,
        "geoDataExif": position,
        "url": f"https://photos.google.com/photo/{digest(seed, 'photo', shot.stem):024x}",
        "googlePhotosOrigin": {"mobileUpload": {"deviceType": "ANDROID_PHONE"}},
    }
    if chance.random() < 0.3:
        near = friends(seed)[:12]
        about["people"] = [{"name": near[int(chance.random() * len(near))].name}]
    if chance.random() < 0.05:
        about["favorited"] = True
    return _json(about)


def _picture(seed: int, shot: Shot, variant: str) -> bytes:
    chance = generator(seed, "picture", shot.stem, variant)
    noise = chance.randbytes(2_000 + int(chance.random() ** 3 * 60_000))
    comment = b"\xff\xfe" + struct.pack(">H", len(noise) + 2) + noise
    exif = _exif(shot)
    return PIXEL[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + comment + PIXEL[2:]


def _exif(shot: Shot) -> bytes:
    """Camera, local time with its offset, and position, as EXIF 2.31 has them (TIFF, big endian)."""
    at_s = shot.at_ms // 1000
    hours = utc_offset_s(shot.place.city, at_s) // 3600
    camera = [(0x010F, b"Example\0"), (0x0110, b"Phone 8\0")]
    taken = [
        (0x9003, f"{shot.local:%Y:%m:%d %H:%M:%S}\0".encode()),
        (0x9011, f"{'-' if hours < 0 else '+'}{abs(hours):02d}:00\0".encode()),
    ]
    lat, lng = shot.place.lat_e7, shot.place.lng_e7
    position = [
        (1, b"N\0" if lat >= 0 else b"S\0"),
        (2, _degrees(lat)),
        (3, b"E\0" if lng >= 0 else b"W\0"),
        (4, _degrees(lng)),
    ]
    # The first directory points to the two others, which follow it.
    first = 8
    second = first + _directory_size([*camera, (0, 4), (0, 4)])
    third = second + _directory_size(taken)
    tiff = b"MM\0*" + struct.pack(">I", first)
    tiff += _directory(first, [*camera, (0x8769, second), (0x8825, third)])
    tiff += _directory(second, taken) + _directory(third, position)
    return b"Exif\0\0" + tiff


_Entry = tuple[int, bytes | int]


def _directory_size(entries: Sequence[_Entry]) -> int:
    return 6 + 12 * len(entries) + sum(len(v) for _, v in entries if isinstance(v, bytes) and len(v) > 4)


def _directory(offset: int, entries: Sequence[_Entry]) -> bytes:
    """A TIFF directory at `offset`: texts, offsets, and (24 bytes) three rational numbers."""
    table, data = struct.pack(">H", len(entries)), b""
    start = offset + 6 + 12 * len(entries)
    for tag, value in entries:
        if isinstance(value, int):
            table += struct.pack(">HHII", tag, 4, 1, value)
        elif len(value) <= 4:
            table += struct.pack(">HHI", tag, 2, len(value)) + value.ljust(4, b"\0")
        else:
            kind, count = (5, 3) if tag in (2, 4) else (2, len(value))
            table += struct.pack(">HHII", tag, kind, count, start + len(data))
            data += value
    return table + struct.pack(">I", 0) + data


def _degrees(e7: int) -> bytes:
    """Degrees, minutes and seconds as three rational numbers."""
    seconds = abs(e7) * 3600 // 100_000  # hundredths of a second
    return struct.pack(">6I", seconds // 360_000, 1, seconds // 6000 % 60, 1, seconds % 6000, 100)


def _moment(at_ms: int) -> dict[str, str]:
    at = datetime.fromtimestamp(at_ms // 1000, UTC)
    half = "AM" if at.hour < 12 else "PM"
    clock = f"{at.hour % 12 or 12}:{at.minute:02d}:{at.second:02d}"
    return {
        "timestamp": str(at_ms // 1000),
        "formatted": f"{at:%b} {at.day}, {at.year}, {clock}\u202f{half} UTC",
    }


def _position(lat: float, lng: float, altitude: float) -> dict[str, float]:
    return {
        "latitude": lat,
        "longitude": lng,
        "altitude": altitude,
        "latitudeSpan": 0.0,
        "longitudeSpan": 0.0,
    }


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)

"""Generated folders of Google Photos: many small pictures with their sidecars, or a few large films."""

import hashlib
import json
import os
import random
import time
import zipfile
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO

from bench.data import SEED, Export

_CHUNK = 1024 * 1024
_JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"


def write_pictures(folder: Path, count: int, size_bytes: int, *, films: bool = False) -> Export:
    """A zip of `count` pictures (or films) of `size_bytes` each, every one with a sidecar; made once."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"takeout-20240101T000000Z-{count}x{size_bytes}{'-films' if films else ''}.zip"
    if not path.exists():
        scratch = path.with_suffix(".part")
        source = random.Random(SEED)
        filling = source.randbytes(_CHUNK)
        with zipfile.ZipFile(scratch, "w") as archive:
            for number in range(count):
                title = f"VID_{number:06}.mp4" if films else f"IMG_{number:06}.jpg"
                name = f"Takeout/Google Photos/Photos from {2000 + number * 24 // count}/{title}"
                with archive.open(name, "w", force_zip64=True) as file:
                    left = size_bytes - file.write(_JPEG + source.randbytes(16))
                    while left > 0:
                        left -= file.write(filling[:left])
                archive.writestr(f"{name}.supplemental-metadata.json", _sidecar(title, number))
        scratch.rename(path)
    return Export(path, {"media": count, "photo_sidecar": count})


def _sidecar(title: str, number: int) -> str:
    place = {"latitude": 45.5 + number % 100 / 1000, "longitude": -122.6, "altitude": 20.0}
    taken = {"timestamp": str(1_000_000_000 + 4000 * number), "formatted": "…"}
    described = {"title": title, "description": "", "imageViews": "3", "creationTime": taken}
    return json.dumps(
        described
        | {"photoTakenTime": taken, "geoData": place, "geoDataExif": place}
        | {"url": f"https://photos.example.com/{number}", "people": [{"name": "Tam Okafor"}]},
        indent=2,
    )


def hash_members(path: Path, copies: Path | None = None) -> float:
    """Seconds to read and hash every member; with `copies`, also to store them there, safe at the end."""
    began = time.monotonic()
    with zipfile.ZipFile(path) as archive:
        for number, info in enumerate(archive.infolist()):
            digest = hashlib.sha256()
            with archive.open(info) as file, _target(copies, number) as target:
                while data := file.read(_CHUNK):
                    digest.update(data)
                    if target:
                        target.write(data)
        if copies:
            os.sync()
    return time.monotonic() - began


def _target(folder: Path | None, number: int) -> AbstractContextManager[IO[bytes] | None]:
    return nullcontext() if folder is None else (folder / str(number)).open("wb", buffering=0)

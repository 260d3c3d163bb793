"""Decoder `file`: the bytes go to the blob store, and one record says what they are.

    {"path": "Takeout/Drive/a.jpg", "name": "a.jpg", "size": 12345, "sha256": "hex",
     "modified": "2024-03-05T18:07:09+00:00" | null,    the archive's time of the member
     "media_type": "image/jpeg" | null,    by the bytes, else by the name
     "text": "…",                          the first MiB of what is text
     "width", "height", "taken_at", "camera", "latitude", "longitude",    of pictures, from their headers
     "duration_s"}                         of films and sounds; films have a size, too

Everything from "text" on is left out where it is not known. Of films, sounds and HEIF pictures the headers
are sought in the file as it was kept, of all others the first MiB is looked at. No pixel is decoded.
"""

import io
import mimetypes
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import IO, Any, Protocol

import filetype

from lakectl.load.decoders.apart import read_apart
from lakectl.load.decoders.batch import Batch, Blob, Collector, Keeper, Limits
from lakectl.load.decoders.films import film_facts
from lakectl.load.decoders.pictures import heif_facts, picture_facts
from lakectl.load.decoders.text import Readable, head_text
from lakectl.load.members import Member

HEAD_BYTES = 1024 * 1024

_HEIF = ("image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence")


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
        facts = describe(bytes(head.data), member.path, partial(self._blobs.open, digest))
        collector.add(record | facts, [Blob(digest, size)])
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


def describe(head: bytes, path: str, whole: Callable[[], IO[bytes]]) -> dict[str, Any]:
    """What can be told of a file from its beginning and its name; `whole` opens it."""
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
            return facts
    # Of some films and sounds only the name tells what they are.
    kind = facts["media_type"] or ""
    if kind in _HEIF:
        with whole() as file:
            facts |= read_apart(heif_facts, file)
    elif kind.startswith("image/"):
        facts |= picture_facts(io.BytesIO(head))
    elif kind.startswith(("video/", "audio/")) and head:
        with whole() as file:
            facts |= read_apart(film_facts, file)
    return facts

"""Pictures inside a page: data: URIs in base64 (RFC 2397) go to the blob store, and the page names them.

    <img src="data:image/png;base64,iVBO…">   becomes   <img src="blob:image/png,68,<sha256 in hex>">

They leave the text before it is parsed, since a parser takes no attribute as long as a photo. What is in
memory of one is limited; what is no base64 ends it.
"""

import binascii
import re
import tempfile
from collections.abc import Iterator

from lakectl.load.decoders.batch import Blob, Keeper

_BEGIN = re.compile(r"""(?i)\bsrc\s*=\s*(["'])data:([^,"'<>\s]{0,100}?);base64,""")
_BEGIN_LENGTH = 200
_DIGITS = re.compile(r"[A-Za-z0-9+/=\s]*")
_NO_DIGITS = re.compile(r"[=\s]+")
_IN_MEMORY = 4 * 1024 * 1024


class _Picture:
    """One whose digits are being read. `start` is what stands before its name."""

    def __init__(self, start: str) -> None:
        self.start = start
        self._content = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
        self._digits = ""

    def add(self, digits: str) -> None:
        digits = self._digits + _NO_DIGITS.sub("", digits)
        whole = len(digits) // 4 * 4
        self._digits = digits[whole:]
        self._content.write(binascii.a2b_base64(digits[:whole]))

    def keep(self, keeper: Keeper) -> Blob:
        with self._content as content:
            if len(self._digits) > 1:
                content.write(binascii.a2b_base64(self._digits + "=="))
            content.seek(0)
            return Blob(*keeper.keep(content))


class DataUris:
    """Takes the parts of a text, one after the other."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._rest = ""
        self._picture: _Picture | None = None
        self._kept: list[Blob] = []

    def take(self) -> list[Blob]:
        """What was kept since the last time."""
        kept, self._kept = self._kept, []
        return kept

    def feed(self, text: str, *, ended: bool) -> str:
        """The next part of the text, less what may go on in the one after it."""
        return "".join(self._feed(self._rest + text, ended=ended))

    def _feed(self, text: str, *, ended: bool) -> Iterator[str]:
        place = 0
        self._rest = ""
        while True:
            if self._picture is not None:
                digits = _DIGITS.match(text, place)
                end = digits.end() if digits else place
                self._picture.add(text[place:end])
                place = end
                if place == len(text) and not ended:
                    return
                blob = self._picture.keep(self._keeper)
                self._kept.append(blob)
                yield f"{self._picture.start},{blob.size},{blob.sha256.hex()}"
                self._picture = None
            begin = _BEGIN.search(text, place)
            if begin is None:
                break
            yield text[place : begin.start()]
            place = begin.end()
            self._picture = _Picture(f"src={begin[1]}blob:{begin[2].partition(';')[0]}")
        safe = len(text) if ended else max(place, len(text) - _BEGIN_LENGTH)
        yield text[place:safe]
        self._rest = text[safe:]

"""Text files as UTF-8: a byte order mark is dropped, UTF-16 and UTF-32 are decoded. Nothing else is
guessed."""

import codecs
from typing import Protocol


class Readable(Protocol):
    """Anything that reads bytes: a member of an archive, a file, another of these."""

    def read(self, size: int = -1, /) -> bytes: ...


# UTF-32 first: its little-endian mark begins with the mark of UTF-16.
MARKS = [
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]


def encoding_of(head: bytes) -> tuple[str, int]:
    """The encoding that the first bytes of a file declare, and the length of the mark; UTF-8 without one."""
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding, len(mark)
    return "utf-8", 0


def head_text(head: bytes) -> str | None:
    """The beginning of a file as text, or None when it is not text; a character cut at the end is dropped."""
    encoding, mark = encoding_of(head)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        text = decoder.decode(head[mark:], final=False)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


class Utf8Stream:
    """Reads a text file as UTF-8 bytes. Invalid UTF-8 is passed on as it is: the decoders name the record."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        head = stream.read(4)
        encoding, mark = encoding_of(head)
        self._rest = head[mark:]
        self._decoder = None if encoding == "utf-8" else codecs.getincrementaldecoder(encoding)("replace")

    def read(self, size: int = -1, /) -> bytes:
        """At most about `size` bytes, often fewer; empty only at the end."""
        while True:
            data = self._rest or self._stream.read(size)
            self._rest = b""
            if self._decoder is None:
                return data
            text = self._decoder.decode(data, final=not data)
            if text or not data:
                return text.encode("utf-8", "replace")

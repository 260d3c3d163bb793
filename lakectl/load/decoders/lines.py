"""Text files by line: the lines themselves, and decoder `lines`, whose records are those that are not blank.

A line ends with \\n, \\r\\n or \\r, and with nothing else. A record is the line, without its end, as a
JSON string.
"""

import codecs
import io
from collections.abc import Iterator, Sequence
from typing import Any

from lakectl.load.decoders.batch import Batch, Collector, Limits
from lakectl.load.decoders.text import Readable, Utf8Stream

MAX_TEXT = 16 * 1024 * 1024
"""Characters of the longest line, and of the longest row of a table, that is read."""

TOO_LONG = f"longer than {MAX_TEXT} characters"

_CHUNK = 256 * 1024


class TextLines:
    """The lines of a text file, with their ends. Bytes that are no UTF-8 become surrogates (surrogateescape).

    Of a line that is longer than MAX_TEXT only the beginning comes, and more than MAX_TEXT of it.
    """

    def __init__(self, stream: Readable) -> None:
        self._stream = Utf8Stream(stream)

    def __iter__(self) -> Iterator[str]:
        parts: list[str] = []  # of a line whose end has not come
        held = 0
        for text in self._texts():
            for line in io.StringIO(text, newline=""):
                if held <= MAX_TEXT:
                    parts.append(line)
                    held += len(line)
                if line.endswith(("\n", "\r")):
                    yield parts[0] if len(parts) == 1 else "".join(parts)
                    parts, held = [], 0
        if parts:
            yield "".join(parts)

    def _texts(self) -> Iterator[str]:
        """The text in pieces, none of which ends between \\r and \\n."""
        decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        carried = ""
        while data := self._stream.read(_CHUNK):
            text = carried + decoder.decode(data)
            carried = "\r" if text.endswith("\r") else ""
            yield text[:-1] if carried else text
        yield carried + decoder.decode(b"", final=True)


class Lines:
    """Decoder `lines`: one section."""

    def __init__(self, stream: Readable, sections: Sequence[dict[str, Any]], limits: Limits) -> None:
        self._lines = TextLines(stream)
        self._limits = limits
        self.errors: list[str | None] = [None] * len(sections)

    def __iter__(self) -> Iterator[Batch]:
        collector = Collector(self._limits)
        for line in self._lines:
            text = line.rstrip("\r\n")
            if not text.strip():
                continue
            if len(line) > MAX_TEXT:
                collector.broken(TOO_LONG, text)
            else:
                collector.add(text)
            if collector.full():
                yield collector.take()
        yield from collector.rest()

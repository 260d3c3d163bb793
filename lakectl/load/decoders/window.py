"""A window that slides over a stream: what is left of it is kept when more is read."""

import re

from lakectl.load.decoders.text import Readable

_SPACE = re.compile(rb"[ \t\r\n]*")


class Window:
    """`data[pos:]` is what has been read and not consumed; `offset + pos` is its place in the stream."""

    __slots__ = ("_size", "_stream", "data", "eof", "offset", "pos")

    def __init__(self, stream: Readable, size: int) -> None:
        self._stream = stream
        self._size = size
        self.data = b""
        self.pos = 0
        self.offset = 0
        self.eof = False

    def more(self) -> bool:
        """Drop what is consumed and read another `size` bytes; False when there was nothing more to read."""
        parts = [self.data[self.pos :]]
        wanted = self._size
        while wanted > 0:
            part = self._stream.read(wanted)
            if not part:
                self.eof = True
                break
            parts.append(part)
            wanted -= len(part)
        self.offset += self.pos
        self.pos = 0
        self.data = b"".join(parts)
        return len(parts) > 1

    def fill(self) -> None:
        """Hold at least `size` bytes, or all the rest."""
        if not self.eof and len(self.data) - self.pos < self._size:
            self.more()

    def peek(self) -> bytes:
        """The next byte that is not JSON white space, which is consumed; b"" at the end."""
        while True:
            match = _SPACE.match(self.data, self.pos)
            self.pos = match.end() if match else self.pos
            if self.pos < len(self.data):
                return self.data[self.pos : self.pos + 1]
            if self.eof or not self.more():
                return b""

    def where(self) -> int:
        """The number of the next byte, counted from 1."""
        return self.offset + self.pos + 1

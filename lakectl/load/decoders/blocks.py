"""Cuts a vCard or iCalendar file into its components, BEGIN:X to END:X, and holds one at a time."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from lakectl.load.decoders.lines import TextLines
from lakectl.load.decoders.text import Readable

MAX_BLOCK = 32 * 1024 * 1024
"""Characters of the longest component that is read."""


@dataclass(frozen=True, slots=True)
class Block:
    """A component, with its BEGIN and END, and why it is broken."""

    name: str
    text: str
    reason: str | None = None


class Blocks:
    """The components called one of `names`.

    `lines` counts the lines that stand outside of them and say something, `outside` has the latest of them.
    A component that begins again before it has ended is broken where the second one begins. Lines are read as
    UTF-8, those that are none as Latin-1.
    """

    def __init__(self, stream: Readable, *names: str) -> None:
        self._lines = TextLines(stream)
        self._names = {f"BEGIN:{name}": name for name in names}
        self.lines = 0
        self.outside: deque[str] = deque(maxlen=1000)

    def __iter__(self) -> Iterator[Block]:
        name: str | None = None
        parts: list[str] = []
        held = 0
        for raw in self._lines:
            line = _clean(raw)
            word = line.strip().upper() if line[:1] in "BbEe" and len(line) < 40 else ""
            begun = self._names.get(word)
            if begun is not None:
                if name is not None:
                    yield Block(name, "".join(parts), f"the next {begun} begins inside it")
                name, parts, held = begun, [line], len(line)
            elif name is None:
                if line.strip():
                    self.lines += 1
                    self.outside.append(line[:10_000])
            else:
                held += len(line)
                if held <= MAX_BLOCK:
                    parts.append(line)
                if word == f"END:{name}":
                    too_long = f"longer than {MAX_BLOCK} characters" if held > MAX_BLOCK else None
                    yield Block(name, "".join(parts), too_long)
                    name, parts = None, []
        if name is not None:
            yield Block(name, "".join(parts), "the file ends inside it")


def _clean(line: str) -> str:
    if line.isascii():
        return line
    try:
        line.encode()
        return line
    except UnicodeEncodeError:
        return line.encode("utf-8", "surrogateescape").decode("latin-1")

"""Finds where one JSON value ends without understanding it, in bounded memory and whatever its nesting.

It is tolerant on purpose: only strings and brackets count, and a bracket that closes the wrong kind closes
what is open inside it, so that a malformed record costs itself and not its neighbours. The database judges
the text.
"""

import enum
import re

from lakectl.load.decoders.window import Window

_STRING = rb'"(?:[^"\\]++|\\.)*+"'
# At depth 0 a comma ends the value; deeper, only brackets matter.
_OUTSIDE = re.compile(rb'(?:[^",{}\[\]]++|' + _STRING + rb")*+", re.DOTALL)
_INSIDE = re.compile(rb'(?:[^"{}\[\]]++|' + _STRING + rb")*+", re.DOTALL)
_STRING_REST = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)

_OPEN = {ord("{"), ord("[")}
_OPENS = {ord("}"): ord("{"), ord("]"): ord("[")}


class End(enum.Enum):
    """What stands after a value."""

    COMMA = enum.auto()
    CLOSE = enum.auto()  # the bracket that closes the list or object around it
    FILE = enum.auto()  # nothing: the file ends inside the value


class Scan:
    """Scans one value inside the list or object that `closer` (b"]" or b"}") closes.

    Start it where the value starts; call `run` again after Window.more when it returns None. `at` is where
    the scan stands, relative to the value's start.
    """

    __slots__ = ("_closer", "_in_string", "_stack", "at")

    def __init__(self, closer: bytes) -> None:
        self._closer = closer[0]
        self._stack = bytearray()
        self._in_string = False
        self.at = 0

    def balanced(self) -> bool:
        """Nothing is open where the scan stands."""
        return not self._stack and not self._in_string

    def run(self, data: bytes, start: int, eof: bool) -> End | None:
        """Go on in data[start + at:]. The value is data[start:start + at] once an End is returned."""
        stack = self._stack
        pos = start + self.at
        try:
            while True:
                if self._in_string:
                    pos = _end(_STRING_REST, data, pos)
                    if pos >= len(data) or data[pos] != 0x22:  # a lone backslash at the end of the window
                        return End.FILE if eof else None
                    pos += 1
                    self._in_string = False
                pos = _end(_INSIDE if stack else _OUTSIDE, data, pos)
                if pos >= len(data):
                    return End.FILE if eof else None
                char = data[pos]
                if char == 0x22:
                    self._in_string = True
                elif char == 0x2C:
                    return End.COMMA
                elif char in _OPEN:
                    stack.append(char)
                else:
                    opened = stack.rfind(_OPENS[char])
                    if opened >= 0:
                        del stack[opened:]
                    elif char == self._closer:
                        return End.CLOSE
                pos += 1
        finally:
            self.at = pos - start


def _end(pattern: re.Pattern[bytes], data: bytes, pos: int) -> int:
    match = pattern.match(data, pos)
    return match.end() if match else pos


def skip_value(window: Window, scan: Scan) -> End:
    """Consume the value that starts at the window's position, and keep nothing more of it."""
    while (end := scan.run(window.data, window.pos, window.eof)) is None:
        window.pos += scan.at
        scan.at = 0
        window.more()
    window.pos += scan.at
    return end

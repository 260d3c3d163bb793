"""Splits JSON documents into the elements of the lists in them, without parsing the elements.

Sections say which list: {"list": ["locations"]}, a path of keys, [] for a document that is a list; "*" in a
path stands for each element of a list, so that ["homes", "*", "events"] are the events of all homes, numbered
on, or in an object for each value whose key no other section names. With "carry": {"home": ["name"]} a record
of such a list is {"home": …, "record": event}: what the element around it says, as far as that stands before
the inner list. A section ["homes"] beside it takes the elements themselves, with the inner lists empty.

Several sections may name different lists of one document, in any order, or share one list: {"list": [...],
"having": "placeVisit"} takes the objects with that key, {"list": [...], "having": null} (else the first
section) all others. A section {"document": true} takes the whole document as one record, also beside others.

A window of the stream is handed to msgspec as a list of raw elements, cut where one element ends and the next
begins. A cut at a wrong place does not balance, so it is noticed. What msgspec refuses (NaN, control
characters, deep nesting, anything malformed) is split element by element by json_scan, and the database
says what is wrong.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import msgspec

from lakectl.load.decoders.batch import (
    MAX_RECORD_BYTES,
    RAW_KEPT,
    SEPARATOR,
    Batch,
    Broken,
    Limits,
    check_text,
)
from lakectl.load.decoders.json_scan import End, Scan, skip_value
from lakectl.load.decoders.text import Readable, Utf8Stream
from lakectl.load.decoders.window import Window

EACH = "*"
CUT = "the file ends inside this record"

_Element = bytes | Broken
_VALUE = b'{["-0123456789tfnNI'
_SPACE = b" \t\r\n"
_raw_list = msgspec.json.Decoder(list[msgspec.Raw])
_raw_object = msgspec.json.Decoder(dict[str, msgspec.Raw])
_BYTE = re.compile(r"\(byte (\d+)\)$")
_KEY = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_ANY_BOUNDARY = re.compile(rb"\}\s*,\s*\{")
_BEFORE_COMMA = re.compile(rb"\}\s*\Z")
_AFTER_COMMA = re.compile(rb'(\s*)(\{\s*)("(?:[^"\\]|\\.){0,200}")', re.DOTALL)
_NOTHING = re.compile(rb"\s*\{\s*\}\s*")
_SHORT = 64
_TRIES = 12
_MAX_OPENINGS = 8
_MAX_KEY_BYTES = 1024 * 1024
_MAX_SLOW_RUN = 4096


class NotJson(Exception):
    """The document is not JSON, or ends too early; the message says where."""


class _Node:
    """A place in the document: the lists to take there and the keys to follow."""

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.sections: list[int] = []
        self.pile: _Pile | None = None  # where the elements of many small lists gather
        self.seen = 0  # elements so far; ordinals go on if a key stands twice

    def all_sections(self) -> list[int]:
        """The sections whose lists lie here or deeper."""
        return self.sections + [n for child in self.children.values() for n in child.all_sections()]


@dataclass(slots=True)
class _Around:
    """The element around inner lists, as far as it has been read, without what stands in them."""

    text: bytearray
    depth: int = 0  # objects that are open

    def value(self, path: Sequence[str]) -> bytes | None:
        """The value at a path of keys, as JSON text."""
        found = bytes(self.text) + b"null" + b"}" * self.depth
        try:
            for key in path:
                found = bytes(_raw_object.decode(found)[key])
        except (msgspec.DecodeError, KeyError, UnicodeDecodeError, RecursionError):
            return None
        return found


class JsonLists:
    """Decoder `json`; see the module's description."""

    def __init__(self, stream: Readable, sections: Sequence[dict[str, Any]], limits: Limits) -> None:
        self._sections = sections
        self._limits = limits
        self._window = Window(Utf8Stream(stream), limits.batch_bytes)
        self._found: set[int] = set()
        self._root = _Node()
        self._documents = [number for number, section in enumerate(sections) if section.get("document")]
        for number, section in enumerate(sections):
            if number in self._documents:
                continue
            node = self._root
            for key in section.get("list", []):
                node = node.children.setdefault(key, _Node())
            node.sections.append(number)
        self._piles = list(self._make_piles(self._root, inside=False))
        self.errors: list[str | None] = [None] * len(sections)

    def __iter__(self) -> Iterator[Batch]:
        if self._says_nothing():
            return
        if self._documents:
            yield from self._document()
            if len(self._documents) == len(self._sections):
                return
        try:
            start = self._window.peek()
            if not start:
                return  # no bytes, or only white space: an empty file
            if start not in _VALUE:
                raise self._unexpected()
            root = self._root
            if (start == b"{" and root.children) or (
                start == b"[" and (root.sections or EACH in root.children)
            ):
                yield from self._value(self._root)
                rest = self._window.peek()
            else:
                rest = b""
            if rest:
                raise NotJson(f"not JSON at byte {self._window.where()}: the document has ended before")
        except NotJson as error:
            self.errors = [str(error)] * len(self._sections)
        else:
            if not self._found and not self._documents:
                self.errors = [_missing(section) for section in self._sections]
        for pile in self._piles:
            yield from pile.flush()

    def _says_nothing(self) -> bool:
        """Whether the document is `{}`: Google writes that where there is nothing to tell."""
        window = self._window
        while not window.eof and len(window.data) < _SHORT:
            window.more()
        return len(window.data) < _SHORT and _NOTHING.fullmatch(window.data) is not None

    def _make_piles(self, node: _Node, *, inside: bool) -> Iterator["_Pile"]:
        if node.sections and (inside or EACH in node.children):
            node.pile = _Pile(_Router(node.sections, self._sections), self._limits)
            yield node.pile
        for key, child in node.children.items():
            yield from self._make_piles(child, inside=inside or key == EACH)

    def _document(self) -> Iterator[Batch]:
        window = self._window
        while not window.eof and len(window.data) <= MAX_RECORD_BYTES:
            window.more()
        for number in self._documents:
            if not window.data.strip():
                return
            if len(window.data) > MAX_RECORD_BYTES:
                broken = [Broken(1, f"longer than {MAX_RECORD_BYTES} bytes", window.data[:RAW_KEPT])]
                yield Batch(number, 1, 2, [], [], broken)
                continue
            text, reason = check_text(window.data)
            if reason:
                yield Batch(number, 1, 2, [], [], [Broken(1, reason, text[:RAW_KEPT])])
            else:
                yield Batch(number, 1, 2, [text])

    # The document around the lists

    def _value(self, node: _Node, closer: bytes = b"}", around: _Around | None = None) -> Iterator[Batch]:
        """Take what `node` wants of the value here, and copy the rest of it to `around`.

        `closer` ends the list or object that the value stands in.
        """
        start = self._window.peek()
        if start == b"[" and (node.sections or EACH in node.children):
            self._found.update(node.all_sections())
            self._window.pos += 1
            if EACH in node.children:
                yield from self._each(node)
            else:
                yield from self._list(node, around)
            if around:
                around.text += b"[]"
        elif start == b"{" and node.children:
            yield from self._object(node, around)
        elif around:
            around.text += self._copy(closer)
        else:
            self._skip(closer)

    def _list(self, node: _Node, around: _Around | None) -> Iterator[Batch]:
        elements = _List(self._window, self._limits).elements()
        if node.pile is None:
            router = _Router(node.sections, self._sections)
            for part in elements:
                for low in range(0, len(part), self._limits.batch_records):
                    few = part[low : low + self._limits.batch_records]
                    node.seen += len(few)
                    yield from router.batches(node.seen - len(few) + 1, few)
            return
        carry = self._sections[node.sections[0]].get("carry", {})
        before = b""
        for name, path in carry.items():
            if around and (value := around.value(path)):
                before += msgspec.json.encode(name) + b":" + value + b","
        for part in elements:
            if carry:
                wrapped = [_wrap(before, element) for element in part]
                yield from node.pile.add(wrapped)
            else:
                yield from node.pile.add(part)

    def _each(self, node: _Node) -> Iterator[Batch]:
        """The elements of a list, and the lists in them."""
        window = self._window
        child = node.children[EACH]
        wanted = bool(node.sections) or any("carry" in self._sections[n] for n in child.all_sections())
        if window.peek() == b"]":
            window.pos += 1
            return
        while True:
            around = _Around(bytearray()) if wanted else None
            try:
                yield from self._value(child, b"]", around)
            except NotJson as error:
                if node.pile and around:
                    yield from node.pile.add([Broken(0, str(error), bytes(around.text[:RAW_KEPT]))])
                raise
            if node.pile and around:
                yield from node.pile.add([bytes(around.text)])
            after = window.peek()
            if after not in (b",", b"]"):
                raise self._unexpected()
            window.pos += 1
            if after == b"]":
                return

    def _object(self, node: _Node, around: _Around | None) -> Iterator[Batch]:
        window = self._window
        window.pos += 1
        if around:
            around.text += b"{"
            around.depth += 1
        after = window.peek()
        if after == b"}":
            window.pos += 1
        while after != b"}":
            raw, key = self._key()
            self._expect(b":")
            if around:
                around.text += raw + b":"
                if len(around.text) > MAX_RECORD_BYTES:
                    raise NotJson(f"longer than {MAX_RECORD_BYTES} bytes at byte {window.where()}")
            if (child := node.children.get(key, node.children.get(EACH))) is not None:
                yield from self._value(child, b"}", around)
            elif around:
                around.text += self._copy(b"}")
            else:
                self._skip(b"}")
            after = window.peek()
            if after not in (b",", b"}"):
                raise self._unexpected()
            window.pos += 1
            if around and after == b",":
                around.text += after
        if around:
            around.text += b"}"
            around.depth -= 1

    def _key(self) -> tuple[bytes, str]:
        """The next key, as it is written and as it is read."""
        window = self._window
        if window.peek() != b'"':
            raise self._unexpected()
        while (match := _KEY.match(window.data, window.pos)) is None:
            if len(window.data) - window.pos > _MAX_KEY_BYTES or window.eof:
                raise _ends_early(window) if window.eof else self._unexpected()
            window.more()
        window.pos = match.end()
        try:
            return match.group(), msgspec.json.decode(match.group(), type=str)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return match.group(), ""  # no key that a section names

    def _skip(self, closer: bytes) -> None:
        self._expect_value()
        if skip_value(self._window, Scan(closer)) is End.FILE:
            raise _ends_early(self._window)

    def _copy(self, closer: bytes) -> bytes:
        """The value here, which is consumed."""
        self._expect_value()
        window = self._window
        scan = Scan(closer)
        while (end := scan.run(window.data, window.pos, window.eof)) is None:
            if scan.at > MAX_RECORD_BYTES:
                raise NotJson(f"longer than {MAX_RECORD_BYTES} bytes at byte {window.where()}")
            window.more()
        value = window.data[window.pos : window.pos + scan.at]
        window.pos += scan.at
        if end is End.FILE:
            raise _ends_early(window)
        return value.rstrip(_SPACE)

    def _expect_value(self) -> None:
        start = self._window.peek()
        if not start:
            raise _ends_early(self._window)
        if start not in _VALUE:
            raise self._unexpected()

    def _expect(self, char: bytes) -> None:
        if self._window.peek() != char:
            raise self._unexpected()
        self._window.pos += 1

    def _unexpected(self) -> NotJson:
        window = self._window
        if window.eof and window.pos >= len(window.data):
            return _ends_early(window)
        return NotJson(f"not JSON at byte {window.where()}")


def _wrap(before: bytes, element: _Element) -> _Element:
    """An element and the members that go with it; one that cannot be sent stays as it is."""
    if isinstance(element, Broken) or not element:
        return element
    return b"{" + before + b'"record":' + bytes(element) + b"}"


def _ends_early(window: Window) -> NotJson:
    return NotJson(f"the file ends after {window.offset + len(window.data)} bytes, inside its document")


def _missing(section: dict[str, Any]) -> str:
    path = section.get("list", [])
    return f"there is no list {'.'.join(path)!r} in the document" if path else "the document is not a list"


class _List:
    """One list: the window stands after its opening bracket, and after its closing one at the end."""

    def __init__(self, window: Window, limits: Limits) -> None:
        self._window = window
        self._limits = limits
        self._seen = 0
        self._boundary = _Boundary()
        self._slow_run = 2  # the first two elements show what stands between elements

    def elements(self) -> Iterator[Sequence[_Element]]:
        """As many elements at once as were found at once."""
        window = self._window
        if window.peek() == b"]":
            window.pos += 1
            return
        elements, ended = self._slow(self._slow_run)
        self._seen = len(elements)
        yield elements
        while not ended:
            window.fill()
            if not window.peek():
                raise _ends_early(window)
            fast = self._fast()
            if fast is not None:
                if len(fast[0]) >= 64:
                    self._slow_run = 1
                elements, ended = fast
            else:
                self._slow_run = min(self._slow_run * 2, _MAX_SLOW_RUN)
                elements, ended = self._slow(self._slow_run)
            self._seen += len(elements)
            yield elements

    # Fast: msgspec on as many elements as the window holds

    def _fast(self) -> tuple[Sequence[_Element], bool] | None:
        """The elements and whether the list has ended; None when the next one must be scanned."""
        data, start = self._window.data, self._window.pos
        limit = len(data)
        error = ""
        if self._window.eof:
            elements, error = _split(data, start, limit)
            if elements is not None:
                return None  # the list's own bracket is missing: look at the last element
        for _ in range(_TRIES):
            if found := _BYTE.search(error):
                # Counted in the payload, whose first byte is our bracket; one past what is trailing.
                byte = start + int(found.group(1)) - 1
                if "trailing characters" in error:
                    return self._rest(data, start, byte - 1)
                limit = min(limit, byte)
            cut = self._boundary.last(data, start, limit)
            if cut is None:
                return None
            elements, error = _split(data, start, cut.end)
            if elements is not None:
                self._window.pos = cut.following
                return elements, False
            limit = cut.end
        return None

    def _rest(self, data: bytes, start: int, limit: int) -> tuple[Sequence[_Element], bool] | None:
        """The list ends in the window: its bracket is the last one before `limit`."""
        close = data.rfind(b"]", start, limit)
        elements, _ = _split(data, start, close)
        if elements is None:
            return None
        self._window.pos = close + 1
        return elements, True

    # Slow: element by element, whatever they are

    def _slow(self, count: int) -> tuple[Sequence[_Element], bool]:
        """Up to `count` elements, and whether the list has ended."""
        window = self._window
        elements: list[_Element] = []
        size = 0
        while len(elements) < count and size < self._limits.batch_bytes and window.peek():
            element, end = self._element()
            if end is End.CLOSE and element == b"":  # [1, 2, ] has two elements
                window.pos += 1
                return elements, True
            elements.append(element)
            if end is End.FILE:
                return elements, False
            window.pos += 1
            if end is End.CLOSE:
                return elements, True
            if not isinstance(element, Broken):
                size += len(element)
                first = self._seen == 0 and len(elements) == 1
                self._boundary.learn(window.data, window.pos - 1, first=first)
        return elements, False

    def _element(self) -> tuple[_Element, End]:
        """The next element, stripped; the window then stands at what ended it."""
        window = self._window
        scan = Scan(b"]")
        while (end := scan.run(window.data, window.pos, window.eof)) is None:
            if scan.at > MAX_RECORD_BYTES:
                break
            window.more()
        start = window.pos
        whole = end is End.COMMA or (end is End.CLOSE and scan.balanced())

        # The element is too long, or the list or file ends inside it. Where the indentation shows that
        # further elements lie in it, a bracket or quote is missing: the element ends there.
        if not whole and (inside := self._boundary.first_of_indented(window.data, start)) is not None:
            window.pos = inside.following - 1
            return window.data[start : inside.end], End.COMMA
        raw = window.data[start : start + RAW_KEPT]
        if scan.at > MAX_RECORD_BYTES:
            return Broken(0, f"longer than {MAX_RECORD_BYTES} bytes", raw), skip_value(window, scan)
        if end in (End.COMMA, End.CLOSE):
            window.pos += scan.at
            return window.data[start : window.pos].rstrip(_SPACE), end
        element = window.data[start:].rstrip(_SPACE)
        window.pos = len(window.data)
        if scan.balanced() and element[:1] in (b"{", b"[", b'"'):
            return element, End.FILE
        return Broken(0, CUT, raw), End.FILE


@dataclass(frozen=True, slots=True)
class _Cut:
    """One element ends before `end`; the next one, after a comma and white space, starts at `following`."""

    end: int
    following: int


class _Boundary:
    """What stands between two elements of this list, as learned from those already seen.

    In an indented document that is the exact white space, which nothing deeper shares. In a compact one it
    is the comma and the first key of an element, which something deeper may share: then a cut there does
    not decode.
    """

    def __init__(self) -> None:
        self._openings: list[bytes] = []
        self._indented: re.Pattern[bytes] | None = None
        self._pattern = _ANY_BOUNDARY

    def learn(self, data: bytes, comma: int, *, first: bool) -> None:
        """Look at the two elements around data[comma]; `first`: they are the first two of the list.

        Indentation is learned from those alone, so that it is the same whatever windows the list came in.
        """
        before = _BEFORE_COMMA.search(data[max(0, comma - 200) : comma])
        after = _AFTER_COMMA.match(data, comma + 1)
        if before is None or after is None or len(self._openings) >= _MAX_OPENINGS:
            return
        between = before.group() + b"," + after.group(1)
        if b"\n" in between:
            opening = between + after.group(2)
            if first and b"\n" in after.group(1):
                self._indented = re.compile(re.escape(b"," + after.group(1) + after.group(2)))
        else:
            opening = between + after.group(2) + after.group(3)
        if opening not in self._openings:
            self._openings.append(opening)
            self._pattern = re.compile(b"|".join(map(re.escape, self._openings)))

    def last(self, data: bytes, start: int, limit: int) -> _Cut | None:
        """The last one in data[start:limit]."""
        span = 64 * 1024
        while True:
            low = max(start, limit - span)
            found = None
            for match in self._pattern.finditer(data, low, limit):
                found = match
            if found is not None:
                return self._cut(data, found)
            if low == start:
                return None
            span *= 8

    def first_of_indented(self, data: bytes, start: int) -> _Cut | None:
        """The first one from `start`, also where the bracket before it is missing; only by indentation."""
        found = self._indented.search(data, start) if self._indented else None
        return _Cut(found.start(), found.start() + 1) if found else None

    @staticmethod
    def _cut(data: bytes, found: re.Match[bytes]) -> _Cut:
        return _Cut(found.start() + 1, data.index(b",", found.start()) + 1)


def _split(data: bytes, start: int, end: int) -> tuple[list[bytes] | None, str]:
    """The elements in data[start:end], or None and what msgspec says."""
    try:
        return list(_raw_list.decode(b"[" + data[start:end] + b"]")), ""
    except msgspec.DecodeError as error:
        return None, str(error)
    except RecursionError:
        return None, "nested too deeply"


class _Router:
    """Which element belongs to which of the sections that share a list."""

    def __init__(self, numbers: Sequence[int], sections: Sequence[dict[str, Any]]) -> None:
        others = [n for n in numbers if sections[n].get("having") is None]
        self._default = (others or numbers)[0]
        self._sections = [n for n in numbers if sections[n].get("having") is not None]
        fields = {f"field{n}": sections[n]["having"] for n in self._sections}
        self._probe = msgspec.json.Decoder(
            msgspec.defstruct(
                "Probe",
                [(field, msgspec.Raw | msgspec.UnsetType, msgspec.UNSET) for field in fields],
                rename=fields,
            )
        )

    def batches(self, first: int, elements: Sequence[_Element]) -> Iterator[Batch]:
        """One batch for each section that has any of the elements; the first element has ordinal `first`."""
        end = first + len(elements)
        if not self._sections and _sendable(elements):
            yield Batch(self._default, first, end, cast(Sequence[bytes], elements))
            return
        batches: dict[int, Batch] = {}
        for ordinal, element in enumerate(elements, first):
            number = self._section_of(element)
            batch = batches.setdefault(number, Batch(number, first, end, [], []))
            record, reason = _check(element)
            if reason:
                batch.broken.append(Broken(ordinal, reason, record[:RAW_KEPT]))
            else:
                cast(list[bytes], batch.records).append(record)
                cast(list[int], batch.positions).append(ordinal)
        yield from batches.values()

    def _section_of(self, element: _Element) -> int:
        if self._sections and not isinstance(element, Broken):
            try:
                probe = self._probe.decode(element)
            except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
                return self._default
            for number in self._sections:
                if getattr(probe, f"field{number}") is not msgspec.UNSET:
                    return number
        return self._default


class _Pile:
    """Elements of many lists that are one list to a section: batches of the usual size."""

    def __init__(self, router: _Router, limits: Limits) -> None:
        self._router = router
        self._limits = limits
        self._elements: list[_Element] = []
        self._bytes = 0
        self._seen = 0

    def add(self, elements: Sequence[_Element]) -> Iterator[Batch]:
        """Take these; gives batches when there is enough for one."""
        for element in elements:
            # Elements may be views of a window, which would all stay in memory.
            self._elements.append(element if isinstance(element, Broken) else bytes(element))
            self._bytes += len(element.raw if isinstance(element, Broken) else element)
            if self._bytes >= self._limits.batch_bytes or len(self._elements) >= self._limits.batch_records:
                yield from self.flush()

    def flush(self) -> Iterator[Batch]:
        """What is left."""
        elements, self._elements, self._bytes = self._elements, [], 0
        if elements:
            self._seen += len(elements)
            yield from self._router.batches(self._seen - len(elements) + 1, elements)


def _sendable(elements: Sequence[_Element]) -> bool:
    """All elements can be sent just as they are."""
    try:
        text = SEPARATOR.join(cast(Sequence[bytes], elements))
        text.decode()
    except (TypeError, UnicodeDecodeError):  # one is Broken, or not UTF-8
        return False
    return text.count(SEPARATOR) == len(elements) - 1 and b"\0" not in text and all(elements)


def _check(element: _Element) -> tuple[bytes, str | None]:
    if isinstance(element, Broken):
        return element.raw, element.reason
    record = bytes(element)
    return check_text(record) if record else (record, "nothing stands between two commas")

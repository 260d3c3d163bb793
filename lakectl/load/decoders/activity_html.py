"""Cells of a My Activity page (also YouTube's histories) as JSON records; nothing in them is interpreted.

    {"header": "YouTube" | null, "body": LINES, "caption": LINES, "aside": LINES}

`header` is the header cell's text, stripped, `body` the left content cell, `caption` the grey one below,
`aside` the right one (pictures, sounds; left out if empty). LINES is a list in document order of what stands
between breaks: <br> and the edges of blocks. Lines that hold nothing are left out. A line is

    {"t": "Watched\u00a0Tide pools",   its text as it stands, left out when blank
     "u": "https://…",                 its first link or picture, film or sound
     "b": true}                        it is bold; false: bold in part

The stream is cut where one `outer-cell` begins and each cell is parsed on its own, so memory does not grow
and an unclosed tag ends with its cell. Cells written as nearly all are, without any other tag than
<br>, <a> and <b>, are taken apart by patterns, which is several times faster than building a tree; both
ways give the same. The format is documented nowhere; it is what exports since 2015 hold.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, cast

import msgspec
from lxml import etree

from lakectl.load.decoders.batch import MAX_RECORD_BYTES, RAW_KEPT, Batch, Broken, Limits, check_text
from lakectl.load.decoders.json_lists import CUT
from lakectl.load.decoders.processes import in_order
from lakectl.load.decoders.text import Readable, Utf8Stream
from lakectl.load.decoders.window import Window

_CHUNK_BYTES = 1024 * 1024
_CELL = b"outer-cell"
_DIV = re.compile(rb"<div\s[^>]*")
_MAX_TAG_BYTES = 1000
_ASCII_SPACE = " \t\r\n\f"
_BLOCKS = {"address", "article", "blockquote", "dd", "div", "dl", "dt", "figure", "hr", "li", "ol", "p"}
_BLOCKS |= {"pre", "section", "table", "td", "th", "tr", "ul", "h1", "h2", "h3", "h4", "h5", "h6"}
_SEEN_TEXT = etree.XPath("//text()[not(ancestor::head or ancestor::style or ancestor::script)]")

parser = etree.HTMLParser(encoding="utf-8", recover=True, remove_comments=True, remove_pis=True)
_encode = msgspec.json.Encoder().encode

Line = dict[str, str | bool]

# A cell without pictures, from its first byte to its last.
_PLAIN_CELL = re.compile(
    r'<div class="outer-cell[^"<>]*">\s*<div class="mdl-grid">\s*'
    r'<div class="header-cell[^"<>]*">\s*<p class="[^"<>]*">([^<]*)(?:<br/?>)?</p>\s*</div>\s*'
    r'<div class="content-cell [^"<>]*body-1">([^<]*(?:<(?!/?div)[^<]*)*)</div>\s*'
    r'<div class="content-cell [^"<>]*text-right">\s*</div>\s*'
    r'<div class="content-cell [^"<>]*caption">([^<]*(?:<(?!/?div)[^<]*)*)</div>\s*</div>\s*</div>\s*'
)
_LINKED = re.compile(r'([^<]*)<a href="([^"<>]*)">([^<]*)</a>([^<]*(?:<a href="[^"<>]*">[^<]*</a>[^<]*)*)')
_BOLD = re.compile(r"([ \t\n]*)<b>([^<]*)</b>([ \t\n]*)")
_TAG = re.compile(r"<[^>]*>")
_ENTITY = re.compile(r"&[^;&]*;?")
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'"}
# What the parser drops or changes.
_ODD_BYTES = bytes(set(range(32)) - {9, 10}) + b"\x7f"
_PLAIN_BYTES = 16 * 1024


class ActivityHtml:
    """Decoder `activity_html`: one section, whose records are the cells."""

    def __init__(self, stream: Readable, sections: Sequence[dict[str, Any]], limits: Limits) -> None:
        self._window = Window(Utf8Stream(stream), limits.batch_bytes)
        self._limits = limits
        self.errors: list[str | None] = [None] * len(sections)

    def __iter__(self) -> Iterator[Batch]:
        ordinal = 1
        batch = Batch(0, 1, 1, [], [])
        size = 0
        for record, reason in chain.from_iterable(in_order(_records, self._chunks())):
            if reason:
                batch.broken.append(Broken(ordinal, reason, record))
            else:
                cast(list[bytes], batch.records).append(record)
                cast(list[int], batch.positions).append(ordinal)
            size += len(record)
            ordinal += 1
            batch.end = ordinal
            if size >= self._limits.batch_bytes or batch.end - batch.first >= self._limits.batch_records:
                yield batch
                batch = Batch(0, ordinal, ordinal, [], [])
                size = 0
        if batch.end > batch.first:
            yield batch

    def _chunks(self) -> Iterator[list[bytes | Broken]]:
        """The cells, some of them at a time."""
        chunk: list[bytes | Broken] = []
        size = 0
        for cell in self._cells():
            chunk.append(cell)
            size += len(cell.raw if isinstance(cell, Broken) else cell)
            if size >= _CHUNK_BYTES:
                yield chunk
                chunk, size = [], 0
        yield chunk

    def _cells(self) -> Iterator[bytes | Broken]:
        window = self._window
        window.more()
        page = window.data
        if not self._next_cell():
            if page.strip() and (window.offset > 0 or not _is_blank(page)):
                self.errors = ["the page holds no activity cell"] * len(self.errors)
            return
        while True:
            following = _find_cell(window.data, window.data.index(_CELL, window.pos) + len(_CELL))
            if following is not None:
                yield window.data[window.pos : following]
                window.pos = following
            elif window.eof:
                yield self._last(window.data[window.pos :])
                return
            elif len(window.data) - window.pos > MAX_RECORD_BYTES:
                yield Broken(0, f"longer than {MAX_RECORD_BYTES} bytes", window.data[window.pos :][:RAW_KEPT])
                window.pos = window.data.index(_CELL, window.pos) + len(_CELL)
                if not self._next_cell():
                    return
            else:
                window.more()

    def _next_cell(self) -> bool:
        """Skip to the start of the next cell, keeping nothing; False when there is none."""
        window = self._window
        while (found := _find_cell(window.data, window.pos)) is None:
            if window.eof:
                return False
            window.pos = max(window.pos, len(window.data) - _MAX_TAG_BYTES)
            window.more()
        window.pos = found
        return True

    def _last(self, cell: bytes) -> bytes | Broken:
        lower = cell.lower()
        if b"</html" not in lower and lower.count(b"</div") < lower.count(b"<div"):
            length = self._window.offset + len(self._window.data)
            self.errors = [f"the file ends after {length} bytes, inside its document"] * len(self.errors)
            return Broken(0, CUT, cell[:RAW_KEPT])
        return cell


def _is_blank(page: bytes) -> bool:
    """A page that shows nothing: the history of a product that has none."""
    try:
        root = etree.fromstring(page, parser)
    except etree.XMLSyntaxError:
        return False
    return root is not None and not "".join(cast(list[str], _SEEN_TEXT(root))).strip()


def _find_cell(data: bytes, start: int) -> int | None:
    """Where the first <div … outer-cell …> in data[start:] begins."""
    while (name := data.find(_CELL, start)) >= 0:
        tag = data.rfind(b"<", max(start, name - _MAX_TAG_BYTES), name)
        if tag >= 0 and _DIV.fullmatch(data, tag, name):
            return tag
        start = name + len(_CELL)
    return None


def _records(cells: Sequence[bytes | Broken]) -> list[tuple[bytes, str | None]]:
    return [_record(cell) for cell in cells]


def _record(cell: bytes | Broken) -> tuple[bytes, str | None]:
    """The cell as a JSON text, or the beginning of its bytes and why it is none."""
    if isinstance(cell, Broken):
        return cell.raw, cell.reason
    if (record := plain_cell(cell)) is not None:
        return _encode(record), None
    _, reason = check_text(cell)
    if reason:
        return cell[:RAW_KEPT], reason
    try:
        return _encode(parsed_cell(etree.fromstring(cell, parser))), None
    except (etree.XMLSyntaxError, RecursionError) as error:
        return cell[:RAW_KEPT], f"not HTML: {error}"


class _NotPlain(Exception):
    """The cell holds something that only the parser understands."""


def plain_cell(cell: bytes) -> dict[str, Any] | None:
    """The record of a plain cell; None for any other."""
    if len(cell) > _PLAIN_BYTES or len(cell.translate(None, _ODD_BYTES)) < len(cell):
        return None
    try:
        text = cell.decode()
        if "\ufffe" in text or "\uffff" in text:
            return None
        match = _PLAIN_CELL.fullmatch(text.replace("&nbsp;", "\u00a0").replace("&emsp;", "\u2003"))
        if match is None:
            return None
        header, body, caption = match.groups()
        return {
            "header": _unescape(header).strip() or None,
            "body": _plain_lines(body),
            "caption": _plain_caption(caption),
        }
    except (UnicodeDecodeError, _NotPlain):
        return None


def _plain_lines(html: str) -> list[Line]:
    lines: list[Line] = []
    for part in html.replace("<br/>", "<br>").split("<br>"):
        if "<" not in part:
            if part and not part.isspace():
                lines.append({"t": _unescape(part)})
        elif match := _LINKED.fullmatch(part):
            before, url, text, after = match.groups()
            if "<" in after:
                after = _TAG.sub("", after)
            _end(lines, {"t": _unescape(before + text + after), "u": _unescape(url)})
        elif match := _BOLD.fullmatch(part):
            _end(lines, {"t": _unescape("".join(match.groups())), "b": True})
        else:
            raise _NotPlain
    return lines


@lru_cache(maxsize=256)
def _plain_caption(html: str) -> msgspec.Raw:
    """Its lines as JSON. Most cells of a page have one of a few captions."""
    return msgspec.Raw(_encode(_plain_lines(html)))


def _unescape(text: str) -> str:
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(entity: re.Match[str]) -> str:
    try:
        return _ENTITIES[entity[0]]
    except KeyError:
        raise _NotPlain from None


def _end(lines: list[Line], line: Line) -> None:
    """Append a line, unless it is empty; its blank text is left out."""
    if cast(str, line["t"]).strip():
        lines.append(line)
    elif "u" in line:
        del line["t"]
        lines.append(line)


class _Lines:
    """The lines of one part of a cell, as its tree is walked."""

    def __init__(self) -> None:
        self.done: list[Line] = []
        self._text = ""
        self._url: str | None = None
        self._bold = False
        self._light = False
        self._pictured = False

    def text(self, text: str) -> None:
        self._text += text
        self._light = self._light or bool(text.strip(_ASCII_SPACE))

    def bold(self, text: str) -> None:
        self._text += text
        self._bold = True

    def link(self, url: str) -> None:
        self._light = True
        if self._url is None:
            self._url = url

    def picture(self, url: str) -> None:
        """A picture, film or sound; several are several lines."""
        if self._pictured:
            self.end()
        self.link(url)
        self._pictured = True

    def end(self) -> None:
        """A break."""
        line: Line = {"t": self._text}
        if self._url is not None:
            line["u"] = self._url
        if self._bold:
            line["b"] = not self._light
        _end(self.done, line)
        self._text = ""
        self._url = None
        self._bold = self._light = self._pictured = False


def parsed_cell(root: etree._Element) -> dict[str, Any]:
    header = None
    body = _Lines()
    caption = _Lines()
    aside = _Lines()
    for div in root.iter("div"):
        classes = div.get("class") or ""
        if "content-cell" in classes:
            if "caption" in classes:
                lines = caption
            elif "text-right" in classes:
                lines = aside
            else:
                lines = body
            _walk(div, lines)
            lines.end()
        elif "header-cell" in classes:
            header = _flat(div).strip() or None
    record: dict[str, Any] = {"header": header, "body": body.done, "caption": caption.done}
    if aside.done:
        record["aside"] = aside.done
    return record


def _walk(element: etree._Element, lines: _Lines) -> None:
    """Add what is inside `element`."""
    if text := element.text:
        lines.text(text)
    for child in element:
        tag = child.tag
        if tag == "br":
            lines.end()
        elif tag == "a" and (url := child.get("href")) is not None:
            lines.link(url)
            lines.text(_flat(child))
        elif tag in ("b", "strong"):
            lines.bold(_flat(child))
        elif tag == "img":
            lines.picture(child.get("src") or "")
        elif tag in ("audio", "video"):
            # What else is in it is for browsers that cannot play it.
            for source in (child, *child.iter("source")):
                if src := source.get("src"):
                    lines.picture(src)
        elif tag in _BLOCKS:
            lines.end()
            _walk(child, lines)
            lines.end()
        elif tag not in ("style", "script"):
            _walk(child, lines)
        if tail := child.tail:
            lines.text(tail)


def _flat(element: etree._Element) -> str:
    return "".join(cast(Iterator[str], element.itertext())) if len(element) else element.text or ""

"""Cells of a My Activity page (also YouTube's histories) as JSON records; nothing in them is interpreted.

    {"header": "YouTube" | null, "body": RUNS, "caption": RUNS, "aside": RUNS}

`header` is the header cell's text, stripped, `body` the left content cell, `caption` the grey one below,
`aside` the right one (pictures; left out when empty). RUNS is a list in document order of

    {"t": "Watched\u00a0"}                         text as it stands; adjacent text is one run; text of ASCII
                                                   white space alone is left out
    {"t": "Tide pools", "u": "https://…"}          the text of a link
    {"t": "Products:", "b": true}                  bold text
    {"br": true}                                   <br>, or the edge of a block; none at the end of a list
    {"img": "source"}                              a picture

The stream is cut where one `outer-cell` begins and each cell is parsed on its own, so memory does not grow
and an unclosed tag ends with its cell. The format is documented nowhere; it is what exports since
2015 hold.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, cast

import msgspec
from lxml import etree

from lakectl.load.decoders.batch import MAX_RECORD_BYTES, RAW_KEPT, Batch, Broken, Limits, check_text
from lakectl.load.decoders.json_lists import CUT
from lakectl.load.decoders.text import Readable, Utf8Stream
from lakectl.load.decoders.window import Window

_CELL = b"outer-cell"
_DIV = re.compile(rb"<div\s[^<>]*\Z")
_MAX_TAG_BYTES = 1000
_ASCII_SPACE = " \t\r\n\f"
_BLOCKS = {"address", "article", "blockquote", "dd", "div", "dl", "dt", "figure", "hr", "li", "ol", "p"}
_BLOCKS |= {"pre", "section", "table", "td", "th", "tr", "ul", "h1", "h2", "h3", "h4", "h5", "h6"}
_SEEN_TEXT = etree.XPath("//text()[not(ancestor::head or ancestor::style or ancestor::script)]")

_parser = etree.HTMLParser(encoding="utf-8", recover=True, remove_comments=True, remove_pis=True)
_encode = msgspec.json.Encoder().encode

Run = dict[str, str | bool]


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
        for cell in self._cells():
            record, reason = _record(cell)
            if reason:
                batch.broken.append(Broken(ordinal, reason, record[:RAW_KEPT]))
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
        root = etree.fromstring(page, _parser)
    except etree.XMLSyntaxError:
        return False
    return root is not None and not "".join(cast(list[str], _SEEN_TEXT(root))).strip()


def _find_cell(data: bytes, start: int) -> int | None:
    """Where the first <div … outer-cell …> in data[start:] begins."""
    while (name := data.find(_CELL, start)) >= 0:
        tag = _DIV.search(data, max(start, name - _MAX_TAG_BYTES), name)
        if tag is not None:
            return tag.start()
        start = name + len(_CELL)
    return None


def _record(cell: bytes | Broken) -> tuple[bytes, str | None]:
    """The cell as a JSON text, or its bytes and why it is none."""
    if isinstance(cell, Broken):
        return cell.raw, cell.reason
    _, reason = check_text(cell)
    if reason:
        return cell, reason
    try:
        return _encode(_cell(etree.fromstring(cell, _parser))), None
    except (etree.XMLSyntaxError, RecursionError) as error:
        return cell, f"not HTML: {error}"


def _cell(root: etree._Element) -> dict[str, Any]:
    header = None
    body: list[Run] = []
    caption: list[Run] = []
    aside: list[Run] = []
    for div in root.iter("div"):
        classes = div.get("class") or ""
        if "content-cell" in classes:
            if "caption" in classes:
                runs = caption
            elif "text-right" in classes:
                runs = aside
            else:
                runs = body
            _edge(runs)
            _runs(div, runs)
        elif "header-cell" in classes:
            header = _flat(div).strip() or None
    record: dict[str, Any] = {"header": header, "body": _ended(body), "caption": _ended(caption)}
    if _ended(aside):
        record["aside"] = aside
    return record


def _runs(element: etree._Element, runs: list[Run]) -> None:
    """Append the runs of what is inside `element`."""
    if text := element.text:
        _text(runs, text)
    for child in element:
        tag = child.tag
        if tag == "br":
            runs.append({"br": True})
        elif tag == "a" and (url := child.get("href")) is not None:
            runs.append({"t": _flat(child), "u": url})
            if len(child):
                runs.extend({"img": picture.get("src") or ""} for picture in child.iter("img"))
        elif tag in ("b", "strong"):
            runs.append({"t": _flat(child), "b": True})
        elif tag == "img":
            runs.append({"img": child.get("src") or ""})
        elif tag in _BLOCKS:
            _edge(runs)
            _runs(child, runs)
            _edge(runs)
        elif tag not in ("style", "script"):
            _runs(child, runs)
        if tail := child.tail:
            _text(runs, tail)


def _flat(element: etree._Element) -> str:
    return "".join(cast(Iterator[str], element.itertext())) if len(element) else element.text or ""


def _text(runs: list[Run], text: str) -> None:
    last = runs[-1] if runs else None
    if last is not None and len(last) == 1 and "t" in last:
        last["t"] = cast(str, last["t"]) + text
    elif text.strip(_ASCII_SPACE):
        runs.append({"t": text})


def _edge(runs: list[Run]) -> None:
    if runs and "br" not in runs[-1]:
        runs.append({"br": True})


def _ended(runs: list[Run]) -> list[Run]:
    while runs and "br" in runs[-1]:
        runs.pop()
    return runs

"""Decoders `html` and `xml`: records of pages and documents, found by XPath.

    {"records": "//div[@class='message']",           each element found is a record, in the document's order:
     "fields": {"at": "abbr/@title",                 an object; each XPath is relative to the record
                "files": [".//img/@src"],            [XPath]: all of them, in a list
                "rows": {"records": …, "fields": …}},   a list of objects
     "drop": ["dt", "p"],                            html only: tags without which the page is read
     "inline": true,                                 html only: pictures inside the page go to the blob
                                                     store; a src is then as data_uris.py has it
     "empty": "//dl"}                                a document that has this may have no record

A field is the text of the first node that its XPath finds, without white space at its ends, and left out
where there is none; booleans stay such. In HTML, the text of an element has a line break for each <br> and
between blocks. Names in HTML are lower-case; in XML they have no namespaces.

Up to 4 MiB are read as a whole. What is larger is read in pieces, and records leave the tree when they are
done: an XPath does not see the records before it, so `records` must not count positions. What is left beside
records is limited, and so is depth. Entities that a document declares are refused, and nothing is fetched.
"""

import codecs
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

from lxml import etree

from lakectl.load.decoders.batch import Batch, Collector, Keeper, Limits
from lakectl.load.decoders.data_uris import DataUris
from lakectl.load.decoders.json_lists import CUT
from lakectl.load.decoders.text import Readable, Utf8Stream

_WHOLE = 4 * 1024 * 1024
_CHUNK = 256 * 1024
_MAX_NODES = 400_000
_MAX_TEXT = 16 * 1024 * 1024
_MAX_TAG = 4096

_NODES = etree.XPath("count(//node())")
_LENGTH = etree.XPath("string-length(string(/))")
_BLANK = etree.XPath("not(normalize-space(string(/html/body)))")

_BLOCKS = {"address", "article", "blockquote", "dd", "div", "dl", "dt", "figure", "hr", "li", "ol", "p"}
_BLOCKS |= {"pre", "section", "table", "tr", "ul", "h1", "h2", "h3", "h4", "h5", "h6"}

# What XML cannot hold, and NUL.
_ODD = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF], "\ufffd")

_Field = Callable[[etree._Element], Any]
_Text = Callable[[etree._Element], str]


class _Refused(Exception):
    """The document cannot be read further; the message says why."""


class XPaths:
    """What the two decoders share: from the tree of a document, as it grows, to records."""

    _uris: DataUris | None = None

    def __init__(self, stream: Readable, sections: Sequence[dict[str, Any]], limits: Limits) -> None:
        self._stream = Utf8Stream(stream)
        self._collectors = [Collector(limits, number) for number in range(len(sections))]
        self._records = [_xpath(section["records"]) for section in sections]
        self._fields = [_object(section["fields"], self._text) for section in sections]
        self._empty = [_xpath(section["empty"]) for section in sections if "empty" in section]
        self._dropped = sorted({tag for section in sections for tag in section.get("drop", [])})
        self.errors: list[str | None] = [None] * len(sections)

    def __iter__(self) -> Iterator[Batch]:
        size = 0
        error = None
        try:
            for chunk in self._chunks():
                self._feed(chunk)
                size += len(chunk)
                if size > _WHOLE:
                    yield from self._take(ended=False)
                    self._check_size()
                    size -= _CHUNK * 4
        except _Refused as refused:
            error = str(refused)
        else:
            error = self._end()
        yield from self._take(ended=True, damaged=error is not None)
        for collector in self._collectors:
            yield from collector.rest()
        if error is None and not self._may_be_empty() and not any(c.count() for c in self._collectors):
            error = "nothing in the document is a record"
        self.errors = [error] * len(self.errors)

    def _chunks(self) -> Iterator[bytes]:
        """The document as UTF-8 that every parser takes."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        ended = False
        kept = ""
        pattern = re.compile(rf"(?i)</?(?:{'|'.join(map(re.escape, self._dropped))})(?=[\s/>])[^<>]*>")
        while not ended:
            data = self._read()
            ended = len(data) < _CHUNK
            text = decoder.decode(data, final=ended).translate(_ODD)
            if self._uris is not None:
                text = self._uris.feed(text, ended=ended)
            text, kept = kept + text, ""
            if self._dropped:
                # A tag may go on in what comes next.
                begun = text.rfind("<", max(0, len(text) - _MAX_TAG))
                if not ended and begun >= 0 and text.find(">", begun) < 0:
                    text, kept = text[:begun], text[begun:]
                text = pattern.sub("", text)
            if text:
                yield text.encode()

    def _read(self) -> bytes:
        """The next part of the file: a whole chunk, unless the file ends."""
        parts: list[bytes] = []
        size = 0
        while size < _CHUNK and (data := self._stream.read(_CHUNK)):
            parts.append(data)
            size += len(data)
        return b"".join(parts)

    # The records of the tree

    def _take(self, *, ended: bool, damaged: bool = False) -> Iterator[Batch]:
        """Records that are complete. They leave the tree, unless it has ended."""
        root = self._root
        if root is None:
            return
        growing = set() if ended and not damaged else set(_last_branch(root))
        found = [cast(list[Any], records(root)) for records in self._records]
        waiting = {element for elements in found for element in elements if element in growing}
        done = []
        for collector, elements, fields in zip(self._collectors, found, self._fields, strict=True):
            for element in elements:
                if not isinstance(element, etree._Element):
                    continue
                if element in growing:
                    if ended:
                        collector.broken(CUT, etree.tostring(element, encoding="utf-8", with_tail=False))
                    continue
                if waiting and not ended and not waiting.isdisjoint(element.iterancestors()):
                    continue
                collector.add(fields(element), [] if self._uris is None else self._uris.take())
                done.append(element)
                if collector.full():
                    yield collector.take()
        if not ended:
            for element in done:
                if (parent := element.getparent()) is not None:
                    parent.remove(element)

    def _check_size(self) -> None:
        root = self._root
        if root is not None and (
            cast(float, _NODES(root)) > _MAX_NODES or cast(float, _LENGTH(root)) > _MAX_TEXT
        ):
            raise _Refused("the document holds too much beside its records")

    # What the two formats do in their own ways

    _root: etree._Element | None = None

    def _feed(self, chunk: bytes) -> None:
        """Parse some more."""
        raise NotImplementedError

    def _end(self) -> str | None:
        """Parse the end; what is wrong with the document."""
        raise NotImplementedError

    @staticmethod
    def _text(element: etree._Element) -> str:
        """What an element says."""
        raise NotImplementedError

    def _may_be_empty(self) -> bool:
        """The document says nothing, or is known to be one that need not have records."""
        return self._root is None or self._is_blank() or any(found(self._root) for found in self._empty)

    def _is_blank(self) -> bool:
        """The document says nothing."""
        return self._root is None


class HtmlXPaths(XPaths):
    """Decoder `html`."""

    def __init__(
        self, stream: Readable, sections: Sequence[dict[str, Any]], limits: Limits, blobs: Keeper
    ) -> None:
        super().__init__(stream, sections, limits)
        if any(section.get("inline") for section in sections):
            self._uris = DataUris(blobs)
        self._parser = etree.HTMLPullParser(
            events=("start",), tag="html", encoding="utf-8", remove_comments=True, remove_pis=True
        )
        self._fed = False

    def _feed(self, chunk: bytes) -> None:
        self._fed = True
        self._parser.feed(chunk)
        self._see()
        for entry in self._parser.feed_error_log:
            if entry.type_name == "ERR_RESOURCE_LIMIT":
                raise _Refused(f"beyond the limits of the parser: {entry.message}")

    def _see(self) -> None:
        for _, root in self._parser.read_events():
            self._root = cast(etree._Element, root)

    def _end(self) -> str | None:
        if self._fed:
            self._parser.close()
            self._see()
        return None

    @staticmethod
    def _text(element: etree._Element) -> str:
        if not len(element):
            return (element.text or "").strip()
        parts = [""]

        def end_line() -> None:
            if not parts[-1].endswith("\n"):
                parts.append("\n")

        for event, inner in etree.iterwalk(element, events=("start", "end")):
            block = inner.tag in _BLOCKS
            if event == "start":
                if block:
                    end_line()
                elif inner.tag == "br":
                    parts.append("\n")
                if inner.text:
                    parts.append(inner.text)
            elif inner is not element:
                if block:
                    end_line()
                if inner.tail:
                    parts.append(inner.tail)
        return "".join(parts).strip()

    def _is_blank(self) -> bool:
        return self._root is None or cast(bool, _BLANK(self._root))


class XmlXPaths(XPaths):
    """Decoder `xml`."""

    def __init__(self, stream: Readable, sections: Sequence[dict[str, Any]], limits: Limits) -> None:
        super().__init__(stream, sections, limits)
        self._parser = etree.XMLPullParser(
            events=("start",),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        self._begun = False
        self._prolog = b""

    def _feed(self, chunk: bytes) -> None:
        if not self._begun:
            chunk = _DECLARATION.sub(b"", chunk.lstrip())
            self._begun = bool(chunk)
        self._prolog = self._prolog[-16:] + chunk
        if self._root is None and b"<!ENTITY" in self._prolog:
            raise _Refused("the document declares entities, which are not read")
        try:
            self._parser.feed(chunk)
        except etree.XMLSyntaxError as error:
            raise _Refused(f"not XML: {error}") from None
        finally:
            self._see()

    def _see(self) -> None:
        for _, found in self._parser.read_events():
            element = cast(etree._Element, found)
            self._root = element if self._root is None else self._root
            _drop_namespaces(element)

    def _end(self) -> str | None:
        if not self._begun:
            return None
        try:
            self._parser.close()
        except etree.XMLSyntaxError as error:
            return f"not XML: {error}"
        finally:
            self._see()
        return None

    @staticmethod
    def _text(element: etree._Element) -> str:
        return "".join(cast(Iterator[str], element.itertext())).strip()


# The text is UTF-8 by now, whatever it says of itself.
_DECLARATION = re.compile(rb"\A<\?xml[^>]*\?>\s*")


def _drop_namespaces(element: etree._Element) -> None:
    element.tag = etree.QName(element).localname
    for name in list(element.attrib):
        if "}" in name:
            value = element.attrib.pop(name)
            element.set(str(name).rpartition("}")[2], value)


def _last_branch(root: etree._Element) -> Iterator[etree._Element]:
    """The elements that the parser may still be in."""
    element = root
    yield element
    while len(element):
        element = element[-1]
        yield element


def _xpath(expression: str) -> etree.XPath:
    return etree.XPath(expression, smart_strings=False)


def _object(fields: dict[str, Any], text: _Text) -> _Field:
    """What makes an object of a node."""
    named = [(name, _field(spec, text)) for name, spec in fields.items()]

    def evaluate(node: etree._Element) -> dict[str, Any]:
        values = ((name, field(node)) for name, field in named)
        return {name: value for name, value in values if value is not None}

    return evaluate


def _field(spec: Any, text: _Text) -> _Field:
    """What makes a text, a list of texts, or a list of objects of a node."""
    if isinstance(spec, dict):
        inner = _xpath(spec["records"])
        fields = _object(spec["fields"], text)
        return lambda node: [fields(found) for found in cast(list[etree._Element], inner(node))]

    def plain(found: Any) -> str:
        return text(found) if isinstance(found, etree._Element) else str(found).strip()

    if isinstance(spec, list):
        several = _xpath(spec[0])
        return lambda node: [plain(found) for found in cast(list[Any], several(node))]
    single = _xpath(spec)

    def first(node: etree._Element) -> Any:
        found: Any = single(node)
        if isinstance(found, bool):
            return found
        if isinstance(found, list):
            return plain(found[0]) if found else None
        return plain(found)

    return first

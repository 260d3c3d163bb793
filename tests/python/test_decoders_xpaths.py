"""Records of pages and documents, by XPath: all of them or an error, in bounded memory."""

import base64
import hashlib
import io
import json
import random
import resource
from collections.abc import Sequence
from typing import IO, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakectl.load.decoders import xpaths
from lakectl.load.decoders.batch import Broken, Limits
from lakectl.load.decoders.data_uris import DataUris
from lakectl.load.decoders.text import Readable
from lakectl.load.decoders.xpaths import HtmlXPaths, XmlXPaths


class Blobs:
    """A blob store in memory."""

    def __init__(self) -> None:
        self.kept: dict[bytes, bytes] = {}

    def keep(self, stream: Readable) -> tuple[bytes, int]:
        content = stream.read()
        sha256 = hashlib.sha256(content).digest()
        self.kept[sha256] = content
        return sha256, len(content)

    def open(self, sha256: bytes) -> IO[bytes]:
        return io.BytesIO(self.kept[sha256])


def make(
    decoder: str, stream: Readable, sections: Sequence[dict[str, Any]], limits: Limits
) -> HtmlXPaths | XmlXPaths:
    if decoder == "xml":
        return XmlXPaths(stream, sections, limits)
    return HtmlXPaths(stream, sections, limits, Blobs())


MESSAGES: dict[str, Any] = {
    "records": "//div[@class='message']",
    "fields": {"at": "abbr/@title", "text": "q", "files": [".//img/@src"], "mine": "boolean(cite)"},
}
TRACKS: dict[str, Any] = {
    "records": "//Activity",
    "fields": {
        "sport": "@Sport",
        "points": {"records": ".//Trackpoint", "fields": {"at": "Time", "bpm": "HeartRateBpm/Value"}},
    },
}


def decode(
    data: bytes, *sections: dict[str, Any], decoder: str = "html"
) -> tuple[list[list[Any]], str | None]:
    """The records of each section, in order, and what is wrong with the document."""
    decoding = make(decoder, io.BytesIO(data), sections, Limits(10_000, 100))
    found: list[list[Any]] = [[] for _ in sections]
    for batch in decoding:
        assert b"\0" not in batch.text()
        texts = iter(batch.records)
        broken = {b.ordinal: b for b in batch.broken}
        assert batch.first == len(found[batch.section]) + 1
        for ordinal in range(batch.first, batch.end):
            found[batch.section].append(broken.get(ordinal) or json.loads(next(texts)))
        assert next(texts, None) is None
    assert len(set(decoding.errors)) == 1
    return found, decoding.errors[0]


def test_messages_of_a_page() -> None:
    page = (
        '<!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><body><div><h1>T</h1>'
        '<div class="message"><abbr title="2024-03-05">x</abbr><cite>Me</cite>'
        "<q> omw<br>10 min<div>and</div> <p>so &amp; on</p>\u00e4</q></div>"
        '<div class="message"><q></q><img src="a"><img src=b></div></div></body></html>'
    )
    (messages,), error = decode(page.encode(), MESSAGES)
    assert error is None
    assert messages == [
        {
            "at": "2024-03-05",
            "text": "omw\n10 min\nand\n \nso & on\n\u00e4",
            "files": [],
            "mine": True,
        },
        {"text": "", "files": ["a", "b"], "mine": False},
    ]


def test_sections_are_numbered_on_their_own() -> None:
    page = b"<ul><li>a<li>b</ul><table><tr><td>1</table>"
    section = {"records": "//li", "fields": {"t": "string()"}}
    found, error = decode(page, section, {"records": "//tr", "fields": {"t": ["td"]}})
    assert error is None
    assert found == [[{"t": "a"}, {"t": "b"}], [{"t": ["1"]}]]


BOOKMARKS: dict[str, Any] = {
    "records": "//a[@href]",
    "drop": ["dt", "dd", "p"],
    "fields": {
        "title": "string()",
        "url": "@href",
        "note": "following-sibling::node()[1]/self::text()",
        "folder": ["ancestor::dl/preceding-sibling::*[1]/self::h3"],
    },
}


@pytest.mark.parametrize("links", [3, 20_000, 70_000])
def test_tags_that_nobody_closes_are_dropped(links: int) -> None:
    page = "<TITLE>B</TITLE><DL><p><DT><H3>Bar</H3><DL><p>" + "".join(
        f'<DT><A HREF="https://x.example/{n}" ADD_DATE="1">link {n}</A>\n<DD>note {n}\n' for n in range(links)
    )
    (found,), error = decode(page.encode() + b"</DL><p></DL>", BOOKMARKS)
    assert error is None
    assert len(found) == links
    for n in (0, links // 2, links - 1):
        assert found[n]["url"] == f"https://x.example/{n}"
        assert found[n]["title"] == f"link {n}"
        assert found[n]["folder"] == ["Bar"]
        assert found[n]["note"] == f"note {n}"


@pytest.mark.parametrize("decoder", ["html", "xml"])
def test_too_deep_is_an_error_and_not_fewer_records(decoder: str) -> None:
    section = {"records": "//li", "fields": {"t": "string()"}}
    (_,), error = decode(b"<ul><li>a</li>" + b"<div>" * 3000 + b"</div>" * 3000, section, decoder=decoder)
    assert error is not None
    assert "epth" in error


TCX = b"""<?xml version="1.0" encoding="UTF-8"?>
<T xmlns="http://garmin.example/v2" xmlns:x="http://x.example"><Activities>%s</Activities></T>"""
ACTIVITY = b"""<Activity Sport="Run" x:y="1"><Track><Trackpoint><Time>t1</Time><HeartRateBpm><Value>80</Value>
</HeartRateBpm></Trackpoint><x:Trackpoint><Time> t2 </Time></x:Trackpoint></Track></Activity>"""
RUN = {"sport": "Run", "points": [{"at": "t1", "bpm": "80"}, {"at": "t2"}]}


def test_activities_of_a_document() -> None:
    assert decode(TCX % ACTIVITY, TRACKS, decoder="xml") == ([[RUN]], None)
    utf16 = (TCX % ACTIVITY).decode().replace("UTF-8", "UTF-16").encode("utf-16")
    assert decode(utf16, TRACKS, decoder="xml") == ([[RUN]], None)


def test_a_document_that_is_cut() -> None:
    whole = TCX % (ACTIVITY * 2)
    (found,), error = decode(whole[: whole.rindex(b" t2 ")], TRACKS, decoder="xml")
    assert found[0] == RUN
    assert isinstance(found[1], Broken)
    assert error is not None
    assert error.startswith("not XML")


@pytest.mark.parametrize(
    "document",
    [
        b'<!DOCTYPE T [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        b"<T><Activity Sport='&b;'><Track>&b;</Track></Activity></T>",
        b'<!DOCTYPE T [<!ENTITY f SYSTEM "file:///etc/passwd">]><T><Activity>&f;</Activity></T>',
        b'<!DOCTYPE T SYSTEM "http://127.0.0.1:1/x.dtd"><T><Activity>&f;</Activity></T>',
    ],
)
def test_entities_are_not_read(document: bytes) -> None:
    (found,), error = decode(document, TRACKS, decoder="xml")
    assert (error is not None) == (b"<!ENTITY" in document)
    assert not any("root" in json.dumps(record) for record in found if not isinstance(record, Broken))


def test_nothing_that_matches_is_an_error_unless_there_is_nothing() -> None:
    assert decode(b"<p>Hello", MESSAGES) == ([[]], "nothing in the document is a record")
    assert decode(b"<html><body> </body></html>", MESSAGES) == ([[]], None)
    assert decode(b"", MESSAGES) == ([[]], None)
    assert decode(b"<dl><p></dl>0 bookmarks", MESSAGES | {"empty": "//dl"}) == ([[]], None)
    assert decode(b"<p>Hello", MESSAGES | {"empty": "//dl"})[1] == "nothing in the document is a record"
    assert decode(b" \n", TRACKS, decoder="xml") == ([[]], None)
    assert decode(b"<a/>", TRACKS, decoder="xml")[1] == "nothing in the document is a record"


def test_a_document_that_is_read_in_pieces_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    message = (
        '<div class="message"><abbr title="%d">t</abbr><q>a<div class="message"><q>in</q></div></q></div>'
    )
    page = ("<div>" + "".join(message % n for n in range(3000)) + "</div>").encode()
    section = {"records": MESSAGES["records"], "fields": {"at": "abbr/@title", "text": "q"}}
    whole = decode(page, section)
    monkeypatch.setattr(xpaths, "_WHOLE", 1000)
    monkeypatch.setattr(xpaths, "_CHUNK", 777)
    assert len(whole[0][0]) == 6000
    assert decode(page, section) == whole
    document = TCX % (ACTIVITY * 2000)
    assert decode(document, TRACKS, decoder="xml") == ([[RUN] * 2000], None)


class Endless:
    """A large file that is nowhere."""

    def __init__(self, head: bytes, piece: bytes, megabytes: int) -> None:
        self._head = head
        self._piece = piece * (2**20 // len(piece))
        self._left = megabytes

    def read(self, size: int = -1, /) -> bytes:
        data, self._head = self._head, b""
        if not data and self._left:
            self._left -= 1
            return self._piece
        return data


@pytest.mark.parametrize(
    ("decoder", "section", "piece", "fails"),
    [
        ("html", MESSAGES, b'<div class="message"><q>%s</q></div>\n' % (b"x" * 500), False),
        ("xml", TRACKS, ACTIVITY.replace(b"x:", b""), False),
        ("html", MESSAGES, b"<br>", True),
        ("html", MESSAGES, b"text ", True),
        ("html", MESSAGES, b"<div>", True),
        ("html", MESSAGES, b'<div class="message"><p>' * 3, True),
        ("xml", TRACKS, b"<a>1</a>", True),
        ("xml", TRACKS, b"<Activity>", True),
        ("html", MESSAGES, b"<", None),
        ("html", {**MESSAGES, "drop": ["p"]}, b"<p ", None),
    ],
)
def test_memory_does_not_grow(
    decoder: str, section: dict[str, Any], piece: bytes, fails: bool | None
) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    decoding = make(decoder, Endless(b"<html>", piece, 12), [section], Limits())
    records = sum(len(batch.records) + len(batch.broken) for batch in decoding)
    if fails is not None:
        assert (decoding.errors != [None]) == (fails or decoder == "xml")
        assert bool(records) != fails or b"message" in piece or b"Activity" in piece
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 160_000


@given(
    st.binary(max_size=200)
    | st.lists(
        st.sampled_from(
            [
                "<li>",
                "</li>",
                "<ul>",
                "</ul>",
                "x",
                "&",
                "<!--",
                "-->",
                "<![CDATA[",
                "]]>",
                "&#0;",
                "\0",
                "<?",
                "\ud800",
            ]
        ),
        max_size=30,
    ).map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass")),
    st.sampled_from(["html", "xml"]),
)
@settings(deadline=None, max_examples=300)
def test_any_bytes_end_in_records(data: bytes, decoder: str) -> None:
    section = {"records": "//li", "fields": {"t": "string()", "k": ["li"]}, "drop": ["ul"]}
    (found,), error = decode(data, section, decoder=decoder)
    assert found or error or not data.decode("utf-8", "ignore").strip() or b"<" in data or decoder == "html"


PICTURES: dict[str, Any] = {
    "records": "//div",
    "fields": {"files": [".//@src"], "text": "q"},
    "inline": True,
}


def pictures(page: str) -> tuple[list[Any], dict[bytes, bytes], set[bytes]]:
    """The records, what was kept, and what the batches name as kept."""
    blobs = Blobs()
    decoding = HtmlXPaths(io.BytesIO(page.encode()), [PICTURES], Limits(), blobs)
    batches = list(decoding)
    assert decoding.errors == [None]
    records = [json.loads(bytes(record)) for batch in batches for record in batch.records]
    return records, blobs.kept, {blob.sha256 for batch in batches for blob in batch.blobs}


def named(media_type: str, content: bytes) -> str:
    return f"blob:{media_type},{len(content)},{hashlib.sha256(content).hexdigest()}"


def test_pictures_inside_a_page() -> None:
    """Whatever their size, and wherever the parts of the page that are read begin."""
    large = random.Random(7).randbytes(12 * 1024 * 1024)
    contents = [b"", b"a", b"ab", b"abc", large, b"x" * 1000]
    page = "".join(
        f"<div><q>{n}</q><img alt='' SRC = \"data:image/png;name=a;base64,{digits.decode()}\"></div>"
        for n, digits in enumerate(map(base64.b64encode, contents))
    )
    records, kept, catalogued = pictures(f"<html><body>{page}</body></html>")
    assert [record["files"] for record in records] == [[named("image/png", content)] for content in contents]
    assert [record["text"] for record in records] == list("012345")
    assert set(kept.values()) == set(contents)
    assert catalogued == kept.keys()


def test_what_is_no_picture_in_base64() -> None:
    page = (
        "<div><img src='data:image/svg+xml,%3Csvg/%3E'><img src='b.png'><img src='data:;base64,YW\nI=!rest'>"
        "<a href='data:image/png;base64,YWI='></a></div><div><img src='data:a/b;base64,YWJj"
    )
    records, kept, _ = pictures(page)
    assert records[0]["files"] == [
        "data:image/svg+xml,%3Csvg/%3E",
        "b.png",
        named("", b"ab") + "!rest",
    ]
    assert set(kept.values()) == {b"ab", b"abc"}


@given(st.binary(max_size=400), st.integers(1, 700), st.integers(0, 80))
def test_a_picture_in_parts(content: bytes, step: int, width: int) -> None:
    digits = base64.b64encode(content).decode()
    lines = "\n".join(digits[at : at + width] for at in range(0, len(digits), width)) if width else digits
    page = f"<p><img src='data:image/png;base64,{lines}'></p> " * 3
    blobs = Blobs()
    uris = DataUris(blobs)
    parts = [page[at : at + step] for at in range(0, len(page), step)]
    text = "".join(uris.feed(part, ended=n == len(parts)) for n, part in enumerate(parts, 1))
    assert text == f"<p><img src='{named('image/png', content)}'></p> " * 3
    assert len(uris.take()) == 3

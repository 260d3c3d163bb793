"""Decoder `mbox`: messages of every sort, also those that nobody should send, in bounded memory."""

import base64
import hashlib
import io
import json
import time
import tracemalloc
from collections.abc import Iterator
from typing import IO, Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lakectl.load.decoders import mbox
from lakectl.load.decoders.batch import SEPARATOR, Broken, Limits
from lakectl.load.decoders.html_text import html_text
from lakectl.load.decoders.mail import labels
from lakectl.load.decoders.mbox import Mbox
from lakectl.load.decoders.text import Readable

FROM = b"From 1700000000000000001@xxx Tue Mar 05 18:07:09 +0000 2024\r\n"
MIB = 1024 * 1024


class Blobs:
    """A blob store that only remembers what it was given."""

    def __init__(self) -> None:
        self.sizes: dict[str, int] = {}

    def keep(self, stream: Readable) -> tuple[bytes, int]:
        digest, size = hashlib.sha256(), 0
        while data := stream.read(MIB):
            digest.update(data)
            size += len(data)
        self.sizes[digest.hexdigest()] = size
        return digest.digest(), size

    def open(self, sha256: bytes) -> IO[bytes]:
        raise NotImplementedError


class Drips(io.RawIOBase):
    """A stream that gives a few bytes at a time."""

    def __init__(self, data: bytes, step: int) -> None:
        self._stream = io.BytesIO(data)
        self._step = step

    def read(self, size: int = -1, /) -> bytes:
        return self._stream.read(self._step if size < 0 else min(size, self._step))


def decode(
    data: bytes | Readable, limits: Limits | None = None
) -> tuple[list[dict[str, Any]], list[Broken], Mbox]:
    stream = io.BytesIO(data) if isinstance(data, bytes) else data
    decoding = Mbox(stream, [{}], limits or Limits(), Blobs())
    records: list[dict[str, Any]] = []
    broken: list[Broken] = []
    ordinal = 1
    for batch in decoding:
        assert batch.first == ordinal
        assert len(batch.records) + len(batch.broken) == batch.end - batch.first
        assert not any(SEPARATOR in record or b"\0" in record for record in batch.records)
        assert {blob.size for blob in batch.blobs} <= set(decoding._blobs.sizes.values())  # type: ignore[attr-defined]
        records += [json.loads(bytes(record).decode()) for record in batch.records]
        broken += batch.broken
        ordinal = batch.end
    return records, broken, decoding


def one(message: bytes) -> dict[str, Any]:
    records, broken, decoding = decode(FROM + message)
    assert decoding.errors == [None]
    assert not broken
    assert len(records) == 1
    return records[0]


def test_a_plain_message() -> None:
    record = one(
        b'X-GM-THRID: 17\r\nX-Gmail-Labels: Inbox,"Trips, coast"\r\n'
        b"Date: Tue, 5 Mar 2024 10:07:09 -0800 (PST)\r\nMessage-ID: <a@x>\r\nSubject: Low tide\r\n"
        b'From: "Okafor, Tam" <tam@example.org>\r\nTo: a@x, B <b@x>\r\n'
        b"Received: 1\r\nReceived: 2\r\n\r\nHello\r\n\r\n>From the pier\r\n"
    )
    assert record["from_line_date"] == record["date"] == "2024-03-05T18:07:09+00:00"
    assert record["from"] == {"name": "Okafor, Tam", "address": "tam@example.org"}
    assert record["to"] == [{"name": None, "address": "a@x"}, {"name": "B", "address": "b@x"}]
    assert record["labels"] == ["Inbox", "Trips, coast"]
    assert record["text"] == "Hello\n\nFrom the pier"
    assert record["headers"]["Received"] == ["1", "2"]
    assert (record["thrid"], record["message_id"], record["subject"]) == ("17", "<a@x>", "Low tide")
    assert record["attachments"] == []


def test_only_googles_line_separates() -> None:
    body = b"Subject: a\n\nFrom me to you\nFrom 17@yyy Tue\n>From 1@xxx Tue\nx From 1@xxx Tue\n\n"
    records, _, _ = decode(FROM + body + b"From 2@xxx Sat Mar 02 00:00:01 +0100 2024\nSubject: b\n\nx\n")
    assert [record["subject"] for record in records] == ["a", "b"]
    assert records[0]["text"].splitlines()[0] == "From me to you"
    assert "From 1@xxx Tue" in records[0]["text"].splitlines()
    assert records[1]["from_line_date"] == "2024-03-01T23:00:01+00:00"


def test_a_chat_has_the_time_of_its_line() -> None:
    record = one(
        b"X-Gmail-Labels: Chat\nFrom: Tam <t@x>\nContent-Type: text/html\n\n<div>on my <b>w</b>ay</div>"
    )
    assert record["date"] is None
    assert record["from_line_date"] == "2024-03-05T18:07:09+00:00"
    assert record["text"] == "on my way"


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (b'Content-Type: text/plain; charset="x-unknown-42"\n\nplain', "plain"),
        (b"Content-Type: text/plain; charset=iso-8859-1\n\ncaf\xe9", "caf\xe9"),
        (b"Content-Type: text/plain; charset=utf-8\n\ncaf\xe9", "caf\xe9"),
        (b"Content-Type: text/plain; charset=latin-1\n\ncaf\xe9", "caf\xe9"),
        (b"Content-Type: text/plain; charset=cp437\n\ncaf\x82", "caf\xe9"),
        (b"Content-Transfer-Encoding: base64\n\nSGVsbG8gd29ybGQ\nno base64!\n", "Hello world"),
        (b"Content-Transfer-Encoding: quoted-printable\n\nca=C3=A9 =ZZ", "ca\xe9 =ZZ"),
        (
            b"Content-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64\n\n//5hAAAA",
            "a\ufffd",
        ),
        (b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nopen", "open"),
        (b"Content-Type: multipart/mixed\n\n--b\n\nx\n--b--", None),
        (b" folded: first\nContent-Type: text/plain\n\nx", "x"),
        (b"", None),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_odd_texts(message: bytes, text: str | None) -> None:
    found = one(b"Subject: s\n" + message if not message.startswith(b" ") else message)["text"]
    if text is None:
        assert not found or "x" in found
    else:
        assert found is not None
        assert found.startswith(text)


def test_names_and_headers_in_every_encoding() -> None:
    record = one(
        b"Subject: Caf\xe9 no cais\nFrom: =?ISO-8859-1?Q?Jo=E3o?= <joao@x>\n"
        b"X-Gmail-Labels: =?UTF-8?Q?Inbox,Ca=C3=A7a_=26?=\n =?UTF-8?Q?_Pesca?=\n"
        b"X-Bad: =?utf-8?B?w6?= =?x-foo?Q?=E4?=\n"
        b"Content-Type: multipart/mixed; boundary=q\n\n"
        b"--q\nContent-Type: application/pdf\nContent-Disposition: attachment;\n"
        b" filename*0*=UTF-8''mar%C3%A9s;\n filename*1*=%20tabela;\n filename*2=.pdf\n\nabc\n"
        b'--q\nContent-Type: image/png; name="=?utf-8?Q?mar=C3=A9.png?="\n\nx\n--q--\n'
    )
    assert record["subject"] == "Caf\xe9 no cais"
    assert record["from"]["name"] == "Jo\xe3o"
    assert record["labels"] == ["Inbox", "Ca\xe7a & Pesca"]
    assert [a["name"] for a in record["attachments"]] == ["mar\xe9s tabela.pdf", "mar\xe9.png"]
    assert record["attachments"][0]["sha256"] == hashlib.sha256(b"abc").hexdigest()


def test_text_and_parts() -> None:
    record = one(
        b"Content-Type: multipart/mixed; boundary=m\n\n"
        b"--m\nContent-Type: multipart/alternative; boundary=a\n\n"
        b"--a\nContent-Type: text/plain\n\nplain\n--a\nContent-Type: text/html\n\n<p>rich</p>\n--a--\n"
        b"--m\nContent-Type: message/rfc822\nContent-Disposition: attachment; filename=inner.eml\n\n"
        b"Subject: inner\nFrom: x@y\n\nFrom 08:00 boats run.\n"
        b"--m\nContent-Type: text/plain\nContent-Disposition: attachment; filename=log.txt\n\nlines\n--m--\n"
    )
    assert record["text"] == "plain"
    assert record["html"] == "<p>rich</p>"
    found = [(a["position"], a["name"], a["media_type"]) for a in record["attachments"]]
    assert found == [(1, "inner.eml", "message/rfc822"), (2, "log.txt", "text/plain")]


def test_a_list_has_put_its_line_below_a_letter_in_html() -> None:
    record = one(
        b"Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: text/html\n\n<p>The letter</p>\n"
        b"--m\nContent-Type: text/plain\n\nThe list\n--m--\n"
    )
    assert record["text"] == "The letter\nThe list"
    assert record["html"] == "<p>The letter</p>"


def test_html_is_kept_as_it_came() -> None:
    """Also beside a plain text, also when it shows nothing, and when only the standard library reads it."""
    pictures = b'<img src="cid:a">'
    assert (
        one(b"Content-Type: text/html; charset=latin-1\n\n <p>r\xe9sum\xe9</p> ")["html"]
        == "<p>r\xe9sum\xe9</p>"
    )
    assert one(b"Content-Type: text/html\n\n" + pictures)["html"] == pictures.decode()
    assert one(b"Content-Type: text/plain\n\n" + pictures)["html"] is None
    refused = one(
        b"Content-Type: multipart/alternative; boundary=a\n\n--a\n\nplain\n"
        b"--a\nContent-Type: text/html\n\n<p>rich</p>\n"
        b"--a\nContent-Type: x/y\nContent-Transfer-Encoding: base64\n\n!!!!!\n--a--\n"
    )
    assert refused["fault"]
    assert (refused["text"], refused["html"]) == ("plain", "<p>rich</p>")


def test_base64_that_is_none_costs_nothing_else() -> None:
    record = one(
        b"Subject: s\nTo: a@x\nContent-Type: multipart/mixed; boundary=q\n\n"
        b"--q\nContent-Type: application/pdf; name=x.pdf\nContent-Transfer-Encoding: base64\n\n!!%%AAAA=A=B\n"
        b"--q\nContent-Type: text/plain\n\nhi\n--q--\n"
    )
    assert record["text"] == "hi"
    assert record["to"] == [{"name": None, "address": "a@x"}]
    assert [a["name"] for a in record["attachments"]] == ["x.pdf"]
    assert "ase64" in record["fault"]


@pytest.mark.parametrize("kind", ["multipart", "message"])
def test_nested_two_thousand_deep(kind: str) -> None:
    if kind == "multipart":
        nested = b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2000)
        )
    else:
        nested = b"".join(b"Content-Type: message/rfc822\n\nSubject: x%d\n" % n for n in range(2000))
    record = one(b"Subject: deep\n" + nested + b"\nbottom\n")
    assert record["subject"] == "deep"
    assert len(record["attachments"]) == 1
    assert record["attachments"][0]["size"] > 30_000


@pytest.mark.parametrize(
    "message",
    [
        b"Subject: " + b"=?utf-8?Q?=41?= " * 20_000,
        b"X: y\n" * 50_000,
        b"To: " + b"(" * 50_000,
        b"To: " + b"a@b, " * 50_000,
        b"Content-Type: multipart/mixed; boundary=q\n\n" + b"--q\n\nx\n" * 50_000,
        b"Content-Type: text/html\n\n" + b"<div>" * 50_000 + b"x",
        b"Content-Type: text/html\n\n" + b"<" * 50_000,
        b"Content-Type: multipart/mixed; boundary=q\nX: =?" + b"\n\n=?" * 20_000,
    ],
    ids=lambda message: repr(message[:30]),
)
def test_what_is_meant_to_be_slow_is_not(message: bytes) -> None:
    began = time.process_time()
    one(message + b"\n\nbody")
    assert time.process_time() - began < 5


_DAMAGED = (
    b"Content-Type: multipart/mixed; boundary=q\n\n"
    b"--q\nContent-Type: application/x; name=x\nContent-Transfer-Encoding: base64\n\n!!%%AAAA=A=B\n--q\n"
)
_PUNYCODE = b"b" * 300_000 + b"-" + b"a" * 300_000


@pytest.mark.parametrize(
    "message",
    [
        b"To: " + b"(" * 50_000 + b"\n" + _DAMAGED,
        _DAMAGED + b"Content-Type: text/plain; charset=PunyCode\n\n" + _PUNYCODE,
        _DAMAGED + b"Content-Type: text/plain; charset*=punycode''" + _PUNYCODE,
        _DAMAGED + b"Content-Type: x/y\nContent-Disposition: attachment; filename*=punycode''" + _PUNYCODE,
    ],
    ids=["parentheses", "charset", "charset*", "filename*"],
)
def test_nor_is_it_when_the_library_reads_it(message: bytes) -> None:
    """A part that is no base64 sends the letter to the library: one such letter stopped the mailbox."""
    began = time.process_time()
    record = one(b"Subject: s\n" + message + b"\n\nbody\n--q--\n")
    assert record["subject"] == "s"
    assert record["fault"]
    assert time.process_time() - began < 5


def test_controls_are_harmless() -> None:
    record = one(b"Subject: a\0b\x1e\nX: =?utf-8?Q?=00?=\n\nx\0y\x1e")
    assert record["subject"].startswith("a")
    assert "\0" not in json.dumps(record, ensure_ascii=False)


def test_what_is_no_mbox() -> None:
    assert decode(b"")[2].errors == [None]
    assert decode(b"\r\n\n")[2].errors == [None]
    for data in (
        b"Subject: a\n\nbody\n",
        b"\0\xff" * 500,
        b"From MAILER-DAEMON Fri Jul  8 12:08:34 2011\n\nx",
    ):
        records, broken, decoding = decode(data)
        assert (records, broken) == ([], [])
        assert decoding.errors[0]
    records, _, decoding = decode(b"junk\n" + FROM + b"Subject: a\n\n")
    assert [record["subject"] for record in records] == ["a"]
    assert decoding.errors[0]


def test_labels() -> None:
    assert labels('Inbox, "a, b" ,"say ""hi""",') == ["Inbox", "a, b", 'say "hi"']
    assert labels('"open') == ["open"]
    assert labels(None) == []


def test_html_becomes_lines() -> None:
    page = (
        "<html><head><title>t</title><style>p{}</style></head><body>Hello&nbsp;&amp; <b>wel</b>come<br>you"
        "<table><tr><td>a<td>b</tr></table><ul><li>x<li>y</ul><script>z</script><!-- c --></body></html>"
    )
    assert html_text(page) == "Hello & welcome\nyou\na b\nx\ny"
    assert html_text("a &lt; b") == "a < b"
    assert html_text("<img src=x>") == ""
    assert html_text("a\0b\u200b") == "ab"


def large(size: int, *, encoded: bool) -> Iterator[bytes]:
    yield FROM + b"Subject: large\nContent-Type: multipart/mixed; boundary=q\n\n--q\n\ntext\n--q\n"
    if encoded:
        yield b"Content-Type: video/mp4; name=film.mp4\nContent-Transfer-Encoding: base64\n\n"
        line = base64.b64encode(b"\1" * 57) + b"\n"
    else:
        yield b"Content-Type: text/plain\n\n"
        line = b"some words that are no code, line after line\n"
    piece = line * (MIB // len(line))
    for _ in range(size // len(piece)):
        yield piece
    yield b"--q--\n\n" + FROM + b"Subject: next\n\nshort\n"


class Pieces(io.RawIOBase):
    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def read(self, size: int = -1, /) -> bytes:
        self._rest = self._rest or next(self._pieces, b"")
        part, self._rest = self._rest[:size], self._rest[size:]
        return part


@pytest.mark.parametrize("encoded", [True, False], ids=["an attachment", "a text"])
def test_a_very_large_message(encoded: bool) -> None:
    tracemalloc.start()
    try:
        records, broken, _ = decode(Pieces(large(150 * MIB, encoded=encoded)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 120 * MIB
    if encoded:
        assert [record["subject"] for record in records] == ["large", "next"]
        (film,) = records[0]["attachments"]
        assert (film["name"], film["media_type"]) == ("film.mp4", "video/mp4")
        assert film["size"] > 100 * MIB
        assert film["size"] % 57 == 0
        assert records[0]["text"] == "text"
    else:
        assert [record["subject"] for record in records] == ["next"]
        assert [b.ordinal for b in broken] == [1]
        assert "longer than" in broken[0].reason


def test_large_messages_are_what_small_ones_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Taking parts out before parsing changes nothing; also where the text itself is such a part."""
    parts = {name: hashlib.sha256(name.encode()).digest() * 40_000 for name in ("a.bin", "b.bin")}
    message = FROM + b"Subject: s\nContent-Type: multipart/mixed; boundary=q\n\n--q\n\ntext\n"
    for name, content in parts.items():
        message += b"--q\nContent-Type: x/y; name=%s\nContent-Transfer-Encoding: base64\n\n" % name.encode()
        message += base64.encodebytes(content)
    message += b"--q\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n"
    message += base64.encodebytes(b"long words " * 40_000) + b"--q--\n\n"
    small, _, _ = decode(message * 2)
    monkeypatch.setattr(mbox, "_LARGE_BYTES", 300_000)
    big, _, _ = decode(Drips(message * 2, 10_007))
    assert len(small) == len(big) == 2
    for record in big:
        found = {a["name"]: a["sha256"] for a in record["attachments"]}
        assert found.items() >= {n: hashlib.sha256(c).hexdigest() for n, c in parts.items()}.items()
        assert record["attachments"][-1]["size"] == len(b"long words ") * 40_000
        assert record["text"] == "text"
    letter = FROM + b"Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n"
    (page,), _, _ = decode(Drips(letter + base64.encodebytes(b"<p>long words</p>" * 160_000), 10_007))
    assert (page["text"], page["html"], len(page["attachments"])) == (None, None, 1)
    assert [a["sha256"] for a in small[0]["attachments"]] == [a["sha256"] for a in big[0]["attachments"]][:2]


HEADERS = st.sampled_from(
    [
        b"Subject: a",
        b"From: x <a@b>",
        b"To: ,",
        b"Date: never",
        b"Content-Type: multipart/mixed; boundary=q",
        b"Content-Type: text/html; charset=utf-7",
        b"Content-Type: message/rfc822",
        b"Content-Transfer-Encoding: base64",
        b"Content-Transfer-Encoding: quoted-printable",
        b'X-Gmail-Labels: "',
        b" x",
        b"no header",
        b"\xff\xfe: \0",
    ]
)
LINES = st.one_of(
    HEADERS,
    st.sampled_from(
        [b"", b"--q", b"--q--", b"From me", b">From you", b"From 1@xxx", b"=?utf-8?B?/w==?=", b"<p>x</div>"]
    ),
    st.binary(max_size=30),
    st.just(FROM.strip()),
)


@given(
    st.lists(LINES, max_size=40), st.integers(1, 50), st.integers(1, 400), st.sampled_from([b"\n", b"\r\n"])
)
@hypothesis_settings(max_examples=200, deadline=None)
def test_any_lines(lines: list[bytes], step: int, batch_bytes: int, end: bytes) -> None:
    """Each separator is one record or one broken one, whatever is between, and however it comes."""
    data = end.join([FROM.strip(), *lines, b""])
    records, broken, _ = decode(Drips(data, step), Limits(batch_bytes, 3))
    whole, whole_broken, _ = decode(data)
    assert records == whole
    assert broken == whole_broken
    assert len(records) + len(broken) >= 1 + lines.count(FROM.strip())

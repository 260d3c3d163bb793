"""One message, in the form of RFC 5322 and MIME, as a record of decoder `mbox`.

`fast_mail_parser` parses; what it refuses (bytes that are not base64 in a part that says so, a first line
that is folded) or damages (a charset that it does not know) goes to the standard library, which takes nearly
everything and is much slower. A message that is nested too deep keeps its headers, and all of it is an
attachment of itself.
"""

import codecs
import csv
import email
import email.errors
import email.header
import email.message
import email.utils
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fast_mail_parser import MimeStructureError, PyAddress, PyMail, parse_many

from lakectl.load.decoders.html_text import html_text

_MANY_WORDS = 5000
_LONG_HEADER = 20_000
_SLOW_CHARSETS = {"punycode", "idna"}
_WINDOWS_1252 = {
    ord(bytes([byte]).decode("cp1252")): byte
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}

Address = dict[str, str | None]


@dataclass(slots=True)
class Part:
    """A part of a message that is not its text. `content` has its transfer encoding undone."""

    name: str | None
    media_type: str
    content: bytes
    disposition: str | None = None
    content_id: str | None = None


@dataclass(slots=True)
class Message:
    """A message. `at` is None when it has no Date or one that is no date.

    `text` is what a reader sees; `html` is the source of the parts that are HTML, whether the text is theirs
    or that of a plain part beside them.
    """

    headers: dict[str, str | list[str]]
    at: datetime | None = None
    sender: Address | None = None
    to: list[Address] = field(default_factory=list)
    cc: list[Address] = field(default_factory=list)
    bcc: list[Address] = field(default_factory=list)
    text: str | None = None
    html: str | None = None
    parts: list[Part] = field(default_factory=list)
    fault: str | None = None

    def _header(self, name: str) -> str | None:
        """The first value of a header, however its name is written."""
        value = self.headers.get(name)
        if value is None:
            wanted = name.lower()
            value = next((value for key, value in self.headers.items() if key.lower() == wanted), None)
        return value[0] if isinstance(value, list) else value

    def record(self) -> dict[str, Any]:
        """All of it but the parts, as the record of decoder `mbox` has it."""
        return {
            "date": None if self.at is None else self.at.isoformat(),
            "message_id": self._header("Message-ID"),
            "subject": self._header("Subject"),
            "from": self.sender,
            "to": self.to,
            "cc": self.cc,
            "bcc": self.bcc,
            "thrid": self._header("X-GM-THRID"),
            "labels": labels(self._header("X-Gmail-Labels")),
            "text": self.text,
            "html": self.html,
            "fault": self.fault,
            "headers": self.headers,
        }


def parse(sources: list[bytes]) -> Iterator[Message]:
    """The messages, in the same order; each gives one, whatever it holds."""
    # Takes time with the square of the encoded words in a header: a letter has dozens.
    slow = {n for n, source in enumerate(sources) if source.count(b"=?") > _MANY_WORDS}
    parsed = iter(parse_many([source for n, source in enumerate(sources) if n not in slow]))
    for n, source in enumerate(sources):
        mail = None if n in slow else next(parsed)
        if isinstance(mail, PyMail):
            yield _patient(source, None) if _is_damaged(mail) else _quick(mail, source)
        elif isinstance(mail, MimeStructureError):
            yield _headers_only(source, "nested too deep to be parsed")
        else:
            yield _patient(source, "very many encoded words" if mail is None else str(mail))


def labels(header: str | None) -> list[str]:
    """The labels of X-Gmail-Labels, decoded: separated by commas, quoted where they hold one."""
    if not header:
        return []
    if '"' not in header:
        return [label for part in header.split(",") if (label := part.strip())]
    row = next(csv.reader([header.replace("\n", " ")], skipinitialspace=True), [])
    return [label.strip() for label in row if label.strip()]


def _is_damaged(mail: PyMail) -> bool:
    """Whether bytes of a text were lost: its charset is unknown to the parser, or is not the true one."""
    return any("\ufffd" in text for texts in (mail.text_plain, mail.text_html) for text in texts)


def _quick(mail: PyMail, source: bytes) -> Message:
    sender = mail.from_
    text, html = _texts(mail.text_plain, mail.text_html, source)
    return Message(
        headers={name: values[0] if len(values) == 1 else values for name, values in mail.headers.items()},
        at=mail.date_parsed or (_date(mail.date) if mail.date else None),
        sender=None if sender is None else {"name": sender.display_name, "address": sender.address},
        to=_mailboxes(mail.to),
        cc=_mailboxes(mail.cc),
        bcc=_mailboxes(mail.bcc),
        text=text,
        html=html,
        parts=[
            Part(a.filename or None, a.mimetype, a.content, a.disposition, a.content_id)
            for a in mail.attachments
        ],
    )


def _mailboxes(addresses: list[PyAddress]) -> list[Address]:
    return [{"name": a.display_name, "address": a.address} for a in addresses]


def _texts(plain: list[str], html: list[str], source: bytes) -> tuple[str | None, str | None]:
    """What a reader sees, and the source of the parts that are HTML.

    Without alternatives every part is a piece of the text, the HTML being the letter and the plain text what
    a list has put below.
    """
    if not _has(source, b"charset"):
        plain, html = [_utf8(text) for text in plain], [_utf8(text) for text in html]
    written = "\n".join(filter(None, (text.replace("\r", "").strip() for text in plain)))
    if html and not (written and _has(source, b"multipart/alternative")):
        shown = [text for text in map(html_text, html) if text]
        written = "\n".join([*shown, written] if written else shown)
    return written or None, "\n".join(filter(None, map(str.strip, html))) or None


def _has(source: bytes, word: bytes) -> bool:
    """Whether the word stands in the message, in letters of any case."""
    return word in source or word in source.lower()


def _utf8(text: str) -> str:
    """A text without a charset, which the parser took for windows-1252, as UTF-8 if it is that."""
    if text.isascii():
        return text
    try:
        return text.translate(_WINDOWS_1252).encode("latin-1").decode()
    except UnicodeError:
        return text


def _date(text: str) -> datetime | None:
    try:
        at = email.utils.parsedate_to_datetime(text)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


# The standard library


def _headers_only(source: bytes, fault: str) -> Message:
    head = email.message_from_bytes(source.split(b"\n\n", 1)[0].split(b"\r\n\r\n", 1)[0] + b"\n\n")
    message = _from_headers(head)
    message.parts = [Part("message.eml", "message/rfc822", source)]
    message.fault = fault
    return message


def _patient(source: bytes, fault: str | None) -> Message:
    try:
        parsed = email.message_from_bytes(source)
        message = _from_headers(parsed)
        plain: list[str] = []
        html: list[str] = []
        for part in _leaves(parsed):
            _take(part, plain, html, message.parts)
    except RecursionError:
        return _headers_only(source, "nested too deep to be parsed")
    message.text, message.html = _texts(plain, html, source)
    message.fault = fault
    return message


def _leaves(message: email.message.Message) -> Iterator[email.message.Message]:
    """Its parts that hold no parts; a message inside is one."""
    payload = message.get_payload()
    if message.get_content_maintype() == "multipart" and isinstance(payload, list):
        for part in payload:
            if isinstance(part, email.message.Message):
                yield from _leaves(part)
    else:
        yield message


def _take(part: email.message.Message, plain: list[str], html: list[str], parts: list[Part]) -> None:
    # A name in a charset of its own is decoded by the library, in any.
    for header in ("Content-Type", "Content-Disposition"):
        if any(len(str(value)) > _LONG_HEADER for value in part.get_all(header, [])):
            del part[header]
    media_type = part.get_content_type()
    disposition = part.get_content_disposition()
    payload = part.get_payload()
    if isinstance(payload, list):  # of a message inside, or of a part that only claims to be one
        content = b"".join(inner.as_bytes() for inner in payload if isinstance(inner, email.message.Message))
    else:
        decoded = part.get_payload(decode=True)
        content = decoded if isinstance(decoded, bytes) else b""
    if media_type in ("text/plain", "text/html") and disposition != "attachment":
        text = _decode(content, part.get_content_charset("utf-8"))
        (plain if media_type == "text/plain" else html).append(text)
    else:
        name = part.get_filename()
        parts.append(
            Part(_unfold(name) if name else None, media_type, content, disposition, part.get("Content-ID"))
        )


def _from_headers(parsed: email.message.Message) -> Message:
    headers: dict[str, str | list[str]] = {}
    for name, value in parsed.raw_items():
        text = _unfold(value)
        known = headers.get(name)
        if known is None:
            headers[name] = text
        elif isinstance(known, list):
            known.append(text)
        else:
            headers[name] = [known, text]
    message = Message(headers)
    message.at = _date(_unfold(parsed.get("date", "")))
    message.sender = next(iter(_addresses(parsed, "from")), None)
    message.to, message.cc, message.bcc = (_addresses(parsed, name) for name in ("to", "cc", "bcc"))
    return message


def _addresses(parsed: email.message.Message, name: str) -> list[Address]:
    values = [_plain(str(value)) for value in parsed.get_all(name, [])]
    try:
        pairs = email.utils.getaddresses(values)
    except RecursionError:  # of parentheses
        return []
    return [{"name": _unfold(shown) or None, "address": address} for shown, address in pairs if address]


def _unfold(value: object) -> str:
    """A header's text: lines joined, encoded words decoded as far as they can be."""
    text = " ".join(_plain(str(value)).split())
    if "=?" not in text or text.count("=?") > _MANY_WORDS:
        return text
    try:
        words = email.header.decode_header(text)
    except (email.errors.HeaderParseError, ValueError):
        return text
    return "".join(
        _plain(word) if isinstance(word, str) else _decode(word, charset or "utf-8")
        for word, charset in words
    )


def _plain(text: str) -> str:
    """Bytes that the parser took as they were are UTF-8, else Latin-1."""
    if text.isascii():
        return text
    return _decode(text.encode("utf-8", "surrogateescape"), "utf-8")


def _decode(data: bytes, charset: str) -> str:
    try:
        # These are for names of hosts, and take time with the square of the length.
        if codecs.lookup(charset).name in _SLOW_CHARSETS:
            raise LookupError(charset)
        return data.decode(charset).encode("utf-8", "replace").decode()
    except (LookupError, ValueError):
        pass
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")

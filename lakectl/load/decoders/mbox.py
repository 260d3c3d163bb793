"""Decoder `mbox`: the messages of a file as Gmail and Google Groups export it, one record each.

A message begins after a line `From <number>@xxx <time>`; no other line that begins with "From " is such. A
body line that the export wrote as `>From ` is `From ` again. The record is

    {"from_line_date": "2024-03-05T18:07:09+00:00" | null, "date": the same of the Date header | null,
     "message_id", "subject", "thrid": TEXT | null, "labels": [TEXT],
     "from": {"name": TEXT | null, "address": TEXT} | null, "to", "cc", "bcc": lists of the same,
     "text": the plain text, else that of the HTML | null, "html": its source | null,
     "attachments": [{"position": from 1, "name": TEXT | null, "media_type", "size": bytes, "sha256": hex,
                      "disposition", "content_id": TEXT | null}],
     "headers": {NAME: TEXT, or a list when there are several},
     "fault": what the parser said of it | null}

Attachments and attached messages are in the blob store. Of a message larger than 8 MiB, parts in base64 go
there while they are read, and only the rest is parsed: its size is limited, theirs is not.
"""

import base64
import binascii
import hashlib
import io
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from lakectl.load.decoders import mail
from lakectl.load.decoders.batch import RAW_KEPT, Batch, Blob, Collector, Keeper, Limits
from lakectl.load.decoders.processes import in_order
from lakectl.load.decoders.text import Readable
from lakectl.load.decoders.window import Window

MAX_TEXT_BYTES = 32 * 1024 * 1024
"""A message with more than this beside its large parts in base64 is broken."""

_LARGE_BYTES = 8 * 1024 * 1024
_READ_BYTES = 1024 * 1024
_KEPT_BYTES = 16 * 1024 * 1024
_SEPARATOR = re.compile(rb"From -?\d{1,30}@xxx([^\r\n]{0,100})\r?\n")
_DATE = re.compile(
    rb" \w{3} (?P<month>\w{3}) (?P<day>\d\d?) (?P<time>\d\d:\d\d:\d\d) "
    rb"(?P<zone>[-+]\d{4}) (?P<year>\d{4})"
)
_MONTHS = b"JanFebMarAprMayJunJulAugSepOctNovDec"
_RUN = re.compile(rb"(?m)^(?:[A-Za-z0-9+/]{60,998}\r?\n)++")
_RUN_BYTES = 256 * 1024
_RUN_LINES = re.compile(rb"(?:[A-Za-z0-9+/]++=*+\r?\n)*+")
_LINE_BREAKS = b"\r\n"
_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class _Source:
    """A message as it stands in the file, or why it is broken.

    `kept` has the parts that are in the blob store already, by what stands in `data` in their place.
    """

    at: str | None
    data: bytes
    kept: dict[bytes, Blob] = field(default_factory=dict)
    reason: str | None = None


@dataclass(slots=True)
class _Message:
    """A message as a JSON text, or the beginning of one that is broken, and why.

    `contents` are those of its `blobs` that are not in the blob store yet.
    """

    record: bytes
    blobs: list[Blob] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)
    reason: str | None = None


class Mbox:
    """See the module's description."""

    def __init__(
        self, stream: Readable, sections: Sequence[dict[str, Any]], limits: Limits, blobs: Keeper
    ) -> None:
        self._window = Window(stream, _READ_BYTES)
        self._blobs = blobs
        self._limits = limits
        self._kept = 0  # bytes in the blob store since the last batch
        self._token = secrets.token_hex(16)
        self.errors: list[str | None] = [None] * len(sections)

    def __iter__(self) -> Iterator[Batch]:
        collector = Collector(self._limits)
        for messages in in_order(_read, self._groups()):
            for message in messages:
                if message.reason is not None:
                    collector.broken(message.reason, message.record)
                else:
                    for content in message.contents:
                        self._blobs.keep(io.BytesIO(content))
                    self._kept += sum(blob.size for blob in message.blobs)
                    collector.add(msgspec.Raw(message.record), message.blobs)
                if collector.full() or self._kept >= _KEPT_BYTES:
                    self._kept = 0
                    yield collector.take()
        yield from collector.rest()

    # The messages of the file

    def _groups(self) -> Iterator[list[_Source]]:
        """The messages; together those that end in one window."""
        window = self._window
        at = self._start()
        while at is not None:
            group: list[_Source] = []
            while (separator := _separator(window.data, window.pos)) is not None:
                group.append(_Source(at[0], window.data[window.pos : separator.start()]))
                window.pos = separator.end()
                at = (_time(separator.group(1)),)
            if window.eof:
                group.append(_Source(at[0], window.data[window.pos :]))
                at = None
            elif len(window.data) - window.pos > _LARGE_BYTES:
                group.append(self._large(at[0]))
                at = self._start()
            else:
                window.more()
            yield group

    def _start(self) -> tuple[str | None] | None:
        """Consume a separator; what it says of the time. None at the end of the file."""
        window = self._window
        window.fill()
        while (separator := _separator(window.data, window.pos)) is None:
            self._outside(window.data[window.pos :])
            if window.eof:
                return None
            self._drop()
        self._outside(window.data[window.pos : separator.start()])
        window.pos = separator.end()
        return (_time(separator.group(1)),)

    def _outside(self, data: bytes) -> None:
        if data.strip():
            self.errors = ["what stands before the first line `From <number>@xxx` is no message"] * len(
                self.errors
            )

    def _large(self, at: str | None) -> _Source:
        """The message at the window's position without its large parts, which go to the blob store.

        Leaves the window at the separator after it, or at the end of the file.
        """
        window = self._window
        rest = bytearray()
        kept: dict[bytes, Blob] = {}
        while True:
            separator = _separator(window.data, window.pos)
            end = len(window.data) if separator is None else separator.start()
            run = next(
                (r for r in _RUN.finditer(window.data, window.pos, end) if r.end() - r.start() > _RUN_BYTES),
                None,
            )
            if run is not None:
                rest += window.data[window.pos : run.start()]
                window.pos = run.start()
                stream = _Base64Lines(window)
                blob = Blob(*self._blobs.keep(stream))
                token = f"{self._token} {len(kept)}".encode()
                kept[token] = blob
                rest += base64.b64encode(token) + b"\n"
            elif separator is not None or window.eof:
                rest += window.data[window.pos : end]
                window.pos = end
            else:
                # A run may begin in what has been read, and a line of it end in what has not.
                safe = window.data.rfind(b"\n", window.pos, max(window.pos, end - _RUN_BYTES)) + 1
                if safe > window.pos:
                    rest += window.data[window.pos : safe]
                    window.pos = safe
                window.more()
                separator = None
            if max(len(rest), len(window.data) - window.pos) > MAX_TEXT_BYTES:
                raw = bytes(rest[:RAW_KEPT]) or window.data[window.pos :][:RAW_KEPT]
                self._skip()
                return _Source(at, raw, reason=f"longer than {MAX_TEXT_BYTES} bytes without its attachments")
            if run is None and (separator is not None or window.pos >= len(window.data)):
                return _Source(at, bytes(rest), kept)

    def _skip(self) -> None:
        """Leave the window at the next separator."""
        window = self._window
        while (separator := _separator(window.data, window.pos)) is None:
            if window.eof:
                window.pos = len(window.data)
                return
            self._drop()
        window.pos = separator.start()

    def _drop(self) -> None:
        """Keep the last line of the window, which may be the beginning of a separator, and read on."""
        window = self._window
        newline = window.data.rfind(b"\n", window.pos)
        window.pos = newline if newline >= 0 else len(window.data)
        window.more()


def _read(group: list[_Source]) -> list[_Message]:
    """The messages of some sources."""
    parsed = mail.parse([_unescape(source.data) for source in group if source.reason is None])
    return [
        _message(source, next(parsed))
        if source.reason is None
        else _Message(source.data[:RAW_KEPT], reason=source.reason)
        for source in group
    ]


def _message(source: _Source, parsed: mail.Message) -> _Message:
    contents = [part.content for part in parsed.parts if part.content not in source.kept]
    blobs = [source.kept.get(part.content) or _blob(part.content) for part in parsed.parts]
    for token in source.kept.keys() - {part.content for part in parsed.parts}:  # of a text that long
        parsed.text = (parsed.text or "").replace(token.decode(), "").strip() or None
        parsed.html = (parsed.html or "").replace(token.decode(), "").strip() or None
        parsed.parts.append(mail.Part(None, "text/plain", b""))
        blobs.append(source.kept[token])
    attachments = [
        {
            "position": position,
            "name": part.name,
            "media_type": part.media_type,
            "size": blob.size,
            "sha256": blob.sha256.hex(),
            "disposition": part.disposition,
            "content_id": part.content_id,
        }
        for position, (part, blob) in enumerate(zip(parsed.parts, blobs, strict=True), start=1)
    ]
    record = {"from_line_date": source.at, **parsed.record(), "attachments": attachments}
    text = _encode(record)
    if b"\\u0000" in text:
        text = _encode(_without_nul(record))
    return _Message(text, blobs, contents)


def _blob(content: bytes) -> Blob:
    return Blob(hashlib.sha256(content).digest(), len(content))


class _Base64Lines:
    """Reads the lines of base64 at a window's position, decoded, up to the first line that is none."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._rest = b""
        self._ended = False

    def read(self, size: int = -1, /) -> bytes:
        """Some of it, whatever `size` is; empty only at the end."""
        window = self._window
        while not self._ended:
            match = _RUN_LINES.match(window.data, window.pos)
            end = match.end() if match else window.pos
            digits = self._rest + window.data[window.pos : end].translate(None, _LINE_BREAKS)
            window.pos = end
            if len(window.data) - end > _RUN_BYTES or window.eof:
                self._ended = True
                whole = len(digits)
            else:
                window.more()
                whole = len(digits) // 4 * 4
            self._rest = digits[whole:]
            if data := _decode(digits[:whole]):
                return data
        return b""


def _decode(digits: bytes) -> bytes:
    if len(digits) % 4 == 1:
        digits = digits[:-1]
    try:
        return binascii.a2b_base64(digits + b"==")
    except binascii.Error:
        return b""


def _separator(data: bytes, start: int) -> re.Match[bytes] | None:
    """The first separator in data[start:], which begins at the start of a line."""
    if (match := _SEPARATOR.match(data, start)) is not None:
        return match
    while (found := data.find(b"\nFrom ", start)) >= 0:
        if (match := _SEPARATOR.match(data, found + 1)) is not None:
            return match
        start = found + 1
    return None


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(inner) for key, inner in value.items()}
    return [_without_nul(inner) for inner in value] if isinstance(value, list) else value


def _unescape(data: bytes) -> bytes:
    return data.replace(b"\n>From ", b"\nFrom ") if b"\n>From " in data else data


def _time(text: bytes) -> str | None:
    """The time of a separator: Tue Mar 05 18:07:09 +0000 2024."""
    match = _DATE.match(text)
    if match is None:
        return None
    year, month, day = int(match["year"]), _MONTHS.find(match["month"]) // 3 + 1, int(match["day"])
    hour, minute, second = map(int, match["time"].split(b":"))
    zone = int(match["zone"][1:3]) * 60 + int(match["zone"][3:])
    try:
        at = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        return (at - timedelta(minutes=-zone if match["zone"][:1] == b"-" else zone)).isoformat()
    except (ValueError, OverflowError):
        return None

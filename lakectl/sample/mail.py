"""Gmail: one mbox with letters from friends, newsletters in HTML and, on request, pictures attached."""

import base64
import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.header import Header
from functools import partial
from random import Random

from lakectl.sample.kinds import Chunk, Member, Window
from lakectl.sample.life import city_on
from lakectl.sample.noise import digest, generator
from lakectl.sample.people import OWNER, Person, friends
from lakectl.sample.words import fill, html_text, one
from lakectl.sample.world import local_to_utc

_FOLDER = "Takeout/Mail"
_SENTENCES = (
    "Do you still have the {gear} from last summer?",
    "We had {dish} with {ingredient}, and it was wonderful.",
    "I have been listening to {artist} all week.",
    "The {plant} on the balcony is growing like mad.",
    "Next month we are in {city}, see you there?",
    "There was a {animal} in the garden this morning, nobody believed me.",
    "I finally understood {hobby}, ask me about it.",
    "Let us go for {hobby} again before it gets cold.",
)
_SUBJECTS = ("{hobby} on Saturday", "About {hobby}", "{dish}?", "Greetings from {city}", "Lost: one {gear}")
_LABELS = ("Inbox,Opened,Category Personal", 'Archived,"Trips, plans",Opened', "Inbox,Unread,Important")
_PICTURE_BYTES = (20_000, 90_000, 350_000, 1_400_000)


def mail(seed: int, window: Window, rate: float) -> Iterator[Member]:
    """Letters and newsletters, about 4 kB each."""
    path = f"{_FOLDER}/All mail Including Spam and Trash.mbox"
    yield Member(path, partial(_messages, seed, window, 12 * rate, pictures=False))


def mail_with_attachments(seed: int, window: Window, rate: float) -> Iterator[Member]:
    """Letters with one to three pictures each."""
    yield Member(f"{_FOLDER}/Pictures.mbox", partial(_messages, seed, window, 2 * rate, pictures=True))


def _messages(seed: int, window: Window, per_day: float, *, pictures: bool) -> Iterator[Chunk]:
    on = window.end
    while on >= window.start - timedelta(days=1):  # the newest first, as Google writes them
        for at_s, number in _day(seed, on, per_day):
            if window.start_ms <= at_s * 1000 < window.end_ms:
                yield _message(seed, at_s, number, pictures=pictures), 1
        on -= timedelta(days=1)


def _day(seed: int, on: date, per_day: float) -> list[tuple[int, int]]:
    """Seconds since 1970 and number in the day of a local day's messages, the latest first."""
    chance = generator(seed, "mail", on)
    midnight = local_to_utc(city_on(seed, on), on, 0)
    count = math.floor(per_day + chance.random())
    return sorted(
        ((int(midnight + 3600 * (6 + 17 * chance.random())), number) for number in range(count)), reverse=True
    )


def _message(seed: int, at_s: int, number: int, *, pictures: bool) -> str:
    chance = generator(seed, "message", at_s, number)
    at = datetime.fromtimestamp(at_s, UTC)
    unique = digest(seed, "mail id", at_s, number)
    sort = chance.random()
    sent = sort < 0.15
    friend = friends(seed)[int(40 * chance.random() ** 2)]
    sender, reader = (OWNER, friend) if sent else (friend, OWNER)
    thread = digest(seed, "thread", at_s // 86_400, friend.name)
    lines = [
        f"From {unique}@xxx {at:%a %b %d %H:%M:%S} +0000 {at:%Y}",
        f"X-GM-THRID: {thread}",
        f"X-Gmail-Labels: {'Sent' if sent else one(chance, _LABELS)}",
    ]
    if not sent:
        lines += _delivery(chance, at, unique)
    lines += [
        "MIME-Version: 1.0",
        f"Date: {at:%a, %d %b %Y %H:%M:%S} +0000",
        f"Message-ID: <{unique:x}@mail.example.org>",
        f"Subject: {Header(fill(chance, one(chance, _SUBJECTS)), 'utf-8' if sort > 0.9 else None).encode()}",
        f"From: {_mailbox(sender)}",
        f"To: {_mailbox(reader)}",
    ]
    boundary = f"part-{unique:x}"
    if pictures:
        lines += _with_pictures(chance, boundary)
    elif sort < 0.4:
        lines += ['Content-Type: text/plain; charset="UTF-8"', "", _letter(chance)]
    elif sort < 0.7:
        lines += [f'Content-Type: multipart/alternative; boundary="{boundary}"', ""]
        lines += [f"--{boundary}", 'Content-Type: text/plain; charset="UTF-8"', "", _letter(chance), ""]
        lines += [f"--{boundary}", 'Content-Type: text/html; charset="UTF-8"', "", _page(chance), ""]
        lines += [f"--{boundary}--"]
    else:
        lines += ['Content-Type: text/html; charset="UTF-8"', "", _page(chance)]
    return "\r\n".join(lines) + "\r\n\r\n"


def _mailbox(person: Person) -> str:
    name = person.name
    return f"{name if name.isascii() else Header(name, 'utf-8').encode()} <{person.email}>"


def _delivery(chance: Random, at: datetime, unique: int) -> list[str]:
    """What servers write above a message."""
    signature = base64.b64encode(chance.randbytes(256)).decode()
    folded = "\r\n         ".join(signature[n : n + 64] for n in range(0, len(signature), 64))
    return [
        f"Delivered-To: {OWNER.email}",
        f"Received: by 2001:db8:6000:{unique % 9999}:: with SMTP id x{unique % 10**6}csp{unique % 10**7};"
        f"\r\n        {at:%a, %d %b %Y %H:%M:%S} +0000",
        f"Return-Path: <bounce-{unique:x}@example.org>",
        f"Received: from mail.example.org (mail.example.org [192.0.2.{unique % 250 + 1}])"
        f"\r\n        by mx.example.com with ESMTPS id {unique:x}"
        f"\r\n        for <{OWNER.email}>; {at:%a, %d %b %Y %H:%M:%S} +0000",
        "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=k1;"
        f"\r\n        h=from:to:subject:date:message-id;\r\n        b={folded}",
    ]


def _letter(chance: Random) -> str:
    parts = [" ".join(fill(chance, one(chance, _SENTENCES)) for _ in range(4)) for _ in range(4)]
    return "Hi,\r\n\r\n" + "\r\n\r\n".join(parts) + "\r\n"


def _page(chance: Random) -> str:
    cell = 'style="font-family:Arial,sans-serif;font-size:14px;color:#333;padding:8px 16px"'
    rows = "\r\n".join(
        f"<tr><td {cell}>{html_text(fill(chance, one(chance, _SENTENCES)))}<br>"
        f'<a href="https://example.org/r?n={chance.getrandbits(40)}">{fill(chance, "{hobby}")}</a></td></tr>'
        for _ in range(12)
    )
    head = "<head><title>News</title><style>td{border:0}a{color:#06c}</style></head>"
    return f"<!DOCTYPE html><html>{head}<body><table>\r\n{rows}\r\n</table></body></html>"


def _with_pictures(chance: Random, boundary: str) -> list[str]:
    lines = [f'Content-Type: multipart/mixed; boundary="{boundary}"', ""]
    lines += [f"--{boundary}", 'Content-Type: text/plain; charset="UTF-8"', "", _letter(chance), ""]
    for _ in range(1 + int(3 * chance.random())):
        name = f"IMG_{chance.getrandbits(24):07d}.jpg"
        size = int(_PICTURE_BYTES[int(4 * chance.random())] * (0.8 + 0.4 * chance.random()))
        content = b"\xff\xd8\xff\xe0" + chance.randbytes(size) + b"\xff\xd9"
        lines += [
            f"--{boundary}",
            f'Content-Type: image/jpeg; name="{name}"',
            f'Content-Disposition: attachment; filename="{name}"',
            "Content-Transfer-Encoding: base64",
            "",
            base64.encodebytes(content).decode().rstrip().replace("\n", "\r\n"),
        ]
    return [*lines, f"--{boundary}--"]

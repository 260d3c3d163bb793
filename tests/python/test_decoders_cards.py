"""Decoders `vcard` and `ical`: cards and calendars, also broken ones."""

import hashlib
import io
import json
import time
from typing import IO, Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lakectl.load.decoders.batch import Batch, Broken, Limits
from lakectl.load.decoders.ical import Calendars
from lakectl.load.decoders.text import Readable
from lakectl.load.decoders.vcard import VCards

COMPONENTS = ["VEVENT", "VTODO", "VJOURNAL"]


class Blobs:
    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def keep(self, stream: Readable) -> tuple[bytes, int]:
        data = stream.read()
        digest = hashlib.sha256(data)
        self.kept[digest.hexdigest()] = data
        return digest.digest(), len(data)

    def open(self, sha256: bytes) -> IO[bytes]:
        return io.BytesIO(self.kept[sha256.hex()])


def records(batch: Batch) -> list[Any]:
    assert len(batch.records) + len(batch.broken) == batch.end - batch.first
    return [json.loads(bytes(record).decode()) for record in batch.records]


def cards(data: bytes) -> tuple[list[dict[str, list[Any]]], list[Broken], VCards]:
    """The cards, their properties by name."""
    decoding = VCards(io.BytesIO(data), [{}], Limits(100_000, 3), Blobs())
    found: list[dict[str, list[Any]]] = []
    broken: list[Broken] = []
    for batch in decoding:
        for card in records(batch):
            assert card[0] == "vcard"
            properties: dict[str, list[Any]] = {}
            for one in card[1]:
                properties.setdefault(one[0], []).append(one)
            found.append(properties)
        broken += batch.broken
    return found, broken, decoding


def card(*lines: str, end: str = "\r\n") -> bytes:
    return end.join(["BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD", ""]).encode()


def test_a_card() -> None:
    photo = "/9j/4AAQSkZJRgABAQAAAQABAAD/"
    (found,), broken, decoding = cards(
        card(
            "FN:Jo\u00e3o Mar\u00e9 \U0001f30a",
            "N:Mar\u00e9;Jo\u00e3o;;Dr.;",
            "EMAIL;TYPE=INTERNET;TYPE=WORK:a@x",
            "item1.TEL:+1555",
            "item1.X-ABLabel:Boat",
            "ADR;TYPE=HOME:;;7 Dune Rd\\, Apt 2;Newport;OR;97365;USA",
            "ORG:Harbor Office;Tides",
            "NOTE:Knows tides\\, kelp\\; and bread.\\nA rather long sentence that is fol",
            " ded.",
            "URL:https\\://tides.example.org",
            f"PHOTO;ENCODING=b;TYPE=JPEG:{photo[:10]}",
            f" {photo[10:]}",
            "CATEGORIES:myContacts,Coast",
        )
    )
    assert (broken, decoding.errors) == ([], [None])
    assert found["fn"] == [["fn", {}, "text", "Jo\u00e3o Mar\u00e9 \U0001f30a"]]
    assert found["n"][0][3] == ["Mar\u00e9", "Jo\u00e3o", "", "Dr.", ""]
    assert found["email"][0] == ["email", {"type": ["INTERNET", "WORK"]}, "text", "a@x"]
    assert found["tel"][0] == ["tel", {"group": "item1"}, "text", "+1555"]
    assert found["x-ablabel"][0][1] == {"group": "item1"}
    assert found["adr"][0][3] == ["", "", "7 Dune Rd, Apt 2", "Newport", "OR", "97365", "USA"]
    assert found["org"][0][3] == ["Harbor Office", "Tides"]
    assert found["note"][0][3] == "Knows tides, kelp; and bread.\nA rather long sentence that is folded."
    assert found["url"][0][3] == "https://tides.example.org"
    assert found["photo"][0][2:] == [
        "blob",
        {
            "sha256": hashlib.sha256(
                b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff"
            ).hexdigest(),
            "size": 21,
        },
    ]
    assert found["categories"][0][3] == ["myContacts", "Coast"]


def test_a_card_without_end_costs_itself() -> None:
    found, broken, _ = cards(
        card("FN:a") + b"BEGIN:VCARD\r\nFN:b\r\n" + card("FN:c") + b"BEGIN:VCARD\r\nFN:d"
    )
    assert [one["fn"][0][3] for one in found] == ["a", "c"]
    assert [(one.ordinal, one.reason) for one in broken] == [
        (2, "the next VCARD begins inside it"),
        (4, "the file ends inside it"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "no property",
        ":",
        ";;;",
        "FN;=:x",
        "PHOTO;ENCODING=b:!!!!",
        "PHOTO;ENCODING=b:abc",
        "N:",
        "ADR:x",
        "BDAY:never",
        "NOTE;ENCODING=QUOTED-PRINTABLE:=C3=A9=",
        "TEL;CELL:+1",
        "X-A;CHARSET=x-none:a",
        " folded",
        "item1.:x",
        "TEL:\0\x1e",
        "BEGIN:VEVENT",
        "END:VEVENT",
        "N:a;b;c;d;e;f;g;h",
    ],
)
def test_odd_lines(line: str) -> None:
    """A line that is none costs, at the most, its card."""
    found, broken, _ = cards(card("FN:a", line, "TEL:+1555") + card("FN:b"))
    assert len(found) + len(broken) == 2
    assert found[-1]["fn"][0][3] == "b"


def test_lines_that_are_no_property_are_kept() -> None:
    (found,), _, _ = cards(card("FN:a", "no property", end="\n"))
    assert found["x-unreadable"] == [["x-unreadable", {}, "text", "no property"]]


def test_cards_in_latin_1() -> None:
    (found,), _, _ = cards(b"BEGIN:VCARD\nVERSION:3.0\nFN:Caf\xe9\nEND:VCARD\n")
    assert found["fn"][0][3] == "Caf\xe9"


def test_what_is_no_card() -> None:
    assert cards(b"")[2].errors == [None]
    assert cards(b"hello\n")[2].errors == ["there is no card in the file"]


def calendar(data: bytes) -> tuple[dict[str, list[dict[str, Any]]], list[Broken], list[str | None]]:
    decoding = Calendars(io.BytesIO(data), [{"component": name} for name in COMPONENTS], Limits(100_000, 3))
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in COMPONENTS}
    broken: list[Broken] = []
    for batch in decoding:
        found[COMPONENTS[batch.section]] += records(batch)
        broken += batch.broken
    return found, broken, decoding.errors


def ics(*lines: str, head: tuple[str, ...] = ()) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", *head, *lines, "END:VCALENDAR", ""]).encode()


def event(*lines: str) -> tuple[str, ...]:
    return ("BEGIN:VEVENT", *lines, "END:VEVENT")


ZONE = ("X-WR-CALNAME:Me\\, myself", "X-WR-TIMEZONE:America/Los_Angeles")
TIME_ZONE = """BEGIN:VTIMEZONE
TZID:Office
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0530
TZOFFSETTO:+0530
END:STANDARD
END:VTIMEZONE""".splitlines()


def test_times_are_resolved() -> None:
    found, broken, errors = calendar(
        ics(
            *event("UID:1", "DTSTART;TZID=Europe/Berlin:20240312T090000", "DURATION:PT45M"),
            *event("UID:2", "DTSTART;VALUE=DATE:20240309", "DTEND;VALUE=DATE:20240311"),
            *event("UID:3", "DTSTART:20240401T120000", "EXDATE:20240408T120000,20240415T120000"),
            *event("UID:4", "DTSTART;TZID=Office:20240101T100000", "RRULE:FREQ=WEEKLY;BYDAY=TU"),
            *event("UID:5", "DTSTART;TZID=Pacific Standard Time:20240101T100000"),
            *event("UID:6", "DTSTART:20240101T100000Z", "RECURRENCE-ID:20240101T090000Z"),
            "BEGIN:VTODO",
            "UID:7",
            "DUE:20240501T000000Z",
            "END:VTODO",
            "BEGIN:VJOURNAL",
            "SUMMARY:dear diary",
            "END:VJOURNAL",
            head=(*ZONE, *TIME_ZONE),
        )
    )
    assert (broken, errors) == ([], [None] * 3)
    one, two, three, four, five, six = found["VEVENT"]
    assert one["calendar"] == "Me, myself"
    assert one["start"] == {"at": "2024-03-12T08:00:00+00:00", "date": None, "zone": "Europe/Berlin"}
    assert one["end"]["at"] == "2024-03-12T08:45:00+00:00"
    assert two["start"] == {
        "at": "2024-03-09T08:00:00+00:00",
        "date": "2024-03-09",
        "zone": "America/Los_Angeles",
    }
    assert two["end"]["date"] == "2024-03-11"
    assert three["start"]["at"] == "2024-04-01T19:00:00+00:00"
    assert [time["at"] for time in three["exdates"]] == [
        "2024-04-08T19:00:00+00:00",
        "2024-04-15T19:00:00+00:00",
    ]
    assert four["start"]["at"] == "2024-01-01T04:30:00+00:00"
    assert four["rrule"] == "FREQ=WEEKLY;BYDAY=TU"
    assert five["start"]["zone"] == "America/Los_Angeles"
    assert six["recurrence"]["at"] == "2024-01-01T09:00:00+00:00"
    assert found["VTODO"][0]["due"]["at"] == "2024-05-01T00:00:00+00:00"
    assert found["VJOURNAL"][0]["jcal"] == ["vjournal", [["summary", {}, "text", "dear diary"]], []]


def test_a_calendar_does_not_know_the_zones_of_another() -> None:
    lines = event("DTSTART;TZID=Office:20240101T100000")
    first, _, _ = calendar(ics(*lines, head=tuple(TIME_ZONE)))
    second, _, _ = calendar(ics(*lines))
    assert first["VEVENT"][0]["start"]["at"] == "2024-01-01T04:30:00+00:00"
    assert second["VEVENT"][0]["start"]["at"] == "2024-01-01T10:00:00+00:00"


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=DAILY", "FREQ=YEARLY;BYMONTH=3"])
def test_a_zone_whose_clocks_never_rest(rule: str) -> None:
    zone = [*TIME_ZONE[:-2], f"RRULE:{rule}", *TIME_ZONE[-2:]]
    began = time.process_time()
    found, _, _ = calendar(ics(*event("DTSTART;TZID=Office:20240101T100000"), head=tuple(zone)))
    assert found["VEVENT"][0]["start"]["at"]
    assert time.process_time() - began < 5


def test_an_alarm_is_a_part_of_its_event() -> None:
    found, _, _ = calendar(
        ics(*event("UID:1", "BEGIN:VALARM", "TRIGGER:-PT10M", "DESCRIPTION:x", "END:VALARM", "SUMMARY:s"))
    )
    _, properties, parts = found["VEVENT"][0]["jcal"]
    assert ["summary", {}, "text", "s"] in properties
    assert parts[0][0] == "valarm"


@pytest.mark.parametrize(
    "line",
    [
        "no property",
        "DTSTART:never",
        "DTSTART:00000000T000000Z",
        "DTSTART:99991231T235959Z",
        "DTSTART;TZID=../../etc/passwd:20240101T000000",
        "DTSTART;TZID=No/Where:20240101T000000",
        "DTEND:garbage",
        "DURATION:forever",
        "RRULE:FREQ=BOGUS",
        "RRULE:",
        "RRULE:FREQ=SECONDLY",
        "EXDATE:x,y",
        "RDATE;VALUE=PERIOD:19970101T180000Z/19970102T070000Z",
        "ATTENDEE:mailto:a@x",
        "SUMMARY:\0\x1e",
        'X-A;B=":x',
        "GEO:1",
        "BEGIN:VALARM",
        "END:VALARM",
        "ATTACH;ENCODING=BASE64;VALUE=BINARY:!!",
        "CATEGORIES:" + "a," * 10_000,
    ],
)
def test_odd_properties(line: str) -> None:
    """A property that is none costs, at the most, its event."""
    found, broken, _ = calendar(ics(*event("UID:1", line), *event("UID:2", "DTSTART:20240101T100000Z")))
    assert len(found["VEVENT"]) + len(broken) == 2
    assert found["VEVENT"][-1]["start"]["at"] == "2024-01-01T10:00:00+00:00"


def test_an_event_without_end_costs_itself() -> None:
    found, broken, _ = calendar(ics("BEGIN:VEVENT", "UID:1", *event("UID:2"), "BEGIN:VEVENT"))
    assert len(found["VEVENT"]) == 1
    assert [one.ordinal for one in broken] == [1, 3]


def test_what_is_no_calendar() -> None:
    assert calendar(b"")[2] == [None] * 3
    assert calendar(ics())[2] == [None] * 3
    assert calendar(b"hello\n")[2] == ["there is no calendar in the file"] * 3


def test_a_large_calendar_is_read_piece_by_piece() -> None:
    lines = event("UID:1", "DTSTART;TZID=Europe/Berlin:20240312T090000", "SUMMARY:x")
    began = time.process_time()
    found, _, _ = calendar(ics(*lines * 2000))
    assert len(found["VEVENT"]) == 2000
    assert time.process_time() - began < 20


WORDS = st.sampled_from(
    """BEGIN:VCARD|END:VCARD|BEGIN:VEVENT|END:VEVENT|BEGIN:VCALENDAR|END:VCALENDAR|BEGIN:VTIMEZONE|END:VTIMEZONE|
TZID:x|FN:a|N:a;b| folded|DTSTART:20240101|RRULE:FREQ=DAILY;COUNT=1|TEL;:1|DTSTART;TZID=x:20240101T000000|
PHOTO;ENCODING=b:AAAA||ORG:;|X-WR-TIMEZONE:|X-WR-CALNAME|UID|BEGIN:STANDARD|END:STANDARD|TZOFFSETTO:+0100""".replace(
        "\n", ""
    ).split("|")
)


@given(st.lists(st.one_of(WORDS, st.text(max_size=12)), max_size=40))
@hypothesis_settings(max_examples=200, deadline=None)
def test_any_lines(lines: list[str]) -> None:
    data = "\n".join(lines).encode("utf-8", "replace")
    begun = [line.strip().upper() for line in lines]
    found, broken, _ = cards(data)
    if not any("\r" in line or "\n" in line for line in lines):
        assert len(found) + len(broken) == begun.count("BEGIN:VCARD")
    calendar(data)

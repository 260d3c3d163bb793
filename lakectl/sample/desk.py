"""Notes, contacts and appointments: Keep, Contacts, Calendar."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial

from lakectl.sample.kinds import Chunk, Member, Window, midnight_ms, whole
from lakectl.sample.life import day, trips
from lakectl.sample.noise import digest, generator
from lakectl.sample.people import OWNER, Person, friends, home_town
from lakectl.sample.words import fill, one

_SINCE = date(2016, 1, 1)  # what is kept does not go with the window of the export
_NOTES = 120
_TITLES = (
    "{dish} for {number}",
    "Packing for {city}",
    "{hobby} – gear to buy",
    "Things to see in {city}",
    "{plant}: watering",
    "Present for a friend",
    "Words of {artist}",
    "Shopping",
)
_LINES = ("{ingredient}", "{gear}", "{plant}", "tickets to {city}", "{dish}", "ask about {craft}")
_COLORS = ("DEFAULT", "DEFAULT", "BLUE", "RED", "GREEN", "YELLOW")
_OUTINGS = {
    "restaurant": "Dinner at {}",
    "museum": "{}",
    "cinema": "Film at {}",
    "doctor": "{}",
    "studio": "Class: {}",
    "sight": "Visit {}",
}


def keep(seed: int, window: Window, rate: float) -> Iterator[Member]:
    """`Keep/<title>.json`, one for each note that was made before the export."""
    del rate
    names: set[str] = set()
    for number in range(_NOTES):
        chance = generator(seed, "note", number)
        made_us = _some_time_us(chance.random())
        if made_us >= window.end_ms * 1000:
            continue
        title = fill(chance, one(chance, _TITLES))
        name = title if title not in names else f"{title}({number})"
        names.add(name)
        note: dict[str, object] = {
            "color": one(chance, _COLORS),
            "isTrashed": chance.random() < 0.05,
            "isPinned": chance.random() < 0.1,
            "isArchived": chance.random() < 0.2,
        }
        lines = [fill(chance, one(chance, _LINES)) for _ in range(2 + int(chance.random() * 5))]
        if chance.random() < 0.5:
            note["listContent"] = [
                {"textHtml": f"<p>{line}</p>", "text": line, "isChecked": chance.random() < 0.4}
                for line in lines
            ]
        else:
            note["textContent"] = "\n".join(lines)
        note |= {"title": title, "userEditedTimestampUsec": made_us, "createdTimestampUsec": made_us}
        if chance.random() < 0.4:
            note["labels"] = [{"name": one(chance, ("Home", "Travel", "Kitchen", "Ideas"))}]
        path = f"Takeout/Keep/{name.replace(':', '_')}.json"
        yield whole(path, partial(json.dumps, note, ensure_ascii=False), 1)


def contacts(seed: int, window: Window, rate: float) -> Iterator[Member]:
    """`Contacts/All Contacts/All Contacts.vcf`."""
    del window, rate
    cards = [_card(seed, person) for person in friends(seed)]
    yield whole("Takeout/Contacts/All Contacts/All Contacts.vcf", partial("".join, cards), len(cards))


def _card(seed: int, person: Person) -> str:
    chance = generator(seed, "card", person.name)
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{person.name}", f"N:{person.family};{person.given};;;"]
    lines.append(f"EMAIL;TYPE=INTERNET;TYPE=HOME:{person.email}")
    lines.append(f"TEL;TYPE=CELL:{person.phone}")
    if chance.random() < 0.5:
        lines.append(f"BDAY:{person.birthday}")
    if chance.random() < 0.4:
        lines.append(
            f"ADR;TYPE=HOME:;;Ahorngasse {1 + int(chance.random() * 60)};{home_town(seed, person)};;;"
        )
    if chance.random() < 0.2:
        lines.append("NOTE:" + fill(chance, "Likes {dish}\\, {hobby}"))
    lines += ["CATEGORIES:myContacts", "END:VCARD", ""]
    return "\r\n".join(lines)


_CALENDAR = f"""\
BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:PUBLISH
X-WR-CALNAME:{OWNER.email}
X-WR-TIMEZONE:Europe/Vienna
BEGIN:VTIMEZONE
TZID:Europe/Vienna
X-LIC-LOCATION:Europe/Vienna
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""
_SERIES = (
    (
        "Overhang Thursdays",
        "20160107T190000",
        "20160107T210000",
        "FREQ=WEEKLY;BYDAY=TH",
        "Boulderhalle Überhang",
    ),
    ("Team meeting", "20180305T093000", "20180305T100000", "FREQ=WEEKLY;BYDAY=MO,WE", "Kranich Cartography"),
    (
        "Pottery",
        "20190203T170000",
        "20190203T193000",
        "FREQ=MONTHLY;BYDAY=1SU",
        "Pottery Studio Lehm & Feuer",
    ),
)


def calendar(seed: int, window: Window, rate: float) -> Iterator[Member]:
    """`Calendar/<address>.ics`: meetings that come again, journeys, appointments."""
    del rate
    yield Member(f"Takeout/Calendar/{OWNER.email}.ics", partial(_appointments, seed, window))


def _appointments(seed: int, window: Window) -> Iterator[Chunk]:
    yield _crlf(_CALENDAR), 0
    for title, begin, end, rule, where in _SERIES:
        zoned = (f"DTSTART;TZID=Europe/Vienna:{begin}", f"DTEND;TZID=Europe/Vienna:{end}", f"RRULE:{rule}")
        yield _event(zoned, title, where), 1
    for year in range(window.start.year, window.end.year + 1):
        for trip in trips(seed, year):
            if window.start <= trip.first < window.end:
                after = trip.last + timedelta(days=1)
                days = (f"DTSTART;VALUE=DATE:{trip.first:%Y%m%d}", f"DTEND;VALUE=DATE:{after:%Y%m%d}")
                yield _event(days, trip.city.name, ""), 1
    on = window.start
    while on < window.end:
        for part in day(seed, on):
            outing = _OUTINGS.get(part.target.kind)
            if outing and not part.mode and digest(seed, "appointment", part.start_ms) % 3 == 0:
                times = (f"DTSTART:{_utc(part.start_ms)}", f"DTEND:{_utc(part.end_ms)}")
                yield (
                    _event(times, outing.format(part.target.name), part.target.address.replace("\\n", ", ")),
                    1,
                )
        on += timedelta(days=1)
    yield "END:VCALENDAR\r\n", 0


def _event(times: tuple[str, ...], title: str, where: str) -> str:
    lines = ["BEGIN:VEVENT", *times, f"UID:{digest(times[0], title):x}@google.com", "STATUS:CONFIRMED"]
    lines.append(f"SUMMARY:{_escaped(title)}")
    if where:
        lines.append(f"LOCATION:{_escaped(where)}")
    return _crlf("\n".join([*lines, "END:VEVENT", ""]))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")


def _crlf(text: str) -> str:
    return text.replace("\n", "\r\n")


def _utc(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms // 1000, UTC):%Y%m%dT%H%M%SZ}"


def _some_time_us(part: float) -> int:
    """A time between 2016 and mid-2024, in microseconds since 1970."""
    first, last = midnight_ms(_SINCE), midnight_ms(date(2024, 6, 25))
    return int(first + part * (last - first)) * 1000 + int(part * 1e9) % 1000

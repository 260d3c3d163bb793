"""Decoder `ical`: the events, to-dos and journal entries of an iCalendar file (RFC 5545).

A section takes the components that its options name: {"component": "VEVENT"}. The record is

    {"calendar": X-WR-CALNAME | null, "zone": X-WR-TIMEZONE | null, "component": "VEVENT",
     "start", "end", "due", "recurrence": TIME | null, "rrule": TEXT | null, "rdates", "exdates": [TIME],
     "jcal": the component as jCal has it (RFC 7265), alarms inside,
     "faults": [TEXT], what the parser said of single properties}

TIME is {"at": the instant in UTC, ISO 8601, "date": "2024-03-09" of a whole day | null,
"zone": the name of its time zone in the IANA database | null}. A whole day begins at midnight in the zone of
the calendar, and a time without zone is meant in it. Time zones that the file defines are resolved by their
definition. An end that is told as a duration is worked out.
"""

import datetime as dt
import json
import re
from collections import deque
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import icalendar
from icalendar.parser import Contentline
from icalendar.timezone import tzids_from_tzinfo, tzp

from lakectl.load.decoders.batch import RAW_KEPT, Batch, Collector, Limits
from lakectl.load.decoders.blocks import Block, Blocks
from lakectl.load.decoders.text import Readable

_COMPONENTS = ("VEVENT", "VTODO", "VJOURNAL")
_CLASSES: dict[str, type[icalendar.Component]] = {
    "VEVENT": icalendar.Event,
    "VTODO": icalendar.Todo,
    "VJOURNAL": icalendar.Journal,
}
_OFTEN = re.compile(r"FREQ\s*=\s*(?!YEARLY)", re.IGNORECASE)

Time = dict[str, str | None]


class Calendars:
    """See the module's description."""

    def __init__(self, stream: Readable, sections: Sequence[dict[str, Any]], limits: Limits) -> None:
        self._blocks = Blocks(stream, *_COMPONENTS, "VTIMEZONE")
        self._sections = {section["component"]: number for number, section in enumerate(sections)}
        self._limits = limits
        self.errors: list[str | None] = [None] * len(sections)

    def __iter__(self) -> Iterator[Batch]:
        tzp.use_zoneinfo()  # forgets the time zones that other files have defined
        collectors = {
            component: Collector(self._limits, number) for component, number in self._sections.items()
        }
        calendar = _Calendar()
        for block in self._blocks:
            calendar.read(self._blocks.outside)
            if block.name == "VTIMEZONE":
                calendar.define(block)
                continue
            collector = collectors.get(block.name)
            if collector is None:
                continue
            if block.reason is not None:
                collector.broken(block.reason, block.text)
            else:
                self._add(collector, calendar, block)
            if collector.full():
                yield collector.take()
        calendar.read(self._blocks.outside)
        for collector in collectors.values():
            yield from collector.rest()
        if not calendar.seen and self._blocks.lines:
            self.errors = ["there is no calendar in the file"] * len(self.errors)

    def _add(self, collector: Collector, calendar: "_Calendar", block: Block) -> None:
        try:
            component = _CLASSES[block.name].from_ical(block.text)
            if isinstance(component, list):
                raise ValueError("more than one component")
            collector.add(calendar.record(component))
        except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            collector.broken(f"not iCalendar: {str(error)[:200]}", block.text[:RAW_KEPT])


class _Calendar:
    """What a file says of the calendar around its components."""

    def __init__(self) -> None:
        self.seen = False
        self._begin()

    def _begin(self) -> None:
        self._name: str | None = None
        self._zone: str | None = None
        self._tz: dt.tzinfo = dt.UTC

    def read(self, lines: deque[str]) -> None:
        """Take the lines between components, and forget them."""
        for line in lines:
            try:
                name, _, value = Contentline(line.strip()).parts()  # type: ignore[no-untyped-call]
            except ValueError:
                continue
            match name.upper():
                case "BEGIN" if value.upper() == "VCALENDAR":
                    self.seen = True
                    self._begin()
                case "X-WR-CALNAME":
                    self._name = value
                case "X-WR-TIMEZONE":
                    self._tz = tzp.timezone(value) or dt.UTC
                    self._zone = _zone_name(self._tz)
        lines.clear()

    def define(self, block: Block) -> None:
        """A time zone that later components use. A broken one is as if it was not there.

        The library lists every change of the clocks: a zone that has them daily would take for ever.
        """
        if _OFTEN.search(block.text):
            return
        try:
            component = icalendar.Timezone.from_ical(block.text)
            if isinstance(component, icalendar.Timezone):
                tzp.cache_timezone_component(component)
        except (ValueError, LookupError, TypeError, AttributeError, OverflowError):
            return

    def record(self, component: icalendar.Component) -> dict[str, Any]:
        """The record of a component, as the module describes it."""
        start = _first(component, "DTSTART")
        end = _first(component, "DTEND")
        duration = _first(component, "DURATION")
        if end is None and isinstance(start, dt.date) and isinstance(duration, dt.timedelta):
            end = start + duration
        rules = component.get("RRULE")
        rule = rules[0] if isinstance(rules, list) else rules
        return {
            "calendar": self._name,
            "zone": self._zone,
            "component": component.name,
            "start": self._time(start),
            "end": self._time(end),
            "due": self._time(_first(component, "DUE")),
            "recurrence": self._time(_first(component, "RECURRENCE-ID")),
            "rrule": None if rule is None else rule.to_ical().decode(),
            "rdates": self._times(component, "RDATE"),
            "exdates": self._times(component, "EXDATE"),
            "jcal": _jcal(component),
            "faults": [f"{name}: {fault}" for name, fault in component.errors],
        }

    def _times(self, component: icalendar.Component, name: str) -> list[Time]:
        found = component.get(name)
        values = found if isinstance(found, list) else [found]
        times = [self._time(_moment(value)) for many in values for value in getattr(many, "dts", ())]
        return [time for time in times if time is not None]

    def _time(self, moment: object) -> Time | None:
        if isinstance(moment, dt.datetime):
            zoned = moment.replace(tzinfo=self._tz) if moment.tzinfo is None else moment
            zone = _zone_name(zoned.tzinfo)
            return {"at": _utc(zoned), "date": None, "zone": zone}
        if isinstance(moment, dt.date):
            midnight = dt.datetime(moment.year, moment.month, moment.day, tzinfo=self._tz)
            return {"at": _utc(midnight), "date": moment.isoformat(), "zone": self._zone}
        return None


def _first(component: icalendar.Component, name: str) -> object:
    found = component.get(name)
    return _moment(found[0] if isinstance(found, list) else found)


def _moment(value: object) -> object:
    try:
        moment = value.dt  # type: ignore[attr-defined]
    except (AttributeError, ValueError):
        return None
    return moment[0] if isinstance(moment, tuple) else moment  # of a period, its start


def _utc(moment: dt.datetime) -> str | None:
    try:
        return moment.astimezone(dt.UTC).isoformat()
    except (OverflowError, ValueError):
        return None


def _zone_name(zone: dt.tzinfo | None) -> str | None:
    """Its name in the IANA database; of one that a file defines, that of a zone that is the same."""
    if zone is None or zone is dt.UTC:
        return "UTC"
    if isinstance(zone, ZoneInfo) and zone.key in _known_zones():
        return zone.key
    return next((name for name in tzids_from_tzinfo(zone) if name in _known_zones()), None)


@lru_cache(maxsize=1)
def _known_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _jcal(component: icalendar.Component) -> list[Any]:
    try:
        # Through JSON, since the library has subclasses of str that no other encoder takes.
        return list(json.loads(json.dumps(component.to_jcal())))
    except (ValueError, TypeError, AttributeError, LookupError):
        properties = [[name.lower(), {}, "unknown", str(value)] for name, value in component.property_items()]
        return [str(component.name).lower(), properties, []]

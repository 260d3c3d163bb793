"""Raw location history: `Records.json` as of 2022 to 2024, and `Location History.json` as of 2017.

A phone reports on a grid of time slots, more of them while it moves. At a place the reports gather
around it, and a Wi-Fi fix often repeats for minutes; on the way they follow a bent path.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from lakectl.sample.kinds import Chunk, Member, Window
from lakectl.sample.life import Segment, segments
from lakectl.sample.noise import Keys, Reals, generator, normal_pair, uniform
from lakectl.sample.world import METRES_PER_DEGREE, device_tag

_SLOT_MS = 72_000  # at rate 1: a report in 5 minutes at rest, one in 72 s on the way
_AT_REST = 0.25
_SLOTS_PER_STEP = 24_000
_FIX_MS = 600_000

_MOVING = {
    "WALKING": "WALKING",
    "CYCLING": "ON_BICYCLE",
    "IN_TRAM": "IN_VEHICLE",
    "IN_SUBWAY": "IN_RAIL_VEHICLE",
    "IN_PASSENGER_VEHICLE": "IN_VEHICLE",
    "IN_TRAIN": "IN_RAIL_VEHICLE",
    "FLYING": "UNKNOWN",
}


class _Track:
    """The reports of one stretch of time, column by column, in order of time."""

    def __init__(self, seed: int, way: list[Segment], slots: Keys, slot_ms: int) -> None:
        salt = seed * 1_000
        times = slots * slot_ms + (uniform(slots, salt) * slot_ms * 0.9).astype(np.int64)
        starts = np.array([part.start_ms for part in way], dtype=np.int64)
        moving = np.array([bool(part.mode) for part in way])
        flying = np.array([part.mode == "FLYING" for part in way])
        at = np.searchsorted(starts, times, side="right") - 1
        share = np.where(flying, 0.02, np.where(moving, 1.0, _AT_REST))
        kept = uniform(slots, salt + 1) < share[at]
        self.at: Keys = at[kept]
        self.times: Keys = times[kept]
        self.keys: Keys = slots[kept]
        self.moving = moving[self.at]
        self.salt = salt
        self._place(way, starts)

    def _place(self, way: list[Segment], starts: Keys) -> None:
        ends = np.array([part.end_ms for part in way], dtype=np.int64)
        from_lat, from_lng, to_lat, to_lng, altitude = (
            np.array(column, dtype=np.float64)
            for column in zip(
                *(
                    (p.origin.lat_e7, p.origin.lng_e7, p.target.lat_e7, p.target.lng_e7, p.target.altitude_m)
                    for p in way
                ),
                strict=True,
            )
        )
        at, moving = self.at, self.moving
        done = np.where(moving, (self.times - starts[at]) / (ends - starts)[at], 1.0)
        bend = np.sin(np.pi * done) * 0.18 * np.sin(starts[at] / 977.0) * moving
        east, north = (to_lng - from_lng)[at], (to_lat - from_lat)[at]
        # A Wi-Fi fix repeats exactly while the phone lies still.
        repeats = ~moving & (uniform(self.keys, self.salt + 2) < 0.6)
        fix = np.where(repeats, self.times // _FIX_MS, self.keys)
        spread = np.where(moving, 9.0, 17.0) / METRES_PER_DEGREE * 1e7
        shift_a, shift_b = normal_pair(fix, self.salt + 3)
        shrink = np.cos(np.radians(to_lat / 1e7))[at]
        self.lat: Keys = np.rint(
            from_lat[at] + north * done + east * bend * shrink + shift_a * spread
        ).astype(np.int64)
        self.lng: Keys = np.rint(
            from_lng[at] + east * done - north * bend / shrink + shift_b * spread / shrink
        ).astype(np.int64)
        metres = np.hypot(north, east * shrink) / 1e7 * METRES_PER_DEGREE
        self.speed: Reals = metres / (ends - starts)[at] * 1000
        self.heading: Keys = (np.degrees(np.arctan2(east * shrink, north)).astype(np.int64)) % 360
        self.altitude: Keys = (altitude[at] + shift_b * 4).astype(np.int64)
        self.accuracy: Keys = (10 + uniform(fix, self.salt + 5) ** 3 * 60).astype(np.int64)

    def chance(self, offset: int) -> Reals:
        return uniform(self.keys, self.salt + offset)


def _tracks(seed: int, window: Window, rate: float) -> Iterator[tuple[_Track, list[Segment]]]:
    slot_ms = max(20, round(_SLOT_MS / rate))
    first, last = -(-window.start_ms // slot_ms), window.end_ms // slot_ms
    days = max(1, _SLOTS_PER_STEP * slot_ms // 86_400_000)
    on = window.start
    while on < window.end:
        until = min(on + timedelta(days=days), window.end)
        stretch = Window(on, until)
        slots = np.arange(
            max(first, -(-stretch.start_ms // slot_ms)),
            min(last, -(-stretch.end_ms // slot_ms)),
            dtype=np.int64,
        )
        # A long journey's segments belong to the day it began, up to three days ago.
        way = [
            part
            for part in segments(seed, on - timedelta(days=4), until + timedelta(days=2))
            if part.end_ms > stretch.start_ms and part.start_ms < stretch.end_ms
        ]
        if len(slots):
            yield _Track(seed, way, slots, slot_ms), way
        on = until


def _texts(values: NDArray[np.int64]) -> list[str]:
    return np.datetime_as_string(values.astype("datetime64[ms]")).tolist()  # type: ignore[no-any-return]


_RECORD = """{
    "latitudeE7": %d,
    "longitudeE7": %d,
    "accuracy": %d,
%s    "source": "%s",
    "deviceTag": %d,
    "timestamp": "%sZ"
  }"""

_NOWHERE = """{
    "activeWifiScan": {
      "accessPoints": [{
        "mac": "%d",
        "strength": %d,
        "frequencyMhz": 0
      }]
    },
    "source": "UNKNOWN",
    "deviceTag": %d,
    "timestamp": "%sZ"
  }"""

_SERVER = """    "platformType": "ANDROID",
    "formFactor": "PHONE",
    "osLevel": 34,
    "batteryCharging": %s,
    "serverTimestamp": "%sZ",
    "deviceTimestamp": "%sZ",
"""
_HEIGHT = """    "altitude": %d,
    "verticalAccuracy": %d,
"""
_MOTION = """    "velocity": %d,
    "heading": %d,
    "altitude": %d,
    "verticalAccuracy": %d,
"""
_GUESS = """{
        "type": "%s",
        "confidence": %d
      }"""
_ACTIVITY = """    "activity": [{
      "activity": [%s],
      "timestamp": "%%sZ"
    }],
"""


def _guesses(mode: str) -> tuple[str, ...]:
    """Some ways in which a phone says what is going on: templates that lack only the time."""
    chance = generator("guesses", mode)
    likely = _MOVING[mode] if mode else "STILL"
    others = (
        ("ON_FOOT", "WALKING") if mode == "WALKING" else ("IN_VEHICLE", "ON_FOOT", "UNKNOWN", "ON_BICYCLE")
    )
    templates = []
    for _ in range(32):
        if not mode and chance.random() < 0.5:
            found = [("STILL", 100)]
        else:
            sure = 40 + int(chance.random() * 58)
            kinds = [likely, *others, *(("STILL",) if mode else ("TILTING",))]
            found = [(kind, max(1, sure // (1 + rank))) for rank, kind in enumerate(kinds)]
            found = found[: 2 + int(chance.random() * 4)]
        templates.append(_ACTIVITY % ", ".join(_GUESS % guess for guess in found))
    return tuple(templates)


@dataclass(frozen=True)
class _Era:
    """How the exports of a time wrote what a report may have besides its place."""

    height: str
    motion: str
    guesses: dict[str, tuple[str, ...]]
    server: str
    stamps: Callable[[NDArray[np.int64]], list[str]]


_MODERN = _Era(_HEIGHT, _MOTION, {mode: _guesses(mode) for mode in ("", *_MOVING)}, _SERVER, _texts)


def _as_in_2017(template: str) -> str:
    spaced = template.replace('": ', '" : ').replace("[{", "[ {").replace("}]", "} ]")
    return spaced.replace('"timestamp" : "%sZ"', '"timestampMs" : "%s"')


_EARLY = _Era(
    _as_in_2017(_HEIGHT),
    _as_in_2017(_MOTION),
    {mode: tuple(map(_as_in_2017, templates)) for mode, templates in _MODERN.guesses.items()},
    "",
    lambda times: list(map(str, times.tolist())),
)


def _records(track: _Track, way: list[Segment], seed: int) -> list[str]:
    """The elements of `locations`, formatted column by column."""
    stamps = _texts(track.times)
    phones = np.array([device_tag(seed, phone) for phone in range(8)])
    tags = phones[track.times // 63_072_000_000 % 8].tolist()  # a new phone every other year
    # Before 2018 and now and then later, E7 values left the range of 32 bits: 2^32 too much.
    wraps = (track.chance(6) < 0.01) & (track.lng < 0)
    longitudes = (track.lng + wraps * 2**32).tolist()
    draw = track.chance(7)
    sources = np.where(track.moving & (draw < 0.6), "GPS", np.where(draw > 0.93, "CELL", "WIFI")).tolist()
    extras = _extras(track, way, _MODERN)
    records = list(
        map(
            _RECORD.__mod__,
            zip(
                track.lat.tolist(),
                longitudes,
                track.accuracy.tolist(),
                extras,
                sources,
                tags,
                stamps,
                strict=True,
            ),
        )
    )
    rare = track.chance(8)
    for i in np.flatnonzero(rare < 0.0002).tolist():
        records[i] = _NOWHERE % (20_000_000_000_000 + int(rare[i] * 1e17), -60, tags[i], stamps[i])
    for i in reversed(np.flatnonzero(rare > 0.998).tolist()):
        records.insert(i, records[i])
    return records


def _extras(track: _Track, way: list[Segment], era: _Era) -> list[str]:
    """The optional keys of each report: motion, height, what the phone thinks is going on."""
    count = len(track.times)
    extras = [""] * count
    draw = track.chance(9)
    height = track.altitude.tolist()
    speed = np.rint(track.speed).astype(np.int64).tolist()
    heading = track.heading.tolist()
    quality = (2 + draw * 10).astype(np.int64).tolist()
    with_motion = track.moving & (draw < 0.6)
    for i in np.flatnonzero(with_motion).tolist():
        extras[i] = era.motion % (speed[i], heading[i], height[i], quality[i])
    for i in np.flatnonzero(~with_motion & (draw < 0.45)).tolist():
        extras[i] = era.height % (height[i], quality[i])
    doing = np.flatnonzero(track.chance(10) < 0.35)
    forms = (track.chance(11)[doing] * 32).astype(np.int64).tolist()
    stamps = era.stamps(track.times[doing] - 1_500)
    for i, where, form, stamp in zip(doing.tolist(), track.at[doing].tolist(), forms, stamps, strict=True):
        extras[i] += era.guesses[way[where].mode][form] % stamp
    if not era.server:
        return extras
    told = np.flatnonzero(track.chance(12) < 0.25)
    received = _texts(track.times[told] + 2_750)
    for i, stamp in zip(told.tolist(), received, strict=True):
        extras[i] += era.server % ("true" if heading[i] < 120 else "false", stamp, stamp)
    return extras


_RECORD_2017 = """{
    "timestampMs" : "%d",
    "latitudeE7" : %d,
    "longitudeE7" : %d,
%s    "accuracy" : %d
  }"""


def _records_2017(track: _Track, way: list[Segment]) -> list[str]:
    """The same reports as the exports of 2017 wrote them: no device, no source."""
    extras = _extras(track, way, _EARLY)
    columns = (track.times, track.lat, track.lng, extras, track.accuracy)
    lists = (column if isinstance(column, list) else column.tolist() for column in columns)
    return list(map(_RECORD_2017.__mod__, zip(*lists, strict=True)))


def _document(batches: Iterator[list[str]], opening: str, closing: str) -> Iterator[Chunk]:
    yield opening, 0
    lead = ""
    for batch in batches:
        if batch:
            yield lead + ", ".join(batch), len(batch)
            lead = ", "
    yield closing, 0


def records(seed: int, window: Window, rate: float) -> Iterator[Member]:
    """`Records.json`: E7 integers, ISO times, some reports doubled, wrapped or without a place."""

    def chunks() -> Iterator[Chunk]:
        batches = (_records(track, way, seed) for track, way in _tracks(seed, window, rate))
        return _document(batches, '{\n  "locations": [', "]\n}")

    yield Member("Takeout/Location History (Timeline)/Records.json", chunks)


def records_2017(seed: int, window: Window, rate: float) -> Iterator[Member]:
    """`Location History.json`, `timestampMs` in place of ISO times."""

    def chunks() -> Iterator[Chunk]:
        batches = (_records_2017(track, way) for track, way in _tracks(seed, window, rate))
        return _document(batches, '{\n  "locations" : [ ', " ]\n}")

    yield Member("Takeout/Location History/Location History.json", chunks)

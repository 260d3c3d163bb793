"""One invented life, day by day: where the person is, from when to when, and how they got there.

`day(seed, date)` is a pure function: no day depends on another, so an export can begin anywhere.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from random import Random

from lakectl.sample.noise import generator
from lakectl.sample.world import CITIES, HOME_CITY, City, Place, distance_m, local_to_utc, places


@dataclass(frozen=True)
class Segment:
    """A stay at `target` (mode empty) or a movement from `origin` to `target`; times in epoch ms."""

    start_ms: int
    end_ms: int
    origin: Place
    target: Place
    mode: str = ""

    @property
    def distance_m(self) -> float:
        return distance_m(self.origin, self.target)


@dataclass(frozen=True)
class Trip:
    """A journey: away from home in the nights from `first` up to, not including, `last`."""

    city: City
    first: date
    last: date


_ABROAD = ("Kyoto", "Lisbon", "Copenhagen", "Mexico City", "Reykjavik")
_SEASONS = ((20, 60), (110, 150), (200, 240), (285, 320))  # days of the year on which a trip may begin
_SPEED_M_S = {
    "WALKING": 1.3,
    "CYCLING": 4.2,
    "IN_TRAM": 4.8,
    "IN_SUBWAY": 7.5,
    "IN_PASSENGER_VEHICLE": 9.5,
    "IN_TRAIN": 16.0,
    "FLYING": 225.0,
}


@lru_cache(maxsize=64)
def trips(seed: int, year: int) -> tuple[Trip, ...]:
    """Three or four journeys of a year, never overlapping."""
    chance = generator(seed, "trips", year)
    found = []
    wishes = sorted(_ABROAD, key=lambda _: chance.random())
    for (low, high), wish in zip(_SEASONS, wishes, strict=False):
        if chance.random() < 0.15:
            continue
        city = CITIES[wish]
        first = date(year, 1, 1) + timedelta(days=low + int(chance.random() * (high - low)))
        nights = (4 if city.european_summer else 9) + int(chance.random() * 4)
        found.append(Trip(city, first, first + timedelta(days=nights)))
    return tuple(found)


@lru_cache(maxsize=512)
def trip_on(seed: int, on: date) -> Trip | None:
    """The journey that `on` is part of, its first and last day included."""
    return next((trip for trip in trips(seed, on.year) if trip.first <= on <= trip.last), None)


class _Route:
    """Builds a day: a clock and a place that move forward together."""

    def __init__(self, chance: Random, place: Place, start_s: float, latest_s: float) -> None:
        self.chance = chance
        self.place = place
        self.clock_s = start_s
        self.latest_s = latest_s  # no visit begins after this, so that the day ends in bed
        self.segments: list[Segment] = []

    def stay(self, until_s: float) -> None:
        if until_s > self.clock_s + 60:
            start, end = int(self.clock_s * 1000), int(until_s * 1000)
            self.segments.append(Segment(start, end, self.place, self.place))
            self.clock_s = until_s

    def go(self, target: Place, mode: str = "") -> None:
        if target is self.place:
            return
        far = distance_m(self.place, target)
        mode = mode or self._mode(far)
        travel_s = 90 + far * 1.25 / _SPEED_M_S[mode] * (0.9 + 0.3 * self.chance.random())
        start, end = int(self.clock_s * 1000), int((self.clock_s + travel_s) * 1000)
        self.segments.append(Segment(start, end, self.place, target, mode))
        self.place = target
        self.clock_s = end / 1000

    def visit(self, target: Place, hours: float) -> None:
        """Go there and stay for about `hours`, unless it is too late."""
        if self.clock_s > self.latest_s:
            return
        self.go(target)
        self.stay(self.clock_s + hours * 3600 * (0.75 + 0.5 * self.chance.random()))

    def pick(self, choices: tuple[Place, ...]) -> Place:
        """One of them, the first ones more often."""
        return choices[int(len(choices) * self.chance.random() ** 1.6)]

    def _mode(self, far_m: float) -> str:
        draw = self.chance.random()
        if far_m < 1300:
            return "WALKING"
        if far_m < 6000:
            return "CYCLING" if draw < 0.4 else "IN_TRAM" if draw < 0.75 else "IN_SUBWAY"
        return "IN_SUBWAY" if draw < 0.4 else "IN_TRAIN" if draw < 0.7 else "IN_PASSENGER_VEHICLE"


@lru_cache(maxsize=512)
def day(seed: int, on: date) -> tuple[Segment, ...]:
    """Where the person is on the local day `on`: adjoining segments.

    The day on which a journey begins or ends is two days long, as the clocks change under way, and the
    day after it is empty.
    """
    yesterday = on - timedelta(days=1)
    trip, before = trip_on(seed, on), trip_on(seed, yesterday)
    if before is not None and yesterday in (before.first, before.last):
        return ()
    chance = generator(seed, "day", on)
    if trip is None:
        return tuple(_at_home(seed, on, chance))
    if on == trip.first:
        return tuple(_journey(seed, on, chance, CITIES[HOME_CITY], trip.city))
    if on == trip.last:
        return tuple(_journey(seed, on, chance, trip.city, CITIES[HOME_CITY]))
    return tuple(_abroad(seed, on, chance, trip.city))


def segments(seed: int, start: date, end: date) -> Iterator[Segment]:
    """All segments of the days from `start` up to, not including, `end`, in order of time."""
    on = start
    while on < end:
        yield from day(seed, on)
        on += timedelta(days=1)


def city_on(seed: int, on: date) -> City:
    trip = trip_on(seed, on)
    return CITIES[HOME_CITY] if trip is None else trip.city


def _bed(seed: int, city: City) -> Place:
    return places(seed, city.name)["home" if city.name == HOME_CITY else "hotel"][0]


def _at_home(seed: int, on: date, chance: Random) -> list[Segment]:
    city = CITIES[HOME_CITY]
    town = places(seed, HOME_CITY)
    midnight = local_to_utc(city, on, 24)
    route = _Route(chance, town["home"][0], local_to_utc(city, on, 0), midnight - 4.5 * 3600)

    def at(hour: float, spread: float = 1.0) -> float:
        return local_to_utc(city, on, hour + spread * (chance.random() - 0.5))

    if on.weekday() < 5:
        _weekday(route, town, at)
    else:
        _weekend(route, town, at)
    route.go(town["home"][0])
    route.stay(midnight)
    return route.segments


def _weekday(route: _Route, town: dict[str, tuple[Place, ...]], at: Callable[..., float]) -> None:
    chance = route.chance
    route.stay(at(7.8))
    if chance.random() < 0.45:
        route.visit(route.pick(town["cafe"]), 0.5)
    if chance.random() < 0.7:
        route.go(town["work"][0])
        route.stay(at(12.3, 0.6))
        if chance.random() < 0.75:
            route.visit(route.pick(town["restaurant"] if chance.random() < 0.7 else town["bakery"]), 0.7)
            route.go(town["work"][0])
        route.stay(at(17.4, 1.4))
    else:
        route.go(town["home"][0])
        route.stay(at(17.0, 2.0))
    for kind, share, hours in (
        ("supermarket", 0.35, 0.4),
        ("gym", 0.28, 1.6),
        ("studio", 0.1, 2.0),
        ("library", 0.08, 0.8),
        ("doctor", 0.02, 0.7),
    ):
        if chance.random() < share:
            route.visit(route.pick(town[kind]), hours)
    if chance.random() < 0.2 and route.clock_s < at(19.5, 0):
        route.visit(route.pick(town["restaurant"]), 1.4)
        if chance.random() < 0.25:
            route.visit(route.pick(town["bar"]), 1.0)


def _weekend(route: _Route, town: dict[str, tuple[Place, ...]], at: Callable[..., float]) -> None:
    chance = route.chance
    route.stay(at(9.8, 2.0))
    if chance.random() < 0.6:
        route.visit(route.pick(town["cafe"]), 1.0)
    for kind, share, hours in (
        ("park", 0.5, 1.5),
        ("museum", 0.18, 1.8),
        ("supermarket", 0.4, 0.5),
        ("gym", 0.3, 1.8),
        ("friend", 0.35, 2.2),
        ("cinema", 0.15, 2.1),
    ):
        if chance.random() < share and route.clock_s < at(17, 0):
            route.visit(route.pick(town[kind]), hours)
    if chance.random() < 0.5 and route.clock_s < at(19.5, 0):
        route.go(town["home"][0])
        route.stay(at(18.5))
    if chance.random() < 0.45:
        route.visit(route.pick(town["restaurant"]), 1.5)


def _abroad(seed: int, on: date, chance: Random, city: City) -> list[Segment]:
    town = places(seed, city.name)
    midnight = local_to_utc(city, on, 24)
    route = _Route(chance, town["hotel"][0], local_to_utc(city, on, 0), midnight - 4.5 * 3600)
    route.stay(local_to_utc(city, on, 8.5 + chance.random()))
    if chance.random() < 0.6:
        route.visit(route.pick(town["cafe"]), 0.7)
    route.visit(route.pick(town["sight"]), 2.2)
    route.visit(route.pick(town["restaurant"]), 1.0)
    route.visit(town["sight"][int(chance.random() * len(town["sight"]))], 2.0)
    if chance.random() < 0.5:
        route.visit(route.pick(town["cafe"]), 0.6)
    route.visit(town["restaurant"][int(chance.random() * len(town["restaurant"]))], 1.4)
    route.go(town["hotel"][0])
    route.stay(midnight)
    return route.segments


def _journey(seed: int, on: date, chance: Random, origin: City, target: City) -> list[Segment]:
    route = _Route(chance, _bed(seed, origin), local_to_utc(origin, on, 0), 0)
    route.stay(local_to_utc(origin, on, 6.5 + chance.random()))
    route.go(places(seed, origin.name)["airport"][0], "IN_TRAIN")
    route.stay(route.clock_s + 2.0 * 3600)
    route.go(places(seed, target.name)["airport"][0], "FLYING")
    route.stay(route.clock_s + 0.7 * 3600)
    route.go(_bed(seed, target), "IN_TRAIN")
    route.stay(local_to_utc(target, on, 48))
    return route.segments

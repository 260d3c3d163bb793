"""What the person does on a screen: searches, pages, maps, apps, videos, each an event with a time.

Every file that tells of an event (My Activity in JSON or HTML, YouTube's own history, Chrome's) draws on
these, so that they agree as they do in a real export.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from urllib.parse import quote_plus

from lakectl.sample import words
from lakectl.sample.kinds import Window
from lakectl.sample.life import city_on, day
from lakectl.sample.noise import generator
from lakectl.sample.words import fill, one
from lakectl.sample.world import City, Place, local_to_utc

_CONTROL = {
    "YouTube watch": "YouTube watch history",
    "YouTube search": "YouTube search history",
}
# Cumulative share of a day's activity by the local hour at which it happens.
_HOURS = (
    6.5,
    7,
    7.5,
    8,
    9,
    10,
    11,
    12,
    12.5,
    13,
    14,
    15,
    16,
    17,
    18,
    18.5,
    19,
    19.5,
    20,
    20.5,
    21,
    21.5,
    22,
    22.5,
    23.5,
)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing the person did, in the words of My Activity."""

    at_ms: int
    header: str
    title: str
    url: str = ""
    by: tuple[str, str] | None = None  # subtitle: text, URL
    detail: str = ""
    near: City | None = None
    control: str = "Web & App Activity"


Maker = Callable[[int, date, Random, int], Event]


def _google_search(query: str) -> str:
    return "https://www.google.com/search?q=" + quote_plus(query)


def _search(seed: int, on: date, chance: Random, at_ms: int) -> Event:
    near = city_on(seed, on) if chance.random() < 0.5 else None
    draw = chance.random()
    if draw < 0.12:
        place = _place_of_the_day(seed, on, chance)
        if place is not None:
            query = f"{place.name} {one(chance, ('opening hours', 'menu', 'reviews', place.city.name))}"
            return Event(at_ms, "Search", "Searched for " + query, _google_search(query), near=near)
    if draw < 0.3:
        host, site, pattern = words.SITES[int(chance.random() * len(words.SITES))]
        title = fill(chance, pattern)
        url = f"https://www.google.com/url?q=https://{host}/{_slug(title)}&usg=AOv{at_ms % 10**9:09d}"
        return Event(at_ms, "Search", f"Visited {title} - {site}", url, near=near)
    query = fill(chance, one(chance, words.SEARCHES))
    return Event(at_ms, "Search", "Searched for " + query, _google_search(query), near=near)


def _image_search(seed: int, on: date, chance: Random, at_ms: int) -> Event:
    query = fill(chance, one(chance, ("{animal}", "{wonder} {city}", "{hobby} ideas", "{plant} varieties")))
    return Event(at_ms, "Image Search", "Searched for " + query, _google_search(query) + "&tbm=isch")


def _maps(seed: int, on: date, chance: Random, at_ms: int) -> Event:
    place = _place_of_the_day(seed, on, chance)
    city = city_on(seed, on)
    draw = chance.random()
    if place is None or draw < 0.25:
        query = fill(chance, one(chance, ("{dish}", "{adjective} {dish}", "pharmacy", "bike repair", "atm")))
        url = f"https://www.google.com/maps/search/{quote_plus(query)}/@{city.lat:.4f},{city.lng:.4f},13z"
        return Event(at_ms, "Maps", "Searched for " + query, url, near=city)
    lat, lng = place.lat_e7 / 1e7, place.lng_e7 / 1e7
    street = place.address.split("\\n", 1)[0]
    if draw < 0.6:
        url = f"https://www.google.com/maps/dir//{quote_plus(place.name)}/@{lat:.6f},{lng:.6f},15z"
        return Event(at_ms, "Maps", "Directions to " + place.name, url, ("Your location", ""), near=city)
    if draw < 0.7:
        url = f"https://www.google.com/maps/@{lat:.6f},{lng:.6f},14z"
        return Event(at_ms, "Maps", "Viewed area around " + street, url)
    url = f"https://www.google.com/maps/place/{quote_plus(place.name)}/@{lat:.6f},{lng:.6f},17z"
    return Event(at_ms, "Maps", place.name, url, (street, ""), near=city)


def page_visit(seed: int, on: date, chance: Random, at_ms: int) -> Event:
    """A page seen in Chrome; Chrome's own history tells the same."""
    host, _, pattern = words.SITES[int(len(words.SITES) * chance.random() ** 1.3)]
    title = fill(chance, pattern)
    return Event(
        at_ms, "Chrome", f"Visited {title}", f"https://{host}/{_slug(title)}?r={int(chance.random() * 900)}"
    )


def _assistant(seed: int, on: date, chance: Random, at_ms: int) -> Event:
    saying = fill(
        chance,
        one(
            chance,
            (
                "set a timer for {number} minutes",
                "play {artist}",
                "what's the weather in {city}",
                "add {ingredient} to my shopping list",
            ),
        ),
    )
    return Event(at_ms, "Assistant", "Said " + saying, _google_search(saying), near=city_on(seed, on))


def _play_store(seed: int, on: date, chance: Random, at_ms: int) -> Event:
    app = one(chance, words.APPS)
    verb = one(chance, ("Used", "Used", "Used", "Visited", "Installed"))
    url = f"https://play.google.com/store/apps/details?id=com.example.{_slug(app).replace('-', '')}"
    return Event(at_ms, "Google Play Store", f"{verb} {app}", url)


def _discover(seed: int, on: date, chance: Random, at_ms: int) -> Event:
    count = 3 + int(chance.random() * 20)
    topic = fill(chance, one(chance, ("{hobby}", "{city}", "{animal}", "{artist}")))
    return Event(at_ms, "Discover", f"{count} cards in your feed", "", ("Including topics: " + topic, ""))


def _ad(seed: int, on: date, chance: Random, at_ms: int) -> Event:
    url, title = words.ADS[int(chance.random() * len(words.ADS))]
    link = fill(chance, url).replace(" ", "-").lower()
    return Event(at_ms, "Ads", "Visited " + fill(chance, title), link, detail="From Google Ads")


def _watch(seed: int, on: date, chance: Random, at_ms: int) -> Event:
    videos = words.catalogue(seed)
    control = _CONTROL["YouTube watch"]
    draw = chance.random()
    if draw < 0.01:
        return Event(at_ms, "YouTube", "Watched a video that has been removed", control=control)
    # A few favourites again and again, and a long tail.
    video, title, channel, channel_id = videos[int(len(videos) * chance.random() ** 3.2)]
    by = (channel, f"https://www.youtube.com/channel/{channel_id}")
    if channel.endswith(" - Topic"):
        url = f"https://music.youtube.com/watch?v={video}"
        return Event(at_ms, "YouTube Music", "Watched " + title, url, by, control=control)
    url = f"https://www.youtube.com/watch?v={video}"
    if draw < 0.05:
        return Event(at_ms, "YouTube", "Watched " + title, url, by, "From Google Ads", control=control)
    return Event(at_ms, "YouTube", "Watched " + title, url, by, control=control)


def _youtube_search(seed: int, on: date, chance: Random, at_ms: int) -> Event:
    query = fill(
        chance,
        one(
            chance,
            (
                "how to {craft}",
                "{style} {dish}",
                "{city} travel",
                "{artist} {song}",
                "{hobby} beginners",
                "{animal} documentary",
                "rain sounds {number} hours",
            ),
        ),
    )
    url = "https://www.youtube.com/results?search_query=" + quote_plus(query)
    return Event(at_ms, "YouTube", "Searched for " + query, url, control=_CONTROL["YouTube search"])


# product: events per day at rate 1
_PER_DAY: dict[str, tuple[Maker, float]] = {
    "Search": (_search, 14),
    "Chrome": (page_visit, 16),
    "Maps": (_maps, 4),
    "Image Search": (_image_search, 1),
    "Assistant": (_assistant, 0.8),
    "Google Play Store": (_play_store, 1.2),
    "Discover": (_discover, 1),
    "Ads": (_ad, 2),
    "YouTube watch": (_watch, 8),
    "YouTube search": (_youtube_search, 2),
}


def _slug(title: str) -> str:
    return quote_plus(title.lower().replace(" – ", "-").replace(" ", "-").replace("'", ""))


@lru_cache(maxsize=64)
def _outings(seed: int, on: date) -> tuple[Place, ...]:
    return tuple(
        part.target for part in day(seed, on) if not part.mode and part.target.kind not in ("home", "work")
    )


def _place_of_the_day(seed: int, on: date, chance: Random) -> Place | None:
    outings = _outings(seed, on)
    return outings[int(chance.random() * len(outings))] if outings else None


def day_events(seed: int, product: str, on: date, rate: float) -> Iterator[Event]:
    """One local day's events; those of a lower rate are among those of a higher one."""
    make, per_day = _PER_DAY[product]
    chance = generator(seed, product, on)
    city = city_on(seed, on)
    midnight = local_to_utc(city, on, 0)
    hours, last = _HOURS, len(_HOURS) - 1
    for _ in range(math.floor(rate * per_day + chance.random())):
        spot = chance.random() * last
        low = int(spot)
        hour = hours[low] + (hours[low + 1] - hours[low]) * (spot - low)
        yield make(seed, on, chance, int((midnight + hour * 3600) * 1000))


def newest_first(seed: int, products: tuple[str, ...], window: Window, rate: float) -> Iterator[Event]:
    """Several products' events in one list: merged day by day."""
    on = window.end + timedelta(days=1)
    while on >= window.start - timedelta(days=1):
        happened = [event for product in products for event in day_events(seed, product, on, rate)]
        for event in sorted(happened, key=lambda event: -event.at_ms):
            if window.start_ms <= event.at_ms < window.end_ms:
                yield event
        on -= timedelta(days=1)

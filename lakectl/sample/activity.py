"""My Activity in JSON and HTML, and YouTube's own history, all told from the same events.

The same watch stands in `watch-history.json` to the millisecond and in `My Activity/YouTube` to the
second, as in a real export.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, partial
from random import Random
from urllib.parse import quote_plus

from lakectl.sample import words
from lakectl.sample.kinds import Chunk, Member, Window, iso_ms
from lakectl.sample.life import city_on, day
from lakectl.sample.noise import generator
from lakectl.sample.words import fill, html_text, json_text, one
from lakectl.sample.world import CITIES, HOME_CITY, City, Place, local_to_utc, utc_offset_s

_HOME = CITIES[HOME_CITY]
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


def activity_record(event: Event) -> str:
    """One element of MyActivity.json or watch-history.json."""
    lines = [f'{{\n  "header": "{event.header}",\n  "title": "{json_text(event.title)}",']
    if event.url:
        lines.append(f'  "titleUrl": "{json_text(event.url)}",')
    if event.by:
        name, url = event.by
        link = f',\n    "url": "{json_text(url)}"' if url else ""
        lines.append(f'  "subtitles": [{{\n    "name": "{json_text(name)}"{link}\n  }}],')
    lines.append(f'  "time": "{iso_ms(event.at_ms)}",')
    if event.detail:
        lines.append(f'  "details": [{{\n    "name": "{event.detail}"\n  }}],')
    product = "YouTube" if event.header == "YouTube Music" else event.header
    lines.append(f'  "products": ["{product}"],')
    if event.near:
        url = f"https://www.google.com/maps/@?api=1&map_action=map&center={event.near.lat:.2f},{event.near.lng:.2f}&zoom=11"
        lines.append(
            '  "locationInfos": [{\n    "name": "At this general area",\n'
            f'    "url": "{json_text(url)}",\n    "source": "From your device",\n'
            '    "sourceUrl": "https://support.google.com/maps/answer/6258979"\n  }],'
        )
    lines.append(f'  "activityControls": ["{json_text(event.control)}"]\n}}')
    return "\n".join(lines)


def _json_document(happened: Iterator[Event]) -> Iterator[Chunk]:
    yield from _batches(happened, "[", ",", "]", activity_record)


_PAGE = (
    '<html><head><title>My Activity History</title><meta charset="utf-8"><style type="text/css">\n'
    "body {\n  padding: 5px;\n  background: #EEEEEE;\n}\n\n.mdl-cell {\n  background-color: #FFFFFF;\n}\n\n"
    ".content-cell.mdl-cell {\n  color: rgba(0, 0, 0, 0.54);\n}\n\n"
    ".header-cell.mdl-cell {\n  border-bottom-style: solid;\n  border-bottom-width: 1px;\n}\n"
    '</style></head><body><div class="mdl-grid">'
)
_CELL = (
    '<div class="outer-cell mdl-cell mdl-cell--12-col mdl-shadow--2dp"><div class="mdl-grid">'
    '<div class="header-cell mdl-cell mdl-cell--12-col"><p class="mdl-typography--title">%s<br></p></div>'
    '<div class="content-cell mdl-cell mdl-cell--6-col mdl-typography--body-1">%s<br>%s</div>'
    '<div class="content-cell mdl-cell mdl-cell--6-col mdl-typography--body-1 mdl-typography--text-right">'
    '</div><div class="content-cell mdl-cell mdl-cell--12-col mdl-typography--caption"><b>Products:</b><br>'
    "&emsp;%s<br>%s<b>Why is this here?</b><br>&emsp;This activity was saved to your Google Account because "
    "the following settings were on:&nbsp;%s.&nbsp;You can control these settings &nbsp;"
    '<a href="https://myaccount.google.com/activitycontrols">here</a>.</div></div></div>'
)
_LINKED = ("Watched ", "Searched for ", "Visited ")


def cell(event: Event) -> str:
    """One cell of MyActivity.html: whole seconds, on the clock of the place of the export."""
    title = event.title
    if event.url:
        lead = next((lead for lead in _LINKED if title.startswith(lead)), "")
        verb = lead.strip() + "&nbsp;" if lead else ""
        link = f'<a href="{html_text(event.url)}">{html_text(title[len(lead) :])}</a>'
        body = verb + link
    else:
        body = html_text(title)
    if event.by:
        body += f'<br><a href="{html_text(event.by[1])}">{html_text(event.by[0])}</a>'
    details = f"<b>Details:</b><br>&emsp;{event.detail}<br>" if event.detail else ""
    product = "YouTube" if event.header == "YouTube Music" else event.header
    return _CELL % (event.header, body, _wall_clock(event.at_ms), product, details, html_text(event.control))


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _wall_clock(at_ms: int) -> str:
    """`Mar 5, 2024, 7:07:09 PM CET`, with the narrow no-break space of exports since 2023."""
    at_s = at_ms // 1000
    offset = utc_offset_s(_HOME, at_s)
    at = datetime.fromtimestamp(at_s + offset, UTC)
    half = "AM" if at.hour < 12 else "PM"
    zone = "CET" if offset == 3600 else "CEST"
    return (
        f"{_MONTHS[at.month - 1]} {at.day}, {at.year}, {at.hour % 12 or 12}:{at.minute:02d}:{at.second:02d}"
        f"\u202f{half} {zone}"
    )


def _html_document(happened: Iterator[Event]) -> Iterator[Chunk]:
    yield from _batches(happened, _PAGE, "\n", "</div></body></html>", cell)


def _batches(
    happened: Iterator[Event], opening: str, between: str, closing: str, render: Callable[[Event], str]
) -> Iterator[Chunk]:
    """Rendered events in pieces of a few hundred kilobytes."""
    batch: list[str] = []
    lead = opening
    for event in happened:
        batch.append(render(event))
        if len(batch) == 500:
            yield lead + between.join(batch), len(batch)
            batch, lead = [], between
    yield (lead + between.join(batch) if batch or lead == opening else "") + closing, len(batch)


def _newest_first(seed: int, products: tuple[str, ...], window: Window, rate: float) -> Iterator[Event]:
    """Several products' events in one list: merged day by day."""
    on = window.end + timedelta(days=1)
    while on >= window.start - timedelta(days=1):
        happened = [event for product in products for event in day_events(seed, product, on, rate)]
        for event in sorted(happened, key=lambda event: -event.at_ms):
            if window.start_ms <= event.at_ms < window.end_ms:
                yield event
        on -= timedelta(days=1)


def activity_json(seed: int, window: Window, rate: float) -> Iterator[Member]:
    """`My Activity/<product>/MyActivity.json`."""
    for product in ("Search", "Chrome", "Maps", "Image Search", "Assistant", "Google Play Store", "Discover"):
        yield _json_member(f"Takeout/My Activity/{product}/MyActivity.json", seed, (product,), window, rate)


def activity_html(seed: int, window: Window, rate: float) -> Iterator[Member]:
    """`My Activity/<product>/MyActivity.html`, YouTube and Ads."""
    for product, sources in (("YouTube", ("YouTube watch", "YouTube search")), ("Ads", ("Ads",))):
        happened = partial(_newest_first, seed, sources, window, rate)
        yield Member(
            f"Takeout/My Activity/{product}/MyActivity.html",
            lambda happened=happened: _html_document(happened()),  # type: ignore[misc]
        )


def youtube(seed: int, window: Window, rate: float) -> Iterator[Member]:
    """YouTube's own watch and search history, in JSON."""
    folder = "Takeout/YouTube and YouTube Music/history"
    yield _json_member(f"{folder}/watch-history.json", seed, ("YouTube watch",), window, rate)
    yield _json_member(f"{folder}/search-history.json", seed, ("YouTube search",), window, rate)


def _json_member(path: str, seed: int, products: tuple[str, ...], window: Window, rate: float) -> Member:
    return Member(path, lambda: _json_document(_newest_first(seed, products, window, rate)))


_TRANSITIONS = ("LINK", "LINK", "LINK", "TYPED", "GENERATED", "RELOAD", "AUTO_BOOKMARK", "FORM_SUBMIT")


def _chrome_record(client: str, event: Event) -> str:
    micros = event.at_ms * 1000 + event.at_ms % 997
    host = event.url.split("/", 3)[2]
    return (
        f'{{\n            "favicon_url": "https://{host}/favicon.ico",\n'
        f'            "page_transition": "{_TRANSITIONS[event.at_ms % len(_TRANSITIONS)]}",\n'
        f'            "title": "{json_text(event.title.removeprefix("Visited "))}",\n'
        f'            "url": "{json_text(event.url)}",\n'
        f'            "time_usec": {micros},\n'
        f'            "client_id": "{client}"\n        }}'
    )


def _chrome_document(seed: int, window: Window, rate: float) -> Iterator[Chunk]:
    chance = generator(seed, "chrome client")
    client = "".join(words.ID_LETTERS[int(chance.random() * 62)] for _ in range(22)) + "=="
    yield from _batches(
        _newest_first(seed, ("Chrome",), window, rate),
        '{\n    "Browser History": [\n        ',
        ",\n        ",
        "\n    ]\n}",
        partial(_chrome_record, client),
    )


def chrome(seed: int, window: Window, rate: float) -> Iterator[Member]:
    """`Chrome/History.json`: the page visits, to the microsecond."""
    yield Member("Takeout/Chrome/History.json", lambda: _chrome_document(seed, window, rate))

"""My Activity in JSON and HTML, and YouTube's own history, all told from the same events.

The same watch stands in `watch-history.json` to the millisecond and in `My Activity/YouTube` to the
second, as in a real export.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

from lakectl.sample.events import Event, newest_first
from lakectl.sample.kinds import Chunk, Member, Window, iso_ms, listed
from lakectl.sample.words import html_text, json_text
from lakectl.sample.world import CITIES, HOME_CITY, utc_offset_s

_HOME = CITIES[HOME_CITY]


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
    yield from batches(happened, "[", ",", "]", activity_record)


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
    yield from batches(happened, _PAGE, "\n", "</div></body></html>", cell)


def batches(
    happened: Iterator[Event], opening: str, between: str, closing: str, render: Callable[[Event], str]
) -> Iterator[Chunk]:
    """Rendered events in pieces of a few hundred kilobytes."""
    yield from listed(map(render, happened), opening, between, closing)


def activity_json(seed: int, window: Window, rate: float) -> Iterator[Member]:
    """`My Activity/<product>/MyActivity.json`."""
    for product in ("Search", "Chrome", "Maps", "Image Search", "Assistant", "Google Play Store", "Discover"):
        yield _json_member(f"Takeout/My Activity/{product}/MyActivity.json", seed, (product,), window, rate)


def activity_html(seed: int, window: Window, rate: float) -> Iterator[Member]:
    """`My Activity/<product>/MyActivity.html`, YouTube and Ads."""
    for product, sources in (("YouTube", ("YouTube watch", "YouTube search")), ("Ads", ("Ads",))):
        happened = partial(newest_first, seed, sources, window, rate)
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
    return Member(path, lambda: _json_document(newest_first(seed, products, window, rate)))

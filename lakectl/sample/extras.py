"""The files around the histories: the index page, settings, and files of no known kind."""

import base64
from collections.abc import Callable, Iterator

from lakectl.sample.kinds import Chunk, Member, Window
from lakectl.sample.noise import generator
from lakectl.sample.words import CHANNELS, catalogue
from lakectl.sample.world import CITIES, device_tag, places

# The smallest picture that is one: a single pixel.
_JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////"
    "////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA="
)


def index_page(window: Window, paths: list[str]) -> Member:
    """`archive_browser.html`: names the products."""
    products = sorted({path.split("/")[1] for path in paths if path.startswith("Takeout/")})
    items = "\n".join(
        f'<div class="data-folder"><h1 class="data-folder-name">{name}</h1></div>' for name in products
    )
    text = (
        "<!DOCTYPE html>\n<html><head><title>Google Takeout archive contents</title></head><body>\n"
        f"<h1>Archive for kim.sample@example.com</h1>\n<p>{window.end}</p>\n{items}\n</body></html>\n"
    )
    return _whole("Takeout/archive_browser.html", lambda: text)


def settings(seed: int, window: Window, rate: float) -> Iterator[Member]:
    """`Settings.json` of the Timeline: the phones."""
    del rate
    text = f"""{{
  "createdTime": "2012-06-07T08:09:10.011Z",
  "modifiedTime": "{window.end}T00:00:00Z",
  "historyEnabled": true,
  "deviceSettings": [{{
    "deviceTag": {device_tag(seed, window.end_ms // 63_072_000_000 % 8)},
    "reportingEnabled": true,
    "legalCountryCode": "at",
    "devicePrettyName": "Example Phone 8",
    "platformType": "ANDROID",
    "androidOsLevel": 34
  }}],
  "retentionWindowDays": 2147483647,
  "hasReportedLocations": true,
  "hasSetRetention": false
}}
"""
    yield _whole("Takeout/Location History (Timeline)/Settings.json", lambda: text)


def unrecognized(seed: int, window: Window, rate: float) -> Iterator[Member]:
    """A picture and two tables: kept as they are until a kind for them exists."""
    del window, rate
    wishes = [
        f"{place.name},,https://www.google.com/maps/place/{place.place_id},"
        for city in CITIES
        for kind in ("restaurant", "sight")
        for place in places(seed, city).get(kind, ())
    ]
    channels = {channel: channel_id for _, _, channel, channel_id in catalogue(seed) if channel in CHANNELS}
    subscribed = [
        f"{channel_id},http://www.youtube.com/channel/{channel_id},{channel}"
        for channel, channel_id in sorted(channels.items())
        if generator(seed, "subscribed", channel).random() < 0.6
    ]
    yield _whole("Takeout/Profile/ProfilePhoto.jpg", lambda: _JPEG)
    yield _whole(
        "Takeout/Saved/Want to go.csv", lambda: "\n".join(["Title,Note,URL,Comment", ",,,", *wishes, ""])
    )
    yield _whole(
        "Takeout/YouTube and YouTube Music/subscriptions/subscriptions.csv",
        lambda: "\n".join(["Channel Id,Channel Url,Channel Title", *subscribed, ""]),
    )


def _whole(path: str, content: Callable[[], str | bytes]) -> Member:
    def chunks() -> Iterator[Chunk]:
        yield content(), 0

    return Member(path, chunks)

"""The files around the histories: the index page, settings, and a few small ones."""

from collections.abc import Iterator

from lakectl.sample.kinds import Member, Window, whole
from lakectl.sample.photos import PIXEL
from lakectl.sample.world import CITIES, device_tag, places


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
    return whole("Takeout/archive_browser.html", lambda: text)


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
    yield whole("Takeout/Location History (Timeline)/Settings.json", lambda: text)


def small(seed: int, window: Window, rate: float) -> Iterator[Member]:
    """Wishes, the picture of the profile, and a file of which nobody knows what it is."""
    del window, rate
    wishes = [
        f"{place.name},,https://www.google.com/maps/place/{place.place_id},"
        for city in CITIES
        for kind in ("restaurant", "sight")
        for place in places(seed, city).get(kind, ())
    ]
    yield whole("Takeout/Profile/ProfilePhoto.jpg", lambda: PIXEL, 1)
    yield whole(
        "Takeout/Saved/Want to go.csv",
        lambda: "\n".join(["Title,Note,URL,Comment", ",,,", *wishes, ""]),
        len(wishes),
    )
    yield whole("Takeout/Weather Station/readings.dat", lambda: b"\x00\x01readings\xff")

"""Lists that an account keeps: YouTube subscriptions, playlists and comments; what the Play Store knows."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from random import Random

from lakectl.sample.kinds import Member, Window, iso_ms, midnight_ms, whole
from lakectl.sample.noise import digest, generator
from lakectl.sample.words import APPS, CHANNELS, WORDS, catalogue, fill, one

_SINCE_MS = midnight_ms(date(2016, 1, 1))  # these lists do not go with the window of the export
_UNTIL_MS = midnight_ms(date(2024, 6, 25))
_YOUTUBE = "Takeout/YouTube and YouTube Music"
_PLAYLISTS = ("Watch later", "Rainy days", "Kitchen", "Road songs", "To build one day")
_SAYINGS = (
    "So calm.",
    "The {dish} at the end!",
    "Greetings from {district}",
    "More {animal}s, please",
    "What is the song?",
)
_PHONES = (("Example", "Phone 4", 2016), ("Example", "Phone 6", 2019), ("Example", "Phone 8", 2022))


def youtube_lists(seed: int, window: Window, rate: float) -> Iterator[Member]:
    """`subscriptions.csv`, `playlists.csv` and what is in them, `comments.csv`."""
    del rate
    channels = {channel: channel_id for _, _, channel, channel_id in catalogue(seed) if channel in CHANNELS}
    subscribed = [
        (channel_id, f"http://www.youtube.com/channel/{channel_id}", channel)
        for channel, channel_id in sorted(channels.items())
        if generator(seed, "subscribed", channel).random() < 0.6
    ]
    yield _table(
        f"{_YOUTUBE}/subscriptions/subscriptions.csv",
        ("Channel Id", "Channel Url", "Channel Title"),
        subscribed,
    )
    yield from _playlists(seed, window)
    comments = []
    for number in range(60):
        chance = generator(seed, "comment", number)
        at_ms = _some_time(chance)
        if at_ms < window.end_ms:
            video = catalogue(seed)[int(chance.random() * 400)][0]
            said = json.dumps({"takeoutSegments": [{"text": fill(chance, one(chance, _SAYINGS))}]})
            comment = f"Ugx{digest(seed, 'comment', number):019d}"
            comments.append((comment, "UC" + "k" * 22, _stamp(at_ms), "0", "", video, said))
    yield _table(
        f"{_YOUTUBE}/comments/comments.csv",
        (
            "Comment ID",
            "Channel ID",
            "Comment Create Timestamp",
            "Price",
            "Parent Comment ID",
            "Video ID",
            "Comment Text",
        ),
        comments,
    )


def _playlists(seed: int, window: Window) -> Iterator[Member]:
    rows = []
    for title in _PLAYLISTS:
        chance = generator(seed, "playlist", title)
        made_ms = _SINCE_MS + int(chance.random() * 10**9)
        playlist = "WL" if title == "Watch later" else f"PL{digest(seed, 'playlist', title):032x}"
        rows.append((playlist, "False", title, "", _stamp(made_ms), _stamp(made_ms), "Manual", "Private"))
        times = sorted(_some_time(chance) for _ in range(10 + int(chance.random() * 60)))
        videos = [
            (catalogue(seed)[int(chance.random() * 900)][0], _stamp(at)) for at in times if at < window.end_ms
        ]
        yield _table(
            f"{_YOUTUBE}/playlists/{title}-videos.csv",
            ("Video ID", "Playlist Video Creation Timestamp"),
            dict(videos).items(),
        )
    yield _table(
        f"{_YOUTUBE}/playlists/playlists.csv",
        (
            "Playlist ID",
            "Add new videos to top",
            "Playlist Title (Original)",
            "Playlist Title (Original) Language",
            "Playlist Create Timestamp",
            "Playlist Update Timestamp",
            "Playlist Video Order",
            "Playlist Visibility",
        ),
        rows,
    )


def play(seed: int, window: Window, rate: float) -> Iterator[Member]:
    """`Google Play Store/…`: devices, installs, library, purchases and reviews."""
    del rate
    apps = (*APPS, *(f"{word.capitalize()} Pocket Guide" for word in WORDS["hobby"]))
    devices, installs, library = [], [], []
    for maker, model, year in _PHONES:
        first_ms = midnight_ms(date(year, 3, 1)) + digest(seed, model) % 10**9
        if first_ms >= window.end_ms:
            continue
        data = {"manufacturer": maker, "modelName": model, "deviceName": model.lower().replace(" ", "")}
        devices.append({"device": {"mostRecentData": data, "deviceRegistrationTime": iso_ms(first_ms)}})
        for app in apps:
            chance = generator(seed, "install", model, app)
            # The old apps come back with a new phone, many of them in the same second.
            at_ms = first_ms + int(chance.random() ** 4 * 3 * 365 * 86_400_000)
            if chance.random() < 0.7 and at_ms < window.end_ms:
                made = {"manufacturer": maker, "model": model, "deviceDisplayName": f"{maker} {model}"}
                install = {
                    "doc": {"documentType": "Android Apps", "title": app},
                    "firstInstallationTime": iso_ms(at_ms),
                    "deviceAttribute": made,
                    "lastUpdateTime": iso_ms(min(at_ms + 10**9, window.end_ms - 1)),
                }
                installs.append({"install": install})
    purchases, reviews = [], []
    for app in apps:
        chance = generator(seed, "library", app)
        at_ms = _some_time(chance)
        if at_ms >= window.end_ms:
            continue
        library.append(
            {
                "libraryDoc": {
                    "doc": {"documentType": "Android Apps", "title": app},
                    "acquisitionTime": iso_ms(at_ms),
                }
            }
        )
        if chance.random() < 0.3:
            bought = {
                "invoicePrice": f"€ {int(chance.random() * 9)},{99 if chance.random() < 0.8 else 49}",
                "paymentMethodTitle": "Visa-0000",
                "userLanguageCode": "en_GB",
                "userCountry": "AT",
                "doc": {"documentType": "Android Apps", "title": app},
                "purchaseTime": iso_ms(at_ms),
            }
            purchases.append({"purchaseHistory": bought})
        if chance.random() < 0.2:
            review = {
                "document": {"documentType": "Android Apps", "title": app},
                "creationTime": iso_ms(at_ms),
                "starRating": 1 + int(chance.random() * 5),
                "comment": fill(chance, "Does what it says. Good with {hobby}."),
            }
            reviews.append({"review": review})
    for name, records in (
        ("Devices", devices),
        ("Installs", installs),
        ("Library", library),
        ("Purchase History", purchases),
        ("Reviews", reviews),
    ):
        yield whole(
            f"Takeout/Google Play Store/{name}.json",
            partial(json.dumps, records, indent=2, ensure_ascii=False),
            len(records),
        )


def _table(path: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Member:
    text = io.StringIO()
    written = [head, *rows]
    csv.writer(text, lineterminator="\n").writerows(written)
    return whole(path, text.getvalue, len(written) - 1)


def _some_time(chance: Random) -> int:
    return _SINCE_MS + int(chance.random() * (_UNTIL_MS - _SINCE_MS))


def _stamp(at_ms: int) -> str:
    """`2022-08-01T10:05:00+00:00`."""
    return datetime.fromtimestamp(at_ms // 1000, UTC).isoformat()

"""Chrome's own history: the page visits of My Activity, to the microsecond."""

from collections.abc import Iterator
from functools import partial

from lakectl.sample.activity import batches
from lakectl.sample.events import Event, newest_first
from lakectl.sample.kinds import Chunk, Member, Window
from lakectl.sample.noise import generator
from lakectl.sample.words import ID_LETTERS, json_text

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
    client = "".join(ID_LETTERS[int(chance.random() * 62)] for _ in range(22)) + "=="
    yield from batches(
        newest_first(seed, ("Chrome",), window, rate),
        '{\n    "Browser History": [\n        ',
        ",\n        ",
        "\n    ]\n}",
        partial(_chrome_record, client),
    )


def chrome(seed: int, window: Window, rate: float) -> Iterator[Member]:
    """`Chrome/History.json`: the page visits, to the microsecond."""
    yield Member("Takeout/Chrome/History.json", lambda: _chrome_document(seed, window, rate))

"""Loads an archive and looks at the progress every 20 ms; prints as JSON what was seen.

    python -m bench.watch_load USER ARCHIVE

`pause_s` is the longest time in which neither the bytes, nor the records, nor the words of the progress
changed; `during` what it said meanwhile. `first_tenth_s` and `last_tenth_s` are how long the first and the
last tenth of the records took.
"""

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lakectl.config import load_settings
from lakectl.load.loader import LoadOptions, Status, load

_EVERY_S = 0.02


class Watcher:
    """What a person who looks at the progress would see."""

    def __init__(self) -> None:
        self.pause_s = 0.0
        self.during = ""
        self.records: list[tuple[float, int]] = []
        self._ended = threading.Event()

    @contextmanager
    def __call__(self, status: Status) -> Iterator[None]:
        thread = threading.Thread(target=self._look, args=(status,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()

    def _look(self, status: Status) -> None:
        seen: tuple[int, int, str] | None = None
        since = time.monotonic()
        while not self._ended.wait(_EVERY_S):
            now = time.monotonic()
            shown = (status.counters.position, status.counters.records, status.current)
            if now - since > self.pause_s:
                self.pause_s, self.during = now - since, seen[2] if seen else ""
            if shown != seen:
                seen, since = shown, now
                self.records.append((now, shown[1]))

    def took(self, first: float, last: float) -> float:
        """Seconds between two shares of the records."""
        total = self.records[-1][1]
        times = [next(at for at, count in self.records if count >= share * total) for share in (first, last)]
        return times[1] - times[0]


def main() -> None:
    user, archive = sys.argv[1:]
    watcher = Watcher()
    load(load_settings(None), user, [Path(archive)], LoadOptions(), watcher)
    seen = {"pause_s": watcher.pause_s, "during": watcher.during}
    tenths = {"first_tenth_s": watcher.took(0.0, 0.1), "last_tenth_s": watcher.took(0.9, 1.0)}
    print(json.dumps(seen | tenths))


if __name__ == "__main__":
    main()

"""A loader process to disturb: loads archives one after the other, with the options it is told.

`python drive.py USER '[{"path": "…", "options": {"workers": 2, …}}, …]'`, in the lake of the environment.
Prints how many records it has ingested so far whenever that has changed. Exit status: as of lakectl load.
"""

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lakectl.config import load_settings
from lakectl.errors import LakeError
from lakectl.load.loader import LoadOptions, Status, load

_POLL_SECONDS = 0.003


def main(user: str, steps: str) -> int:
    settings = load_settings()
    records = 0
    worst = 0

    @contextmanager
    def tell(status: Status) -> Iterator[None]:
        ended = threading.Event()

        def run() -> None:
            told = -1
            while not ended.wait(_POLL_SECONDS):
                if (now := records + status.counters.records) != told:
                    print(now, flush=True)
                    told = now

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    for step in json.loads(steps):
        account = load(settings, user, [Path(step["path"])], LoadOptions(**step["options"]), tell)
        records += account.records_loaded
        worst = max(worst, account.exit_status())
    return worst


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except LakeError as error:
        print(f"{error.message} {error.hint or ''}", file=sys.stderr)
        sys.exit(error.status)

"""Generated exports of Fitbit: heart rates in JSON, a file a day, and in CSV."""

import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.data import Export

_EVERY_S = 5
_FIRST = datetime(2020, 1, 1, tzinfo=UTC)


def write_fitbit(folder: Path, days: int) -> Export:
    """A zip with `days` of heart rates, every 5 seconds, half of the days in each format; made once."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"takeout-20240101T000000Z-{days}-fitbit.zip"
    per_day = 86_400 // _EVERY_S
    if not path.exists():
        scratch = path.with_suffix(".part")
        with zipfile.ZipFile(scratch, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for number in range(days):
                day = _FIRST + timedelta(days=number)
                times = [day + timedelta(seconds=_EVERY_S * n) for n in range(per_day)]
                if number % 2:
                    name = f"Physical Activity_GoogleData/heart_rate_{day:%Y-%m-%d}.csv"
                    rows = (f"{at:%Y-%m-%dT%H:%M:%SZ},{60 + n % 90},Watch" for n, at in enumerate(times))
                    text = "\n".join(["timestamp,beats per minute,data source", *rows, ""])
                else:
                    name = f"Global Export Data/heart_rate-{day:%Y-%m-%d}.json"
                    values = (
                        f'{{\n  "dateTime" : "{at:%m/%d/%y %H:%M:%S}",\n  "value" : {{\n'
                        f'    "bpm" : {60 + n % 90},\n    "confidence" : {n % 4}\n  }}\n}}'
                        for n, at in enumerate(times)
                    )
                    text = f"[{','.join(values)}]"
                archive.writestr(f"Takeout/Fitbit/{name}", text)
        scratch.rename(path)
    return Export(path, {"points": days * per_day})

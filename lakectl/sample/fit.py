"""Google Fit: steps and heart beats as points, and the sums of each day.

The steps of a row of the daily sums are those of the points of that day.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from lakectl.sample.kinds import Chunk, Member, Window, listed, whole
from lakectl.sample.life import city_on
from lakectl.sample.noise import generator
from lakectl.sample.world import local_to_utc

_COLUMNS = (
    "Date,Move Minutes count,Calories (kcal),Distance (m),Heart Points,Heart Minutes,"
    "Average heart rate (bpm),Max heart rate (bpm),Min heart rate (bpm),Low latitude (deg),"
    "Low longitude (deg),High latitude (deg),High longitude (deg),Average speed (m/s),Max speed (m/s),"
    "Min speed (m/s),Step count,Average weight (kg),Max weight (kg),Min weight (kg),Walking duration (ms)"
)
_METRES = 0.74  # of a step


@dataclass(frozen=True, slots=True)
class Point:
    """One measurement: from, to (ns since 1970), and its value."""

    start_ns: int
    end_ns: int
    value: float


@dataclass(frozen=True)
class Measure:
    """What a sensor tells: `per_day` points at rate 1, in `hours` of the day from `first_hour` on.

    `value` makes a value of a number in [0, 1); `file`, `stream` and `key` are Fit's names for it.
    """

    file: str
    kind: str
    stream: str
    key: str
    per_day: float
    first_hour: float
    hours: float
    longest_s: int
    value: Callable[[float], float]

    def points(self, seed: int, on: date, rate: float) -> list[Point]:
        """The points of a local day, one in each of as many equal parts, none overlapping."""
        chance = generator(seed, self.kind, on)
        count = math.floor(self.per_day * rate + chance.random())
        first_ns = int(local_to_utc(city_on(seed, on), on, self.first_hour)) * 1_000_000_000
        part_ns = int(self.hours * 3600e9) // max(count, 1)
        found = []
        for place in range(count):
            start = first_ns + place * part_ns + int(chance.random() * part_ns * 0.4)
            length = min(self.longest_s * 1_000_000_000, part_ns // 2)
            found.append(Point(start, start + length, self.value(chance.random())))
        return found


STEPS = Measure(
    file="step_count.delta_com.google",
    kind="com.google.step_count.delta",
    stream="estimated_steps",
    key="intVal",
    per_day=110,
    first_hour=7,
    hours=16,
    longest_s=60,
    value=lambda draw: int(8 + 110 * draw),
)
HEART_BEATS = Measure(
    file="heart_rate.bpm_com.google.a",
    kind="com.google.heart_rate.bpm",
    stream="merge_heart_rate_bpm",
    key="fpVal",
    per_day=260,
    first_hour=0,
    hours=24,
    longest_s=0,
    value=lambda draw: round(52 + 80 * draw**3, 1),
)


def fit(seed: int, window: Window, rate: float) -> Iterator[Member]:
    """`Fit/All Data/…` and `Fit/Daily activity metrics/Daily activity metrics.csv`."""
    for measure in (STEPS, HEART_BEATS):
        yield Member(
            f"Takeout/Fit/All Data/derived_com.google.{measure.file}.json",
            partial(_stream, seed, window, rate, measure),
        )
    days = [window.start + timedelta(days=n) for n in range((window.end - window.start).days)]
    yield whole(
        "Takeout/Fit/Daily activity metrics/Daily activity metrics.csv",
        lambda: "\n".join([_COLUMNS, *(_sums(seed, on, rate) for on in days), ""]),
        len(days),
    )


def _stream(seed: int, window: Window, rate: float, measure: Measure) -> Iterator[Chunk]:
    def points() -> Iterator[str]:
        on = window.start
        while on < window.end:
            for point in measure.points(seed, on, rate):
                yield _point(point, measure)
            on += timedelta(days=1)

    source = f"derived:{measure.kind}:com.google.android.gms:{measure.stream}"
    yield from listed(points(), f'{{\n  "Data Source": "{source}",\n  "Data Points": [', ",", "]\n}")


def _point(point: Point, measure: Measure) -> str:
    return (
        f'{{\n    "fitValue": [{{\n      "value": {{\n        "{measure.key}": {point.value}\n'
        f"      }}\n    }}],\n"
        f'    "originDataSourceId": "raw:{measure.kind}:Example:Phone 8",\n'
        f'    "endTimeNanos": {point.end_ns},\n    "dataTypeName": "{measure.kind}",\n'
        f'    "startTimeNanos": {point.start_ns},\n'
        f'    "modifiedTimeMillis": {point.end_ns // 1_000_000 + 60_000},\n    "rawTimestampNanos": 0\n  }}'
    )


def _sums(seed: int, on: date, rate: float) -> str:
    """A row of the daily sums."""
    taken = STEPS.points(seed, on, rate)
    beats = [point.value for point in HEART_BEATS.points(seed, on, rate)] or [60.0]
    count = int(sum(point.value for point in taken))
    minutes = len(taken)
    cells: dict[int, object] = {
        0: on,
        1: minutes,
        2: round(1600 + count * 0.04, 2),
        3: round(count * _METRES, 2),
        4: minutes // 3,
        6: round(sum(beats) / len(beats), 2),
        7: max(beats),
        8: min(beats),
        16: count,
        20: minutes * 60_000,
    }
    return ",".join(str(cells.get(n, "")) for n in range(21))

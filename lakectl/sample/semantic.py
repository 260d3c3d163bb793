"""What Google made of the locations: Semantic Location History by month, and Timeline Edits."""

from collections.abc import Iterator
from datetime import date, timedelta

from lakectl.sample.kinds import Chunk, Member, Window, iso_ms, midnight_ms
from lakectl.sample.life import Segment, segments
from lakectl.sample.noise import digest, generator
from lakectl.sample.world import Place, device_tag, places

_FOLDER = "Takeout/Location History (Timeline)"
_MONTHS = (
    "JANUARY",
    "FEBRUARY",
    "MARCH",
    "APRIL",
    "MAY",
    "JUNE",
    "JULY",
    "AUGUST",
    "SEPTEMBER",
    "OCTOBER",
    "NOVEMBER",
    "DECEMBER",
)
_SEMANTIC_TYPES = {"home": "TYPE_HOME", "work": "TYPE_WORK"}
_TRAVEL = {"WALKING": "WALK", "CYCLING": "BICYCLE"}


def merged(seed: int, window: Window) -> Iterator[Segment]:
    """Whole segments that begin and end in the window; a stay over midnight is one stay.

    A stay that was not over when the export was made is not in it.
    """
    current: Segment | None = None
    for part in segments(seed, window.start - timedelta(days=4), window.end + timedelta(days=10)):
        if current is not None and not current.mode and not part.mode and current.target is part.target:
            current = Segment(current.start_ms, part.end_ms, current.origin, part.target)
            continue
        if current is not None and current.start_ms >= window.start_ms and current.end_ms < window.end_ms:
            yield current
        current = part


def _point(place: Place) -> str:
    return f'"latitudeE7": {place.lat_e7},\n        "longitudeE7": {place.lng_e7}'


def _place_visit(seed: int, stay: Segment) -> str:
    chance = generator(seed, "visit", stay.start_ms)
    place = stay.target
    tag = device_tag(seed, stay.start_ms // 63_072_000_000 % 8)
    semantic = _SEMANTIC_TYPES.get(place.kind)
    label = f'"semanticType": "{semantic}"' if semantic else f'"name": "{place.name}"'
    sure = 55 + chance.random() * 44
    neighbours = [
        other
        for group in places(seed, place.city.name).values()
        for other in group
        if other is not place and chance.random() < 0.08
    ]
    others = ", ".join(
        f"""{{
        {_point(other)},
        "placeId": "{other.place_id}",
        "address": "{other.address}",
        "name": "{other.name}",
        "locationConfidence": {chance.random() * (100 - sure):.6f}
      }}"""
        for other in neighbours
    )
    level = "HIGH" if sure > 75 else "MEDIUM" if sure > 62 else "LOW"
    return f"""{{
    "placeVisit": {{
      "location": {{
        {_point(place)},
        "placeId": "{place.place_id}",
        "address": "{place.address}",
        {label},
        "sourceInfo": {{
          "deviceTag": {tag}
        }},
        "locationConfidence": {sure:.6f},
        "calibratedProbability": {sure * 0.97:.6f}
      }},
      "duration": {{
        "startTimestamp": "{iso_ms(stay.start_ms)}",
        "endTimestamp": "{iso_ms(stay.end_ms)}"
      }},
      "placeConfidence": "{level}_CONFIDENCE",
      "centerLatE7": {place.lat_e7 + int(chance.random() * 800) - 400},
      "centerLngE7": {place.lng_e7 + int(chance.random() * 800) - 400},
      "visitConfidence": {int(sure)},
      "otherCandidateLocations": [{others}],
      "editConfirmationStatus": "{"CONFIRMED" if chance.random() < 0.05 else "NOT_CONFIRMED"}",
      "locationConfidence": {int(sure)},
      "placeVisitType": "SINGLE_PLACE",
      "placeVisitImportance": "MAIN"
    }}
  }}"""


def _activity_segment(seed: int, move: Segment, rate: float) -> str:
    chance = generator(seed, "segment", move.start_ms)
    origin, target, mode = move.origin, move.target, move.mode
    tag = device_tag(seed, move.start_ms // 63_072_000_000 % 8)
    sure = 60 + chance.random() * 39
    steps = max(1, min(2000, int(6 * rate)))
    points = []
    for step in range(steps):
        done = (step + 0.5) / steps
        lat = origin.lat_e7 + int((target.lat_e7 - origin.lat_e7) * done + (chance.random() - 0.5) * 4000)
        lng = origin.lng_e7 + int((target.lng_e7 - origin.lng_e7) * done + (chance.random() - 0.5) * 4000)
        at = move.start_ms + int((move.end_ms - move.start_ms) * done)
        points.append((lat, lng, at))
    waypoints = ", ".join(
        f"""{{
          "latE7": {lat},
          "lngE7": {lng}
        }}"""
        for lat, lng, _ in points[::3]
    )
    raw_path = ", ".join(
        f"""{{
          "latE7": {lat},
          "lngE7": {lng},
          "accuracyMeters": {5 + (lat + lng) % 30},
          "timestamp": "{iso_ms(at)}"
        }}"""
        for lat, lng, at in points
    )
    distance = int(move.distance_m * 1.15)
    return f"""{{
    "activitySegment": {{
      "startLocation": {{
        {_point(origin)},
        "sourceInfo": {{
          "deviceTag": {tag}
        }}
      }},
      "endLocation": {{
        {_point(target)},
        "sourceInfo": {{
          "deviceTag": {tag}
        }}
      }},
      "duration": {{
        "startTimestamp": "{iso_ms(move.start_ms)}",
        "endTimestamp": "{iso_ms(move.end_ms)}"
      }},
      "distance": {distance},
      "activityType": "{mode}",
      "confidence": "{"HIGH" if sure > 75 else "MEDIUM"}",
      "activities": [{{
        "activityType": "{mode}",
        "probability": {sure:.6f}
      }}, {{
        "activityType": "{"IN_BUS" if mode != "WALKING" else "RUNNING"}",
        "probability": {(100 - sure) / 2:.6f}
      }}],
      "waypointPath": {{
        "waypoints": [{waypoints}],
        "source": "INFERRED",
        "distanceMeters": {distance * 1.02:.3f},
        "travelMode": "{_TRAVEL.get(mode, "DRIVE")}",
        "confidence": {0.8 + chance.random() * 0.2:.6f}
      }},
      "simplifiedRawPath": {{
        "points": [{raw_path}],
        "source": "BACKFILLED",
        "distanceMeters": {distance * 0.99:.3f}
      }}
    }}
  }}"""


def _months(window: Window) -> Iterator[date]:
    month = window.start.replace(day=1)
    while month < window.end:
        yield month
        month = (month + timedelta(days=32)).replace(day=1)


def _month_document(seed: int, window: Window, month: date, rate: float) -> Iterator[Chunk]:
    after = (month + timedelta(days=32)).replace(day=1)
    part = Window(max(month, window.start), min(after, window.end))
    # What begins in this month may end in the next.
    reach = Window(part.start, min(part.end + timedelta(days=10), window.end))
    lead = '{\n  "timelineObjects": ['
    for segment in merged(seed, reach):
        if segment.start_ms < part.end_ms:
            body = _activity_segment(seed, segment, rate) if segment.mode else _place_visit(seed, segment)
            yield lead + body, 1
            lead = ", "
    yield (lead if lead != ", " else "") + "]\n}", 0


def semantic(seed: int, window: Window, rate: float) -> Iterator[Member]:
    """One file per month; `rate` sets only how finely the paths are drawn."""
    for month in _months(window):
        name = (
            f"{_FOLDER}/Semantic Location History/{month.year}/{month.year}_{_MONTHS[month.month - 1]}.json"
        )
        yield Member(name, lambda month=month: _month_document(seed, window, month, rate))  # type: ignore[misc]


def _edit(seed: int, device: int, at_ms: int, place: Place) -> str:
    chance = generator(seed, "edit", at_ms)
    if chance.random() < 0.4:
        signal = f""""activityRecord": {{
            "detectedActivities": [{{
              "activityType": "STILL",
              "probability": {0.6 + chance.random() * 0.4:.2f}
            }}, {{
              "activityType": "WALKING",
              "probability": {chance.random() * 0.3:.2f}
            }}],
            "timestamp": "{iso_ms(at_ms)}"
          }}"""
    else:
        signal = f""""position": {{
            "point": {{
              "latE7": {place.lat_e7 + int(chance.random() * 3000)},
              "lngE7": {place.lng_e7 + int(chance.random() * 3000)}
            }},
            "accuracyMm": {8000 + int(chance.random() * 30) * 1000},
            "altitudeMeters": {place.altitude_m + chance.random():.1f},
            "source": "WIFI",
            "timestamp": "{iso_ms(at_ms)}",
            "speedMetersPerSecond": 0.0
          }}"""
    return f"""{{
      "deviceId": "{device}",
      "rawSignal": {{
        "signal": {{
          {signal}
        }},
        "additionalTimestamp": "{iso_ms(at_ms + 900)}",
        "metadata": {{
          "platform": "ANDROID"
        }}
      }}
    }}"""


def _aggregate(seed: int, device: int, week: date) -> str:
    chance = generator(seed, "aggregate", week)
    home = places(seed, "Vienna")
    ranked = [home[kind][0] for kind in ("home", "work", "cafe", "restaurant", "gym")]
    infos = ", ".join(
        f"""{{
            "score": {1000 / (rank + 1) * (0.8 + chance.random() * 0.2):.3f},
            "numBucketsWithLocation": 0,
            "bucketSpanDays": 0,
            "point": {{
              "latE7": {place.lat_e7},
              "lngE7": {place.lng_e7}
            }},
            "placeId": "{place.place_id}",
            "placePoint": {{
              "latE7": {place.lat_e7 + 5},
              "lngE7": {place.lng_e7 - 5}
            }}
          }}"""
        for rank, place in enumerate(ranked)
    )
    ids = ", ".join(f'"{place.place_id}"' for place in ranked)
    return f"""{{
      "deviceId": "{device}",
      "placeAggregates": {{
        "placeAggregateInfo": [{infos}],
        "windowSizeHrs": 2016,
        "topRankedPlacesPlaceIds": [{ids}],
        "processWindow": {{
          "startTime": "{week - timedelta(days=84)}T08:00:55Z",
          "endTime": "{week}T08:00:55Z"
        }},
        "metadata": {{
          "platform": "UNKNOWN"
        }}
      }}
    }}"""


def _edits_document(seed: int, window: Window, rate: float) -> Iterator[Chunk]:
    device = digest(seed, "edits") % 2**31
    lead = '{\n  "timelineEdits": ['
    on = window.start
    while on < window.end:
        if on.weekday() == 0:
            yield lead + _aggregate(seed, device, on), 1
            lead = ", "
        home = places(seed, "Vienna")["home"][0]
        chance = generator(seed, "edits", on)
        count = int(2 * rate + chance.random())
        for at in sorted(midnight_ms(on) + int(chance.random() * 86_400_000) for _ in range(count)):
            yield lead + _edit(seed, device, at, home), 1
            lead = ", "
        on += timedelta(days=1)
    yield (lead if lead != ", " else "") + "]\n}", 0


def edits(seed: int, window: Window, rate: float) -> Iterator[Member]:
    """`Timeline Edits.json`: a ranking of places each week, and single signals."""
    yield Member(f"{_FOLDER}/Timeline Edits.json", lambda: _edits_document(seed, window, rate))

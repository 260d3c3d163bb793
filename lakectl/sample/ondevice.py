"""The timeline as phones export it themselves since 2024: `Timeline.json` (Android) and
`location-history.json` (iOS)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

from lakectl.sample.kinds import Chunk, Member, Window
from lakectl.sample.life import Segment
from lakectl.sample.noise import generator
from lakectl.sample.semantic import merged
from lakectl.sample.world import City, Place, places, utc_offset_s

_SEMANTIC_TYPES = {"home": ("HOME", "Home"), "work": ("WORK", "Work")}
_ACTIVITIES = {"FLYING": "flying", "WALKING": "walking", "CYCLING": "cycling", "IN_TRAM": "in tram"}


def _local(city: City, at_ms: int) -> str:
    """`2024-05-01T08:00:00.000-07:00`."""
    zone = timezone(timedelta(seconds=utc_offset_s(city, at_ms / 1000)))
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone).isoformat(timespec="milliseconds")


def _degrees(place: Place, shift: int = 0) -> str:
    return f"{(place.lat_e7 + shift) / 1e7:.7f}°, {(place.lng_e7 + shift) / 1e7:.7f}°"


def _geo(place: Place, shift: int = 0) -> str:
    return f"geo:{(place.lat_e7 + shift) / 1e7:.6f},{(place.lng_e7 + shift) / 1e7:.6f}"


def _way(segment: Segment, rate: float) -> list[tuple[int, int, int]]:
    """Points of a movement: epoch ms and E7 coordinates."""
    steps = max(2, min(2000, int(6 * rate)))
    origin, target = segment.origin, segment.target
    return [
        (
            segment.start_ms + (segment.end_ms - segment.start_ms) * step // steps,
            origin.lat_e7 + (target.lat_e7 - origin.lat_e7) * step // steps,
            origin.lng_e7 + (target.lng_e7 - origin.lng_e7) * step // steps,
        )
        for step in range(steps + 1)
    ]


def _android_head(segment: Segment) -> str:
    begin, end = segment.origin.city, segment.target.city
    return f"""{{
      "startTime" : "{_local(begin, segment.start_ms)}",
      "endTime" : "{_local(end, segment.end_ms)}",
      "startTimeTimezoneUtcOffsetMinutes" : {utc_offset_s(begin, segment.start_ms / 1000) // 60},
      "endTimeTimezoneUtcOffsetMinutes" : {utc_offset_s(end, segment.end_ms / 1000) // 60},"""


def _android_segments(seed: int, segment: Segment, rate: float) -> Iterator[str]:
    chance = generator(seed, "android", segment.start_ms)
    sure = 0.6 + 0.39 * chance.random()
    place = segment.target
    if not segment.mode:
        semantic = _SEMANTIC_TYPES.get(place.kind, ("UNKNOWN", ""))[0]
        yield f"""{_android_head(segment)}
      "visit" : {{
        "hierarchyLevel" : 0,
        "probability" : {sure:.6f},
        "topCandidate" : {{
          "placeId" : "{place.place_id}",
          "semanticType" : "{semantic}",
          "probability" : {sure * 0.9:.6f},
          "placeLocation" : {{
            "latLng" : "{_degrees(place)}"
          }}
        }}
      }}
    }}"""
        return
    city = segment.origin.city
    path = ", ".join(
        f"""{{
          "point" : "{lat / 1e7:.7f}°, {lng / 1e7:.7f}°",
          "time" : "{_local(city, at_ms // 60_000 * 60_000)}"
        }}"""
        for at_ms, lat, lng in _way(segment, rate)
    )
    begin_ms = segment.start_ms // 60_000 * 60_000  # paths are told by the minute
    yield f"""{{
      "startTime" : "{_local(city, begin_ms)}",
      "endTime" : "{_local(city, segment.end_ms // 60_000 * 60_000)}",
      "timelinePath" : [ {path} ]
    }}"""
    yield f"""{_android_head(segment)}
      "activity" : {{
        "start" : {{
          "latLng" : "{_degrees(segment.origin, 40)}"
        }},
        "end" : {{
          "latLng" : "{_degrees(place, -40)}"
        }},
        "distanceMeters" : {segment.distance_m:.1f},
        "probability" : {sure:.6f},
        "topCandidate" : {{
          "type" : "{segment.mode}",
          "probability" : {sure * 0.9:.6f}
        }}
      }}
    }}"""


def _signal(segment: Segment) -> str:
    place = segment.target
    return f"""{{
      "position" : {{
        "LatLng" : "{_degrees(place, segment.start_ms % 999)}",
        "accuracyMeters" : {10 + segment.start_ms % 30},
        "altitudeMeters" : {place.altitude_m}.0,
        "source" : "WIFI",
        "timestamp" : "{_local(place.city, segment.end_ms)}",
        "speedMetersPerSecond" : 0.0
      }}
    }}"""


def _android_document(seed: int, window: Window, rate: float) -> Iterator[Chunk]:
    lead = '{\n  "semanticSegments" : [ '
    for segment in merged(seed, window):
        for text in _android_segments(seed, segment, rate):
            yield lead + text, 1
            lead = ", "
    yield (lead if lead != ", " else "") + ' ],\n  "rawSignals" : [ ', 0
    lead = ""
    # Raw signals are kept for a month only.
    last_month = Window(max(window.start, window.end - timedelta(days=30)), window.end)
    for segment in merged(seed, last_month):
        yield lead + _signal(segment), 1
        lead = ", "
    frequent = [places(seed, "Vienna")[kind][0] for kind in ("home", "work", "gym")]
    texts = ", ".join(
        f"""{{
      "placeId" : "{place.place_id}",
      "placeLocation" : "{_degrees(place)}",
      "label" : "{_SEMANTIC_TYPES.get(place.kind, ("UNKNOWN", ""))[0]}"
    }}"""
        for place in frequent
    )
    yield f' ],\n  "userLocationProfile" : {{\n    "frequentPlaces" : [ {texts} ]\n  }}\n}}', len(frequent)


def _ios_records(seed: int, segment: Segment, rate: float) -> Iterator[str]:
    chance = generator(seed, "ios", segment.start_ms)
    sure = 0.6 + 0.39 * chance.random()
    place = segment.target
    head = f"""{{
    "startTime" : "{_local(segment.origin.city, segment.start_ms)}",
    "endTime" : "{_local(place.city, segment.end_ms)}","""
    if not segment.mode:
        yield f"""{head}
    "visit" : {{
      "hierarchyLevel" : "0",
      "topCandidate" : {{
        "probability" : "{sure:.6f}",
        "semanticType" : "{_SEMANTIC_TYPES.get(place.kind, ("", "Unknown"))[1]}",
        "placeID" : "{place.place_id}",
        "placeLocation" : "{_geo(place)}"
      }},
      "probability" : "{sure:.6f}"
    }}
  }}"""
        return
    yield f"""{head}
    "activity" : {{
      "start" : "{_geo(segment.origin, 40)}",
      "end" : "{_geo(place, -40)}",
      "distanceMeters" : "{segment.distance_m:.6f}",
      "topCandidate" : {{
        "type" : "{_ACTIVITIES.get(segment.mode, "in passenger vehicle")}",
        "probability" : "{sure:.6f}"
      }},
      "probability" : "{sure:.6f}"
    }}
  }}"""
    begin_ms = segment.start_ms // 60_000 * 60_000
    path = ", ".join(
        f"""{{
      "durationMinutesOffsetFromStartTime" : "{(at_ms - begin_ms) // 60_000}",
      "point" : "geo:{lat / 1e7:.6f},{lng / 1e7:.6f}"
    }}"""
        for at_ms, lat, lng in _way(segment, rate)
    )
    yield f"""{{
    "startTime" : "{_local(segment.origin.city, begin_ms)}",
    "endTime" : "{_local(segment.origin.city, segment.end_ms // 60_000 * 60_000)}",
    "timelinePath" : [ {path} ]
  }}"""


def _ios_document(seed: int, window: Window, rate: float) -> Iterator[Chunk]:
    lead = "[ "
    for segment in merged(seed, window):
        for text in _ios_records(seed, segment, rate):
            yield lead + text, 1
            lead = ", "
    yield (lead if lead != ", " else "") + " ]", 0


def android(seed: int, window: Window, rate: float) -> Iterator[Member]:
    """`Timeline.json` as an Android phone writes it."""
    yield Member("Timeline.json", lambda: _android_document(seed, window, rate))


def ios(seed: int, window: Window, rate: float) -> Iterator[Member]:
    """`location-history.json` as an iPhone writes it."""
    yield Member("location-history.json", lambda: _ios_document(seed, window, rate))

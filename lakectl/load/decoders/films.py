"""How long a film or a sound is, and how large a film, by MediaInfo: it finds headers wherever they are."""

from typing import IO, Any

from pymediainfo import MediaInfo

_MOST_S = 10_000_000
_MOST_PIXELS = 1_000_000


def film_facts(file: IO[bytes]) -> dict[str, Any]:
    """Its "duration_s", "width" and "height", as far as they are known."""
    try:
        # The least that MediaInfo can read: frames are not looked at.
        tracks = MediaInfo.parse(file, parse_speed=0).tracks
    except Exception:  # whatever a damaged file makes of the library
        return {}
    facts: dict[str, Any] = {}
    for track in tracks:
        if track.track_type == "General" and (duration := _number(track.duration, _MOST_S * 1000)):
            facts["duration_s"] = duration / 1000
        if track.track_type == "Video" and "width" not in facts:
            width, height = _number(track.width, _MOST_PIXELS), _number(track.height, _MOST_PIXELS)
            if width and height:
                facts |= {"width": int(width), "height": int(height)}
    return facts


def _number(value: object, most: float) -> float:
    """A number above 0, else 0."""
    try:
        number = float(str(value))
    except ValueError:
        return 0
    return number if 0 < number <= most else 0

"""Google Chat: a few friends one by one, and a group that meets to climb."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache, partial

from lakectl.sample.kinds import Chunk, Member, Window, listed, whole
from lakectl.sample.life import city_on
from lakectl.sample.noise import digest, generator
from lakectl.sample.people import OWNER, Person, friends
from lakectl.sample.words import fill, one
from lakectl.sample.world import local_to_utc

_SAYINGS = (
    "have you tried {ingredient} with {dish}?",
    "{dish} tonight?",
    "I can't stop listening to {artist}",
    "back from {city}, photos soon",
    "do you still have my {gear}?",
    "running {number} minutes late, sorry",
    "look, a {animal}!",
    "who is in for {hobby} on Thursday?",
    "see you at {district}",
    "happy birthday!",
    "👍",
    "ok",
    "the {plant} is growing like mad",
    'that was "{song}", I think',
)
_CIRCLE = 6  # so many friends write


@dataclass(frozen=True)
class _Group:
    """A conversation: its folder, its title (of a space), who is in it, and how much is said."""

    folder: str
    title: str
    others: tuple[Person, ...]
    per_day: float

    @property
    def id(self) -> str:
        return self.folder.split(" ")[1]


def chat(seed: int, window: Window, rate: float) -> Iterator[Member]:
    """`Google Chat/Groups/…`: a conversation with each close friend, and one with all of them."""
    near = friends(seed)[:_CIRCLE]
    groups = [_Group(f"DM {_letters(seed, friend.name)}", "", (friend,), 0.8 * rate) for friend in near]
    groups.append(_Group(f"Space {_letters(seed, 'space')}", "Overhang Thursdays", near, 3 * rate))
    for group in groups:
        folder = f"Takeout/Google Chat/Groups/{group.folder}"
        about: dict[str, object] = {"name": group.title} if group.title else {}
        about["members"] = [_person(person) for person in (OWNER, *group.others)]
        yield whole(f"{folder}/group_info.json", partial(_json, about), 1)
        yield Member(f"{folder}/messages.json", partial(_messages, seed, window, group))
    path = f"Takeout/Google Chat/Users/User {digest(seed, 'user')}/user_info.json"
    yield whole(path, partial(_json, {"user": _person(OWNER), "membership_info": []}), 1)


def _messages(seed: int, window: Window, group: _Group) -> Iterator[Chunk]:
    def said() -> Iterator[str]:
        on = window.start - timedelta(days=1)
        while on <= window.end:
            for at_s, number, text in _day(seed, group, on):
                if window.start_ms <= at_s * 1000 < window.end_ms:
                    yield _message(group, at_s, number, text)
            on += timedelta(days=1)

    yield from listed(said(), '{\n  "messages": [', ",", "]\n}")


def _day(seed: int, group: _Group, on: date) -> list[tuple[int, int, str]]:
    """Seconds since 1970, number in the day, and text of a local day's messages, in order of time."""
    chance = generator(seed, "chat", group.id, on)
    midnight = local_to_utc(city_on(seed, on), on, 0)
    found = [
        (int(midnight + 3600 * (8 + 15 * chance.random())), number, fill(chance, one(chance, _SAYINGS)))
        for number in range(math.floor(group.per_day + chance.random()))
    ]
    return sorted(found)


def _message(group: _Group, at_s: int, number: int, text: str) -> str:
    chance = generator("chat message", group.id, at_s, number)
    everybody = (OWNER, *group.others)
    sender = everybody[int(chance.random() * len(everybody))]
    topic = f"{digest(group.id, at_s // 7200):x}"[:11]
    message_id = f"{group.id}/{topic}/{digest(group.id, at_s, number):x}"
    lines = [
        f'"creator": {_creator(sender)}',
        f'"created_date": "{_date(at_s)}"',
        f'"text": {json.dumps(text, ensure_ascii=False)}',
        f'"topic_id": "{topic}"',
        f'"message_id": "{message_id}"',
    ]
    if chance.random() < 0.08:
        reader = everybody[int(chance.random() * len(everybody))]
        lines.append(
            f'"reactions": [{{\n        "emoji": {{\n          "unicode": "🧗"\n        }},\n'
            f'        "reactor_emails": ["{reader.email}"]\n      }}]'
        )
    return "{\n      " + ",\n      ".join(lines) + "\n    }"


@cache
def _creator(person: Person) -> str:
    return _json(_person(person)).replace("\n", "\n      ")


def _person(person: Person) -> dict[str, str]:
    return {"name": person.name, "email": person.email, "user_type": "Human"}


def _date(at_s: int) -> str:
    """`Tuesday, March 5, 2024 at 6:07:09 PM UTC`, with a narrow no-break space before PM."""
    day, second = divmod(at_s, 86_400)
    hour = second // 3600
    half = "AM" if hour < 12 else "PM"
    return f"{_day_name(day)} at {hour % 12 or 12}:{second // 60 % 60:02d}:{second % 60:02d}\u202f{half} UTC"


@lru_cache(maxsize=64)
def _day_name(day: int) -> str:
    on = date(1970, 1, 1) + timedelta(days=day)
    return f"{on:%A}, {on:%B} {on.day}, {on.year}"


def _letters(seed: int, name: str) -> str:
    return f"AAAA{digest(seed, 'group', name):x}"[:11]


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)

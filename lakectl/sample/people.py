"""The people around the invented person: friends who write and stand in pictures."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from lakectl.sample.noise import generator
from lakectl.sample.words import one
from lakectl.sample.world import CITIES

_GIVEN = (
    "Alva",
    "Bram",
    "Cleo",
    "Dario",
    "Edda",
    "Femi",
    "Greta",
    "Hanno",
    "Ines",
    "Jorin",
    "Kaja",
    "Lino",
    "Mirela",
    "Nuno",
    "Oda",
    "Pavel",
    "Quirin",
    "Runa",
    "Sanna",
    "Tariq",
    "Ulla",
    "Vito",
    "Wanda",
    "Yuna",
    "Zeno",
)
_FAMILY = (
    "Achterberg",
    "Birkner",
    "Castanho",
    "Drossel",
    "Eklund",
    "Farkas",
    "Grünwald",
    "Holm",
    "Iwata",
    "Jansson",
    "Korb",
    "Lindqvist",
    "Moreira",
    "Nachtigall",
    "Orlando",
    "Pfeffer",
    "Quist",
    "Rabe",
    "Sørensen",
    "Tanaka",
    "Ullmann",
    "Varga",
    "Winterstein",
    "Zobel",
)
_COUNT = 80


@dataclass(frozen=True)
class Person:
    """Somebody with an address and a number that belong to nobody."""

    given: str
    family: str
    email: str
    phone: str
    birthday: str

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"


OWNER = Person("Kim", "Sample", "kim.sample@example.com", "+15550100000", "1988-05-17")
"""Whose life it is."""


@cache
def friends(seed: int) -> tuple[Person, ...]:
    """The address book, the closest friends first."""
    chance = generator(seed, "friends")
    names = [(given, family) for given in _GIVEN for family in _FAMILY]
    chance.shuffle(names)
    return tuple(
        Person(
            given,
            family,
            f"{given}.{family}@example.org".lower().translate(str.maketrans("øü", "ou")),
            f"+1555010{number:04d}",
            str(date(1960, 1, 1) + timedelta(days=int(chance.random() * 16_000))),
        )
        for number, (given, family) in enumerate(names[:_COUNT], 1)
    )


def home_town(seed: int, person: Person) -> str:
    """The city that a friend lives in."""
    return one(generator(seed, "home town", person.name), tuple(CITIES))

"""The world of the sample: real cities, invented places in them, and their clocks."""

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

from lakectl.sample.noise import digest, generator

HOME_CITY = "Vienna"


@dataclass(frozen=True)
class City:
    """A city: centre in degrees, hours east of UTC in winter, and whether Europe's summer time holds."""

    name: str
    country: str
    lat: float
    lng: float
    utc_hours: int
    european_summer: bool
    streets: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """Somewhere to be; `kind` is what one does there. Degrees times 1e7; `address` is JSON-escaped."""

    name: str
    kind: str
    city: City
    address: str
    place_id: str
    lat_e7: int
    lng_e7: int
    altitude_m: int


CITIES = {
    city.name: city
    for city in (
        City(
            "Vienna",
            "Austria",
            48.2082,
            16.3738,
            1,
            True,
            ("Ahorngasse", "Birkenplatz", "Färberzeile", "Holunderweg", "Kranichgasse", "Mühlbachstraße"),
        ),
        City(
            "Kyoto",
            "Japan",
            35.0116,
            135.7681,
            9,
            False,
            ("Kawabata-dori", "Sakura-koji", "Tanuki-dori", "Yanagi-cho"),
        ),
        City(
            "Lisbon",
            "Portugal",
            38.7223,
            -9.1393,
            0,
            True,
            ("Rua da Laranjeira", "Rua do Azulejo", "Travessa do Farol", "Largo da Figueira"),
        ),
        City(
            "Copenhagen",
            "Denmark",
            55.6761,
            12.5683,
            1,
            True,
            ("Ankergade", "Bøgevej", "Fyrtårnsvej", "Møllestræde"),
        ),
        City(
            "Mexico City",
            "Mexico",
            19.4326,
            -99.1332,
            -6,
            False,
            ("Calle Colibrí", "Calle del Nopal", "Avenida Jacaranda", "Calle Obsidiana"),
        ),
        City(
            "Reykjavik",
            "Iceland",
            64.1466,
            -21.9426,
            0,
            False,
            ("Lundagata", "Hraunvegur", "Norðurljósastígur"),
        ),
    )
}

# kind: names. The first names of a kind are where this person goes most.
_PLACES: dict[str, dict[str, tuple[str, ...]]] = {
    "Vienna": {
        "home": ("Home",),
        "work": ("Kranich Cartography",),
        "cafe": ("Café Morgenrot", "Kaffeerösterei Dachs", "Café Halbmond", "The Paper Owl", "Café Lindwurm"),
        "bakery": ("Bäckerei Sauerampfer", "Brotwerk Nord"),
        "restaurant": (
            "Ramen Kumo",
            "Trattoria Zia Nella",
            "Gasthaus zum Blauen Hecht",
            "Saffron & Smoke",
            "Pho Hai Mươi",
            "Taquería El Ajolote",
            "Mezze Levante",
            "Burgerschmiede Süd",
            "Dumpling Parlour Mei",
            "Green Fork Vegan Kitchen",
        ),
        "bar": ("Bar Tintenfass", "Weinstube Rebstock"),
        "supermarket": ("Nahkauf Holunderweg", "Biomarkt Klee", "Markthalle Ost"),
        "gym": ("Boulderhalle Überhang",),
        "studio": ("Pottery Studio Lehm & Feuer",),
        "library": ("Bücherei am Birkenplatz",),
        "park": ("Augarten Süd", "Donauwiese", "Kaninchenhügel"),
        "museum": ("Museum of Clocks", "Kunsthalle Nordlicht"),
        "cinema": ("Kino Sternwarte",),
        "friend": ("Friends at Färberzeile", "Parents"),
        "doctor": ("Ordination Dr. Amsel",),
        "airport": ("Vienna Airport",),
    },
    "Kyoto": {
        "hotel": ("Ryokan Tsukimi",),
        "cafe": ("Kissaten Hinoki", "Matcha Bar Uguisu"),
        "restaurant": (
            "Menya Hoshizora Ramen",
            "Okonomiyaki Tanuki",
            "Sushi Kawasemi",
            "Udon Yamabuki",
            "Ramen Alley Kaze",
        ),
        "sight": ("Momiji Shrine", "Temple of the Quiet Pond", "Bamboo Path", "Old Tram Museum"),
        "airport": ("Kansai Airport",),
    },
    "Lisbon": {
        "hotel": ("Casa do Limoeiro",),
        "cafe": ("Pastelaria Flor de Sal", "Café Andorinha"),
        "restaurant": ("Tasca do Polvo", "Cervejaria Maré Alta", "Cozinha da Avó Rosa"),
        "sight": ("Miradouro das Gaivotas", "Tile Museum", "Belém Waterfront", "Feira da Ladra Market"),
        "airport": ("Lisbon Airport",),
    },
    "Copenhagen": {
        "hotel": ("Hotel Måge",),
        "cafe": ("Kaffebar Solsort", "Bageri Rug"),
        "restaurant": ("Smørrebrød Hansen & Hare", "Fiskebar Tang", "Noodle House Nord"),
        "sight": ("Harbour Baths", "Museum of Ships", "Botanical Glasshouse"),
        "airport": ("Copenhagen Airport",),
    },
    "Mexico City": {
        "hotel": ("Hotel Jacaranda",),
        "cafe": ("Café Quetzal", "Churrería La Luna"),
        "restaurant": ("Tacos Don Beto", "Mole y Maíz", "Mariscos La Tortuga"),
        "sight": ("Floating Gardens", "Museum of Masks", "Pyramid of the Moon Viewpoint", "Mercado Colibrí"),
        "airport": ("Mexico City Airport",),
    },
    "Reykjavik": {
        "hotel": ("Gistihús Lundi",),
        "cafe": ("Kaffihús Heima",),
        "restaurant": ("Fish Soup House", "Lamb & Lava Bistro", "Noodle Station Norður"),
        "sight": ("Hot Spring Lagoon", "Whale Museum", "Black Sand Beach", "Glacier Lookout"),
        "airport": ("Keflavik Airport",),
    },
}

_SPREAD_KM = {"airport": 22.0, "home": 2.5, "work": 3.5}
METRES_PER_DEGREE = 111_195.0


@cache
def places(seed: int, city_name: str) -> dict[str, tuple[Place, ...]]:
    """The places of a city by kind; where in the city each lies depends on the seed."""
    city = CITIES[city_name]
    return {
        kind: tuple(_place(seed, city, kind, name) for name in names)
        for kind, names in _PLACES[city_name].items()
    }


def _place(seed: int, city: City, kind: str, name: str) -> Place:
    chance = generator(seed, "place", city.name, name)
    angle = chance.random() * 2 * math.pi
    reach = _SPREAD_KM.get(kind, 4.0) * 1000 * (0.35 + 0.65 * chance.random())
    lat = city.lat + reach * math.sin(angle) / METRES_PER_DEGREE
    lng = city.lng + reach * math.cos(angle) / (METRES_PER_DEGREE * math.cos(math.radians(city.lat)))
    street = city.streets[int(chance.random() * len(city.streets))]
    address = f"{street} {1 + int(chance.random() * 90)}\\n{city.name}\\n{city.country}"
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
    place_id = "ChIJ" + "".join(letters[int(chance.random() * 64)] for _ in range(23))
    return Place(
        name,
        kind,
        city,
        address,
        place_id,
        round(lat * 1e7),
        round(lng * 1e7),
        20 + int(chance.random() * 200),
    )


def _last_sunday(year: int, month: int) -> datetime:
    day = datetime(year, month, 31, 1, tzinfo=UTC)
    return day - timedelta(days=(day.weekday() + 1) % 7)


@cache
def _summer(year: int) -> tuple[float, float]:
    return _last_sunday(year, 3).timestamp(), _last_sunday(year, 10).timestamp()


def utc_offset_s(city: City, at_s: float) -> int:
    """Seconds east of UTC on the clocks of `city` at the epoch second `at_s`."""
    offset = city.utc_hours * 3600
    if city.european_summer:
        begin, end = _summer(datetime.fromtimestamp(at_s, UTC).year)
        offset += 3600 * (begin <= at_s < end)
    return offset


def local_to_utc(city: City, day: date, hour: float) -> float:
    """The epoch second at which clocks in `city` show `hour` (0 to 24 and beyond) of `day`."""
    wall = (day.toordinal() - 719_163) * 86_400 + hour * 3600
    return wall - utc_offset_s(city, wall - city.utc_hours * 3600)


def distance_m(a: Place, b: Place) -> float:
    """Metres between two places on a sphere."""
    lat_a, lat_b = math.radians(a.lat_e7 / 1e7), math.radians(b.lat_e7 / 1e7)
    step = math.radians((b.lng_e7 - a.lng_e7) / 1e7)
    cosine = math.sin(lat_a) * math.sin(lat_b) + math.cos(lat_a) * math.cos(lat_b) * math.cos(step)
    return 6_371_000 * math.acos(max(-1.0, min(1.0, cosine)))


def device_tag(seed: int, phone: int) -> int:
    """The number by which Location History knows a phone: signed, up to 32 bits here."""
    return digest(seed, "device", phone) % 2**32 - 2**31

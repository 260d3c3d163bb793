"""What the person searches for, watches and reads: a small grammar over invented names.

`{word}` in a pattern stands for one of WORDS[word]; patterns nest. Nothing here needs escaping in JSON
except what `json_text` does.
"""

import re
from functools import cache
from random import Random

from lakectl.sample.noise import generator

WORDS: dict[str, tuple[str, ...]] = {
    "dish": (
        "ramen",
        "tonkotsu ramen",
        "vegan ramen",
        "udon noodles",
        "sourdough pizza",
        "fish tacos",
        "mole poblano",
        "dumplings",
        "pho",
        "sushi",
        "falafel",
        "cinnamon buns",
        "pastel de nata",
        "khachapuri",
        "mushroom risotto",
        "lentil soup",
        "apple strudel",
        "Käsespätzle",
        "smørrebrød",
        "okonomiyaki",
        "shakshuka",
        "pumpkin curry",
    ),
    "ingredient": (
        "leftover rice",
        "chickpeas",
        "wild garlic",
        "miso",
        "rhubarb",
        "buttermilk",
        "smoked tofu",
        "too many tomatoes",
        "plums",
        "red lentils",
        "rye flour",
        "tahini",
    ),
    "city": ("Kyoto", "Lisbon", "Copenhagen", "Mexico City", "Reykjavik", "Ljubljana", "Ghent", "Tbilisi"),
    "month": (
        "January",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "December",
    ),
    "district": (
        "Birkenplatz",
        "Augarten",
        "Färberzeile",
        "the old harbour",
        "the main station",
        "Holunderweg",
    ),
    "plant": ("basil", "tomato", "monstera", "lemon tree", "chili", "strawberry", "lavender", "fig tree"),
    "instrument": ("ukulele", "accordion", "piano", "mandolin", "bass guitar"),
    "hobby": (
        "bouldering",
        "pottery",
        "film photography",
        "bike touring",
        "stargazing",
        "birdwatching",
        "sourdough baking",
        "linocut printing",
        "wild swimming",
        "hand lettering",
    ),
    "gear": (
        "climbing shoes",
        "35mm camera",
        "bikepacking bag",
        "hiking boots",
        "rain jacket",
        "telescope",
        "sleeping pad",
        "noise cancelling headphones",
        "cast iron pan",
        "pottery wheel",
        "coffee grinder",
        "head torch",
    ),
    "craft": (
        "centre clay",
        "fix a flat tyre",
        "develop black and white film",
        "knead wet dough",
        "read a star chart",
        "tie a bowline",
        "sharpen a kitchen knife",
        "repot a cactus",
        "descale a kettle",
        "fold a fitted sheet",
        "whistle with two fingers",
        "bleed hydraulic brakes",
        "season a wok",
    ),
    "animal": (
        "otter",
        "hedgehog",
        "swift",
        "badger",
        "kingfisher",
        "octopus",
        "axolotl",
        "puffin",
        "red panda",
    ),
    "tech": (
        "postgres window function",
        "python generator",
        "git rebase",
        "css grid",
        "map projection",
        "raster tiles",
        "regular expression lookahead",
        "bash trap",
        "vector index",
        "geojson polygon",
    ),
    "problem": (
        "slow query",
        "merge conflict",
        "wrong time zone",
        "missing index",
        "off by one",
        "encoding error",
        "memory leak",
        "deadlock",
    ),
    "artist": (
        "Paper Lanterns",
        "The Night Trams",
        "Velvet Kettle",
        "Ida Moss",
        "Golden Retrograde",
        "Harbour Choir",
        "Sleepy Oscillator",
        "Los Ajolotes",
    ),
    "song": (
        "Slow Rivers",
        "Ferry Home",
        "Blue Umbrella",
        "Seven Lighthouses",
        "Moth Season",
        "Half Past Rain",
        "Tin Roof Waltz",
        "Orange Street",
        "Postcards",
        "Winter Swimmers",
    ),
    "ailment": (
        "sore finger tendon",
        "stiff neck",
        "hay fever",
        "jet lag",
        "blisters on heels",
        "tired eyes",
    ),
    "film": ("The Lighthouse Ledger", "Night Bus to Graz", "A Map of Small Things", "The Last Cartographer"),
    "thing": ("bike", "laptop", "washing machine", "espresso machine", "tent", "old camera", "ceramic bowl"),
    "days": ("3", "4", "5", "7", "10"),
    "number": ("3", "5", "7", "10", "12", "20"),
    "adjective": ("quiet", "cheap", "best", "cosy", "late night", "family run", "tiny", "vegetarian"),
    "wonder": (
        "northern lights",
        "cherry blossoms",
        "tide pools",
        "fireflies",
        "meteor shower",
        "autumn leaves",
    ),
    "style": ("easy", "slow", "no-knead", "one-pot", "crispy", "weeknight", "grandma's", "vegan"),
}

SEARCHES: tuple[str, ...] = (
    "{adjective} {dish} restaurant near {district}",
    "where to eat {dish} in {city}",
    "{dish} recipe",
    "{style} {dish} recipe with {ingredient}",
    "what to cook with {ingredient}",
    "how long does {ingredient} keep in the fridge",
    "is {dish} gluten free",
    "{city} in {month}",
    "things to do in {city} with {days} days",
    "cheap flights Vienna to {city} {month}",
    "night train Vienna to {city}",
    "{adjective} hotel {city} old town",
    "{city} public transport day pass",
    "do I need a visa for {city}",
    "weather {city} {month}",
    "best time to see {wonder}",
    "{wonder} tonight",
    "{hobby} for beginners",
    "{hobby} course Vienna",
    "best {gear} for {hobby}",
    "{gear} review",
    "used {gear} Vienna",
    "how to {craft}",
    "how do you {craft}",
    "{plant} leaves turning yellow",
    "when to plant {plant} on a balcony",
    "learn {instrument} as an adult",
    "{animal} sounds at night",
    "what do {animal}s eat",
    "{tech} example",
    "{tech} {problem}",
    "why is there a {problem} in my {tech}",
    "{artist} tour dates",
    "{artist} {song} lyrics",
    "{artist} {song} chords {instrument}",
    "{film} showtimes",
    "{film} ending explained",
    "{ailment} remedy",
    "{ailment} after {hobby}",
    "{thing} repair near {district}",
    "{thing} makes strange noise",
    "how to say thank you in {city}",
    "{number} km hikes near Vienna",
    "{number} euros in yen",
    "weather tomorrow",
    "pharmacy open now",
    "tram line {number} delays",
    "library opening hours",
    "gift ideas for someone who likes {hobby}",
)

VIDEO_TITLES: tuple[str, ...] = (
    "{style} {dish} in {number} minutes",
    "I ate only {dish} in {city} for {days} days",
    "The best {dish} in {city}",
    "How to {craft}",
    "{number} mistakes everyone makes in {hobby}",
    "{hobby}: a year in {number} minutes",
    "{days} days in {city} – what it really costs",
    "Walking {city} in the rain (no talking)",
    "{city} by bike, part {number}",
    "Is this the perfect {gear}?",
    "Restoring a rusty {thing}",
    "Growing {plant} on a windowsill",
    "The secret life of the {animal}",
    "Waiting {days} days for one {animal}",
    "Chasing {wonder} from the night train",
    "{tech}, explained with tea cups",
    "Why your {tech} has a {problem}",
    "{instrument} lesson {number}: {song}",
    "Full day of {hobby} in {month}",
    "Cooking with {ingredient}, {number} ways",
)

CHANNELS: tuple[str, ...] = (
    "Loaf & Ladle",
    "Slow Trains",
    "Clay Hours",
    "The Tea Cup Engineer",
    "Two Wheels North",
    "Kumo Kitchen",
    "Tideline Nature",
    "Chalk & Crimps",
    "Grain and Silver",
    "Balcony Jungle",
    "Rain Walks",
    "Night Sky Notebook",
    "Budget Atlas",
    "Rust to Useful",
    "Noodle Diaries",
    "Ukulele Anna",
)

SITES: tuple[tuple[str, str, str], ...] = (
    ("recipes.example.com", "Loaf & Ladle", "{style} {dish} recipe"),
    ("kitchen.example.org", "Kumo Kitchen", "Cooking with {ingredient}: {number} ideas"),
    ("news.example.com", "The Daily Example", "{city}: {wonder} draw visitors in {month}"),
    ("travel.example.org", "Budget Atlas", "{days} days in {city}"),
    ("rail.example.net", "Night Rail", "Vienna to {city} – timetable"),
    ("docs.example.dev", "Docs", "{tech} – reference"),
    ("forum.example.dev", "Forum", "{tech}: {problem}"),
    ("shop.example.com", "Example Outdoor", "{gear} | Example Outdoor"),
    ("climb.example.org", "Chalk & Crimps", "Training for {hobby}"),
    ("clay.example.org", "Clay Hours", "How to {craft}"),
    ("garden.example.net", "Balcony Jungle", "{plant} care in {month}"),
    ("wiki.example.org", "Wiki", "{animal} – Wiki"),
    ("music.example.com", "Chords", "{artist} – {song} chords"),
    ("cinema.example.com", "Kino Sternwarte", "{film} – showtimes"),
    ("maps.example.org", "Hiking Map", "{number} km loop near {district}"),
    ("mail.example.com", "Mail", "Inbox ({number})"),
    ("weather.example.net", "Weather", "Weather in {city}"),
)

APPS: tuple[str, ...] = (
    "Night Rail Tickets",
    "Star Chart Pocket",
    "Bouldering Log",
    "Sourdough Timer",
    "Tram Now",
    "Bird Call Finder",
    "Chord Book",
    "Balcony Planner",
    "Podcast Pebble",
    "City Bike Vienna",
)

ADS: tuple[tuple[str, str], ...] = (
    ("https://shop.example.com/sale?utm_source=ads&utm_campaign={month}", "{gear} – now 20% off"),
    ("https://rail.example.net/offers?to={city}", "{city} by night train from €49"),
    ("https://hotel.example.com/{city}", "{adjective} rooms in {city}"),
    ("https://course.example.org/{hobby}", "Learn {hobby} in {days} evenings"),
    ("https://kitchen.example.org/boxes", "Dinner in a box: {dish}"),
)

_SLOT = re.compile(r"\{(\w+)\}")
ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"


@cache
def _parts(pattern: str) -> tuple[str, tuple[tuple[str, ...], ...]]:
    """The pattern as a %-template, and the choices for each of its slots."""
    template = _SLOT.sub("%s", pattern.replace("%", "%%"))
    return template, tuple(WORDS[name] for name in _SLOT.findall(pattern))


def fill(chance: Random, pattern: str) -> str:
    """The pattern with a word for every slot."""
    template, slots = _parts(pattern)
    draw = chance.random
    return template % tuple(words[int(draw() * len(words))] for words in slots)


def one(chance: Random, choices: tuple[str, ...]) -> str:
    return choices[int(chance.random() * len(choices))]


_JSON_ESCAPES = (
    ("\\", "\\\\"),
    ('"', '\\"'),
    *((sign, f"\\u{ord(sign):04x}") for sign in "&=<>'"),
)


def json_text(text: str) -> str:
    """Escaped as Google's exports escape it inside a JSON string."""
    for sign, escape in _JSON_ESCAPES:
        if sign in text:
            text = text.replace(sign, escape)
    return text


def html_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


@cache
def catalogue(seed: int) -> tuple[tuple[str, str, str, str], ...]:
    """The videos this person comes across: (id, title, channel, channel id), most loved first."""
    chance = generator(seed, "catalogue")
    letters = ID_LETTERS
    ids = {
        name: "UC" + "".join(letters[int(chance.random() * 64)] for _ in range(22))
        for name in (*CHANNELS, *(f"{artist} - Topic" for artist in WORDS["artist"]))
    }
    videos = []
    for number in range(3000):
        if number % 6 == 0:
            artist = one(chance, WORDS["artist"])
            title, channel = f"{artist} – {one(chance, WORDS['song'])}", f"{artist} - Topic"
        else:
            title, channel = fill(chance, one(chance, VIDEO_TITLES)), one(chance, CHANNELS)
        title = title[0].upper() + title[1:]
        video_id = "".join(letters[int(chance.random() * 64)] for _ in range(11))
        videos.append((video_id, title, channel, ids[channel]))
    return tuple(videos)

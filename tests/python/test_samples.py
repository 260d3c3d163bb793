"""Exports with exact expectations, loaded by the command line. They lie beside the checkout, not in it.

The folder's NOTES.md says how its EXPECTED.tsv counts, and which records of several files are one event.
"""

import csv
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from e2e.program import lakectl
from psycopg.types.json import JsonbDumper

from lakectl import database
from lakectl.config import Settings

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "takeout-samples"
SYNTHETIC = SAMPLES / "synthetic"
pytestmark = pytest.mark.skipif(
    not SYNTHETIC.is_dir(), reason=f"the sample exports are not here: {SAMPLES} is no folder"
)


@dataclass(frozen=True)
class Known:
    """What the lake makes of a kind of EXPECTED.tsv.

    `kinds` are its own names for it. `facts` says how what is told of a record is found in `table`, where
    that differs from FACTS: a condition, or None for what no column tells.
    """

    table: str
    kinds: Collection[str]
    facts: Mapping[str, str | None] = field(default_factory=dict)


FACTS: dict[str, str] = {
    "at": "at = %(at)s",
    "local": "is_local AND at = (%(local)s || 'Z')::timestamptz",
    "end": "end_at IS NOT DISTINCT FROM %(end)s",
    "lat": "abs(st_y(pos::geometry) - %(lat)s) < 1e-6",
    "lon": "abs(st_x(pos::geometry) - %(lon)s) < 1e-6",
    "text": "body = %(text)s",
    "amount": "amount = %(amount)s::numeric",
} | {
    fact: f"{fact} IS NOT DISTINCT FROM %({fact})s"
    for fact in (
        "title",
        "url",
        "currency",
        "accuracy_m",
        "distance_m",
        "semantic_type",
        "place_id",
        "channel",
        "details",
    )
}
"""How a fact about a record is found in most tables."""

ACTIVITY: dict[str, str | None] = {
    "header": "product = %(header)s",
    "transition": "attrs ->> 'page_transition' = %(transition)s",
    "attachment": "EXISTS (SELECT FROM user_data.attachment AS a"
    " WHERE a.ident = takeout.activity_key(activity.at, activity.ident)"
    " AND a.sha256 IS NOT NULL AND a.path LIKE '%%/' || %(attachment)s)",
    "subtitle": "attrs -> 'subtitles' @> jsonb_build_array(jsonb_build_object('name', %(subtitle)s::text))",
    "subtitles": "jsonb_path_query_array(attrs, '$.subtitles[*].name') = to_jsonb(%(subtitles)s::text[])",
}
PLACED: dict[str, str | None] = {
    "activity": "mode = upper(replace(%(activity)s, ' ', '_'))",
    "lat": "abs(st_y(start_pos::geometry) - %(lat)s) < 1e-6",
    "lon": "abs(st_x(start_pos::geometry) - %(lon)s) < 1e-6",
}

SENT: dict[str, str | None] = {
    "from": "sender = %(from)s",
    "direction": "direction = CASE %(direction)s WHEN 'placed' THEN 'sent' ELSE %(direction)s END",
    "duration_s": "duration_s = %(duration_s)s",
    "reactions": "jsonb_array_length(attrs -> 'reactions') = %(reactions)s",
    "event_type": "attrs ->> 'event_type' = %(event_type)s",
    "attachment": "EXISTS (SELECT FROM user_data.attachment AS a"
    " WHERE a.ident = message.ident AND a.path LIKE '%%/' || %(attachment)s)",
    "sha256": "EXISTS (SELECT FROM user_data.attachment AS a"
    " WHERE a.ident = message.ident AND encode(a.sha256, 'hex') = %(sha256)s)",
}
THREAD: dict[str, str | None] = {
    "members": "cardinality(participants) = %(members)s",
    "id": "thread = %(id)s",
}

MAIL: dict[str, str | None] = {
    "from": "sender = %(from)s",
    "from_name": "sender_name = %(from_name)s",
    "thread": "thread = %(thread)s",
    "labels": "labels = %(labels)s::text[]",
    "body_has": "strpos(body, %(body_has)s) > 0",
    "attachments": "%(attachments)s::jsonb[] = ARRAY("
    "SELECT jsonb_build_object('name', a.name, 'sha256', encode(a.sha256, 'hex'))"
    " FROM user_data.attachment AS a WHERE a.ident = message.ident ORDER BY a.position)",
}

MEDIA = Known("user_data.file", ["media"], {"sha256": "sha256 = decode(%(sha256)s, 'hex')"})
SIDECAR = Known(
    "user_data.sidecar",
    ["photo_sidecar"],
    {
        "people": "people = %(people)s::text[]",
        "favorited": "favorite = %(favorited)s",
        "archived": "archived = %(archived)s",
        "trashed": "trashed = %(trashed)s",
    },
)

# product: {kind of EXPECTED.tsv: what the lake makes of it}. One block for each product.
KNOWN: dict[str, dict[str, Known]] = {
    "Location History": {
        "location_record": Known(
            "timeseries.location", ["location_record"], {"device_tag": "device = %(device_tag)s"}
        ),
        "place_visit": Known(
            "user_data.place_visit", ["place_visit"], {"title": "name IS NOT DISTINCT FROM %(title)s"}
        ),
        "activity_segment": Known("user_data.trip", ["activity_segment"], PLACED),
        "unknown_timeline_object": Known("user_data.place_visit", ["unknown_timeline_object"]),
        "semantic_segment": Known("user_data.place_visit", ["semantic_segment", "semantic_segment_ios"]),
        "raw_signal": Known("timeseries.location", ["raw_signal"]),
        "frequent_place": Known("user_data.place", ["frequent_place"], {"title": "label = %(title)s"}),
        "timeline_edit": Known("user_data.signal", ["timeline_edit"], {"activity": "mode = %(activity)s"}),
        "location_settings": Known(
            "user_data.item",
            ["location_settings"],
            {"history_enabled": "(attrs -> 'historyEnabled')::boolean = %(history_enabled)s"},
        ),
        "location_device": Known(
            "user_data.device",
            ["location_device"],
            {"device_tag": "attrs ->> 'device_tag' = %(device_tag)s"},
        ),
        "tombstone": Known("user_data.item", ["tombstone"]),
    },
    "My Activity": {
        "activity": Known("user_data.activity", ["my_activity", "my_activity_html"], ACTIVITY),
        "media": MEDIA,
    },
    "YouTube": {
        "media": MEDIA,
        "activity": Known("user_data.activity", ["youtube_activity", "youtube_activity_html"], ACTIVITY),
        "subscription": Known(
            "user_data.subscription",
            ["subscription", "subscription_json"],
            {"id": "attrs ->> 'channel_id' = %(id)s"},
        ),
        "playlist": Known("user_data.playlist", ["playlist"]),
        "playlist_item": Known(
            "user_data.playlist_item",
            ["playlist_item"],
            {"id": "attrs ->> 'video_id' = %(id)s", "playlist": "playlist = %(playlist)s"},
        ),
        "library_song": Known("user_data.playlist_item", ["library_song"]),
        "comment": Known(
            "user_data.comment",
            ["comment", "comment_html"],
            {"video": "right(url, 11) = %(video)s", "parent": "parent = %(parent)s"},
        ),
        "live_chat": Known("user_data.comment", ["live_chat"]),
        "channel": Known("user_data.item", ["channel"], {"id": "attrs ->> 'channel id' = %(id)s"}),
        "channel_url": Known("user_data.item", ["channel_url"]),
        "video_metadata": Known(
            "user_data.item",
            ["video_metadata"],
            {"duration_s": "(attrs ->> 'duration_s')::real = %(duration_s)s"},
        ),
        "video_recording": Known(
            "user_data.item", ["video_recording"], {"id": "attrs ->> 'video id' = %(id)s"}
        ),
    },
    "Chrome": {
        "browser_visit": Known("user_data.activity", ["browser_visit"], ACTIVITY),
        "typed_url": Known("user_data.activity", ["typed_url"]),
        "session_tab": Known("user_data.activity", ["session_tab"]),
        "bookmark": Known("user_data.bookmark", ["bookmark"], {"folder": "folder = %(folder)s"}),
        "reading_list_item": Known("user_data.bookmark", ["reading_list_item"]),
        "autofill_entry": Known(
            "user_data.item", ["autofill_entry"], {"name": "title = %(name)s", "value": "body = %(value)s"}
        ),
        "autofill_profile": Known("user_data.item", ["autofill_profile"]),
        "device": Known("user_data.device", ["device"]),
        "dictionary_word": Known("user_data.item", ["dictionary_word"]),
        "extension": Known("user_data.item", ["extension"], {"version": "attrs ->> 'version' = %(version)s"}),
        "search_engine": Known("user_data.item", ["search_engine"]),
        "setting": Known("user_data.item", ["setting"]),
    },
    "Saved": {
        "saved_link": Known(
            "(SELECT title, body FROM user_data.bookmark"
            " UNION ALL SELECT title, body FROM user_data.saved_place) AS t",
            ["saved_link"],
            {"note": "body = %(note)s"},
        )
    },
    "Maps": {
        "media": MEDIA,
        "photo_sidecar": SIDECAR,
        "saved_place": Known("user_data.saved_place", ["saved_place"]),
        "labeled_place": Known("user_data.saved_place", ["labeled_place"]),
        "commute_route": Known("user_data.saved_place", ["commute_route"], {"id": "attrs ->> 'id' = %(id)s"}),
        "place_review": Known("user_data.review", ["place_review"], {"rating": "rating = %(rating)s"}),
        "added_dish": Known("user_data.item", ["added_dish"]),
    },
    "Search Contributions": {
        "search_review": Known("user_data.review", ["search_review"]),
        "search_thumb": Known("user_data.review", ["search_thumb"]),
        "search_watched": Known("user_data.item", ["search_watched"]),
        "streaming_provider": Known("user_data.item", ["streaming_provider"]),
    },
    "Discover": {"discover_item": Known("user_data.item", ["discover_item"])},
    "News": {"news_line": Known("user_data.item", ["news_line"])},
    "Fit": {
        "fit_point": Known(
            "timeseries.metric",
            ["fit_point"],
            {"value": "value = %(value)s", "text": "attrs ->> 'stringVal' = %(text)s"},
        ),
        "fit_session": Known(
            "user_data.workout",
            ["fit_session"],
            {
                "activity": "type = %(activity)s",
                "duration_s": "duration_s = %(duration_s)s::real",
                "steps": "steps = %(steps)s",
            },
        ),
        "tcx_activity": Known(
            "user_data.workout",
            ["tcx_activity"],
            {"duration_s": "duration_s = %(duration_s)s::real", "distance_m": None},  # the session tells it
        ),
        "fit_bucket": Known(
            "timeseries.metric",
            ["fit_bucket"],
            {"steps": "metric = 'quarter_hour_step_count' AND value = %(steps)s"},
        ),
        "fit_day": Known(
            "(SELECT at, is_local, jsonb_object_agg(metric, value) AS sums FROM timeseries.metric"
            " WHERE metric ~ '^day_' GROUP BY 1, 2) AS t",
            ["fit_day"],
            {
                "date": "is_local AND at = (%(date)s || 'T00:00:00Z')::timestamptz",
                "steps": "(sums ->> 'day_step_count')::float8 IS NOT DISTINCT FROM %(steps)s",
                "distance_m": "(sums ->> 'day_distance_m')::float8 = %(distance_m)s",
                "calories_kcal": "(sums ->> 'day_energy_kcal')::float8 = %(calories_kcal)s",
            },
        ),
    },
    "Fitbit": {
        "active_zone_minutes": Known(
            "timeseries.metric",
            ["active_zone_minutes"],
            {"zone": "attrs::text ~ %(zone)s", "value": "value = %(value)s"},
        ),
        "heart_rate": Known(
            "timeseries.metric",
            ["heart_rate"],
            {"bpm": "value = %(bpm)s", "confidence": "(attrs ->> 'confidence')::int = %(confidence)s"},
        ),
        "sleep": Known(
            "user_data.sleep",
            ["sleep"],
            {"minutes_asleep": "minutes_asleep = %(minutes_asleep)s", "log_id": "log_id = %(log_id)s"},
        ),
        "steps": Known("timeseries.metric", ["steps"], {"value": "value = %(value)s"}),
        "weight": Known("timeseries.metric", ["weight"], {"value": "value = %(value)s"}),
        "spo2": Known("timeseries.metric", ["spo2"], {"value": "value = %(value)s"}),
        "sleep_score": Known(
            "timeseries.metric",
            ["sleep_score"],
            {
                "score": "metric = 'sleep_score_overall_score' AND value = %(score)s",
                "log_id": "attrs::text ~ %(log_id)s",
            },
        ),
    },
    "Google Play Store": {
        "app_install": Known(
            "user_data.app_install",
            ["app_install"],
            {"updated": "updated_at = %(updated)s", "device": "device = %(device)s"},
        ),
        "library_item": Known("user_data.item", ["library_item"]),
        "device": Known("user_data.device", ["play_device"]),
        "order": Known("user_data.purchase", ["order"], {"id": "order_id = %(id)s"}),
        "purchase": Known("user_data.purchase", ["purchase"]),
        "promotion": Known("user_data.purchase", ["promotion"]),
        "redemption": Known("user_data.purchase", ["redemption"]),
        "subscription": Known(
            "user_data.subscription",
            ["play_subscription"],
            {"renewal": "attrs ->> 'renewalDate' = %(renewal)s", "state": "status = %(state)s"},
        ),
        "app_review": Known("user_data.review", ["app_review"], {"rating": "rating = %(rating)s"}),
        "setting": Known("user_data.item", ["play_setting"]),
    },
    "Google Pay": {
        "transaction": Known("user_data.purchase", ["transaction"]),
        "money_transfer": Known("user_data.purchase", ["money_transfer"]),
    },
    "Google Play Games Services": {
        "game_activity": Known("user_data.item", ["game_activity"]),
        "game_achievement": Known("user_data.item", ["game_achievement"]),
    },
    "Google Account": {
        "account_info": Known(
            "user_data.item",
            ["account_info"],
            {
                "email": "attrs ->> 'e-Mail' = %(email)s",
                "recovery": "attrs ->> 'Recovery e-Mail' = %(recovery)s",
            },
        ),
        "account_ip_activity": Known(
            "user_data.sign_in",
            ["account_ip_activity"],
            {"ip": "ip = %(ip)s::inet", "type": "type = %(type)s"},
        ),
    },
    "Google Play Books": {"book": Known("user_data.item", ["book"])},
    "Google Play Movies & TV": {
        "movie_item": Known(
            "(SELECT title FROM user_data.item UNION ALL SELECT title FROM user_data.review) AS t",
            ["movie_item"],
        )
    },
    "Google Shopping": {
        "shopping_order": Known("user_data.purchase", ["shopping_order"]),
        "shopping_address": Known("user_data.item", ["shopping_address", "shopping_nothing"]),
    },
    "Access Log Activity": {
        "access": Known("user_data.sign_in", ["access"], {"ip": "ip = %(ip)s::inet"}),
        "access_device": Known(
            "user_data.device", ["access_device"], {"country": "attrs ->> 'country' = %(country)s"}
        ),
    },
    "Profile": {
        "media": MEDIA,
        "profile": Known("user_data.item", ["profile"], {"birthday": "attrs ->> 'birthday' = %(birthday)s"}),
    },
    "Home App": {
        "home_device": Known("user_data.device", ["home_device"], {"room": "attrs ->> 'room' = %(room)s"}),
        "home_event": Known("user_data.activity", ["home_event"]),
    },
    "Google Chat": {
        "media": MEDIA,
        "chat_message": Known("user_data.message", ["chat_message"], SENT),
        "chat_group": Known("user_data.thread", ["chat_group"], THREAD),
        "chat_user": Known("user_data.item", ["chat_user"]),
    },
    "Hangouts": {
        "hangouts_conversation": Known(
            "user_data.thread", ["hangouts_conversation", "hangouts_conversation_2013"], THREAD
        ),
        "hangouts_event": Known(
            "user_data.message",
            ["hangouts_event", "hangouts_event_2013"],
            SENT | {"from": "sender_name = %(from)s"},
        ),
    },
    "Keep": {
        "media": MEDIA,
        "keep_note": Known(
            "user_data.note",
            ["keep_note", "keep_page"],
            {
                "title": "%(title)s IN (coalesce(title, ''), attrs ->> 'file')",
                "archived": "archived = %(archived)s",
                "trashed": "trashed = %(trashed)s",
                "items": "jsonb_array_length(items) = %(items)s",
                "checked": "jsonb_array_length(jsonb_path_query_array(items, '$[*] ? (@.checked == true)'))"
                " = %(checked)s",
                "labels": "labels = %(labels)s",
                "attachments": "(SELECT count(*) FROM user_data.attachment AS a WHERE a.ident = note.ident)"
                " = %(attachments)s",
            },
        ),
        "keep_label": Known("user_data.item", ["keep_label"]),
    },
    "Tasks": {
        "task_list": Known("user_data.item", ["task_list"]),
        "task": Known(
            "user_data.task",
            ["task"],
            {
                "due": "due_on = %(due)s::date",
                "completed": "completed_at = %(completed)s",
                "parent": "parent = takeout.ident('task', %(parent)s)",
            },
        ),
    },
    "Assistant Notes and Lists": {"list_item": Known("user_data.item", ["list_item"])},
    "Mail": {
        "message": Known("user_data.message", ["message"], MAIL),
        "blocked_address": Known("user_data.item", ["blocked_address"]),
        "mail_filter": Known("user_data.item", ["mail_filter"]),
    },
    "Groups": {
        "message": Known("user_data.message", ["group_message"], MAIL),
        "group_member": Known("user_data.item", ["group_member"], {"email": "title = %(email)s"}),
    },
    "Contacts": {
        "contact": Known(
            "user_data.contact",
            ["contact", "contact_row"],
            {
                "title": "name = %(title)s",
                "emails": "emails = %(emails)s::text[]",
                "phones": "phones = %(phones)s::text[]",
                "address_has": "strpos(addresses[1], %(address_has)s) > 0",
                "photo_sha256": "photo_sha256 = decode(%(photo_sha256)s, 'hex')",
            },
        )
    },
    "Calendar": {
        "calendar_event": Known(
            "user_data.calendar_event",
            ["calendar_event"],
            {
                "start_date": "start_date = %(start_date)s",
                "end_date": "end_date = %(end_date)s",
                "all_day": "(start_date IS NOT NULL) = %(all_day)s",
                "rrule": "rrule = %(rrule)s",
                "attendees": "cardinality(attendees) = %(attendees)s",
                "location": "location = %(location)s",
                "recurrence_id": "recurrence_at = %(recurrence_id)s",
                "uid": "uid = %(uid)s",
            },
        ),
        "calendar_todo": Known("user_data.calendar_event", ["calendar_todo"]),
    },
    "Google Photos": {
        "media": MEDIA,
        "photo_sidecar": SIDECAR,
        "photo_album": Known("user_data.album", ["photo_album"], {"at": "at IS NOT DISTINCT FROM %(at)s"}),
        "album_comment": Known("user_data.comment", ["album_comment"]),
        "memory_title": Known("user_data.item", ["memory_title"]),
        "print_subscription": Known("user_data.item", ["print_subscription"]),
    },
    "Drive": {
        "drive_file": Known("user_data.file", ["drive_file"], MEDIA.facts),
        "drive_file_info": Known("user_data.sidecar", ["drive_file_info"]),
    },
    "Voice": {
        "media": MEDIA,
        "voice_call": Known("user_data.message", ["voice_call"], SENT),
        "voicemail": Known("user_data.message", ["voicemail"], SENT),
        "voice_text": Known("user_data.message", ["voice_text"], SENT),
        "contact": Known(
            "(SELECT array_agg(title ORDER BY title) AS phones FROM user_data.item"
            " WHERE type = 'own_phone') AS t",
            ["own_phone"],
            {"phones": "phones = %(phones)s::text[]"},
        ),
    },
}

Expectation = dict[str, Any]
File = dict[str, Any]


def list_files(user: str) -> list[File]:
    listed = lakectl("files", "--user", user, "--json")
    assert listed.returncode == 0, listed.stderr
    files: list[File] = json.loads(listed.stdout)
    return files


def read_expectations() -> list[Expectation]:
    if not SYNTHETIC.is_dir():
        return []
    with (SYNTHETIC / "EXPECTED.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    parsed: dict[str, Callable[[str], Any]] = {"records": int, "rejects": int, "info": json.loads}
    return [row | {column: read(row[column]) for column, read in parsed.items()} for row in rows]


def known(expected: Expectation) -> Known | None:
    return KNOWN.get(expected["product"], {}).get(expected["kind"])


EXPECTATIONS = read_expectations()
EXPECTED = [row for row in EXPECTATIONS if known(row)]


def new_user() -> str:
    name = f"samples-{uuid4().hex[:8]}"
    added = lakectl("user", "add", name)
    assert added.returncode == 0, added.stderr
    return name


@pytest.fixture(scope="module")
def user(settings: Settings) -> str:
    """A user who has loaded all of the synthetic exports."""
    name = new_user()
    loaded = lakectl("load", "--user", name, SYNTHETIC)
    assert loaded.returncode == 1, "records are rejected on purpose: " + loaded.stderr
    return name


@pytest.fixture(scope="module")
def files(user: str) -> list[File]:
    return list_files(user)


@pytest.fixture(scope="module")
def connection(settings: Settings, user: str) -> Iterator[psycopg.Connection]:
    with database.user(settings, user, autocommit=True) as logged_in:
        logged_in.adapters.register_dumper(dict, JsonbDumper)
        yield logged_in


def label(expected: Expectation) -> str:
    return f"{expected['path']}: {expected['kind']}"


@pytest.mark.parametrize("expected", EXPECTED, ids=label)
def test_counts_of_a_file(expected: Expectation, files: list[File]) -> None:
    """A file has the records and rejects that it should have, and each record one outcome."""
    kinds = KNOWN[expected["product"]][expected["kind"]].kinds
    found = [f for f in files if f["path"] == expected["path"] and f["kind"] in kinds]
    assert len(found) == 1
    (file,) = found
    info = expected["info"]
    low, high = info.get("rejects_ok", [expected["rejects"], expected["rejects"]])
    right = [(expected["records"], low, high)]
    right += [(a["records"], a.get("rejects", 0), a.get("rejects", 0)) for a in info.get("alt", [])]
    assert any(file["records"] == n and low <= file["rejects"] <= high for n, low, high in right), file
    assert file["records"] == file["rows"] + file["duplicates"] + file["rejects"]
    assert file["duplicates"] >= info.get("dups", 0)
    assert file["product"] == expected["product"]
    if info.get("truncated"):
        assert file["state"] == "failed"
        assert file["error"]
    elif file["records"] > file["rejects"]:
        assert file["state"] == "done"


SPOTS = [(row, spot) for row in EXPECTED for spot in row["info"].get("spots", [])]


def name_part(part: dict[str, Any]) -> str:
    return label(part) if "path" in part else str(part)


@pytest.mark.parametrize(("expected", "spot"), SPOTS, ids=name_part)
def test_fact_about_a_record(
    expected: Expectation, spot: dict[str, Any], connection: psycopg.Connection
) -> None:
    """A record that is known exactly has become the row that it should become."""
    what = KNOWN[expected["product"]][expected["kind"]]
    if "title_contains" in spot:  # U+0000, which no text of PostgreSQL can hold
        assert find(connection, "lake.rejects", ["path = %(path)s", "state LIKE '22%%'"], expected)
        return
    spot = dict(spot)
    if expected["kind"] == "semantic_segment":
        what = SEGMENTS[spot.pop("kind")]
    for at in spot.pop("visits", [spot.get("at")]):
        told = spot | ({"at": at} if at else {})
        assert find(connection, what.table, conditions(what, told, expected["path"]), told), told


SEGMENTS = {
    "visit": Known("user_data.place_visit", []),
    "activity": Known("user_data.trip", [], PLACED),
    "timelinePath point": Known("timeseries.location", []),
}
"""What the segments of a phone's timeline become."""


def conditions(what: Known, told: dict[str, Any], path: str) -> list[str]:
    """What is told of a record in the file `path`, in terms of the table's columns."""
    rules = {key: what.facts[key] if key in what.facts else FACTS[key] for key in told}
    if path.endswith(".html") and "at" in told:  # mostly to the second; another file may know better
        rules["at"] = "%(at)s IN (at, date_trunc('second', at))"
    # Where the file has no position or no title of a product, another file may know it.
    filled = {"lat", "lon", "header"}
    return [rule for key, rule in rules.items() if rule and not (told[key] is None and key in filled)]


def find(connection: psycopg.Connection, table: str, rules: list[str], spot: dict[str, Any]) -> bool:
    query = f"SELECT EXISTS (SELECT FROM {table} WHERE {' AND '.join(rules)})"
    row = connection.execute(query.encode(), spot).fetchone()
    assert row is not None
    return bool(row[0])


def test_everything_else_is_kept(files: list[File]) -> None:
    """Every file is listed; litter and index pages are ignored; an empty file is empty."""
    known_paths = {row["path"] for row in EXPECTED}
    states: dict[str, set[str]] = {}
    for file in files:
        states.setdefault(file["path"], set()).add(file["state"])
    for row in EXPECTATIONS:
        if row["path"] in known_paths:
            continue
        if row["kind"] == "empty_file":
            assert states[row["path"]] == {"empty"}, row["path"]
        elif row["product"] in {"junk", "Takeout"}:
            assert states[row["path"]] == {"ignored"}, row["path"]
        else:
            assert states[row["path"]] <= {"done", "empty", "unrecognized"}, row["path"]


@pytest.mark.parametrize(
    ("what", "query", "count"),
    [
        ("YouTube events in four files", "activity WHERE product ~ '^YouTube'", 19),
        ("a watch in JSON and HTML", "activity WHERE url LIKE '%%watch?v=tp0Dawn_001'", 2),
        ("a watch of two exports", "activity WHERE url LIKE '%%watch?v=ferryFog_01'", 1),
        ("a search in JSON and HTML", "activity WHERE title = 'Searched for low tide walk'", 1),
        ("an advertisement in two files", "activity WHERE url LIKE '%%watch?v=ad_sprgsale'", 1),
        ("a search twice in its file", "activity WHERE title = 'Searched for tide table yaquina bay'", 1),
        ("a visit twice in its file", "activity WHERE at = '2024-03-05 18:07:32.123456+00'", 1),
        ("people in vCards and a table", "contact", 4),
        (
            "a film and the table about it",
            "media_item WHERE title = 'Pier walk' AND url LIKE '%%=myPier_0001'",
            1,
        ),
        ("a page visit and its search", "activity WHERE title LIKE '%%Tide tables – Harbor Office'", 2),
        ("events of Hangouts in two exports", "message WHERE thread LIKE 'UgxConvSynth%%'", 6),
        ("notes as JSON and HTML", "note WHERE attrs ? 'file'", 3),
    ],
)
def test_the_same_thing_in_several_files(
    what: str, query: str, count: int, connection: psycopg.Connection
) -> None:
    found = connection.execute(f"SELECT count(*) FROM user_data.{query}".encode(), {}).fetchone()
    assert found == (count,), what


def read_pairs() -> list[tuple[str, str, str]]:
    """The table of NOTES.md: sidecar or reference, media, how; paths from the product's folder on."""
    if not SYNTHETIC.is_dir():
        return []
    notes = (SYNTHETIC / "NOTES.md").read_text(encoding="utf-8")
    table = notes.partition("## Sidecars and the media they belong to")[2]
    cells = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")][2:]
    return [tuple(cell.strip("`").rpartition("Takeout/")[2] for cell in row) for row in cells]  # type: ignore[misc]


PAIRS = read_pairs()
PAIRED = """
SELECT f.path AS media, s.path AS sidecar FROM user_data.file AS f
  LEFT JOIN imports.match_sidecars(ARRAY(SELECT folder FROM user_data.sidecar)) AS m ON m.file = f.id
  LEFT JOIN user_data.sidecar AS s ON s.id = m.sidecar
 WHERE f.product <> 'Drive'
UNION ALL
SELECT f.path, s.path FROM user_data.file AS f
  JOIN user_data.sidecar AS s ON s.at = f.at AND s.path = f.path || '-info.json'
 WHERE f.product = 'Drive'
"""


@pytest.mark.parametrize(("sidecar", "media", "how"), PAIRS, ids=str)
def test_a_sidecar_and_its_media(sidecar: str, media: str, how: str, connection: psycopg.Connection) -> None:
    """Every row of the table in NOTES.md: a sidecar has its picture, an attachment its bytes."""
    told = {"sidecar": sidecar, "media": media, "folder": media.rpartition("/")[0]}
    if sidecar.endswith(".json") and not sidecar.startswith("Keep/"):
        rules = ["sidecar = %(sidecar)s", "media = %(media)s"]
        if media == "none":
            assert not find(connection, f"({PAIRED}) AS pair", rules[:1], told), how
            assert find(connection, "user_data.sidecar", ["path = %(sidecar)s"], told)
        else:
            assert find(connection, f"({PAIRED}) AS pair", rules, told), how
    elif sidecar == "none":
        assert find(connection, f"({PAIRED}) AS pair", ["media = %(media)s"], told)
        copies = "(SELECT unnest(paths) AS path, attrs FROM user_data.media_item) AS item"
        described = find(connection, copies, ["path = %(media)s", "attrs ? 'sidecar'"], told)
        assert described == ("byte-identical" in how)
    elif sidecar.startswith(("My Activity/", "YouTube")):  # named in a row of its own
        assert find(connection, "user_data.file", ["path = %(media)s"], told)
    else:
        sent = "user_data.attachment AS a JOIN user_data.file AS f ON f.sha256 = a.sha256"
        assert find(connection, sent, ["f.path = %(media)s"], told), how


@pytest.mark.parametrize(
    ("what", "query", "count"),
    [
        ("one picture at three places", "media_item WHERE cardinality(paths) = 3", 1),
        ("in two albums and folders", "album_item WHERE path LIKE '%%/IMG_20230405_060708.jpg'", 1),
        ("one title, other bytes", "media_item WHERE title = 'IMG_20230405_060708.jpg'", 2),
        ("an edited copy", "media_item WHERE original_sha256 IS NOT NULL", 1),
        ("a live photo", "media_item WHERE still_sha256 IS NOT NULL", 1),
        ("a favourite", "media_item WHERE favorite AND people = '{Tam Okafor,Priya Lund}'", 1),
        ("archived, with its edited copy", "media_item WHERE archived", 2),
        ("a name that tells the time", "media_item WHERE at = '2023-06-10 13:00Z' AND at_source = 'name'", 1),
        ("an old picture", "media_item WHERE at = '1961-07-04 12:00Z' AND at_source = 'sidecar'", 1),
    ],
)
def test_pictures(what: str, query: str, count: int, connection: psycopg.Connection) -> None:
    found = connection.execute(f"SELECT count(*) FROM user_data.{query}".encode(), {}).fetchone()
    assert found == (count,), what


def test_why_something_is_a_duplicate(user: str, connection: psycopg.Connection) -> None:
    listed = lakectl("files", "--user", user, "--duplicates", "--json")
    assert listed.returncode == 0, listed.stderr
    doubled = {file["path"]: file for file in json.loads(listed.stdout)}
    path = "takeout-2024/Takeout/Chrome/History.json"
    assert doubled[path]["duplicates"] == 1
    assert all(file["reason"] for file in doubled.values())
    history = json.loads((SYNTHETIC / path).read_text(encoding="utf-8"))["Browser History"]
    reason = connection.execute(
        "SELECT lake.duplicate_reason(%s::uuid, 7, %s)", [doubled[path]["file_id"], history[6]]
    ).fetchone()
    assert reason == ("it repeats record 1 of the same file",)


def test_finer_times_win(connection: psycopg.Connection) -> None:
    """An event that a page knows to the second has the milliseconds of the JSON."""
    query = b"SELECT count(*) FROM user_data.activity WHERE coarse AND url LIKE '%watch?v=tp0Dawn_001'"
    assert connection.execute(query).fetchone() == (0,)


def test_one_point_for_one_place_and_time(connection: psycopg.Connection) -> None:
    query = b"SELECT count(*) FROM timeseries.location WHERE at = '2023-04-07 09:00:00+00'"
    assert connection.execute(query).fetchone() == (1,)


def test_edits_are_not_the_history(connection: psycopg.Connection) -> None:
    query = b"SELECT count(*) FROM timeseries.location WHERE at = '2024-02-17 04:14:41.412+00'"
    assert connection.execute(query).fetchone() == (0,)


def count_rows(connection: psycopg.Connection) -> list[tuple[Any, ...]]:
    tables = sorted({what.table for kinds in KNOWN.values() for what in kinds.values()} | {"user_data.note"})
    query = " UNION ALL ".join(f"SELECT {n}, count(*) FROM {table}" for n, table in enumerate(tables))
    return connection.execute(query.encode()).fetchall()


def test_a_second_load_adds_nothing(user: str, files: list[File], connection: psycopg.Connection) -> None:
    before = count_rows(connection)
    again = lakectl("load", "--user", user, SYNTHETIC)
    assert again.returncode in {0, 1}, again.stderr
    assert count_rows(connection) == before
    assert list_files(user) == files


PUBLIC = {
    "export-2017": {"location_record": 3, "my_activity": 2},
    "export-2023": {
        "location_record": 0,
        "activity_segment": 4,
        "timeline_edit": 1,
        "location_settings": 1,
        "location_device": 1,
        "my_activity_html": 3,
        "chat_message": 9,
        "chat_group": 1,
        "voice_text": 20,
        "voice_call": 1,
        "keep_note": 3,
        "photo_sidecar": 8,
        "photo_album": 1,
    },
    "on-device-android": {"semantic_segment": 0, "raw_signal": 0},
    "on-device-ios": {"semantic_segment_ios": 7},
    "takeout-20150518T000000Z.zip": {"my_activity_html": 3},
}
"""Records of each kind in files from public projects; 0 where the list itself is counted below."""


def elements(path: Path, key: str) -> int:
    return len(json.loads(path.read_text(encoding="utf-8-sig"))[key])


def test_files_of_public_projects(settings: Settings) -> None:
    """Real shapes: all records of known kinds become rows or duplicates, but for empty Wi-Fi scans."""
    phone = SAMPLES / "on-device-android/Timeline.json"
    empty = json.loads(phone.read_text(encoding="utf-8"))["rawSignals"].count({"wifiScan": {}})
    name = new_user()
    loaded = lakectl("load", "--user", name, *(SAMPLES / part for part in PUBLIC))
    assert loaded.returncode == (1 if empty else 0), loaded.stdout + loaded.stderr
    counts: dict[str, int] = {}
    for file in list_files(name):
        assert file["rejects"] == (empty if file["kind"] == "raw_signal" else 0), file
        if file["kind"] and file["kind"] != "unknown_file":
            assert file["state"] in {"done", "empty"}, file
            counts[file["kind"]] = counts.get(file["kind"], 0) + file["records"]
    expected: dict[str, int] = {}
    for part in PUBLIC.values():
        for kind, count in part.items():
            expected[kind] = expected.get(kind, 0) + count
    records = SAMPLES / "export-2023/Takeout/Location History (Timeline)/Records.json"
    old = SAMPLES / "export-2017/Takeout/Location History/Location History.json"
    expected["location_record"] = elements(records, "locations") + elements(old, "locations")
    expected["semantic_segment"] = elements(phone, "semanticSegments")
    expected["raw_signal"] = elements(phone, "rawSignals")
    assert {kind: counts.get(kind, 0) for kind in expected} == expected

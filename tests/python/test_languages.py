"""An export in another language: what is recognised by content alone, and what cannot be.

German names are those of real exports where they are known, else plain translations that the lake does not
know. The other language is made up, and so is every name of a folder, a file and a column in it: only what
Google writes the same everywhere (the keys of JSON, ids, addresses, times) can tell what a file is.
"""

import json
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import psycopg
import pytest
from e2e.program import lakectl

from lakectl import database
from lakectl.config import Settings

BOOKMARKS = (
    "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<TITLE>{0}</TITLE>\n<H1>{0}</H1>\n"
    '<DL><p>\n<DT><H3>{1}</H3>\n<DL><p>\n<DT><A HREF="https://tides.example.org/" '
    'ADD_DATE="1580702706">Gezeiten</A>\n</DL><p>\n</DL><p>\n'
)
CHANNEL = "UCsynthLoafLab0000000002"
OTHER_CHANNEL = "UCsynthRioBoats000000003"
SEGMENTS = '"{""takeoutSegments"":[{""text"":""Schön!""}]}"'


def rows(*lines: str) -> str:
    return "\r\n".join([*lines, ""])


def features(*properties: dict[str, object]) -> str:
    place = {"coordinates": [9.9872, 53.5503], "type": "Point"}
    list_ = [{"geometry": place, "properties": p, "type": "Feature"} for p in properties]
    return json.dumps({"type": "FeatureCollection", "features": list_}, indent=2, ensure_ascii=False)


def document(key: str, *records: dict[str, object]) -> str:
    return json.dumps({key: list(records)}, indent=2, ensure_ascii=False)


class Case(NamedTuple):
    """A document: its name in German, its name in a language unknown to us, what it holds."""

    german: str
    unknown: str
    content: str
    records: int = 1


# By the kind of its records.
CHROME = {
    "bookmark": Case("Chrome/Lesezeichen.html", "Brzk/Zlpt.html", BOOKMARKS.format("Zlpt", "Qrv")),
    "setting": Case(
        "Chrome/Einstellungen.json",
        "Brzk/Nst.json",
        document("Preferences", {"name": "homepage", "value": "x"}),
    ),
    "autofill_entry": Case(
        "Chrome/Adressen und mehr.json",
        "Brzk/Dp.json",
        document("Autofill", {"name": "email", "value": "r@example.com", "usage_timestamp": []}),
    ),
    "extension": Case(
        "Chrome/Erweiterungen.json",
        "Brzk/Rz.json",
        document("Extensions", {"name": "Tab", "id": "aaaabbbb", "version": "1"}),
    ),
    "device": Case(
        "Chrome/Geräteinformationen.json",
        "Brzk/Zr.json",
        document("Device Info", {"cache_guid": "s1", "client_name": "Laptop"}),
    ),
    "search_engine": Case(
        "Chrome/Suchmaschinen.json",
        "Brzk/Hl.json",
        document("Search Engines", {"short_name": "Tides", "sync_guid": "g", "date_created": "0"}),
    ),
}
YOUTUBE = {
    "subscription": Case(
        "YouTube und YouTube Music/Abos/Abos.csv",
        "Jtb/Pdp/Pdp.csv",
        rows(
            "Kanal-ID,Kanal-URL,Kanaltitel", f"{CHANNEL},http://www.youtube.com/channel/{CHANNEL},Brotlabor"
        ),
    ),
    "playlist": Case(
        "YouTube und YouTube Music/Playlists/Playlists.csv",
        "Jtb/Spl/Spl.csv",
        rows(
            "Playlist-ID,Neue oben,Titel,Sprache,Erstellt,Geändert,Folge,Sichtbarkeit",
            "PLsynthRoad0000000000000000000001,False,Unterwegs,,2022-08-01T10:00:00+00:00,"
            "2023-08-01T10:00:00+00:00,Manuell,Privat",
        ),
    ),
    "playlist_item": Case(
        "YouTube und YouTube Music/Playlists/Unterwegs-Videos.csv",
        "Jtb/Spl/Unterwegs-vd.csv",
        rows("Video-ID,Hinzugefügt", "ferryFog_01,2022-08-01T10:05:00+00:00"),
    ),
    "comment": Case(
        "YouTube und YouTube Music/Kommentare/Kommentare.csv",
        "Jtb/Kmt/Kmt.csv",
        rows(
            "Kommentar-ID,Kanal-ID,Erstellt,Preis,Antwort auf,Video-ID,Text",
            f"UgxsynthA0000000000001,{CHANNEL},2024-03-05T18:10:00.434647+00:00,0,,tp0Dawn_001,{SEGMENTS}",
        ),
    ),
    "live_chat": Case(
        "YouTube und YouTube Music/Livechats/Livechats.csv",
        "Jtb/Zv/Zv.csv",
        rows(
            "Livechat-ID,Kanal-ID,Erstellt,Preis,Video-ID,Text",
            f"LCCsynth01,{CHANNEL},2024-01-20T20:00:00.5+00:00,0,liveTide_01,{SEGMENTS}",
        ),
    ),
    "channel_setting": Case(
        "YouTube und YouTube Music/Kanäle/Kanal.csv",
        "Jtb/Knl/Knl.csv",
        rows("Kanal-ID,Land,Titel,Sichtbarkeit", f"{CHANNEL},DE,Rotkehlchen,Privat"),
    ),
    "library_song": Case(
        "YouTube und YouTube Music/Musik/Titel.csv",
        "Jtb/Mz/Mz.csv",
        rows("Video-ID,Titel,Album,Künstler 1", "fog_lullab1,Nebelhorn,Ebbe,Die Bojen"),
    ),
    "video_metadata": Case(
        "YouTube und YouTube Music/Videometadaten/Videos.csv",
        "Jtb/Vm/V.csv",
        rows(
            "Video-ID,Dauer,Sprache,Kategorie,Beschreibung,Kanal-ID,Titel,Datenschutz,Erstellt",
            'myPier_0001,144000,de,Reisen,"Der Steg,\nim Wind",'
            f"{CHANNEL},Steg,Privat,2018-12-02T02:45:06+00:00",
        ),
    ),
    "video_recording": Case(
        "YouTube und YouTube Music/Videometadaten/Aufnahmen.csv",
        "Jtb/Vm/A.csv",
        rows("Video-ID,Adresse,Höhe,Breite,Länge,Ort", "myPier_0001,Steg 4,3.5,54.6255,9.0568,"),
    ),
    "comment_html": Case(
        "YouTube/meine-kommentare.html",
        "Jtb/Mk.html",
        '<html><body><ul><li>Zzz <a href="http://www.youtube.com/watch?v=oldOnly_001&amp;lc=z1">q</a> z '
        '<a href="http://www.youtube.com/watch?v=oldOnly_001">v</a> 2018-05-06 07:08:09 UTC.<br/>'
        "Moin</li></ul></body></html>",
    ),
    "subscription_json": Case(
        "YouTube/Abos/Abos.json",
        "Jtb/Pdp/Pdp.json",
        # Another channel: where both formats tell of one, this one is believed.
        json.dumps(
            [{"kind": "youtube#subscription", "snippet": {"resourceId": {"channelId": OTHER_CHANNEL}}}]
        ),
    ),
    "playlist_item_json": Case(
        "YouTube/Playlists/Mag ich.json",
        "Jtb/Spl/Lb.json",
        json.dumps([{"kind": "youtube#playlistItem", "contentDetails": {"videoId": "ferryFog_01"}}]),
    ),
}
PLACES = {
    "saved_link": Case(
        "Gespeichert/Favoriten.csv",
        "Vkl/Lst.csv",
        rows(
            "Titel,Notiz,URL,Kommentar",
            "Gull Coffee,,https://www.google.com/maps/place/Gull+Coffee/data=!4m2,",
        ),
    ),
    "saved_place": Case(
        "Maps (Meine Orte)/Gespeicherte Orte.json",
        "Krt/Vo.json",
        features({"date": "2023-08-09T10:11:12Z", "google_maps_url": "http://maps.google.com/?cid=1"}),
    ),
    "place_review": Case(
        "Maps (Meine Orte)/Bewertungen.json",
        "Krt/Rz.json",
        features(
            {
                "date": "2023-09-01T08:00:00Z",
                "five_star_rating_published": 4,
                "google_maps_url": "http://maps.google.com/?cid=1",
            }
        ),
    ),
    "labeled_place": Case(
        "Maps/Meine Orte mit Labels/Orte mit Labels.json",
        "Krt/Mk/Mk.json",
        features({"address": "Tangweg 12", "name": "Zuhause"}),
    ),
    "commute_route": Case(
        "Maps/Arbeitswege/Arbeitswege.json",
        "Krt/Pt/Pt.json",
        document(
            "trips",
            {"id": "r1", "place_visit": [{"place": {"lat_lng": {"latitude": 53.5, "longitude": 9.9}}}]},
        ),
    ),
    "added_dish": Case(
        "Maps/Gerichte/Gerichte.json",
        "Krt/Jd/Jd.json",
        document("contributions", {"dish": {"name": "Rundstück"}}),
    ),
    "maps_answer": Case(
        "Maps/Fragen/Fragen.json",
        "Krt/Fr/Fr.json",
        json.dumps({"questions": [], "answers": [{"answer": "Ja"}]}),
    ),
    "location_device": Case(
        "Zeitachse/Einstellungen.json",
        "Csv/Nst.json",
        json.dumps(
            {
                "createdTime": "2012-06-07T08:09:10.011Z",
                "deviceSettings": [{"deviceTag": -7310042266851093713}],
            }
        ),
    ),
    "tombstone": Case(
        "Zeitachse/Gelöscht.csv",
        "Csv/Sm.csv",
        rows(
            "Gerät,Gelöscht,Von,Bis",
            "-7310042266851093713,2023-05-01T10:00:00Z,2023-04-10T00:00:00Z,2023-04-11T00:00:00Z",
        ),
    ),
    "search_review": Case(
        "Suchbeiträge/Rezensionen.json",
        "Hld/Rz.json",
        json.dumps([{"Search Query": "Nebel", "Review Star Rating": 4, "Published": "2023-11-12T00:00:00Z"}]),
    ),
    "search_thumb": Case(
        "Suchbeiträge/Daumen.json",
        "Hld/Pl.json",
        json.dumps([{"Search Query": "Tang", "Thumbs Rating": "UP"}]),
    ),
    "search_watched": Case(
        "Suchbeiträge/Angesehen.json",
        "Hld/Vd.json",
        json.dumps([{"Search Query": "Fähre", "Published": "2023-11-12T02:00:00Z"}]),
    ),
    "streaming_provider": Case(
        "Suchbeiträge/Anbieter.json",
        "Hld/Pv.json",
        json.dumps([{"Provider Name": "Tubewave", "Published": "2023-11-12T04:00:00Z"}]),
    ),
    "news_line": Case(
        "Google News/followed_topics.txt", "Zpr/followed_topics.txt", "Gezeiten\nSauerteig\n", 2
    ),
}
FILES = CHROME | YOUTUBE | PLACES

NOT_TOLD = {
    "Brzk/Sl.csv": "Dictionary.csv: a list of words is a list of words",
    "Dsc/Sl.csv": "Discover: a table of names and addresses may be anything",
    "Krt/Ev/Ev.json": "Electric vehicle settings: one object with keys that nobody has published",
    "Jtb/Mz/Vl.csv": "music uploads: titles, albums and artists, without an id of YouTube's",
    "Csv/Zs.txt": "Encrypted Backups.txt: a sentence in words of that language",
    "Vkl/Odk.csv": "a list of Saved without a place of Google's, whose third column is not called URL",
}
"""What content does not tell. Such files are kept and listed, until somebody knows the name."""
NOT_TOLD_CONTENT = {
    "Brzk/Sl.csv": rows("Nacktschnecke", "Tang"),
    "Dsc/Sl.csv": rows("Nm,Adr", "Gezeiten,https://www.google.com/search?q=tides"),
    "Krt/Ev/Ev.json": '{"vehicle": {"connector": "CCS"}}',
    "Jtb/Mz/Vl.csv": rows("Pjs,Alb,Um,Trv", "Eigenes Lied,Band,Robin,123.5"),
    "Csv/Zs.txt": "Zasz szyfr na serwerach.\n",
    "Vkl/Odk.csv": rows("Nzv,Pzn,Adr,Kom", "Sandbänke,,https://news.example.org/sandbars,"),
}


def write(folder: Path, content: dict[str, str]) -> Path:
    for name, text in content.items():
        path = folder / "Takeout" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder


def load(folder: Path) -> tuple[str, dict[str, list[dict[str, object]]]]:
    """Load a folder for a new user: the name, and the files by path below Takeout."""
    user = f"languages-{uuid4().hex[:8]}"
    for command in (("user", "add", user), ("load", "--user", user, folder)):
        done = lakectl(*command)
        assert done.returncode == 0, done.stdout + done.stderr
    files: dict[str, list[dict[str, object]]] = {}
    for file in json.loads(lakectl("files", "--user", user, "--json").stdout):
        files.setdefault(file["path"].split("Takeout/", 1)[1], []).append(file)
    return user, files


@pytest.mark.parametrize("language", ["german", "unknown"])
def test_recognised_by_content(settings: Settings, tmp_path: Path, language: str) -> None:
    """Each document is what it is, and every record of it becomes a row, whatever it is called."""
    names: dict[str, str] = {kind: getattr(case, language) for kind, case in FILES.items()}
    _, files = load(write(tmp_path, {names[kind]: case.content for kind, case in FILES.items()}))
    for kind, case in FILES.items():
        (file,) = (f for f in files[names[kind]] if f["kind"] == kind)
        told = {key: file[key] for key in ("state", "records", "rejects")}
        assert told == {"state": "done", "records": case.records, "rejects": 0}, file


def test_rows_are_the_same_in_every_language(settings: Settings, tmp_path: Path) -> None:
    """Columns go by what is in them where nobody knows their names."""
    user, _ = load(write(tmp_path, {case.unknown: case.content for case in FILES.values()}))
    facts = [
        "bookmark WHERE folder = 'Qrv' AND at = '2020-02-03 04:05:06+00'",
        f"subscription WHERE title = 'Brotlabor' AND attrs ->> 'channel_id' = '{CHANNEL}'",
        f"subscription WHERE attrs ->> 'channel_id' = '{OTHER_CHANNEL}'",
        "playlist WHERE title = 'Unterwegs' AND at = '2022-08-01 10:00:00+00' AND visibility = 'Privat'",
        "playlist_item WHERE url LIKE '%v=ferryFog\\_01' AND at = '2022-08-01 10:05:00+00'",
        "playlist_item WHERE title = 'Nebelhorn' AND playlist = 'Music library'",
        "comment WHERE body = 'Schön!' AND at = '2024-03-05 18:10:00.434647+00'",
        "comment WHERE body = 'Schön!' AND url LIKE '%v=liveTide\\_01'",
        "comment WHERE body = 'Moin' AND at = '2018-05-06 07:08:09+00'",
        "item WHERE at = '2018-12-02 02:45:06+00' AND attrs ->> 'duration_s' = '144'",
        "item WHERE title = 'Steg 4' AND round(ext.st_y(pos::ext.geometry)) = 55",
        "saved_place WHERE list = 'Lst' AND title = 'Gull Coffee'",
        "saved_place WHERE title = 'Zuhause' AND list = 'Labeled places'",
        "review WHERE product = 'Maps' AND rating = 4",
        "device WHERE attrs ->> 'device_tag' = '-7310042266851093713'",
        "item WHERE type = 'news_line' AND title = 'Sauerteig' AND attrs ->> 'list' = 'followed_topics'",
    ]
    with database.user(settings, user, autocommit=True) as connection:
        assert [fact for fact in facts if not found(connection, fact)] == []


def found(connection: psycopg.Connection, fact: str) -> bool:
    row = connection.execute(f"SELECT EXISTS (SELECT FROM user_data.{fact})".encode()).fetchone()
    return bool(row and row[0])


def test_what_content_does_not_tell(settings: Settings, tmp_path: Path) -> None:
    """Such files are never taken for something else: they are kept as any file of an unknown kind."""
    assert NOT_TOLD.keys() == NOT_TOLD_CONTENT.keys()
    _, files = load(write(tmp_path, NOT_TOLD_CONTENT))
    assert [path for path in NOT_TOLD for file in files[path] if file["kind"] in FILES] == []
    assert [path for path in NOT_TOLD for file in files[path] if file["state"] == "failed"] == []

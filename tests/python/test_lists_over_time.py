"""Two exports of one account, years and formats apart: lists and comments end the same in either order."""

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import pytest
from e2e.program import lakectl

from lakectl import database
from lakectl.config import Settings

BOATS, LOAF = "UCsynthRioBoats000000004", "UCsynthLoafLab0000000002"
HEAD = "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<TITLE>Bookmarks</TITLE>\n<H1>Bookmarks</H1>\n<DL><p>\n"


def reviews(rating: int, text: str, date: str) -> str:
    place = {"google_maps_url": "http://maps.google.com/?cid=1", "location": {"name": "Gull Coffee"}}
    review = {"date": date, "five_star_rating_published": rating, "review_text_published": text}
    feature = {"type": "Feature", "properties": place | review}
    return json.dumps({"type": "FeatureCollection", "features": [feature]})


OLD = {
    "Maps (your places)/Reviews.json": reviews(2, "Stale.", "2018-01-01T00:00:00Z"),
    "YouTube/subscriptions/subscriptions.json": json.dumps(
        [
            {
                "kind": "youtube#subscription",
                "snippet": {
                    "title": title,
                    "publishedAt": "2018-01-02T03:04:05.678Z",
                    "resourceId": {"channelId": channel},
                },
            }
            for channel, title in ((BOATS, "Rio Boats"), (LOAF, "Loaf"))
        ]
    ),
    "YouTube/my-comments/my-comments.html": (
        '<html><body><ul><li>You added a <a href="http://www.youtube.com/watch?v=ferryFog_01&amp;lc=z1synth">'
        'comment</a> on <a href="http://www.youtube.com/watch?v=ferryFog_01">a video</a> at '
        "2018-06-21 05:50:10 UTC.<br/>So calm,<br/>&amp; grey.</li><li>Sent at 2018-05-06T07:08:09Z while "
        'watching <a href="http://www.youtube.com/watch?v=oldOnly_001">a video</a>.<br/>Hello</li></ul>'
        "</body></html>"
    ),
    "Chrome/Bookmarks.html": HEAD
    + '<DT><A HREF="https://tides.example.org/" ADD_DATE="1580702706">Tides</A>\n'
    + '<DT><A HREF="https://gone.example.org/" ADD_DATE="1580702707">Gone</A>\n</DL><p>\n',
}
NEW = {
    "Maps (your places)/Reviews.json": reviews(4, "Better now.", "2023-09-01T08:00:00Z"),
    "YouTube and YouTube Music/subscriptions/subscriptions.csv": (
        f"Channel Id,Channel Url,Channel Title\r\n{LOAF},http://www.youtube.com/channel/{LOAF},Loaf Lab\r\n"
    ),
    "YouTube and YouTube Music/comments/comments.csv": (
        "Comment ID,Channel ID,Comment Create Timestamp,Price,Parent Comment ID,Video ID,Comment Text\r\n"
        "Ugxsynth1,UCme,2018-06-21T05:50:10.434647+00:00,,,ferryFog_01,"
        '"{""text"":""So calm,\n""},{""text"":""& grey.""}"\r\n'
    ),
    "Chrome/Bookmarks.html": HEAD
    + '<DT><A HREF="https://tides.example.org/" ADD_DATE="1580702706">Tides &amp; currents</A>\n</DL><p>\n',
}
FACTS = {
    "subscription": (
        "SELECT title, url, first_seen_at::date::text, gone_at::date::text"
        " FROM user_data.subscription ORDER BY title",
        [
            ("Loaf Lab", f"http://www.youtube.com/channel/{LOAF}", "2019-08-12", None),
            ("Rio Boats", f"http://www.youtube.com/channel/{BOATS}", "2019-08-12", "2024-03-05"),
        ],
    ),
    "comment": (
        "SELECT at::text, body, coarse FROM user_data.comment ORDER BY at",
        [
            ("2018-05-06 07:08:09+00", "Hello", True),
            ("2018-06-21 05:50:10.434647+00", "So calm,\n& grey.", False),
        ],
    ),
    "bookmark": (
        "SELECT title, gone_at::date::text FROM user_data.bookmark ORDER BY url",
        [("Gone", "2024-03-05"), ("Tides & currents", None)],
    ),
    "review": (
        "SELECT title, rating, body FROM user_data.review",
        [("Gull Coffee", 4.0, "Better now.")],
    ),
    "as of 2020": (
        "SELECT title, NULL FROM lake.as_of(NULL::user_data.bookmark, '2020-01-01') ORDER BY url",
        [("Gone", None), ("Tides", None)],
    ),
}


def write(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"Takeout/{name}", text)
    return path


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["old first", "new first"])
def test_two_exports(settings: Settings, tmp_path: Path, order: Sequence[int]) -> None:
    exports = [
        write(tmp_path / "takeout-20190812T000000Z-001.zip", OLD),
        write(tmp_path / "takeout-20240305T000000Z-001.zip", NEW),
    ]
    user = f"lists-{uuid4().hex[:8]}"
    commands = [("user", "add", user), *(("load", "--user", user, exports[number]) for number in order)]
    for command in commands:
        done = lakectl(*command)
        assert done.returncode == 0, done.stdout + done.stderr
    with database.user(settings, user, autocommit=True) as connection:
        connection.execute("SET timezone = 'UTC'")
        for what, (query, rows) in FACTS.items():
            assert connection.execute(query.encode()).fetchall() == rows, what
    files = {f["path"]: f for f in json.loads(lakectl("files", "--user", user, "--json").stdout)}
    page = files["Takeout/YouTube/my-comments/my-comments.html"]
    assert (page["records"], page["rows"], page["duplicates"]) == (2, 1, 1)

"""Whatever stands in files of every format: each record has one outcome, and the account adds up."""

import contextlib
import tempfile
import zipfile
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lakectl import database, people
from lakectl.config import Settings
from lakectl.load.loader import LoadOptions, load

PATHS = [
    "Takeout/Chrome/Dictionary.csv",
    "Takeout/YouTube and YouTube Music/subscriptions/subscriptions.csv",
    "Takeout/News/articles.txt",
    "Takeout/Chrome/Bookmarks.html",
    "Takeout/My Activity/Search/MyActivity.json",
    "Takeout/My Activity/Search/MyActivity.html",
    "Takeout/Google Photos/Trip/a.jpg.json",
    "Takeout/Mail/All mail Including Spam and Trash.mbox",
    "Takeout/Contacts/All Contacts/All Contacts.vcf",
    "Takeout/Calendar/Ada.ics",
    "Takeout/Fit/Activities/2024-03-05T08_00_00Z_PT30M_Running.tcx",
    "Takeout/Nobody knows/x.bin",
]
PIECES = [
    *(",", ";", '"', '""', "\n", "\r\n", "\0", "a", "\u00e4", "\ud800", "\ufffe", "\x1e", "\r,\r"),
    *(
        "<a href='https://x.example'>",
        "</a>",
        "<dl>",
        "<h3>",
        "<!--",
        "&#0;",
        "<div class='outer-cell'>",
        "</div>",
    ),
    *(
        "From 1@xxx Tue Mar 05 18:07:09 +0000 2024\n",
        "Subject: =?utf-8?q?=C3?=\n",
        "Content-Type: multipart/mixed;",
    ),
    *("BEGIN:VCARD\n", "END:VCARD\n", "N:;;\n", "TEL:", "BEGIN:VEVENT\n", "END:VEVENT\n", "UID:1\n"),
    *("DTSTART:20240305T180709Z\n", "RRULE:FREQ=SECONDLY;BYDAY=8XX\n", "<?xml version='1.0'?>"),
    *(
        "<TrainingCenterDatabase><Activities>",
        "<Activity Sport='Running'><Id>2024-03-05T08:00:00Z</Id>",
        "</Activity>",
    ),
    *("[", "]", "{", "}", '"title":', '"time":"2024-03-05T18:07:09Z"', '"photoTakenTime":', "NaN", "1e400"),
    *('{"header":"Search","title":"x","time":"2024-03-05T18:07:09Z"}', '"\\u0000"', '"\\ud800"'),
]
contents = st.lists(st.sampled_from(PIECES), max_size=40).map(
    lambda parts: "".join(parts).encode("utf-8", "surrogatepass")
) | st.binary(max_size=100)


@pytest.fixture
def user(lake: Settings) -> str:
    name = f"hostile-{uuid4().hex[:12]}"
    people.add_user(lake, name)
    return name


@given(
    st.lists(st.tuples(st.sampled_from(PATHS), contents), min_size=1, max_size=12, unique_by=lambda m: m[0])
)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_records_are_rows_duplicates_and_rejects(
    lake: Settings, user: str, members: list[tuple[str, bytes]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in members:
                archive.writestr(name, data)
        load(lake, user, [path], LoadOptions(workers=1), lambda _: contextlib.nullcontext())
    with database.user(lake, user) as connection:
        files = connection.execute(
            "SELECT path, state, records, rows + duplicates + rejects, error FROM lake.files"
        ).fetchall()
        assert {name for name, _ in members} <= {file[0] for file in files}
        for name, state, records, outcomes, error in files:
            assert records == outcomes, name
            assert state in ("done", "failed", "empty", "unrecognized"), name
            assert (state == "failed") == (error is not None)
            assert "decoder failed" not in (error or ""), error
        assert connection.execute("SELECT * FROM lake.verify()").fetchall() == []

"""Notes in four exports change, go and come back: in whatever order they are loaded, the end is one."""

import json
import zipfile
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from psycopg.rows import dict_row

from lakectl import database, people
from lakectl.config import Settings
from lakectl.load.loader import LoadOptions, load

MADE = {
    name: 1577836800000000 + n
    for n, name in enumerate(["same", "back", "named", "gone", "away", "brief", "old"])
}
"""When each note was made, in microseconds: what it is known by."""


def note(name: str, text: str, *, dated: bool = True, **more: Any) -> bytes:
    record = {
        "color": "DEFAULT",
        "isTrashed": False,
        "textContent": text,
        "userEditedTimestampUsec": 1600000000000000,
    }
    if dated:
        record["createdTimestampUsec"] = MADE[name]
    return json.dumps(record | more).encode()


def page(text: str) -> bytes:
    head = '<html><body><div class="note DEFAULT"><div class="heading">Jan 1, 2020, 12:00:00 AM</div>'
    return f'{head}<div class="title"></div><div class="content">{text}</div></div></body></html>'.encode()


EXPORTS: dict[str, dict[str, bytes]] = {
    "2020-01-01": {"Old.html": page("old page"), "Other.html": page("other")},
    "2021-01-01": {
        "Same.json": note("same", "same", title="Same"),
        "Back.json": note("back", "A", title="Back"),
        "Name.json": note("named", "named", title="Name"),
        "Gone.json": note("gone", "gone", attachments=[{"filePath": "a.png", "mimetype": "image/png"}]),
        "Away.json": note("away", "away"),
        "Old.json": note("old", "old record", dated=False),
    },
    "2022-01-01": {
        "Same.json": note("same", "same", title="Same"),
        "Back.json": note("back", "B", title="Back"),
        "New name.json": note("named", "named", title="New name"),
        "Gone.json": note("gone", "gone", attachments=[{"filePath": "a.png", "mimetype": "image/png"}]),
        "Brief.json": note("brief", "brief"),
        "Old.json": note("old", "old"),
        "Old.html": page("old"),
    },
    "2023-01-01": {
        "Same.json": note("same", "same", title="Same"),
        "Back.json": note("back", "A", title="Back"),
        "New name.json": note("named", "named", title="New name", attachments=[{"filePath": "b.png"}]),
        "Away.json": note("away", "away"),
        "Renamed.json": note("old", "old"),
    },
}

NOTES = [
    ("A", "2021-01-01", "2023-01-01", None),
    ("away", "2021-01-01", "2023-01-01", None),
    ("brief", "2022-01-01", "2022-01-01", "2023-01-01"),
    ("gone", "2021-01-01", "2022-01-01", "2023-01-01"),
    ("named", "2021-01-01", "2023-01-01", None),
    ("old", "2020-01-01", "2023-01-01", None),
    ("other", "2020-01-01", "2020-01-01", "2021-01-01"),
    ("same", "2021-01-01", "2023-01-01", None),
]
"""What each note says in the end, when it was seen first and last, and since when it is gone."""

AS_OF = {
    "2019-12-31": [],
    "2020-01-01": ["old page", "other"],
    "2020-06-01": ["old page", "other"],
    "2021-01-01": ["A", "away", "gone", "named", "old record", "same"],
    "2022-01-01": ["B", "brief", "gone", "named", "old", "same"],
    "2022-12-31": ["B", "brief", "gone", "named", "old", "same"],
    "2023-01-01": ["A", "away", "named", "old", "same"],
    "2030-01-01": ["A", "away", "named", "old", "same"],
}
"""The notes that there were at some time."""


def load_all(settings: Settings, user: str, *archives: Path) -> None:
    load(settings, user, archives, LoadOptions(), lambda _: nullcontext())


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("exports")
    paths = []
    for day, files in EXPORTS.items():
        paths.append(folder / f"takeout-{day.replace('-', '')}T000000Z-001.zip")
        with zipfile.ZipFile(paths[-1], "w") as archive:
            for name, content in files.items():
                archive.writestr(f"Takeout/Keep/{name}", content)
    return paths


def state(settings: Settings, user: str) -> dict[str, Any]:
    """All that must not depend on the order of loading."""
    queries = {
        "notes": "TABLE user_data.note",
        "versions": "TABLE user_data.version",
        "attachments": "TABLE user_data.attachment",
        "files": "SELECT path, archive, records, rows, duplicates, rejects, state FROM lake.files",
        "problems": "SELECT * FROM lake.verify()",
    }

    def told(row: dict[str, Any]) -> str:
        return repr({column: value for column, value in row.items() if column not in {"id", "user_id"}})

    with database.user(settings, user, autocommit=True) as connection:
        cursor = connection.cursor(row_factory=dict_row)
        return {what: sorted(map(told, cursor.execute(query.encode()))) for what, query in queries.items()}


def check(settings: Settings, user: str) -> None:
    with database.user(settings, user, autocommit=True) as connection:
        connection.execute("SET timezone = 'UTC'")
        found = connection.execute(
            b"SELECT body, first_seen_at::date::text, last_seen_at::date::text, gone_at::date::text"
            b"  FROM user_data.note ORDER BY 1"
        ).fetchall()
        assert found == NOTES
        for at, bodies in AS_OF.items():
            query = b"SELECT body FROM lake.as_of(NULL::user_data.note, %s::timestamptz) ORDER BY 1"
            assert [row[0] for row in connection.execute(query, [at])] == bodies, at
        attached = (
            b"SELECT n.body, a.path FROM user_data.attachment AS a JOIN user_data.note AS n USING (ident)"
            b" ORDER BY 1"
        )
        assert connection.execute(attached).fetchall() == [("gone", "Keep/a.png"), ("named", "Keep/b.png")]
        assert connection.execute(b"SELECT * FROM lake.verify()").fetchall() == []


@pytest.fixture(scope="module")
def expected(settings: Settings, archives: list[Path]) -> dict[str, Any]:
    """The end after all exports in one load."""
    user = new_user(settings)
    load_all(settings, user, *archives)
    check(settings, user)
    return state(settings, user)


def new_user(settings: Settings) -> str:
    user = f"versions-{uuid4().hex[:8]}"
    people.add_user(settings, user)
    return user


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1), (1, 3, 0, 2)], ids=str)
def test_any_order(
    settings: Settings, archives: list[Path], expected: dict[str, Any], order: Sequence[int]
) -> None:
    user = new_user(settings)
    for number in order:
        load_all(settings, user, archives[number])
    check(settings, user)
    assert state(settings, user) == expected


def test_an_export_that_comes_again_changes_nothing(
    settings: Settings, archives: list[Path], expected: dict[str, Any]
) -> None:
    user = new_user(settings)
    load_all(settings, user, *archives)
    load_all(settings, user, *reversed(archives))
    assert state(settings, user) == expected


def test_what_a_broken_note_hides_is_not_gone(
    settings: Settings, archives: list[Path], tmp_path: Path
) -> None:
    """Of a note that cannot be read nobody knows whether it is gone; those that the export lacks are."""
    broken = tmp_path / "takeout-20240101T000000Z-001.zip"
    with zipfile.ZipFile(broken, "w") as archive:
        archive.writestr("Takeout/Keep/Same.json", b'{"color": "DEFAULT", "title": "Sa')
    user = new_user(settings)
    load_all(settings, user, archives[3])
    load_all(settings, user, broken)
    with database.user(settings, user, autocommit=True) as connection:
        left = connection.execute(b"SELECT title FROM user_data.note WHERE gone_at IS NULL").fetchall()
        gone = connection.execute(b"SELECT count(gone_at) FROM user_data.note").fetchone()
        reasons = connection.execute(b"SELECT path, state FROM lake.rejects").fetchall()
    assert (left, gone) == ([("Same",)], (4,))
    assert reasons == [("Takeout/Keep/Same.json", "22P02")]

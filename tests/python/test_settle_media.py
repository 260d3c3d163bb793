# ruff: noqa: E501 - statements stay on one line
"""Pictures are made anew as far as an import may have changed them; the end is that of making all anew."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from psycopg import sql

from lakectl import people
from lakectl.config import Settings

FOLDERS = ("P/2023/", "P/Trip/", "P/Copies/", "P/")
PICTURES = (
    *("a.jpg", "a(1).jpg", "a-edited.jpg", "b.HEIC", "b.MP4", "c.jpg"),
    *("IMG_20230101_000000.jpg", "IMG_20230101_000000(1).jpg", "IMG_20230101_000000-edited.jpg"),
)
SIDECARS = (
    *("a.jpg.json", "a.jpg(1).json", "a.jpg.supplemental-metadata.json", "b.HEIC.json", "c.json"),
    *("IMG_20230101_000000.jpg.json", "IMG_20230101_000000.jpg(1).json"),
)
EXPORTS = (1, 2, 3)


@dataclass(frozen=True)
class Picture:
    """A file of an export."""

    path: str
    content: bytes


@dataclass(frozen=True)
class Sidecar:
    """What an export says of a picture."""

    path: str
    url: str
    title: str | None


@dataclass(frozen=True)
class Export:
    """An export, by its number, and its members in order."""

    number: int
    members: Sequence[Picture | Sidecar]
    albums: Sequence[str]


@dataclass(frozen=True)
class Plan:
    """Exports in the order of loading; afterwards some members (export, position) are taken back."""

    exports: Sequence[Export]
    taken_back: Sequence[tuple[int, int]]


def paths(names: Sequence[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda folder, name: folder + name, st.sampled_from(FOLDERS), st.sampled_from(names))


pictures = st.builds(Picture, paths(PICTURES), st.sampled_from([b"1", b"2", b"3", b"4"]))
sidecars = st.builds(
    Sidecar,
    paths(SIDECARS),
    st.sampled_from(["", "one", "two", "three"]),
    st.sampled_from([None, "a.jpg", "c.jpg", "IMG_20230101_000000.jpg"]),
)
exports = st.builds(
    Export,
    st.sampled_from(EXPORTS),
    st.lists(pictures | sidecars, max_size=12, unique_by=lambda member: member.path),
    st.lists(st.sampled_from(FOLDERS[:3]), unique=True),
)
plans = st.builds(
    Plan,
    st.lists(exports, min_size=1, max_size=3, unique_by=lambda export: export.number),
    st.lists(st.tuples(st.sampled_from(EXPORTS), st.integers(0, 11)), max_size=2),
)


class Bench:
    """A user in a transaction that is rolled back."""

    def __init__(self, connection: psycopg.Connection, role: str) -> None:
        self._connection = connection
        self._role = role
        self._user = int(role.removeprefix("user_"))
        self._files: dict[tuple[int, int], UUID] = {}
        connection.execute(FORGET)

    def load(self, export: Export) -> None:
        connection, number = self._connection, export.number
        self._begin(number)
        for place, member in enumerate(export.members):
            file = self._account(number, place, f"Takeout/{member.path}")
            if isinstance(member, Picture):
                connection.execute(PUT_PICTURE, self._row(file) | _picture(member))
            else:
                connection.execute(PUT_SIDECAR, self._row(file) | vars(member) | {"at": _time(number)})
        for folder in export.albums:
            self._account(number, 100 + FOLDERS.index(folder), f"Takeout/{folder}metadata.json")
            connection.execute(PUT_ALBUM, {"user": self._user, "folder": folder.rstrip("/")})
        self._settle(number)

    def take_back(self, export: int, place: int) -> None:
        """One member turns out to be something else."""
        if file := self._files.get((export, place)):
            self._as_user("SELECT pg_temp.forget_file(%s)", file)
            self._settle(export)

    def make_all_anew(self) -> None:
        """As if everything had come in one import."""
        for table in ("media_item", "album_item"):
            self._connection.execute(f"DELETE FROM user_data.{table} WHERE user_id = {self._user}")
        self._begin(9)
        for place, folder in enumerate(FOLDERS):
            self._account(9, place, f"Takeout/{folder}x")
        self._settle(9)

    def state(self) -> list[tuple[Any, ...]]:
        return [
            row
            for table in ("media_item", "album_item")
            for row in self._connection.execute(
                f"SELECT to_jsonb(t) - 'id' FROM user_data.{table} AS t WHERE user_id = {self._user} ORDER BY 1"
            )
        ]

    def _begin(self, number: int) -> None:
        self._connection.execute(
            BEGIN, {"user": self._user, "number": number, "archive": _id(number, 0), "at": _time(number)}
        )

    def _account(self, number: int, place: int, path: str) -> UUID:
        file = self._files[number, place] = _id(number, place + 1)
        self._connection.execute(
            ACCOUNT, {"user": self._user, "id": file, "archive": _id(number, 0), "path": path}
        )
        return file

    def _settle(self, number: int) -> None:
        self._as_user("SELECT imports.settle_media(%s)", number)

    def _as_user(self, statement: str, value: object) -> None:
        self._connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(self._role)))
        self._connection.execute(statement, [value])
        self._connection.execute("RESET ROLE")

    def _row(self, file: UUID) -> dict[str, object]:
        return {"user": self._user, "file": file}


FORGET = """
CREATE FUNCTION pg_temp.forget_file(p_file uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER AS 'SELECT imports.forget_file(p_file)'
"""
BEGIN = """
WITH import AS (
  INSERT INTO imports.import (user_id, id, export, exported_at) OVERRIDING SYSTEM VALUE
  VALUES (%(user)s, %(number)s, %(number)s, %(at)s))
INSERT INTO imports.archive (user_id, id, import_id, name, format, size_bytes, fingerprint, exported_at)
VALUES (%(user)s, %(archive)s, %(number)s, 'x', 'zip', 1, int4send(%(number)s), %(at)s)
"""
ACCOUNT = """
INSERT INTO imports.file (user_id, id, archive_id, path, size_bytes, product, kind)
VALUES (%(user)s, %(id)s, %(archive)s, %(path)s, 1, 'Google Photos', 'media')
"""
PUT_PICTURE = """
INSERT INTO user_data.file AS t (user_id, path, name, product, media_type, size_bytes, sha256, file_id, ordinal)
VALUES (%(user)s, %(path)s, %(name)s, 'Google Photos', 'image/jpeg', 1, %(sha256)s, %(file)s, 1)
ON CONFLICT ON CONSTRAINT file_key DO UPDATE SET file_id = excluded.file_id WHERE excluded.file_id < t.file_id
"""
PUT_SIDECAR = """
INSERT INTO user_data.sidecar AS t (user_id, path, url, title, description, at, created_at, seen, file_id, ordinal)
VALUES (%(user)s, %(path)s, %(url)s, %(title)s, %(at)s, '2023-01-01Z', '2023-01-02Z', ARRAY[%(at)s::timestamptz], %(file)s, 1)
ON CONFLICT ON CONSTRAINT sidecar_key DO UPDATE
   SET title = CASE WHEN excluded.file_id > t.file_id THEN excluded.title ELSE t.title END,
       description = CASE WHEN excluded.file_id > t.file_id THEN excluded.description ELSE t.description END,
       seen = ARRAY(SELECT DISTINCT unnest(t.seen || excluded.seen) ORDER BY 1), file_id = greatest(t.file_id, excluded.file_id)
"""
PUT_ALBUM = """
INSERT INTO user_data.album (user_id, ident, folder)
VALUES (%(user)s, takeout.ident('album', %(folder)s), %(folder)s) ON CONFLICT DO NOTHING
"""


def _picture(picture: Picture) -> dict[str, object]:
    name = picture.path.rpartition("/")[2]
    return {"path": picture.path, "name": name, "sha256": hashlib.sha256(picture.content).digest()}


def _time(export: int) -> datetime:
    return datetime(2020 + export, 1, 1, tzinfo=UTC)


def _id(export: int, place: int) -> UUID:
    """Of a file, or of the archive itself (0): it begins with the time of the export."""
    return UUID(int=(int(_time(export).timestamp() * 1000) << 80) + (place << 8))


@pytest.fixture(scope="module")
def role(settings: Settings) -> str:
    return people.add_user(settings, f"pictures-{uuid4().hex[:8]}").role


@examples(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(plan=plans)
def test_import_by_import_is_as_all_at_once(superuser: psycopg.Connection, role: str, plan: Plan) -> None:
    with superuser.transaction(force_rollback=True):
        bench = Bench(superuser, role)
        for export in plan.exports:
            bench.load(export)
        for number, place in plan.taken_back:
            bench.take_back(number, place)
        step_by_step = bench.state()
        bench.make_all_anew()
        assert step_by_step == bench.state()


@examples(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(plan=plans)
def test_any_order_ends_in_one_state(superuser: psycopg.Connection, role: str, plan: Plan) -> None:
    states = []
    for loaded in (plan.exports, sorted(plan.exports, key=lambda export: export.number)):
        with superuser.transaction(force_rollback=True):
            bench = Bench(superuser, role)
            for export in loaded:
                bench.load(export)
            states.append(bench.state())
    assert states[0] == states[1]

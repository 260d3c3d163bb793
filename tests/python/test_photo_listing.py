"""The names in three real zips of Google Photos, in French: every sidecar finds its picture.

The listing lies beside the checkout, not in it. The zips made from it have its names and other bytes.
"""

import json
import re
import zipfile
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from lakectl import database, people
from lakectl.config import Settings
from lakectl.load.loader import LoadOptions, load

LISTING = Path(__file__).resolve().parents[2].parent / "shared/takeout-samples/listings/three-photo-zips.lst"
pytestmark = pytest.mark.skipif(not LISTING.is_file(), reason=f"the listing is not here: {LISTING}")

_ARCHIVE = re.compile(r"Archive:\s+(\S+)")
_MEMBER = re.compile(r"\s*\d+\s+\d{4}-\d\d-\d\d \d\d:\d\d {3}(.*)")


def write_zips(folder: Path) -> list[Path]:
    """The archives of the listing."""
    names: dict[str, list[str]] = {}
    archive = ""
    for line in LISTING.read_text(encoding="utf-8", errors="replace").splitlines():
        if found := _ARCHIVE.match(line):
            archive = found[1]
        elif found := _MEMBER.match(line):
            names.setdefault(archive, []).append(found[1])
    for archive, members in names.items():
        with zipfile.ZipFile(folder / archive, "w") as file:
            for name in members:
                file.writestr(name, content(name))
    return [folder / archive for archive in names]


def content(path: str) -> str:
    name = path.rpartition("/")[2]
    if name == "métadonnées.json":
        return json.dumps(
            {"title": "x", "description": "", "access": "protected", "date": {"timestamp": "0"}}
        )
    if not name.endswith(".json"):
        return path
    title = name.removesuffix(".json")
    described = {"title": title, "photoTakenTime": {"timestamp": "1600000000"}, "url": path}
    # What is cut off the names of sidecars, nobody knows: the title is left out.
    if len(title.encode("utf-16-le")) >= 2 * 45:
        del described["title"]
    return json.dumps(described)


@pytest.fixture(scope="module")
def connection(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> psycopg.Connection:
    name = f"photos-{uuid4().hex[:8]}"
    people.add_user(settings, name)
    zips = write_zips(tmp_path_factory.mktemp("photos"))
    assert len(zips) == 3
    load(settings, name, zips, LoadOptions(), lambda _: nullcontext())
    return database.user(settings, name, autocommit=True)


def test_what_the_members_are(connection: psycopg.Connection) -> None:
    kinds = connection.execute("SELECT kind, state, count(*) FROM lake.files GROUP BY 1, 2").fetchall()
    assert {
        (kind, state): n for kind, state, n in kinds if kind in {"media", "photo_sidecar", "photo_album"}
    } == {
        ("media", "done"): 483,
        ("photo_sidecar", "done"): 481,
        ("photo_album", "done"): 3,
    }
    assert connection.execute("SELECT DISTINCT product FROM lake.files WHERE kind = 'media'").fetchall() == [
        ("Google Photos",)
    ]


def test_every_sidecar_finds_its_picture(connection: psycopg.Connection) -> None:
    """Also when they are in different zips, and where names are cut."""
    pairs = connection.execute(
        """
        SELECT m.relation, f.name, regexp_replace(s.path, '^.*/', ''),
               substr(f.file_id::text, 1, 28) = substr(s.file_id::text, 1, 28) AS together
          FROM imports.match_sidecars(ARRAY(SELECT DISTINCT folder FROM user_data.sidecar)) AS m
          JOIN user_data.file AS f ON f.id = m.file
          LEFT JOIN user_data.sidecar AS s ON s.id = m.sidecar
        """
    ).fetchall()
    assert Counter(relation for relation, *_ in pairs) == {"own": 481, "edited": 2}
    own = [(name, sidecar, together) for relation, name, sidecar, together in pairs if relation == "own"]
    assert len({sidecar for _, sidecar, _ in own} - {None}) == len(own)
    cut = [(name, sidecar) for name, sidecar, _ in own if sidecar != f"{name}.json"]
    assert len(cut) == 2
    assert all(name.startswith(sidecar.removesuffix(".json")) for name, sidecar in cut)
    # A third of the pictures lie in another zip than their sidecar.
    assert sum(not together for _, _, together in own) == 160
    assert {(name, sidecar) for relation, name, sidecar, _ in pairs if relation == "edited"} == {
        ("IMG_8416-modifié.JPG", "IMG_8416.JPG.json"),
        ("Bebop2_20180719211742+0200-modifié.jpg", "Bebop2_20180719211742+0200.jpg.json"),
    }


def test_albums_have_their_pictures(connection: psycopg.Connection) -> None:
    counts = connection.execute(
        "SELECT count(i.sha256) FROM user_data.album AS a JOIN user_data.album_item AS i ON i.album = a.ident"
        " GROUP BY a.ident ORDER BY 1"
    ).fetchall()
    assert [n for (n,) in counts] == [5, 34, 444]

"""Finding the Debian archive of a machine in its own apt configuration."""

from pathlib import Path

import pytest

from lakectl.engine.aptsources import PUBLIC, Source, find, parse_deb822, parse_list, read
from lakectl.errors import LakeError

MIRROR = "http://mirror.example/debian"


def test_one_line_entries() -> None:
    text = """
    # deb http://commented.example/debian bookworm main
    deb http://mirror.example/debian bookworm main contrib  # ours
    deb-src http://mirror.example/debian bookworm main
    deb [arch=amd64 signed-by=/usr/share/keyrings/k.gpg] https://other.example/debian bookworm-security main
    """
    assert list(parse_list(text)) == [
        Source(MIRROR, "bookworm", ("main", "contrib")),
        Source("https://other.example/debian", "bookworm-security", ("main",), "/usr/share/keyrings/k.gpg"),
    ]


def test_deb822_entries() -> None:
    text = """# a comment
Types: deb deb-src
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
Enabled: no
URIs: http://off.example/debian
Suites: bookworm
Components: main

Types: deb
URIs:
 http://split.example/debian
Suites: trixie
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 URIs: not a field, but a line of the key
"""
    found = list(parse_deb822(text))
    assert [(source.uri, source.suite) for source in found] == [
        (MIRROR, "bookworm"),
        (MIRROR, "bookworm-updates"),
        ("http://split.example/debian", "trixie"),
    ]
    assert found[0].signed_by == "/usr/share/keyrings/debian-archive-keyring.gpg"


def test_every_file_is_read_and_lists_of_mirrors_followed(tmp_path: Path) -> None:
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "mirrors").write_text(f"# nearest first\n{MIRROR}\tpriority:1\n")
    (tmp_path / "sources.list").write_text(f"deb mirror+file:{tmp_path}/mirrors bookworm main\n")
    (tmp_path / "sources.list.d/b.sources").write_text(
        "Types: deb\nURIs: http://b\nSuites: sid\nComponents: main\n"
    )
    (tmp_path / "sources.list.d/old.list.save").write_text("deb http://old bookworm main\n")
    assert [source.uri for source in read(tmp_path)] == [MIRROR, "http://b"]


def test_the_machines_own_archive_is_taken_with_its_updates_and_fixes() -> None:
    sources = [
        Source("http://tools.example/apt", "bookworm", ("main",)),
        Source(MIRROR, "bookworm", ("main",), "/usr/share/keyrings/k.gpg"),
        Source("http://mirror.example/security", "bookworm-security", ("main",)),
    ]
    archive = find(sources, lambda uri, suite: uri.startswith("http://mirror.example/"))
    assert archive.uri == MIRROR
    assert archive.entries == (
        f"deb {MIRROR} trixie main",
        f"deb {MIRROR} trixie-updates main",
        "deb http://mirror.example/security trixie-security main",
    )
    assert archive.keyring == Path("/usr/share/keyrings/k.gpg")


def test_what_the_archive_does_not_have_is_left_out() -> None:
    archive = find([Source(MIRROR, "bookworm", ("main",))], lambda _, suite: suite == "trixie")
    assert archive.entries == (f"deb {MIRROR} trixie main",)


def test_a_machine_that_is_no_debian_takes_the_public_archive() -> None:
    archive = find([Source("http://ubuntu.example", "noble", ("main",))], lambda *_: True)
    assert archive.uri == PUBLIC[0]
    assert f"deb {PUBLIC[1]} trixie-security main" in archive.entries


def test_an_archive_that_does_not_answer_is_an_error_with_a_remedy() -> None:
    with pytest.raises(LakeError, match="does not answer") as error:
        find([Source(MIRROR, "bookworm", ("main",))], lambda *_: False)
    assert error.value.hint

"""Archives: members are accounted for, nothing leads outside, damage has a reason and ends nothing else."""

import io
import os
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from lakectl.config import Load
from lakectl.errors import LakeError
from lakectl.load.archives import open_archives
from lakectl.load.members import Archive, ArchiveError, MemberError

Found = list[tuple[str, bytes | None, str | None]]
"""Of each member: path, bytes (None where it breaks off), and the reason that it is not read whole."""


def read(archive: Archive) -> tuple[Found, str | None]:
    """All members and what broke the archive off."""
    found: Found = []
    try:
        for number, member in enumerate(archive.members()):
            assert member.number == number
            data = b""
            error = member.error
            try:
                while error is None and (part := member.stream.read(1000)):
                    data += part
            except MemberError as broken:
                error = str(broken)
            member.stream.close()
            found.append((member.path, None if error else data, error))
    except ArchiveError as broken:
        return found, str(broken)
    finally:
        archive.close()
    assert archive.position == archive.total
    return found, None


def read_one(path: Path, limits: Load | None = None) -> tuple[Found, str | None]:
    (archive,) = open_archives([path], limits or Load())
    return read(archive)


def make_zip(path: Path, members: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name, (2024, 3, 5, 18, 7, 8)), data, method)
    return path


MEMBERS = [("Takeout/a.json", b"[1]" * 5000), ("Takeout/b.json", os.urandom(5000)), ("Takeout/ü/c.json", b"")]


def make_tgz(path: Path, members: list[tuple[str, bytes]]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), 1709662028
            archive.addfile(info, io.BytesIO(data))
    return path


def make_folder(path: Path, members: list[tuple[str, bytes]]) -> Path:
    for name, data in members:
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


@pytest.mark.parametrize(("make", "name"), [(make_zip, "x.zip"), (make_tgz, "x.tgz"), (make_folder, "x")])
def test_members_in_order(
    tmp_path: Path, make: Callable[[Path, list[tuple[str, bytes]]], Path], name: str
) -> None:
    path = make(tmp_path / name, MEMBERS)
    assert read_one(path) == ([(member, data, None) for member, data in MEMBERS], None)


def test_a_single_file(tmp_path: Path) -> None:
    path = tmp_path / "Timeline.json"
    path.write_bytes(b"[]")
    assert read_one(path) == ([("Timeline.json", b"[]", None)], None)


def test_the_fingerprint_knows_an_archive_and_not_its_name(tmp_path: Path) -> None:
    make_zip(tmp_path / "one.zip", MEMBERS)
    (tmp_path / "two.zip").write_bytes((tmp_path / "one.zip").read_bytes())
    make_zip(tmp_path / "three.zip", MEMBERS[:2])
    one, three, two = (a.fingerprint for a in open_archives(sorted(tmp_path.iterdir()), Load()))
    assert one == two
    assert one != three


def test_parts_and_folders(tmp_path: Path) -> None:
    make_zip(tmp_path / "takeout-20240305T180709Z-002.zip", MEMBERS)
    make_zip(tmp_path / "takeout-20240305T180709Z-001.zip", MEMBERS[:1])
    (tmp_path / "Timeline.json").write_bytes(b"{}")
    archives = open_archives([tmp_path, tmp_path / "takeout-20240305T180709Z-001.zip"], Load())
    assert [a.name for a in archives] == [
        "takeout-20240305T180709Z-001.zip",
        "takeout-20240305T180709Z-002.zip",
        tmp_path.name,
    ]
    assert [path for path, _, _ in read(archives[2])[0]] == ["Timeline.json"]


def test_a_missing_path_is_said(tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="There is no file or folder"):
        open_archives([tmp_path / "takeout-*.zip"], Load())


def test_names_are_nfc_and_utf_8(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", [("Takeout/me\u0301tadonne\u0301es.json", b"{}")])
    assert read_one(path)[0][0][0] == "Takeout/m\u00e9tadonn\u00e9es.json"
    # The same name without the flag that says UTF-8.
    data = (
        path.read_bytes()
        .replace(b"\x14\0\0\x08", b"\x14\0\0\0")
        .replace(b"\x14\x03\x14\0\0\x08", b"\x14\x03\x14\0\0\0")
    )
    path.write_bytes(data)
    assert read_one(path)[0][0][0] == "Takeout/m\u00e9tadonn\u00e9es.json"


def test_duplicate_names_are_both_members(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        path = make_zip(tmp_path / "x.zip", [("a.json", b"1"), ("a.json", b"2")])
    assert read_one(path)[0] == [("a.json", b"1", None), ("a.json", b"2", None)]


CLIMBING = ["../evil.json", "Takeout/../../evil.json", "/etc/evil.json", "..\\evil.json", "C:\\evil.json"]


@pytest.mark.parametrize("make", [make_zip, make_tgz])
def test_names_that_climb_out(tmp_path: Path, make: Callable[[Path, list[tuple[str, bytes]]], Path]) -> None:
    path = make(tmp_path / "x", [(name, b"1") for name in CLIMBING] + [("fine..json", b"2")])
    found, error = read_one(path)
    assert error is None
    assert [reason for _, _, reason in found] == ["its name leads out of the archive"] * 5 + [None]


def test_links_and_devices_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_bytes(b"secret")
    folder = make_folder(tmp_path / "folder", [("a.json", b"1")])
    (folder / "link.json").symlink_to(secret)
    (folder / "outside").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.json")
    link, pipe = "a link, which is not followed", "a device or pipe, which is not read"
    assert read_one(folder)[0] == [
        ("a.json", b"1", None),
        ("link.json", None, link),
        ("outside", None, link),
        ("pipe.json", None, pipe),
    ]

    info = zipfile.ZipInfo("link.json")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(info, str(secret))
    assert read_one(tmp_path / "x.zip")[0] == [("link.json", None, link)]

    with tarfile.open(tmp_path / "x.tgz", "w:gz") as tar:
        for name, kind in [("s", tarfile.SYMTYPE), ("h", tarfile.LNKTYPE), ("d", tarfile.CHRTYPE)]:
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, str(secret)
            tar.addfile(member)
    assert read_one(tmp_path / "x.tgz")[0] == [("s", None, link), ("h", None, link), ("d", None, pipe)]


def test_an_encrypted_member(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", MEMBERS[:2])
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    found, error = read_one(path)
    assert [reason for _, _, reason in found] == ["encrypted", None]
    assert error is None


def test_a_bad_checksum(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", MEMBERS, zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    data[data.index(b"[1][1]") + 100] ^= 1
    path.write_bytes(data)
    found, error = read_one(path)
    assert [reason for _, _, reason in found] == ["damaged: its checksum is wrong", None, None]
    assert error is None


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_whose_end_is_missing(tmp_path: Path, method: int) -> None:
    path = make_zip(tmp_path / "x.zip", MEMBERS, method)
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"PK\x01\x02") + 10])
    found, error = read_one(path)
    assert found == [(name, content, None) for name, content in MEMBERS]
    assert error is not None
    assert error.startswith("the archive is damaged or cut off")

    path.write_bytes(data[: data.index(b"b.json") + 1000])
    found, error = read_one(path)
    assert [reason for _, _, reason in found] == [None, "the archive ends inside this file"]
    assert error is not None


def test_a_zip_written_to_a_pipe_whose_end_is_missing(tmp_path: Path) -> None:
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = b""

        def writable(self) -> bool:
            return True

        def write(self, data: bytes, /) -> int:  # type: ignore[override]
            self.data += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in MEMBERS:
            archive.writestr(name, data)
    path = tmp_path / "x.zip"
    path.write_bytes(pipe.data[: pipe.data.index(b"PK\x01\x02")])
    assert read_one(path)[0] == [(name, data, None) for name, data in MEMBERS]


@pytest.mark.parametrize("keep", [0.3, 0.9])
def test_a_tgz_cut_off(tmp_path: Path, keep: float) -> None:
    path = make_tgz(tmp_path / "x.tgz", [(f"{n}.bin", os.urandom(50_000)) for n in range(10)])
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    found, error = read_one(path)
    assert error is not None
    assert 0 < len(found) < 10
    assert all(
        content is not None and len(content) == 50_000 for _, content, reason in found[:-1] if reason is None
    )


@pytest.mark.parametrize("name", ["x.zip", "x.tgz", "takeout-x.zip"])
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x1f\x8b", b"rubbish" * 100])
def test_rubbish_crashes_nothing(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    found, error = read_one(tmp_path / name)
    assert (found, error and error.startswith("the archive is damaged or cut off")) == ([], True)


def test_a_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lakectl.load.members.BOMB_BYTES", 100_000)
    bomb = [("a.json", b"[]"), ("bomb.json", bytes(2_000_000)), ("b.json", b"[]")]
    for make in (make_zip, make_tgz):
        found, error = read_one(make(tmp_path / "x", bomb), Load(max_ratio=50))
        reasons = [reason for _, _, reason in found] + [error]
        assert any(reason and "unpacks to more than 50 times" in reason for reason in reasons)
        assert found[0] == ("a.json", b"[]", None)
        assert all(path != "bomb.json" or reason for path, _, reason in found)


def test_many_small_bombs_are_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lakectl.load.members.BOMB_BYTES", 100_000)
    path = make_zip(tmp_path / "x.zip", [(f"{n}.json", bytes(90_000)) for n in range(50)])
    found, _ = read_one(path, Load(max_ratio=50))
    assert sum(1 for _, _, reason in found if reason) > 10


def test_a_member_over_the_limit(tmp_path: Path) -> None:
    found, _ = read_one(make_zip(tmp_path / "x.zip", MEMBERS), Load(max_member_gb=0.00001))
    assert found[0][2] == "unpacks to 0.0 GB, over the limit of 1e-05 GB"


def test_a_header_that_lies_about_its_size(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", [("a.json", bytes(1_000_000))])
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, 10)
    path.write_bytes(data)
    found, _ = read_one(path)
    assert found[0][1] is None or len(found[0][1]) == 10


def test_members_of_archives_that_allow_it_are_read_in_any_order(tmp_path: Path) -> None:
    files = {f"{n:02}.json": b"%d" % n * 100_000 for n in range(12)}
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in files.items():
            zipped.writestr(name, data)
    (tmp_path / "folder").mkdir()
    for name, data in files.items():
        (tmp_path / "folder" / name).write_bytes(data)
    for archive in open_archives([tmp_path / "a.zip", tmp_path / "folder"], Load()):
        assert archive.in_any_order
        members = list(archive.members())
        begun = {member.path: member.stream.read(10) for member in members}
        for member in reversed(members):
            data = begun[member.path]
            while part := member.stream.read(70_000):
                data += part
            assert data == files[member.path]
            member.stream.close()
        assert archive.position == archive.total
        archive.close()

"""What the benchmarks' figures rest on: the measuring itself, and a lake that is not anyone's own."""

import sys
import zipfile
from pathlib import Path

import pytest

from bench.data import export
from bench.lake import BenchLake
from bench.measure import CommandFailed, run
from bench.pictures import hash_members, write_pictures
from bench.run import Target

HOLD = "import time; held = bytearray(b'x') * {megabytes} * 1_000_000; time.sleep(0.5)"


def test_memory_is_that_of_the_command_and_its_children_together() -> None:
    alone = run([sys.executable, "-c", HOLD.format(megabytes=60)])
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLD.format(megabytes=60)!r}])"
    both = run([sys.executable, "-c", child + "\n" + HOLD.format(megabytes=1)])
    assert 60 < alone.peak_mb < 120
    assert both.peak_mb > alone.peak_mb
    assert both.seconds >= 1


def test_a_command_that_fails_says_so_with_its_output() -> None:
    with pytest.raises(CommandFailed, match="out of cheese"):
        run([sys.executable, "-c", "raise SystemExit('out of cheese')"])
    assert run([sys.executable, "-c", "raise SystemExit(1)"], accept=1).seconds > 0


def test_the_benchmarks_empty_no_lake_but_their_own(tmp_path: Path) -> None:
    (tmp_path / "server.json").write_text("{}")
    with pytest.raises(SystemExit, match="not made by the benchmarks"):
        BenchLake(tmp_path, 5499, 1)


def test_peers_get_the_export_in_the_form_they_know(tmp_path: Path) -> None:
    data = export(tmp_path, "activity-json", 200_000)
    assert (data.unpacked() / "My Activity" / "Search" / "MyActivity.json").exists()
    assert data.named_as_in_2017().stat().st_size > 1000
    assert export(tmp_path, "activity-json", 200_000).path == data.path, "made once"


def test_pictures_have_sidecars_and_differ(tmp_path: Path) -> None:
    data = write_pictures(tmp_path, 3, 1000)
    with zipfile.ZipFile(data.path) as archive:
        infos = archive.infolist()
        assert len({archive.read(info) for info in infos}) == len(infos) == data.records == 6
        assert [info.file_size for info in infos if info.filename.endswith(".jpg")] == [1000] * 3
    copies = tmp_path / "copies"
    copies.mkdir()
    assert hash_members(data.path, copies) > 0
    assert sorted(copy.stat().st_size for copy in copies.iterdir())[-3:] == [1000] * 3


def test_a_target_is_met_from_the_right_side() -> None:
    assert Target("rate", 8, 8.1).met
    assert not Target("rate", 8, 7.9).met
    assert Target("memory", 200, 150, at_most=True).met
    assert not Target("memory", 200, 201, at_most=True).met

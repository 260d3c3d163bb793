"""A reader that goes away (`lakectl files | head`) makes no command fail, and none complain."""

import os
import subprocess
from pathlib import Path
from uuid import uuid4

import pytest

from e2e.program import PROGRAM, lakectl
from lakectl import people
from lakectl.config import Settings
from lakectl.sample import write_sample


def run(arguments: list[str], stdout: int, stderr: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, *arguments], stdout=stdout, stderr=stderr, text=True, check=False, env=dict(os.environ)
    )


def run_without_reader(arguments: list[str], *, errors_too: bool = False) -> tuple[int, str]:
    """Exit status and stderr of lakectl, whose pipe nobody reads from."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = run(arguments, writing, writing if errors_too else subprocess.PIPE)
    finally:
        os.close(writing)
    return done.returncode, done.stderr or ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["load", "--help"],
        ["kinds"],
        ["kinds", "--json"],
        ["kinds", "--markdown"],
        ["status", "--json"],
        ["doctor", "--json"],
        ["psql", "-c", "SELECT * FROM generate_series(1, 100000)"],
    ],
    ids=" ".join,
)
def test_a_listing_nobody_reads(settings: Settings, arguments: list[str]) -> None:
    assert run_without_reader(arguments) == (0, "")


def test_a_reader_that_has_enough() -> None:
    script = f"'{PROGRAM}' kinds | head -1 >&2; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr.split()[:2]) == ("0\n", ["kind", "product"])


def test_a_load_goes_on_and_says_what_it_came_to(settings: Settings, tmp_path: Path) -> None:
    """Its account, its progress and its complaints go nowhere; the load itself does not."""
    user = f"piped-{uuid4().hex[:12]}"
    people.add_user(settings, user)
    good, bad = tmp_path / "takeout-20240630T120000Z-001.zip", tmp_path / "Records.json"
    write_sample(good, 100_000)
    bad.write_text('{"locations": [{}]}')
    assert run_without_reader(["load", "--user", user, str(good)], errors_too=True) == (0, "")
    assert "already loaded" in lakectl("load", "--user", user, good).stderr
    assert run_without_reader(["load", "--user", user, str(bad)], errors_too=True) == (1, "")


def test_a_full_disk_is_a_sentence(settings: Settings) -> None:
    with Path("/dev/full").open("wb") as full:
        done = run(["kinds"], full.fileno())
    assert (done.returncode, done.stderr) == (
        3,
        "Error: The output cannot be written: No space left on device.\n",
    )

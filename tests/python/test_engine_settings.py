"""Settings of the engine: lake.toml and its example, the rendered resources, the lock file, compose.yaml."""

import dataclasses
import os
import re
import tomllib
from pathlib import Path

import pytest

from lakectl.config import Settings, load_settings
from lakectl.engine import recipe, resources
from lakectl.errors import LakeError

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("LAKE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LAKE_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


def a_machine(monkeypatch: pytest.MonkeyPatch, cpus: int, memory_mb: int) -> None:
    monkeypatch.setattr(resources, "machine_cpus", lambda: cpus)
    monkeypatch.setattr(resources, "machine_memory_mb", lambda: memory_mb)


def rendered(settings: Settings) -> dict[str, str]:
    return dict(re.findall(r"^(\w+) = (\S+)$", resources.render(settings), re.MULTILINE))


def megabytes(size: str) -> int:
    number, unit = re.fullmatch(r"(\d+)(MB|GB)", size).groups()  # type: ignore[union-attr]
    return int(number) * (1024 if unit == "GB" else 1)


def test_the_example_shows_every_setting_with_its_default(tmp_path: Path) -> None:
    example = ROOT / "lake.toml.example"
    assert load_settings(example) == Settings(tmp_path)
    document = tomllib.loads(example.read_text())
    for table in dataclasses.fields(Settings):
        if table.name != "home":
            assert list(document[table.name]) == [
                field.name for field in dataclasses.fields(getattr(Settings(tmp_path), table.name))
            ]


def test_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "lake.toml").write_text("[engine]\nport = 5555\n[resources]\ncpus = 3\n")
    monkeypatch.setenv("LAKE_ENGINE_PORT", "5556")
    settings = load_settings()
    assert (settings.engine.port, settings.resources.cpus) == (5556, 3)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[engine]\nport = 0", "from 1 to 65535"),
        ("[engine]\nport = 5433.5", "a whole number"),
        ("[engine]\nport = true", "a whole number"),
        ("[engine]\nkind = 7", "a text"),
        ("[engine]\nkind = 'lxc'", "Unknown engine"),
        ("[engine]\nprot = 5433", "unknown key 'prot'"),
        ("[engin]\nport = 5433", r"unknown table \[engin\]"),
        ("engine = 3", "must be a table"),
        ("[resources]\nmemory_gb = nan", "from 0.5"),
        ("[load]\nmax_ratio = inf", "of 0 or more"),
        ("[engine", "not valid TOML"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "lake.toml").write_text(text)
    with pytest.raises(LakeError, match=complaint):
        load_settings()


def test_resources_never_exceed_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    a_machine(monkeypatch, cpus=1, memory_mb=2048)
    small = rendered(Settings(tmp_path))
    assert megabytes(small["shared_buffers"]) == 512
    assert megabytes(small["effective_cache_size"]) == 1536
    assert small["max_parallel_workers"] == small["max_parallel_workers_per_gather"] == "1"


def test_resources_follow_the_limits_of_lake_toml(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    a_machine(monkeypatch, cpus=64, memory_mb=512 * 1024)
    default = rendered(Settings(tmp_path))
    assert megabytes(default["shared_buffers"]) == 2048
    assert default["max_parallel_workers"] == "4"
    wanted = dataclasses.replace(Settings(tmp_path).resources, memory_gb=64, reserved_memory_gb=32, cpus=16)
    large = rendered(dataclasses.replace(Settings(tmp_path), resources=wanted))
    assert megabytes(large["shared_buffers"]) == 16 * 1024
    assert large["max_parallel_workers"] == "16"


def test_a_control_group_limits_the_memory(tmp_path: Path) -> None:
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/meminfo").write_text("MemTotal:       16384000 kB\n")
    assert resources.machine_memory_mb(tmp_path) == 16000
    (tmp_path / "sys/fs/cgroup").mkdir(parents=True)
    (tmp_path / "sys/fs/cgroup/memory.max").write_text("max\n")
    assert resources.machine_memory_mb(tmp_path) == 16000
    (tmp_path / "sys/fs/cgroup/memory.max").write_text(f"{2048 * 1024 * 1024}\n")
    assert resources.machine_memory_mb(tmp_path) == 2048


def test_compose_has_the_values_of_the_default_resources(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    a_machine(monkeypatch, cpus=4, memory_mb=8192)
    values = rendered(Settings(tmp_path))
    composed = dict(re.findall(r'"-c(\w+)=(\w+)"', (ROOT / "compose.yaml").read_text()))
    assert composed
    for name, value in composed.items():
        if value[-1] == "B":
            assert megabytes(value) == megabytes(values[name]), name
        else:
            assert value == values[name], name


def test_every_source_is_pinned_and_the_newest_version_comes_first() -> None:
    lines = (ROOT / "db/engine/extensions.lock").read_text().splitlines()
    entries = [line.split() for line in lines if line and not line.startswith("#")]
    assert {entry[0] for entry in entries} == {"vector", "pg_partman"}
    for extension, version, sha256, place in entries:
        assert re.fullmatch(r"[0-9a-f]{64}", sha256), extension
        assert place.startswith(("https://", "{debian}/pool/")), place
        first = next(entry[1] for entry in entries if entry[0] == extension)
        assert [int(part) for part in version.split(".")] <= [int(part) for part in first.split(".")]


def test_the_digest_of_the_recipe_follows_its_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = recipe.digest(recipe.BUILD_FILES)
    for name in recipe.BUILD_FILES:
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / name).read_bytes())
    monkeypatch.setattr(recipe, "root", lambda: tmp_path)
    assert recipe.digest(recipe.BUILD_FILES) == before
    with (tmp_path / recipe.BUILD_FILES[1]).open("a") as lock:
        lock.write("# changed\n")
    assert recipe.digest(recipe.BUILD_FILES) != before

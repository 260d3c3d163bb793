"""The docker engine, with a real build of Dockerfile.postgres and a real container, up to a loaded lake."""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from docker.models.containers import Container as Handle

from e2e.conftest import Lake
from e2e.podman import Podman
from lakectl import credentials
from lakectl.engine import choose, container
from lakectl.errors import LakeError

CONTAINER = "lake-under-test"
USER = "ada"


@pytest.fixture(scope="module")
def lake(podman: Podman, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """A lake in a container: image built, server running."""
    home = tmp_path_factory.mktemp("docker-lake")
    environment = {"DOCKER_HOST": podman.socket, "LAKE_ENGINE_CONTAINER": CONTAINER}
    lake = Lake(home, "docker", environment=environment)
    said = lake.run("up")
    assert "Building the image" in said
    assert f"The lake is up, in the container {CONTAINER}" in said
    yield lake
    lake.run("down")


@pytest.fixture
def handle(podman: Podman, lake: Lake) -> Handle:
    """The running container."""
    lake.run("up")
    return podman.client.containers.get(CONTAINER)


def counts(lake: Lake) -> dict[str, int]:
    """Rows of the tables that a load fills; others are the jobs', which run by themselves."""
    tables: dict[str, int] = json.loads(lake.run("status", "--json"))["tables"]
    filled = ("imports.", "user_data.", "timeseries.")
    return {table: rows for table, rows in tables.items() if table.startswith(filled)}


@pytest.fixture(scope="module")
def loaded(lake: Lake) -> dict[str, int]:
    """The rows of the lake after a deploy and a load."""
    lake.run("deploy")
    lake.run("user", "add", USER)
    lake.run("sample", "sample.zip", "--size", "1MB")
    lake.run("load", "--user", USER, "sample.zip")
    held = counts(lake)
    assert held["timeseries.location"] > 100
    return held


def test_the_image_has_the_recipe_in_layers_of_its_own(podman: Podman, handle: Handle) -> None:
    image = podman.client.images.get(handle.attrs["Config"]["Image"])
    made_by = " ".join(str(layer["CreatedBy"]) for layer in image.history())
    assert "install.sh" in made_by
    assert image.attrs["Config"]["User"] == "postgres"


def test_the_container_is_healthy(podman: Podman, handle: Handle) -> None:
    assert handle.status == "running"
    assert podman.healthcheck(CONTAINER) == "healthy"


def test_the_container_is_confined_and_keeps_its_secret(lake: Lake, handle: Handle) -> None:
    (binding,) = handle.attrs["HostConfig"]["PortBindings"]["5432/tcp"]
    assert (binding["HostIp"], binding["HostPort"]) == ("127.0.0.1", str(lake.port))
    assert handle.attrs["HostConfig"]["Memory"] > 0
    assert handle.attrs["HostConfig"]["NanoCpus"] > 0
    assert [mount["Name"] for mount in handle.attrs["Mounts"]] == [f"{CONTAINER}-data"]
    password = credentials.read(lake.settings, "postgres")
    assert password not in json.dumps(handle.attrs)
    server = Path("/proc") / str(handle.attrs["State"]["Pid"])
    assert (server / "root/run/lake").is_dir()
    assert not (server / "root/run/lake/superuser_password").exists()
    assert "CapEff:\t0000000000000000" in (server / "status").read_text()


def test_the_server_has_all_that_a_lake_needs(lake: Lake, loaded: dict[str, int]) -> None:
    checks = json.loads(lake.run("doctor", "--json"))
    assert {check["state"] for check in checks} == {"ok"}


def test_the_data_outlives_stop_start_and_a_new_container(
    podman: Podman, lake: Lake, loaded: dict[str, int], handle: Handle
) -> None:
    assert "has stopped" in lake.run("down")
    assert "is not running" in lake.run("down")
    assert "is up" in lake.run("up")
    assert counts(lake) == loaded
    assert "running already" in lake.run("up")

    lake.environment["LAKE_RESOURCES_MEMORY_GB"] = "2"
    assert "replacing the container" in lake.run("up")
    assert podman.client.containers.get(CONTAINER).id != handle.id
    assert counts(lake) == loaded


def test_up_recovers_from_a_killed_server(lake: Lake, loaded: dict[str, int], handle: Handle) -> None:
    handle.kill("SIGKILL")
    lake.run("up")
    assert counts(lake) == loaded


def test_a_container_of_another_lake_is_left_alone(lake: Lake, handle: Handle, tmp_path: Path) -> None:
    other = Lake(tmp_path, "docker", environment=lake.environment)
    said = other.run("up", status=3)
    assert f"The container {CONTAINER} belongs to {lake.home}" in said
    assert "LAKE_ENGINE_CONTAINER" in said


def test_auto_takes_the_api_that_answers_and_stays_with_it(
    podman: Podman, lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", podman.socket)
    engine = dataclasses.replace(lake.settings.engine, kind="auto")
    fresh = dataclasses.replace(lake.settings, home=tmp_path, engine=engine)
    assert choose(fresh).name == "docker"
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody.sock")
    assert choose(fresh).name == "embedded"
    assert choose(dataclasses.replace(fresh, home=lake.home)).name == "docker"


def test_without_an_api_it_says_what_to_do(lake: Lake, tmp_path: Path) -> None:
    engine = dataclasses.replace(lake.settings.engine, docker_host=f"unix://{tmp_path}/nobody.sock")
    with pytest.raises(LakeError, match="No Docker API answers") as error:
        container.Container(dataclasses.replace(lake.settings, home=tmp_path, engine=engine)).up(print)
    assert "LAKE_ENGINE_KIND" in (error.value.hint or "")

"""A Docker-compatible API for the tests: podman from Debian's packages, as root, with storage of its own.

Nothing is pulled: the base image of Dockerfile.postgres is imported from a root file system on this machine.
"""

import os
import shutil
import subprocess
import time
from pathlib import Path
from types import TracebackType

import docker
import requests

PACKAGES = ("podman", "buildah", "crun", "netavark", "aardvark-dns")
BASE = "docker.io/library/debian"
BASE_TAG = "trixie-slim"

CONTAINERS_CONF = """
[containers]
default_ulimits = ["nofile=10000:10000", "nproc=4096:4096"]

[network]
network_backend = "netavark"

[engine]
cgroup_manager = "cgroupfs"
runtime = "crun"
events_logger = "file"
"""

# In a mount namespace of its own, where a host with both kinds of cgroups looks like one with the old kind.
SCRIPT = """
if mountpoint -q /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; fi
exec podman "$@"
"""


class Podman:
    """The service, for the length of a `with`; `socket` is what DOCKER_HOST wants."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = f"unix://{folder}/podman.sock"

    def __enter__(self) -> "Podman":
        install()
        (self.folder / "containers.conf").write_text(CONTAINERS_CONF)
        storage = ["--root", f"{self.folder}/storage", "--runroot", f"{self.folder}/run"]
        service = ["system", "service", "--time", "0", self.socket]
        # Tied to our life: when the tests are killed, nothing of it stays.
        tied = ["setpriv", "--pdeathsig", "TERM", "unshare", "--mount", "sh", "-euc", SCRIPT, "sh"]
        with (self.folder / "service.log").open("wb") as log:
            self.process = subprocess.Popen(
                [*tied, *storage, f"--storage-driver={driver()}", *service],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=os.environ
                | {
                    "CONTAINERS_CONF": f"{self.folder}/containers.conf",
                    "BUILDAH_ISOLATION": "chroot",
                    # It keeps a copy of what it imports.
                    "TMPDIR": str(self.folder),
                },
            )
        self.client = docker.DockerClient(base_url=self.socket, timeout=300, version="1.40")
        deadline = time.monotonic() + 60
        while True:
            try:
                self.client.ping()
                return self
            except (docker.errors.DockerException, requests.RequestException):
                said = (self.folder / "service.log").read_text(errors="replace")
                assert self.process.poll() is None, f"podman ended: {said}"
                assert time.monotonic() < deadline, f"podman does not answer: {said}"
                time.sleep(0.2)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for container in self.client.containers.list(all=True):
            container.remove(force=True, v=True)
        self.client.close()
        self.process.terminate()
        self.process.wait(timeout=60)
        # Gigabytes, of which pytest would keep those of the last runs.
        shutil.rmtree(self.folder)

    def import_base(self, root: Path) -> None:
        """Make the tree at `root` the image that Dockerfile.postgres starts from."""
        with subprocess.Popen(
            ["tar", "--one-file-system", "-C", str(root), "-c", "."], stdout=subprocess.PIPE
        ) as tar:
            self.client.api.import_image_from_stream(tar.stdout, repository=BASE)
        assert tar.returncode == 0
        (image,) = self.client.images.list()
        image.tag(BASE, BASE_TAG)

    def healthcheck(self, container: str) -> str:
        """Run the container's health check and return its state; podman leaves that to systemd timers."""
        api = self.client.api
        response = api.get(f"{api.base_url}/v4.0.0/libpod/containers/{container}/healthcheck")
        return str(response.json()["Status"])


def driver() -> str:
    """overlay where the kernel has it: on vfs each layer is a full copy."""
    return "overlay" if "overlay" in Path("/proc/filesystems").read_text() else "vfs"


def install() -> None:
    """Install the packages that are missing."""
    if shutil.which("podman") and shutil.which("crun") and Path("/usr/lib/podman/netavark").exists():
        return
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    if subprocess.run(command, env=environment, capture_output=True, check=False).returncode:
        subprocess.run(["apt-get", "update", "-qq"], check=True, capture_output=True)
        subprocess.run(command, env=environment, check=True, capture_output=True)

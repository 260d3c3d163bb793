"""The embedded engine's root file system: Debian trixie with the recipe installed, built once and shared."""

import os
import platform
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from lakectl.config import Settings
from lakectl.engine import aptsources, lock, recipe
from lakectl.engine.report import Report
from lakectl.errors import LakeError

# What a build takes at its peak, packages and build tools included; what stays is a third of it.
ROOM_BYTES = 2 * 1024**3


def cache(settings: Settings) -> Path:
    """The folder of the roots: $LAKE_ENGINE_CACHE, where several lakes share one, else $LAKE_HOME/engine."""
    shared = os.environ.get("LAKE_ENGINE_CACHE")
    return Path(shared).expanduser().absolute() if shared else settings.home / "engine"


def path(settings: Settings) -> Path:
    """Where the root of the present recipe is, or will be."""
    return cache(settings) / recipe.digest(recipe.BUILD_FILES, aptsources.SUITE, platform.machine())


def ensure(settings: Settings, report: Report) -> Path:
    """The root of the present recipe, built when it is not there.

    It is built aside and renamed when complete; a build that was killed leaves only a folder that the next
    one removes.
    """
    root = path(settings)
    if root.is_dir():
        return root
    with lock.held(cache(settings) / ".lock", report):
        if not root.is_dir():
            _check_place(root.parent)
            _build(root, report)
    return root


def _check_place(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < ROOM_BYTES:
        raise LakeError(
            f"The engine takes {ROOM_BYTES / 1e9:.1f} GB to build; {folder} has {free / 1e9:.1f} GB left.",
            "Make room, or set LAKE_HOME or LAKE_ENGINE_CACHE to a folder on a larger disk.",
            status=3,
        )
    flags = os.statvfs(folder).f_flag
    if flags & (os.ST_NODEV | os.ST_NOEXEC | os.ST_RDONLY):
        raise LakeError(
            f"{folder} is on a disk mounted nodev, noexec or read-only, where no system can be installed.",
            "Set LAKE_ENGINE_CACHE to a folder on another disk, for example /var/lib/datapunk-lake.",
            status=3,
        )


def _build(root: Path, report: Report) -> None:
    scratch = root.with_name(f".building-{root.name}")
    if scratch.exists():
        report("Removing an unfinished build")
        shutil.rmtree(scratch)
    with (root.parent / "build.log").open("w") as log:
        try:
            _install_debootstrap(report, log)
            report("Looking for the Debian archive of this machine")
            archive = aptsources.find(aptsources.read())
            report("Unpacking Debian trixie")
            keyring = [f"--keyring={archive.keyring}"] if archive.keyring.exists() else []
            more = ["--include=ca-certificates"] if archive.uri.startswith("https:") else []
            debootstrap = ["debootstrap", "--variant=minbase", *keyring, *more]
            _run([*debootstrap, aptsources.SUITE, str(scratch), archive.uri], report, log)
            _configure(scratch, archive)
            # /proc is this build's own: the processes of the packages' scripts see only each other.
            script = 'mount -t proc proc "$1/proc"; exec chroot "$1" bash /usr/local/lib/lake/install.sh'
            _run(["sh", "-euc", script, "sh", str(scratch)], report, log)
            # dpkg was told not to sync each file.
            subprocess.run(["sync", "--file-system", str(scratch)], check=True)
            scratch.rename(root)
        finally:
            if scratch.exists():
                shutil.rmtree(scratch, ignore_errors=True)


def _install_debootstrap(report: Report, log: IO[str]) -> None:
    missing = [] if shutil.which("debootstrap") else ["debootstrap"]
    missing += [] if aptsources.KEYRING.exists() else ["debian-archive-keyring"]
    if not missing:
        return
    if not shutil.which("apt-get"):
        raise LakeError(
            "The embedded engine is made with debootstrap, and this machine has neither it nor apt-get.",
            "Install debootstrap, or use Docker or Podman (LAKE_ENGINE_KIND=docker), "
            "or a server of your own (LAKE_ENGINE_KIND=external).",
            status=3,
        )
    report(f"Installing {' and '.join(missing)}")
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    if subprocess.run(command, stdout=log, stderr=log, env=environment, check=False).returncode:
        subprocess.run(["apt-get", "update", "-qq"], stdout=log, stderr=log, check=False)
        if subprocess.run(command, stdout=log, stderr=log, env=environment, check=False).returncode:
            raise _failure(f"apt-get could not install {' and '.join(missing)}", log)


def _configure(scratch: Path, archive: aptsources.Archive) -> None:
    """Give the new root the host's archive, and the settings of apt without which it cannot be reached."""
    apt = scratch / "etc/apt"
    (apt / "sources.list").write_text("".join(f"{entry}\n" for entry in archive.entries))
    inherited = aptsources.inherited_settings()
    certificates = Path("/etc/ssl/certs/ca-certificates.crt")
    if certificates.exists():
        # Authorities that only this host knows, such as that of its own mirror.
        shutil.copy(certificates, apt / "host-certificates.crt")
        inherited += 'Acquire::https::CAInfo "/etc/apt/host-certificates.crt";\n'
    (apt / "apt.conf.d/80host").write_text(inherited)
    if archive.keyring != aptsources.KEYRING:
        shutil.copy(archive.keyring, apt / "trusted.gpg.d/")
    for name in ("resolv.conf", "hosts"):
        if (Path("/etc") / name).exists():
            shutil.copy(Path("/etc") / name, scratch / "etc" / name)
    target = scratch / "usr/local/lib/lake"
    target.mkdir(parents=True)
    for name in recipe.BUILD_FILES:
        shutil.copy(recipe.root() / name, target)


def _run(command: Sequence[str], report: Report, log: IO[str]) -> None:
    """Run a step of the build; its lines that begin with ==> are progress.

    In a process and mount namespace of its own, tied to the life of this process: when lakectl is killed,
    nothing of the build goes on, and no mount stays.
    """
    tied = [
        "setpriv",
        "--pdeathsig",
        "KILL",
        "unshare",
        "--mount",
        "--pid",
        "--fork",
        "--kill-child",
        *command,
    ]
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
    with subprocess.Popen(
        tied,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        env=environment,
    ) as process:
        assert process.stdout  # noqa: S101 - a pipe, as asked for above
        try:
            for line in process.stdout:
                log.write(line)
                if line.startswith("==> "):
                    report(line[4:].strip())
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise _failure(f"Building the engine failed in {command[0]}", log)


def _failure(what: str, log: IO[str]) -> LakeError:
    log.flush()
    lines = [line for line in Path(log.name).read_text(errors="replace").splitlines() if line.strip()]
    last = next(
        (line for line in reversed(lines) if "unshare:" in line or line.startswith(("E:", "install.sh:"))),
        None,
    )
    return LakeError(
        f"{what}: {last or (lines[-1] if lines else 'it said nothing')}",
        f"All of its output is in {log.name}.",
        status=3,
    )

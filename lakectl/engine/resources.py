"""resources.conf: the limits of lake.toml, cut to what this machine has."""

import os
import shutil
from pathlib import Path

import jinja2

from lakectl.config import Settings
from lakectl.engine import recipe

MIB = 1024 * 1024
GIB = 1024 * MIB
CGROUP_LIMITS = ("sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes")


def machine_cpus() -> int:
    """CPUs that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def machine_memory_mb(root: Path = Path("/")) -> int:
    """MB of memory: what the machine has, or what the control group around us leaves of it."""
    for line in (root / "proc/meminfo").read_text().splitlines():
        if line.startswith("MemTotal:"):
            total = int(line.split()[1]) // 1024
            break
    for name in CGROUP_LIMITS:
        limit = root / name
        if limit.is_file() and (text := limit.read_text().strip()).isdigit():
            total = min(total, int(text) // MIB)
    return total


def memory_mb(settings: Settings) -> int:
    """MB of memory that the server may use."""
    return min(int(settings.resources.memory_gb * 1024), machine_memory_mb())


def reserved_memory_mb(settings: Settings) -> int:
    """MB of memory that the server can count on."""
    return min(int(settings.resources.reserved_memory_gb * 1024), memory_mb(settings))


def cpus(settings: Settings) -> int:
    """CPUs that the server may use."""
    return max(1, min(settings.resources.cpus, machine_cpus()))


def render(settings: Settings) -> str:
    """The text of resources.conf; it changes only when settings or the machine do."""
    wanted = settings.resources
    disk_gb = max(1, shutil.disk_usage(_existing(settings.home)).total // GIB)
    environment = jinja2.Environment(
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - a settings file, not a web page
    )
    template = environment.from_string((recipe.root() / "db/engine/resources.conf.j2").read_text("utf-8"))
    return template.render(
        cpus=cpus(settings),
        memory_mb=memory_mb(settings),
        reserved_memory_mb=reserved_memory_mb(settings),
        data_gb=min(wanted.data_gb, disk_gb),
        temp_gb=min(wanted.temp_gb, disk_gb),
    )


def _existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path

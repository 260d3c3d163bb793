"""Settings of one lake: lake.toml, overridden by environment variables, with a default for every value.

`LAKE_ENGINE_PORT=5544` overrides `port` in the table `[engine]`, and so on for every table and key.
"""

import dataclasses
import os
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from lakectl.errors import LakeError

ENGINES = ("auto", "docker", "embedded", "external")
# Smallest and largest value of what cannot be just any number of 0 or more.
BOUNDS = {
    "engine.port": (1, 65535),
    "resources.cpus": (1, 4096),
    "resources.memory_gb": (0.5, 65536),
    "resources.reserved_memory_gb": (0.25, 65536),
    "resources.data_gb": (1, 1_000_000),
    "resources.temp_gb": (1, 1_000_000),
}


@dataclass(frozen=True)
class Engine:
    """What runs the server, and on which port of the loopback address."""

    kind: str = "auto"
    port: int = 5433
    dsn: str = ""  # external only: libpq URI of a superuser
    docker_host: str = ""  # empty: DOCKER_HOST or the default socket
    image: str = "datapunk-lake"
    container: str = "datapunk-lake"


@dataclass(frozen=True)
class Resources:
    """What the server may use (limits) and can count on (reservations)."""

    cpus: int = 4
    memory_gb: float = 8
    reserved_cpus: int = 2
    reserved_memory_gb: float = 4
    data_gb: int = 100
    temp_gb: int = 50


@dataclass(frozen=True)
class Load:
    """Bounds of one load."""

    workers: int = 0  # 0: by the rule in lakectl/load
    # A member of an archive is refused that unpacks to more than this, ...
    max_member_gb: float = 200
    # ... or to more than this times its size, once that is over 1 GB.
    max_ratio: float = 200


@dataclass(frozen=True)
class Embedding:
    """The model that turns text into vectors."""

    model: str = "wordllama-l2-supercat-256"


@dataclass(frozen=True)
class Schedules:
    """When the database's own jobs run, in cron's notation, UTC."""

    partitions: str = "7 * * * *"
    analytics: str = "*/15 * * * *"
    embed: str = "* * * * *"
    housekeeping: str = "23 3 * * *"
    verify: str = "43 3 * * *"
    analyze: str = "*/5 * * * *"


@dataclass(frozen=True)
class Retention:
    """How long bookkeeping is kept."""

    events_months: int = 24
    job_runs_days: int = 30


@dataclass(frozen=True)
class Settings:
    home: Path
    engine: Engine = field(default_factory=Engine)
    resources: Resources = field(default_factory=Resources)
    load: Load = field(default_factory=Load)
    embedding: Embedding = field(default_factory=Embedding)
    schedules: Schedules = field(default_factory=Schedules)
    retention: Retention = field(default_factory=Retention)


T = TypeVar("T")


def default_home() -> Path:
    """$LAKE_HOME, else datapunk-lake in the XDG data directory."""
    if home := os.environ.get("LAKE_HOME"):
        return Path(home).expanduser().absolute()
    data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(data).expanduser().absolute() / "datapunk-lake"


def load_settings(path: Path | None = None) -> Settings:
    """Read `path`, else ./lake.toml, else $LAKE_HOME/lake.toml, else the defaults.

    Raises LakeError for a missing or unreadable file, an unknown table or key, or a value of a wrong type.
    """
    home = default_home()
    document: dict[str, Any] = {}
    source = "the environment"
    candidates = [path] if path else [Path("lake.toml"), home / "lake.toml"]
    for candidate in candidates:
        if candidate.is_file():
            source = str(candidate)
            try:
                document = tomllib.loads(candidate.read_text(encoding="utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise LakeError(f"{candidate} is not valid TOML: {error}.") from None
            except OSError as error:
                raise LakeError(f"{candidate} cannot be read: {error.strerror}.") from None
            break
    else:
        if path:
            raise LakeError(f"There is no settings file {path}.")

    tables = {f.name: f.type for f in fields(Settings) if f.name != "home"}
    for name in document:
        if name not in tables:
            raise LakeError(f"{source}: unknown table [{name}].", f"Tables are {', '.join(sorted(tables))}.")
    hints = get_type_hints(Settings)
    settings = Settings(
        home=home, **{name: _table(hints[name], name, document.get(name, {}), source) for name in tables}
    )
    if settings.engine.kind not in ENGINES:
        raise LakeError(f"Unknown engine {settings.engine.kind!r}.", f"Engines are {', '.join(ENGINES)}.")
    return settings


def _table(cls: type[T], name: str, given: Any, source: str) -> T:
    if not isinstance(given, dict):
        raise LakeError(f"{source}: [{name}] must be a table.")
    known = get_type_hints(cls)
    values: dict[str, Any] = {}
    for key, value in given.items():
        if key not in known:
            raise LakeError(f"{source}: unknown key {key!r} in [{name}].", f"Keys are {', '.join(known)}.")
        values[key] = value
    for key in known:
        if (text := os.environ.get(f"LAKE_{name}_{key}".upper())) is not None:
            values[key] = text
    return dataclasses.replace(
        cls(),  # type: ignore[type-var]
        **{key: _convert(known[key], value, f"{name}.{key}") for key, value in values.items()},
    )


def _convert(kind: Any, value: Any, where: str) -> Any:
    """`value`, of TOML's type or a text from the environment, as `kind`: str, int or float."""
    expected = {int: "a whole number", float: "a number", str: "a text"}[kind]
    try:
        # int() would cut 2.5 to 2, str() would take anything, and to Python True is 1.
        if isinstance(value, bool) or not isinstance(value, str if kind is str else int | float | str):
            raise ValueError
        if kind is int and isinstance(value, float):
            raise ValueError
        converted = kind(value)
    except ValueError:
        raise LakeError(f"{where} must be {expected}, not {value!r}.") from None
    if kind is not str:
        least, most = BOUNDS.get(where, (0, float("inf")))
        # NaN is neither.
        if not least <= converted <= most or converted == float("inf"):
            limits = f"from {least} to {most}" if where in BOUNDS else "of 0 or more"
            raise LakeError(f"{where} must be {expected} {limits}, not {value}.")
    return converted

"""The files that every engine is built from, and the hash that names a build."""

import hashlib
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
BUILD_FILES = ("db/engine/install.sh", "db/engine/extensions.lock")
RUN_FILES = ("db/engine/postgresql.conf", "db/engine/pg_hba.conf", "db/engine/server.sh")
DOCKERFILE = "Dockerfile.postgres"


def root() -> Path:
    """The folder of db/ and Dockerfile.postgres: the checkout, or the copy inside an installed wheel."""
    checkout = PACKAGE.parent
    return checkout if (checkout / "db" / "engine").is_dir() else PACKAGE / "_recipe"


def digest(names: tuple[str, ...], *more: str) -> str:
    """16 hex digits that change with the content of the named files or with `more`."""
    total = hashlib.sha256()
    for name in names:
        total.update(name.encode() + b"\0" + (root() / name).read_bytes() + b"\0")
    for text in more:
        total.update(text.encode() + b"\0")
    return total.hexdigest()[:16]

"""Passwords that lakectl made, one 0600 file per role under $LAKE_HOME/credentials."""

import os
import secrets
from pathlib import Path

from lakectl.config import Settings
from lakectl.errors import LakeError


def path(settings: Settings, role: str) -> Path:
    """Where the password of `role` is kept."""
    return settings.home / "credentials" / role


def generate() -> str:
    """A new password of 192 random bits, safe in URIs and files."""
    return secrets.token_urlsafe(24)


def exists(settings: Settings, role: str) -> bool:
    return path(settings, role).exists()


def read(settings: Settings, role: str) -> str:
    """The password of `role`; LakeError when this machine does not hold it."""
    file = path(settings, role)
    try:
        return file.read_text().strip()
    except FileNotFoundError:
        raise LakeError(
            f"There is no password for {role} on this machine ({file}).",
            "Passwords are kept where `lakectl up` or `lakectl user add` made them: "
            "run this there, or copy the file here with mode 0600.",
            status=3,
        ) from None
    except PermissionError:
        raise LakeError(f"{file} cannot be read by this account.", "Run lakectl as its owner.", 3) from None


def write(settings: Settings, role: str, password: str) -> None:
    """Keep `password`, replacing an older one in a single step."""
    target = path(settings, role)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch = target.with_name(f".{target.name}.{os.getpid()}")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(password + "\n")
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(target)


def remove(settings: Settings, role: str) -> None:
    """Forget the password of `role`."""
    path(settings, role).unlink(missing_ok=True)

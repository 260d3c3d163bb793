"""Pipes whose reader goes away (`lakectl files | head`): that is no failure of the command."""

import io
import os
import sys
from typing import Any

from lakectl.errors import LakeError


class _Output(io.FileIO):
    """A descriptor to write to; once nobody reads from it, or it takes no more, it leads nowhere."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            if not isinstance(error, BrokenPipeError):
                raise LakeError(f"The output cannot be written: {error.strerror}.", status=3) from None
            return memoryview(data).nbytes


def forgive() -> None:
    """Let stdout and stderr forgive a reader that goes away: the command ends as it would have."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None or stream.isatty():  # closed by the caller (>&-), or no pipe
            continue
        output = io.BufferedWriter(_Output(stream.fileno(), "w", closefd=False))
        setattr(
            sys,
            name,
            io.TextIOWrapper(output, stream.encoding, stream.errors, line_buffering=stream.line_buffering),
        )

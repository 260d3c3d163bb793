"""Reads files in a process of its own: for libraries that a damaged file may cost hours or their life.

The process begins with the first file, serves all after it, and ends with this one. One that uses more than
it may is killed by the kernel, and the next file begins a new one.
"""

import math
import multiprocessing
import resource
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import recv_handle, send_handle
from pathlib import Path
from typing import IO, Any

from lakectl.load.decoders.processes import deaf_to_interrupts

_CPU_S = 5  # for a file
_MEMORY_BYTES = 1024**3  # of address space, more than it begins with

Facts = dict[str, Any]
_helper: tuple[BaseProcess, "Connection[Any, Any]"] | None = None
_one_at_a_time = threading.Lock()


def read_apart(function: Callable[[IO[bytes]], Facts], file: IO[bytes]) -> Facts:
    """What `function`, one of a module, gives for an open file; {} when it was too much for the process."""
    global _helper  # noqa: PLW0603 - one for all files
    with _one_at_a_time:
        if _helper is None:
            _helper = _begin()
        process, connection = _helper
        try:
            connection.send(function)
            send_handle(connection, file.fileno(), process.pid)
            facts: Facts = connection.recv()
        except BaseException as error:
            # Whatever it is at, the next file must not get the answer.
            _helper = None
            connection.close()
            process.kill()
            process.join()
            if isinstance(error, EOFError | OSError):
                return {}
            raise
    return facts


def _begin() -> "tuple[BaseProcess, Connection[Any, Any]]":
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    with deaf_to_interrupts():
        process.start()
    theirs.close()
    return process, ours


def _serve(connection: "Connection[Any, Any]") -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    memory_bytes = pages * resource.getpagesize() + _MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    while True:
        try:
            function = connection.recv()
            descriptor = recv_handle(connection)
        except (EOFError, OSError):
            return  # who asked is gone
        used_s = math.ceil(time.process_time())
        resource.setrlimit(resource.RLIMIT_CPU, (used_s + _CPU_S, resource.RLIM_INFINITY))
        with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor
            connection.send(function(file))

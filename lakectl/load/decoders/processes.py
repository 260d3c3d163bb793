"""Runs what costs time in a decoder in processes of its own, and keeps the order.

The reader cuts its file into chunks, a function of a module makes records of a chunk, both can be pickled.
The processes begin with the first file that is long enough, serve all files after it, and end with this one.
"""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TypeVar

_Chunk = TypeVar("_Chunk")
_Result = TypeVar("_Result")

_ALONE = 32  # chunks: some seconds of work, since to begin the processes costs half of one
_pool: ProcessPoolExecutor | None = None


def in_order(function: Callable[[_Chunk], _Result], chunks: Iterable[_Chunk]) -> Iterator[_Result]:
    """What `function` makes of each chunk, in their order, a few chunks ahead of what has been taken.

    Passes on what it raises; ValueError when a process came to an end in the middle of its work.
    """
    count = len(os.sched_getaffinity(0))
    ahead: deque[Future[_Result]] = deque()
    try:
        for number, chunk in enumerate(chunks):
            if _pool is None and number < _ALONE:
                yield function(chunk)
                continue
            ahead.append(_submit(count, function, chunk))
            if len(ahead) > count:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    except BrokenProcessPool:
        end()
        raise ValueError("the process that read it came to an end") from None
    finally:
        for future in ahead:
            future.cancel()


def _submit(count: int, function: Callable[[_Chunk], _Result], chunk: _Chunk) -> Future[_Result]:
    global _pool  # noqa: PLW0603 - one for all files
    if _pool is None:
        _pool = ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), _begin)
    with deaf_to_interrupts():
        return _pool.submit(function, chunk)


@contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """A process that is begun in here does not hear of Ctrl-C, not even before it runs."""
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def end() -> None:
    """End the processes; the next long file begins new ones."""
    global _pool  # noqa: PLW0603
    if _pool is not None:
        _pool.shutdown(cancel_futures=True)
        _pool = None


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)

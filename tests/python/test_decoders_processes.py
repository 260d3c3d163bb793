"""Work of decoders in processes of their own: in order, with its errors, and gone when it should be."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lakectl.load.decoders import processes
from lakectl.load.decoders.processes import in_order


@pytest.fixture(autouse=True)
def _ended() -> Iterator[None]:
    yield
    processes.end()


def square(number: int) -> tuple[int, int]:
    return number * number, os.getpid()


def slow_first(number: int) -> int:
    time.sleep(0.3 if number == 50 else 0)
    return number


def odd(number: int) -> int:
    if number == 60:
        raise LookupError("thirty")
    return number


def dies(number: int) -> int:
    if number == 60:
        os._exit(7)
    return number


def test_a_short_file_begins_no_process() -> None:
    assert list(in_order(square, range(5))) == [(n * n, os.getpid()) for n in range(5)]


def test_the_rest_of_a_long_file_is_done_elsewhere_in_its_order() -> None:
    found = list(in_order(square, range(80)))
    assert [value for value, _ in found] == [n * n for n in range(80)]
    assert {pid for _, pid in found[:32]} == {os.getpid()}
    assert os.getpid() not in {pid for _, pid in found[32:]}
    assert list(in_order(slow_first, range(80))) == list(range(80))


def test_chunks_are_not_read_far_ahead() -> None:
    read: list[int] = []

    def chunks() -> Iterator[int]:
        for number in range(100):
            read.append(number)
            yield number

    results = in_order(slow_first, chunks())
    for _ in range(50):
        next(results)
    assert len(read) <= 50 + len(os.sched_getaffinity(0)) + 1


def test_an_error_is_that_of_the_function() -> None:
    results = in_order(odd, range(90))
    assert [next(results) for _ in range(60)] == list(range(60))
    with pytest.raises(LookupError, match="thirty"):
        next(results)
    assert list(in_order(slow_first, range(40))) == list(range(40))


def test_a_process_that_dies_is_an_error_and_the_next_file_gets_new_ones() -> None:
    with pytest.raises(ValueError, match="came to an end"):
        list(in_order(dies, range(90)))
    assert list(in_order(slow_first, range(90))) == list(range(90))


_LOOP = """
from lakectl.load.decoders.processes import in_order
from tests.python.test_decoders_processes import square
if __name__ == "__main__":
    said = set()
    for _, pid in in_order(square, range(10**9)):
        if pid not in said:
            said.add(pid)
            print(pid, flush=True)
"""


def _running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGINT])
def test_processes_end_with_the_one_that_began_them(tmp_path: Path, signal_number: signal.Signals) -> None:
    script = tmp_path / "loop.py"
    script.write_text(_LOOP)
    with (tmp_path / "said").open("w") as said:
        parent = subprocess.Popen(
            [sys.executable, script],
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        )
    assert parent.stdout is not None
    pids = [int(parent.stdout.readline()) for _ in range(2)]
    child = pids[1]
    assert pids[0] == parent.pid
    parent.send_signal(signal_number)
    parent.wait(timeout=20)
    deadline = time.monotonic() + 20
    while _running(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _running(child)
    # Ctrl-C is heard by one process only, which says so once.
    assert (tmp_path / "said").read_text().count("Traceback") == (signal_number == signal.SIGINT)

"""Shows a running load: a bar on a terminal, a plain line every few seconds elsewhere, both on stderr."""

import threading
import time
from types import TracebackType

from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from lakectl.load.loader import Status

_BAR_SECONDS = 0.2
_LINE_SECONDS = 5.0


class Watch:
    """A context manager that shows `status` until it is left."""

    def __init__(self, status: Status) -> None:
        self._status = status
        self._console = Console(stderr=True, highlight=False)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="progress", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        if self._console.is_terminal:
            self._bar()
        else:
            self._lines()

    def _bar(self) -> None:
        columns = (
            TextColumn("{task.fields[current]}", style="cyan"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[facts]}"),
        )
        with Progress(*columns, console=self._console, transient=True) as bar:
            task = bar.add_task("", total=None, current="opening", facts="")
            while not self._ended.wait(_BAR_SECONDS):
                status = self._status
                bar.update(
                    task,
                    total=status.total() or None,
                    completed=status.counters.position,
                    current=_shortened(status.current.rsplit("/", 1)[-1] or "opening", 30),
                    facts=_facts(status),
                )

    def _lines(self) -> None:
        while not self._ended.wait(_LINE_SECONDS):
            status = self._status
            total, position = status.total() or 1, status.counters.position
            self._console.print(
                f"{position / total:.0%}: {decimal(position)} of {decimal(total)}, "
                f"{_facts(status)}, {status.current}",
                markup=False,
                soft_wrap=True,
            )


def _facts(status: Status) -> str:
    """For example `250,000 records, 48,000/s, 0:12 left`."""
    seconds = time.monotonic() - status.began
    records, position, total = status.counters.records, status.counters.position, status.total()
    facts = f"{records:,} records, {records / max(seconds, 0.1):,.0f}/s"
    if 0 < position < total and seconds > 1:
        left = int(seconds / position * (total - position)) + 1
        facts += f", {left // 60}:{left % 60:02} left"
    return facts


def _shortened(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"

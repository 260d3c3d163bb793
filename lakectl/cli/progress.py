"""Showing the steps of long work: a spinner with the time on a terminal, plain lines elsewhere."""

import time
from types import TracebackType

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class Steps:
    """A callable that takes one line per step and shows it on stderr, with the seconds since the start."""

    def __init__(self) -> None:
        self.console = Console(stderr=True)
        self.began = time.monotonic()
        self.bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
        )
        self.task = self.bar.add_task("", total=None, visible=False)

    def __call__(self, line: str) -> None:
        if self.console.is_terminal:
            self.bar.update(self.task, description=line, visible=True)
        else:
            self.console.print(
                f"[{time.monotonic() - self.began:5.1f} s] {line}", markup=False, soft_wrap=True
            )

    def __enter__(self) -> "Steps":
        if self.console.is_terminal:
            self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.console.is_terminal:  # elsewhere it would print an empty line
            self.bar.stop()

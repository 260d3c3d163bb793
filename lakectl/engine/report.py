"""How long work says what it is doing: a callable that takes one line; the command line shows it."""

from collections.abc import Callable

Report = Callable[[str], None]

"""Decoder `csv`: the rows of a table. One section; a row of empty cells is none, and has no number.

    {"as": "array"}    ["cell", …] (the default)
    {"as": "object"}   {"Header": "cell", …}. A header without a name is "column 3", one that is there already
                       "Name (2)". Cells that a short row lacks are left out; what a long row has too many of
                       is a list under "".
    {"as": "pairs"}    [["Header", "cell"], …] in the order of the row, headers as they stand. Cells that a
                       short row lacks are left out; those that a long row has too many of have the header "".
    {"header": false}  the first row is a record, too; only with "array"
    {"start": REGEX}   the table may begin with a description of its own: its header is the first row of which
                       the cells, joined by commas, match; without a match, the first row of three cells or
                       more that stands below rows of one cell and an empty one; else the first row. Each
                       record is then {"preamble": [["cell", …], …], "row": as above}, the preamble being the
                       rows before

The delimiter is what the header has most of, comma, semicolon or tab. Quotes are those of RFC 4180. One
that is never closed would swallow the rest of the file: then the row ends with its first line, is broken, and
the next line begins a new row.
"""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, dropwhile, islice, pairwise, repeat
from typing import Any

from lakectl.load.decoders.batch import Batch, Collector, Limits
from lakectl.load.decoders.lines import MAX_TEXT, TOO_LONG, TextLines
from lakectl.load.decoders.text import Readable

# The module's own limit is one setting for the whole process; here a row is what is limited.
csv.field_size_limit(2 * MAX_TEXT)

_UNCLOSED = "a quote in this row is never closed"
_MAX_PREAMBLE = 100
_PEEKED = 20
_DELIMITERS = ",;\t"
_QUOTED = re.compile(r'"[^"]*"')


class _Unclosed(Exception):
    """The row has not ended where the file does, or where it is too long."""


class _Feed:
    """Lines for the reader of a table; knows those of the row that is being read."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: list[str] = []  # lines to be read again, the last one first
        self._held = 0
        self.row: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._lines, None)
        if line is None:
            if self.row:
                raise _Unclosed
            raise StopIteration
        self.row.append(line)
        self._held += len(line)
        if self._held > MAX_TEXT:
            raise _Unclosed
        return line

    def begin_row(self) -> None:
        self.row = []
        self._held = 0

    def give_up(self) -> str:
        """The first line of the row, which is none; the others are read again."""
        first, *rest = self.row
        self._again += reversed(rest)
        self.begin_row()
        return first

    def peek(self) -> list[str]:
        """The first lines, from one that is not blank. Blank ones before it are gone."""
        lines = list(islice(dropwhile(lambda line: not line.strip(), self._lines), _PEEKED))
        self._again += reversed(lines)
        return lines


class CsvRows:
    """See the module's description."""

    def __init__(self, stream: Readable, sections: Sequence[dict[str, Any]], limits: Limits) -> None:
        options = sections[0]
        self._shape = _SHAPES[options.get("as", "array")]
        self._has_header = options.get("header", True)
        self._start = re.compile(options["start"]) if "start" in options else None
        self._feed = _Feed(iter(TextLines(stream)))
        self._limits = limits
        self.errors: list[str | None] = [None] * len(sections)

    def __iter__(self) -> Iterator[Batch]:
        collector = Collector(self._limits)
        rows = self._rows()
        preamble, header, begun = self._beginning(rows)
        shape = self._shape(header)
        for row in chain(begun, rows):
            if isinstance(row, _Fault):
                collector.broken(row.reason, row.line)
            elif any(row):
                value = shape(row)
                collector.add({"preamble": preamble, "row": value} if self._start else value)
            if collector.full():
                yield collector.take()
        yield from collector.rest()

    def _beginning(self, rows: Iterator["_Row"]) -> tuple[list[list[str]], list[str], list["_Row"]]:
        """The description, the header, and the records that had to be read to find it."""
        if not self._has_header:
            return [], [], []
        if self._start is None:
            filled = (row for row in rows if isinstance(row, _Fault) or any(row))
            return [], *_first(list(islice(filled, 1)))
        begun: list[_Row] = []
        below = 0  # where rows of one cell and an empty one have ended
        for row in islice(rows, _MAX_PREAMBLE):
            if isinstance(row, _Fault):
                begun.append(row)
            elif not any(row):
                below = below or (len(begun) if all(len(before) == 1 for before in map(_cells, begun)) else 0)
            elif self._start.search(",".join(row)):
                return [_cells(before) for before in begun], _cells(row), []
            else:
                begun.append(row)
        if below and len(begun) > below and len(_cells(begun[below])) > 2:
            return [_cells(before) for before in begun[:below]], *_first(begun[below:])
        return [], *_first(begun)

    def _likely_header(self, lines: list[str]) -> str:
        if self._start is not None:
            for line in lines:
                if self._start.search(line.strip()):
                    return line
            for before, line in pairwise(lines):
                if line.strip() and not before.strip():
                    return line
        return lines[0] if lines else ""

    def _rows(self) -> Iterator["_Row"]:
        feed = self._feed
        plain = _QUOTED.sub("", self._likely_header(feed.peek()))
        delimiter = max(_DELIMITERS, key=plain.count)
        reader = csv.reader(feed, delimiter=delimiter)
        while True:
            try:
                row = next(reader, None)
            except _Unclosed:
                long = len(feed.row) == 1 and len(feed.row[0]) > MAX_TEXT
                yield _Fault(TOO_LONG if long else _UNCLOSED, feed.give_up())
            except csv.Error as error:
                yield _Fault(f"no row of a table: {error}", feed.give_up())
            else:
                if row is None:
                    return
                feed.begin_row()
                yield row


@dataclass(frozen=True, slots=True)
class _Fault:
    """A line that is no row."""

    reason: str
    line: str


_Row = list[str] | _Fault


def _first(rows: list[_Row]) -> tuple[list[str], list[_Row]]:
    """The header, if there is one, and the other rows."""
    return (_cells(rows[0]) if rows else []), rows[1:]


def _cells(row: _Row) -> list[str]:
    """A row that is no record: it cannot be broken, so what is wrong with it is replaced."""
    cells = [row.line] if isinstance(row, _Fault) else row
    return [
        cell.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "\ufffd").strip()
        for cell in cells
    ]


_Shape = Callable[[list[str]], Any]


def _arrays(_header: Sequence[str]) -> _Shape:
    return list


def _objects(header: Sequence[str]) -> _Shape:
    names: dict[str, None] = {}
    for number, cell in enumerate(header, 1):
        name = first = cell or f"column {number}"
        times = 1
        while name in names:
            times += 1
            name = f"{first} ({times})"
        names[name] = None
    width = len(names)

    def shape(row: list[str]) -> dict[str, Any]:
        record: dict[str, Any] = dict(zip(names, row, strict=False))
        if len(row) > width:
            record[""] = row[width:]
        return record

    return shape


def _pairs(header: Sequence[str]) -> _Shape:
    def shape(row: list[str]) -> list[tuple[str, str]]:
        return list(zip(chain(header, repeat("")), row, strict=False))

    return shape


_SHAPES: dict[str, Callable[[Sequence[str]], _Shape]] = {
    "array": _arrays,
    "object": _objects,
    "pairs": _pairs,
}
